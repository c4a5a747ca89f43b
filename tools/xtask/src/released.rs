//! Within a version events only grow: what the last release said must still be true today, and what today says must
//! be understood by whoever knows the last release. `contracts/released` is that release.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

use crate::{
    published::{Kind, Published},
    tree::{files, root},
};

const RELEASED: &str = "contracts/released";

/// Keywords that constrain nothing.
const WORDS: [&str; 5] = ["$schema", "title", "description", "example", "examples"];

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
        narrowed("", &then.schema, &now.schema, &mut say);
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

/// Says where `now` is not `then` below `at`. Fields may be added, and words changed; everything else that a schema says
/// is a promise to one side: what a list takes up its old readers refuse, what it lacks its old events break.
fn narrowed(at: &str, then: &Value, now: &Value, say: &mut impl FnMut(String)) {
    let keywords: BTreeSet<_> =
        [then, now].iter().filter_map(|of| of.as_object()).flat_map(Map::keys).collect();
    for keyword in keywords.into_iter().filter(|keyword| !WORDS.contains(&keyword.as_str())) {
        match (keyword.as_str(), then.get(keyword), now.get(keyword)) {
            ("properties", Some(then), now) => {
                for (field, schema) in then.as_object().into_iter().flatten() {
                    let at = if at.is_empty() { field.clone() } else { format!("{at}.{field}") };
                    match now.and_then(|fields| fields.get(field)) {
                        Some(now) => narrowed(&at, schema, now, say),
                        None => say(format!("{at} is gone")),
                    }
                }
            }
            ("properties", None, _) => {}
            ("items", Some(then), Some(now)) => narrowed(&format!("{at}[]"), then, now, say),
            (_, then, now) => {
                let (was, is) = (shown(then), shown(now));
                if was != is {
                    let here = if at.is_empty() { "the data" } else { at };
                    say(format!("{here} changed its {keyword} from {was} to {is}"));
                }
            }
        }
    }
}

/// The value of a keyword; the order of a list says nothing.
fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::Array(values)) => {
            let values: BTreeSet<_> = values.iter().map(Value::to_string).collect();
            format!("[{}]", values.into_iter().collect::<Vec<_>>().join(", "))
        }
        Some(value) => value.to_string(),
        None => "none".to_owned(),
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
        Published {
            kinds: vec![kind],
            services: vec![serde_json::from_value(service).unwrap()],
            ..Published::default()
        }
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
        /properties/note/type       | "string"                       | note changed its type from ["null", "string"] to "string"
        /properties/id/format       | "date-time"                    | id changed its format from "uuid" to "date-time"; SAMPLE: /id
        /properties/who/items/properties/name/type | "null"          | who[].name changed its type from "string" to "null"; SAMPLE
        /properties/mode/enum       | ["online"]                     | mode changed its enum from ["in_person", "online"] to ["online"]
        /properties/mode/enum       | ["in_person"]                  | mode changed its enum from; SAMPLE: /mode
        /properties/mode/enum       | ["online", "in_person", "any"] | mode changed its enum from ["in_person", "online"] to ["any", "in_person", "online"]
        /properties/note/enum       | ["a"]                          | note changed its enum from none to ["a"]
        /properties/mode/enum       | null                           | mode changed its enum from ["in_person", "online"] to none
        /required                   | ["id", "mode", "who", "more"]  | the data changed its required from ["id", "mode", "who"] to; SAMPLE
        /required                   | ["id", "who"]                  | the data changed its required from
        /properties/who/items/required | []                          | who[] changed its required from ["name"] to []
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
        let says = |words: &str, change: fn(&mut Published)| {
            let broken = after(change);
            assert!(broken.iter().any(|line| line.contains(words)), "{words}: {broken:#?}");
        };
        says("core Offered: it is gone, and consumers of 0.1.0 wait for it", |today| today.kinds.clear());
        says("it moved from dojob.core.a.v1 to dojob.core.b.v1", |today| {
            today.kinds[0].topic = "dojob.core.b.v1".to_owned();
        });
        says("dojob.core.a.v1 is gone", |today| today.services[0].topics.clear());
        says("its partitions or its compaction changed", |today| today.services[0].topics[0].partitions = 12);
        says("the sample plain of today breaks the schema of 0.1.0: /id", |today| {
            today.kinds[0].samples.get_mut("plain").unwrap().data["id"] = "eleven".into();
        });
    }
}
