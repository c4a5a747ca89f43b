//! What happened, as it is stored and shown: one row for each fact.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::domain::{Actor, Fact, FactKind, Question};

/// A fact as it stands in the timeline's table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StoredFact {
    pub sequence: i32,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub kind: String,
    pub terms_version: Option<i32>,
    pub params: Value,
}

impl StoredFact {
    /// `sequence` is the fact's place among those of its engagement, from 1.
    pub fn of(sequence: i32, fact: &Fact) -> Self {
        let (kind, terms_version, params) = words(fact.kind);
        let actor = Actor::as_str(fact.by).to_owned();
        Self { sequence, at: fact.at, actor, kind: kind.to_owned(), terms_version, params }
    }
}

/// Facts numbered behind the `known` ones.
pub(super) fn numbered(known: i32, facts: &[Fact]) -> impl Iterator<Item = (i32, &Fact)> {
    (known + 1..).zip(facts)
}

/// Never a text that somebody wrote: words of ours, numbers and times.
fn words(kind: FactKind) -> (&'static str, Option<i32>, Value) {
    match kind {
        FactKind::Proposed { expires_at, .. } => ("proposed", Some(1), json!({ "expires_at": expires_at })),
        FactKind::Countered { terms_version, expires_at, .. } => {
            ("countered", Some(terms_version), json!({ "expires_at": expires_at }))
        }
        FactKind::Scheduled { terms_version } => ("scheduled", Some(terms_version), json!({})),
        FactKind::Declined { reason } => ("declined", None, json!({ "reason": reason.as_str() })),
        FactKind::Withdrawn => ("withdrawn", None, json!({})),
        FactKind::Expired { awaiting } => ("expired", None, json!({ "awaiting": awaiting })),
        FactKind::Cancelled { late, notice_seconds, reason } => {
            let params = json!({ "late": late, "notice_seconds": notice_seconds, "reason": reason.as_str() });
            ("cancelled", None, params)
        }
        FactKind::Started => ("started", None, json!({})),
        FactKind::Ended => ("ended", None, json!({})),
        FactKind::OutcomeClaimed { claim } => {
            let minutes = claim.minutes().map(i32::from);
            (CLAIMED, None, json!({ "claim": claim.as_str(), "minutes": minutes }))
        }
        FactKind::OutcomeRestated { minutes } => ("adjusted", None, json!({ "minutes": minutes })),
        FactKind::QuestionOpened { question: Question::HowLong, until } => {
            ("asked", None, json!({ "question": "how_long", "until": until }))
        }
        FactKind::QuestionOpened { question: Question::NobodysFault { author }, until } => {
            ("asked", None, json!({ "question": "nobodys_fault", "awaiting": author, "until": until }))
        }
        FactKind::SessionResolved { outcome, basis } => {
            (RESOLVED, None, json!({ "result": outcome.as_str(), "basis": basis.as_str() }))
        }
        FactKind::Completed { minutes } => ("completed", None, json!({ "minutes": minutes })),
        FactKind::DidNotTakePlace => ("did_not_take_place", None, json!({})),
        FactKind::NoShow { who, acknowledged } => {
            ("no_show", None, json!({ "who": who, "acknowledged": acknowledged }))
        }
        FactKind::Lapsed => ("lapsed", None, json!({})),
        FactKind::PutOnHold { hold } => ("on_hold", None, json!({ "hold": hold })),
    }
}

/// Its params stay closed to the other side until both have answered.
pub(super) const CLAIMED: &str = "claimed";

/// Says what the line behind it says too; kept for the record, not shown.
pub(super) const RESOLVED: &str = "resolved";
