//! Asks a target, again and again, whether it is well.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Empty;
use hyper::{Request, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time};

use crate::{table::HealthCheck, target::Target};

/// Checks by `rule` until the target is taken out of `group`; the first check waits for `registration`.
pub async fn watch(rule: HealthCheck, registration: Duration, group: String, target: Arc<Target>) {
    let at = target.address.health.unwrap_or(target.address.address);
    let checks = async {
        time::sleep(registration).await;
        let mut beat = time::interval(rule.interval);
        beat.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            let well = time::timeout(rule.timeout, check(at, &rule)).await;
            if let Some(health) = target.note(matches!(well, Ok(Ok(true))), &rule) {
                tracing::info!(group, address = %target.address.address, ?health, ?well, "target");
            }
        }
    };
    target.draining.run_until_cancelled(checks).await;
}

/// One check, on a connection of its own.
async fn check(at: SocketAddr, rule: &HealthCheck) -> anyhow::Result<bool> {
    let stream = TcpStream::connect(at).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let request = Request::get(&rule.path)
        .header(header::HOST, at.to_string())
        .header(header::USER_AGENT, "ELB-HealthChecker/2.0")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())?;
    let answered = async {
        let status = sender.send_request(request).await?.status().as_u16();
        anyhow::Ok(rule.passes(status))
    };
    let mut answered = std::pin::pin!(answered);
    tokio::select! {
        answered = &mut answered => answered,
        // It has ended, after the answer or instead of it.
        _ = connection => answered.await,
    }
}
