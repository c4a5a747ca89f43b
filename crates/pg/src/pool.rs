//! The pool: a few connections for each HTTP worker, driven by its own runtime, and some that all tasks share.

use std::{
    cell::RefCell,
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use deadpool::managed::{self, PoolError, TimeoutType, Timeouts};
use diesel::QueryResult;
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use kernel::metrics::Connections;
use tokio::runtime::Handle;

use crate::{
    connect::{ConnectError, Connector, Driver},
    database::Database,
    error::Error,
    lookup::Slot,
    prepared::prepared,
    statements::Statements,
    wire::Wire,
};

/// How long to wait for a connection that is in use, or being opened.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(5));

/// Only what is free.
const FREE: Timeouts = Timeouts { wait: Some(Duration::ZERO), create: PATIENCE, recycle: None };

/// A pool of connections. A thread that [took a share](Pool::take_share) of them takes its own: their sockets
/// are driven by its runtime, so that a statement wakes nobody on another thread. Everyone else takes from the rest, which
/// is driven by the runtime that the pool was made on and outlives those threads.
#[derive(Clone)]
pub struct Pool(Arc<Shares>);

struct Shares {
    connector: Arc<Connector>,
    /// Of everyone who has no share.
    rest: managed::Pool<Manager>,
    /// The connections of one share, of which there are as many as workers.
    share: usize,
    workers: usize,
    /// Of threads: for the metrics, and to be closed.
    owned: Mutex<Vec<Arc<Share>>>,
}

/// What one thread has.
struct Share {
    loans: managed::Pool<Manager>,
    /// Of its look-ups; none where the share is a single connection.
    lookups: Option<Slot>,
}

thread_local! {
    /// The shares of this thread, one for each pool, which its connector identifies.
    static OWN: RefCell<Vec<(Arc<Connector>, Arc<Share>)>> = const { RefCell::new(Vec::new()) };
}

/// A connection on loan from the [`Pool`], or taken out of it for good.
pub struct Connection(Held);

enum Held {
    Loan(managed::Object<Manager>),
    Own(Wire),
}

/// A connection for look-ups, usually shared with others. Only statements that need no transaction run on it.
pub struct Lookup(Part);

enum Part {
    Shared(Arc<Wire>),
    Alone(Box<Connection>),
}

impl Deref for Lookup {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        match &self.0 {
            Part::Shared(wire) => &wire.connection,
            Part::Alone(connection) => connection,
        }
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookup").finish_non_exhaustive()
    }
}

pub(crate) struct Manager {
    connector: Arc<Connector>,
    runtime: Handle,
}

impl managed::Manager for Manager {
    type Type = Wire;
    type Error = diesel::result::Error;

    async fn create(&self) -> Result<Wire, diesel::result::Error> {
        Wire::open(self.connector.clone(), &self.runtime, Statements::default()).await
    }

    async fn recycle(
        &self,
        wire: &mut Wire,
        _: &managed::Metrics,
    ) -> managed::RecycleResult<diesel::result::Error> {
        if wire.is_alive() && !Manages::is_broken_transaction_manager(&mut wire.connection) {
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
        let share = database.share();
        let rest = driven_here(connector.clone(), database.max_connections - share * database.workers)?;
        let owned = Mutex::new(Vec::with_capacity(database.workers));
        Ok(Self(Arc::new(Shares { connector, rest, share, workers: database.workers, owned })))
    }

    /// Gives this thread, a worker, its share of the connections, while there are any. To be called where the thread's
    /// runtime runs.
    ///
    /// # Errors
    /// There is no runtime.
    pub fn take_share(&self) -> anyhow::Result<()> {
        let Shares { connector, share, workers, owned, .. } = &*self.0;
        let mut owned = owned.lock().unwrap_or_else(PoisonError::into_inner);
        if *share == 0 || owned.len() == *workers {
            return Ok(());
        }
        let lookups = (*share > 1).then(|| Slot::new(connector.clone(), Handle::current()));
        let loans = driven_here(connector.clone(), share - usize::from(lookups.is_some()))?;
        let own = Arc::new(Share { loans, lookups });
        owned.push(own.clone());
        OWN.with_borrow_mut(|all| all.push((connector.clone(), own)));
        Ok(())
    }

    /// What this thread has.
    fn own(&self) -> Option<Arc<Share>> {
        OWN.with_borrow(|all| {
            let mine = all.iter().find(|(connector, _)| Arc::ptr_eq(connector, &self.0.connector));
            mine.map(|(_, share)| share.clone())
        })
    }

    /// A connection on loan: of this thread's, else a free one of the rest, else the next of this thread's.
    ///
    /// # Errors
    /// PostgreSQL is unavailable, or every connection stays in use for five seconds.
    pub async fn get(&self) -> Result<Connection, Error> {
        let own = self.own();
        let rest = &self.0.rest;
        let loans = own.as_ref().map_or(rest, |own| &own.loans);
        if own.is_some() {
            for pool in [loans, rest] {
                match pool.timeout_get(&FREE).await {
                    Err(PoolError::Timeout(TimeoutType::Wait)) => {}
                    loan => return loan.map(Connection::on_loan).map_err(Error::transient),
                }
            }
        }
        loans.get().await.map(Connection::on_loan).map_err(Error::transient)
    }

    /// A connection for look-ups: reads of a row or a few by an index. A thread's look-ups share one, and PostgreSQL answers
    /// them one after the other: a statement that takes its time would make all others wait. Where the thread has none, or
    /// too many wait already, it is one on loan.
    ///
    /// # Errors
    /// As [`Pool::get`].
    pub async fn lookup(&self) -> Result<Lookup, Error> {
        let own = self.own();
        let shared = own.as_ref().and_then(|own| own.lookups.as_ref()).and_then(Slot::take);
        match shared {
            Some(wire) => Ok(Lookup(Part::Shared(wire))),
            None => self.get().await.map(|connection| Lookup(Part::Alone(Box::new(connection)))),
        }
    }

    /// How many connections there are, and how many callers wait for one.
    pub fn connections(&self) -> Connections {
        let Shares { rest, share, workers, owned, .. } = &*self.0;
        let owned = owned.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sum = Connections { max: rest.status().max_size + share * workers, ..Connections::default() };
        for pool in owned.iter().map(|own| &own.loans).chain([rest]) {
            let status = pool.status();
            sum.in_use += status.size.saturating_sub(status.available);
            sum.idle += status.available;
            sum.waiting += status.waiting;
        }
        for lookups in owned.iter().filter_map(|own| own.lookups.as_ref()) {
            let used = lookups.is_used();
            sum.in_use += usize::from(used == Some(true));
            sum.idle += usize::from(used == Some(false));
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
        for share in owned.iter() {
            share.loans.close();
            share.lookups.iter().for_each(Slot::close);
        }
        self.0.rest.close();
    }
}

/// A pool whose connections are driven by the current runtime.
fn driven_here(connector: Arc<Connector>, max: usize) -> anyhow::Result<managed::Pool<Manager>> {
    let manager = Manager { connector, runtime: Handle::try_current()? };
    let pool = managed::Pool::builder(manager)
        .max_size(max)
        .wait_timeout(PATIENCE)
        .create_timeout(PATIENCE)
        .runtime(deadpool::Runtime::Tokio1)
        .build()?;
    Ok(pool)
}

impl Connection {
    fn on_loan(loan: managed::Object<Manager>) -> Self {
        Self(Held::Loan(loan))
    }

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
        wire.sever();
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
