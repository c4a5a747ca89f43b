//! `contracts`: what producers, consumers, documents and translations promise one another. Writes nothing; `gen` does.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use syn::Item;

use crate::{
    arch::words,
    asyncapi, catalogue, problems,
    published::{Published, Service, parsed},
    released,
    tree::{File, files, root},
};

/// Whose keys need words in the web, what they are, and where those stand: a part of the path below `web/src`.
const WORDS: &[(&str, &str, &str)] =
    &[("notify-address", "notice", "/noti"), ("chat", "system message", "/chat")];

pub fn run() -> Result<()> {
    let published = Published::read("contracts")?;
    let mut wrong = Vec::new();
    events(&declared(&files("services", &["/events.rs"])?)?, &published, &mut wrong);
    for (path, text) in [
        (asyncapi::DOCUMENT, asyncapi::text(&published)?),
        (catalogue::PAGE, catalogue::page(&read(catalogue::PAGE), &published)?),
        (problems::CATALOGUE, problems::text(&published)),
    ] {
        if read(path) != text {
            wrong.push(format!("{path} is out of date: cargo xtask gen events"));
        }
    }
    wrong.extend(released::broken(&published)?);
    documents(&published.services, &files("contracts/openapi", &[".json"])?, &mut wrong)?;

    let locales = files("web/src", &["ko.json", "en.json"])?;
    let codes = problems::codes(&published);
    translations("problem", &codes, "problems.", &locales, &mut wrong)?;
    for (service, what, part) in WORDS {
        let service = published.services.iter().find(|known| known.name == *service);
        let keys = service.iter().flat_map(|service| service.keys.iter().map(String::as_str)).collect();
        translations(what, &keys, part, &locales, &mut wrong)?;
    }

    for line in &wrong {
        println!("{line}");
    }
    let (kinds, services) = (published.kinds.len(), published.services.len());
    println!("{kinds} kinds of events, {services} services, {} problem codes", codes.len());
    ensure!(wrong.is_empty(), "{} broken promises", wrong.len());
    Ok(())
}

/// (service, kind) of each struct in an `events!`: a type says what its kind is, but no list says which types there are.
///
/// # Errors
/// A source is no Rust.
fn declared(sources: &[File]) -> Result<BTreeSet<(&str, String)>> {
    let mut kinds = BTreeSet::new();
    for file in sources {
        let service = file.path.split('/').nth(1).unwrap_or_default();
        let code = syn::parse_file(&file.text).with_context(|| format!("cannot read {}", file.path))?;
        for item in code.items {
            if let Item::Macro(call) = item
                && call.mac.path.segments.last().is_some_and(|last| last.ident == "events")
            {
                let words = words(call.mac.tokens);
                let names = words.windows(2).filter(|pair| pair.first().is_some_and(|word| word == "struct"));
                kinds.extend(names.filter_map(|pair| Some((service, pair.get(1)?.clone()))));
            }
        }
    }
    Ok(kinds)
}

/// Every event has a sample and a schema, every sample an event and a topic that its service declares, every topic an
/// event, and every subscription is to something that is published.
fn events(declared: &BTreeSet<(&str, String)>, published: &Published, wrong: &mut Vec<String>) {
    for kind in &published.kinds {
        let (service, name, topic) = (&kind.service, &kind.name, &kind.topic);
        let mut say = |words: String| wrong.push(format!("{service} {name}: {words}"));
        if kind.samples.is_empty() {
            say("its file holds no sample".to_owned());
        }
        if kind.schema.is_null() {
            say("it has no schema: cargo xtask gen".to_owned());
        }
        if !declared.contains(&(service.as_str(), name.clone())) {
            say("no events! declares it".to_owned());
        }
        if !published.topics().any(|(of, known)| of.name == *service && known.name == *topic) {
            say(format!("its topic {topic} is not in TOPICS"));
        }
    }
    for (service, name) in declared {
        if !published.kinds.iter().any(|kind| kind.service == *service && kind.name == *name) {
            wrong.push(format!("{service} {name}: no sample in contracts/events/{service}"));
        }
    }
    for (_, topic) in published.topics() {
        if !published.kinds.iter().any(|kind| kind.topic == topic.name) {
            wrong.push(format!("nobody publishes to {}", topic.name));
        }
    }
    for (consumer, topics) in published.services.iter().flat_map(|service| &service.consumers) {
        for (topic, name) in
            topics.iter().flat_map(|(topic, kinds)| kinds.iter().map(move |kind| (topic, kind)))
        {
            if !published.kinds.iter().any(|kind| kind.topic == *topic && kind.name == *name) {
                wrong.push(format!("{consumer} subscribes to {name} on {topic}: there is no sample of it"));
            }
        }
    }
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
        let api: Value = parsed(document)?;
        let mut dangling = BTreeSet::new();
        references(&api, &mut dangling);
        dangling.retain(|to| to.strip_prefix('#').is_none_or(|pointer| api.pointer(pointer).is_none()));
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
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str));
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
        let name = format!("{language}.json");
        let mut lines = Vec::new();
        for file in locales.iter().filter(|f| f.path.ends_with(&name) && f.path.contains(part)) {
            collect(&parsed(file)?, ".", &mut lines);
        }
        // `.notice.engagement.proposed.` and `.engagement.proposed_donor.` are words for `engagement.proposed`.
        let names = |key: &str| {
            let ends = [format!(".{key}."), format!(".{key}_")];
            lines.iter().any(|line| ends.iter().any(|end| line.contains(end)))
        };
        for key in keys.iter().filter(|key| !names(key)) {
            wrong.push(format!("{what} {key} has no words in web/src ({part}…, {language})"));
        }
    }
    Ok(())
}

/// The keys of all words in a locale file, as `.outer.inner.`.
fn collect(words: &Value, prefix: &str, into: &mut Vec<String>) {
    for (key, value) in words.as_object().into_iter().flatten() {
        let name = format!("{prefix}{key}.");
        match value {
            Value::String(text) if !text.trim().is_empty() => into.push(name),
            _ => collect(value, &name, into),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(path: &str, text: &Value) -> File {
        File { path: path.to_owned(), text: text.to_string() }
    }

    fn services(services: &Value) -> Vec<Service> {
        let service = |(name, rest): (&String, &Value)| {
            let mut service = json!({ "service": name, "topics": [], "consumers": {}, "mounts": [] });
            service.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
            serde_json::from_value(service).unwrap()
        };
        services.as_object().unwrap().iter().map(service).collect()
    }

    #[test]
    fn events_samples_and_subscriptions_agree() {
        let path = "services/core/src/a/events.rs".to_owned();
        let text = "common::events::events! { topic: T, key: id; /// A struct.\n pub struct Offered { id: Uuid } struct New {} }";
        let source = [File { path, text: text.to_owned() }];
        let declared = declared(&source).unwrap();
        assert_eq!(declared, [("core", "New".to_owned()), ("core", "Offered".to_owned())].into());

        let kind = |topic: &str, name: &str, samples: &Value, schema: &Value| {
            let kind = json!({ "topic": topic, "kind": name, "samples": samples });
            let mut kind: crate::published::Kind = serde_json::from_value(kind).unwrap();
            (kind.service, kind.schema) = ("core".to_owned(), schema.clone());
            kind
        };
        let (samples, schema) = (json!({ "a": { "data": {} } }), json!({}));
        let topic =
            |name: &str| json!({ "name": name, "partitions": 1, "retention": "forever", "compacted": false });
        let published = Published {
            kinds: vec![
                kind("a", "Offered", &samples, &schema),
                kind("a", "Gone", &json!({}), &schema),
                kind("z", "New", &samples, &Value::Null),
            ],
            services: services(&json!({
                "core": { "topics": [topic("a"), topic("b")] },
                "chat": { "consumers": { "chat/a": { "a": ["Offered", "New"], "b": ["Offered"] } } },
            })),
            ..Published::default()
        };
        let mut wrong = Vec::new();
        events(&declared, &published, &mut wrong);
        assert_eq!(
            wrong,
            [
                "core Gone: its file holds no sample",
                "core Gone: no events! declares it",
                "core New: it has no schema: cargo xtask gen",
                "core New: its topic z is not in TOPICS",
                "nobody publishes to b",
                "chat/a subscribes to New on a: there is no sample of it",
                "chat/a subscribes to Offered on b: there is no sample of it",
            ]
        );
        let mut wrong = Vec::new();
        events(&declared, &Published::default(), &mut wrong);
        assert_eq!(wrong.last().unwrap(), "core Offered: no sample in contracts/events/core");
    }

    #[test]
    fn documents_stay_below_their_mount_and_refer_to_what_they_hold() {
        let said = |mounts: &[&str], files: &[(&str, &Value)]| {
            let files: Vec<_> = files
                .iter()
                .map(|(name, text)| file(&format!("contracts/openapi/{name}.json"), text))
                .collect();
            let mut wrong = Vec::new();
            documents(&services(&json!({ "core": { "mounts": mounts } })), &files, &mut wrong).unwrap();
            wrong
        };
        let document = |path: &str, to: &str| json!({ "paths": { path: [{ "$ref": to }] }, "known": 1 });
        let (chat, core) = (document("/api/chat/ws", "#/known"), document("/api/corex", "#/known"));
        assert_eq!(
            said(&["/api/chat", "/api/core"], &[("chat", &chat), ("core", &core), ("old", &core)]),
            [
                "contracts/openapi/core.json: /api/corex is not below /api/core",
                "contracts/openapi/old.json belongs to no mount"
            ]
        );
        assert_eq!(
            said(&["/api/chat", "/api/core"], &[("chat", &document("/api/chat", "#/gone"))]),
            [
                "/api/core has no document contracts/openapi/core.json",
                "contracts/openapi/chat.json: #/gone leads nowhere"
            ]
        );
        assert_eq!(said(&[], &[]), ["no service has a mount in contracts/services"]);
    }

    #[test]
    fn every_key_has_words_in_both_languages() {
        let locales = [
            file(
                "web/src/features/chat/locales/ko.json",
                &json!({ "system": { "a.one": "하나" }, "a.two_other": "둘" }),
            ),
            file("web/src/features/chat/locales/en.json", &json!({ "a.one": "one", "a.two": " " })),
            file("web/src/features/other/locales/en.json", &json!({ "a.two": "two" })),
        ];
        let mut wrong = Vec::new();
        translations("system message", &["a.one", "a.two"].into(), "chat", &locales, &mut wrong).unwrap();
        assert_eq!(wrong, ["system message a.two has no words in web/src (chat…, en)"]);
        let mut wrong = Vec::new();
        translations("notice", &BTreeSet::new(), "chat", &locales, &mut wrong).unwrap();
        assert_eq!(wrong, ["no notice key was found"]);
    }
}
