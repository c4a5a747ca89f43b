//! PostgreSQL as a thing that can be killed and started again.

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};

use crate::{Options, leftovers};

pub const NAME: &str = "postgres";

pub struct Database {
    options: postgres::Options,
    port: u16,
    server: Option<postgres::Server>,
}

impl Database {
    pub async fn start(options: &Options) -> anyhow::Result<Self> {
        // Two processes of each service, each with a pool and a listener, and room for observers.
        let mut settings =
            postgres::Options::new(&options.home, options.postgres).set("max_connections", "200");
        settings.settings.extend(options.postgres_settings.iter().cloned());
        let mut database = Self { options: settings, port: 0, server: None };
        database.start_again().await?;
        Ok(database)
    }

    pub async fn start_again(&mut self) -> anyhow::Result<()> {
        ensure!(self.server.is_none(), "PostgreSQL runs already");
        let server = postgres::Server::start(self.options.clone()).await?;
        ensure!(self.port == 0 || self.port == server.port, "PostgreSQL's port was taken meanwhile");
        let pid = server.pid().await.context("PostgreSQL has a process")?;
        leftovers::remember(&self.options.home, NAME, u32::try_from(pid)?)?;
        self.port = server.port;
        self.server = Some(server);
        Ok(())
    }

    pub fn server(&self) -> anyhow::Result<&postgres::Server> {
        self.server.as_ref().context("PostgreSQL does not run")
    }

    /// Kills the postmaster; its children notice and leave.
    pub async fn kill9(&mut self) -> anyhow::Result<()> {
        let server = self.server.take().context("PostgreSQL does not run")?;
        if let Some(pid) = server.pid().await.and_then(Pid::from_raw) {
            kill_process(pid, Signal::KILL)?;
        }
        while leftovers::runs(&self.options.home, NAME) {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        leftovers::forget(&self.options.home, NAME);
        Ok(())
    }

    /// True when it should run and does not; it may be started again then.
    pub fn died(&mut self) -> bool {
        let died = self.server.is_some() && !leftovers::runs(&self.options.home, NAME);
        if died {
            self.server = None;
        }
        died
    }

    pub async fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(server) = self.server.take() {
            server.stop().await?;
        }
        leftovers::forget(&self.options.home, NAME);
        Ok(())
    }
}
