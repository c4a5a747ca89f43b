//! A consumer in another language reads every kind of event from a real broker, as the services' real relays put them
//! there, and holds them against the contracts.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a story that cannot be told must fail loudly"
)]

use std::time::Duration;

use common::{
    Ctx, Service, Shared,
    events::{Broker, Bus, Kafka, Topic},
    jobs::Jobs,
    metrics::Metrics,
    service::Tasks,
};
use dojob_journeys::{installed, schema};
use kafka::Options;
use serde_json::{Value, json};
use testkit::{TestDb, contracts::all_samples};
use tokio::process::Command;

const SERVICES: [(&str, &[Topic]); 4] = [
    ("core", dojob_core::TOPICS),
    ("auth", dojob_auth::TOPICS),
    ("notify-address", dojob_notify_address::TOPICS),
    ("chat", dojob_chat::TOPICS),
];

/// How long the relays may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service that says what is put into its log, and does nothing else.
struct Sayer {
    service: Service,
    db: TestDb,
}

impl Sayer {
    async fn start(name: &'static str, topics: &[Topic], broker: &Broker) -> Self {
        let db = TestDb::acquire(&schema(name)).await;
        let (tasks, metrics) = (Tasks::default(), Metrics::default());
        Kafka::ensure_topics(broker, topics).await.unwrap();
        let bus = Bus::kafka(Kafka::connect(broker, name, metrics.clone(), tasks.clone()).unwrap());
        let shared = Shared { tasks, metrics, ..testkit::shared(&db.url, name, bus) };
        let cx = Ctx::new(name, shared);
        let (mounts, consumers, workers) = (Vec::new(), Vec::new(), Vec::new());
        let service = Service { cx, mounts, consumers, jobs: Jobs::new(), workers };
        service.start();
        Self { service, db }
    }

    async fn say(&self, topic: &str, kind: &str, sample: &Value) {
        let (clock, name) = (&self.service.cx.clock, self.service.cx.name);
        let actors = [json!({ "account": sample["key"] }), json!("clock"), json!("system")];
        let row = json!({
            "event_id": clock.id(),
            "topic": topic,
            "kind": kind,
            "key": sample["key"],
            "sequence": sample["sequence"],
            "occurred_at": clock.now(),
            "headers": {
                "source": format!("/dojob/{name}"),
                // Each of the three comes with one kind or another.
                "actor": actors[kind.len() % 3],
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
            "data": sample["data"],
        });
        let insert = "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
            SELECT event_id, topic, kind, key, sequence, occurred_at, headers, data \
            FROM jsonb_populate_record(NULL::event_log, $1::text::jsonb)";
        self.db.superuser().await.execute(insert, &[&row.to_string()]).await.unwrap();
    }

    /// Waits until the brokers have everything: the relay notes it only then.
    async fn said(&self) {
        let superuser = self.db.superuser().await;
        let empty = async {
            let waiting = "SELECT 1 FROM event_log WHERE position > \
                coalesce((SELECT position FROM consumer_position WHERE consumer = 'relay'), 0) LIMIT 1";
            while superuser.query_opt(waiting, &[]).await.unwrap().is_some() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, empty).await.expect("the relay does not hand on");
    }
}

impl Drop for Sayer {
    fn drop(&mut self) {
        self.service.cx.tasks.stopping().cancel();
        self.service.cx.db.close();
    }
}

/// Whether `contracts/consumer` is content with what the broker holds, and what it says.
async fn consumed(broker: &Broker, seconds: u32) -> (bool, String) {
    let directory = installed("contracts/consumer").await;
    let output = Command::new("node")
        .arg("consume.mjs")
        .current_dir(directory)
        .env("KAFKA_BROKERS", &broker.brokers)
        .env("SECONDS", seconds.to_string())
        .output()
        .await
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout) + &text(&output.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_in_javascript_reads_every_kind() {
    // Why a relay does not hand on belongs into the output of the test.
    let log = tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN);
    log.with_test_writer().without_time().init();
    let directory = tempfile::tempdir().unwrap();
    let server = kafka::Kafka::start(Options::new(directory.path())).await.unwrap();
    let broker = Broker { replication: 1, ..Broker::local(server.brokers()) };
    let mut sayers = Vec::new();
    for (name, topics) in SERVICES {
        sayers.push(Sayer::start(name, topics, &broker).await);
    }
    let (unreceived, samples): (Vec<_>, Vec<_>) =
        all_samples().into_iter().partition(|(_, kind, ..)| kind == "HoursPosted");
    assert!(!unreceived.is_empty());
    let say = async |(topic, kind, _, sample): &(String, String, String, Value)| {
        let source = topic.split('.').nth(1).unwrap();
        let sayer = sayers.iter().find(|sayer| sayer.service.cx.name == source).unwrap();
        sayer.say(topic, kind, sample).await;
    };
    let said = async || {
        for sayer in &sayers {
            sayer.said().await;
        }
    };
    for sample in &samples {
        say(sample).await;
    }
    said().await;
    let (content, words) = consumed(&broker, 1).await;
    assert!(!content && words.contains("not seen: dojob.core.HoursPosted.v1"), "{words}");
    assert!(words.contains(", 0 complaints, 1 of "), "{words}");

    for sample in &unreceived {
        say(sample).await;
    }
    said().await;
    let (content, words) = consumed(&broker, 60).await;
    assert!(content, "{words}");
    let count = samples.len() + unreceived.len();
    assert!(words.contains(&format!("{count} events, 0 complaints, 0 of ")), "{words}");

    let (topic, kind, name, mut sample) = unreceived[0].clone();
    sample["data"]["minutes"] = json!("ninety");
    say(&(topic, kind, name, sample)).await;
    said().await;
    let (content, words) = consumed(&broker, 60).await;
    assert!(!content && words.contains("dojob.core.HoursPosted.v1: data/minutes must be integer"), "{words}");
}
