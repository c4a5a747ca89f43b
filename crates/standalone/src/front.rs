//! `dojob front`: the web front alone, as a static host serves it beside the balancer in the cloud.

use std::{net::TcpListener, path::PathBuf, time::Duration};

use anyhow::Context;
use common::{
    config::Env,
    service::{Serving, serve, signalled},
    telemetry::{self, Export},
};
use standalone::web;

/// Serves the built web front until a signal comes.
///
/// # Errors
/// A setting is wrong, a port is taken, or the front cannot be read.
pub async fn run(env: &Env) -> anyhow::Result<()> {
    let bind = env.get("DOJOB_BIND", "127.0.0.1".to_owned(), "the address to listen on");
    let port = env.get("DOJOB_PORT", 8080, "the port to listen on");
    let admin_port: Option<u16> = env.find("DOJOB_ADMIN_PORT", "a port for /healthz, /readyz and /metrics");
    let directory = env.get("DOJOB_WEB_DIR", "web/dist".to_owned(), "the built web front");
    let log = env.get("DOJOB_LOG", "warn,common=info".to_owned(), "what to log, as in RUST_LOG");
    env.done()?;
    let _telemetry = telemetry::init(&log, Export::default())?;
    let listen =
        |port: u16| TcpListener::bind((bind.as_str(), port)).with_context(|| format!("port {port} is taken"));
    let serving = Serving {
        listener: listen(port)?,
        admin: admin_port.map(listen).transpose()?,
        services: Vec::new(),
        front: Some(web::front(&PathBuf::from(directory))?),
        workers: 1,
        deregistration: Duration::ZERO,
        patience: Duration::from_secs(10),
    };
    serve(serving, async {
        if let Err(error) = signalled().await {
            tracing::error!(%error, "signals cannot be received");
        }
    })
    .await
}
