//! The pool: connections that are opened on one runtime, and outlive the HTTP workers that use them.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use deadpool::managed;
use diesel::{QueryResult, result::DatabaseErrorKind};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use kernel::metrics::Connections;
use tokio::runtime::Handle;

use crate::{
    connect::{ConnectError, Connector, Driver},
    database::Database,
    error::Error,
    prepared::prepared,
    statements::Statements,
};

/// A pool of connections that are opened on one runtime, so that they outlive the HTTP workers that use them.
#[derive(Clone)]
pub struct Pool(managed::Pool<Manager>);

/// A connection on loan from the [`Pool`], or taken out of it for good.
pub struct Connection(Held);

enum Held {
    Loan(managed::Object<Manager>),
    Own(Wire),
}

/// A connection and whether its socket is still up.
#[doc(hidden)]
pub struct Wire {
    pub(crate) connection: AsyncPgConnection,
    alive: Arc<AtomicBool>,
    /// The task that owns the socket.
    socket: tokio::task::AbortHandle,
}

struct Manager {
    connector: Arc<Connector>,
    runtime: Handle,
}

impl managed::Manager for Manager {
    type Type = Wire;
    type Error = diesel::result::Error;

    async fn create(&self) -> Result<Wire, diesel::result::Error> {
        let (connector, alive) = (self.connector.clone(), Arc::new(AtomicBool::new(true)));
        let flag = alive.clone();
        let refused = |e: &dyn fmt::Display| {
            diesel::result::Error::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(e.to_string()))
        };
        let runtime = self.runtime.clone();
        let (client, socket) = self
            .runtime
            .spawn(async move {
                let (client, connection) = connector.connect().await?;
                let socket = runtime.spawn(async move {
                    let _ = connection.await;
                    flag.store(false, Ordering::Release);
                });
                Ok::<_, ConnectError>((client, socket.abort_handle()))
            })
            .await
            .map_err(|e| refused(&e))?
            .map_err(|e| refused(&e))?;
        let mut connection = AsyncPgConnection::try_from(client).await.map_err(|e| refused(&e))?;
        connection.set_instrumentation(Statements::default());
        Ok(Wire { connection, alive, socket })
    }

    async fn recycle(
        &self,
        wire: &mut Wire,
        _: &managed::Metrics,
    ) -> managed::RecycleResult<diesel::result::Error> {
        if AtomicBool::load(&wire.alive, Ordering::Acquire)
            && !Manages::is_broken_transaction_manager(&mut wire.connection)
        {
            Ok(())
        } else {
            Err(managed::RecycleError::message("the connection is gone or was left inside a transaction"))
        }
    }
}

pub(crate) type Manages = <AsyncPgConnection as AsyncConnection>::TransactionManager;

impl Pool {
    /// A pool that opens its connections when they are first needed, on the current runtime.
    ///
    /// # Errors
    /// The URL, the certificate authorities or the credentials cannot be used.
    pub fn new(database: &Database, application: &str) -> anyhow::Result<Self> {
        let connector = Arc::new(Connector::new(database, application)?);
        let pool = managed::Pool::builder(Manager { connector, runtime: Handle::current() })
            .max_size(database.max_connections)
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(5)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()?;
        Ok(Self(pool))
    }

    /// A connection on loan.
    ///
    /// # Errors
    /// PostgreSQL is unavailable, or every connection stays in use for five seconds.
    pub async fn get(&self) -> Result<Connection, Error> {
        self.0.get().await.map(|loan| Connection(Held::Loan(loan))).map_err(Error::transient)
    }

    /// How many connections there are, and how many callers wait for one.
    pub fn connections(&self) -> Connections {
        let status = self.0.status();
        Connections {
            max: status.max_size,
            in_use: status.size.saturating_sub(status.available),
            idle: status.available,
            waiting: status.waiting,
        }
    }

    /// A connection beside the pool, for callers that need the notifications of its [`Driver`]. It lives as long as that
    /// is polled.
    ///
    /// # Errors
    /// There are no credentials, PostgreSQL is unavailable or not the server that it should be, or it refuses us.
    pub async fn connect(&self) -> Result<(tokio_postgres::Client, Driver), ConnectError> {
        self.0.manager().connector.connect().await
    }

    /// Closes the pool; connections on loan finish first.
    pub fn close(&self) {
        self.0.close();
    }
}

impl Connection {
    /// Takes the connection out of the pool for good: for a session that holds a lock or listens.
    #[must_use]
    pub fn detach(self) -> Self {
        Self(Held::Own(self.into_wire()))
    }

    pub(crate) fn into_wire(self) -> Wire {
        match self.0 {
            Held::Loan(loan) => managed::Object::take(loan),
            Held::Own(wire) => wire,
        }
    }

    /// Closes the socket now, so that PostgreSQL undoes what is open and lets go of its locks. The pool throws the
    /// rest away.
    pub(crate) fn sever(&mut self) {
        let wire = match &mut self.0 {
            Held::Loan(loan) => &mut **loan,
            Held::Own(wire) => wire,
        };
        AtomicBool::store(&wire.alive, false, Ordering::Release);
        wire.socket.abort();
    }
}

impl Deref for Connection {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        match &self.0 {
            Held::Loan(loan) => &loan.connection,
            Held::Own(wire) => &wire.connection,
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        match &mut self.0 {
            Held::Loan(loan) => &mut loan.connection,
            Held::Own(wire) => &mut wire.connection,
        }
    }
}

/// Takes a session's advisory lock, if nobody else has it.
///
/// # Errors
/// The statement fails.
pub async fn try_lock(connection: &mut AsyncPgConnection, lock: i64) -> QueryResult<bool> {
    #[derive(diesel::QueryableByName)]
    struct Lock {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        held: bool,
    }
    let ask = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS held")
        .bind::<diesel::sql_types::BigInt, _>(lock);
    Ok(prepared(ask).get_result::<Lock>(connection).await?.held)
}

/// `SELECT 1`, for readiness.
///
/// # Errors
/// PostgreSQL is unavailable.
pub async fn ping(pool: &Pool) -> Result<(), Error> {
    let mut connection = pool.get().await?;
    connection.batch_execute("SELECT 1").await?;
    Ok(())
}
