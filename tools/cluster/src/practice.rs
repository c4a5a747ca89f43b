//! The practice neighbourhood in a cluster's databases.

use std::time::Duration;

use anyhow::Context;
use standalone::{Databases, Platform, demo};

use crate::Options;

/// Whether an earlier first start was stopped while it made the neighbourhood. What it left is half of it and nothing
/// else: no service has run yet. Called before PostgreSQL starts.
pub fn forget_half(options: &Options) -> anyhow::Result<()> {
    if demo::was_interrupted(&options.home) {
        std::fs::remove_dir_all(options.home.join("data"))
            .context("the half-made practice data cannot be removed")?;
        demo::forget_interruption(&options.home)?;
    }
    Ok(())
}

/// Makes the neighbourhood once; the addresses of the people that a visitor may log in as, if there is one. The auth
/// processes are not told them: `GET /api/auth/demo` answers nothing that was passed on, and here everything is.
///
/// The four services run inside this process for that time, on the in-process bus. Their events are in the log of the
/// service that said them, and every consumer has applied them and noted their ids, so Kafka need not get them: no
/// present consumer waits for one. A later one that wants the past takes it as it would in production, with
/// `core replay --topic dojob.core.…v1 --from 1`; those that know them already pass over them.
pub async fn load(
    options: &Options,
    databases: &Databases,
    identity: dojob_auth::Config,
) -> anyhow::Result<Vec<String>> {
    let home = &options.home;
    if !options.demo {
        demo::stay_away(home)?;
        return Ok(Vec::new());
    }
    let (auth, clock) = demo::prepare(home, identity)?;
    if auth.demo.is_empty() {
        // Somebody's own, of an earlier start without practice.
        return Ok(Vec::new());
    }
    let seats = auth.demo.iter().map(|account| account.email.clone()).collect();
    if !demo::is_loaded(home) {
        let platform = Platform {
            clock: clock.clone(),
            databases: databases.clone(),
            // Nobody of the practice neighbourhood is sent any.
            mail: standalone::mail(&auth, None, String::new()),
            auth,
            max_connections: 8,
            workers: 0,
            edge: common::http::Edge::default(),
            budgets: true,
        };
        let services = platform.build().await?;
        demo::load_once(home, &services, &clock).await?;
        if let Some(service) = services.first() {
            service.cx.tasks.stop(Duration::from_secs(5)).await;
        }
    }
    Ok(seats)
}
