//! A private PostgreSQL with durability on, and `dojob` as a process of its own.

use std::{
    fmt::Write,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use postgres::{Binaries, Options, Server};
use regions::{Level, Regions};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use crate::{cpu::Meter, http::Client};

/// Connections of each load, and of each of dojob's pools.
pub const CLIENTS: usize = 8;

/// Beyond what the `postgres` crate sets: no checkpoint within a window, and the moment of each commit to read.
const SETTINGS: [(&str, &str); 5] = [
    ("shared_buffers", "512MB"),
    ("max_wal_size", "4GB"),
    ("checkpoint_timeout", "30min"),
    ("jit", "off"),
    ("track_commit_timestamp", "on"),
];

const SERVICES: [&str; 4] = ["core", "auth", "notify_address", "chat"];

/// Members that own what is loaded in bulk.
pub const OWNERS: u64 = 1000;

/// Titles that are published through the door; what is loaded in bulk repeats them, codes included.
const TITLES: usize = 100;

/// Titles of this share of all listings contain it: one in a hundred.
pub const COMMON: &str = "첼로";

/// A hundred of the listings contain it, however many there are.
pub const CONSTANT: &str = "대금";

/// All that is measured stands here.
pub struct Stage {
    server: Server,
    home: tempfile::TempDir,
    program: PathBuf,
    urls: Vec<String>,
    running: Option<Child>,
    pub postmaster: u32,
    pub port: u16,
    pub admin: u16,
    pub regions: Regions,
}

/// Somebody who signed up.
#[derive(Clone, Debug)]
pub struct Person {
    pub token: String,
}

impl Person {
    /// Signs somebody up and completes the profile.
    ///
    /// # Errors
    /// dojob refuses.
    pub async fn sign_up(client: &mut Client, n: usize) -> anyhow::Result<Self> {
        let documents = client.json("GET", "/api/auth/documents", None, None).await?;
        let consents: Vec<Value> = items(&documents)
            .iter()
            .filter(|d| d.get("required") == Some(&true.into()))
            .map(|d| json!({ "doc": d.get("doc"), "version": d.get("version") }))
            .collect();
        let body = json!({
            "email": format!("bench-{n}@dojob.example"), "password": "measured in nanoseconds",
            "birth_date": "1990-03-14", "consents": consents, "locale": "ko",
        });
        let session = client.json("POST", "/api/auth/signup", None, Some(&body)).await?;
        let token = session.get("access_token").and_then(Value::as_str).context("a session")?.to_owned();
        let person = Self { token };
        let profile = json!({ "name": format!("이웃{n}"), "region_code": "1144012300" });
        client.json("PATCH", "/api/core/me", Some(&person.token), Some(&profile)).await?;
        Ok(person)
    }
}

/// Something published through the door.
#[derive(Clone, Debug)]
pub struct Talent {
    pub id: String,
    /// An index of a person.
    pub owner: usize,
}

impl Stage {
    /// Starts an empty server with the four databases; dojob is not running yet.
    ///
    /// # Errors
    /// PostgreSQL does not start.
    pub async fn set(program: PathBuf) -> anyhow::Result<Self> {
        let home = home()?;
        let server = server(home.path()).await?;
        let mut urls = Vec::new();
        for service in SERVICES {
            let name = format!("dojob_{service}");
            urls.push(server.ensure_database(&name, &name).await?);
        }
        let postmaster =
            server.pid().await.and_then(|pid| u32::try_from(pid).ok()).context("a postmaster")?;
        let (port, admin) = (free_port()?, free_port()?);
        let regions = Regions::embedded();
        Ok(Self { server, home, program, urls, running: None, postmaster, port, admin, regions })
    }

    pub fn postgres_version(&self) -> &str {
        &self.server.version
    }

    pub fn settings() -> String {
        SETTINGS.map(|(name, value)| format!("{name}={value}")).join(", ")
    }

    pub fn scratch(&self) -> &Path {
        self.home.path()
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    pub fn core_url(&self) -> &str {
        self.urls.first().map_or("", String::as_str)
    }

    /// A connection to a service's database, as its owner.
    ///
    /// # Errors
    /// PostgreSQL is unavailable.
    pub async fn database(&self, service: &str) -> anyhow::Result<Database> {
        let at = SERVICES.iter().position(|s| *s == service).context("a service")?;
        Database::open(self.urls.get(at).context("its database")?).await
    }

    /// Starts dojob and waits for its first 200 to `path`; gives how long that took.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn start(&mut self, path: &str) -> anyhow::Result<Duration> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.program);
        for (service, url) in SERVICES.iter().zip(&self.urls) {
            command.env(format!("DOJOB_{}_DATABASE_URL", service.to_uppercase()), url);
        }
        command
            .env("DOJOB_HOME", self.home.path().join("dojob"))
            .env("DOJOB_DEMO", "0")
            .env("DOJOB_PORT", self.port.to_string())
            .env("DOJOB_ADMIN_PORT", self.admin.to_string())
            .env("DOJOB_POOL_MAX", CLIENTS.to_string())
            .env("DOJOB_WEB_DIR", self.home.path().join("no-web"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        std::fs::create_dir_all(self.home.path().join("dojob"))?;
        let started = Instant::now();
        let mut child =
            command.spawn().with_context(|| format!("{} does not start", self.program.display()))?;
        while started.elapsed() < Duration::from_secs(30) {
            if let Ok(mut client) = Client::connect(self.port).await
                && matches!(client.exchange(&crate::http::request("GET", path, None, None)).await, Ok(200))
            {
                let took = started.elapsed();
                self.running = Some(child);
                return Ok(took);
            }
            ensure!(child.try_wait()?.is_none(), "dojob ended: {}", self.last_words());
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        anyhow::bail!("dojob does not answer {path}: {}", self.last_words())
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("dojob.log")
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().rev().take(8).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    pub fn dojob(&self) -> u32 {
        self.running.as_ref().and_then(Child::id).unwrap_or(0)
    }

    /// CPU of dojob and of PostgreSQL, from now on.
    pub fn meter(&self) -> Meter {
        Meter::start(&[self.dojob(), self.postmaster])
    }

    /// Asks dojob to stop, and waits.
    ///
    /// # Errors
    /// It cannot be asked.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut child) = self.running.take() else { return Ok(()) };
        if let Some(pid) = child.id() {
            Command::new("kill").args(["-TERM", &pid.to_string()]).status().await?;
        }
        if tokio::time::timeout(Duration::from_secs(15), child.wait()).await.is_err() {
            child.kill().await?;
        }
        Ok(())
    }

    /// Stops everything; the home goes with it.
    ///
    /// # Errors
    /// PostgreSQL does not stop.
    pub async fn clear(mut self) -> anyhow::Result<()> {
        self.stop().await?;
        self.server.stop().await
    }

    /// Two of the people publish a hundred talents, each with another title.
    ///
    /// # Errors
    /// dojob refuses.
    pub async fn publish(&self, client: &mut Client, people: &[Person]) -> anyhow::Result<Vec<Talent>> {
        let nouns =
            ["통기타", "피아노", "붓글씨", "바둑", "뜨개질", "김치", "엑셀", "사진", "자전거", "화분"];
        let acts = [
            "첫걸음",
            "같이 해요",
            "한 시간",
            "천천히",
            "수리",
            "정리",
            "연습",
            "이야기",
            "나들이",
            "도와드려요",
        ];
        let both = nouns.iter().flat_map(|noun| acts.iter().map(move |act| format!("{noun} {act}")));
        let first = [format!("{COMMON} 첫걸음"), format!("{CONSTANT} 첫걸음")];
        let titles = first.into_iter().chain(both).take(TITLES);
        let categories = ["craft", "home", "hobby", "study"];
        let dongs = self.dongs();
        let mut talents = Vec::new();
        for (n, title) in titles.enumerate() {
            let owner = n % 2;
            let person = people.get(owner).context("two people")?;
            let body = json!({
                "title": title, "category": categories.get(n % 4), "minutes": 60, "mode": "either",
                "body": "처음이어도 괜찮아요. 천천히 하나씩 알려 드릴게요. 궁금한 것 하나만 정해서 편하게 와 주세요.",
                "region_code": dongs.get(n * 37 % dongs.len().max(1)).map(|d| d.code), "times": ["sat-morning"],
            });
            let made = client.json("POST", "/api/core/talents", Some(&person.token), Some(&body)).await?;
            let id = made.get("id").and_then(Value::as_str).context("an id")?.to_owned();
            talents.push(Talent { id, owner });
        }
        Ok(talents)
    }

    fn dongs(&self) -> Vec<regions::Region<'_>> {
        self.regions.iter().filter(|r| r.level == Level::Eupmyeondong).collect()
    }

    /// Prepares the bulk load: owners, the published titles with the codes that dojob gave them, and all 동.
    ///
    /// # Errors
    /// PostgreSQL refuses, or our reading of a region's areas is not dojob's.
    pub async fn prepare_load(&self, core: &Database) -> anyhow::Result<()> {
        let mut sql = format!(
            "CREATE TABLE bench_title AS SELECT row_number() OVER (ORDER BY published_at, id) - 1 AS n, title, body, \
             category, tokens, title_tokens FROM listings WHERE kind = 'talent'; \
             CREATE TABLE bench_dong (n int PRIMARY KEY, code text, lat float8, lon float8, areas int[]); \
             CREATE TABLE bench_outbox (LIKE outbox INCLUDING ALL); \
             INSERT INTO members (id, name, region_code, languages, joined_at) \
             SELECT {}, '이웃', '1144012300', '{{ko}}', now() FROM generate_series(1, {OWNERS}) g; \
             INSERT INTO bench_dong VALUES ",
            owner_id("g")
        );
        for (n, dong) in self.dongs().iter().enumerate() {
            // The number of an area is the first five digits of its code; compared with dojob's own below.
            let areas: Vec<_> = self.regions.ancestors(dong.code).iter().filter_map(|c| c.get(..5)).collect();
            let (comma, areas) = (if n == 0 { "" } else { "," }, areas.join(","));
            let _ = write!(sql, "{comma}({n}, '{}', {}, {}, '{{{areas}}}')", dong.code, dong.lat, dong.lon);
        }
        core.0.batch_execute(&sql).await?;
        let others = "SELECT count(*) FROM listings l JOIN bench_dong d ON d.code = l.region_code \
            AND d.areas = l.areas AND d.lat = l.lat AND d.lon = l.lon";
        let same: i64 = core.0.query_one(others, &[]).await?.try_get(0)?;
        ensure!(
            usize::try_from(same)? == TITLES,
            "areas are not what dojob writes: {same} of {TITLES} agree"
        );
        Ok(())
    }

    /// Loads listings number `from` + 1 to `to`, without the index of letters, which is rebuilt at the end.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn load(&self, core: &Database, from: u64, to: u64) -> anyhow::Result<()> {
        let (owner, id, dongs) =
            (owner_id(&format!("(g % {OWNERS} + 1)")), listing_id("g"), self.dongs().len());
        let index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'listings_talent_tokens_idx'";
        let index: String = core.0.query_one(index, &[]).await?.try_get(0)?;
        // Title 1 stays with the first ten thousand, so that it is found a hundred times in any size.
        let sql = format!(
            "SET maintenance_work_mem = '256MB'; DROP INDEX listings_talent_tokens_idx; \
             INSERT INTO listings (id, kind, owner_id, title, body, category, minutes, mode, region_code, lat, lon, \
             areas, times, bring, state, published_at, expires_at, revision, version, tokens, title_tokens) \
             SELECT {id}, 'talent', {owner}, title, body, category, 60, \
             CASE (g / {TITLES}) % 5 WHEN 0 THEN 'online' WHEN 1 THEN 'either' ELSE 'in_person' END, \
             code, lat, lon, areas, 1 << (g % 21), '', 'open', now() - g * interval '75 seconds', \
             now() + interval '1 day' * (1 + g % 100), 1, 1, tokens, title_tokens \
             FROM generate_series({from} + 1, {to}) g JOIN bench_title t \
             ON t.n = CASE WHEN g % {TITLES} = 1 AND g > 10000 THEN 2 ELSE g % {TITLES} END \
             JOIN bench_dong d ON d.n = (hashint4(g::int4 + 7) & 2147483647) % {dongs}; {index}"
        );
        core.0.batch_execute(&sql).await?;
        core.0.batch_execute("VACUUM (ANALYZE, PARALLEL 0) listings").await?;
        let superuser = Database::open(&self.server.superuser_url("dojob_core")?).await?;
        superuser.0.batch_execute("CHECKPOINT").await?;
        Ok(())
    }
}

/// The id of the owner of this number, as an expression of SQL.
pub fn owner_id(number: &str) -> String {
    format!("('00000000-0000-7000-8000-' || lpad(({number})::text, 12, '0'))::uuid")
}

/// The id of the listing of this number, as an expression of SQL.
pub fn listing_id(number: &str) -> String {
    format!("('00000000-0000-7000-9000-' || lpad(({number})::text, 12, '0'))::uuid")
}

/// `items` of a list.
pub fn items(list: &Value) -> &[Value] {
    list.get("items").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A folder for what is measured, gone with its owner.
///
/// # Errors
/// It cannot be made.
pub fn home() -> anyhow::Result<tempfile::TempDir> {
    let home = tempfile::Builder::new().prefix("dojob-bench-").tempdir_in("/tmp")?;
    // As root, PostgreSQL runs as somebody else, who must be able to enter.
    std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755))?;
    Ok(home)
}

/// A durable server with our settings.
///
/// # Errors
/// It does not start.
pub async fn server(home: &Path) -> anyhow::Result<Server> {
    let options = Options::new(home.join("postgres"), Binaries::Machine);
    Server::start(SETTINGS.iter().fold(options, |o, (k, v)| o.set(k, v))).await
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A connection of our own, beside dojob's.
pub struct Database(
    pub tokio_postgres::Client,
    #[expect(dead_code, reason = "ends with us")] tokio::task::JoinSet<()>,
);

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
}

impl Database {
    async fn open(url: &str) -> anyhow::Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        let mut socket = tokio::task::JoinSet::new();
        socket.spawn(async move {
            let _ = connection.await;
        });
        Ok(Self(client, socket))
    }
}
