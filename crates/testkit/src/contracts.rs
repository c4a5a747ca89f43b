//! The contracts between services are data: OpenAPI documents, event samples, problem codes. A producer's test writes
//! them with `DOJOB_UPDATE_CONTRACTS=1` and compares otherwise.

use std::path::{Path, PathBuf};

use common::{config::Env, events::Event};
use serde_json::{Value, json};

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
        std::fs::write(&path, text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stored == text,
        "contracts/{name} is out of date: run `cargo xtask gen` and review the difference"
    );
}

/// A named sample of an event, as it stands in `contracts/events/<service>/<Kind>.v1.json`.
pub fn sample<E: Event>(name: &str, event: &E) -> (String, &'static str, &'static str, Value) {
    let data = serde_json::to_value(event).unwrap();
    (
        name.to_owned(),
        E::TOPIC,
        E::KIND,
        json!({ "key": event.key(), "sequence": event.sequence(), "data": data }),
    )
}

/// Compares (or writes) the samples of a service, one file for each kind.
///
/// # Panics
/// When a file differs.
pub fn same_samples(service: &str, samples: &[(String, &'static str, &'static str, Value)]) {
    let mut kinds: Vec<&str> = samples.iter().map(|(_, _, kind, _)| *kind).collect();
    kinds.dedup();
    for kind in kinds {
        let of_kind: Vec<_> = samples.iter().filter(|(_, _, k, _)| *k == kind).collect();
        let named: serde_json::Map<String, Value> =
            of_kind.iter().map(|(n, _, _, v)| (n.clone(), v.clone())).collect();
        let file = json!({ "topic": of_kind[0].1, "kind": kind, "samples": named });
        same(
            &format!("events/{service}/{kind}.v1.json"),
            &format!("{}\n", serde_json::to_string_pretty(&file).unwrap()),
        );
    }
}

/// Every stored sample of every service: `(topic, kind, name, sample)`.
pub fn all_samples() -> Vec<(String, String, String, Value)> {
    let mut all = Vec::new();
    let Ok(services) = std::fs::read_dir(directory().join("events")) else { return all };
    for service in services.flatten() {
        let mut files: Vec<_> =
            std::fs::read_dir(service.path()).unwrap().flatten().map(|f| f.path()).collect();
        files.sort();
        for path in files {
            let file: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for (name, sample) in file["samples"].as_object().unwrap() {
                let word = |key: &str| file[key].as_str().unwrap().to_owned();
                all.push((word("topic"), word("kind"), name.clone(), sample.clone()));
            }
        }
    }
    all
}
