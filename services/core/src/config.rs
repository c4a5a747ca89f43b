//! What is set at start.

use std::{fmt, sync::Arc};

use common::config::Env;
use regions::Regions;

/// Settings of core.
#[derive(Clone)]
pub struct Config {
    /// The legal regions, parsed once per process and shared with the other services in it.
    pub regions: Arc<Regions>,
}

impl Config {
    /// Core has no setting of its own yet.
    pub fn from_env(_env: &Env) -> Self {
        Self::default()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { regions: Regions::shared() }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").finish_non_exhaustive()
    }
}
