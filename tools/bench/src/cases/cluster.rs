//! The programs as they run together: two processes of each service over Kafka, behind the balancer. What they cost
//! when nobody comes, and how much later a chat message reaches a socket of the other process.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use balancer::HealthCheck;
use cluster::{Cluster, Options, SERVICES};
use serde_json::{Value, json};

use crate::{
    cpu::Meter,
    http::Client,
    numbers::{median, micros},
    report::Row,
    stage::{self, Person},
    ws,
};

/// How long the start is given to fade, and how long nothing happens then.
const SETTLED: Duration = Duration::from_secs(15);
const IDLE: Duration = Duration::from_secs(40);

/// Messages, and their pace.
const MESSAGES: u32 = 400;
const PACE: Duration = Duration::from_millis(25);

/// Starts the programs that lie there, and measures them.
///
/// # Errors
/// Java, Maven, PostgreSQL or a program is absent, or a message does not arrive.
pub async fn run(programs: &Path) -> anyhow::Result<Vec<Row>> {
    let place = stage::home()?;
    let mut options = Options::new(place.path().join("home"))?.set("chat", "DOJOB_CHAT_BURST", "1000").set(
        "chat",
        "DOJOB_CHAT_UNANSWERED",
        "1000",
    );
    options.programs = programs.to_owned();
    options.postgres = postgres::Binaries::Machine;
    // As often as a load balancer and a kubelet ask.
    options.health = HealthCheck { interval: Duration::from_secs(5), ..HealthCheck::default() };
    let cluster = Box::pin(Cluster::start(options)).await?;
    let rows = Box::pin(measure(&cluster)).await;
    cluster.stop().await?;
    rows
}

async fn measure(cluster: &Cluster) -> anyhow::Result<Vec<Row>> {
    let mut rows = vec![idle(cluster).await?];
    rows.push(sockets(cluster).await?);
    Ok(rows)
}

/// CPU of each process while nobody asks for anything but its health.
async fn idle(cluster: &Cluster) -> anyhow::Result<Row> {
    tokio::time::sleep(SETTLED).await;
    let running = cluster.processes().into_iter().filter_map(|(name, pid)| Some((name, pid?)));
    let services = running.filter(|(name, _)| SERVICES.iter().any(|(service, _)| name.starts_with(service)));
    let mut meters: Vec<_> = services.map(|(name, pid)| (name.to_owned(), Meter::start(&[pid]))).collect();
    ensure!(meters.len() == 2 * SERVICES.len(), "{} processes of services", meters.len());
    let since = Instant::now();
    tokio::time::sleep(IDLE).await;
    let took = since.elapsed().as_secs_f64();
    let shares: Vec<(String, f64)> =
        meters.iter_mut().map(|(name, m)| (name.clone(), m.spent().as_secs_f64() / took * 100.0)).collect();
    let most = shares.iter().map(|(_, share)| *share).fold(0.0, f64::max);
    Ok(Row {
        number: "16",
        claim: "an idle process, Kafka client and health checks included".to_owned(),
        ours: format!("{most:.2} % of a core at most"),
        floor: "–".to_owned(),
        ratio: None,
        goal: "≤ 0.5 % of a core",
        held: Some(most <= 0.5),
        note: shares.iter().map(|(name, share)| format!("{name} {share:.2}")).collect::<Vec<_>>().join(", "),
    })
}

/// One person with a socket at each chat process; the other one's messages are all given to the first of them.
async fn sockets(cluster: &Cluster) -> anyhow::Result<Row> {
    let mut client = Client::connect(cluster.balancer().address.port()).await?;
    let (owner, asker) = (Person::sign_up(&mut client, 0).await?, Person::sign_up(&mut client, 1).await?);
    let talent = json!({
        "title": "통기타 첫걸음", "category": "hobby", "minutes": 60, "mode": "online", "times": ["sat-morning"],
        "body": "처음이어도 괜찮아요. 천천히 하나씩 알려 드릴게요. 궁금한 것 하나만 정해서 편하게 와 주세요.",
        "region_code": "1144012300",
    });
    let id = |made: &Value| made.get("id").and_then(Value::as_str).map(str::to_owned).context("an id");
    let talent = id(&client.json("POST", "/api/core/talents", Some(&owner.token), Some(&talent)).await?)?;
    let question = json!({ "talent_id": talent });
    let inquiry = client.json("POST", "/api/core/inquiries", Some(&asker.token), Some(&question)).await?;
    let path = format!("/api/chat/conversations/{}/messages", id(&inquiry)?);

    let port = |name| cluster.address(name).map(|a| a.port()).with_context(|| format!("{name} does not run"));
    let (here, there) = (port("chat-1")?, port("chat-2")?);
    let mut poster = Client::connect(here).await?;
    let follows = async {
        while poster.json("GET", &path, Some(&asker.token), None).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let followed = tokio::time::timeout(Duration::from_secs(30), follows).await;
    followed.context("no conversation followed the question")?;
    let (mut near, mut far) = (ws::open(here, &owner.token).await?, ws::open(there, &owner.token).await?);
    let (mut near_buffer, mut far_buffer) = (Vec::new(), Vec::new());
    let (mut at_home, mut abroad) = (Vec::new(), Vec::new());
    let mut beat = tokio::time::interval(PACE);
    for n in 0..MESSAGES {
        beat.tick().await;
        let message = json!({
            "client_id": format!("00000000-0000-4000-8000-{n:012}"),
            "text": "토요일 오전 열 시에 망원동 주민센터 앞에서 봬요.",
        });
        let since = Instant::now();
        let received = tokio::time::timeout(Duration::from_secs(10), async {
            tokio::try_join!(
                poster.json("POST", &path, Some(&asker.token), Some(&message)),
                async { ws::message(&mut near, &mut near_buffer).await.map(|_| since.elapsed()) },
                async { ws::message(&mut far, &mut far_buffer).await.map(|_| since.elapsed()) },
            )
        });
        let (_, first, second) = received.await.with_context(|| format!("message {n} did not arrive"))??;
        at_home.push(micros(first) / 1e3);
        abroad.push(micros(second) / 1e3);
    }
    let (at_home, abroad) = (median(at_home), median(abroad));
    Ok(Row {
        number: "17",
        claim: "a chat message, from its sending to a socket of the other process".to_owned(),
        ours: format!("p50 {abroad:.2} ms"),
        floor: format!("p50 {at_home:.2} ms: a socket of the process that stored it"),
        ratio: None,
        goal: "≤ 5 ms over the same process",
        held: Some(abroad - at_home <= 5.0),
        note: format!(
            "{MESSAGES} messages, one every {} ms; POST, commit and relay included",
            PACE.as_millis()
        ),
    })
}
