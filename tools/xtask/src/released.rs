//! Within a version events only grow: what the last release said must still be true today, and what today says must
//! be understood by whoever knows the last release. `contracts/released` is that release.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    published::{Kind, Published, fields},
    tree::root,
};

const RELEASED: &str = "contracts/released";

/// Keywords that constrain nothing.
const WORDS: [&str; 5] = ["$schema", "title", "description", "example", "examples"];

/// Keywords that have sentences of their own.
const EXPLAINED: [&str; 6] = ["type", "format", "enum", "properties", "required", "items"];

/// What breaks a promise of the last release.
///
/// # Errors
/// The release cannot be read.
pub fn broken(today: &Published) -> Result<Vec<String>> {
    let version = fs::read_to_string(root().join(RELEASED).join("version"))
        .with_context(|| format!("{RELEASED} has no version: cargo xtask release-contracts"))?;
    let released = Published::read(RELEASED)?;
    ensure!(!released.kinds.is_empty(), "{RELEASED} holds no events");
    Ok(compare(version.trim(), &released, today))
}

/// Makes today's contracts the last release, unless they break the one that is.
///
/// # Errors
/// They do, or a file cannot be written.
pub fn release() -> Result<()> {
    let to = root().join(RELEASED);
    if to.exists() {
        let broken = broken(&Published::read("contracts")?)?;
        ensure!(broken.is_empty(), "these break the last release:\n{}", broken.join("\n"));
        fs::remove_dir_all(&to).with_context(|| format!("cannot empty {RELEASED}"))?;
    }
    for part in ["events", "services"] {
        copy(&root().join("contracts").join(part), &to.join(part))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    fs::write(to.join("version"), format!("{version}\n"))?;
    println!("{RELEASED}: the contracts of {version}");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

fn compare(version: &str, released: &Published, today: &Published) -> Vec<String> {
    let mut broken = Vec::new();
    for (service, topic) in released.topics() {
        match today.topics().find(|(_, now)| now.name == topic.name) {
            None => broken
                .push(format!("{}: {} is gone, and was released in {version}", service.name, topic.name)),
            Some((_, now)) if (now.partitions, now.compacted) != (topic.partitions, topic.compacted) => {
                broken.push(format!(
                    "{}: its partitions or its compaction changed since {version}: order and events get lost",
                    topic.name
                ));
            }
            Some(_) => {}
        }
    }
    for then in &released.kinds {
        let mut say = |what: String| broken.push(format!("{} {}: {what}", then.service, then.name));
        let Some(now) =
            today.kinds.iter().find(|now| (&now.service, &now.name) == (&then.service, &then.name))
        else {
            say(format!("it is gone, and consumers of {version} wait for it"));
            continue;
        };
        if now.topic != then.topic {
            say(format!(
                "it moved from {} to {}: consumers of {version} do not hear it",
                then.topic, now.topic
            ));
        }
        narrowed(version, "", &then.schema, &now.schema, &mut say);
        for (samples, of, schema, to) in [(then, version, now, "today"), (now, "today", then, version)] {
            samples_satisfy(samples, of, schema, to, &mut say);
        }
    }
    broken
}

/// The proof by example; what [`narrowed`] does not see in two schemas shows here.
fn samples_satisfy(samples: &Kind, of: &str, schema: &Kind, to: &str, say: &mut impl FnMut(String)) {
    let options = jsonschema::draft202012::options().should_validate_formats(true);
    match options.build(&schema.schema) {
        Ok(validator) => {
            for (name, sample) in &samples.samples {
                for error in validator.iter_errors(&sample.data) {
                    let at = error.instance_path().to_string();
                    say(format!("the sample {name} of {of} breaks the schema of {to}: {at} {error}"));
                }
            }
        }
        Err(error) => say(format!("the schema of {to} is none: {error}")),
    }
}

/// Says what `now` takes away from `then`, or demands beyond it, below `at`.
fn narrowed(version: &str, at: &str, then: &Value, now: &Value, say: &mut impl FnMut(String)) {
    let here = if at.is_empty() { "the data" } else { at };
    let (was, is) = (words(then, "type"), words(now, "type"));
    if was != is {
        say(format!("{here} changed its type from {} to {}", listed(&was), listed(&is)));
    }
    if then.get("format") != now.get("format") {
        let word = |of: &Value| of.get("format").map_or_else(|| "none".to_owned(), Value::to_string);
        say(format!("{here} changed its format from {} to {}", word(then), word(now)));
    }
    match (then.get("enum"), now.get("enum")) {
        (Some(_), Some(_)) => {
            let (was, is) = (words(then, "enum"), words(now, "enum"));
            for gone in was.difference(&is) {
                say(format!("{here} can no longer be {gone}, and events of {version} are"));
            }
            for new in is.difference(&was) {
                say(format!(
                    "{here} can be {new}: the list of {version} is closed, and its consumers refuse it"
                ));
            }
        }
        (None, Some(_)) => {
            say(format!("{here} is a closed list now: events of {version} may say something else"));
        }
        (Some(_), None) => {
            say(format!("{here} is no closed list any more: consumers of {version} refuse the rest"));
        }
        (None, None) => {}
    }
    let (was, is) = (words(then, "required"), words(now, "required"));
    for field in is.difference(&was) {
        say(format!(
            "{} is required now, and events of {version} may lack it: make it optional",
            below(at, field)
        ));
    }
    for field in was.difference(&is) {
        say(format!("{} may be absent now, and consumers of {version} rely on it", below(at, field)));
    }
    for (field, schema) in fields(then, "properties").into_iter().flatten() {
        match fields(now, "properties").and_then(|fields| fields.get(field)) {
            Some(now) => narrowed(version, &below(at, field), schema, now, say),
            None => say(format!("{} is gone", below(at, field))),
        }
    }
    match (then.get("items"), now.get("items")) {
        (Some(then), Some(now)) => narrowed(version, &format!("{at}[]"), then, now, say),
        (then, now) if then != now => say(format!("{here} says something else of its items")),
        _ => {}
    }
    let keywords =
        |of: &Value| of.as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect::<BTreeSet<_>>();
    for keyword in keywords(then).union(&keywords(now)).map(String::as_str) {
        let is_explained = WORDS.contains(&keyword) || EXPLAINED.contains(&keyword);
        if !is_explained && then.get(keyword) != now.get(keyword) {
            say(format!("{here} changed its `{keyword}`"));
        }
    }
}

fn below(at: &str, field: &str) -> String {
    let field = field.trim_matches('"');
    if at.is_empty() { field.to_owned() } else { format!("{at}.{field}") }
}

/// The values of a keyword that is a word or a list of them, as they stand in JSON.
fn words(of: &Value, keyword: &str) -> BTreeSet<String> {
    match of.get(keyword) {
        Some(Value::Array(values)) => values.iter().map(Value::to_string).collect(),
        Some(value) => [value.to_string()].into(),
        None => BTreeSet::new(),
    }
}

fn listed(words: &BTreeSet<String>) -> String {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.join(" or ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn published() -> Published {
        let kind = json!({
            "topic": "dojob.core.a.v1",
            "kind": "Offered",
            "samples": { "plain": { "key": "k", "sequence": 1, "data": {
                "id": "01935000-0000-7000-8000-00000000000a", "mode": "online", "who": [{ "name": "donor" }],
            } } },
        });
        let service = json!({
            "service": "core",
            "topics": [{ "name": "dojob.core.a.v1", "partitions": 6, "retention": "forever", "compacted": false }],
            "mounts": [],
            "consumers": {},
        });
        let mut kind: Kind = serde_json::from_value(kind).unwrap();
        kind.service = "core".to_owned();
        kind.schema = json!({
            "title": "Offered",
            "type": "object",
            "required": ["id", "mode", "who"],
            "properties": {
                "id": { "type": "string", "format": "uuid" },
                "mode": { "type": "string", "enum": ["online", "in_person"] },
                "note": { "type": ["string", "null"] },
                "who": { "type": "array", "items": {
                    "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } },
                } },
            },
        });
        Published { kinds: vec![kind], services: vec![serde_json::from_value(service).unwrap()] }
    }

    /// What is said when the contracts changed so.
    fn after(change: impl FnOnce(&mut Published)) -> Vec<String> {
        let mut today = published();
        change(&mut today);
        compare("0.1.0", &published(), &today)
    }

    fn after_schema(change: impl FnOnce(&mut Value)) -> Vec<String> {
        after(|today| change(&mut today.kinds[0].schema))
    }

    #[track_caller]
    fn says(broken: &[String], words: &str) {
        assert!(broken.iter().any(|line| line.contains(words)), "{words}: {broken:#?}");
    }

    #[test]
    fn what_only_grows_breaks_nothing() {
        assert_eq!(after(|_| {}), [""; 0]);
        let grown = after(|today| {
            let kind = &mut today.kinds[0];
            kind.schema["properties"]["more"] = json!({ "type": ["integer", "null"] });
            kind.schema["properties"]["who"]["items"]["properties"]["age"] = json!({ "type": "integer" });
            kind.schema["description"] = "Other words.".into();
            kind.samples.get_mut("plain").unwrap().data["more"] = 3.into();
            let mut newer = kind.clone();
            newer.name = "Refused".to_owned();
            today.kinds.push(newer);
        });
        assert_eq!(grown, [""; 0]);
    }

    #[test]
    fn a_field_that_is_gone() {
        let broken = after_schema(|schema| _ = schema["properties"].as_object_mut().unwrap().remove("note"));
        assert_eq!(broken, ["core Offered: note is gone"]);
    }

    #[test]
    fn another_type() {
        let broken = after_schema(|schema| schema["properties"]["id"]["type"] = "integer".into());
        says(&broken, "core Offered: id changed its type from \"string\" to \"integer\"");
        says(&broken, "the sample plain of 0.1.0 breaks the schema of today: /id");
        let broken = after_schema(|schema| schema["properties"]["note"]["type"] = "string".into());
        assert_eq!(broken, ["core Offered: note changed its type from \"null\" or \"string\" to \"string\""]);
        let broken = after_schema(|schema| schema["properties"]["id"]["format"] = "date-time".into());
        says(&broken, "id changed its format from \"uuid\" to \"date-time\"");
        let items = |schema: &mut Value| {
            schema["properties"]["who"]["items"]["properties"]["name"]["type"] = "null".into();
        };
        says(&after_schema(items), "who[].name changed its type from \"string\" to \"null\"");
    }

    #[test]
    fn a_narrower_and_a_wider_list() {
        let list =
            |words: &[&str]| after_schema(|schema| schema["properties"]["mode"]["enum"] = json!(words));
        assert_eq!(
            list(&["online"]),
            ["core Offered: mode can no longer be \"in_person\", and events of 0.1.0 are"]
        );
        says(&list(&["in_person"]), "the sample plain of 0.1.0 breaks the schema of today: /mode");
        says(
            &list(&["online", "in_person", "either"]),
            "mode can be \"either\": the list of 0.1.0 is closed",
        );
        let closed = |schema: &mut Value| schema["properties"]["note"]["enum"] = json!(["a"]);
        says(&after_schema(closed), "note is a closed list now");
        let opened =
            |schema: &mut Value| _ = schema["properties"]["mode"].as_object_mut().unwrap().remove("enum");
        says(&after_schema(opened), "mode is no closed list any more");
    }

    #[test]
    fn a_field_that_is_required_from_now_on_or_no_longer() {
        let broken = after_schema(|schema| {
            schema["properties"]["more"] = json!({ "type": "integer" });
            schema["required"].as_array_mut().unwrap().push("more".into());
        });
        says(&broken, "more is required now, and events of 0.1.0 may lack it: make it optional");
        says(&broken, "the sample plain of 0.1.0 breaks the schema of today");
        let broken = after_schema(|schema| schema["required"] = json!(["id", "who"]));
        assert_eq!(broken, ["core Offered: mode may be absent now, and consumers of 0.1.0 rely on it"]);
        let within = |schema: &mut Value| schema["properties"]["who"]["items"]["required"] = json!([]);
        says(&after_schema(within), "who[].name may be absent now");
    }

    #[test]
    fn another_limit() {
        let broken = after_schema(|schema| schema["properties"]["note"]["maxLength"] = 3.into());
        assert_eq!(broken, ["core Offered: note changed its `maxLength`"]);
        let broken = after_schema(|schema| schema["additionalProperties"] = false.into());
        assert_eq!(broken, ["core Offered: the data changed its `additionalProperties`"]);
    }

    #[test]
    fn a_sample_that_the_released_schema_refuses() {
        let broken = after(|today| {
            let sample = today.kinds[0].samples.get_mut("plain").unwrap();
            sample.data["id"] = "eleven".into();
        });
        says(&broken, "the sample plain of today breaks the schema of 0.1.0: /id");
    }

    #[test]
    fn a_kind_or_a_topic_that_moved() {
        says(
            &after(|today| today.kinds.clear()),
            "core Offered: it is gone, and consumers of 0.1.0 wait for it",
        );
        let moved = after(|today| today.kinds[0].topic = "dojob.core.b.v1".to_owned());
        says(&moved, "it moved from dojob.core.a.v1 to dojob.core.b.v1");
        says(&after(|today| today.services[0].topics.clear()), "dojob.core.a.v1 is gone");
        says(
            &after(|today| today.services[0].topics[0].partitions = 12),
            "its partitions or its compaction changed",
        );
    }
}
