//! `dojob`: the whole platform in one process. See the crate's README.

mod front;

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use clap::{Parser, Subcommand};
use common::{
    config::Env,
    http::Edge,
    service::{Serving, serve, signalled},
    telemetry::{self, Export},
    time::Clock,
};
use dojob_auth::{LeastAge, Operator, Provider, ProviderSettings};
use mailbox::Mailbox;
use standalone::{Databases, Platform, demo, local_identity, mails, web};

/// dojob: a neighbourhood that gives hours. Without a command: starts everything and prints where to find it.
#[derive(Parser)]
#[command(name = "dojob")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the built web front and nothing else (behind a balancer).
    Front,
    /// Lists what can be set in the environment, its default and its meaning.
    Settings,
}

/// What can be set.
struct Settings {
    home: PathBuf,
    bind: String,
    port: u16,
    admin_port: Option<u16>,
    web: PathBuf,
    demo: bool,
    machine_postgres: bool,
    max_connections: usize,
    log: String,
    traces: Export,
    clock_file: Option<PathBuf>,
    databases: Option<Databases>,
    edge: Edge,
    budgets: bool,
    sign_ups: i32,
    least_age: LeastAge,
    operator: Operator,
    providers: Vec<(Provider, ProviderSettings)>,
    mail: MailSettings,
}

/// How mail leaves, and where its links lead.
struct MailSettings {
    pages: Option<String>,
    server: Option<String>,
    from: Option<String>,
    /// Without a server of its own, all mail stays in this program.
    stays: bool,
}

impl MailSettings {
    fn from(env: &Env) -> Self {
        let server = env.find(
            "DOJOB_SMTP_URL",
            "a mail server instead of the mailbox at /dev/mail: smtps://user:password@host",
        );
        Self {
            pages: env.find(
                "DOJOB_PUBLIC_URL",
                "where the pages are: what links in mails begin with; this program's own port by default",
            ),
            // Nobody else can read it, and outside of development nothing stands in for a mail server.
            stays: server.is_none() && !env.production(),
            server,
            from: env.find("DOJOB_MAIL_FROM", "who mails are from: Name <address>"),
        }
    }

    fn is_complete(&self) -> bool {
        self.stays || (self.server.is_some() && self.pages.is_some() && self.from.is_some())
    }

    /// Tells auth where its links lead, and starts the mailbox if mail stays here.
    fn start(
        self,
        auth: &mut dojob_auth::Config,
        address: SocketAddr,
    ) -> anyhow::Result<(dojob_notify_address::MailConfig, Option<Mailbox>)> {
        let mailbox = self.stays.then(Mailbox::start).transpose()?;
        auth.pages = self.pages.unwrap_or_else(|| format!("http://localhost:{}", address.port()));
        let server = self.server.or_else(|| mailbox.as_ref().map(Mailbox::url));
        let mut mail = standalone::mail(auth, server, format!("http://{}", reached(address)));
        if let Some(from) = self.from {
            mail.from = from;
        }
        Ok((mail, mailbox))
    }
}

impl Settings {
    fn from(env: &Env) -> anyhow::Result<Self> {
        let user = env.find::<PathBuf>("HOME", "your home directory");
        let data = env.find::<PathBuf>("XDG_DATA_HOME", "where programs keep data");
        let default_home =
            postgres::default_home(data.as_deref(), user.as_deref()).unwrap_or_else(|| ".dojob".into());
        let settings = Self {
            home: PathBuf::from(env.get("DOJOB_HOME", default_home.display().to_string(), "where everything is kept")),
            bind: env.get("DOJOB_BIND", "127.0.0.1".to_owned(), "the address to listen on"),
            port: env.get("DOJOB_PORT", 8080, "the port to listen on; 0 takes a free one"),
            admin_port: env.find("DOJOB_ADMIN_PORT", "a port for /healthz, /readyz and /metrics, on loopback"),
            web: PathBuf::from(env.get("DOJOB_WEB_DIR", "web/dist".to_owned(), "the built web front")),
            demo: env.flag("DOJOB_DEMO", true, "load the practice neighbourhood on the first start"),
            machine_postgres: env.flag("DOJOB_MACHINE_POSTGRES", false, "use this machine's PostgreSQL programs instead of the pinned ones"),
            max_connections: env.get("DOJOB_POOL_MAX", 8, "connections of each service"),
            log: env.get("DOJOB_LOG", "warn,dojob=info,common=info,dojob_common=info,standalone=info".to_owned(), "what to log, as in RUST_LOG"),
            traces: Export::from_env(env, "dojob"),
            clock_file: env.find("DOJOB_CLOCK_FILE", "development: a file with seconds to add to the clock; <home>/clock by default (cargo xtask clock +3h)"),
            databases: Databases::from_env(env),
            sign_ups: env.get("DOJOB_AUTH_SIGN_UPS_AN_HOUR", 10, "how many accounts one address may make in an hour"),
            least_age: dojob_auth::Config::least_age(env),
            operator: dojob_auth::Config::operator(env),
            providers: dojob_auth::Config::providers(env),
            edge: Edge::from_env(env),
            budgets: dojob_core::Config::budgets(env),
            mail: MailSettings::from(env),
        };
        let development =
            env.get("DOJOB_ENV", "development".to_owned(), "development or production") == "development";
        env.done()?;
        let mut settings = settings;
        if development && settings.clock_file.is_none() {
            settings.clock_file = Some(settings.home.join("clock"));
        }
        anyhow::ensure!(
            development || settings.clock_file.is_none(),
            "DOJOB_CLOCK_FILE moves the clock: only with DOJOB_ENV=development"
        );
        anyhow::ensure!(
            development || !settings.demo,
            "DOJOB_DEMO=1 is for practice: only with DOJOB_ENV=development"
        );
        anyhow::ensure!(
            development || settings.mail.is_complete(),
            "outside of development DOJOB_SMTP_URL, DOJOB_MAIL_FROM and DOJOB_PUBLIC_URL must be set: nobody can sign up without mail"
        );
        Ok(settings)
    }
}

/// HTTP workers.
const WORKERS: usize = 2;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dojob: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the program reports to the terminal")]
async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let env = Env::process();
    match arguments.command {
        None => {}
        Some(Command::Settings) => {
            let _ = Settings::from(&env);
            for setting in env.settings() {
                println!("{:32} {:40} {}", setting.name, setting.default, setting.meaning);
            }
            return Ok(());
        }
        Some(Command::Front) => return front::run(&env).await,
    }
    let settings = Settings::from(&env)?;
    let _telemetry = telemetry::init(&settings.log, settings.traces.clone())?;

    // The port first: if it is taken, nobody should wait for a database.
    let listener = TcpListener::bind((settings.bind.as_str(), settings.port)).with_context(|| {
        format!("port {} is taken: stop what uses it, or choose another (DOJOB_PORT=8090)", settings.port)
    })?;
    let admin = settings
        .admin_port
        .map(|port| TcpListener::bind(("127.0.0.1", port)).with_context(|| format!("port {port} is taken")))
        .transpose()?;

    let stop = tokio_util::sync::CancellationToken::new();
    let (databases, server) = open_databases(&settings).await?;
    let watch = server.clone().map(|server| {
        let stop = stop.clone();
        #[expect(clippy::disallowed_methods, reason = "ended below, before the server is stopped")]
        tokio::spawn(async move { server.watch(stop).await })
    });

    let address = listener.local_addr()?;
    let mut auth = local_identity(&settings.home)?;
    let (mail, mailbox) = settings.mail.start(&mut auth, address)?;
    auth.limits.sign_up.attempts = settings.sign_ups;
    (auth.least_age, auth.providers) = (settings.least_age, settings.providers);
    auth.operator = settings.operator;
    let (auth, clock) =
        if settings.demo { demo::prepare(&settings.home, auth)? } else { (auth, Clock::default()) };
    let platform = Platform {
        clock: clock.clone(),
        databases,
        auth,
        mail,
        max_connections: settings.max_connections,
        workers: WORKERS,
        edge: settings.edge,
        budgets: settings.budgets,
    };
    let services = platform.build().await?;
    if settings.demo {
        demo::load_once(&settings.home, &services, &clock).await?;
    } else {
        demo::stay_away(&settings.home)?;
    }
    if let (Some(file), Some(first)) = (settings.clock_file, services.first()) {
        let (stopping, clock) = (first.cx.tasks.stopping(), clock.clone());
        first.cx.tasks.spawn(async move {
            stopping.run_until_cancelled(clock.follow(file)).await;
        });
    }

    let front = web::front(&settings.web)?;
    let front = match mailbox {
        Some(mailbox) => mails::pages(mailbox, front),
        None => front,
    };
    println!("dojob is ready: http://localhost:{}", address.port());
    let serving = Serving {
        listener,
        admin,
        services,
        front: Some(front),
        workers: WORKERS,
        deregistration: Duration::ZERO,
        patience: Duration::from_secs(10),
    };
    serve(serving, async {
        if let Err(error) = signalled().await {
            tracing::error!(%error, "signals cannot be received");
        }
    })
    .await?;
    stop.cancel();
    if let Some(watch) = watch {
        watch.await?;
    }
    if let Some(server) = server {
        server.stop().await?;
    }
    Ok(())
}

/// Those that are told of, or a server of this program's own.
async fn open_databases(settings: &Settings) -> anyhow::Result<(Databases, Option<Arc<postgres::Server>>)> {
    if let Some(databases) = settings.databases.clone() {
        return Ok((databases, None));
    }
    if demo::was_interrupted(&settings.home) {
        // What an interrupted first start left behind is half a practice neighbourhood and nothing else.
        std::fs::remove_dir_all(settings.home.join("data"))
            .context("the half-made practice data cannot be removed")?;
        demo::forget_interruption(&settings.home)?;
    }
    let binaries =
        if settings.machine_postgres { postgres::Binaries::Machine } else { postgres::Binaries::Pinned };
    let server = postgres::Server::start(postgres::Options::new(&settings.home, binaries)).await?;
    Ok((Databases::on(&server).await?, Some(Arc::new(server))))
}

/// Where this process reaches itself: an address that stands for all of them is no place to go to.
fn reached(listening: SocketAddr) -> SocketAddr {
    let here = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(here, listening.port())
}
