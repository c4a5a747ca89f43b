//! The cluster: everything it consists of, started in order and stopped in order.

use std::{
    collections::BTreeMap,
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

use actix_web::dev::ServerHandle;
use anyhow::{Context, ensure};
use balancer::{Address, Balancer, Health};
use futures_util::future::{join_all, try_join_all};
use kafka::Kafka;
use mailbox::Mailbox;
use secrecy::ExposeSecret;
use standalone::{Databases, local_identity};
use tokio::task::JoinSet;

use crate::{
    Options,
    leftovers::{self, SELF},
    practice,
    process::{self, Departure, Plan, Process},
    routes::{self, FRONT, MAILBOX, SERVICES, table as table_of_mounts, with_mailbox},
    server::{self, Database},
};

/// How long a process may take until it is ready, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// The name of the broker.
const BROKER: &str = "kafka";

/// A running cluster. Dropped, its processes and the broker are killed; PostgreSQL is left for the next start.
pub struct Cluster {
    pub(crate) options: Options,
    database: Database,
    kafka: Kafka,
    pub(crate) processes: Vec<Process>,
    pub(crate) balancer: Balancer,
    /// The number of the youngest process.
    pub(crate) born: usize,
    /// What roll-outs took out and has not ended yet.
    pub(crate) leaving: Vec<JoinSet<Departure>>,
    /// Addresses of the people of the practice neighbourhood that a visitor may log in as, with
    /// `standalone::demo::PASSWORD`.
    pub seats: Vec<String>,
    /// Where all mail ends; `/dev/mail` shows it.
    pub mailbox: Mailbox,
    mails: ServerHandle,
    _owner: postgres::LockGuard,
}

impl Cluster {
    /// Starts everything; answers when the balancer finds every process healthy.
    ///
    /// # Errors
    /// The home belongs to something else, a program is not built, the port is taken, Java is absent, or something
    /// does not start: the last lines of its log are in the error.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let home = options.home.clone();
        // The port first: if it is taken, nobody should wait for a database.
        let listen = |port| {
            TcpListener::bind(("127.0.0.1", port)).with_context(|| {
                format!("port {port} is taken: stop what uses it, or choose another (DOJOB_PORT=8090)")
            })
        };
        let (listener, control) = (listen(options.port)?, listen(options.control_port)?);
        let (inside, mails) = (listen(0)?, listen(0)?);
        let mailbox = Mailbox::start()?;
        leftovers::claim(&home)?;
        let owner = postgres::lock(&home.join("cluster.lock"))?;
        leftovers::remember(&home, SELF, std::process::id())?;
        for name in leftovers::end(&home).await? {
            tracing::warn!(name, "an earlier cluster had left this running; it is ended");
        }
        fs::create_dir_all(home.join("logs"))?;
        practice::forget_half(&options)?;

        let (database, kafka) = tokio::try_join!(
            Database::start(&options),
            Kafka::start(kafka::Options::new(home.join(BROKER)))
        )?;
        leftovers::remember(&home, BROKER, kafka.pid().context("the broker has a process")?)?;
        let databases = Databases::on(database.server()?).await?;
        let identity = local_identity(&home)?;
        let settings = Settings {
            options: &options,
            databases: &databases,
            identity: &identity,
            brokers: kafka.brokers(),
            gate: listener.local_addr()?.to_string(),
            inside: inside.local_addr()?.to_string(),
            smtp: mailbox.url(),
        };
        try_join_all(
            SERVICES.map(|(service, _)| finish(settings.plan(service, "migrate", "migrate"), &home)),
        )
        .await?;
        let seats = Box::pin(practice::load(&options, &databases, identity.clone())).await?;
        let mut processes: Vec<Process> = SERVICES
            .iter()
            .flat_map(|(service, _)| (1..=options.processes).map(move |n| (*service, n.to_string())))
            .map(|(service, number)| Process::new(settings.plan(service, &number, "serve"), &home))
            .collect();
        let table = options.table.clone();
        let table = table
            .unwrap_or_else(|| table_of_mounts(&options.health, options.deregistration + options.patience));
        let table = with_mailbox(table);
        if table.groups.contains_key(FRONT) {
            processes.push(Process::new(front(&options), &home));
        }
        let balancer = Balancer::start(listener, Some(control), table)?;
        balancer.serve_inside(inside, routes::inside())?;
        balancer.register(MAILBOX, Address { address: mails.local_addr()?, health: None })?;
        let mails = standalone::mails::serve(mailbox.clone(), mails)?;
        let (born, leaving) = (options.processes, Vec::new());
        let mut cluster = Self {
            options,
            database,
            kafka,
            processes,
            balancer,
            born,
            leaving,
            seats,
            mailbox,
            mails,
            _owner: owner,
        };
        cluster.start_all().await?;
        Ok(cluster)
    }

    /// Starts every process that does not run, together; answers when the balancer finds them healthy.
    ///
    /// # Errors
    /// One does not start: the last lines of its log are in the error.
    pub async fn start_all(&mut self) -> anyhow::Result<()> {
        for at in 0..self.processes.len() {
            let process = self.at(at)?;
            if process.pid().is_some() {
                continue;
            }
            let (group, target) = (process.plan.group, process.spawn()?);
            if health(&self.balancer, group, target.address).is_none() {
                self.balancer.register(group, target)?;
            }
        }
        try_join_all(self.processes.iter_mut().map(|process| process.ready(PATIENCE))).await?;
        self.until_all_healthy().await
    }

    /// Takes every process out, together, as [`Cluster::stop_one`] does; broker and database stay.
    ///
    /// # Errors
    /// One ends badly, or too late: it is killed then, and the others have ended all the same.
    pub async fn stop_all(&mut self) -> anyhow::Result<()> {
        for at in 0..self.processes.len() {
            self.take_out(at)?;
        }
        let patience = self.patience();
        let ended = join_all(self.processes.iter_mut().map(|process| process.ended(patience))).await;
        ended.into_iter().collect()
    }

    /// Where the balancer listens: `http://127.0.0.1:8080`.
    pub fn url(&self) -> String {
        format!("http://{}", self.balancer.address)
    }

    pub fn balancer(&self) -> &Balancer {
        &self.balancer
    }

    /// `host:port` of the broker.
    pub fn brokers(&self) -> String {
        self.kafka.brokers()
    }

    /// PostgreSQL, while it runs: for looking into the databases.
    ///
    /// # Errors
    /// It was killed.
    pub fn postgres(&self) -> anyhow::Result<&postgres::Server> {
        self.database.server()
    }

    /// Every process by name, and its number while it runs; without `postgres` and `kafka`.
    pub fn processes(&self) -> BTreeMap<&str, Option<u32>> {
        self.processes.iter().map(|p| (p.plan.name.as_str(), p.pid())).collect()
    }

    /// Where a process listens, past the balancer; `None` when there is none of that name, or it was stopped.
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        let process = self.processes.iter().find(|p| p.plan.name == name)?;
        process.address().map(|address| address.address)
    }

    /// Kills something at once, as a crash would.
    ///
    /// # Errors
    /// There is nothing of that name, or it does not run.
    pub async fn kill9(&mut self, name: &str) -> anyhow::Result<()> {
        match name {
            server::NAME => self.database.kill9().await,
            BROKER => {
                leftovers::forget(&self.options.home, BROKER);
                self.kafka.kill9().await
            }
            name => {
                let at = self.find(name)?;
                self.at(at)?.kill9().await
            }
        }
    }

    /// Starts what was killed, stopped or died; answers when the balancer finds it healthy.
    ///
    /// # Errors
    /// There is nothing of that name, it runs already, or it does not start.
    pub async fn start_again(&mut self, name: &str) -> anyhow::Result<()> {
        match name {
            server::NAME => self.database.start_again().await,
            BROKER => {
                self.kafka.start_again().await?;
                let pid = self.kafka.pid().context("the broker has a process")?;
                leftovers::remember(&self.options.home, BROKER, pid)
            }
            name => {
                let at = self.find(name)?;
                let process = self.at(at)?;
                let target = process.spawn()?;
                let group = process.plan.group;
                if let Err(error) = process.ready(PATIENCE).await {
                    // Half started is neither: the next try starts from nothing.
                    process.kill9().await?;
                    return Err(error);
                }
                if health(&self.balancer, group, target.address).is_none() {
                    self.balancer.register(group, target)?;
                }
                self.until_healthy(at).await
            }
        }
    }

    /// Takes a process out as a roll-out does: out of the balancer, SIGTERM, wait.
    ///
    /// # Errors
    /// There is no process of that name, it ends badly, or too late: it is killed then.
    pub async fn stop_one(&mut self, name: &str) -> anyhow::Result<()> {
        let at = self.find(name)?;
        self.take_out(at)?;
        let patience = self.patience();
        self.at(at)?.ended(patience).await
    }

    /// Runs a command of a service's program to its end, with the settings of its processes: `core replay --parked`.
    ///
    /// # Errors
    /// There is no such service, or the command fails: the last lines of its log are in the error.
    pub async fn command(&self, service: &str, arguments: &[&str]) -> anyhow::Result<()> {
        self.command_of(&self.options.programs, service, arguments).await
    }

    /// As [`Cluster::command`], of the programs in another folder: those of another version.
    ///
    /// # Errors
    /// As there.
    pub async fn command_of(&self, programs: &Path, service: &str, arguments: &[&str]) -> anyhow::Result<()> {
        let process = self.processes.iter().find(|p| p.plan.group == service);
        let mut plan = process.with_context(|| format!("there is no {service}"))?.plan.clone();
        plan.program = programs.join(service);
        plan.name = format!("{service}-{}", arguments.first().context("a command has a name")?);
        plan.arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        finish(plan, &self.options.home).await
    }

    /// Waits until the balancer finds every process healthy that runs.
    ///
    /// # Errors
    /// One does not get well.
    pub async fn until_all_healthy(&self) -> anyhow::Result<()> {
        for (at, process) in self.processes.iter().enumerate() {
            if process.pid().is_some() {
                self.until_healthy(at).await?;
            }
        }
        Ok(())
    }

    /// Names of what should run and does not, and how it ended; each may be started again.
    ///
    /// # Errors
    /// The system does not say.
    pub async fn dead(&mut self) -> anyhow::Result<Vec<(String, String)>> {
        let mut dead = Vec::new();
        if self.database.died() {
            dead.push((server::NAME.to_owned(), String::new()));
        }
        if self.kafka.pid().is_some() && !leftovers::runs(&self.options.home, BROKER) {
            self.kafka.kill9().await?;
            dead.push((BROKER.to_owned(), String::new()));
        }
        for process in &mut self.processes {
            if let Some(status) = process.died()? {
                dead.push((process.plan.name.clone(), status.to_string()));
            }
        }
        Ok(dead)
    }

    /// Stops everything in order: the services finish while broker and database still run.
    ///
    /// # Errors
    /// Something does not end, or badly; the rest is stopped all the same.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let ended = self.stop_all().await;
        let kafka = self.kafka.stop().await;
        leftovers::forget(&self.options.home, BROKER);
        let database = self.database.stop().await;
        self.balancer.stop(Duration::from_secs(1)).await;
        self.mails.stop(false).await;
        leftovers::forget(&self.options.home, SELF);
        [ended, kafka, database].into_iter().collect()
    }

    fn patience(&self) -> Duration {
        // The service's own patience counts for its requests and again for its tasks.
        self.options.deregistration + self.options.patience * 2 + Duration::from_secs(10)
    }

    fn find(&self, name: &str) -> anyhow::Result<usize> {
        let at = self.processes.iter().position(|p| p.plan.name == name);
        at.with_context(|| format!("there is no {name}"))
    }

    fn at(&mut self, at: usize) -> anyhow::Result<&mut Process> {
        self.processes.get_mut(at).context("a process has a place")
    }

    fn take_out(&mut self, at: usize) -> anyhow::Result<()> {
        let process = self.at(at)?;
        let (group, was) = (process.plan.group, process.terminate()?);
        match was {
            Some(target) => self.balancer.deregister(group, target.address),
            None => Ok(()),
        }
    }

    async fn until_healthy(&self, at: usize) -> anyhow::Result<()> {
        until_healthy(&self.balancer, self.processes.get(at).context("a process has a place")?).await
    }
}

/// What the balancer thinks of a target that is not on its way out.
fn health(balancer: &Balancer, group: &str, address: SocketAddr) -> Option<Health> {
    let state = balancer.state();
    let mut targets = state.get(group)?.targets.iter();
    targets.find(|t| t.address == address && t.state != Health::Draining).map(|t| t.state)
}

/// Waits until the balancer finds a process healthy.
pub(crate) async fn until_healthy(balancer: &Balancer, process: &Process) -> anyhow::Result<()> {
    let address = process.address().context("it was not started")?.address;
    let healthy = async {
        while health(balancer, process.plan.group, address) != Some(Health::Healthy) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = tokio::time::timeout(PATIENCE, healthy).await;
    done.with_context(|| format!("the balancer does not find {} healthy", process.plan.name))
}

/// What processes are told.
struct Settings<'a> {
    options: &'a Options,
    databases: &'a Databases,
    identity: &'a dojob_auth::Config,
    brokers: String,
    /// Where the balancer listens.
    gate: String,
    /// Where it listens for the services.
    inside: String,
    smtp: String,
}

impl Settings<'_> {
    fn plan(&self, service: &'static str, suffix: &str, command: &str) -> Plan {
        let Options { home, programs, deregistration, patience, .. } = self.options;
        let (database, url) = match service {
            "core" => ("DOJOB_CORE_DATABASE_URL", &self.databases.core),
            "auth" => ("DOJOB_AUTH_DATABASE_URL", &self.databases.auth),
            "chat" => ("DOJOB_CHAT_DATABASE_URL", &self.databases.chat),
            _ => ("DOJOB_NOTIFY_ADDRESS_DATABASE_URL", &self.databases.notify_address),
        };
        let mut settings = BTreeMap::from([
            ("DOJOB_ENV", "development".to_owned()),
            ("DOJOB_BIND", "127.0.0.1".to_owned()),
            ("DOJOB_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
            (database, url.expose_secret().to_owned()),
            ("DOJOB_AUTH_ISSUER", self.identity.issuer.clone()),
            ("DOJOB_CLOCK_FILE", home.join("clock").display().to_string()),
            ("DOJOB_DEREGISTRATION_SECONDS", deregistration.as_secs().to_string()),
            ("DOJOB_PATIENCE_SECONDS", patience.as_secs().to_string()),
            ("KAFKA_BROKERS", self.brokers.clone()),
            ("KAFKA_REPLICATION", "1".to_owned()),
        ]);
        if let Some(key) =
            self.identity.internal_keys.first().filter(|_| ["auth", "notify-address"].contains(&service))
        {
            settings.insert("DOJOB_INTERNAL_KEY", key.expose_secret().to_owned());
        }
        if service == "notify-address" {
            settings.insert("DOJOB_AUTH_INTERNAL_URL", format!("http://{}", self.inside));
            settings.insert("DOJOB_SMTP_URL", self.smtp.clone());
        }
        if service == "auth" {
            settings.insert("DOJOB_PUBLIC_URL", format!("http://{}", self.gate));
            if let Some(key) = &self.identity.signing_key {
                settings.insert("DOJOB_AUTH_SIGNING_KEY", key.expose_secret().to_owned());
            }
        } else {
            // Through the balancer: one auth process may be down.
            settings.insert("DOJOB_AUTH_JWKS_URL", format!("http://{}/api/auth/jwks.json", self.gate));
        }
        for (_, name, value) in self.options.settings.iter().filter(|(whose, ..)| *whose == service) {
            settings.insert(name, value.clone());
        }
        Plan {
            name: format!("{service}-{suffix}"),
            group: service,
            program: programs.join(service),
            arguments: vec![command.to_owned()],
            settings,
        }
    }
}

fn front(options: &Options) -> Plan {
    Plan {
        name: format!("{FRONT}-1"),
        group: FRONT,
        program: options.programs.join("dojob"),
        arguments: vec!["front".to_owned()],
        settings: BTreeMap::from([("DOJOB_WEB_DIR", options.web.display().to_string())]),
    }
}

/// Runs a command of a service to its end.
async fn finish(plan: Plan, home: &Path) -> anyhow::Result<()> {
    let status = process::command(&plan, home)?.status().await?;
    ensure!(status.success(), "{} failed ({status}):\n{}", plan.name, process::last_words(home, &plan.name));
    Ok(())
}
