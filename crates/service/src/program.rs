//! The program of a service that runs as a process of its own: what `main` of each of the four hands over, and the
//! commands that all of them know.

use std::{net::TcpListener, path::PathBuf, process::ExitCode, time::Duration};

use anyhow::{Context, bail};
use clap::{ArgGroup, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use diesel_migrations::EmbeddedMigrations;
use events::{Again, Broker, Bus, Failure, Kafka, Topic};
use http::{Edge, auth::Verifier};
use kernel::{config::Env, metrics::Metrics, tasks::Tasks, time::Clock};
use pg::{Class, Database, Password, Pool};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    Service, Serving, Shared, serve, signalled,
    telemetry::{self, Export, Telemetry},
};

/// The command line of a service's program.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves requests, hands on events and takes those of others; the default
    Serve,
    /// Brings the database up to date and makes the topics, then ends
    Migrate,
    /// Applies dead letters again, or publishes events of this service again
    Replay(Replay),
    /// Lists what can be set in the environment, its default and its meaning
    Config,
}

/// What is to be applied or published again.
#[derive(Args, Clone, Debug)]
#[command(group(ArgGroup::new("which").required(true).args(["parked", "event", "topic"])))]
struct Replay {
    /// Applies the events again that were set aside, in order
    #[arg(long)]
    parked: bool,
    /// Publishes an event of this service again, or applies one that was set aside
    #[arg(long, value_name = "ID")]
    event: Option<Uuid>,
    /// Publishes a topic again, from a position of this service's log
    #[arg(long, value_name = "TOPIC", requires = "from")]
    topic: Option<String>,
    /// A position of the log: 1 is its beginning
    #[arg(long, value_name = "POSITION", requires = "topic")]
    from: Option<i64>,
}

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
    edge: Edge,
    log: String,
    traces: Export,
    clock_file: Option<PathBuf>,
    issuer: String,
    jwks: Option<String>,
    deregistration: Duration,
    patience: Duration,
}

/// Who signs access tokens, unless production sets another.
pub fn issuer(env: &Env) -> String {
    let meaning = "who signs access tokens: the claim `iss`, the same for every service";
    env.get_in_development("DOJOB_AUTH_ISSUER", "https://dojob.local".to_owned(), meaning)
}

/// Where the pages are, unless production sets another; without a slash at the end.
pub fn pages(env: &Env) -> String {
    let meaning = "where the pages are: what links in mails begin with";
    let url = env.get_in_development("DOJOB_PUBLIC_URL", "http://localhost:8080".to_owned(), meaning);
    url.trim_end_matches('/').to_owned()
}

/// What services of ours prove to one another that they are: one key, or two while it is rotated; the first is the one to show.
/// None in a development that has not set it.
pub fn internal_keys(env: &Env) -> Vec<SecretString> {
    const KEY: &str = "DOJOB_INTERNAL_KEY";
    const FILE: &str = "DOJOB_INTERNAL_KEY_FILE";
    const LEAST: usize = 32;
    let meaning =
        "what services of ours show one another: 32 characters or more, two with a comma while it is rotated";
    let value: Option<String> = env.find(KEY, meaning);
    let file: Option<PathBuf> = env.find(FILE, "a file with it instead");
    let text = match (value, file) {
        (Some(_), Some(_)) => {
            env.refuse(FILE, format!("{KEY} is set, too"));
            None
        }
        (Some(value), None) => Some(value),
        (None, Some(file)) => std::fs::read_to_string(&file)
            .map_err(|e| env.refuse(FILE, format!("{}: {e}", file.display())))
            .ok(),
        (None, None) => {
            env.refuse_unset(KEY, !env.production(), meaning);
            None
        }
    };
    let text = text.unwrap_or_default();
    let keys: Vec<&str> = text.split([',', '\n']).map(str::trim).filter(|key| !key.is_empty()).collect();
    if keys.iter().any(|key| key.len() < LEAST) || keys.len() > 2 {
        env.refuse(KEY, format!("expected one or two keys of at least {LEAST} characters"));
    }
    keys.into_iter().map(SecretString::from).collect()
}

impl Settings {
    fn from(env: &Env, name: &str, remote: bool) -> Self {
        let production = env.production();
        let service = name.to_uppercase().replace('-', "_");
        let url = format!("DOJOB_{service}_DATABASE_URL");
        let seconds = |name, default, meaning| Duration::from_secs(env.get(name, default, meaning));
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
                workers: std::thread::available_parallelism().map_or(2, usize::from),
                password: Password::read(env, &service),
            },
            broker: Broker::from_env(env),
            edge: Edge::from_env(env),
            log: env.get("DOJOB_LOG", "warn,dojob=info".to_owned(), "what to log, as in RUST_LOG"),
            traces: Export::from_env(env, name),
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
    /// Does what the command line asks for, and answers for it.
    pub fn main(self) -> ExitCode {
        let arguments =
            Arguments::command().name(self.name).about(format!("The {} service of dojob", self.name));
        let command = match arguments.try_get_matches().and_then(|m| Arguments::from_arg_matches(&m)) {
            Ok(Arguments { command }) => command.unwrap_or(Command::Serve),
            Err(usage) => {
                let _ = usage.print();
                return if usage.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
            }
        };
        let done =
            tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime").and_then(
                |runtime| {
                    let done = runtime.block_on(self.run(command));
                    // A client that cannot say good-bye to an unavailable broker must not keep the process.
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

    async fn run(&self, command: Command) -> anyhow::Result<()> {
        match command {
            Command::Serve => Box::pin(self.serve()).await,
            Command::Migrate => self.migrate().await,
            Command::Replay(which) => Box::pin(self.replay(which)).await,
            Command::Config => {
                self.print_settings();
                Ok(())
            }
        }
    }

    #[expect(clippy::print_stdout, reason = "what the program tells its user")]
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

    /// Settings of a program that is to do something: all that is wrong with them is reported at once.
    fn begin(&self) -> anyhow::Result<(Settings, C, Telemetry)> {
        let env = Env::process();
        let (settings, config) = self.settings(&env);
        env.done()?;
        let telemetry = telemetry::init(&settings.log, settings.traces.clone())?;
        Ok((settings, config, telemetry))
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
            edge: settings.edge.clone(),
        };
        (self.build)(config, shared)
    }

    /// A database that is unavailable is waited for: it is no reason to die and be started again.
    async fn refuse_old_schema(&self, db: &Pool) -> anyhow::Result<()> {
        let missing = loop {
            match db.missing_migrations((self.migrations)()).await {
                Ok(missing) => break missing,
                Err(error) if !is_transient(&error) => return Err(error),
                Err(error) => tracing::warn!(service = self.name, %error, "waiting for the database"),
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
        let (settings, config, _telemetry) = self.begin()?;
        let bind = |port| {
            TcpListener::bind((settings.bind.as_str(), port)).with_context(|| format!("port {port} is taken"))
        };
        let (listener, admin) = (bind(settings.port)?, bind(settings.admin_port)?);
        let stop = async {
            if let Err(error) = signalled().await {
                tracing::error!(%error, "signals cannot be received");
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
        let workers = settings.database.workers;
        tracing::info!(service = self.name, address = %listener.local_addr()?, "serving");
        let serving = Serving {
            listener,
            admin: Some(admin),
            services: vec![service],
            front: None,
            workers,
            deregistration: settings.deregistration,
            patience: settings.patience,
        };
        serve(serving, stop).await
    }

    #[expect(clippy::print_stdout, reason = "what the program tells its user")]
    async fn migrate(&self) -> anyhow::Result<()> {
        let (settings, _, _telemetry) = self.begin()?;
        let db = self.pool(&settings)?;
        let before = db.missing_migrations((self.migrations)()).await?;
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

    #[expect(clippy::print_stdout, reason = "what the program tells its user")]
    async fn replay(&self, which: Replay) -> anyhow::Result<()> {
        let (settings, config, _telemetry) = self.begin()?;
        let service = self.built(&settings, config, self.pool(&settings)?).await?;
        let count = which.run(&service).await?;
        println!("{count} events");
        service.cx.tasks.stop(Duration::from_secs(5)).await;
        Ok(())
    }
}

impl Replay {
    async fn run(self, service: &Service) -> anyhow::Result<usize> {
        let again = match (self.event, self.topic, self.from) {
            (Some(id), ..) => Again::One(id),
            (None, Some(topic), Some(position)) => Again::From { topic, position },
            _ => return dead_letters(service, None).await,
        };
        let published = events::republish(&service.cx, &again).await?;
        match again {
            Again::One(id) if published == 0 => {
                let count = dead_letters(service, Some(id)).await?;
                anyhow::ensure!(count > 0, "this service has neither published nor set aside event {id}");
                Ok(count)
            }
            _ => Ok(published),
        }
    }
}

/// Applies dead letters again, for every consumer; names each failure and goes on.
async fn dead_letters(service: &Service, only: Option<Uuid>) -> anyhow::Result<usize> {
    let (mut passed, mut failures) = (0, Vec::new());
    for consumer in &service.consumers {
        match consumer.replay_dead_letters(&service.cx, only).await {
            Ok(count) => passed += count,
            Err(Failure::Transient(cause)) => bail!("unavailable: {cause}"),
            Err(Failure::Permanent(cause)) => failures.push(format!("{}: {cause}", consumer.name())),
        }
    }
    anyhow::ensure!(
        failures.is_empty(),
        "{passed} events passed; still set aside:\n  {}",
        failures.join("\n  ")
    );
    Ok(passed)
}

/// The cause lies in a database that will be back.
fn is_transient(error: &anyhow::Error) -> bool {
    error.downcast_ref::<pg::Error>().is_some_and(|error| error.class() == Class::Transient)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Option<Command>, clap::Error> {
        let words = std::iter::once("core").chain(words.split_whitespace());
        Arguments::try_parse_from(words).map(|arguments| arguments.command)
    }

    #[test]
    fn one_or_two_long_keys_prove_a_service_and_production_has_one() {
        use secrecy::ExposeSecret;

        let (one, two) = ("a".repeat(32), "b".repeat(40));
        let read = |values: &[(&str, &str)]| {
            let env = Env::of(values);
            let keys = internal_keys(&env);
            env.done().map(|()| keys.iter().map(|k| k.expose_secret().to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(read(&[]).unwrap(), Vec::<String>::new());
        assert_eq!(read(&[("DOJOB_INTERNAL_KEY", &one)]).unwrap(), std::slice::from_ref(&one));
        let both = format!("{one}, {two}");
        assert_eq!(read(&[("DOJOB_INTERNAL_KEY", &both)]).unwrap(), [one.clone(), two.clone()]);
        let file = tempfile_with(&format!("{one}\n"));
        assert_eq!(read(&[("DOJOB_INTERNAL_KEY_FILE", &file)]).unwrap(), std::slice::from_ref(&one));
        for (values, word) in [
            (vec![("DOJOB_INTERNAL_KEY", "short")], "at least 32"),
            (vec![("DOJOB_INTERNAL_KEY", "short,"), ("DOJOB_ENV", "production")], "at least 32"),
            (vec![("DOJOB_ENV", "production")], "DOJOB_INTERNAL_KEY: must be set"),
            (vec![("DOJOB_INTERNAL_KEY", one.as_str()), ("DOJOB_INTERNAL_KEY_FILE", "/x")], "is set, too"),
            (vec![("DOJOB_INTERNAL_KEY_FILE", "/nowhere/key")], "/nowhere/key"),
        ] {
            let refused = read(&values).unwrap_err().to_string();
            assert!(refused.contains(word) && !refused.contains(&one), "{refused}");
        }
        std::fs::remove_file(file).unwrap();
    }

    fn tempfile_with(text: &str) -> String {
        let path = std::env::temp_dir().join(format!("dojob-key-{}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    #[test]
    fn the_words_of_the_command_line() {
        Arguments::command().debug_assert();
        assert!(matches!(read(""), Ok(None)));
        assert!(matches!(read("serve"), Ok(Some(Command::Serve))));
        assert!(matches!(read("migrate"), Ok(Some(Command::Migrate))));
        assert!(matches!(read("config"), Ok(Some(Command::Config))));
        let id = Uuid::from_u128(7);
        assert!(matches!(read("replay --parked"), Ok(Some(Command::Replay(Replay { parked: true, .. })))));
        assert!(matches!(
            read(&format!("replay --event {id}")),
            Ok(Some(Command::Replay(Replay { event: Some(found), .. }))) if found == id
        ));
        assert!(matches!(
            read("replay --topic t --from 1"),
            Ok(Some(Command::Replay(Replay { topic: Some(_), from: Some(1), .. })))
        ));
        for wrong in [
            "mirgate",
            "serve now",
            "replay",
            "replay --parked --event 00000000-0000-0000-0000-000000000007",
            "replay --event seven",
            "replay --topic t",
            "replay --from 1",
        ] {
            assert!(read(wrong).is_err_and(|usage| usage.use_stderr()), "{wrong}");
        }
        assert!(read("--help").is_err_and(|help| !help.use_stderr()));
    }
}
