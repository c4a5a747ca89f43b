//! The whole of it against real servers: each test has a home of its own.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::Duration;

use postgres::{Binaries, Options, Server, Target, Vault, default_home, lock, stop_shared};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio_postgres::NoTls;
use tokio_util::sync::CancellationToken;

/// A home whose server does not outlive the test, whatever becomes of it.
struct TestHome(TempDir);

impl TestHome {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn options(&self) -> Options {
        Options::new(self.path(), Binaries::Machine).without_durability()
    }

    async fn start(&self) -> Server {
        Server::start(self.options()).await.unwrap()
    }

    fn postmaster(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.path().join("data/postmaster.pid")).ok()?;
        Pid::from_raw(text.lines().next()?.parse().ok()?)
    }
}

impl Drop for TestHome {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            let _gone_already = kill_process(pid, Signal::QUIT);
        }
    }
}

async fn refused(options: Options) -> String {
    format!("{:#}", Server::start(options).await.unwrap_err())
}

async fn ask(url: &str, sql: &str) -> Result<String, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let answer = async move { client.query_one(sql, &[]).await?.try_get::<_, String>(0) };
    tokio::join!(answer, connection).0
}

async fn create_notes(url: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let work = async move {
        client.batch_execute("CREATE TABLE note (words text); INSERT INTO note VALUES ('kept')").await
    };
    tokio::join!(work, connection).0.unwrap();
}

#[tokio::test]
async fn a_second_start_keeps_the_data_the_port_and_the_url() {
    let home = TestHome::new();
    let server = home.start().await;
    let url = server.ensure_database("core", "core_app").await.unwrap();
    create_notes(&url).await;
    server.stop().await.unwrap();
    assert!(ask(&url, "SELECT 'up'").await.is_err());
    drop(server);

    let server = home.start().await;
    assert!(!server.adopted);
    assert_eq!(server.ensure_database("core", "core_app").await.unwrap(), url);
    assert_eq!(ask(&url, "SELECT words FROM note").await.unwrap(), "kept");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_new_cluster_speaks_utf8_and_utc_and_knows_hangul() {
    let home = TestHome::new();
    let server = home.start().await;
    let url = server.ensure_database("core", "core_app").await.unwrap();
    for (sql, expected) in [
        ("SHOW server_encoding", "UTF8"),
        ("SHOW timezone", "UTC"),
        ("SHOW lc_messages", "C"),
        ("SHOW fsync", "off"),
        ("SHOW password_encryption", "scram-sha-256"),
        ("SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = 'core'", "C.UTF-8 C.UTF-8"),
        ("SELECT regexp_replace('두잡 동네', '\\w', '-', 'g')", "-- --"),
    ] {
        assert_eq!(ask(&url, sql).await.unwrap(), expected, "{sql}");
    }
    let socket = server.socket_dir.clone().unwrap();
    assert!(socket.join(format!(".s.PGSQL.{}", server.port)).exists());
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_outlived_its_program_is_adopted() {
    let home = TestHome::new();
    let first = home.start().await;
    let (port, pid) = (first.port, first.pid().await);
    drop(first);

    let second = home.start().await;
    assert!(second.adopted);
    assert_eq!((second.port, second.pid().await), (port, pid));
    second.stop().await.unwrap();
    assert_eq!(second.pid().await, None);
    assert!(home.postmaster().is_none());
}

#[tokio::test]
async fn a_number_left_behind_by_another_boot_does_not_hinder_the_start() {
    let home = TestHome::new();
    home.start().await.stop().await.unwrap();
    let stranger = std::process::id();
    let file = home.path().join("data/postmaster.pid");
    fs::write(&file, format!("{stranger}\n{}\n0\n1\n\n127.0.0.1\n", file.parent().unwrap().display()))
        .unwrap();
    let server = home.start().await;
    assert_ne!(server.pid().await, i32::try_from(stranger).ok());
    server.stop().await.unwrap();
}

/// After a crash or a power cut the numbers in its locks belong to whatever runs now.
#[tokio::test]
async fn the_lock_of_a_socket_left_behind_does_not_hinder_the_start() {
    let home = TestHome::new();
    let server = home.start().await;
    let (lock, pid) = (home.path().join(format!("run/.s.PGSQL.{}.lock", server.port)), home.postmaster());
    let left = fs::read_to_string(&lock).unwrap();
    kill_process(pid.unwrap(), Signal::KILL).unwrap();
    drop(server);
    let ours = std::process::id().to_string();
    fs::write(&lock, left.replacen(&pid.unwrap().as_raw_pid().to_string(), &ours, 1)).unwrap();
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn its_log_tells_nobody_what_people_wrote() {
    let home = TestHome::new();
    let server = home.start().await;
    let url = server.ensure_database("core", "core_app").await.unwrap();
    create_notes(&url).await;
    let twice = "CREATE UNIQUE INDEX ON note (words); INSERT INTO note VALUES ('kept')";
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    let work = async move { client.batch_execute(twice).await };
    assert!(tokio::join!(work, connection).0.is_err());
    server.stop().await.unwrap();
    let log = home.path().join("server.log");
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.contains("duplicate key") && !text.contains("kept"), "{text}");
    assert_eq!(fs::metadata(&log).unwrap().mode() & 0o077, 0);
}

#[tokio::test]
async fn a_lost_password_is_said_at_once_and_an_open_one_closed() {
    let home = TestHome::new();
    let server = home.start().await;
    server.stop().await.unwrap();
    drop(server);
    let secret = home.path().join("secrets/postgres");
    fs::set_permissions(&secret, Permissions::from_mode(0o666)).unwrap();
    home.start().await.stop().await.unwrap();
    assert_eq!(fs::metadata(&secret).unwrap().mode() & 0o777, 0o600);
    fs::write(&secret, "").unwrap();
    let since = std::time::Instant::now();
    assert!(refused(home.options()).await.contains("secrets/postgres is empty"));
    fs::remove_file(&secret).unwrap();
    assert!(refused(home.options()).await.contains("secrets/postgres"));
    assert!(since.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn a_home_that_a_shell_would_misread_is_refused_with_words() {
    let home = TestHome::new();
    for name in ["a$b", "a\"b", "a`b"] {
        let options = Options::new(home.path().join(name), Binaries::Machine);
        assert!(refused(options).await.contains("choose a data directory"), "{name}");
    }
}

#[tokio::test]
async fn a_killed_server_is_started_again_on_its_port() {
    let home = TestHome::new();
    let durable = Options::new(home.path(), Binaries::Machine);
    let server = Server::start(durable).await.unwrap();
    let url = server.ensure_database("core", "core_app").await.unwrap();
    create_notes(&url).await;
    let before = server.pid().await.unwrap();
    let stop = CancellationToken::new();
    let story = async {
        kill_process(Pid::from_raw(before).unwrap(), Signal::KILL).unwrap();
        while home.postmaster().is_none_or(|pid| pid.as_raw_pid() == before)
            || ask(&url, "SELECT 'up'").await.is_err()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(ask(&url, "SELECT words FROM note").await.unwrap(), "kept");
        stop.cancel();
    };
    let both = async { tokio::join!(server.watch(stop.clone()), story) };
    tokio::time::timeout(Duration::from_secs(30), both).await.expect("the watch brings it back");
    assert_ne!(server.pid().await, Some(before));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_stopped_server_stays_stopped() {
    let home = TestHome::new();
    let server = home.start().await;
    server.stop().await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), server.watch(CancellationToken::new())).await.unwrap();
    assert!(home.postmaster().is_none());
}

#[tokio::test]
async fn data_of_a_version_nobody_has_is_refused_with_words() {
    let home = TestHome::new();
    fs::create_dir(home.path().join("data")).unwrap();
    fs::set_permissions(home.path(), Permissions::from_mode(0o755)).unwrap();
    fs::write(home.path().join("data/PG_VERSION"), "9.6\n").unwrap();
    let words = refused(home.options()).await;
    assert!(words.contains("was made by PostgreSQL 9, and"), "{words}");
    assert!(words.contains("move the directory away"), "{words}");
}

#[tokio::test]
async fn a_home_that_cannot_be_written_is_refused_with_words() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let options = Options::new(file.path().join("home"), Binaries::Machine);
    let words = refused(options).await;
    assert!(words.contains("cannot create the data directory"), "{words}");

    let read_only = if rustix::process::geteuid().is_root() { "/proc/self" } else { "/" };
    let words = refused(Options::new(read_only, Binaries::Machine)).await;
    assert!(words.contains(&format!("cannot write in {read_only}")), "{words}");
}

#[tokio::test]
async fn root_is_told_when_its_stand_in_cannot_enter() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let closed = TestHome::new();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let options = Options::new(closed.path().join("home"), Binaries::Machine);
    let words = refused(options).await;
    assert!(words.contains(&format!("`nobody` cannot enter {}:", closed.path().display())), "{words}");
}

#[tokio::test]
async fn a_broken_setting_is_refused_with_the_words_of_the_server() {
    let home = TestHome::new();
    let words = refused(home.options().set("shared_buffers", "lots")).await;
    assert!(words.contains("shared_buffers"), "{words}");
}

#[tokio::test]
async fn one_program_per_data_directory() {
    let home = TestHome::new();
    let server = home.start().await;
    let words = refused(home.options()).await;
    let expected = format!("is in use by process {}", std::process::id());
    assert!(words.contains(&expected), "{words}");
    server.stop().await.unwrap();
    drop(server);
    home.start().await.stop().await.unwrap();
}

#[test]
fn a_lock_is_free_again_when_its_guard_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("lock");
    let guard = lock(&file).unwrap();
    lock(&file).unwrap_err();
    drop(guard);
    lock(&file).unwrap();
}

#[tokio::test]
async fn a_role_enters_its_own_database_only() {
    let home = TestHome::new();
    let server = home.start().await;
    let core = server.ensure_database("core", "core_app").await.unwrap();
    let chat = server.ensure_database("chat", "chat_app").await.unwrap();
    assert_eq!(server.ensure_database("core", "core_app").await.unwrap(), core);
    assert_eq!(ask(&chat, "SELECT current_user::text").await.unwrap(), "chat_app");
    for closed in ["chat", "postgres", "template1"] {
        let error = ask(&server.url(closed, "core_app").unwrap(), "SELECT 'in'").await.unwrap_err();
        assert_eq!(error.code().unwrap().code(), "42501", "{closed}: {error:?}");
    }
    let forged = core.replace("core_app:", "core_app:x");
    assert_eq!(ask(&forged, "SELECT 'in'").await.unwrap_err().code().unwrap().code(), "28P01");
    for name in ["", "Core", "a b", "1a", "x\"; DROP ROLE postgres"] {
        server.ensure_database(name, "core_app").await.unwrap_err();
        server.ensure_database("core", name).await.unwrap_err();
    }
    server.ensure_database("core", "postgres").await.unwrap_err();
    let secret = fs::metadata(home.path().join("secrets/core_app")).unwrap().mode();
    assert_eq!(secret & 0o777, 0o600);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn test_programs_share_one_server() {
    let home = TestHome::new();
    let (a, b) = tokio::join!(Server::shared_test(home.path()), Server::shared_test(home.path()));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_eq!((a.port, a.pid().await), (b.port, b.pid().await));
    assert!(a.adopted != b.adopted);
    let (core, again) = tokio::join!(a.ensure_database("core", "app"), b.ensure_database("core", "app"));
    assert_eq!(core.unwrap(), again.unwrap());
    drop((a, b));
    assert!(home.postmaster().is_some());
    stop_shared(home.path()).await.unwrap();
    assert!(home.postmaster().is_none());
    stop_shared(home.path()).await.unwrap();
}

#[test]
fn the_default_home_is_the_users_unless_root() {
    let (xdg, user) = (Path::new("/data"), Path::new("/home/ana"));
    let homes =
        [default_home(Some(xdg), Some(user)), default_home(None, Some(user)), default_home(None, None)];
    let homes = homes.map(|home| home.map(|path| path.display().to_string()));
    let root = || Some("/var/lib/dojob".to_owned());
    let expected = if rustix::process::geteuid().is_root() {
        [root(), root(), root()]
    } else {
        [Some("/data/dojob".to_owned()), Some("/home/ana/.local/share/dojob".to_owned()), None]
    };
    assert_eq!(homes, expected);
}

#[tokio::test]
#[ignore = "fetches 15 MB from the network"]
async fn the_pinned_build_is_fetched_once_and_serves() {
    let home = TestHome::new();
    let options = || Options::new(home.path(), Binaries::Pinned).without_durability();
    let server = Server::start(options()).await.unwrap();
    assert_eq!(server.version, "18.1");
    let url = server.ensure_database("core", "core_app").await.unwrap();
    for extension in ["pg_trgm", "btree_gist", "unaccent", "pgcrypto"] {
        let sql = format!("SELECT name::text FROM pg_available_extensions WHERE name = '{extension}'");
        assert_eq!(ask(&url, &sql).await.unwrap(), extension);
    }
    assert_eq!(ask(&url, "SELECT regexp_replace('두잡', '\\w', '-', 'g')").await.unwrap(), "--");
    server.stop().await.unwrap();
    drop(server);
    assert!(!home.path().join("postgresql/.partial").exists());
    // Data made by 18 is opened by 18, also when the machine's own, older one is preferred.
    let server = Server::start(home.options()).await.unwrap();
    assert_eq!(server.version.split('.').next(), Some("18"));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_base_backup_and_the_archive_bring_back_any_moment() {
    let (place, vault_at) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let home = TestHome(place);
    let vault = Vault::make(&vault_at.path().join("vault")).unwrap();
    let mut options = home.options();
    options.settings.extend(vault.settings(Duration::from_mins(1)));
    let server = Server::start(options).await.unwrap();
    let url = server.superuser_url("postgres").unwrap();
    create_notes(&url).await;
    server.base_backup(&vault, "first").await.unwrap();
    ask(&url, "INSERT INTO note VALUES ('backed up') RETURNING words").await.unwrap();
    let moment = ask(&url, "SELECT clock_timestamp()::text").await.unwrap();
    ask(&url, "INSERT INTO note VALUES ('too late') RETURNING words").await.unwrap();
    ask(&url, "SELECT pg_switch_wal()::text").await.unwrap();
    // One that stops in order archives what is full.
    server.stop().await.unwrap();
    drop(server);

    let notes = "SELECT string_agg(words, ', ' ORDER BY ctid) FROM note";
    let (before, after) = ("kept, backed up", "kept, backed up, too late");
    for (target, expected) in [(Target::Moment(moment), before), (Target::End, after)] {
        let data = home.path().join("data");
        assert!(vault.restore("first", home.path(), &target).await.is_err(), "data that is there stays");
        fs::remove_dir_all(&data).unwrap();
        vault.restore("first", home.path(), &target).await.unwrap();
        // Without an archive: the timeline that begins here is not to be followed by the second restore.
        let server = home.start().await;
        let url = server.superuser_url("postgres").unwrap();
        while ask(&url, "SELECT pg_is_in_recovery()::text").await.unwrap() == "true" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(ask(&url, notes).await.unwrap(), expected);
        server.stop().await.unwrap();
    }
}
