//! A database for each test: a slot that is copied from a template once and wiped at the start of each test. The
//! rows of a failed test stay for inspection until the slot is used again.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use common::{
    config::Env,
    db::{Database, Pool},
};
use diesel_migrations::EmbeddedMigrations;
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};

/// The tables of a service: its name, its migrations and where their text lies.
#[derive(Debug)]
pub struct Schema {
    /// `core`: names the role and the databases.
    pub service: &'static str,
    pub migrations: fn() -> EmbeddedMigrations,
    /// `concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")`: its text names the template.
    pub directory: &'static str,
}

/// A database that belongs to one test until this is dropped.
pub struct TestDb {
    /// As the service's own role.
    pub url: String,
    /// As the superuser: for what the service itself may not do.
    pub superuser_url: String,
    _slot: Client,
}

const LEFT_BEHIND: &str = "\
    SELECT 'dead letter: ' || consumer || ' ' || event_id || ' ' || cause FROM parked_event UNION ALL \
    SELECT 'not handed on: ' || kind || ' ' || event_id FROM event_log WHERE position > $2 UNION ALL \
    SELECT 'due: ' || kind || ' ' || key || ' ' || coalesce(last_error, '') FROM job WHERE run_at <= $1::text::timestamptz";

static SERVER: OnceCell<postgres::Server> = OnceCell::const_new();

/// Where test servers live: `$DOJOB_HOME/test`, or below the machine's own place for such data.
pub fn home() -> PathBuf {
    let env = Env::process();
    let base = env.find::<PathBuf>("DOJOB_HOME", "where dojob keeps its data").or_else(|| {
        let (xdg, user) = (env.find::<PathBuf>("XDG_DATA_HOME", ""), env.find::<PathBuf>("HOME", ""));
        postgres::default_home(xdg.as_deref(), user.as_deref())
    });
    base.expect("no home directory: set DOJOB_HOME").join("test")
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    #[expect(
        clippy::disallowed_methods,
        clippy::let_underscore_future,
        reason = "ends with the test's runtime"
    )]
    let _ = tokio::spawn(connection);
    client
}

fn hash_of(directory: &str) -> String {
    fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).expect("the migrations can be read").flatten() {
            if entry.path().is_dir() { walk(&entry.path(), files) } else { files.push(entry.path()) }
        }
    }
    let mut files = Vec::new();
    walk(Path::new(directory), &mut files);
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.strip_prefix(directory).unwrap_or(&file).to_string_lossy().as_bytes());
        hash.update(std::fs::read(&file).expect("a migration can be read"));
    }
    hex::encode(hash.finalize())[..10].to_owned()
}

impl TestDb {
    /// A clean slot with the schema's tables.
    pub async fn acquire(schema: &Schema) -> Self {
        Self::take(schema, "test").await
    }

    /// A new copy of the template, for a test that changes tables; gone before the next such test.
    pub async fn fresh(schema: &Schema) -> Self {
        Self::take(schema, "fresh").await
    }

    async fn take(schema: &Schema, use_as: &str) -> Self {
        let server = SERVER
            .get_or_try_init(|| async { postgres::Server::shared_test(&home()).await })
            .await
            .expect("the test server starts");
        let admin = connect(&server.superuser_url("postgres").unwrap()).await;
        let service = schema.service.replace('-', "_");
        let (role, stem) = (format!("dojob_{service}"), format!("{service}_{}", hash_of(schema.directory)));
        let template = format!("dojob_tmpl_{stem}");
        let lock = |name: &str| format!("hashtextextended('{name}', 0)");

        // One at a time: the first makes the template, and copies need it to be left alone.
        admin.batch_execute(&format!("SELECT pg_advisory_lock({})", lock(&template))).await.unwrap();
        if !exists(&admin, &template).await {
            let making = format!("dojob_making_{stem}");
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await.unwrap();
            let url = server.ensure_database(&making, &role).await.unwrap();
            let pool = Pool::new(&Database::new(url, 1), "template").unwrap();
            pool.migrate((schema.migrations)()).await.expect("the migrations run");
            pool.close();
            let close =
                format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{making}'");
            admin.simple_query(&close).await.unwrap();
            for attempt in 0.. {
                match admin.batch_execute(&format!("ALTER DATABASE {making} RENAME TO {template}")).await {
                    Ok(()) => break,
                    Err(_) if attempt < 50 => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                    Err(error) => panic!("the template cannot be named: {error}"),
                }
            }
            forget_others(&admin, &service, &stem).await;
        }
        admin.batch_execute(&format!("SELECT pg_advisory_unlock({})", lock(&template))).await.unwrap();

        let mut slot = 0;
        let name = loop {
            let name = format!("dojob_{use_as}_{stem}_{slot}");
            let taken =
                admin.query_one(&format!("SELECT pg_try_advisory_lock({})", lock(&name)), &[]).await.unwrap();
            if taken.get::<_, bool>(0) {
                break name;
            }
            slot += 1;
        };
        let superuser_url = server.superuser_url(&name).unwrap();
        let mut used = exists(&admin, &name).await;
        if used && use_as == "fresh" {
            admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            used = false;
        }
        if used {
            alone(&admin, &name).await;
            wipe(&connect(&superuser_url).await).await;
        } else {
            admin.batch_execute(&format!("SELECT pg_advisory_lock({})", lock(&template))).await.unwrap();
            let create =
                format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY OWNER {role}");
            admin.batch_execute(&create).await.expect("the template can be copied");
            admin.batch_execute(&format!("SELECT pg_advisory_unlock({})", lock(&template))).await.unwrap();
        }
        let url = match server.url(&name, &role) {
            Ok(url) if used => url,
            _ => server.ensure_database(&name, &role).await.unwrap(),
        };
        Self { url, superuser_url, _slot: admin }
    }

    /// Dead letters; and, where nothing runs any more, timers that are due by then and events of the log that
    /// nobody has handed on. Made for `drop`, which cannot wait: it asks from a thread of its own.
    ///
    /// # Panics
    /// When the database cannot be asked.
    pub fn left_behind(&self, at_rest: Option<(DateTime<Utc>, i64)>) -> Vec<String> {
        let url = self.superuser_url.clone();
        let (now, last) = at_rest.map(|(now, last)| (now.to_rfc3339(), last)).unzip();
        let ask = async move {
            let rows = connect(&url).await.query(LEFT_BEHIND, &[&now, &last]).await.unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::spawn(move || runtime.block_on(ask)).join().expect("the database can be asked")
    }

    /// Tables in which a row contains `text`, however it stands there: as text, in JSON, or as bytes.
    pub async fn tables_with(&self, text: &str) -> Vec<String> {
        let superuser = self.superuser().await;
        let tables = "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables \
             WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
        let mut found = Vec::new();
        for table in superuser.query(tables, &[]).await.unwrap() {
            let table: String = table.get(0);
            let query = format!(
                "SELECT 1 FROM {table} t WHERE t::text ILIKE '%' || $1 || '%' \
                 OR strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0 LIMIT 1"
            );
            if superuser.query_opt(&query, &[&text]).await.unwrap().is_some() {
                found.push(table);
            }
        }
        found
    }

    /// A connection as the superuser, for looking at rows.
    pub async fn superuser(&self) -> Client {
        connect(&self.superuser_url).await
    }
}

/// Drops what earlier versions of these migrations left, unless somebody still works with it.
async fn forget_others(admin: &Client, service: &str, stem: &str) {
    let ours =
        "datname ~ ('^dojob_(tmpl|test|fresh)_' || $1 || '_[0-9a-f]{10}(_|$)') AND strpos(datname, $2) = 0";
    let free = "pg_try_advisory_lock(hashtextextended(datname, 0))";
    let old = admin
        .query(&format!("SELECT datname, {free} FROM pg_database WHERE {ours}"), &[&service, &stem])
        .await;
    for row in old.unwrap() {
        let name: &str = row.get(0);
        if row.get::<_, bool>(1) {
            // Refused while it has connections; then it is dropped another time.
            let _in_use = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await;
            let unlock = "SELECT pg_advisory_unlock(hashtextextended($1, 0))";
            admin.query(unlock, &[&name]).await.unwrap();
        }
    }
}

async fn exists(admin: &Client, database: &str) -> bool {
    admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&database]).await.unwrap().is_some()
}

/// Waits until the test that had this slot is gone from it: its runtime ends before its sockets do.
async fn alone(admin: &Client, slot: &str) {
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
    for _ in 0..500 {
        if admin.query(others, &[&slot]).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("somebody does not leave {slot}");
}

/// `DELETE` in replica role: a few milliseconds, where `TRUNCATE` takes ten times as long. Tables that end in `_ref`
/// hold rows of their migrations and stay.
async fn wipe(slot: &Client) {
    slot.batch_execute(
        "DO $$ DECLARE t record; BEGIN \
           SET LOCAL session_replication_role = replica; \
           FOR t IN SELECT schemaname, tablename FROM pg_tables \
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema') \
               AND tablename <> '__diesel_schema_migrations' AND tablename NOT LIKE '%\\_ref' \
           LOOP EXECUTE format('DELETE FROM %I.%I', t.schemaname, t.tablename); END LOOP; \
           FOR t IN SELECT schemaname, sequencename AS tablename FROM pg_sequences \
           LOOP EXECUTE format('ALTER SEQUENCE %I.%I RESTART', t.schemaname, t.tablename); END LOOP; \
         END $$",
    )
    .await
    .expect("the slot can be wiped");
}
