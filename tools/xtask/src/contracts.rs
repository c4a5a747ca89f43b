//! `contracts`: what producers, consumers, documents and translations promise one another. Writes nothing; `gen` does.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    asyncapi, catalogue,
    problems::{CATALOGUE, Catalogue, is_code},
    published::{Published, Service, Topic},
    released,
    source::{Kind, Token, closing, code},
    tree::{File, files, root},
};

/// Where the words for each kind of key are: part of a path below `web/src`.
const NOTICES: &str = "notification";
const SYSTEM_MESSAGES: &str = "chat";

pub fn run() -> Result<()> {
    let of_service = |f: &File| f.path.contains("/src/");
    let sources: Vec<File> = files("services", &[".rs"])?.into_iter().filter(of_service).collect();
    let said = Said::of(&sources);
    let mut wrong = said.unreadable.clone();
    let samples = files("contracts/events", &[".v1.json"])?;
    events(&said, &samples, &mut wrong)?;
    let published = Published::read("contracts")?;
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
    documents(&said.mounts, &files("contracts/openapi", &[".json"])?, &mut wrong)?;

    let catalogue = Catalogue::read()?;
    wrong.extend(catalogue.disagreements.iter().cloned());
    if read(CATALOGUE) != catalogue.text() {
        wrong.push(format!("{CATALOGUE} is out of date: cargo xtask gen"));
    }
    let locales = files("web/src", &["ko.json", "en.json"])?;
    translations("problem", &catalogue.codes(), "problems.", &locales, &mut wrong)?;
    translations("notice", &said.notices, NOTICES, &locales, &mut wrong)?;
    translations("system message", &said.system_messages, SYSTEM_MESSAGES, &locales, &mut wrong)?;

    for line in &wrong {
        println!("{line}");
    }
    println!(
        "{} kinds of events, {} subscriptions, {} problem codes, {} notices, {} system messages",
        samples.len(),
        said.subscriptions.len(),
        catalogue.codes().len(),
        said.notices.len(),
        said.system_messages.len(),
    );
    ensure!(wrong.is_empty(), "{} broken promises", wrong.len());
    Ok(())
}

/// What the services' sources promise.
#[derive(Debug, Default)]
struct Said<'a> {
    /// (service, kind), where the source says `const KIND: &'static str = "…"`.
    published: BTreeSet<(&'a str, &'a str)>,
    /// (service, word): a macro may make the events, so a sample's kind need only be somewhere in the code.
    words: BTreeSet<(&'a str, &'a str)>,
    /// (service, topic, kind)
    subscriptions: BTreeSet<(&'a str, &'a str, &'a str)>,
    mounts: BTreeSet<&'a str>,
    notices: BTreeSet<&'a str>,
    system_messages: BTreeSet<&'a str>,
    unreadable: Vec<String>,
}

/// A source file of a service.
struct Source<'a> {
    service: &'a str,
    path: &'a str,
    code: Vec<Token<'a>>,
}

impl<'a> Said<'a> {
    fn of(files: &'a [File]) -> Self {
        let read = |file: &'a File| Source {
            service: file.path.split('/').nth(1).unwrap_or_default(),
            path: &file.path,
            code: code(&file.text),
        };
        let sources: Vec<_> = files.iter().map(read).collect();
        let mut said = Self::default();
        for source in &sources {
            let service = source.service;
            let texts = |name| constant(source, name).into_iter().flatten();
            said.mounts.extend(texts("MOUNTS").filter(|t| t.starts_with('/')));
            said.system_messages.extend(texts("SYSTEM_KEYS").filter(|t| is_code(t)));
            said.notices.extend(notice_keys(&source.code));
            said.published.extend(kinds(&source.code).map(|kind| (service, kind)));
            let words = source.code.iter().filter(|t| matches!(t.kind, Kind::Word | Kind::Text));
            said.words.extend(words.map(|t| (service, t.text)));
            for at in calls_of_on(&source.code) {
                match subscription(source, at, &sources) {
                    Ok(Some((topic, kinds))) => {
                        said.subscriptions.extend(kinds.into_iter().map(|kind| (service, topic, kind)));
                    }
                    Ok(None) => {}
                    Err(line) => said
                        .unreadable
                        .push(format!("{}:{line}: cannot tell what this subscribes to", source.path)),
                }
            }
        }
        said
    }
}

/// The literals of `const name: … = …;`, if this file has it.
fn constant<'a>(source: &Source<'a>, name: &str) -> Option<Vec<&'a str>> {
    let code = &source.code;
    let start = code.windows(2).position(|w| matches!(w, [a, b] if a.is("const") && b.is(name)))?;
    let value = start + code.get(start..)?.iter().position(|t| t.is("="))?;
    let mut texts = Vec::new();
    let mut depth = 0usize;
    for token in code.get(value..)? {
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            depth += 1;
        } else if [")", "]", "}"].iter().any(|close| token.is(close)) {
            depth = depth.saturating_sub(1);
        } else if token.is(";") && depth == 0 {
            break;
        } else if token.kind == Kind::Text {
            texts.push(token.text);
        }
    }
    Some(texts)
}

/// The literals of the constant that a path like `on_hours::TOPIC` leads to: in that module's file, or else in this.
fn literals<'a>(path: &[Token<'a>], from: &Source<'a>, sources: &[Source<'a>]) -> Vec<&'a str> {
    let words: Vec<&str> = path.iter().filter(|t| t.kind == Kind::Word).map(|t| t.text).collect();
    let Some((name, modules)) = words.split_last() else { return Vec::new() };
    let module = modules.last().copied().filter(|m| !["self", "super", "crate", "Self"].contains(m));
    let named = |source: &&Source<'_>| {
        let ends = |m: &str| {
            source.path.ends_with(&format!("/{m}.rs")) || source.path.ends_with(&format!("/{m}/mod.rs"))
        };
        source.service == from.service && module.map_or(source.path == from.path, ends)
    };
    let elsewhere = |source: &&Source<'_>| source.service == from.service && module.is_none();
    let first = sources.iter().filter(named).find_map(|source| constant(source, name));
    first
        .or_else(|| sources.iter().filter(elsewhere).find_map(|source| constant(source, name)))
        .unwrap_or_default()
}

/// Where `.on(` or `.on::<…>(` opens its bracket.
fn calls_of_on(code: &[Token<'_>]) -> Vec<usize> {
    let dots =
        code.windows(2).enumerate().filter(|(_, w)| matches!(w, [dot, on] if dot.is(".") && on.is("on")));
    dots.filter_map(|(at, _)| {
        let mut at = at + 2;
        if code.get(at)?.is(":") {
            let mut depth = 0usize;
            at += code.get(at..)?.iter().position(|t| {
                depth = (depth + usize::from(t.is("<"))).saturating_sub(usize::from(t.is(">")));
                t.is("(") && depth == 0
            })?;
        }
        code.get(at)?.is("(").then_some(at)
    })
    .collect()
}

type Subscribed<'a> = (&'a str, BTreeSet<&'a str>);

/// What the call of `on` at `open` subscribes to; `None` when it is another `on` (a timer's, a join's).
fn subscription<'a>(
    from: &Source<'a>,
    open: usize,
    sources: &[Source<'a>],
) -> Result<Option<Subscribed<'a>>, usize> {
    let rest = from.code.get(open..).unwrap_or_default();
    let inside = closing(rest).and_then(|end| rest.get(1..end)).unwrap_or_default();
    let arguments: Vec<&[Token<'a>]> = inside.split(|t| t.is(",")).collect();
    let [topic, kind, ..] = arguments.as_slice() else { return Ok(None) };
    let text = |argument: &[Token<'a>]| match argument {
        [one] if one.kind == Kind::Text => Some(one.text),
        _ => None,
    };
    let Some(topic) = text(topic).or_else(|| literals(topic, from, sources).first().copied()) else {
        return Ok(None);
    };
    if !topic.starts_with("dojob.") {
        return Ok(None);
    }
    if let Some(kind) = text(kind) {
        return Ok(Some((topic, [kind].into())));
    }
    // `KINDS.iter().fold(consumer, |consumer, kind| consumer.on(TOPIC, kind, …))`
    let before = from.code.get(..open).unwrap_or_default();
    let iter = before.windows(2).rposition(|w| matches!(w, [dot, iter] if dot.is(".") && iter.is("iter")));
    let path = before.get(..iter.unwrap_or(0)).unwrap_or_default();
    let start = path.iter().rposition(|t| t.kind != Kind::Word && !t.is(":")).map_or(0, |before| before + 1);
    let kinds = literals(path.get(start..).unwrap_or_default(), from, sources);
    let kinds: BTreeSet<_> =
        kinds.into_iter().filter(|k| k.starts_with(|c: char| c.is_ascii_uppercase())).collect();
    if kinds.is_empty() { Err(rest.first().map_or(0, |t| t.line)) } else { Ok(Some((topic, kinds))) }
}

/// `const KIND: &'static str = "TalentPublished"`
fn kinds<'a>(code: &[Token<'a>]) -> impl Iterator<Item = &'a str> {
    code.windows(8)
        .filter_map(|w| match w {
            [word, name, .., value] if word.is("const") && name.is("KIND") && value.kind == Kind::Text => {
                Some(value.text)
            }
            _ => None,
        })
        .filter(|kind| kind.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// What `enum NoticeKey { … }` is called on the wire.
fn notice_keys<'a>(code: &[Token<'a>]) -> Vec<&'a str> {
    let start = code
        .windows(3)
        .position(|w| matches!(w, [a, b, c] if a.is("enum") && b.is("NoticeKey") && c.is("{")));
    let body = start.and_then(|start| code.get(start + 2..)).unwrap_or_default();
    let body = closing(body).and_then(|end| body.get(..end)).unwrap_or_default();
    body.iter().filter(|t| t.kind == Kind::Text && is_code(t.text)).map(|t| t.text).collect()
}

/// Every event has a sample, every sample an event, and whoever listens hears of something that is said.
fn events(said: &Said<'_>, samples: &[File], wrong: &mut Vec<String>) -> Result<()> {
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
        if !said.words.contains(&(service.as_str(), kind.as_str())) {
            wrong.push(format!("{path}: {service} publishes no {kind}"));
        }
        topics.insert((service, kind), topic);
    }
    for (service, kind) in &said.published {
        if !topics.contains_key(&((*service).to_owned(), (*kind).to_owned())) {
            wrong.push(format!("{service} publishes {kind}: no sample in contracts/events/{service}"));
        }
    }
    for (service, topic, kind) in &said.subscriptions {
        if !topics.iter().any(|((_, known), on)| known == kind && on == topic) {
            wrong.push(format!("{service} listens to {kind} on {topic}: nobody publishes a sample of it"));
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
fn documents(mounts: &BTreeSet<&str>, documents: &[File], wrong: &mut Vec<String>) -> Result<()> {
    let of = |mount: &str| format!("contracts/openapi/{}.json", mount.rsplit('/').next().unwrap_or_default());
    for mount in mounts.iter().filter(|mount| documents.iter().all(|d| d.path != of(mount))) {
        wrong.push(format!("{mount} has no document {}", of(mount)));
    }
    if mounts.is_empty() {
        wrong.push("no service says its MOUNTS".to_owned());
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
        wrong.push(format!("no {what} key was found in the sources"));
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

    fn sources() -> Vec<File> {
        vec![
            file(
                "services/core/src/a/offer.rs",
                "impl Event for P { const TOPIC: &'static str = \"dojob.core.a.v1\"; const KIND: &'static str = \"Offered\"; }",
            ),
            file(
                "services/chat/src/a/mod.rs",
                "pub const MOUNTS: &[&str] = &[\"/api/chat\"];\n\
                 fn c() { KINDS.iter().fold(Consumer::new(\"chat/a\").on::<Vec<T>, _>(b::TOPIC, \"Offered\", |tx, e| f(tx, e)), \n\
                 |c, kind| c.on(\"dojob.core.b.v1\", kind, g)); jobs.on(b::TICK, f); t::table.on(t::id.eq(x), y); }\n\
                 const KINDS: [&str; 2] = [\"One\", \"Two\"];\n\
                 const SYSTEM_KEYS: &[(&str, Option<&str>)] = &[(\"One\", Some(\"a.one\")), (\"Two\", None)];",
            ),
            file(
                "services/chat/src/a/b.rs",
                "pub(super) const TOPIC: &str = \"dojob.core.a.v1\"; const TICK: &str = \"a.tick\";\n\
                 enum NoticeKey { #[serde(rename = \"talent.expired\")] Expired }",
            ),
        ]
    }

    #[test]
    fn subscriptions_are_read_from_the_sources() {
        let sources = sources();
        let said = Said::of(&sources);
        let expected = [
            ("chat", "dojob.core.a.v1", "Offered"),
            ("chat", "dojob.core.b.v1", "One"),
            ("chat", "dojob.core.b.v1", "Two"),
        ];
        assert_eq!(said.subscriptions, expected.into());
        assert_eq!(said.published, [("core", "Offered")].into());
        assert_eq!(said.mounts, ["/api/chat"].into());
        assert_eq!(said.notices, ["talent.expired"].into());
        assert_eq!(said.system_messages, ["a.one"].into());
        assert_eq!(said.unreadable, [""; 0]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let text = "fn c() { consumer.on(\"dojob.core.a.v1\", kind_of_the_day(), f) }";
        let sources = [file("services/chat/src/a.rs", text)];
        assert_eq!(
            Said::of(&sources).unreadable,
            ["services/chat/src/a.rs:1: cannot tell what this subscribes to"]
        );
    }

    #[test]
    fn whoever_listens_hears_something() {
        let sources = sources();
        let said = Said::of(&sources);
        let sample =
            |topic: &str, kind: &str| json!({ "topic": topic, "kind": kind, "samples": { "a": {} } });
        let good = file("contracts/events/core/Offered.v1.json", sample("dojob.core.a.v1", "Offered"));
        let mut wrong = Vec::new();
        events(&said, &[good], &mut wrong).unwrap();
        assert_eq!(wrong.len(), 2, "One and Two are said by nobody: {wrong:?}");

        let mut wrong = Vec::new();
        let moved = file("contracts/events/core/Offered.v1.json", sample("dojob.core.z.v1", "Offered"));
        let stale = file("contracts/events/core/Gone.v1.json", sample("dojob.core.a.v1", "Gone"));
        let empty =
            file("contracts/events/core/One.v1.json", json!({ "topic": "dojob.core.b.v1", "kind": "One" }));
        events(&said, &[moved, stale, empty], &mut wrong).unwrap();
        for words in
            ["listens to Offered on dojob.core.a.v1", "publishes no Gone", "One.v1.json holds no sample"]
        {
            assert!(wrong.iter().any(|w| w.contains(words)), "{words}: {wrong:?}");
        }
        let mut wrong = Vec::new();
        events(&said, &[], &mut wrong).unwrap();
        assert!(wrong.iter().any(|w| w.contains("core publishes Offered: no sample")), "{wrong:?}");
    }

    #[test]
    fn documents_stay_below_their_mount() {
        let mounts = ["/api/chat", "/api/core"].into();
        let document = |path: &str| json!({ "paths": { path: {} } });
        let mut wrong = Vec::new();
        let files = [
            file("contracts/openapi/chat.json", document("/api/chat/ws")),
            file("contracts/openapi/core.json", document("/api/corex")),
            file("contracts/openapi/old.json", document("/api/old")),
        ];
        documents(&mounts, &files, &mut wrong).unwrap();
        assert_eq!(
            wrong,
            [
                "contracts/openapi/core.json: /api/corex is not below /api/core",
                "contracts/openapi/old.json belongs to no mount"
            ]
        );
        let mut wrong = Vec::new();
        documents(&mounts, &files[..1], &mut wrong).unwrap();
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
            documents(&["/api/chat"].into(), &[file], &mut wrong).unwrap();
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
