//! The program of a service that runs as a process of its own: what `main` of each of the four hands over, and the
//! commands that all of them know.

use std::{net::TcpListener, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, bail};
use diesel_migrations::EmbeddedMigrations;
use uuid::Uuid;

use crate::{
    auth::Verifier,
    config::Env,
    db::{Database, Password, Pool},
    events::{self, Again, Broker, Bus, Failure, Kafka, Topic},
    metrics::Metrics,
    service::{Service, Serving, Shared, Tasks, serve, signalled},
    telemetry,
    time::Clock,
};

/// What a service is, as a program.
#[derive(Clone, Copy, Debug)]
pub struct Program<C> {
    /// `notify-address`; also the second part of its topics and, in capitals, of its settings.
    pub name: &'static str,
    pub migrations: fn() -> EmbeddedMigrations,
    /// What it publishes to.
    pub topics: &'static [Topic],
    /// Reads the service's own settings.
    pub config: fn(&Env) -> C,
    pub identity: Identity<C>,
    pub build: fn(C, Shared) -> anyhow::Result<Service>,
}

/// Whose keys verify access tokens.
#[derive(Clone, Copy, Debug)]
pub enum Identity<C> {
    /// The service's own.
    Own(fn(&C) -> anyhow::Result<Verifier>),
    /// Those that the issuer publishes.
    Remote,
}

/// What can be set for every service.
struct Settings {
    bind: String,
    port: u16,
    admin_port: u16,
    database: Database,
    broker: Broker,
    origins: Vec<String>,
    log: String,
    clock_file: Option<PathBuf>,
    issuer: String,
    jwks: Option<String>,
    deregistration: Duration,
    patience: Duration,
}

/// Who signs access tokens, unless production says otherwise.
pub fn issuer(env: &Env) -> String {
    let meaning = "who signs access tokens: the claim `iss`, the same for every service";
    env.get_in_development("DOJOB_AUTH_ISSUER", "https://dojob.local".to_owned(), meaning)
}

/// Words separated by commas.
pub fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

impl Settings {
    fn from(env: &Env, name: &str, remote: bool) -> Self {
        let production = env.production();
        let service = name.to_uppercase().replace('-', "_");
        let url = format!("DOJOB_{service}_DATABASE_URL");
        let seconds = |name, default, meaning| Duration::from_secs(env.get(name, default, meaning));
        let origins = env.get(
            "DOJOB_ORIGINS",
            String::new(),
            "further origins whose pages may use cookies and sockets, separated by commas",
        );
        let clock_file: Option<PathBuf> =
            env.find("DOJOB_CLOCK_FILE", "development: a file with seconds to add to the clock");
        if production && clock_file.is_some() {
            env.refuse("DOJOB_CLOCK_FILE", "it moves the clock, which production must not");
        }
        Self {
            bind: env.get("DOJOB_BIND", "127.0.0.1".to_owned(), "the address to listen on"),
            port: env.get("DOJOB_PORT", 8080, "the port to listen on; 0 takes a free one"),
            admin_port: env.get("DOJOB_ADMIN_PORT", 9090, "the port of /healthz, /readyz and /metrics"),
            database: Database {
                url: env
                    .required::<String>(
                        &url,
                        "the service's own database: postgres://user:password@host/name",
                    )
                    .unwrap_or_default()
                    .into(),
                max_connections: env.get("DOJOB_POOL_MAX", 8, "database connections of this process"),
                password: Password::read(env, &service),
            },
            broker: Broker::from_env(env),
            origins: words(&origins),
            log: env.get(
                "DOJOB_LOG",
                format!("warn,common=info,dojob_common=info,dojob_{}=info", name.replace('-', "_")),
                "what to log, as in RUST_LOG",
            ),
            clock_file,
            issuer: issuer(env),
            jwks: if remote {
                env.required("DOJOB_AUTH_JWKS_URL", "where the issuer publishes its keys")
            } else {
                None
            },
            deregistration: seconds(
                "DOJOB_DEREGISTRATION_SECONDS",
                0,
                "how long a balancer may take to stop sending after SIGTERM",
            ),
            patience: seconds("DOJOB_PATIENCE_SECONDS", 20, "how long requests and tasks may take to finish"),
        }
    }
}

impl<C> Program<C> {
    /// Does what the command line says, and answers for it.
    pub fn main(self) -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let done =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime").and_then(
                |runtime| {
                    let done = runtime.block_on(self.run(&words));
                    // A client that cannot say good-bye to a broker that is away must not keep the process.
                    runtime.shutdown_timeout(Duration::from_secs(2));
                    done
                },
            );
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{}: {error:#}", self.name);
                ExitCode::FAILURE
            }
        }
    }

    async fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        match arguments {
            [] | ["serve"] => Box::pin(self.serve()).await,
            ["migrate"] => self.migrate().await,
            ["replay", which @ ..] => Box::pin(self.replay(which)).await,
            ["config"] => {
                self.print_settings();
                Ok(())
            }
            ["--help" | "-h" | "help"] => {
                self.print_help();
                Ok(())
            }
            _ => bail!("there is no '{}'; see {} --help", arguments.join(" "), self.name),
        }
    }

    #[expect(clippy::print_stdout, reason = "what the program says to whoever started it")]
    fn print_help(&self) {
        let name = self.name;
        println!(
            "\
{name}: the {name} service of dojob

  {name} [serve]         serves requests, hands on events and takes those of others
  {name} migrate         brings the database up to date and makes the topics, then ends
  {name} replay --parked                    applies the events again that were set aside, in order
  {name} replay --event ID                  publishes an event of this service again, or applies a parked one
  {name} replay --topic T --from POSITION   publishes a topic again, from a position of this service's log
  {name} config          what can be set in the environment, its default and its meaning
  {name} --help          this page"
        );
    }

    #[expect(clippy::print_stdout, reason = "what the program says to whoever started it")]
    fn print_settings(&self) {
        let env = Env::process();
        let _ = self.settings(&env);
        for setting in env.settings() {
            println!("{:32} {:40} {}", setting.name, setting.default, setting.meaning);
        }
    }

    fn settings(&self, env: &Env) -> (Settings, C) {
        let remote = matches!(self.identity, Identity::Remote);
        (Settings::from(env, self.name, remote), (self.config)(env))
    }

    /// Settings of a program that is to do something: all that is wrong with them is said at once.
    fn begin(&self) -> anyhow::Result<(Settings, C)> {
        let env = Env::process();
        let (settings, config) = self.settings(&env);
        env.done()?;
        telemetry::init(&settings.log)?;
        Ok((settings, config))
    }

    fn pool(&self, settings: &Settings) -> anyhow::Result<Pool> {
        Pool::new(&settings.database, &format!("dojob {}", self.name))
    }

    /// The service on its bus, with nothing started.
    async fn built(&self, settings: &Settings, config: C, db: Pool) -> anyhow::Result<Service> {
        self.refuse_old_schema(&db).await?;
        let (tasks, metrics) = (Tasks::default(), Metrics::default());
        let kafka = Kafka::connect(&settings.broker, self.name, metrics.clone(), tasks.clone())?;
        let verifier = match (&self.identity, &settings.jwks) {
            (Identity::Own(keys), _) => keys(&config)?,
            (Identity::Remote, jwks) => {
                Verifier::remote(settings.issuer.clone(), jwks.clone().unwrap_or_default())?
            }
        };
        let shared = Shared {
            clock: Clock::default(),
            db,
            bus: Bus::kafka(kafka),
            verifier,
            tasks,
            metrics,
            origins: settings.origins.clone(),
        };
        (self.build)(config, shared)
    }

    /// A database that is away is waited for: it is no reason to die and be started again.
    async fn refuse_old_schema(&self, db: &Pool) -> anyhow::Result<()> {
        let missing = loop {
            match db.get().await {
                Ok(connection) => {
                    drop(connection);
                    break db.missing_migrations(&(self.migrations)()).await?;
                }
                Err(problem) => tracing::warn!(service = self.name, %problem, "waiting for the database"),
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        };
        anyhow::ensure!(
            missing.is_empty(),
            "the database lacks {}: run `{} migrate` first",
            missing.join(", "),
            self.name
        );
        Ok(())
    }

    async fn serve(&self) -> anyhow::Result<()> {
        let (settings, config) = self.begin()?;
        let bind = |port| {
            TcpListener::bind((settings.bind.as_str(), port)).with_context(|| format!("port {port} is taken"))
        };
        let (listener, admin) = (bind(settings.port)?, bind(settings.admin_port)?);
        let stop = async {
            if let Err(error) = signalled().await {
                tracing::error!(%error, "signals cannot be heard");
            }
        };
        let mut stop = Box::pin(stop);
        let service = tokio::select! {
            service = self.built(&settings, config, self.pool(&settings)?) => service?,
            () = &mut stop => return Ok(()),
        };
        if let Some(file) = settings.clock_file {
            let (stopping, clock) = (service.cx.tasks.stopping(), service.cx.clock.clone());
            service.cx.tasks.spawn(async move {
                stopping.run_until_cancelled(clock.follow(file)).await;
            });
        }
        tracing::info!(service = self.name, address = %listener.local_addr()?, "serving");
        let serving = Serving {
            listener,
            admin: Some(admin),
            services: vec![service],
            front: None,
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            deregistration: settings.deregistration,
            patience: settings.patience,
        };
        serve(serving, stop).await
    }

    #[expect(clippy::print_stdout, reason = "what the program says to whoever started it")]
    async fn migrate(&self) -> anyhow::Result<()> {
        let (settings, _) = self.begin()?;
        let db = self.pool(&settings)?;
        let before = db.missing_migrations(&(self.migrations)()).await?;
        db.migrate((self.migrations)()).await.context("the database")?;
        for name in before {
            println!("migrated {name}");
        }
        for made in Kafka::ensure_topics(&settings.broker, self.topics).await? {
            println!("made {made}");
        }
        println!("{} is up to date", self.name);
        Ok(())
    }

    #[expect(clippy::print_stdout, reason = "what the program says to whoever started it")]
    async fn replay(&self, which: &[&str]) -> anyhow::Result<()> {
        let which = Replay::read(which)?;
        let (settings, config) = self.begin()?;
        let service = self.built(&settings, config, self.pool(&settings)?).await?;
        let count = which.run(&service).await?;
        println!("{count} events");
        service.cx.tasks.stop(Duration::from_secs(5)).await;
        Ok(())
    }
}

/// What is to be taken or said again.
#[derive(Clone, Debug)]
enum Replay {
    Parked,
    Event(Uuid),
    Topic { topic: String, position: i64 },
}

impl Replay {
    fn read(words: &[&str]) -> anyhow::Result<Self> {
        match words {
            ["--parked"] => Ok(Self::Parked),
            ["--event", id] => Ok(Self::Event(id.parse().context("--event takes the id of an event")?)),
            ["--topic", topic, "--from", position] => Ok(Self::Topic {
                topic: (*topic).to_owned(),
                position: position
                    .parse()
                    .context("--from takes a position of the log: 1 is its beginning")?,
            }),
            _ => bail!("say replay --parked, --event ID or --topic T --from POSITION"),
        }
    }

    async fn run(self, service: &Service) -> anyhow::Result<usize> {
        let cx = &service.cx;
        let again = match self {
            Self::Parked => return parked(service, None).await,
            Self::Event(id) => Again::One(id),
            Self::Topic { topic, position } => Again::From { topic, position },
        };
        let published = events::republish(cx, &again).await?;
        match again {
            Again::One(id) if published == 0 => {
                let count = parked(service, Some(id)).await?;
                anyhow::ensure!(count > 0, "this service has neither said nor parked event {id}");
                Ok(count)
            }
            _ => Ok(published),
        }
    }
}

/// Applies what was set aside, for every consumer; says of each failure what it is and goes on.
async fn parked(service: &Service, only: Option<Uuid>) -> anyhow::Result<usize> {
    let (mut passed, mut failures) = (0, Vec::new());
    for consumer in &service.consumers {
        match consumer.replay_parked(&service.cx, only).await {
            Ok(count) => passed += count,
            Err(Failure::Away(cause)) => bail!("away: {cause}"),
            Err(Failure::Broken(cause)) => failures.push(format!("{}: {cause}", consumer.name())),
        }
    }
    anyhow::ensure!(
        failures.is_empty(),
        "{passed} events passed; still parked:\n  {}",
        failures.join("\n  ")
    );
    Ok(passed)
}
