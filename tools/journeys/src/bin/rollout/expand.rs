//! The migrations of the version that comes: they add to tables that are in use, and take nothing away. Only rehearsals
//! have them.

use anyhow::Context;
use common::db::{Database, Pool};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use secrecy::SecretString;
use standalone::Databases;

const CORE: EmbeddedMigrations = embed_migrations!("src/bin/rollout/expand/core");
const AUTH: EmbeddedMigrations = embed_migrations!("src/bin/rollout/expand/auth");
const NOTIFY_ADDRESS: EmbeddedMigrations = embed_migrations!("src/bin/rollout/expand/notify-address");
const CHAT: EmbeddedMigrations = embed_migrations!("src/bin/rollout/expand/chat");

/// Migrations of a service, by its name.
fn migrations() -> [(&'static str, EmbeddedMigrations); 4] {
    [("core", CORE), ("auth", AUTH), ("notify-address", NOTIFY_ADDRESS), ("chat", CHAT)]
}

/// Runs them as `<service> migrate` runs its own: same role, same lock, same patience, while the old version serves.
///
/// # Errors
/// One fails.
pub async fn run(databases: &Databases) -> anyhow::Result<()> {
    for (service, migrations) in migrations() {
        let pool = pool(databases, service)?;
        pool.migrate(migrations).await.with_context(|| service.to_owned())?;
        pool.close();
    }
    Ok(())
}

/// Names of those that are not there: nothing may take them back.
///
/// # Errors
/// A database is unavailable.
pub async fn missing(databases: &Databases) -> anyhow::Result<Vec<String>> {
    let mut missing = Vec::new();
    for (service, migrations) in migrations() {
        let pool = pool(databases, service)?;
        missing.extend(pool.missing_migrations(migrations).await?);
        pool.close();
    }
    Ok(missing)
}

fn pool(databases: &Databases, service: &str) -> anyhow::Result<Pool> {
    let url: &SecretString = match service {
        "core" => &databases.core,
        "auth" => &databases.auth,
        "chat" => &databases.chat,
        _ => &databases.notify_address,
    };
    Pool::new(&Database::new(url.clone(), 2), "dojob rollout")
}
