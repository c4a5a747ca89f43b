//! The bus between processes, on a real broker: how soon an effect follows its commit, and how much goes through. The
//! chassis' own relay and consumers run here on a tiny service; PostgreSQL is durable, and the broker is on this
//! machine too, so all three share its cores.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, ensure};
use common::{
    Ctx, Service, Shared,
    auth::Verifier,
    db::{Database, Pool, Tx},
    events::{Actor, Broker, Bus, Consumer, Emit, Envelope, Event, Kafka, LiveEvent, Topic},
    http::Edge,
    jobs::Jobs,
    metrics::Metrics,
    service::{Pump, Tasks},
    time::Clock,
};
use diesel::{prelude::*, sql_types};
use diesel_async::RunQueryDsl;
use futures_util::FutureExt;
use rdkafka::{
    ClientConfig,
    producer::{FutureProducer, FutureRecord},
};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use tokio_postgres::NoTls;
use uuid::Uuid;

use crate::{
    numbers::{float, median, micros},
    report::{Ratio, Row},
    stage,
};

const TOPIC: &str = "dojob.bench.things.v1";

/// Events of the paced run, and their pace.
const PACED: usize = 2000;
const A_SECOND: u32 = 200;

/// The backlog of the claims, and the sizes that its cost is fitted over.
const BACKLOG: u64 = 200_000;
const SIZES: [u64; 4] = [1000, 10_000, 100_000, 1_000_000];

const TABLES: [&str; 2] = [
    include_str!("../../../../crates/pg/sql/chassis.sql"),
    include_str!("../../../../crates/pg/sql/log_at_once.sql"),
];

diesel::table! {
    effect (event_id) { event_id -> Uuid, key -> Uuid, }
}

/// About as large as our usual events.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Done {
    engagement_id: Uuid,
    donor_id: Uuid,
    recipient_id: Uuid,
    minutes: i32,
    sequence: i64,
}

impl Event for Done {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "Done";

    fn key(&self) -> Uuid {
        self.engagement_id
    }

    fn sequence(&self) -> i64 {
        self.sequence
    }
}

/// Everything that is claimed of events between processes.
///
/// # Errors
/// Java, Maven or PostgreSQL is absent, or an effect never comes.
pub async fn run() -> anyhow::Result<Vec<Row>> {
    // Threads of its own, as a service has them.
    tokio::task::spawn_blocking(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let rows = runtime.block_on(Box::pin(all()));
        runtime.shutdown_timeout(Duration::from_secs(2));
        rows
    })
    .await?
}

async fn all() -> anyhow::Result<Vec<Row>> {
    let home = stage::home()?;
    let server = stage::server(home.path()).await?;
    let mut broker = kafka::Kafka::start(kafka::Options::new(home.path().join("kafka"))).await?;
    let place = Place { server: &server, broker: Broker::local(broker.brokers()) };
    Kafka::ensure_topics(&place.broker, &[Topic::facts(TOPIC)]).await?;
    let rows = Box::pin(measure(&place)).await;
    broker.stop().await?;
    server.stop().await?;
    rows
}

async fn measure(place: &Place<'_>) -> anyhow::Result<Vec<Row>> {
    let mut rows = vec![latency(place).await?];
    rows.push(live(place).await?);
    let (sender, said) = place.instance("sender").await?;
    // Nothing else runs in it.
    let mut relay = Pump::of(std::slice::from_ref(&sender.service));
    let mut costs = Vec::new();
    for size in SIZES {
        let (took, cpu) = drain(&mut relay, &said, size).await?;
        let (size, took, cpu) = (float(size), took.as_secs_f64(), micros(cpu));
        costs.push((size, size / took, cpu / size));
    }
    let (took, cpu) = drain(&mut relay, &said, BACKLOG).await?;
    let ours = float(BACKLOG) / took.as_secs_f64();
    let bare = bare_loop(place).await?;
    rows.push(Row {
        number: "13",
        claim: format!("relay drains a backlog of {BACKLOG}"),
        ours: format!("{ours:.0} events/s, {:.1} µs CPU of the process each", micros(cpu) / float(BACKLOG)),
        floor: format!("{bare:.0} messages/s: a bare produce loop, same bytes, same batches"),
        ratio: Some(Ratio::of(&[(ours, bare)])),
        goal: "≥ 20,000/s and ≥ 0.5 of the floor",
        held: Some(ours >= 20_000.0 && ours / bare >= 0.5),
        note: "read from the log, and noted as published".to_owned(),
    });
    let slope = slope(&costs.iter().map(|(size, _, cpu)| (size.ln(), cpu.ln())).collect::<Vec<_>>());
    let each = |(size, rate, cpu): &(f64, f64, f64)| format!("{size:.0}: {cpu:.1} µs ({rate:.0}/s)");
    rows.push(Row {
        number: "14",
        claim: "CPU of the relay per event, over backlogs of different size".to_owned(),
        ours: costs.iter().map(each).collect::<Vec<_>>().join(", "),
        floor: "–".to_owned(),
        ratio: None,
        goal: "exponent ≤ 0.05",
        held: Some(slope <= 0.05),
        note: format!("fitted exponent {slope:.3}"),
    });
    rows.push(consume(place).await?);
    sender.cx.tasks.stop(Duration::from_secs(10)).await;
    Ok(rows)
}

/// Commit in one database → commit of the effect in another, at a steady pace.
async fn latency(place: &Place<'_>) -> anyhow::Result<Row> {
    let ((from, said), (to, done)) = (place.instance("a").await?, place.instance("b").await?);
    let (from, to) = (from.start(), to.start());
    // The first events bring connections and groups up.
    for _ in 0..50 {
        from.say().await?;
    }
    until(&done, "SELECT count(*) FROM effect", 50).await?;
    let warm = SystemTime::now();
    let mut beat = tokio::time::interval(Duration::from_secs(1) / A_SECOND);
    for _ in 0..PACED {
        beat.tick().await;
        from.say().await?;
    }
    until(&done, "SELECT count(*) FROM effect", 50 + i64::try_from(PACED)?).await?;
    let at = |table: &str| format!("SELECT key::text, pg_xact_commit_timestamp(xmin) FROM {table}");
    let mut causes = std::collections::HashMap::new();
    for row in said.query(&at("cause"), &[]).await? {
        causes.insert(row.try_get::<_, String>(0)?, row.try_get::<_, SystemTime>(1)?);
    }
    let mut waits = Vec::new();
    for row in done.query(&at("effect"), &[]).await? {
        let (key, effect): (String, SystemTime) = (row.try_get(0)?, row.try_get(1)?);
        // Those of the beginning waited for the group to be formed.
        if let Some(cause) = causes.get(&key).filter(|at| **at >= warm) {
            waits.push(micros(effect.duration_since(*cause).unwrap_or_default()) / 1e3);
        }
    }
    ensure!(waits.len() == PACED, "{} of {PACED} effects came", waits.len());
    waits.sort_by(f64::total_cmp);
    let p99 = waits.get(waits.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    let p50 = median(waits);
    from.cx.tasks.stop(Duration::from_secs(10)).await;
    to.cx.tasks.stop(Duration::from_secs(10)).await;
    Ok(Row {
        number: "11",
        claim: "commit → commit of the effect in another database, through Kafka".to_owned(),
        ours: format!("p50 {p50:.2} ms, p99 {p99:.2} ms"),
        floor: "–".to_owned(),
        ratio: None,
        goal: "p50 ≤ 4 ms, p99 ≤ 25 ms",
        held: Some(p50 <= 4.0 && p99 <= 25.0),
        note: format!(
            "{PACED} events at {A_SECOND}/s, commit timestamps of PostgreSQL, durable commits on both sides"
        ),
    })
}

/// What a live listener elsewhere receives later than one in the process that stored it.
async fn live(place: &Place<'_>) -> anyhow::Result<Row> {
    let (from, _) = place.instance("c").await?;
    let (elsewhere, _) = place.instance("d").await?;
    let (mut here, mut there) = (from.cx.bus.live(TOPIC), elsewhere.cx.bus.live(TOPIC));
    let from = from.start();
    for live in [&mut here, &mut there] {
        ensure!(matches!(live.recv().await, Some(LiveEvent::Gap)), "a listener begins with a gap");
    }
    let (mut at_home, mut abroad) = (Vec::new(), Vec::new());
    let mut beat = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..500 {
        beat.tick().await;
        from.say().await?;
        let since = Instant::now();
        let (first, second) = tokio::join!(async { here.recv().await.map(|_| since.elapsed()) }, async {
            there.recv().await.map(|_| since.elapsed())
        });
        at_home.push(micros(first.context("the bus ended")?) / 1e3);
        abroad.push(micros(second.context("the bus ended")?) / 1e3);
    }
    for waits in [&mut at_home, &mut abroad] {
        waits.sort_by(f64::total_cmp);
    }
    let (here, there) = (median(at_home), median(abroad));
    from.cx.tasks.stop(Duration::from_secs(10)).await;
    elsewhere.cx.tasks.stop(Duration::from_secs(10)).await;
    Ok(Row {
        number: "12",
        claim: "commit → received by a live listener of another process".to_owned(),
        ours: format!("p50 {there:.2} ms"),
        floor: format!("p50 {here:.2} ms: in the process that stored it"),
        ratio: None,
        goal: "≤ 5 ms over the same process",
        held: Some(there - here <= 5.0),
        note: "the way of chat frames and notices, without the socket; both read the topic, so they differ little".to_owned(),
    })
}

/// Fills the log and lets the relay empty it; time and CPU of this process.
async fn drain(
    relay: &mut Pump,
    said: &tokio_postgres::Client,
    size: u64,
) -> anyhow::Result<(Duration, Duration)> {
    said.batch_execute(&format!(
        "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT id, '{TOPIC}', 'Done', id, n, now(), '{{\"source\": \"/dojob/bench\", \"actor\": \"clock\"}}', \
         jsonb_build_object('engagement_id', id, 'donor_id', id, 'recipient_id', id, 'minutes', 60, 'sequence', n) \
         FROM (SELECT gen_random_uuid() AS id, n FROM generate_series(1, {size}) n) rows; ANALYZE event_log"
    ))
    .await?;
    let (since, before) = (Instant::now(), spent());
    let moved = relay.run().await?;
    let (took, cpu) = (since.elapsed(), spent().saturating_sub(before));
    ensure!(u64::try_from(moved)? == size, "{moved} of {size} events left");
    Ok((took, cpu))
}

/// Messages of the same bytes in the same batches, and nothing else.
async fn bare_loop(place: &Place<'_>) -> anyhow::Result<f64> {
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", &place.broker.brokers)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "0")
        .set("compression.type", "lz4")
        .create()?;
    let id = Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0001).to_string();
    // Headers and data of an event.
    let payload = "x".repeat(560);
    let since = Instant::now();
    for _ in 0..BACKLOG / 1000 {
        let mut sent = Vec::with_capacity(1000);
        for n in 0..1000 {
            let key = format!("{id}{n}");
            let message = FutureRecord::to(TOPIC).key(&key).payload(&payload);
            sent.push(producer.send_result(message).map_err(|(error, _)| error)?);
        }
        for delivery in futures_util::future::join_all(sent).await {
            delivery?.map_err(|(error, _)| error)?;
        }
    }
    Ok(float(BACKLOG) / since.elapsed().as_secs_f64())
}

/// A group that begins at the beginning of what the drains have left on the topic.
async fn consume(place: &Place<'_>) -> anyhow::Result<Row> {
    let (instance, done) = place.instance("late").await?;
    let (since, before) = (Instant::now(), spent());
    let instance = instance.start();
    let target = i64::try_from(BACKLOG)?;
    until(&done, "SELECT count(*) FROM (SELECT FROM effect LIMIT 1) e", 1).await?;
    let joined = since.elapsed();
    until(&done, "SELECT count(*) FROM effect", target).await?;
    let count: i64 = done.query_one("SELECT count(*) FROM effect", &[]).await?.try_get(0)?;
    let (took, cpu) = (since.elapsed().saturating_sub(joined), spent().saturating_sub(before));
    instance.cx.tasks.stop(Duration::from_secs(10)).await;
    let count = float(u64::try_from(count)?);
    let rate = count / took.as_secs_f64();
    Ok(Row {
        number: "15",
        claim: "consumer, one process, an effect and its proof in PostgreSQL for each event".to_owned(),
        ours: format!("{rate:.0} events/s, {:.1} µs CPU of the process each", micros(cpu) / count),
        floor: "–".to_owned(),
        ratio: None,
        goal: "≥ 10,000/s",
        held: Some(rate >= 10_000.0),
        note: format!("first effect {:.0} ms after the start of the group", joined.as_secs_f64() * 1e3),
    })
}

/// Where everything runs.
struct Place<'a> {
    server: &'a postgres::Server,
    broker: Broker,
}

/// One process of a tiny service, with a database of its own.
struct Instance {
    service: Service,
    cx: Ctx,
}

impl Place<'_> {
    async fn instance(&self, name: &'static str) -> anyhow::Result<(Instance, tokio_postgres::Client)> {
        let database = format!("bench_{name}");
        let url = self.server.ensure_database(&database, &database).await?;
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        let (tasks, metrics) = (Tasks::default(), Metrics::default());
        tasks.spawn(async move { drop(connection.await) });
        client.batch_execute(&TABLES.concat()).await?;
        client
            .batch_execute(
                "CREATE TABLE cause (key uuid PRIMARY KEY); \
                 CREATE TABLE effect (event_id uuid PRIMARY KEY, key uuid NOT NULL)",
            )
            .await?;
        let kafka = Kafka::connect(&self.broker, "bench", metrics.clone(), tasks.clone())?;
        let shared = Shared {
            clock: Clock::default(),
            db: Pool::new(&Database::new(url, 8), name)?,
            bus: Bus::kafka(kafka),
            verifier: Verifier::remote("nobody", "http://127.0.0.1:9")?,
            tasks,
            metrics,
            edge: Edge::default(),
        };
        let cx = Ctx::new("bench", shared);
        let consumers = match name {
            "b" => vec![consumer("bench/b")],
            "late" => vec![consumer("bench/late")],
            _ => Vec::new(),
        };
        let service =
            Service { cx: cx.clone(), mounts: Vec::new(), consumers, jobs: Jobs::new(), workers: Vec::new() };
        Ok((Instance { service, cx }, client))
    }
}

impl Instance {
    fn start(self) -> Arc<Self> {
        self.service.start();
        Arc::new(self)
    }

    /// A fact with its cause, as an operation has it.
    async fn say(&self) -> anyhow::Result<()> {
        let id = self.cx.clock.id();
        let event = Done { engagement_id: id, donor_id: id, recipient_id: id, minutes: 60, sequence: 1 };
        let said = self.cx.tx(async |mut tx: Tx<'_>| {
            diesel::sql_query("INSERT INTO cause (key) VALUES ($1)")
                .bind::<sql_types::Uuid, _>(id)
                .execute(&mut tx)
                .await?;
            Ok(tx.emit(Actor::Clock, &event).await?)
        });
        said.await.map_err(|problem| anyhow::anyhow!("{problem}"))
    }
}

fn consumer(name: &'static str) -> Consumer {
    Consumer::new(name).on::<Done, _>(TOPIC, "Done", |tx, e: Envelope<Done>| {
        async move {
            diesel::insert_into(effect::table)
                .values((effect::event_id.eq(e.id), effect::key.eq(e.key)))
                .execute(tx)
                .await?;
            Ok(())
        }
        .boxed()
    })
}

/// Waits until a count is reached, for a minute and a half at most.
async fn until(client: &tokio_postgres::Client, sql: &str, count: i64) -> anyhow::Result<()> {
    let since = Instant::now();
    loop {
        let now: i64 = client.query_one(sql, &[]).await?.try_get(0)?;
        if now >= count {
            return Ok(());
        }
        ensure!(since.elapsed() < Duration::from_secs(90), "{now} of {count}: {sql}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// CPU of this process.
fn spent() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// Of a line through points.
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = float(u64::try_from(points.len()).unwrap_or(1));
    let (x, y) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
    let (top, bottom) = points.iter().fold((0.0, 0.0), |(top, bottom), (px, py)| {
        (top + (px - x) * (py - y), bottom + (px - x) * (px - x))
    });
    top / bottom
}
