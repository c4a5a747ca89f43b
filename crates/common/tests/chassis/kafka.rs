//! The bus between processes, on a real broker of its own for each story.

use std::{collections::BTreeMap, time::Duration};

use chrono::TimeDelta;
use common::{
    events::{Actor, Again, Broker, Bus, Emit, Kafka, Live, LiveEvent, Security, Topic, republish},
    time::Clock,
};
use kafka::{Options, Scram};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    message::{Header, Headers, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use tempfile::TempDir;
use testkit::TestDb;
use uuid::Uuid;

use crate::{Node, Rows, SCHEMA, eventually, secs, shared, tiny::TOPIC};

const TOPICS: &[Topic] = &[Topic::facts(TOPIC)];
const LETTERS: &str = "dojob.tiny.things.v1.dlq";

/// A machine that compiles something else at the same time is slow.
const PATIENCE: Duration = secs(30);

struct World {
    db: TestDb,
    rows: Rows,
    server: kafka::Kafka,
    broker: Broker,
    directory: TempDir,
}

impl World {
    async fn begin() -> Self {
        let world = Self::without_topics().await;
        let made = Kafka::ensure_topics(&world.broker, TOPICS).await.unwrap();
        assert_eq!(made.len(), 2, "the topic and its dead letters");
        assert_eq!(Kafka::ensure_topics(&world.broker, TOPICS).await.unwrap(), [""; 0], "made once");
        world
    }

    async fn without_topics() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = kafka::Kafka::start(Options::new(directory.path())).await.unwrap();
        let db = TestDb::acquire(&SCHEMA).await;
        let rows = Rows::of(&db).await;
        Self { broker: Broker::local(server.brokers()), db, rows, server, directory }
    }

    /// A process of the tiny service, on this database.
    fn node_on(&self, url: &str, name: &str) -> Node {
        let shared = shared(url, name, Clock::default());
        let bus = Kafka::connect(&self.broker, "tiny", shared.metrics.clone(), shared.tasks.clone()).unwrap();
        Node::of(common::Shared { bus: Bus::kafka(bus), ..shared })
    }

    /// A process of a service that joins late: its group has never read anything.
    fn late_node(&self, url: &str) -> Node {
        let mut node = self.node_on(url, "late");
        node.service.consumers = vec![crate::tiny::late()];
        node
    }

    fn running(&self, name: &str) -> Node {
        let node = self.node_on(&self.db.url, name);
        node.service.start();
        node
    }

    /// Everything that a topic holds.
    async fn all(&self, topic: &'static str) -> Vec<OwnedMessage> {
        let brokers = self.broker.brokers.clone();
        let read = move || {
            let client: BaseConsumer = ClientConfig::new()
                .set("bootstrap.servers", brokers)
                .set("group.id", "test")
                .set("fetch.message.max.bytes", "4194304")
                .create()
                .unwrap();
            let metadata = client.fetch_metadata(Some(topic), PATIENCE).unwrap();
            let (mut from, mut count) = (TopicPartitionList::new(), 0);
            for partition in metadata.topics()[0].partitions() {
                let (low, high) = client.fetch_watermarks(topic, partition.id(), PATIENCE).unwrap();
                from.add_partition_offset(topic, partition.id(), Offset::Beginning).unwrap();
                count += high - low;
            }
            client.assign(&from).unwrap();
            (0..count).map(|_| client.poll(PATIENCE).unwrap().unwrap().detach()).collect()
        };
        tokio::task::spawn_blocking(read).await.unwrap()
    }

    fn producer(&self) -> FutureProducer {
        ClientConfig::new()
            .set("bootstrap.servers", &self.broker.brokers)
            .set("message.max.bytes", "4194304")
            .create()
            .unwrap()
    }
}

/// Waits until a live listener is where the end is: it is told of a gap then.
async fn ready(live: &mut Live) {
    let first = tokio::time::timeout(PATIENCE, live.recv()).await.unwrap();
    assert!(matches!(first, Some(LiveEvent::Gap)), "{first:?}");
}

/// The next `count` events, in the order in which they were received.
async fn received(live: &mut Live, count: usize) -> Vec<(Uuid, i64)> {
    let mut events = Vec::new();
    while events.len() < count {
        match tokio::time::timeout(PATIENCE, live.recv()).await.expect("too few events") {
            Some(LiveEvent::Event(record)) => events.push((record.key, record.sequence)),
            other => panic!("{other:?} after {events:?}"),
        }
    }
    events
}

fn by_key(events: &[(Uuid, i64)]) -> BTreeMap<Uuid, Vec<i64>> {
    let mut by_key = BTreeMap::<_, Vec<_>>::new();
    for (key, n) in events {
        by_key.entry(*key).or_default().push(*n);
    }
    by_key
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_the_work_and_a_third_begins_at_the_beginning() {
    let world = World::begin().await;
    let (a, b) = (world.running("a"), world.running("b"));
    let (mut at_a, mut at_b) = (a.cx.bus.live(TOPIC), b.cx.bus.live(TOPIC));
    ready(&mut at_a).await;
    ready(&mut at_b).await;
    let keys: Vec<Uuid> = (0..12).map(|_| a.clock.id()).collect();
    for n in 1..=20 {
        for (i, key) in keys.iter().enumerate() {
            if i % 2 == 0 { a.say(*key, n).await } else { b.say(*key, n).await }
        }
    }
    let in_order: Vec<i64> = (1..=20).collect();
    for live in [&mut at_a, &mut at_b] {
        let received = by_key(&received(live, 240).await);
        assert!(received.len() == 12 && received.values().all(|ns| *ns == in_order), "{received:?}");
    }
    for key in &keys {
        eventually(PATIENCE, async || world.rows.effects("echo", *key).await.len() == 20).await;
        assert_eq!(world.rows.effects("echo", *key).await, in_order);
    }
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;
    assert_eq!(world.rows.count("SELECT count(*) FROM event_log").await, 240);
    assert_eq!(world.rows.leaders().await.len(), 1);

    // A relay that published and died before it noted that: the next one publishes the same again.
    world.rows.run("UPDATE consumer_position SET position = 0 WHERE consumer = 'relay'").await;
    let leader = world.rows.leaders().await;
    let of_the_lock = "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')";
    assert_eq!(world.rows.kill(&leader[0], of_the_lock).await, 1);
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;
    assert_eq!(world.all(TOPIC).await.len(), 480, "on the topic twice");
    // Nothing of it is received or done again: what is published now comes next.
    let key = a.clock.id();
    a.say(key, 1).await;
    for live in [&mut at_a, &mut at_b] {
        assert_eq!(received(live, 1).await, [(key, 1)]);
    }
    eventually(PATIENCE, async || world.rows.effects("echo", key).await == [1]).await;
    assert_eq!(world.rows.count("SELECT count(*) FROM effect").await, 241);

    // A group that has never read, on another database: everything, from the beginning.
    a.cx.tasks.stop(secs(10)).await;
    b.cx.tasks.stop(secs(10)).await;
    let late = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&late).await;
    let c = world.late_node(&late.url);
    c.service.start();
    eventually(PATIENCE, async || rows.count("SELECT count(*) FROM effect").await == 241).await;
    for key in &keys {
        assert_eq!(rows.effects("late", *key).await, in_order);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_topic_had_lately_is_read_without_a_position() {
    let world = World::begin().await;
    let a = world.running("a");
    let lately = async |seconds| {
        let records = a.cx.bus.recent(TOPIC, TimeDelta::seconds(seconds), a.clock.now()).await.unwrap();
        let mut keys: Vec<Uuid> = records.iter().map(|record| record.key).collect();
        keys.sort();
        keys
    };
    assert_eq!(lately(60).await, Vec::<Uuid>::new(), "nothing was published yet");
    let keys: Vec<Uuid> = (0..20).map(|_| a.clock.id()).collect();
    for key in &keys {
        a.say(*key, 1).await;
    }
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;
    assert_eq!(lately(60).await, keys, "of every partition");
    tokio::time::sleep(secs(4)).await;
    a.say(keys[0], 2).await;
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;
    assert_eq!(lately(3).await, [keys[0]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_leader_is_followed_and_a_dead_broker_waited_for() {
    let mut world = World::begin().await;
    let (a, b) = (world.running("a"), world.node_on(&world.db.url, "b"));
    eventually(PATIENCE, async || world.rows.leaders().await == ["a"]).await;
    b.service.start();
    let mut at_b = b.cx.bus.live(TOPIC);
    ready(&mut at_b).await;
    let key = a.clock.id();
    a.say(key, 1).await;
    assert_eq!(received(&mut at_b, 1).await, [(key, 1)]);

    // The leader's process dies.
    a.cx.tasks.stopping().cancel();
    a.cx.db.close();
    world.rows.kill("a", "true").await;
    b.say(key, 2).await;
    eventually(secs(5), async || world.rows.leaders().await == ["b"]).await;
    assert_eq!(received(&mut at_b, 1).await, [(key, 2)]);
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;

    world.server.kill9().await.unwrap();
    for n in 3..=40 {
        b.say(key, n).await;
    }
    eventually(secs(15), async || b.cx.metrics.text().contains(r#"dojob_kafka_up{service="tiny"} 0"#)).await;
    assert_eq!(world.rows.waiting().await, 38, "they wait");
    world.server.start_again().await.unwrap();
    eventually(PATIENCE, async || world.rows.effects("echo", key).await.len() == 40).await;
    assert_eq!(world.rows.effects("echo", key).await, (1..=40).collect::<Vec<_>>());
    let received = received(&mut at_b, 38).await;
    assert_eq!(by_key(&received)[&key], (3..=40).collect::<Vec<_>>(), "live, in order, no gap and no double");
    eventually(secs(15), async || b.cx.metrics.text().contains(r#"dojob_kafka_up{service="tiny"} 1"#)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_that_a_crash_left_empty_hold_nobody_up_whoever_writes_behind_them() {
    let world = World::begin().await;
    let (a, b) = (world.running("a"), world.node_on(&world.db.url, "b"));
    eventually(PATIENCE, async || world.rows.leaders().await == ["a"]).await;
    let key = a.clock.id();
    a.say(key, 1).await;
    eventually(PATIENCE, async || world.rows.effects("echo", key).await == [1]).await;
    // After a crash PostgreSQL goes on 32 positions later, and nobody has those between. The leader writes nothing itself.
    world
        .rows
        .run("SELECT nextval(pg_get_serial_sequence('event_log', 'position')) FROM generate_series(1, 32)")
        .await;
    b.say(key, 2).await;
    eventually(secs(10), async || world.rows.effects("echo", key).await == [1, 2]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_of_several_batches_is_published_once_and_logged_in_its_order() {
    let world = World::begin().await;
    let node = world.node_on(&world.db.url, "a");
    let keys = [node.clock.id(), node.clock.id(), node.clock.id()];
    let all = node.cx.tx(async |mut tx| {
        for n in 1..=834 {
            for key in keys {
                tx.emit(Actor::System, &crate::tiny::Said { key, n }).await?;
            }
        }
        Ok(())
    });
    all.await.unwrap();
    node.service.start();

    for key in keys {
        eventually(2 * PATIENCE, async || world.rows.effects("echo", key).await.len() == 834).await;
        assert_eq!(world.rows.effects("echo", key).await, (1..=834).collect::<Vec<_>>());
    }
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;
    assert_eq!(world.all(TOPIC).await.len(), 2502, "each once");
    let disorder = "SELECT count(*) FROM event_log a JOIN event_log b ON b.position = a.position + 1 \
                    WHERE b.sequence < a.sequence";
    assert_eq!(world.rows.count("SELECT count(*) FROM event_log").await, 2502);
    assert_eq!(world.rows.count(disorder).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_lost_everything_is_filled_again_from_the_log() {
    let mut world = World::begin().await;
    let node = world.running("a");
    let mut live = node.cx.bus.live(TOPIC);
    ready(&mut live).await;
    let key = node.clock.id();
    for n in 1..=5 {
        node.say(key, n).await;
    }
    assert_eq!(received(&mut live, 5).await.len(), 5);
    eventually(PATIENCE, async || world.rows.effects("echo", key).await.len() == 5).await;

    world.server.kill9().await.unwrap();
    std::fs::remove_dir_all(world.directory.path().join("data")).unwrap();
    world.server = kafka::Kafka::start(Options::new(world.directory.path())).await.unwrap();
    node.say(key, 6).await;
    Kafka::ensure_topics(&world.broker, TOPICS).await.unwrap();
    // The producer, the group and the listener remember a topic that is no more; they find into the new one.
    eventually(2 * PATIENCE, async || world.rows.effects("echo", key).await.len() == 6).await;
    eventually(PATIENCE, async || world.rows.waiting().await == 0).await;

    let all = Again::From { topic: TOPIC.to_owned(), position: 1 };
    assert_eq!(republish(&node.cx, &all).await.unwrap(), 6);
    let late = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&late).await;
    let newcomer = world.late_node(&late.url);
    newcomer.service.start();
    eventually(PATIENCE, async || rows.effects("late", key).await.len() == 6).await;
    assert_eq!(world.rows.effects("echo", key).await, (1..=6).collect::<Vec<_>>(), "nothing happened twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_event_lies_among_the_dead_letters_and_holds_up_nobody() {
    let world = World::begin().await;
    let node = world.running("a");
    let producer = world.producer();
    let event = |id: Uuid, key: Uuid, kind: &str| {
        let (id, key) = (id.to_string(), key.to_string());
        let kind = format!("dojob.tiny.{kind}");
        let attributes = [
            ("ce_specversion", "1.0"),
            ("ce_id", id.as_str()),
            ("ce_source", "/dojob/tiny"),
            ("ce_type", kind.as_str()),
            ("ce_subject", key.as_str()),
            ("ce_time", "2026-11-27T00:00:00Z"),
            ("ce_sequence", "1"),
        ];
        let header = |headers: OwnedHeaders, (key, value)| headers.insert(Header { key, value: Some(value) });
        attributes.into_iter().fold(OwnedHeaders::new(), header)
    };
    let send = async |headers: Option<OwnedHeaders>, key: Uuid, data: &[u8]| {
        let key = key.to_string();
        let mut message = FutureRecord::to(TOPIC).key(&key).payload(data);
        message.headers = headers;
        producer.send(message, PATIENCE).await.unwrap();
    };
    let id = || node.clock.id();
    let (wrong, large, nobody, newer) = (id(), id(), id(), id());
    send(None, id(), b"\x00\xff\xfegarbage").await;
    send(Some(event(id(), id(), "Said.v1")), id(), b"no json").await;
    send(Some(event(id(), id(), "Said.v1")), id(), br#"{"key":"\u0000"}"#).await;
    send(Some(event(id(), wrong, "Said.v1")), wrong, br#"{"key":7}"#).await;
    let megabyte = format!(r#"{{"key":"{large}","n":"{}"}}"#, "x".repeat(1_000_000));
    send(Some(event(id(), large, "Said.v1")), large, megabyte.as_bytes()).await;
    send(Some(event(id(), nobody, "Sung.v1")), nobody, b"{}").await;
    send(Some(event(id(), newer, "Said.v2")), newer, br#"{"other":"shape"}"#).await;
    for n in 1..=3 {
        node.say(wrong, n).await;
    }
    let good = id();
    node.say(good, 1).await;

    eventually(PATIENCE, async || world.rows.effects("echo", good).await == [1]).await;
    eventually(PATIENCE, async || world.rows.parked(wrong).await.len() == 4).await;
    eventually(PATIENCE, async || world.rows.parked(large).await.len() == 1).await;
    let causes = world.rows.texts("SELECT cause FROM parked_event ORDER BY id", &[]).await;
    assert!(causes.iter().any(|c| c.contains("Said: ")), "{causes:?}");
    eventually(PATIENCE, async || world.all(LETTERS).await.len() >= 5).await;
    let letters = world.all(LETTERS).await;
    let cause = |m: &OwnedMessage| {
        let found = m.headers().unwrap().iter().find(|h| h.key == "dojob_cause").unwrap();
        String::from_utf8_lossy(found.value.unwrap()).into_owned()
    };
    for expected in ["no header ce_specversion", "no JSON", "NUL", "Said: "] {
        assert!(letters.iter().any(|m| cause(m).contains(expected)), "{expected}");
    }
    assert!(letters.iter().any(|m| m.payload() == Some(b"\x00\xff\xfegarbage")), "as it came");
    let metrics = node.cx.metrics.text();
    assert!(
        metrics.contains(r#"dojob_consumer_unreadable_total{consumer="tiny/echo",source="tiny"} 3"#),
        "{metrics}"
    );
    assert!(
        metrics.contains(r#"dojob_consumer_ignored_total{consumer="tiny/echo",source="tiny"} 2"#),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_missing_stops_nobody_and_says_so() {
    let world = World::without_topics().await;
    let node = world.running("a");
    let key = node.clock.id();
    node.say(key, 1).await;
    eventually(secs(15), async || node.cx.metrics.text().contains(r#"dojob_kafka_up{service="tiny"} 0"#))
        .await;
    node.say(key, 2).await;
    assert_eq!(world.rows.waiting().await, 2);
    Kafka::ensure_topics(&world.broker, TOPICS).await.unwrap();
    eventually(PATIENCE, async || world.rows.effects("echo", key).await == [1, 2]).await;
    // A topic with another number of partitions is refused: keys would move.
    let other = [Topic::facts(TOPIC).partitions(7)];
    let refused = Kafka::ensure_topics(&world.broker, &other).await.unwrap_err().to_string();
    assert!(refused.contains("has 6 partitions and is declared with 7"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_needed_where_one_is_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let scram = Scram { user: "tiny".to_owned(), password: "a long secret".to_owned() };
    let options = Options { scram: Some(scram), ..Options::new(directory.path()) };
    let server = kafka::Kafka::start(options).await.unwrap();
    let broker = |password: &str| Broker {
        security: Security::Scram,
        username: Some("tiny".to_owned()),
        password: Some(password.to_owned().into()),
        ..Broker::local(server.scram_brokers())
    };
    Kafka::ensure_topics(&broker("a long secret"), TOPICS).await.unwrap();
    let refused = format!("{:#}", Kafka::ensure_topics(&broker("a wrong secret"), TOPICS).await.unwrap_err());
    assert!(!refused.contains("wrong secret"), "{refused}");

    let db = TestDb::acquire(&SCHEMA).await;
    let rows = Rows::of(&db).await;
    let node = |broker: &Broker, name: &str| {
        let shared = shared(&db.url, name, Clock::default());
        let bus = Kafka::connect(broker, "tiny", shared.metrics.clone(), shared.tasks.clone()).unwrap();
        let node = Node::of(common::Shared { bus: Bus::kafka(bus), ..shared });
        node.service.start();
        node
    };
    let wrong = node(&broker("a wrong secret"), "wrong");
    let key = wrong.clock.id();
    wrong.say(key, 1).await;
    eventually(secs(15), async || wrong.cx.metrics.text().contains(r#"dojob_kafka_up{service="tiny"} 0"#))
        .await;
    assert_eq!(rows.waiting().await, 1, "it waits");
    wrong.cx.tasks.stop(secs(10)).await;
    let right = node(&broker("a long secret"), "right");
    eventually(PATIENCE, async || rows.effects("echo", key).await == [1]).await;
    right.cx.tasks.stop(secs(10)).await;
}
