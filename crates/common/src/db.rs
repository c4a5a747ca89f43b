//! PostgreSQL: the pool, transactions that can be run again, and the one reader of database errors.

mod address;
mod connect;

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use deadpool::managed;
use diesel::{
    QueryResult,
    migration::{Migration, MigrationSource},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    result::{DatabaseErrorKind, Error},
};
use diesel_async::{
    AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};
use serde::Serialize;
use tokio::runtime::Handle;

use connect::Connector;
pub use connect::{ConnectError, Driver, Password};

use crate::{
    events::{Actor, Event},
    http::Problem,
    time::Clock,
};

/// The chassis tables (`sql/chassis.sql`).
pub mod schema {
    diesel::table! {
        outbox (id) { id -> BigInt, event_id -> Uuid, topic -> Text, kind -> Text, key -> Uuid, sequence -> BigInt,
            occurred_at -> Timestamptz, headers -> Jsonb, data -> Jsonb, }
    }
    diesel::table! {
        event_log (position) { position -> BigInt, event_id -> Uuid, topic -> Text, kind -> Text, key -> Uuid,
            sequence -> BigInt, occurred_at -> Timestamptz, headers -> Jsonb, data -> Jsonb, }
    }
    diesel::table! { consumer_position (consumer, source) { consumer -> Text, source -> Text, position -> BigInt, } }
    diesel::table! { processed_event (consumer, event_id) { consumer -> Text, event_id -> Uuid, } }
    diesel::table! {
        parked_event (id) { id -> BigInt, consumer -> Text, key -> Uuid, event_id -> Uuid, record -> Jsonb,
            cause -> Text, parked_at -> Timestamptz, }
    }
    diesel::table! {
        idempotency (account_id, key) { account_id -> Uuid, key -> Text, operation -> Text, body_hash -> Binary,
            status -> SmallInt, location -> Nullable<Text>, body -> Nullable<Jsonb>, created_at -> Timestamptz, }
    }
    diesel::table! {
        job (id) { id -> Uuid, kind -> Text, key -> Text, run_at -> Timestamptz, payload -> Jsonb, attempts -> Integer,
            locked_until -> Nullable<Timestamptz>, last_error -> Nullable<Text>, }
    }
}

/// How to reach a service's database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/etc/ca.pem`.
    pub url: secrecy::SecretString,
    pub max_connections: usize,
    pub password: Password,
}

impl Database {
    /// A database whose URL says everything.
    pub fn new(url: impl Into<secrecy::SecretString>, max_connections: usize) -> Self {
        Self { url: url.into(), max_connections, password: Password::Url }
    }
}

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
    connection: AsyncPgConnection,
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
    type Error = Error;

    async fn create(&self) -> Result<Wire, Error> {
        let (connector, alive) = (self.connector.clone(), Arc::new(AtomicBool::new(true)));
        let flag = alive.clone();
        let away = |e: &dyn fmt::Display| {
            Error::DatabaseError(DatabaseErrorKind::ClosedConnection, Box::new(e.to_string()))
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
            .map_err(|e| away(&e))?
            .map_err(|e| away(&e))?;
        let connection = AsyncPgConnection::try_from(client).await.map_err(|e| away(&e))?;
        Ok(Wire { connection, alive, socket })
    }

    async fn recycle(&self, wire: &mut Wire, _: &managed::Metrics) -> managed::RecycleResult<Error> {
        if AtomicBool::load(&wire.alive, Ordering::Acquire)
            && !Manages::is_broken_transaction_manager(&mut wire.connection)
        {
            Ok(())
        } else {
            Err(managed::RecycleError::message("the connection is gone or was left inside a transaction"))
        }
    }
}

type Manages = <AsyncPgConnection as AsyncConnection>::TransactionManager;

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
    /// 503 when PostgreSQL is away or every connection stays in use for five seconds.
    pub async fn get(&self) -> Result<Connection, Problem> {
        self.0.get().await.map(|loan| Connection(Held::Loan(loan))).map_err(Problem::unavailable)
    }

    /// A connection beside the pool, for who must have the messages of its [`Driver`]: notifications. It lives as long
    /// as that is polled.
    ///
    /// # Errors
    /// There are no credentials, PostgreSQL is away or not the server that it should be, or it refuses us.
    pub async fn connect(&self) -> Result<(tokio_postgres::Client, Driver), ConnectError> {
        self.0.manager().connector.connect().await
    }

    /// Closes the pool; connections on loan finish first.
    pub fn close(&self) {
        self.0.close();
    }

    /// Runs the embedded migrations that are missing. Processes that start together take turns.
    ///
    /// # Errors
    /// PostgreSQL is away, or a migration fails; those before it stay.
    pub async fn migrate(&self, migrations: EmbeddedMigrations) -> anyhow::Result<()> {
        let mut connection = self.get().await?.into_wire().connection;
        // Asked for again and again, because whoever waits inside a statement holds back a concurrent index of the
        // one it waits for. The lock ends with the connection.
        while !try_lock(&mut connection, MIGRATING).await? {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        connection.batch_execute("SET statement_timeout = 0; SET lock_timeout = '10s'").await?;
        tokio::task::spawn_blocking(move || {
            let mut harness = diesel_async::AsyncMigrationHarness::new(connection);
            harness
                .run_pending_migrations(migrations)
                .map(drop)
                .map_err(|e| anyhow::anyhow!("migration: {e}"))
        })
        .await?
    }

    /// Names of the embedded migrations that this database has not run.
    ///
    /// # Errors
    /// PostgreSQL is away.
    pub async fn missing_migrations(&self, migrations: &EmbeddedMigrations) -> anyhow::Result<Vec<String>> {
        #[derive(diesel::QueryableByName)]
        struct Ran {
            #[diesel(sql_type = diesel::sql_types::Text)]
            version: String,
        }
        let mut connection = self.get().await?;
        let ran = diesel::sql_query("SELECT version FROM __diesel_schema_migrations")
            .load::<Ran>(&mut *connection)
            .await
            .unwrap_or_default();
        let embedded: Vec<Box<dyn Migration<Pg>>> =
            migrations.migrations().map_err(|e| anyhow::anyhow!("embedded migrations: {e}"))?;
        let has_run = |version: String| ran.iter().any(|r| r.version == version);
        let missing =
            embedded.iter().map(Migration::name).filter(|name| !has_run(name.version().to_string()));
        Ok(missing.map(ToString::to_string).collect())
    }
}

impl Connection {
    /// Takes the connection out of the pool for good: for a session that holds a lock or listens.
    pub(crate) fn detach(self) -> Self {
        Self(Held::Own(self.into_wire()))
    }

    fn into_wire(self) -> Wire {
        match self.0 {
            Held::Loan(loan) => managed::Object::take(loan),
            Held::Own(wire) => wire,
        }
    }

    /// Closes the socket now, so that PostgreSQL undoes what is open and lets go of its locks. The pool throws the
    /// rest away.
    fn sever(&mut self) {
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

/// An open transaction. Events are emitted and timers set only through it, so they are committed with their cause.
pub struct Tx<'a> {
    connection: &'a mut AsyncPgConnection,
    scope: &'a Scope,
    left: &'a Left,
}

/// What a transaction knows of its surroundings.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub clock: Clock,
    pub service: &'static str,
}

/// What a transaction leaves to be done after its commit.
#[derive(Debug, Default)]
pub(crate) struct Left {
    pub events: AtomicBool,
    pub jobs: AtomicBool,
    /// The last statement was the chassis' own and passed, so the transaction is not an aborted one. Whoever takes the
    /// connection for another one makes that doubtful again.
    sound: AtomicBool,
}

impl<'a> Tx<'a> {
    /// Time and ids.
    pub fn clock(&self) -> &'a Clock {
        &self.scope.clock
    }

    /// Says a fact to the other services, once this transaction is committed.
    ///
    /// # Errors
    /// The statement fails.
    pub async fn emit<E: Event>(&mut self, actor: Actor, event: &E) -> QueryResult<()> {
        self.left.events.store(true, Ordering::Relaxed);
        crate::events::outbox::insert(self, actor, event).await
    }

    /// Sets the timer `(kind, key)`; setting it again moves it.
    ///
    /// # Errors
    /// The statement fails.
    pub async fn schedule<P: Serialize + Sync>(
        &mut self,
        kind: &'static str,
        key: impl fmt::Display,
        run_at: DateTime<Utc>,
        payload: &P,
    ) -> QueryResult<()> {
        self.left.jobs.store(true, Ordering::Relaxed);
        crate::jobs::schedule(self, kind, key.to_string(), run_at, payload).await
    }

    /// Takes the timer `(kind, key)` away, if there is one.
    ///
    /// # Errors
    /// The statement fails.
    pub async fn unschedule(&mut self, kind: &'static str, key: impl fmt::Display) -> QueryResult<()> {
        crate::jobs::unschedule(self, kind, key.to_string()).await
    }

    pub(crate) fn service(&self) -> &'static str {
        self.scope.service
    }

    /// To be called behind the last statement of the transaction, when it has passed.
    pub(crate) fn sound(&self) {
        self.left.sound.store(true, Ordering::Relaxed);
    }

    /// The same transaction, for a part of its work.
    pub(crate) fn again(&mut self) -> Tx<'_> {
        Tx { connection: self.connection, scope: self.scope, left: self.left }
    }
}

impl Deref for Tx<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        self.connection
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        self.left.sound.store(false, Ordering::Relaxed);
        self.connection
    }
}

/// A transaction that its holder ends: for tasks that are spawned, where the compiler cannot yet prove that an async
/// closure over borrowed things may move between threads. Dropped unfinished, it takes its connection with it: nothing
/// is committed, and no lock waits for the pool to notice.
pub struct Open<'c> {
    connection: Connection,
    scope: &'c Scope,
    left: Left,
}

impl<'c> Open<'c> {
    pub(crate) async fn begin(connection: Connection, scope: &'c Scope) -> QueryResult<Self> {
        let mut open = Self { connection, scope, left: Left::default() };
        Manages::begin_transaction(&mut *open.connection).await?;
        Ok(open)
    }

    /// What the statements run on.
    pub fn tx(&mut self) -> Tx<'_> {
        Tx { connection: &mut self.connection, scope: self.scope, left: &self.left }
    }

    /// Commits; tells what is left to be done after it.
    pub(crate) async fn commit(mut self) -> QueryResult<Left> {
        // PostgreSQL answers the COMMIT of an aborted transaction with a silent ROLLBACK: whoever swallowed the error
        // of a statement would be told that it is done. Any statement tells the truth.
        let sound = *self.left.sound.get_mut();
        let truth = if sound { Ok(()) } else { self.connection.batch_execute("SELECT 1").await };
        let done = match truth {
            Ok(()) => Manages::commit_transaction(&mut *self.connection).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => Ok(std::mem::take(&mut self.left)),
            Err(error) => {
                let _ = Manages::rollback_transaction(&mut *self.connection).await;
                Err(error)
            }
        }
    }

    /// Undoes everything.
    pub async fn rollback(mut self) {
        // A connection that cannot even roll back is closed when this is dropped.
        let _ = Manages::rollback_transaction(&mut *self.connection).await;
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if Manages::is_broken_transaction_manager(&mut *self.connection) {
            self.connection.sever();
        }
    }
}

/// How a failed statement is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// PostgreSQL is away, starting, stopping, a replica by now or too busy: it will pass.
    Away,
    /// A deadlock or serialisation failure: the same transaction may well pass.
    RunAgain,
    /// `lock_timeout` ran out.
    LockTimeout,
    /// A constraint, whose name says which rule.
    Constraint,
    /// Absent row.
    Absent,
    /// Anything else is a mistake of ours.
    Broken,
}

/// The only reader of database errors. Several arrive as `Unknown` without a code, so their message decides; servers
/// are set up with English messages.
pub fn classify(error: &Error) -> Class {
    let Error::DatabaseError(kind, info) = error else {
        return match error {
            Error::NotFound => Class::Absent,
            Error::BrokenTransactionManager => Class::Away,
            Error::RollbackErrorOnCommit { commit_error, .. } => classify(commit_error),
            _ => Class::Broken,
        };
    };
    let message = info.message();
    match kind {
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::UnableToSendCommand
        | DatabaseErrorKind::ReadOnlyTransaction => Class::Away,
        DatabaseErrorKind::SerializationFailure => Class::RunAgain,
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation
        | DatabaseErrorKind::CheckViolation => Class::Constraint,
        _ if message.contains("deadlock detected") => Class::RunAgain,
        _ if message.contains("lock timeout") => Class::LockTimeout,
        _ if message.contains("terminating connection")
            || message.contains("statement timeout")
            || message.contains("the database system is")
            || message.contains("connection closed")
            || message.contains("error communicating with the server") =>
        {
            Class::Away
        }
        _ => Class::Broken,
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match classify(&error) {
            Class::Away | Class::LockTimeout => Self::unavailable(&error),
            Class::RunAgain => Self::run_again(&error),
            Class::Absent => Self::not_found(),
            Class::Constraint | Class::Broken => Self::internal(&error),
        }
    }
}

/// Turns the violation of a named constraint into the rule's own refusal.
pub trait OnConstraint<T> {
    /// # Errors
    /// `refusal` when `constraint` was violated, else the error as classified.
    fn on_constraint(self, constraint: &str, refusal: impl Into<Problem>) -> Result<T, Problem>;
}

impl<T> OnConstraint<T> for QueryResult<T> {
    fn on_constraint(self, constraint: &str, refusal: impl Into<Problem>) -> Result<T, Problem> {
        self.map_err(|error| match &error {
            Error::DatabaseError(_, info) if names(info.as_ref(), constraint) => refusal.into(),
            _ => error.into(),
        })
    }
}

fn names(info: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync), constraint: &str) -> bool {
    info.constraint_name()
        .map_or_else(|| info.message().contains(&format!("\"{constraint}\"")), |name| name == constraint)
}

/// Any number, the same in every process: who holds this advisory lock runs migrations.
const MIGRATING: i64 = 0x646f_6a6f_626d_6967;

/// Takes a session's advisory lock, if nobody else has it.
pub(crate) async fn try_lock(connection: &mut AsyncPgConnection, lock: i64) -> QueryResult<bool> {
    #[derive(diesel::QueryableByName)]
    struct Lock {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        held: bool,
    }
    let ask = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS held")
        .bind::<diesel::sql_types::BigInt, _>(lock);
    Ok(prepared(ask).get_result::<Lock>(connection).await?.held)
}

/// Raw SQL that is parsed and planned once per connection. A bare `sql_query` is so every time: a round trip more,
/// and for what runs with every request half of the work. The text must be fixed; values go into binds.
pub fn prepared<Q>(query: Q) -> Prepared<Q> {
    Prepared(query)
}

/// See [`prepared`].
#[derive(Clone, Debug)]
pub struct Prepared<Q>(Q);

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();

    /// The statement is found by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// `SELECT 1`, for readiness.
///
/// # Errors
/// 503 when PostgreSQL is away.
pub async fn ping(pool: &Pool) -> Result<(), Problem> {
    let mut connection = pool.get().await?;
    connection.batch_execute("SELECT 1").await?;
    Ok(())
}
