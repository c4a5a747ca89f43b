//! The pool: a few connections for each HTTP worker, driven by its own runtime, and some that all tasks share.

use std::{
    cell::RefCell,
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, PoisonError,
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

/// A pool of connections. A thread that has [given itself a share](Pool::give_share) of them takes its own: their sockets
/// are driven by its runtime, so that a statement wakes nobody on another thread. Everyone else takes from the rest, which
/// is driven by the runtime that the pool was made on and outlives those threads.
#[derive(Clone)]
pub struct Pool(Arc<Shares>);

struct Shares {
    connector: Arc<Connector>,
    /// Of everyone who has no share.
    rest: managed::Pool<Manager>,
    /// Of threads: for the metrics, and to be closed.
    owned: Mutex<Vec<managed::Pool<Manager>>>,
}

thread_local! {
    /// The shares of this thread, one for each pool, which its connector identifies.
    static OWN: RefCell<Vec<(Arc<Connector>, managed::Pool<Manager>)>> = const { RefCell::new(Vec::new()) };
}

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
        let rest = driven_here(connector.clone(), database.max_connections)?;
        Ok(Self(Arc::new(Shares { connector, rest, owned: Mutex::default() })))
    }

    /// Gives this thread, one of `threads` that do so, connections of its own out of the pool: a quarter and at least two
    /// stay with the rest. A pool too small to be shared stays whole. To be called where the thread's runtime runs.
    ///
    /// # Errors
    /// There is no runtime.
    pub fn give_share(&self, threads: usize) -> anyhow::Result<()> {
        let Shares { connector, rest, owned } = &*self.0;
        let mut owned = owned.lock().unwrap_or_else(PoisonError::into_inner);
        let total = rest.status().max_size + owned.iter().map(|own| own.status().max_size).sum::<usize>();
        let share = total.saturating_sub((total / 4).max(2)) / threads.max(1);
        if share == 0 || owned.len() == threads {
            return Ok(());
        }
        rest.resize(rest.status().max_size - share);
        let own = driven_here(connector.clone(), share)?;
        owned.push(own.clone());
        OWN.with_borrow_mut(|all| all.push((connector.clone(), own)));
        Ok(())
    }

    /// The connections that this thread takes from.
    fn here(&self) -> managed::Pool<Manager> {
        let own = OWN.with_borrow(|all| {
            let mine = all.iter().find(|(connector, _)| Arc::ptr_eq(connector, &self.0.connector));
            mine.map(|(_, own)| own.clone())
        });
        own.unwrap_or_else(|| self.0.rest.clone())
    }

    /// A connection on loan.
    ///
    /// # Errors
    /// PostgreSQL is unavailable, or every connection stays in use for five seconds.
    pub async fn get(&self) -> Result<Connection, Error> {
        self.here().get().await.map(|loan| Connection(Held::Loan(loan))).map_err(Error::transient)
    }

    /// How many connections there are, and how many callers wait for one.
    pub fn connections(&self) -> Connections {
        let owned = self.0.owned.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = Connections::default();
        for pool in owned.iter().chain([&self.0.rest]) {
            let status = pool.status();
            sum.max += status.max_size;
            sum.in_use += status.size.saturating_sub(status.available);
            sum.idle += status.available;
            sum.waiting += status.waiting;
        }
        sum
    }

    /// A connection beside the pool, for callers that need the notifications of its [`Driver`]. It lives as long as that
    /// is polled.
    ///
    /// # Errors
    /// There are no credentials, PostgreSQL is unavailable or not the server that it should be, or it refuses us.
    pub async fn connect(&self) -> Result<(tokio_postgres::Client, Driver), ConnectError> {
        self.0.connector.connect().await
    }

    /// Closes the pool; connections on loan finish first.
    pub fn close(&self) {
        let owned = self.0.owned.lock().unwrap_or_else(PoisonError::into_inner);
        owned.iter().chain([&self.0.rest]).for_each(managed::Pool::close);
    }
}

/// A pool whose connections are driven by the current runtime.
fn driven_here(connector: Arc<Connector>, max: usize) -> anyhow::Result<managed::Pool<Manager>> {
    let manager = Manager { connector, runtime: Handle::try_current()? };
    let pool = managed::Pool::builder(manager)
        .max_size(max)
        .wait_timeout(Some(Duration::from_secs(5)))
        .create_timeout(Some(Duration::from_secs(5)))
        .runtime(deadpool::Runtime::Tokio1)
        .build()?;
    Ok(pool)
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
