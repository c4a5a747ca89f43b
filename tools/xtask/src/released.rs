//! Within a version events only grow: what the last release said must still be true today, and what today says must
//! be understood by whoever knows the last release. `contracts/released` is that release.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::{
    published::{Kind, Published, fields},
    tree::{files, root},
};

const RELEASED: &str = "contracts/released";

/// Keywords that constrain nothing.
const WORDS: [&str; 5] = ["$schema", "title", "description", "example", "examples"];

/// Keywords that have sentences of their own.
const EXPLAINED: [&str; 5] = ["type", "enum", "properties", "required", "items"];

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
    for part in ["contracts/events", "contracts/services"] {
        for file in files(part, &[".json"])? {
            let copy = root().join(file.path.replacen("contracts", RELEASED, 1));
            fs::create_dir_all(copy.parent().unwrap_or(&to))?;
            fs::write(&copy, file.text).with_context(|| format!("cannot write {}", copy.display()))?;
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    fs::write(to.join("version"), format!("{version}\n"))?;
    println!("{RELEASED}: the contracts of {version}");
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
        let same = |now: &&Kind| (&now.service, &now.name) == (&then.service, &then.name);
        let Some(now) = today.kinds.iter().find(same) else {
            say(format!("it is gone, and consumers of {version} wait for it"));
            continue;
        };
        if now.topic != then.topic {
            let (from, to) = (&then.topic, &now.topic);
            say(format!("it moved from {from} to {to}: consumers of {version} do not receive it"));
        }
        narrowed(version, "", &then.schema, &now.schema, &mut say);
        samples_satisfy(then, version, now, "today", &mut say);
        samples_satisfy(now, "today", then, version, &mut say);
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
        let listed = |words: BTreeSet<String>| words.into_iter().collect::<Vec<_>>().join(" or ");
        say(format!("{here} changed its type from {} to {}", listed(was), listed(is)));
    }
    let (was, is) = (words(then, "enum"), words(now, "enum"));
    match (then.get("enum"), now.get("enum")) {
        (Some(_), Some(_)) => {
            for gone in was.difference(&is) {
                say(format!("{here} can no longer be {gone}, and events of {version} are"));
            }
            for new in is.difference(&was) {
                say(format!(
                    "{here} can be {new}: the list of {version} is closed, and its consumers refuse it"
                ));
            }
        }
        (None, None) => {}
        (_, now) => {
            let to = if now.is_some() { "a closed list" } else { "no closed list" };
            say(format!("{here} is {to} now: one side of {version} and today refuses the other's events"));
        }
    }
    let (was, is) = (words(then, "required"), words(now, "required"));
    for field in is.difference(&was) {
        let field = below(at, field);
        say(format!("{field} is required now, and events of {version} may lack it: make it optional"));
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
    if let (Some(then), Some(now)) = (then.get("items"), now.get("items")) {
        narrowed(version, &format!("{at}[]"), then, now, say);
    }
    let keywords =
        |of: &Value| of.as_object().into_iter().flatten().map(|(k, _)| k.clone()).collect::<Vec<_>>();
    for keyword in keywords(then).into_iter().chain(keywords(now)).collect::<BTreeSet<_>>() {
        let (was, is) = (then.get(&keyword), now.get(&keyword));
        let is_explained =
            EXPLAINED.contains(&keyword.as_str()) && (keyword != "items" || was.is_some() == is.is_some());
        if was != is && !is_explained && !WORDS.contains(&keyword.as_str()) {
            let word = |of: Option<&Value>| of.map_or_else(|| "none".to_owned(), Value::to_string);
            say(format!("{here} changed its {keyword} from {} to {}", word(was), word(is)));
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

    /// A line each: where in the schema, its value today (`null`: none), what is said of `core Offered`.
    const NARROWED: &str = r#"
        /properties/note            | null                           | note is gone
        /properties/id/type         | "integer"                      | id changed its type from "string" to "integer"; SAMPLE: /id
        /properties/note/type       | "string"                       | note changed its type from "null" or "string" to "string"
        /properties/id/format       | "date-time"                    | id changed its format from "uuid" to "date-time"; SAMPLE: /id
        /properties/who/items/properties/name/type | "null"          | who[].name changed its type from "string" to "null"; SAMPLE
        /properties/mode/enum       | ["online"]                     | mode can no longer be "in_person", and events of 0.1.0 are
        /properties/mode/enum       | ["in_person"]                  | mode can no longer be "online"; SAMPLE: /mode
        /properties/mode/enum       | ["online", "in_person", "any"] | mode can be "any": the list of 0.1.0 is closed
        /properties/note/enum       | ["a"]                          | note is a closed list now
        /properties/mode/enum       | null                           | mode is no closed list now
        /required                   | ["id", "mode", "who", "more"]  | more is required now, and events of 0.1.0 may lack it: make it optional; SAMPLE
        /required                   | ["id", "who"]                  | mode may be absent now, and consumers of 0.1.0 rely on it
        /properties/who/items/required | []                          | who[].name may be absent now
        /properties/note/maxLength  | 3                              | note changed its maxLength from none to 3
        /properties/who/items       | null                           | who changed its items
        /additionalProperties       | false                          | the data changed its additionalProperties from none to false"#;

    #[test]
    fn what_a_schema_takes_away_or_demands() {
        for case in NARROWED.lines().skip(1) {
            let parts: Vec<_> = case.split('|').map(str::trim).collect();
            let broken = after(|today| {
                let (parent, key) = parts[0].rsplit_once('/').unwrap();
                let parent = today.kinds[0].schema.pointer_mut(parent).unwrap().as_object_mut().unwrap();
                match serde_json::from_str(parts[1]).unwrap() {
                    Value::Null => parent.remove(key),
                    value => parent.insert(key.to_owned(), value),
                };
            });
            let expected: Vec<_> = parts[2].split("; ").collect();
            for words in &expected {
                let words = words.replace("SAMPLE", "the sample plain of 0.1.0 breaks the schema of today");
                let is_said = |line: &String| line.starts_with(&format!("core Offered: {words}"));
                assert!(broken.iter().any(is_said), "{case}: {broken:#?}");
            }
            assert_eq!(broken.len(), expected.len(), "{case}: {broken:#?}");
        }
    }

    #[test]
    fn what_moved_and_samples_that_the_release_refuses() {
        type Change = fn(&mut Published);
        for (change, words) in [
            (
                (|today| today.kinds.clear()) as Change,
                "core Offered: it is gone, and consumers of 0.1.0 wait for it",
            ),
            (
                |today| today.kinds[0].topic = "dojob.core.b.v1".to_owned(),
                "it moved from dojob.core.a.v1 to dojob.core.b.v1",
            ),
            (|today| today.services[0].topics.clear(), "dojob.core.a.v1 is gone"),
            (|today| today.services[0].topics[0].partitions = 12, "its partitions or its compaction changed"),
            (
                |today| today.kinds[0].samples.get_mut("plain").unwrap().data["id"] = "eleven".into(),
                "the sample plain of today breaks the schema of 0.1.0: /id",
            ),
        ] {
            let broken = after(change);
            assert!(broken.iter().any(|line| line.contains(words)), "{words}: {broken:#?}");
        }
    }
}
