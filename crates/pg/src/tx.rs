//! Transactions that can be run again, and what they leave to be done with and after their commit.
//!
//! **Flights.** A statement whose answer nobody needs before the commit is [deferred](Tx::defer): all of these, the
//! records of the log and the `COMMIT` leave together and are waited for once. `BEGIN` leaves together with the first
//! statement. PostgreSQL works off a connection in its order, so nothing overtakes anything; a statement that fails
//! aborts the transaction, and a `COMMIT` behind it undoes everything.

use std::{
    collections::HashMap,
    fmt, mem,
    ops::{Deref, DerefMut},
    pin::Pin,
};

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{QueryFragment, QueryId},
};
use diesel_async::{AsyncConnectionCore, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::{
    FutureExt, TryFutureExt,
    future::{BoxFuture, maybe_done},
};
use kernel::time::Clock;
use uuid::Uuid;

use crate::{
    log::{self, Record},
    pool::Connection,
    prepared::prepared,
};

/// A session refuses to write by itself ([`crate::connect`]), so a statement can never do something without the `BEGIN`
/// that it was sent behind, even if just that one had failed.
const BEGIN: &str = "BEGIN READ WRITE";

/// PostgreSQL answers the `COMMIT` of an aborted transaction with a silent `ROLLBACK`: a caller that swallowed the error of
/// a statement would be told that it is done. Any statement tells the truth, and behind one that fails the rest of the
/// text is not run.
const COMMIT: &str = "SELECT 1; COMMIT";

/// An open transaction. Whatever is to be committed with its cause (events, timers) is written only through it.
pub struct Tx<'a> {
    connection: &'a mut AsyncPgConnection,
    scope: &'a Scope,
    last: &'a mut Last,
}

/// What a transaction knows of its surroundings.
#[derive(Clone, Debug)]
pub struct Scope {
    pub clock: Clock,
    pub service: &'static str,
}

/// Something to be woken after a commit. The floors above give each of the eight its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal(u8);

impl Signal {
    /// The signal number `n`, below eight.
    pub const fn new(n: u8) -> Self {
        Self(1 << n)
    }
}

/// What a transaction leaves to be done after its commit.
#[derive(Debug, Default)]
pub struct AfterCommit {
    signals: u8,
    /// What it has told, each with its place in the log.
    pub told: Vec<Record>,
}

impl AfterCommit {
    /// Whether the transaction asked for `signal`.
    pub fn asks_for(&self, signal: Signal) -> bool {
        self.signals & signal.0 != 0
    }
}

type Statement = Box<dyn for<'c> FnOnce(&'c AsyncPgConnection) -> BoxFuture<'c, QueryResult<usize>> + Send>;

/// What is to be done last of all.
#[derive(Default)]
struct Last {
    statements: Vec<Statement>,
    after: AfterCommit,
}

impl<'a> Tx<'a> {
    /// Time and ids.
    pub fn clock(&self) -> &'a Clock {
        &self.scope.clock
    }

    /// The service whose database this is.
    pub fn service(&self) -> &'static str {
        self.scope.service
    }

    /// Asks for `signal` to be given once this transaction is committed.
    pub fn after_commit(&mut self, signal: Signal) {
        self.last.after.signals |= signal.0;
    }

    /// Leaves a statement for the end of the transaction: it is sent with the `COMMIT`, behind those that were left
    /// before, and costs no wait of its own. What this transaction reads does not see it before [`Tx::flush`]; if it
    /// fails, the commit does.
    pub fn defer<Q>(&mut self, statement: Q)
    where
        Q: QueryFragment<Pg> + QueryId + Send + 'static,
    {
        self.last
            .statements
            .push(Box::new(move |mut c: &AsyncPgConnection| c.execute_returning_count(statement)));
    }

    /// Sends now, together, what was deferred: for what this transaction reads of it.
    ///
    /// # Errors
    /// That of the first that fails.
    pub async fn flush(&mut self) -> QueryResult<()> {
        let statements = mem::take(&mut self.last.statements);
        fly(statements.into_iter().map(|statement| run(self.connection, statement))).await.map(drop)
    }

    /// Tells a fact: it gets its place in the log with the commit.
    pub fn tell(&mut self, record: Record) {
        self.last.after.told.push(record);
    }

    /// The same transaction, for a part of its work.
    pub fn reborrow(&mut self) -> Tx<'_> {
        Tx { connection: self.connection, scope: self.scope, last: self.last }
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
        self.connection
    }
}

/// A transaction that its holder ends: for tasks that are spawned, where the compiler cannot yet prove that an async
/// closure over borrowed things may move between threads. Dropped unfinished, it takes its connection with it: nothing
/// is committed, and no lock waits for the pool to notice.
pub struct Open<'c> {
    connection: Connection,
    scope: &'c Scope,
    last: Last,
    is_ended: bool,
}

impl<'c> Open<'c> {
    /// Begins a transaction; handlers use `cx.tx` of the service floor. The answer is not waited for: what would be
    /// the matter with it is the matter with the first statement too.
    pub fn begin(connection: Connection, scope: &'c Scope) -> Self {
        // Sent when it is polled for the first time.
        let _ = (&mut &*connection).batch_execute(BEGIN).now_or_never();
        Self { connection, scope, last: Last::default(), is_ended: false }
    }

    /// What the statements run on.
    pub fn tx(&mut self) -> Tx<'_> {
        Tx { connection: &mut self.connection, scope: self.scope, last: &mut self.last }
    }

    /// Commits; tells what is to be done after it.
    ///
    /// # Errors
    /// A deferred statement or the commit fails, or the transaction was aborted by a statement whose error was swallowed.
    pub async fn commit(mut self) -> QueryResult<AfterCommit> {
        let last = mem::take(&mut self.last);
        match commit(&self.connection, last).await {
            Ok(after) => {
                self.is_ended = true;
                Ok(after)
            }
            Err(error) => {
                self.rollback().await;
                Err(error)
            }
        }
    }

    /// Undoes everything.
    pub async fn rollback(mut self) {
        // A connection that cannot even roll back is closed when this is dropped.
        self.is_ended = self.connection.batch_execute("ROLLBACK").await.is_ok();
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.is_ended {
            self.connection.sever();
        }
    }
}

impl fmt::Debug for Open<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open").finish_non_exhaustive()
    }
}

/// What was left for the end, and the `COMMIT`, in one flight.
async fn commit(connection: &AsyncPgConnection, last: Last) -> QueryResult<AfterCommit> {
    let Last { statements, mut after } = last;
    if statements.is_empty() && after.told.is_empty() {
        (&mut &*connection).batch_execute(COMMIT).await?;
        return Ok(after);
    }
    let told = (!after.told.is_empty()).then(|| log::append(connection, &after.told).boxed());
    let end: Statement = Box::new(|mut c| c.execute_returning_count(prepared(diesel::sql_query("COMMIT"))));
    let flight = statements.into_iter().map(|statement| run(connection, statement)).chain(told);
    let places = fly(flight.chain([run(connection, end)])).await?;
    for record in &mut after.told {
        record.position = places.get(&record.event_id).copied().unwrap_or_default();
    }
    Ok(after)
}

/// The places of records that were written: those of most statements are none.
type Places = HashMap<Uuid, i64>;

fn run(connection: &AsyncPgConnection, statement: Statement) -> BoxFuture<'_, QueryResult<Places>> {
    statement(connection).map_ok(|_| Places::new()).boxed()
}

/// Sends statements in their order, and then waits for all of them. All go through the connection's cache of prepared
/// statements, which lets in one after the other: a statement that has to be prepared first is not overtaken.
///
/// # Errors
/// The first that failed; of those behind it there is only to say that the transaction was aborted.
async fn fly<'c>(
    statements: impl Iterator<Item = BoxFuture<'c, QueryResult<Places>>>,
) -> QueryResult<Places> {
    let mut flight: Vec<_> = statements.map(maybe_done).collect();
    for statement in &mut flight {
        // Sent when it is polled for the first time.
        let _ = statement.now_or_never();
    }
    let (mut places, mut failed) = (Places::new(), None);
    for mut statement in flight {
        (&mut statement).await;
        match Pin::new(&mut statement).take_output() {
            Some(Ok(some)) => places.extend(some),
            Some(Err(error)) => drop(failed.get_or_insert(error)),
            None => {}
        }
    }
    failed.map_or(Ok(places), Err)
}
