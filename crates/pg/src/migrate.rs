//! Embedded migrations, forward only.

use std::time::Duration;

use anyhow::anyhow;
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use crate::{Error, Pool, try_lock};

/// Any number, the same in every process: who holds this advisory lock runs migrations.
const MIGRATING: i64 = 0x646f_6a6f_626d_6967;

impl Pool {
    /// Runs the embedded migrations that are missing. Processes that start together take turns.
    ///
    /// # Errors
    /// PostgreSQL is unavailable, or a migration fails; those before it stay.
    pub async fn migrate(&self, migrations: EmbeddedMigrations) -> anyhow::Result<()> {
        let mut connection = self.get().await?.into_wire().connection;
        // Polled, because a session that waits inside a statement holds back a concurrent index of the one that it
        // waits for. The lock ends with the connection.
        while !try_lock(&mut connection, MIGRATING).await? {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let settings =
            "SET default_transaction_read_only = off; SET statement_timeout = 0; SET lock_timeout = '10s'";
        connection.batch_execute(settings).await?;
        with_harness(connection, move |harness| {
            harness.run_pending_migrations(migrations).map(drop).map_err(|e| anyhow!("migration: {e}"))
        })
        .await
    }

    /// Names of the embedded migrations that this database has not run.
    ///
    /// # Errors
    /// [`Error`]: PostgreSQL is unavailable, or this role may not read (or, on an empty database, make) diesel's own table.
    pub async fn missing_migrations(&self, migrations: EmbeddedMigrations) -> anyhow::Result<Vec<String>> {
        let mut connection = self.get().await?.into_wire().connection;
        connection.batch_execute("SET default_transaction_read_only = off").await?;
        with_harness(connection, move |harness| {
            let pending = harness.pending_migrations(migrations).map_err(|error| {
                let of_statement = error.downcast::<diesel::result::Error>();
                of_statement.map_or_else(|other| anyhow!("migrations: {other}"), |e| Error::from(*e).into())
            })?;
            Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
        })
        .await
    }
}

/// Diesel's migrations block, so they run on a thread for that.
async fn with_harness<T: Send + 'static>(
    connection: AsyncPgConnection,
    run: impl FnOnce(&mut AsyncMigrationHarness<AsyncPgConnection>) -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(move || run(&mut AsyncMigrationHarness::new(connection))).await?
}
