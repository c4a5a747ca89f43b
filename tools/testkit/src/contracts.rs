//! The contracts between services are data: OpenAPI documents, event samples and schemas, topics, problem codes. A
//! producer's test writes them with `DOJOB_UPDATE_CONTRACTS=1` and compares otherwise.

mod schema;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use common::{
    config::Env,
    events::{Consumer, Event, Retention, Topic},
    http::{Code, FieldCode, problems},
    text,
};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// `contracts/` of the repository.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts")
}

/// Compares `contracts/<name>` with `text`, or writes it.
///
/// # Panics
/// When they differ, with the words that bring it up to date.
#[track_caller]
pub fn same(name: &str, text: &str) {
    let path = directory().join(name);
    let update =
        Env::process().flag("DOJOB_UPDATE_CONTRACTS", false, "tests write contracts instead of comparing");
    if update {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Another test may read it meanwhile: it finds the old text or the new one.
        let new = directory().join(format!(".{}", name.replace('/', "-")));
        std::fs::write(&new, text).unwrap();
        std::fs::rename(&new, &path).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "contracts/{name} is out of date: run `cargo xtask gen` and review the difference"
    );
}

/// An event of which others have seen one, and what may be in one.
#[derive(Debug)]
pub struct Sample {
    name: String,
    topic: &'static str,
    kind: &'static str,
    schema: Value,
    /// Key, sequence and data.
    content: Value,
}

/// A named sample of an event, as it stands in `contracts/events/<service>/<Kind>.v1.json`.
pub fn sample<E: Event + ToSchema>(name: &str, event: &E) -> Sample {
    let data = serde_json::to_value(event).unwrap();
    Sample {
        name: name.to_owned(),
        topic: E::TOPIC,
        kind: E::KIND,
        schema: schema::of::<E>(E::KIND),
        content: json!({ "key": event.key(), "sequence": event.sequence(), "data": data }),
    }
}

/// Compares (or writes) the samples and the schemas of a service, two files for each kind, after every sample was
/// held against its schema.
///
/// # Panics
/// When a file differs, or a sample does not satisfy its schema.
pub fn same_samples(service: &str, samples: &[Sample]) {
    let mut kinds: Vec<&str> = samples.iter().map(|sample| sample.kind).collect();
    kinds.dedup();
    for kind in kinds {
        let of_kind: Vec<_> = samples.iter().filter(|sample| sample.kind == kind).collect();
        let validator = schema::validator(&of_kind[0].schema);
        for sample in &of_kind {
            let wrong: Vec<_> =
                validator.iter_errors(&sample.content["data"]).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{kind} {}: the sample breaks its schema: {wrong:?}", sample.name);
        }
        let named: serde_json::Map<String, Value> =
            of_kind.iter().map(|sample| (sample.name.clone(), sample.content.clone())).collect();
        same_json(
            &format!("events/{service}/{kind}.v1.json"),
            &json!({ "topic": of_kind[0].topic, "kind": kind, "samples": named }),
        );
        same_json(&format!("events/{service}/{kind}.v1.schema.json"), &of_kind[0].schema);
    }
}

/// Compares (or writes) `contracts/chassis.json`: what every service may answer.
///
/// # Panics
/// When the file differs.
#[track_caller]
pub fn same_chassis() {
    let fields = [text::FIELDS, problems::field::FIELDS].concat();
    same_json("chassis.json", &json!({ "problems": statuses(problems::PROBLEMS), "fields": once(&fields) }));
}

/// The statuses of each code.
fn statuses(problems: &[Code]) -> BTreeMap<&'static str, BTreeSet<u16>> {
    let mut statuses: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for code in problems {
        let is_new = statuses.entry(code.as_str()).or_default().insert(code.status().as_u16());
        assert!(is_new, "{} is in the catalogue twice", code.as_str());
    }
    statuses
}

fn once(fields: &[FieldCode]) -> BTreeSet<&'static str> {
    let all: BTreeSet<_> = fields.iter().map(|code| code.as_str()).collect();
    assert_eq!(all.len(), fields.len(), "a field code is in the catalogue twice");
    all
}

/// What the others know of a service.
#[derive(Debug)]
pub struct Promises<'a> {
    pub service: &'a str,
    /// The paths that a balancer sends to it.
    pub mounts: &'a [&'a str],
    /// The topics that it publishes to.
    pub topics: &'a [Topic],
    /// What they subscribe to.
    pub consumers: &'a [Consumer],
    /// The problems that it answers beyond the chassis' own.
    pub problems: &'a [Code],
    /// What it refuses in values beyond the chassis.
    pub fields: &'a [FieldCode],
    /// Keys for which the web needs words.
    pub keys: Vec<&'a str>,
}

/// Compares (or writes) `contracts/services/<service>.json`.
///
/// # Panics
/// When the file differs.
#[track_caller]
pub fn same_service(promises: &Promises<'_>) {
    let Promises { service, mounts, topics, consumers, problems, fields, keys } = promises;
    let topics: Vec<_> = topics
        .iter()
        .map(|topic| {
            let retention = match topic.retention {
                Retention::Forever => json!("forever"),
                Retention::Days(days) => json!({ "days": days }),
            };
            json!({
                "name": topic.name,
                "partitions": topic.partitions,
                "retention": retention,
                "compacted": topic.compacted,
            })
        })
        .collect();
    let consumers: BTreeMap<_, _> = consumers
        .iter()
        .map(|consumer| {
            let mut received: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (topic, kind) in consumer.subscriptions() {
                received.entry(topic).or_default().insert(kind);
            }
            (consumer.name(), received)
        })
        .collect();
    let keys: BTreeSet<_> = keys.iter().collect();
    same_json(
        &format!("services/{service}.json"),
        &json!({
            "service": service,
            "mounts": mounts,
            "topics": topics,
            "consumers": consumers,
            "problems": statuses(problems),
            "fields": once(fields),
            "keys": keys,
        }),
    );
}

#[track_caller]
fn same_json(name: &str, value: &Value) {
    same(name, &format!("{}\n", serde_json::to_string_pretty(value).unwrap()));
}

/// Every stored sample of every service: `(topic, kind, name, sample)`.
pub fn all_samples() -> Vec<(String, String, String, Value)> {
    let mut all = Vec::new();
    let Ok(services) = std::fs::read_dir(directory().join("events")) else { return all };
    for service in services.flatten() {
        let mut files: Vec<_> =
            std::fs::read_dir(service.path()).unwrap().flatten().map(|f| f.path()).collect();
        files.sort();
        let is_schema = |path: &Path| path.to_string_lossy().ends_with(".schema.json");
        for path in files.into_iter().filter(|path| !is_schema(path)) {
            let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for (name, sample) in file["samples"].as_object().unwrap() {
                let word = |key: &str| file[key].as_str().unwrap().to_owned();
                all.push((word("topic"), word("kind"), name.clone(), sample.clone()));
            }
        }
    }
    all
}
