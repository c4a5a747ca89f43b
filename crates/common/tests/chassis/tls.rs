//! TLS to PostgreSQL, and passwords that change under a running program.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use common::db::{Database, Driver, Password, Pool};
use diesel_async::RunQueryDsl;
use postgres::{Binaries, Options, Server};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tokio_postgres::AsyncMessage;

use crate::{eventually, secs};

/// A server whose certificate is for `localhost`, and which lets `tiny` in over TLS only.
struct Secured {
    home: TempDir,
    server: Server,
    /// `tiny:password@`.
    login: String,
    admin: tokio_postgres::Client,
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

async fn plain(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    drive(connection);
    client
}

fn drive(connection: impl Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static) {
    #[expect(
        clippy::disallowed_methods,
        clippy::let_underscore_future,
        reason = "ends with the test's runtime"
    )]
    let _ = tokio::spawn(connection);
}

impl Secured {
    async fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let options = Options::new(home.path(), Binaries::Machine).without_durability();
        let server = Server::start(options).await.unwrap();
        let url = server.ensure_database("tiny", "tiny").await.unwrap();
        let login = url.strip_prefix("postgres://").unwrap().split_inclusive('@').next().unwrap().to_owned();
        let admin = plain(&server.superuser_url("postgres").unwrap()).await;

        let (ca, key) = (authority(), KeyPair::generate().unwrap());
        let certificate =
            CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
        let data = home.path().join("data");
        let owner = fs::metadata(&data).unwrap();
        for (name, text) in [
            ("server.crt", certificate.pem()),
            ("server.key", key.serialize_pem()),
            (
                "pg_hba.conf",
                "hostssl tiny tiny all scram-sha-256\nhost all postgres all scram-sha-256\n".to_owned(),
            ),
        ] {
            let file = data.join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
            chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        fs::write(home.path().join("ca.pem"), ca.pem()).unwrap();
        fs::write(home.path().join("another.pem"), authority().pem()).unwrap();
        admin.batch_execute("ALTER SYSTEM SET ssl = on").await.unwrap();
        admin.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        let secured = Self { home, server, login, admin };
        eventually(secs(20), async || secured.accepts_tls().await).await;
        secured
    }

    async fn accepts_tls(&self) -> bool {
        self.user(&self.url("localhost", "ca.pem")).await.is_ok()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn url(&self, host: &str, roots: &str) -> String {
        self.with(&self.login, host, &format!("verify-full&sslrootcert={}", self.file(roots).display()))
    }

    fn with(&self, login: &str, host: &str, mode: &str) -> String {
        format!("postgres://{login}{host}:{}/tiny?sslmode={mode}", self.server.port)
    }

    /// Whom a pool of this URL works as, or the cause that is logged.
    async fn user(&self, url: &str) -> Result<String, String> {
        user(&Pool::new(&Database::new(url, 1), "tls").unwrap()).await
    }

    async fn refusal(&self, url: &str) -> String {
        let words = self.user(url).await.unwrap_err();
        let password = self.login.trim_end_matches('@').rsplit(':').next().unwrap();
        assert!(!words.contains(password), "{words}");
        words
    }

    async fn stop(self) {
        self.server.stop().await.unwrap();
    }
}

async fn user(pool: &Pool) -> Result<String, String> {
    #[derive(diesel::QueryableByName)]
    struct Session {
        #[diesel(sql_type = diesel::sql_types::Text)]
        usename: String,
        #[diesel(sql_type = diesel::sql_types::Bool)]
        ssl: bool,
    }
    let mut connection = pool.get().await.map_err(|e| e.to_string())?;
    let sql = "SELECT a.usename::text, s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
               WHERE pid = pg_backend_pid()";
    let session: Session = diesel::sql_query(sql).get_result(&mut *connection).await.unwrap();
    assert!(session.ssl, "PostgreSQL says that this connection has no TLS");
    Ok(session.usename)
}

#[tokio::test]
async fn the_server_proves_who_it_is_or_is_not_talked_to() {
    let secured = Secured::start().await;
    assert_eq!(secured.user(&secured.url("localhost", "ca.pem")).await, Ok("tiny".to_owned()));

    let words = secured.refusal(&secured.url("localhost", "another.pem")).await;
    // The other authority has the same name: what it lacks is the key.
    assert!(words.contains("invalid peer certificate"), "{words}");
    let words = secured.refusal(&secured.with(&secured.login, "localhost", "verify-full")).await;
    assert!(words.contains("UnknownIssuer"), "the machine's authorities do not know ours: {words}");
    // The certificate is for localhost: the same server by another name is another server.
    let words = secured.refusal(&secured.url("127.0.0.1", "ca.pem")).await;
    assert!(words.contains("not valid for name"), "{words}");
    let words = secured.refusal(&secured.with(&secured.login, "localhost", "disable")).await;
    assert!(words.contains("no pg_hba.conf entry") && words.contains("no encryption"), "{words}");

    // And a server without TLS is not one that we talk to.
    secured.admin.batch_execute("ALTER SYSTEM SET ssl = off").await.unwrap();
    secured.admin.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    eventually(secs(20), async || !secured.accepts_tls().await).await;
    let words = secured.refusal(&secured.url("localhost", "ca.pem")).await;
    assert!(words.contains("server does not support TLS"), "{words}");
    secured.stop().await;
}

#[tokio::test]
async fn a_changed_password_is_used_by_the_next_connection() {
    let secured = Secured::start().await;
    let roots = secured.url("localhost", "ca.pem");
    let (file, url) = (secured.file("password"), roots.replace(&secured.login, "tiny@"));
    let pool = || {
        let password = Password::File(file.clone());
        Pool::new(&Database { url: url.clone().into(), max_connections: 2, workers: 0, password }, "tls")
            .unwrap()
    };
    let pool = pool();
    assert!(user(&pool).await.unwrap_err().contains("password file"));
    write(&file, "");
    assert!(user(&pool).await.unwrap_err().contains("it is empty"));

    let rotate = async |password: &str| {
        let sql = format!("ALTER ROLE tiny PASSWORD '{password}'");
        secured.admin.batch_execute(&sql).await.unwrap();
    };
    rotate("first-secret").await;
    write(&file, "wrong-secret");
    let words = user(&pool).await.unwrap_err();
    assert!(words.contains("password authentication failed for user \"tiny\""), "{words}");
    assert!(!words.contains("secret"), "{words}");
    write(&file, "first-secret\n");
    assert_eq!(user(&pool).await, Ok("tiny".to_owned()));

    // What is open stays open; what is new needs the new one.
    let held = pool.get().await.unwrap();
    rotate("second-secret").await;
    assert!(user(&pool).await.unwrap_err().contains("password authentication failed"));
    write(&file, "second-secret\n");
    assert_eq!(user(&pool).await, Ok("tiny".to_owned()));
    drop(held);
    secured.stop().await;
}

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
}

#[tokio::test]
async fn who_listens_connects_in_the_same_way() {
    let secured = Secured::start().await;
    let pool = Pool::new(&Database::new(secured.url("localhost", "ca.pem"), 1), "tls").unwrap();
    let (listener, mut driver): (_, Driver) = pool.connect().await.unwrap();
    let say = async {
        listener.batch_execute("LISTEN bell").await.unwrap();
        listener.batch_execute("NOTIFY bell, 'ding'").await.unwrap();
    };
    let (mut say, mut said, mut received) = (std::pin::pin!(say), false, None);
    // The driver is polled to the end of both: it carries what is said, too.
    while !said || received.is_none() {
        tokio::select! {
            () = &mut say, if !said => said = true,
            message = std::future::poll_fn(|cx| driver.poll_message(cx)) => {
                if let Some(Ok(AsyncMessage::Notification(message))) = message {
                    received = Some(message.payload().to_owned());
                }
            }
        }
    }
    assert_eq!(received.as_deref(), Some("ding"));
    secured.stop().await;
}
