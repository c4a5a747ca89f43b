//! What a cluster is started with.

use std::{path::PathBuf, time::Duration};

use anyhow::Context;
use balancer::{HealthCheck, Table};

/// Where a cluster lives and how it behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Data, logs and secrets; made when absent.
    pub home: PathBuf,
    /// Where the programs of the services and `dojob` are.
    pub programs: PathBuf,
    /// The built web front.
    pub web: PathBuf,
    /// The balancer's; 0 takes a free one.
    pub port: u16,
    /// The balancer's control port; 0 takes a free one.
    pub control_port: u16,
    /// Processes of each service.
    pub processes: usize,
    /// Loads the practice neighbourhood on the first start.
    pub demo: bool,
    pub postgres: postgres::Binaries,
    /// Further settings of PostgreSQL: name, value.
    pub postgres_settings: Vec<(String, String)>,
    pub health: HealthCheck,
    /// What the balancer is told instead of what follows from the services' mounts and `health`. Without a group
    /// `front` there is no front.
    pub table: Option<Table>,
    /// How long a process waits, after SIGTERM, for a balancer to stop sending. Ours stops at once.
    pub deregistration: Duration,
    /// How long requests and tasks of a stopping process may take.
    pub patience: Duration,
    /// Further settings of a service's processes: service, name, value.
    pub settings: Vec<(&'static str, &'static str, String)>,
}

impl Options {
    /// A cluster on free ports without practice data, whose programs lie beside the running one.
    ///
    /// # Errors
    /// The system does not say where the running program is.
    pub fn new(home: impl Into<PathBuf>) -> anyhow::Result<Self> {
        let me = std::env::current_exe()?;
        Ok(Self {
            home: std::path::absolute(home.into())?,
            programs: me.parent().context("a program is in a directory")?.to_owned(),
            web: "web/dist".into(),
            port: 0,
            control_port: 0,
            processes: 2,
            demo: false,
            postgres: postgres::Binaries::Pinned,
            postgres_settings: Vec::new(),
            health: HealthCheck {
                interval: Duration::from_millis(500),
                timeout: Duration::from_secs(2),
                ..HealthCheck::default()
            },
            table: None,
            deregistration: Duration::ZERO,
            patience: Duration::from_secs(10),
            settings: Vec::new(),
        })
    }

    /// Sets something for all processes of a service.
    #[must_use]
    pub fn set(mut self, service: &'static str, name: &'static str, value: &str) -> Self {
        self.settings.push((service, name, value.to_owned()));
        self
    }
}
