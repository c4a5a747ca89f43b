//! Where the cluster of a run lives.

use std::path::{Path, PathBuf};

use cluster::{Cluster, Options};
use tempfile::TempDir;

/// A folder for a cluster, and for what else the run needs. Write when something was wrong.
#[derive(Debug)]
pub struct Home {
    place: TempDir,
    /// The cluster's.
    pub path: PathBuf,
}

impl Home {
    /// # Errors
    /// No folder can be made.
    pub fn make() -> anyhow::Result<Self> {
        let place = tempfile::tempdir()?;
        let path = place.path().join("home");
        Ok(Self { place, path })
    }

    /// The folder around the cluster's own.
    pub fn place(&self) -> &Path {
        self.place.path()
    }

    /// A cluster here, in which a whole neighbourhood may sign up within an hour.
    ///
    /// # Errors
    /// See [`Options::new`].
    pub fn options(&self) -> anyhow::Result<Options> {
        Ok(Options::new(&self.path)?
            .set("auth", "DOJOB_AUTH_SIGN_UPS_AN_HOUR", "10000")
            .set("core", "DOJOB_CORE_BUDGETS", "0")
            .set("chat", "DOJOB_CHAT_UNANSWERED", "1000000"))
    }

    /// Starts a cluster here, lets `work` happen and stops the cluster. Nothing is left when everything was right; else
    /// data and logs are kept.
    ///
    /// # Errors
    /// The cluster does not start; that of the work, or else that of an unclean stop.
    pub async fn run(
        self,
        options: Options,
        work: impl AsyncFnOnce(&mut Cluster) -> anyhow::Result<bool>,
    ) -> anyhow::Result<bool> {
        let mut cluster = Box::pin(Cluster::start(options)).await?;
        let done = Box::pin(work(&mut cluster)).await;
        // A database that was killed for good cannot be stopped in order; what came before is what counts.
        let stopped = cluster.stop().await;
        if matches!(done, Ok(true)) {
            stopped?;
            cluster::down(&self.path).await?;
        } else {
            if let Err(error) = stopped {
                eprintln!("the cluster did not stop cleanly: {error:#}");
            }
            println!("data and logs are in {}", self.place.keep().display());
        }
        done
    }
}
