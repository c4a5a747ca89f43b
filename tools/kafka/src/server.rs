//! The broker as a process.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use uuid::Uuid;

use crate::jars;

/// A JVM on a busy machine takes its time.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a broker writes when it serves.
const SERVES: &str = "Kafka Server started";

/// Where a broker lives, and who may enter.
#[derive(Clone, Debug)]
pub struct Options {
    /// Data, settings, ports and log; made when absent.
    pub directory: PathBuf,
    /// Where the jars are kept.
    pub cache: PathBuf,
    /// A second listener that asks for a name and a password.
    pub scram: Option<Scram>,
    /// Megabytes of heap.
    pub heap: u32,
}

/// A user of the SCRAM-SHA-512 listener.
#[derive(Clone, Debug)]
pub struct Scram {
    pub user: String,
    pub password: String,
}

impl Options {
    /// A broker without passwords, with its jars in the user's cache.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        let home = std::env::home_dir().unwrap_or_else(|| ".".into());
        Self { directory: directory.into(), cache: home.join(".cache/dojob"), scram: None, heap: 384 }
    }
}

/// A running broker. Dropped, it is killed.
#[derive(Debug)]
pub struct Kafka {
    options: Options,
    class_path: String,
    /// Plain, controller, SCRAM.
    ports: [u16; 3],
    process: Option<Child>,
}

impl Kafka {
    /// Starts a broker on the directory of `options`, which is formatted when it is new, and waits until it serves.
    ///
    /// # Errors
    /// Java or Maven is absent, a port is taken, or the broker does not serve within a minute: the last lines of its
    /// log are in the error.
    pub async fn start(options: Options) -> Result<Self> {
        fs::create_dir_all(&options.directory)?;
        let cache = options.cache.clone();
        let class_path = tokio::task::spawn_blocking(move || jars::class_path(&cache)).await??;
        let ports = kept_ports(&options.directory.join("ports"))?;
        let mut kafka = Self { options, class_path, ports, process: None };
        kafka.start_again().await?;
        Ok(kafka)
    }

    /// `host:port` of the listener without passwords.
    pub fn brokers(&self) -> String {
        format!("127.0.0.1:{}", self.ports[0])
    }

    /// `host:port` of the listener that asks for a name and a password.
    pub fn scram_brokers(&self) -> String {
        format!("127.0.0.1:{}", self.ports[2])
    }

    /// The broker's process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().and_then(Child::id)
    }

    /// Starts a broker that was killed or stopped, on the same ports and on its data; where that is gone, on none.
    ///
    /// # Errors
    /// As [`Kafka::start`].
    pub async fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the broker runs already");
        self.format_once().await?;
        let mut log = OpenOptions::new().create(true).append(true).read(true).open(self.path("log"))?;
        let from = log.seek(SeekFrom::End(0))?;
        let mut process = self
            .java()
            .arg(format!("-Xmx{}m", self.options.heap))
            // Started often and stopped soon: compiling less starts sooner.
            .args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "kafka.Kafka"])
            .arg(self.path("server.properties"))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            // Ctrl-C is for our parent: it stops what needs the broker first.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .context("Java runs Kafka: install 17 or newer (apt-get install openjdk-17-jre-headless)")?;
        let since = Instant::now();
        loop {
            let mut text = String::new();
            log.seek(SeekFrom::Start(from))?;
            log.read_to_string(&mut text)?;
            if text.contains(SERVES) {
                break;
            }
            let ended = process.try_wait()?;
            if ended.is_some() || since.elapsed() > PATIENCE {
                let lines: Vec<&str> = text.lines().rev().take(15).collect();
                let lines: Vec<&str> = lines.into_iter().rev().collect();
                bail!("Kafka does not serve ({ended:?}):\n{}", lines.join("\n"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.process = Some(process);
        Ok(())
    }

    /// Kills the broker at once, as a crash would.
    ///
    /// # Errors
    /// The process cannot be reached.
    pub async fn kill9(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill().await?;
        }
        Ok(())
    }

    /// Lets the broker finish.
    ///
    /// # Errors
    /// The process cannot be reached.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        if let Some(pid) = process.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) {
            kill_process(pid, Signal::TERM)?;
        }
        if tokio::time::timeout(PATIENCE, process.wait()).await.is_err() {
            process.kill().await?;
        }
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.options.directory.join(name)
    }

    fn java(&self) -> Command {
        let mut java = Command::new("java");
        java.arg("-cp").arg(&self.class_path);
        java.env("CLASSPATH", "").current_dir(&self.options.directory);
        java
    }

    async fn format_once(&self) -> Result<()> {
        fs::write(self.path("server.properties"), self.settings())?;
        if self.path("data/meta.properties").exists() {
            return Ok(());
        }
        let mut format = self.java();
        format.args([
            "-XX:TieredStopAtLevel=1",
            "kafka.tools.StorageTool",
            "format",
            "--ignore-formatted",
            "-t",
        ]);
        format.arg(URL_SAFE_NO_PAD.encode(Uuid::from_u128(0xd0_70b).as_bytes()));
        format.arg("-c").arg(self.path("server.properties"));
        if let Some(Scram { user, password }) = &self.options.scram {
            format.arg("--add-scram").arg(format!("SCRAM-SHA-512=[name={user},password={password}]"));
        }
        let output = format
            .output()
            .await
            .context("Java runs Kafka: install 17 or newer (apt-get install openjdk-17-jre-headless)")?;
        ensure!(
            output.status.success(),
            "Kafka's storage cannot be formatted:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    fn settings(&self) -> String {
        let [plain, controller, scram] = self.ports;
        let data = self.path("data");
        let plain = format!("PLAINTEXT://127.0.0.1:{plain}");
        let (listeners, protocols) = if self.options.scram.is_some() {
            (format!("{plain},SASL://127.0.0.1:{scram}"), ",SASL:SASL_PLAINTEXT")
        } else {
            (plain, "")
        };
        format!(
            "\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners={listeners},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={listeners}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT{protocols}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=8
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.consumer.session.timeout.ms=6000
group.consumer.min.session.timeout.ms=6000
group.consumer.heartbeat.interval.ms=2000
group.consumer.min.heartbeat.interval.ms=1000
",
            data = data.display()
        )
    }
}

/// Free ports, the same at every start.
fn kept_ports(file: &Path) -> Result<[u16; 3]> {
    if let Ok(text) = fs::read_to_string(file) {
        let kept: Vec<u16> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        if let Ok(ports) = <[u16; 3]>::try_from(kept) {
            return Ok(ports);
        }
    }
    // Held together, so that they differ.
    let listeners: Vec<TcpListener> =
        (0..3).map(|_| TcpListener::bind(("127.0.0.1", 0))).collect::<std::io::Result<_>>()?;
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(&listeners) {
        *port = listener.local_addr()?.port();
    }
    fs::write(file, format!("{} {} {}\n", ports[0], ports[1], ports[2]))?;
    File::open(file)?.sync_all()?;
    Ok(ports)
}
