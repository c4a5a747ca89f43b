//! An event as a Kafka message: CloudEvents 1.0, binary mode (Kafka protocol binding 1.0.2). Attributes are headers
//! `ce_…`, the value is the data alone.

use chrono::{DateTime, SecondsFormat, Utc};
use pg::Record;
use rdkafka::{
    Message,
    message::{Header, Headers, OwnedHeaders},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{Actor, model::source_of};

/// Marks an event that was published again on purpose: consumers take it as any other, live listeners pass over it.
pub(super) const REPLAYED: &str = "replayed";

/// Attributes of an event.
pub(super) fn headers(record: &Record) -> OwnedHeaders {
    let (id, key, sequence) =
        (record.event_id.to_string(), record.key.to_string(), record.sequence.to_string());
    let source = format!("/dojob/{}", record.source());
    let kind = format!("dojob.{}.{}.v1", record.source(), record.kind);
    let time = record.occurred_at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let text = |name: &str| record.headers.get(name).and_then(Value::as_str);
    let mut headers = OwnedHeaders::new_with_capacity(12);
    for (key, value) in [
        ("ce_specversion", "1.0"),
        ("ce_id", id.as_str()),
        ("ce_source", source.as_str()),
        ("ce_type", kind.as_str()),
        ("ce_subject", key.as_str()),
        ("ce_time", time.as_str()),
        ("ce_partitionkey", key.as_str()),
        ("ce_sequence", sequence.as_str()),
        ("content-type", "application/json"),
    ] {
        headers = headers.insert(Header { key, value: Some(value) });
    }
    let actor = record.headers.get("actor").and_then(|a| serde_json::from_value::<Actor>(a.clone()).ok());
    let actor = actor.map(|actor| match actor {
        Actor::Account(id) => format!("account:{id}"),
        Actor::Clock => "clock".to_owned(),
        Actor::System => "system".to_owned(),
    });
    for (key, value) in [
        ("ce_actor", actor.as_deref()),
        ("ce_traceparent", text("traceparent")),
        ("ce_replayed", record.headers.get(REPLAYED).map(|_| "true")),
    ] {
        if let Some(value) = value {
            headers = headers.insert(Header { key, value: Some(value) });
        }
    }
    headers
}

/// The event in a message, or why there is none. Its position is the offset.
pub(crate) fn record(message: &impl Message) -> Result<Record, String> {
    let header = |name: &str| {
        let found = message.headers()?.iter().find(|h| h.key == name)?.value?;
        std::str::from_utf8(found).ok()
    };
    let must = |name: &str| header(name).ok_or_else(|| format!("no header {name}"));
    if must("ce_specversion")? != "1.0" {
        return Err("not CloudEvents 1.0".to_owned());
    }
    let parse_uuid = |name: &str, text: &str| Uuid::parse_str(text).map_err(|e| format!("{name}: {e}"));
    let event_id = parse_uuid("ce_id", must("ce_id")?)?;
    let key = parse_uuid("ce_subject", must("ce_subject")?)?;
    let sequence = must("ce_sequence")?.parse().map_err(|e| format!("ce_sequence: {e}"))?;
    let occurred_at = DateTime::parse_from_rfc3339(must("ce_time")?)
        .map_err(|e| format!("ce_time: {e}"))?
        .with_timezone(&Utc);
    let kind = kind(must("ce_type")?, message.topic())?;
    let data: Value = serde_json::from_slice(message.payload().unwrap_or_default())
        .map_err(|e| format!("the data is no JSON: {e}"))?;
    if holds_nul(&data) {
        return Err("the data holds a NUL character, which PostgreSQL cannot keep".to_owned());
    }
    let mut headers = Map::new();
    headers.insert("source".to_owned(), json!(must("ce_source")?));
    if let Some(actor) = header("ce_actor").and_then(actor) {
        headers.insert("actor".to_owned(), json!(actor));
    }
    if let Some(parent) = header("ce_traceparent") {
        headers.insert("traceparent".to_owned(), json!(parent));
    }
    if header("ce_replayed").is_some() {
        headers.insert(REPLAYED.to_owned(), json!(true));
    }
    Ok(Record {
        position: message.offset(),
        event_id,
        topic: message.topic().to_owned(),
        kind,
        key,
        sequence,
        occurred_at,
        headers: headers.into(),
        data,
    })
}

/// `dojob.<service>.<Kind>.v1` → `Kind`. A newer version keeps its number, so that nobody takes it for the old one.
fn kind(of: &str, topic: &str) -> Result<String, String> {
    let kind = of
        .strip_prefix("dojob.")
        .and_then(|rest| rest.strip_prefix(source_of(topic)))
        .and_then(|rest| rest.strip_prefix('.'));
    match kind.and_then(|kind| kind.rsplit_once('.')) {
        Some((kind, "v1")) => Ok(kind.to_owned()),
        Some((kind, version)) => Ok(format!("{kind}.{version}")),
        None => Err("ce_type is no dojob.<service>.<Kind>.v<n> of this topic's service".to_owned()),
    }
}

fn actor(word: &str) -> Option<Actor> {
    match word {
        "clock" => Some(Actor::Clock),
        "system" => Some(Actor::System),
        account => account.strip_prefix("account:")?.parse().ok().map(Actor::Account),
    }
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::message::{OwnedMessage, Timestamp};

    use super::*;

    fn event() -> Record {
        Record {
            position: 7,
            event_id: Uuid::from_u128(1),
            topic: "dojob.core.engagement.v1".to_owned(),
            kind: "EngagementProposed".to_owned(),
            key: Uuid::from_u128(2),
            sequence: 3,
            occurred_at: "2026-11-27T03:00:00.123456Z".parse().unwrap(),
            headers: json!({
                "source": "/dojob/core",
                "actor": { "account": Uuid::from_u128(4) },
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            }),
            data: json!({ "minutes": 60 }),
        }
    }

    fn message(headers: OwnedHeaders, data: &str) -> OwnedMessage {
        let topic = "dojob.core.engagement.v1".to_owned();
        OwnedMessage::new(
            Some(data.as_bytes().to_vec()),
            None,
            topic,
            Timestamp::NotAvailable,
            0,
            7,
            Some(headers),
        )
    }

    #[test]
    fn an_event_comes_out_as_it_went_in() {
        let event = event();
        assert_eq!(record(&message(headers(&event), &event.data.to_string())).unwrap(), event);
    }

    #[test]
    fn what_is_no_event_says_why() {
        let without = |name: &str| {
            headers(&event()).iter().filter(|h| h.key != name).fold(OwnedHeaders::new(), OwnedHeaders::insert)
        };
        for name in
            ["ce_specversion", "ce_id", "ce_subject", "ce_sequence", "ce_time", "ce_type", "ce_source"]
        {
            assert_eq!(record(&message(without(name), "{}")).unwrap_err(), format!("no header {name}"));
        }
        let with = |name: &str, value: &str| without(name).insert(Header { key: name, value: Some(value) });
        for (name, value) in [
            ("ce_specversion", "0.3"),
            ("ce_id", "7"),
            ("ce_subject", "x"),
            ("ce_sequence", "three"),
            ("ce_time", "yesterday"),
            ("ce_type", "dojob.auth.EngagementProposed.v1"),
        ] {
            assert!(record(&message(with(name, value), "{}")).is_err(), "{name}: {value}");
        }
        for data in ["", "{", "\u{feff}{}", r#"{"a":"\u0000"}"#, "[".repeat(100_000).as_str()] {
            assert!(record(&message(headers(&event()), data)).is_err(), "{data:.20}");
        }
    }

    #[test]
    fn a_newer_version_is_not_taken_for_the_old_one() {
        let newer = headers(&event())
            .iter()
            .filter(|h| h.key != "ce_type")
            .fold(OwnedHeaders::new(), OwnedHeaders::insert);
        let newer = newer.insert(Header { key: "ce_type", value: Some("dojob.core.EngagementProposed.v2") });
        assert_eq!(record(&message(newer, "{}")).unwrap().kind, "EngagementProposed.v2");
    }
}
