//! From a commit in one service to the commit of its effect in another: both moments are PostgreSQL's own commit
//! timestamps, so nothing of the measuring lies between them.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::{
    http::Client,
    numbers::{median, micros},
    report::Row,
    stage::{Person, Stage, Talent},
};

/// So many questions are asked, one after the other.
const QUESTIONS: usize = 120;

/// A conversation: its id, who asked and who is asked, as indexes of people.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: String,
    pub asker: usize,
    pub owner: usize,
}

/// Everybody but the two owners asks about talents in turn.
///
/// # Errors
/// dojob refuses, or an effect never comes.
pub async fn run(
    stage: &Stage,
    people: &[Person],
    talents: &[Talent],
) -> anyhow::Result<(Vec<Row>, Vec<Conversation>)> {
    let mut client = Client::connect(stage.port).await?;
    let mut conversations = Vec::new();
    let askers = people.len().saturating_sub(2).max(1);
    for n in 0..QUESTIONS {
        let asker = 2 + n % askers;
        let (person, talent) =
            (people.get(asker).context("a person")?, talents.get(n / askers).context("a talent")?);
        let body = json!({ "talent_id": talent.id });
        let made = client.json("POST", "/api/core/inquiries", Some(&person.token), Some(&body)).await?;
        let id = made.get("id").and_then(Value::as_str).context("an id")?.to_owned();
        conversations.push(Conversation { id, asker, owner: talent.owner });
        tokio::time::sleep(Duration::from_millis(12)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;

    let asked = "SELECT l.event_id::text, l.key::text, pg_xact_commit_timestamp(i.xmin) FROM inquiries i \
        JOIN event_log l ON l.key = i.id AND l.kind = 'InquiryOpened'";
    let mut causes = HashMap::new();
    for row in stage.database("core").await?.0.query(asked, &[]).await? {
        let (event, key, at): (String, String, SystemTime) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        causes.insert(event, at);
        causes.insert(key, at);
    }
    let chat = "SELECT id::text, pg_xact_commit_timestamp(xmin) FROM conversation";
    let notices = "SELECT event_id::text, pg_xact_commit_timestamp(xmin) FROM notification.notices";
    let mut rows = Vec::new();
    for (number, claim, service, sql) in [
        ("4", "commit in core → its conversation in chat", "chat", chat),
        ("4b", "commit in core → its notice in notify-address", "notify_address", notices),
    ] {
        let mut waits = Vec::new();
        for row in stage.database(service).await?.0.query(sql, &[]).await? {
            let (key, at): (String, SystemTime) = (row.try_get(0)?, row.try_get(1)?);
            waits.extend(
                causes.get(&key).map(|cause| micros(at.duration_since(*cause).unwrap_or_default()) / 1e3),
            );
        }
        ensure!(waits.len() == QUESTIONS, "{service}: {} of {QUESTIONS} effects came", waits.len());
        waits.sort_by(f64::total_cmp);
        let p95 = waits.get(waits.len() * 95 / 100).copied().unwrap_or(f64::NAN);
        let p50 = median(waits);
        rows.push(Row {
            number,
            claim: claim.to_owned(),
            ours: format!("p50 {p50:.2} ms, p95 {p95:.2} ms"),
            floor: "–".to_owned(),
            ratio: None,
            goal: "p50 ≤ 3 ms",
            held: Some(p50 <= 3.0),
            note: format!("{QUESTIONS} questions one by one, commit timestamps of PostgreSQL"),
        });
    }
    Ok((rows, conversations))
}
