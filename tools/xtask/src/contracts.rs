//! `contracts`: what producers, consumers, documents and translations promise one another. Writes nothing; `gen` does.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    arch::{self, shipped},
    asyncapi, catalogue,
    problems::{CATALOGUE, Catalogue},
    published::{Published, Service, Topic},
    released,
    tree::{File, files, root},
};

/// Whose keys need words in the web, what they are, and where those stand: a part of the path below `web/src`.
const WORDS: &[(&str, &str, &str)] =
    &[("notify-address", "notice", "/noti"), ("chat", "system message", "/chat")];

pub fn run() -> Result<()> {
    let of_service = |f: &File| f.path.contains("/src/");
    let sources: Vec<File> = files("services", &[".rs"])?.into_iter().filter(of_service).collect();
    let mut wrong = Vec::new();
    let published = Published::read("contracts")?;
    let samples = files("contracts/events", &[".v1.json"])?;
    events(&declared(&sources)?, &published.services, &samples, &mut wrong)?;
    wrong.extend(described(&published));
    for (path, text) in [
        (asyncapi::DOCUMENT, asyncapi::text(&published)?),
        (catalogue::PAGE, catalogue::page(&read(catalogue::PAGE), &published)?),
    ] {
        if read(path) != text {
            wrong.push(format!("{path} is out of date: cargo xtask gen events"));
        }
    }
    wrong.extend(released::broken(&published)?);
    documents(&published.services, &files("contracts/openapi", &[".json"])?, &mut wrong)?;

    let catalogue = Catalogue::read()?;
    wrong.extend(catalogue.disagreements.iter().cloned());
    for (service, code) in
        published.services.iter().flat_map(|s| s.problems.keys().map(move |code| (&s.name, code)))
    {
        if !catalogue.codes().contains(code.as_str()) {
            wrong.push(format!("{service} lists {code}, which {CATALOGUE} lacks"));
        }
    }
    if read(CATALOGUE) != catalogue.text() {
        wrong.push(format!("{CATALOGUE} is out of date: cargo xtask gen"));
    }
    let locales = files("web/src", &["ko.json", "en.json"])?;
    translations("problem", &catalogue.codes(), "problems.", &locales, &mut wrong)?;
    for (service, what, part) in WORDS {
        let of_service = published.services.iter().filter(|known| known.name == *service);
        let keys = of_service.flat_map(|service| service.keys.iter().map(String::as_str)).collect();
        translations(what, &keys, part, &locales, &mut wrong)?;
    }

    for line in &wrong {
        println!("{line}");
    }
    println!(
        "{} kinds of events, {} services, {} problem codes",
        samples.len(),
        published.services.len(),
        catalogue.codes().len(),
    );
    ensure!(wrong.is_empty(), "{} broken promises", wrong.len());
    Ok(())
}

/// (service, word)
type Words<'a> = BTreeSet<(&'a str, String)>;

/// The kinds of events that the sources of a service declare, and every word there: a macro may make the events.
///
/// # Errors
/// A source is no Rust.
fn declared(sources: &[File]) -> Result<(Words<'_>, Words<'_>)> {
    let (mut kinds, mut words) = (BTreeSet::new(), BTreeSet::new());
    for file in sources {
        let service = file.path.split('/').nth(1).unwrap_or_default();
        let found =
            shipped(&file.text).map(arch::words).with_context(|| format!("cannot read {}", file.path))?;
        // `const KIND: &'static str = "TalentPublished"`
        let kind = found.windows(9).filter(|w| w.starts_with(&["const".to_owned(), "KIND".to_owned()]));
        let kind = kind.filter_map(|w| w.iter().find_map(|word| word.strip_prefix('"')?.strip_suffix('"')));
        kinds.extend(kind.map(|kind| (service, kind.to_owned())));
        words.extend(found.iter().map(|word| (service, word.trim_matches('"').to_owned())));
    }
    Ok((kinds, words))
}

/// Every event has a sample, every sample an event, and every subscription is to something that is published.
fn events(
    (kinds, words): &(Words<'_>, Words<'_>),
    services: &[Service],
    samples: &[File],
    wrong: &mut Vec<String>,
) -> Result<()> {
    let mut topics: BTreeMap<(String, String), String> = BTreeMap::new();
    for file in samples {
        let path = &file.path;
        let sample: Value =
            serde_json::from_str(&file.text).with_context(|| format!("cannot read {path}"))?;
        let word = |key: &str| sample.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (topic, kind) = (word("topic"), word("kind"));
        let service = topic.split('.').nth(1).unwrap_or_default().to_owned();
        if *path != format!("contracts/events/{service}/{kind}.v1.json") {
            wrong.push(format!("{path} holds {kind} of {topic}: it lies in the wrong place"));
        }
        if sample.get("samples").and_then(Value::as_object).is_none_or(serde_json::Map::is_empty) {
            wrong.push(format!("{path} holds no sample"));
        }
        if !words.contains(&(service.as_str(), kind.clone())) {
            wrong.push(format!("{path}: {service} publishes no {kind}"));
        }
        topics.insert((service, kind), topic);
    }
    for (service, kind) in kinds {
        if !topics.contains_key(&((*service).to_owned(), kind.clone())) {
            wrong.push(format!("{service} publishes {kind}: no sample in contracts/events/{service}"));
        }
    }
    for (consumer, subscribed) in services.iter().flat_map(|service| &service.consumers) {
        for (topic, kind) in
            subscribed.iter().flat_map(|(topic, kinds)| kinds.iter().map(move |k| (topic, k)))
        {
            if !topics.iter().any(|((_, known), on)| known == kind && on == topic) {
                wrong.push(format!("{consumer} subscribes to {kind} on {topic}: there is no sample of it"));
            }
        }
    }
    Ok(())
}

/// Every kind has a schema and stands on a topic that its service declares.
fn described(published: &Published) -> Vec<String> {
    let mut wrong = Vec::new();
    for kind in &published.kinds {
        if kind.schema.is_null() {
            wrong.push(format!("{} {} has no schema: cargo xtask gen", kind.service, kind.name));
        }
        let is_declared =
            |(service, topic): (&Service, &Topic)| service.name == kind.service && topic.name == kind.topic;
        if !published.topics().any(is_declared) {
            wrong.push(format!(
                "{} publishes {} to {}, which its TOPICS lack",
                kind.service, kind.name, kind.topic
            ));
        }
    }
    for (_, topic) in
        published.topics().filter(|(_, topic)| published.kinds.iter().all(|kind| kind.topic != topic.name))
    {
        wrong.push(format!("nobody publishes to {}", topic.name));
    }
    wrong
}

/// A file of the repository; empty where it is missing.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// One document for each mount, and every path in it is below the mount.
fn documents(services: &[Service], documents: &[File], wrong: &mut Vec<String>) -> Result<()> {
    let mounts: BTreeSet<&str> =
        services.iter().flat_map(|service| service.mounts.iter().map(String::as_str)).collect();
    let of = |mount: &str| format!("contracts/openapi/{}.json", mount.rsplit('/').next().unwrap_or_default());
    for mount in mounts.iter().filter(|mount| documents.iter().all(|d| d.path != of(mount))) {
        wrong.push(format!("{mount} has no document {}", of(mount)));
    }
    if mounts.is_empty() {
        wrong.push("no service has a mount in contracts/services".to_owned());
    }
    for document in documents {
        let Some(mount) = mounts.iter().find(|mount| of(mount) == document.path) else {
            wrong.push(format!("{} belongs to no mount", document.path));
            continue;
        };
        let api: Value =
            serde_json::from_str(&document.text).with_context(|| format!("cannot read {}", document.path))?;
        let mut dangling = BTreeSet::new();
        references(&api, &mut |to| {
            if to.strip_prefix('#').is_none_or(|pointer| api.pointer(pointer).is_none()) {
                dangling.insert(to.to_owned());
            }
        });
        wrong.extend(dangling.iter().map(|to| format!("{}: {to} leads nowhere", document.path)));
        let paths = api.get("paths").and_then(Value::as_object).into_iter().flatten();
        for (path, _) in paths {
            if !path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                wrong.push(format!("{}: {path} is not below {mount}", document.path));
            }
        }
    }
    Ok(())
}

/// Every `$ref` in a document.
fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(to) = fields.get("$ref").and_then(Value::as_str) {
                found(to);
            }
            fields.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

/// Every key has words in both languages, in the locale files whose path has `part` in it.
fn translations(
    what: &str,
    keys: &BTreeSet<&str>,
    part: &str,
    locales: &[File],
    wrong: &mut Vec<String>,
) -> Result<()> {
    if keys.is_empty() {
        wrong.push(format!("no {what} key was found"));
    }
    for language in ["ko", "en"] {
        let mut lines = BTreeSet::new();
        for file in
            locales.iter().filter(|f| f.path.ends_with(&format!("{language}.json")) && f.path.contains(part))
        {
            let words: Value =
                serde_json::from_str(&file.text).with_context(|| format!("cannot read {}", file.path))?;
            collect(&words, "", &mut lines);
        }
        for key in keys.iter().filter(|key| !lines.iter().any(|line| names(line, key))) {
            wrong.push(format!("{what} {key} has no words in web/src ({part}…, {language})"));
        }
    }
    Ok(())
}

/// All keys of a locale file, nested ones joined with dots.
fn collect(words: &Value, prefix: &str, into: &mut BTreeSet<String>) {
    for (key, value) in words.as_object().into_iter().flatten() {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            Value::String(text) if !text.trim().is_empty() => _ = into.insert(name),
            _ => collect(value, &name, into),
        }
    }
}

/// `notice.engagement.proposed`, `engagement.proposed_donor` and `engagement.proposed` are words for the last.
fn names(line: &str, key: &str) -> bool {
    line.match_indices(key).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + key.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with('.')) && (after.is_empty() || after.starts_with(['.', '_']))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "takes literals and json! alike")]
    fn file(path: &str, text: impl ToString) -> File {
        File { path: path.to_owned(), text: text.to_string() }
    }

    #[expect(clippy::needless_pass_by_value, reason = "takes json!")]
    fn service(name: &str, mounts: &[&str], consumers: Value) -> Service {
        let service = json!({ "service": name, "topics": [], "mounts": mounts, "consumers": consumers });
        serde_json::from_value(service).unwrap()
    }

    #[test]
    fn events_samples_and_subscriptions_agree() {
        let source = file(
            "services/core/src/a/offer.rs",
            "impl Event for P { const TOPIC: &'static str = \"dojob.core.a.v1\"; const KIND: &'static str = \"Offered\"; }",
        );
        let declared = declared(std::slice::from_ref(&source)).unwrap();
        assert_eq!(declared.0, [("core", "Offered".to_owned())].into());
        let services = [service(
            "chat",
            &[],
            json!({ "chat/a": { "dojob.core.a.v1": ["Offered"], "dojob.core.b.v1": ["One", "Two"] } }),
        )];
        let sample =
            |topic: &str, kind: &str| json!({ "topic": topic, "kind": kind, "samples": { "a": {} } });
        let good = file("contracts/events/core/Offered.v1.json", sample("dojob.core.a.v1", "Offered"));
        let mut wrong = Vec::new();
        events(&declared, &services, &[good], &mut wrong).unwrap();
        assert_eq!(wrong.len(), 2, "nobody publishes One and Two: {wrong:?}");

        let mut wrong = Vec::new();
        let moved = file("contracts/events/core/Offered.v1.json", sample("dojob.core.z.v1", "Offered"));
        let stale = file("contracts/events/core/Gone.v1.json", sample("dojob.core.a.v1", "Gone"));
        let empty =
            file("contracts/events/core/One.v1.json", json!({ "topic": "dojob.core.b.v1", "kind": "One" }));
        events(&declared, &services, &[moved, stale, empty], &mut wrong).unwrap();
        for words in
            ["subscribes to Offered on dojob.core.a.v1", "publishes no Gone", "One.v1.json holds no sample"]
        {
            assert!(wrong.iter().any(|w| w.contains(words)), "{words}: {wrong:?}");
        }
        let mut wrong = Vec::new();
        events(&declared, &services, &[], &mut wrong).unwrap();
        assert!(wrong.iter().any(|w| w.contains("core publishes Offered: no sample")), "{wrong:?}");
    }

    #[test]
    fn documents_stay_below_their_mount() {
        let services =
            [service("chat", &["/api/chat"], json!({})), service("core", &["/api/core"], json!({}))];
        let document = |path: &str| json!({ "paths": { path: {} } });
        let mut wrong = Vec::new();
        let files = [
            file("contracts/openapi/chat.json", document("/api/chat/ws")),
            file("contracts/openapi/core.json", document("/api/corex")),
            file("contracts/openapi/old.json", document("/api/old")),
        ];
        documents(&services, &files, &mut wrong).unwrap();
        assert_eq!(
            wrong,
            [
                "contracts/openapi/core.json: /api/corex is not below /api/core",
                "contracts/openapi/old.json belongs to no mount"
            ]
        );
        let mut wrong = Vec::new();
        documents(&services, &files[..1], &mut wrong).unwrap();
        assert_eq!(wrong, ["/api/core has no document contracts/openapi/core.json"]);
    }

    #[test]
    fn references_lead_somewhere() {
        let document = |to: &str| {
            let schemas = json!({ "Known": { "type": "string" } });
            json!({ "paths": { "/api/chat": [{ "$ref": to }] }, "components": { "schemas": schemas } })
        };
        let said = |to: &str| {
            let mut wrong = Vec::new();
            let file = file("contracts/openapi/chat.json", document(to));
            documents(&[service("chat", &["/api/chat"], json!({}))], &[file], &mut wrong).unwrap();
            wrong
        };
        assert_eq!(said("#/components/schemas/Known"), [""; 0]);
        let words = "contracts/openapi/chat.json: #/components/schemas/Gone leads nowhere";
        assert_eq!(said("#/components/schemas/Gone"), [words]);
    }

    #[test]
    fn every_key_has_words_in_both_languages() {
        let locales = [
            file(
                "web/src/features/chat/locales/ko.json",
                json!({ "system": { "a.one": "하나" }, "a.two_other": "둘" }),
            ),
            file("web/src/features/chat/locales/en.json", json!({ "a.one": "one", "a.two": " " })),
            file("web/src/features/other/locales/en.json", json!({ "a.two": "two" })),
        ];
        let mut wrong = Vec::new();
        translations("system message", &["a.one", "a.two"].into(), "chat", &locales, &mut wrong).unwrap();
        assert_eq!(wrong, ["system message a.two has no words in web/src (chat…, en)"]);
        let mut wrong = Vec::new();
        translations("notice", &BTreeSet::new(), "chat", &locales, &mut wrong).unwrap();
        assert_eq!(wrong.len(), 1, "a scan that finds nothing must not pass");
    }
}
