//! A connection and the task that drives its socket.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use tokio::runtime::Handle;

use crate::{
    connect::{ConnectError, Connector},
    statements::Statements,
};

/// A connection and whether its socket is still up.
#[doc(hidden)]
pub struct Wire {
    pub(crate) connection: AsyncPgConnection,
    alive: Arc<AtomicBool>,
    /// The task that owns the socket.
    socket: tokio::task::AbortHandle,
}

impl Wire {
    /// A new connection, driven by `runtime`.
    pub async fn open(
        connector: Arc<Connector>,
        runtime: &Handle,
        statements: Statements,
    ) -> Result<Self, Error> {
        let alive = Arc::new(AtomicBool::new(true));
        let flag = alive.clone();
        let refused = |e: &dyn fmt::Display| {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(e.to_string()))
        };
        let driver = runtime.clone();
        let (client, socket) = runtime
            .spawn(async move {
                let (client, connection) = connector.connect().await?;
                let socket = driver.spawn(async move {
                    let _ = connection.await;
                    flag.store(false, Ordering::Release);
                });
                Ok::<_, ConnectError>((client, socket.abort_handle()))
            })
            .await
            .map_err(|e| refused(&e))?
            .map_err(|e| refused(&e))?;
        let mut connection = AsyncPgConnection::try_from(client).await.map_err(|e| refused(&e))?;
        connection.set_instrumentation(statements);
        Ok(Self { connection, alive, socket })
    }

    pub fn is_alive(&self) -> bool {
        self.alive.load(Ordering::Acquire)
    }

    /// Closes the socket now.
    pub fn sever(&self) {
        self.alive.store(false, Ordering::Release);
        self.socket.abort();
    }
}
