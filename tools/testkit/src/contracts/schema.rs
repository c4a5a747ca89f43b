//! The JSON Schema of an event's data, from the producer's own type. OpenAPI 3.1 speaks JSON Schema 2020-12, so the
//! derive that describes requests describes events too; here its references are resolved, so that a reader of another
//! language needs one file and no resolver.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Draft 2020-12, one object, without references. Fields that it does not name are allowed: they may come later.
pub(super) fn of<T: ToSchema>(title: &str) -> Value {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let named: BTreeMap<String, Value> =
        named.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect();
    let mut schema = resolved(serde_json::to_value(T::schema()).unwrap(), &named);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = title.into();
    let is_closed = schema.to_string().contains("\"additionalProperties\":false");
    assert!(
        !is_closed,
        "{title} denies unknown fields: a later one would break those who validate with this schema"
    );
    assert!(schema["description"].is_string(), "{title} has no doc comment: say when it happens");
    schema
}

pub(super) fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::options().should_validate_formats(true).build(schema).unwrap()
}

fn resolved(schema: Value, named: &BTreeMap<String, Value>) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: Map<String, Value> =
                fields.into_iter().map(|(name, inner)| (name, resolved(inner, named))).collect();
            let reference = fields.remove("$ref");
            let parts = match fields.remove("allOf") {
                Some(Value::Array(parts)) => parts,
                _ => Vec::new(),
            };
            let referred = reference.iter().map(|reference| {
                let name = reference.as_str().unwrap().rsplit('/').next().unwrap();
                let found = named.get(name).unwrap_or_else(|| panic!("no schema of {name}"));
                resolved(found.clone(), named)
            });
            referred.chain(parts).fold(Map::new(), merged).into_iter().for_each(|(name, value)| {
                fields.entry(name).or_insert(value);
            });
            fields.into()
        }
        Value::Array(items) => items.into_iter().map(|item| resolved(item, named)).collect(),
        other => other,
    }
}

/// Two halves of one object: `#[serde(flatten)]`. Of two descriptions the later, more special one stays.
fn merged(mut whole: Map<String, Value>, part: Value) -> Map<String, Value> {
    let Value::Object(part) = part else { return whole };
    for (name, value) in part {
        match (whole.get_mut(&name), value) {
            (Some(Value::Object(there)), Value::Object(more)) => there.extend(more),
            (Some(Value::Array(there)), Value::Array(more)) if name == "required" => there.extend(more),
            (_, value) => {
                whole.insert(name, value);
            }
        }
    }
    whole
}
