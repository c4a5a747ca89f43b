//! `db check` and `db new`: migrations, what they make, and whether `schema.rs` still says so.

mod catalog;
mod declared;

use std::fs;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use postgres::Server;
use tokio_postgres::{Client, NoTls};

use crate::{
    home::{test_home, wait_for},
    tree::{File, SERVICES, files, root},
};
use catalog::Catalog;

const CHASSIS: &str = "crates/pg/sql";

/// Runs every migration on an empty database of this machine's PostgreSQL and looks at the result.
pub fn check() -> Result<()> {
    let wrong = wait_for(check_all())?;
    for line in &wrong {
        println!("{line}");
    }
    ensure!(wrong.is_empty(), "{} faults in the databases", wrong.len());
    Ok(())
}

async fn check_all() -> Result<Vec<String>> {
    let server = Server::shared_test(&test_home()?).await?;
    let admin = connect(&server.superuser_url("postgres")?).await?;
    // Two of us would drop one another's databases; the lock ends with the connection.
    admin.batch_execute("SELECT pg_advisory_lock(hashtextextended('dojob xtask db check', 0))").await?;
    let chassis = files(CHASSIS, &[".sql"])?;
    ensure!(!chassis.is_empty(), "{CHASSIS} is missing");
    let chassis = made(&server, &admin, "chassis", &chassis).await?;

    let mut wrong = Vec::new();
    for service in SERVICES {
        let migrations = files(&format!("services/{service}/migrations"), &["/up.sql"])?;
        ensure!(!migrations.is_empty(), "{service} has no migration");
        let catalog = made(&server, &admin, &service.replace('-', "_"), &migrations).await?;
        let mut schemas = files(&format!("services/{service}/src"), &[".rs"])?;
        schemas.extend(files("crates/pg/src", &["/schema.rs"])?);
        let declared = declared::tables(&schemas)?;
        println!(
            "{service}: {} migrations, {} tables, {} of them in schema.rs",
            migrations.len(),
            catalog.tables.len(),
            declared.len(),
        );
        let differences = [catalog.differs_in(&chassis), catalog.differs_from(&declared)].concat();
        let faults = catalog.faults.into_iter().chain(differences);
        wrong.extend(faults.map(|fault| format!("{service}: {fault}")));
    }
    Ok(wrong)
}

/// The catalogue of an empty database after `migrations`, run as the service's own role.
async fn made(server: &Server, admin: &Client, name: &str, migrations: &[File]) -> Result<Catalog> {
    let (database, role) = (format!("dojob_check_{name}"), format!("dojob_{name}"));
    let remove = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    admin.batch_execute(&remove).await?;
    let service = connect(&server.ensure_database(&database, &role).await?).await?;
    for migration in migrations {
        service.batch_execute(&migration.text).await.with_context(|| format!("{} fails", migration.path))?;
    }
    let catalog = Catalog::read(&service).await?;
    drop(service);
    admin.batch_execute(&remove).await?;
    Ok(catalog)
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    #[expect(clippy::disallowed_methods, clippy::let_underscore_future, reason = "ends with its client")]
    let _ = tokio::spawn(connection);
    Ok(client)
}

/// Makes the directory of a migration that sorts behind all others of its service.
pub fn new(service: &str, what: &str) -> Result<()> {
    ensure!(SERVICES.contains(&service), "{service} is none of {}", SERVICES.join(", "));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    ensure!(!what.is_empty() && what.chars().all(plain), "name it in a-z, 0-9 and _: {what:?}");
    let directory = root().join("services").join(service).join("migrations");
    let mut names = Vec::new();
    for entry in fs::read_dir(&directory).with_context(|| format!("cannot read {}", directory.display()))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    #[expect(clippy::disallowed_methods, reason = "a migration is named by the time it was written at")]
    let name = format!("{}_{what}", stamp(Utc::now(), &names));
    let directory = directory.join(&name);
    fs::create_dir(&directory)?;
    fs::write(directory.join("up.sql"), "-- Forward only. Why this is needed, then the statements.\n")?;
    println!("services/{service}/migrations/{name}/up.sql");
    Ok(())
}

/// Now, or one more than the newest migration if that claims to be from later.
fn stamp(now: DateTime<Utc>, names: &[String]) -> u64 {
    let number = |text: &str| text.split('_').next().and_then(|digits| digits.parse::<u64>().ok());
    let now = number(&now.format("%Y%m%d%H%M%S").to_string()).unwrap_or_default();
    let newest = names.iter().filter_map(|name| number(name)).max().unwrap_or_default();
    now.max(newest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_migration_comes_last() {
        let now = DateTime::from_timestamp(1_795_305_600, 0).unwrap();
        assert_eq!(stamp(now, &[]), 20_261_122_000_000);
        assert_eq!(stamp(now, &["20261123000000_chassis".to_owned()]), 20_261_123_000_001);
        assert_eq!(stamp(now, &["20250101000000_old".to_owned(), ".keep".to_owned()]), 20_261_122_000_000);
    }
}
