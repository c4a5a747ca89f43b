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

/// Texts that are published through the door; what is loaded in bulk repeats them, codes included.
const TEXTS: usize = 400;

/// Words that texts hold, the commonest first: word n is in a fifth of them divided by n, as Zipf has it.
const WORDS: [&str; 40] = [
    "첼로",
    "퀼트",
    "장기",
    "된장",
    "자수",
    "캘리",
    "목공",
    "볶음",
    "오카리나",
    "수채화",
    "우쿨렐레",
    "매실",
    "도자기",
    "택견",
    "단소",
    "파스타",
    "비누",
    "향초",
    "일본어",
    "식빵",
    "캠핑",
    "타로",
    "마술",
    "요가",
    "수영",
    "탁구",
    "배드민턴",
    "색연필",
    "민화",
    "서예",
    "코바늘",
    "재봉",
    "가죽",
    "분갈이",
    "텃밭",
    "약밥",
    "떡볶이",
    "반찬",
    "세무",
    "이력서",
];

/// One listing in two thousand holds it.
const RARE: &str = "대금";

/// What is searched for, and the share of listings that hold it.
pub const SOUGHT: [(&str, f64); 5] =
    [("첼로", 0.2), ("장기", 0.0675), ("수채화", 0.02), (RARE, 0.0005), ("고래", 0.0)];

/// `BENCH_QUICK=1`: shorter windows, nothing over Kafka, no table of a million.
#[expect(clippy::disallowed_methods, reason = "a switch of the bench, no setting of a service")]
pub fn quick() -> bool {
    std::env::var("BENCH_QUICK").is_ok_and(|quick| quick == "1")
}

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
    pub id: String,
    pub email: String,
    pub token: String,
}

/// Everybody's.
pub const PASSWORD: &str = "measured in nanoseconds";

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
        let email = format!("bench-{n}@dojob.example");
        let body = json!({
            "email": email, "password": PASSWORD,
            "birth_date": "1990-03-14", "consents": consents, "locale": "ko",
        });
        client.json("POST", "/api/auth/signup", None, Some(&body)).await?;
        let link = loop {
            let mails = client.json("GET", &format!("/dev/mail.json?to={email}"), None, None).await?;
            let mails: Vec<mailbox::Mail> = serde_json::from_value(mails)?;
            if let Some(token) = mails.iter().find_map(mailbox::Mail::token) {
                break json!({ "token": token, "password": PASSWORD });
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        let session = client.json("POST", "/api/auth/address/verify", None, Some(&link)).await?;
        let token = session.get("access_token").and_then(Value::as_str).context("a session")?.to_owned();
        let profile = json!({ "name": format!("이웃{n}"), "region_code": "1144012300" });
        let me = client.json("PATCH", "/api/core/me", Some(&token), Some(&profile)).await?;
        let id = me.get("id").and_then(Value::as_str).context("an id")?.to_owned();
        Ok(Self { id, email, token })
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
        let program = self.program.clone();
        self.start_program(&program, &[], path).await
    }

    /// The same with `core` alone, whose broker is nowhere.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn start_core(&mut self, program: &Path, path: &str) -> anyhow::Result<Duration> {
        let settings = [
            ("DOJOB_KAFKA_BROKERS", "127.0.0.1:1"),
            ("DOJOB_AUTH_JWKS_URL", "http://127.0.0.1:1/jwks.json"),
            ("DOJOB_LOG", "off"),
        ];
        self.start_program(program, &settings, path).await
    }

    async fn start_program(
        &mut self,
        program: &Path,
        settings: &[(&str, &str)],
        path: &str,
    ) -> anyhow::Result<Duration> {
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut command = Command::new(program);
        for (service, url) in SERVICES.iter().zip(&self.urls) {
            command.env(format!("DOJOB_{}_DATABASE_URL", service.to_uppercase()), url);
        }
        command
            .env("DOJOB_HOME", self.home.path().join("dojob"))
            .env("DOJOB_DEMO", "0")
            // One account writes as fast as it can: what is measured is the write.
            .env("DOJOB_CORE_BUDGETS", "0")
            .env("DOJOB_PORT", self.port.to_string())
            .env("DOJOB_ADMIN_PORT", self.admin.to_string())
            .env("DOJOB_POOL_MAX", CLIENTS.to_string())
            .env("DOJOB_WEB_DIR", self.home.path().join("no-web"))
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        std::fs::create_dir_all(self.home.path().join("dojob"))?;
        let started = Instant::now();
        let mut child = command.spawn().with_context(|| format!("{} does not start", program.display()))?;
        while started.elapsed() < Duration::from_secs(30) {
            if let Ok(mut client) = Client::connect(self.port).await
                && matches!(client.exchange(&crate::http::request("GET", path, None, None)).await, Ok(200))
            {
                let took = started.elapsed();
                self.running = Some(child);
                return Ok(took);
            }
            ensure!(child.try_wait()?.is_none(), "it ended: {}", self.last_words());
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        anyhow::bail!("no answer to {path}: {}", self.last_words())
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

    /// The people publish talents, each with another text: the first twenty by two of them, the rest by all, because
    /// nobody may have more than fifty. The first holds the rare word.
    ///
    /// # Errors
    /// dojob refuses.
    pub async fn publish(&self, client: &mut Client, people: &[Person]) -> anyhow::Result<Vec<Talent>> {
        let nouns =
            ["통기타", "피아노", "붓글씨", "바둑", "뜨개질", "김치", "엑셀", "필름", "자전거", "화분"];
        let acts = [
            "첫걸음",
            "같이 해요",
            "한 시간",
            "천천히",
            "손보기",
            "정리",
            "연습",
            "이야기",
            "나들이",
            "도와드려요",
        ];
        let categories = ["craft", "home", "hobby", "study"];
        let (dongs, mut talents) = (self.dongs(), Vec::new());
        for n in 0..=TEXTS {
            // 7 has no divisor in common with 400, so a word is in exactly its share of the texts.
            let holds = |(rank, _): &(usize, &&str)| (n * 7 + rank * 53) % TEXTS < TEXTS / 5 / (rank + 1);
            let words: Vec<&str> = WORDS.iter().enumerate().filter(holds).map(|(_, word)| *word).collect();
            let words = if n == 0 { vec![RARE] } else { words };
            let act = acts.get(n / 10 % 10).copied().unwrap_or_default();
            let title = match words.last().filter(|_| n % 2 == 0) {
                Some(word) => format!("{word} {act}"),
                None => format!("{} {act}", nouns.get(n % 10).copied().unwrap_or_default()),
            };
            let body = format!(
                "{}. 처음이어도 괜찮아요. 천천히 하나씩 알려 드릴게요. 편하게 와 주세요.",
                words.join(", ")
            );
            let owner = if n < 20 { n % 2 } else { n % people.len().max(1) };
            let body = json!({
                "title": title, "category": categories.get(n % 4), "minutes": 60, "mode": "either", "body": body,
                "region_code": dongs.get(n * 37 % dongs.len().max(1)).map(|d| d.code), "times": ["sat-morning"],
            });
            let person = people.get(owner).context("a person")?;
            let made = client.json("POST", "/api/core/talents", Some(&person.token), Some(&body)).await?;
            let id = made.get("id").and_then(Value::as_str).context("an id")?.to_owned();
            talents.push(Talent { id, owner });
        }
        Ok(talents)
    }

    fn dongs(&self) -> Vec<regions::Region<'_>> {
        self.regions.iter().filter(|r| r.level == Level::Eupmyeondong).collect()
    }

    /// Prepares the bulk load: owners, the published texts with the codes that dojob gave them, and all 동, also as
    /// dojob shows them, for the peers.
    ///
    /// # Errors
    /// PostgreSQL refuses, or our reading of a region's areas is not dojob's.
    pub async fn prepare_load(&self, core: &Database) -> anyhow::Result<()> {
        let mut sql = format!(
            "CREATE TABLE bench_text AS SELECT row_number() OVER (ORDER BY published_at, id) - 1 AS n, l.* \
             FROM listings l WHERE kind = 'talent'; \
             CREATE TABLE bench_dong (n int PRIMARY KEY, code text, lat float8, lon float8, areas int[], view json); \
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
            let regions::Region { code, name, path, lat, lon, .. } = *dong;
            let view = json!({ "code": code, "name": name, "path": path, "short": dong.parent_path() });
            let _ = write!(sql, "{comma}({n}, '{code}', {lat}, {lon}, '{{{areas}}}', '{view}')");
        }
        core.0.batch_execute(&sql).await?;
        let others = "SELECT count(*) FROM listings l JOIN bench_dong d ON d.code = l.region_code \
            AND d.areas = l.areas AND d.lat = l.lat AND d.lon = l.lon";
        let same: i64 = core.0.query_one(others, &[]).await?.try_get(0)?;
        ensure!(usize::try_from(same)? == TEXTS + 1, "areas are not what dojob writes: only {same} agree");
        Ok(())
    }

    /// Loads listings number `from` + 1 to `to`; indexes are rebuilt at the end. What we do not choose here (codes,
    /// and whatever else a migration adds) is copied from what dojob wrote for the same text.
    ///
    /// # Errors
    /// PostgreSQL refuses.
    pub async fn load(&self, core: &Database, from: u64, to: u64) -> anyhow::Result<()> {
        let texts = |sql: &'static str| async move {
            let rows = core.0.query(sql, &[]).await?;
            rows.iter().map(|row| Ok(row.try_get::<_, String>(0)?)).collect::<anyhow::Result<Vec<_>>>()
        };
        let columns = texts(
            "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'listings'::regclass AND attnum > 0 \
             AND NOT attisdropped AND attgenerated = ''",
        )
        .await?;
        let dropped = texts("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'listings'::regclass AND NOT indisunique").await?;
        let indexes = texts("SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'listings'::regclass AND NOT indisunique").await?;
        let value = |column: &String| match column.as_str() {
            "id" => listing_id("g"),
            "owner_id" => owner_id(&format!("(g % {OWNERS} + 1)")),
            "mode" => {
                "CASE (g / 100) % 5 WHEN 0 THEN 'online' WHEN 1 THEN 'either' ELSE 'in_person' END".to_owned()
            }
            "region_code" => "d.code".to_owned(),
            "lat" | "lon" | "areas" => format!("d.{column}"),
            "times" => "1 << (g % 21)".to_owned(),
            "published_at" => "date_trunc('second', now()) - g * interval '75 seconds'".to_owned(),
            "expires_at" => "date_trunc('second', now()) + interval '1 day' * (1 + g % 100)".to_owned(),
            other => format!("t.{other}"),
        };
        let values: Vec<_> = columns.iter().map(value).collect();
        let sql = format!(
            "SET maintenance_work_mem = '256MB'; DROP INDEX {}; INSERT INTO listings ({}) SELECT {} \
             FROM generate_series({from} + 1, {to}) g JOIN bench_text t \
             ON t.n = CASE WHEN g % 2000 = 3 THEN 0 ELSE 1 + (hashint4(g::int4) & 2147483647) % {TEXTS} END \
             JOIN bench_dong d ON d.n = (hashint4(g::int4 + 7) & 2147483647) % {}; {}",
            dropped.join(", "),
            columns.join(", "),
            values.join(", "),
            self.dongs().len(),
            indexes.join("; "),
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

/// Where the listing of this number is read.
pub fn listing_path(number: u64) -> String {
    format!("/api/core/talents/00000000-0000-7000-9000-{number:012}")
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

/// A port that nobody listens on.
///
/// # Errors
/// There is none.
pub fn free_port() -> anyhow::Result<u16> {
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
