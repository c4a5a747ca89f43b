//! Transactions that can be run again, and what they leave to be done after their commit.

use std::{
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicBool, AtomicU8, Ordering},
};

use diesel::QueryResult;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection, TransactionManager};
use kernel::time::Clock;

use crate::pool::{Connection, Manages};

/// An open transaction. Whatever is to be committed with its cause (events, timers) is written only through it.
pub struct Tx<'a> {
    connection: &'a mut AsyncPgConnection,
    scope: &'a Scope,
    after: &'a AfterCommit,
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
    signals: AtomicU8,
    /// The last statement was the chassis' own and passed, so the transaction is not an aborted one. Taking the
    /// connection for another statement makes that doubtful again.
    is_usable: AtomicBool,
}

impl AfterCommit {
    /// Whether the transaction asked for `signal`.
    pub fn asks_for(&self, signal: Signal) -> bool {
        self.signals.load(Ordering::Relaxed) & signal.0 != 0
    }
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
    pub fn after_commit(&self, signal: Signal) {
        self.after.signals.fetch_or(signal.0, Ordering::Relaxed);
    }

    /// To be called behind the last statement of the transaction, when it has passed: spares the question at the commit
    /// whether the transaction was aborted.
    pub fn mark_usable(&self) {
        self.after.is_usable.store(true, Ordering::Relaxed);
    }

    /// The same transaction, for a part of its work.
    pub fn reborrow(&mut self) -> Tx<'_> {
        Tx { connection: self.connection, scope: self.scope, after: self.after }
    }
}

impl Deref for Tx<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        self.after.is_usable.store(false, Ordering::Relaxed);
        self.connection
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        self.after.is_usable.store(false, Ordering::Relaxed);
        self.connection
    }
}

/// A transaction that its holder ends: for tasks that are spawned, where the compiler cannot yet prove that an async
/// closure over borrowed things may move between threads. Dropped unfinished, it takes its connection with it: nothing
/// is committed, and no lock waits for the pool to notice.
pub struct Open<'c> {
    connection: Connection,
    scope: &'c Scope,
    after: AfterCommit,
}

impl<'c> Open<'c> {
    /// Begins a transaction; handlers use `cx.tx` of the service floor.
    ///
    /// # Errors
    /// The statement fails.
    pub async fn begin(connection: Connection, scope: &'c Scope) -> QueryResult<Self> {
        let mut open = Self { connection, scope, after: AfterCommit::default() };
        Manages::begin_transaction(&mut *open.connection).await?;
        Ok(open)
    }

    /// What the statements run on.
    pub fn tx(&mut self) -> Tx<'_> {
        Tx { connection: &mut self.connection, scope: self.scope, after: &self.after }
    }

    /// Commits; tells what is to be done after it.
    ///
    /// # Errors
    /// The commit fails, or the transaction was aborted by a statement whose error was swallowed.
    pub async fn commit(mut self) -> QueryResult<AfterCommit> {
        // PostgreSQL answers the COMMIT of an aborted transaction with a silent ROLLBACK: a caller that swallowed the error
        // of a statement would be told that it is done. Any statement tells the truth.
        let is_usable = *self.after.is_usable.get_mut();
        let truth = if is_usable { Ok(()) } else { self.connection.batch_execute("SELECT 1").await };
        let done = match truth {
            Ok(()) => Manages::commit_transaction(&mut *self.connection).await,
            Err(error) => Err(error),
        };
        match done {
            Ok(()) => Ok(std::mem::take(&mut self.after)),
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
