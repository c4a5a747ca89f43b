#![doc = include_str!("../README.md")]

pub mod demo;
pub mod mails;
pub mod web;

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use common::{
    Service, Shared,
    auth::Verifier,
    config::Env,
    db::{Database, Pool},
    events::Bus,
    http::Edge,
    metrics::Metrics,
    service::Tasks,
    time::Clock,
};
use regions::Regions;
use secrecy::{ExposeSecret, SecretString};

/// Who says who somebody is, in tokens of the local identity.
const ISSUER: &str = "dojob";

/// Databases, in the order of [`SERVICES`].
pub const SERVICES: [&str; 4] = ["core", "auth", "notify_address", "chat"];

/// Where each service's rows live.
#[derive(Clone, Debug)]
pub struct Databases {
    pub core: SecretString,
    pub auth: SecretString,
    pub notify_address: SecretString,
    pub chat: SecretString,
}

impl Databases {
    /// Four databases with a role each on this server; made when absent.
    ///
    /// # Errors
    /// The server refuses.
    pub async fn on(server: &postgres::Server) -> anyhow::Result<Self> {
        let url = async |service: &str| {
            let name = format!("dojob_{service}");
            server.ensure_database(&name, &name).await.map(SecretString::from)
        };
        let [core, auth, notify_address, chat] = SERVICES;
        Ok(Self {
            core: url(core).await?,
            auth: url(auth).await?,
            notify_address: url(notify_address).await?,
            chat: url(chat).await?,
        })
    }

    /// The databases that the environment names, if it names all four.
    pub fn from_env(env: &Env) -> Option<Self> {
        let url = |name: &str| {
            env.find::<String>(name, "a PostgreSQL URL instead of the private server").map(SecretString::from)
        };
        let urls = (
            url("DOJOB_CORE_DATABASE_URL"),
            url("DOJOB_AUTH_DATABASE_URL"),
            url("DOJOB_NOTIFY_ADDRESS_DATABASE_URL"),
            url("DOJOB_CHAT_DATABASE_URL"),
        );
        match urls {
            (Some(core), Some(auth), Some(notify_address), Some(chat)) => {
                Some(Self { core, auth, notify_address, chat })
            }
            _ => None,
        }
    }
}

/// What the four services of one process share.
#[derive(Clone, Debug)]
pub struct Platform {
    pub clock: Clock,
    pub databases: Databases,
    pub auth: dojob_auth::Config,
    pub mail: dojob_notify_address::MailConfig,
    pub max_connections: usize,
    /// HTTP workers; none where nothing is served.
    pub workers: usize,
    pub edge: Edge,
    /// Whether accounts have budgets in core; see its configuration.
    pub budgets: bool,
}

impl Platform {
    /// Migrates the databases and builds the four services on an in-process bus.
    ///
    /// # Errors
    /// A database is unavailable, a migration fails, or a setting cannot be used.
    pub async fn build(self) -> anyhow::Result<Vec<Service>> {
        let Self { clock, databases, auth, mail, max_connections, workers, edge, budgets } = self;
        let (bus, tasks, metrics) = (Bus::in_process(), Tasks::default(), Metrics::default());
        let verifier = Verifier::of(auth.issuer.clone(), &dojob_auth::keys(&auth)?.1);
        let shared = async |url: &SecretString, name: &str, migrations| {
            let database = Database { workers, ..Database::new(url.clone(), max_connections) };
            let db = Pool::new(&database, &format!("dojob {name}"))?;
            db.migrate(migrations).await.with_context(|| format!("{name}'s database"))?;
            let (clock, bus, verifier) = (clock.clone(), bus.clone(), verifier.clone());
            let (tasks, metrics, edge) = (tasks.clone(), metrics.clone(), edge.clone());
            anyhow::Ok(Shared { clock, db, bus, verifier, tasks, metrics, edge })
        };
        // The four at the same time, and meanwhile the regions, which nobody needs before the end.
        let regions = tokio::task::spawn_blocking(Regions::shared);
        let (for_core, for_auth, for_notify, for_chat) = tokio::try_join!(
            Box::pin(shared(&databases.core, "core", dojob_core::MIGRATIONS)),
            Box::pin(shared(&databases.auth, "auth", dojob_auth::MIGRATIONS)),
            Box::pin(shared(&databases.notify_address, "notify-address", dojob_notify_address::MIGRATIONS)),
            Box::pin(shared(&databases.chat, "chat", dojob_chat::MIGRATIONS)),
        )?;
        let notify_address = dojob_notify_address::Config { mail, ..dojob_notify_address::Config::default() };
        Ok(vec![
            dojob_core::build(dojob_core::Config { regions: regions.await?, budgets }, for_core)?,
            dojob_auth::build(auth, for_auth)?,
            dojob_notify_address::build(notify_address, for_notify)?,
            dojob_chat::build(dojob_chat::Config::default(), for_chat)?,
        ])
    }
}

/// How mails leave: by this server (none: they wait), with what auth at this address (`http://127.0.0.1:8080`) gives out.
pub fn mail(auth: &dojob_auth::Config, smtp: Option<String>, at: String) -> dojob_notify_address::MailConfig {
    dojob_notify_address::MailConfig {
        smtp: smtp.map(Into::into),
        auth: at,
        internal_key: auth.internal_keys.first().cloned(),
        ..dojob_notify_address::MailConfig::default()
    }
}

/// The local identity with the signing key and the key between services kept in `home`, made on the first start.
///
/// # Errors
/// A key cannot be read or written.
pub fn local_identity(home: &Path) -> anyhow::Result<dojob_auth::Config> {
    let file = home.join("secrets/signing-key.pem");
    let key = match std::fs::read_to_string(&file) {
        Ok(pem) if pem.trim().is_empty() => {
            anyhow::bail!("{} is empty: remove it, and everybody has to log in again", file.display())
        }
        Ok(pem) => SecretString::from(pem),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = dojob_auth::generate_signing_key()?;
            write_secret(&file, key.expose_secret())?;
            key
        }
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    };
    let internal = internal_key(home)?;
    Ok(dojob_auth::Config {
        signing_key: Some(key),
        internal_keys: vec![internal],
        issuer: ISSUER.to_owned(),
        ..dojob_auth::Config::default()
    })
}

/// What the services show one another.
fn internal_key(home: &Path) -> anyhow::Result<SecretString> {
    let file = home.join("secrets/internal-key");
    match std::fs::read_to_string(&file) {
        Ok(text) if text.trim().len() >= 32 => Ok(text.trim().into()),
        // Nothing is lost with it.
        Ok(_) => new_internal_key(&file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => new_internal_key(&file),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

fn new_internal_key(file: &Path) -> anyhow::Result<SecretString> {
    let text = hex::encode(rand::random::<[u8; 32]>());
    write_secret(file, &text)?;
    Ok(text.into())
}

/// Writes a file that only its owner may read, whole or not at all.
fn write_secret(file: &Path, text: &str) -> anyhow::Result<()> {
    let directory = file.parent().context("a file lies in a directory")?;
    std::fs::create_dir_all(directory)?;
    let draft: PathBuf = file.with_extension("new");
    let mut open =
        std::fs::OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&draft)?;
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    std::fs::rename(&draft, file)?;
    std::fs::File::open(directory)?.sync_all()?;
    Ok(())
}
