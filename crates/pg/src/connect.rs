//! A new connection: its TLS and its credentials, which may be others each time.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres::{Client, Connection, Socket, config::Host, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use kernel::aws;

use crate::{
    address::{Address, Tls},
    database::{Database, Password},
    error::chain,
};

/// How long a server may take to let us in.
const PATIENCE: Duration = Duration::from_secs(5);

/// The half of a connection that drives it: a future, and a listener takes notifications out of it with
/// `poll_message`.
pub type Driver = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Opens connections to one database.
pub(crate) struct Connector {
    config: tokio_postgres::Config,
    /// Not used with `sslmode=disable`, and without any authority then.
    tls: MakeRustlsConnect,
    credentials: Credentials,
}

enum Credentials {
    Url,
    File(PathBuf),
    Iam { signer: Box<aws::Signer>, host: String, port: u16, user: String },
}

/// Why there is no connection. Says nothing of the password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("connect: {}", chain(.0))]
    Server(tokio_postgres::Error),
    #[error("connect: no answer within {} s", PATIENCE.as_secs())]
    Slow,
    #[error("password file {}: {why}", file.display())]
    PasswordFile { file: PathBuf, why: String },
    #[error("IAM token: {0}")]
    Token(#[from] aws::Error),
}

impl Connector {
    /// # Errors
    /// The URL, the authorities and the credentials cannot be read or do not fit together.
    pub fn new(database: &Database, application: &str) -> anyhow::Result<Self> {
        let Address { mut config, tls } =
            database.url.expose_secret().parse().context("the database URL cannot be used")?;
        config
            .application_name(application)
            .connect_timeout(PATIENCE)
            // Both ends notice within half a minute that the other one is gone without a word: the relay's lock
            // must not outlive its machine.
            .keepalives_idle(Duration::from_secs(15))
            .keepalives_interval(Duration::from_secs(5))
            .keepalives_retries(3)
            .options(
                // What writes says so with its BEGIN, which may then be sent without waiting for its answer (`tx`).
                "-c default_transaction_read_only=on \
                 -c lock_timeout=2s -c idle_in_transaction_session_timeout=60s -c statement_timeout=30s \
                 -c tcp_keepalives_idle=15 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
            );
        let credentials = match &database.password {
            Password::Url => Credentials::Url,
            Password::File(file) => Credentials::File(file.clone()),
            Password::Iam => iam(&config, &tls)?,
        };
        ensure!(
            matches!(credentials, Credentials::Url) || config.get_password().is_none(),
            "the database URL has a password, and the settings ask for another one"
        );
        Ok(Self { config, tls: MakeRustlsConnect::new(client(&tls)?), credentials })
    }

    /// A new connection, which lives as long as its [`Driver`] is polled.
    ///
    /// # Errors
    /// There are no credentials, the server is unavailable or not the one that it should be, or it refuses us.
    pub async fn connect(&self) -> Result<(Client, Driver), ConnectError> {
        let open = async {
            let mut config = self.config.clone();
            if let Some(password) = self.password().await? {
                config.password(password.expose_secret());
            }
            config.connect(self.tls.clone()).await.map_err(ConnectError::Server)
        };
        tokio::time::timeout(PATIENCE, open).await.unwrap_or(Err(ConnectError::Slow))
    }

    async fn password(&self) -> Result<Option<SecretString>, ConnectError> {
        match &self.credentials {
            Credentials::Url => Ok(None),
            Credentials::File(file) => read(file).await.map(Some),
            Credentials::Iam { signer, host, port, user } => {
                Ok(Some(signer.rds_token(host, *port, user).await?))
            }
        }
    }
}

async fn read(file: &Path) -> Result<SecretString, ConnectError> {
    let refuse = |why: String| ConnectError::PasswordFile { file: file.to_owned(), why };
    let text = tokio::fs::read_to_string(file).await.map_err(|e| refuse(e.to_string()))?;
    // Editors and `echo` end a file with a line feed; no password ends with one.
    let password = text.trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err(refuse("it is empty".to_owned())) } else { Ok(password.into()) }
}

fn iam(config: &tokio_postgres::Config, tls: &Tls) -> anyhow::Result<Credentials> {
    ensure!(*tls != Tls::Disable, "RDS takes an IAM token over TLS only: sslmode must be verify-full");
    let ([Host::Tcp(host)], &[port], Some(user)) =
        (config.get_hosts(), config.get_ports(), config.get_user())
    else {
        bail!("an IAM token is for one host, port and user: the database URL must name them");
    };
    Ok(Credentials::Iam {
        signer: Box::new(aws::Signer::new()?),
        host: host.clone(),
        port,
        user: user.to_owned(),
    })
}

fn client(tls: &Tls) -> anyhow::Result<ClientConfig> {
    // By name, and not the process's default: that one is a panic when nobody or two libraries chose it.
    let provider: Arc<CryptoProvider> = aws_lc_rs::default_provider().into();
    let client =
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let client = match tls {
        Tls::Disable => client.with_root_certificates(RootCertStore::empty()),
        Tls::VerifyFull { roots: Some(file) } => client.with_root_certificates(authorities(file)?),
        Tls::VerifyFull { roots: None } => {
            let verifier = Verifier::new(provider).context("this machine's certificate authorities")?;
            client.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
        }
    };
    Ok(client.with_no_client_auth())
}

fn authorities(file: &Path) -> anyhow::Result<RootCertStore> {
    let shown = file.display();
    let read = || -> anyhow::Result<_> {
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(file)? {
            roots.add(certificate?)?;
        }
        Ok(roots)
    };
    let roots = read().with_context(|| format!("sslrootcert {shown}"))?;
    ensure!(!roots.is_empty(), "sslrootcert {shown} has no certificate");
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_fit_their_url() {
        let words = |url: &str, password: Password| {
            let database = Database { url: url.into(), max_connections: 1, workers: 0, password };
            Connector::new(&database, "test").err().map(|e| e.to_string()).unwrap_or_default()
        };
        assert_eq!(words("postgres://u@localhost/d", Password::File("/p".into())), "");
        assert!(words("postgres://u:p@localhost/d", Password::File("/p".into())).contains("has a password"));
        assert!(words("postgres://u@localhost/d", Password::Iam).contains("verify-full"));
        let two = "postgres://u@a,b/d?sslmode=verify-full";
        assert!(words(two, Password::Iam).contains("one host"));
    }

    #[test]
    fn a_file_without_authorities_is_refused_at_start() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("ca.pem");
        let words = || format!("{:#}", authorities(&file).unwrap_err());
        assert!(words().contains("ca.pem"), "{}", words());
        std::fs::write(&file, "not a certificate").unwrap();
        assert!(words().contains("has no certificate"), "{}", words());
    }
}
