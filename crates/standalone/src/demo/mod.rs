//! The practice neighbourhood: made by its people, through the public operations, under a clock that starts half a
//! year ago and arrives at now.

mod people;
mod plan;
mod texts;

use std::{net::TcpListener, path::Path};

use actix_web::{App, HttpServer};
use anyhow::Context;
use chrono::Utc;
use common::{Service, service::Pump, time::Clock};
use dojob_auth::DemoAccount;
use regions::Regions;

pub use people::PASSWORD;
use people::People;
use plan::Plan;
use texts::Neighbourhood;

/// What this home holds: practice, or somebody's own platform. Decided at the first start and kept.
const MARK: &str = "demo.loaded";
const UNFINISHED: &str = "demo.loading";
const OWN: &str = "own";

/// A clock far enough in the past, and an identity that offers the two seats, unless this home is lived in already.
///
/// # Errors
/// The texts or the home cannot be read.
pub fn prepare(home: &Path, mut auth: dojob_auth::Config) -> anyhow::Result<(dojob_auth::Config, Clock)> {
    if home.join(OWN).exists() {
        return Ok((auth, Clock::default()));
    }
    let texts = Neighbourhood::embedded()?;
    auth.demo = texts
        .seats()
        .map(|p| DemoAccount { name: p.name.clone(), email: p.email(), password: PASSWORD.to_owned() })
        .collect();
    auth.practice = texts.people.iter().map(texts::Person::email).collect();
    let clock =
        if home.join(MARK).exists() { Clock::default() } else { Clock::start_at(Plan::beginning(now())) };
    Ok((auth, clock))
}

/// Remembers that this home is somebody's own, so that practice is never mixed into it.
///
/// # Errors
/// The home cannot be written.
pub fn stay_away(home: &Path) -> anyhow::Result<()> {
    if !home.join(MARK).exists() && !home.join(OWN).exists() {
        std::fs::write(home.join(OWN), "")?;
    }
    Ok(())
}

/// True when an earlier start was stopped while it made the neighbourhood: what there is, is only practice.
pub fn was_interrupted(home: &Path) -> bool {
    home.join(UNFINISHED).exists()
}

/// True when this home has its neighbourhood.
pub fn is_loaded(home: &Path) -> bool {
    home.join(MARK).exists()
}

/// Forgets that an earlier start was stopped; the half-made data is gone by now.
///
/// # Errors
/// The home cannot be written.
pub fn forget_interruption(home: &Path) -> anyhow::Result<()> {
    Ok(std::fs::remove_file(home.join(UNFINISHED))?)
}

/// Makes the neighbourhood, if this home has none and is nobody's own.
///
/// # Errors
/// An operation is refused: the texts break a rule of the domain.
pub async fn load_once(home: &Path, services: &[Service], clock: &Clock) -> anyhow::Result<()> {
    if home.join(MARK).exists() || home.join(OWN).exists() {
        return Ok(());
    }
    tracing::info!("making the practice neighbourhood, once");
    std::fs::write(home.join(UNFINISHED), "")?;
    load(services, clock).await?;
    std::fs::rename(home.join(UNFINISHED), home.join(MARK))?;
    Ok(())
}

/// Plays the whole plan and leaves the clock at now.
///
/// # Errors
/// An operation is refused: the texts break a rule of the domain.
pub async fn load(services: &[Service], clock: &Clock) -> anyhow::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let base = format!("http://{}", listener.local_addr()?);
    let hosted = services.to_vec();
    let server = HttpServer::new(move || {
        let hosted = hosted.clone();
        App::new().configure(move |c| hosted.iter().for_each(|s| s.configure(c)))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    #[expect(clippy::disallowed_methods, reason = "ended below")]
    let serving = tokio::spawn(server);

    let texts = Neighbourhood::embedded()?;
    let plan = Plan::of(&texts, now())?;
    let mut people = People::new(&texts, base, Regions::embedded())?;
    let mut pump = Pump::of(services);
    for step in plan.steps() {
        if step.at > clock.now() {
            clock.advance_to(step.at);
        }
        pump.run().await?;
        people.play(&step.act).await.with_context(|| format!("{}: {:?}", step.at, step.act))?;
    }
    clock.catch_up();
    pump.run().await?;
    people.settle(&mut pump).await?;
    handle.stop(true).await;
    serving.await??;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the plan ends at the computer's own now, whatever the clock shows"
)]
fn now() -> chrono::DateTime<Utc> {
    Utc::now()
}
