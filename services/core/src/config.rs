//! What is set at start.

use std::{fmt, sync::Arc};

use common::config::Env;
use regions::Regions;

/// Settings of core.
#[derive(Clone)]
pub struct Config {
    /// The legal regions, parsed once per process and shared with the other services in it.
    pub regions: Arc<Regions>,
    /// Whether an account has budgets. Without them, one account can be a whole neighbourhood: for tests of load.
    pub budgets: bool,
}

impl Config {
    /// The settings that the environment may change.
    pub fn from_env(env: &Env) -> Self {
        Self { budgets: Self::budgets(env), ..Self::default() }
    }

    /// The setting alone.
    pub fn budgets(env: &Env) -> bool {
        let budgets = env.flag("DOJOB_CORE_BUDGETS", true, "budgets of an account; 0 is for tests of load");
        if env.production() && !budgets {
            env.refuse("DOJOB_CORE_BUDGETS", "one account could flood a neighbourhood");
        }
        budgets
    }
}

impl Default for Config {
    fn default() -> Self {
        Self { regions: Regions::shared(), budgets: true }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").finish_non_exhaustive()
    }
}
