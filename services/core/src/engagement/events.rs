//! What this context tells the others: ids, times and coarse facts; never a name, a text or a place.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor as Cause, Emit},
    http::Problem,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::domain::{Actor, Engagement, Fact, FactKind, Hold, Outcome, Question, State};
use crate::listing::ListingRef;

/// What every event of an engagement carries, so that a consumer that receives it late can make its stub from any of them.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct About {
    engagement_id: Uuid,
    listing: ListingRef,
    donor_id: Uuid,
    recipient_id: Uuid,
    /// The one of these two about this listing. Absent before there was one for all their engagements.
    #[serde(skip_serializing_if = "Option::is_none")]
    conversation_id: Option<Uuid>,
    /// When it happened. The clock may have come late.
    at: DateTime<Utc>,
    /// Rises by one with each fact of the engagement.
    #[serde(skip)]
    sequence: i32,
}

common::events::events! {
    topic: "dojob.core.engagement.v1", about: About, key: engagement_id, sequence: sequence;

    /// `by` proposes to meet; `awaiting` may answer until `expires_at`.
    struct EngagementProposed {
        by: Uuid, awaiting: Uuid, terms_version: i32, starts_at: DateTime<Utc>, minutes: i32,
        expires_at: DateTime<Utc>,
    }

    /// `by` proposes other terms; `awaiting` may answer until `expires_at`.
    struct EngagementCountered {
        by: Uuid, awaiting: Uuid, terms_version: i32, starts_at: DateTime<Utc>, minutes: i32,
        expires_at: DateTime<Utc>,
    }

    /// `by` accepted the terms of `terms_version`: the two will meet.
    struct EngagementScheduled { by: Uuid, terms_version: i32, starts_at: DateTime<Utc>, minutes: i32 }

    /// A proposal was turned down. `by` is null when the need was filled or closed.
    struct EngagementDeclined { by: Option<Uuid>, reason_code: &'static str }

    /// `by` took its own proposal back.
    struct EngagementWithdrawn { by: Uuid }

    /// `awaiting` did not answer in time.
    struct EngagementExpired { awaiting: Uuid }

    /// `by` called a scheduled meeting off, `notice_seconds` before its start; `late` by the rules.
    struct EngagementCancelled { by: Uuid, late: bool, notice_seconds: i64, reason_code: &'static str }

    /// The time of the meeting has come.
    struct EngagementStarted { starts_at: DateTime<Utc>, minutes: i32 }

    /// The time of the meeting is over. What happened? Both are asked; `answer_by` is when silence becomes an answer.
    struct EngagementEnded { starts_at: DateTime<Utc>, minutes: i32, answer_by: DateTime<Utc> }

    /// That `by` has answered, never what. `awaiting` is the other, unless it has answered too.
    struct OutcomeClaimed { by: Uuid, awaiting: Option<Uuid>, answer_by: DateTime<Utc> }

    /// The two answers leave one question: `how_long` for both, `nobodys_fault` for the one who reported an absence.
    struct OutcomeQuestioned { question: &'static str, awaiting: Vec<Uuid>, answer_by: DateTime<Utc> }

    /// `by` restated its minutes. `awaiting` is the other, unless that settled it.
    struct OutcomeRestated { by: Uuid, awaiting: Option<Uuid> }

    /// What happened is settled: the `result`, by which `basis`, and with how many `minutes` if there were any.
    struct SessionResolved { result: &'static str, minutes: Option<i32>, basis: &'static str }

    /// They met, for `minutes`.
    struct EngagementCompleted { minutes: i32 }

    /// They did not meet, and nobody is to blame.
    struct SessionDidNotTakePlace {}

    /// `who` did not come, as the other says; `acknowledged` if they say so too.
    struct EngagementNoShow { who: Uuid, acknowledged: bool }

    /// Neither said what happened in time.
    struct EngagementLapsed {}

    /// Every timer stands still until somebody has decided. `kind` says why: `dispute`; later `safety`, too.
    struct EngagementPutOnHold { kind: &'static str }

    /// The hold of this `kind` is over: timers run again with the time that was left.
    // Consumers read it already; nothing publishes it before the first decision of the desk.
    struct EngagementReleased { kind: &'static str }
}

/// Who caused a fact, in the envelope.
pub(super) fn cause(e: &Engagement, by: Actor) -> Cause {
    match by {
        Actor::Side(side) => Cause::Account(e.party(side)),
        Actor::Clock => Cause::Clock,
        Actor::System => Cause::System,
    }
}

/// Publishes one fact of `e`, which stands as after all facts of this change.
///
/// # Errors
/// 500 for what only a person does and nobody did; the domain never makes such a fact.
pub(super) async fn publish(
    tx: &mut Tx<'_>,
    e: &Engagement,
    sequence: i32,
    fact: &Fact,
) -> Result<(), Problem> {
    let about = About {
        engagement_id: e.id,
        listing: ListingRef { kind: e.listing.kind, id: e.listing.id },
        donor_id: e.donor,
        recipient_id: e.recipient,
        conversation_id: Some(e.conversation),
        at: fact.at,
        sequence,
    };
    let cause = cause(e, fact.by);
    macro_rules! emit {
        ($kind:ident { $($field:tt)* }) => {
            tx.emit(cause, &$kind { about, $($field)* }).await
        };
    }
    let author = fact.by.side().map(|side| e.party(side));
    let by = || {
        author.ok_or_else(|| Problem::internal(format!("engagement {}: nobody did {:?}", e.id, fact.kind)))
    };
    let (starts_at, minutes) = (e.terms.starts_at, e.terms.minutes.get());
    let still_asked = |side: super::domain::Side| {
        let other = side.other();
        let is_asked = e.state == State::AwaitingOutcome && e.hold == Hold::None;
        (is_asked && e.whose_turn(fact.at).contains(&other)).then(|| e.party(other))
    };
    let emitted = match fact.kind {
        FactKind::Proposed { awaiting, expires_at } => {
            let awaiting = e.party(awaiting);
            emit!(EngagementProposed {
                by: by()?,
                awaiting,
                terms_version: 1,
                starts_at,
                minutes,
                expires_at
            })
        }
        FactKind::Countered { terms_version, awaiting, expires_at } => {
            let awaiting = e.party(awaiting);
            emit!(EngagementCountered { by: by()?, awaiting, terms_version, starts_at, minutes, expires_at })
        }
        FactKind::Scheduled { terms_version } => {
            emit!(EngagementScheduled { by: by()?, terms_version, starts_at, minutes })
        }
        FactKind::Declined { reason } => {
            emit!(EngagementDeclined { by: author, reason_code: reason.as_str() })
        }
        FactKind::Withdrawn => emit!(EngagementWithdrawn { by: by()? }),
        FactKind::Expired { awaiting } => emit!(EngagementExpired { awaiting: e.party(awaiting) }),
        FactKind::Cancelled { late, notice_seconds, reason } => {
            emit!(EngagementCancelled { by: by()?, late, notice_seconds, reason_code: reason.as_str() })
        }
        FactKind::Started => emit!(EngagementStarted { starts_at, minutes }),
        FactKind::Ended => emit!(EngagementEnded { starts_at, minutes, answer_by: e.answers_due() }),
        FactKind::OutcomeClaimed { .. } => {
            let awaiting =
                fact.by.side().filter(|side| e.answers.of(side.other()).is_none()).and_then(still_asked);
            emit!(OutcomeClaimed { by: by()?, awaiting, answer_by: e.answers_due() })
        }
        FactKind::QuestionOpened { question: Question::HowLong, until } => {
            let awaiting = vec![e.donor, e.recipient];
            emit!(OutcomeQuestioned { question: "how_long", awaiting, answer_by: until })
        }
        FactKind::QuestionOpened { question: Question::NobodysFault { author }, until } => {
            let awaiting = vec![e.party(author)];
            emit!(OutcomeQuestioned { question: "nobodys_fault", awaiting, answer_by: until })
        }
        FactKind::OutcomeRestated { .. } => {
            emit!(OutcomeRestated { by: by()?, awaiting: fact.by.side().and_then(still_asked) })
        }
        FactKind::SessionResolved { outcome, basis } => {
            let (result, basis) = (outcome.as_str(), basis.as_str());
            let minutes = match outcome {
                Outcome::Confirmed { minutes } => Some(minutes.get()),
                Outcome::DidNotTakePlace | Outcome::NoShow { .. } | Outcome::Lapsed => None,
            };
            emit!(SessionResolved { result, minutes, basis })
        }
        FactKind::Completed { minutes } => emit!(EngagementCompleted { minutes: minutes.get() }),
        FactKind::DidNotTakePlace => emit!(SessionDidNotTakePlace {}),
        FactKind::NoShow { who, acknowledged } => emit!(EngagementNoShow { who: e.party(who), acknowledged }),
        FactKind::Lapsed => emit!(EngagementLapsed {}),
        FactKind::PutOnHold { .. } => emit!(EngagementPutOnHold { kind: "dispute" }),
    };
    Ok(emitted?)
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;
    use crate::listing::ListingKind;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0000 + n)
    }

    const DONOR: u128 = 1;
    const RECIPIENT: u128 = 2;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn about(sequence: i32, kind: ListingKind) -> About {
        About {
            engagement_id: id(10),
            listing: ListingRef { kind, id: id(20) },
            donor_id: id(DONOR),
            recipient_id: id(RECIPIENT),
            conversation_id: Some(id(40)),
            at: time("2026-11-25T03:00:00Z"),
            sequence,
        }
    }

    #[test]
    fn samples_of_every_event() {
        let starts_at = time("2026-11-28T01:00:00Z");
        let expires_at = time("2026-11-27T23:00:00Z");
        let answer_by = time("2026-12-05T02:30:00Z");
        let mut all = Vec::new();
        macro_rules! samples {
            ($($name:literal @ $sequence:literal: $event:ident { $($field:tt)* }),* $(,)?) => {$(
                let kind = if $name.ends_with("_need") { ListingKind::Need } else { ListingKind::Talent };
                all.push(sample($name, &$event { about: about($sequence, kind), $($field)* }));
            )*};
        }
        samples! {
            "to_a_talent" @ 1: EngagementProposed {
                by: id(RECIPIENT), awaiting: id(DONOR), terms_version: 1, starts_at, minutes: 90, expires_at },
            "to_a_need" @ 1: EngagementProposed {
                by: id(DONOR), awaiting: id(RECIPIENT), terms_version: 1, starts_at, minutes: 15, expires_at },
            "second_terms" @ 2: EngagementCountered {
                by: id(DONOR), awaiting: id(RECIPIENT), terms_version: 2, starts_at, minutes: 480, expires_at },
            "third_terms_to_a_need" @ 3: EngagementCountered {
                by: id(DONOR), awaiting: id(RECIPIENT), terms_version: 3, starts_at, minutes: 60, expires_at },
            "at_once" @ 2: EngagementScheduled { by: id(DONOR), terms_version: 1, starts_at, minutes: 90 },
            "of_a_need" @ 3: EngagementScheduled { by: id(RECIPIENT), terms_version: 2, starts_at, minutes: 60 },
            "by_a_person" @ 2: EngagementDeclined { by: Some(id(DONOR)), reason_code: "time" },
            "filled_need" @ 2: EngagementDeclined { by: None, reason_code: "need_filled" },
            "closed_need" @ 2: EngagementDeclined { by: None, reason_code: "need_closed" },
            "taken_back" @ 2: EngagementWithdrawn { by: id(RECIPIENT) },
            "taken_back_from_a_need" @ 2: EngagementWithdrawn { by: id(DONOR) },
            "by_the_clock" @ 2: EngagementExpired { awaiting: id(DONOR) },
            "by_the_clock_need" @ 2: EngagementExpired { awaiting: id(RECIPIENT) },
            "in_time" @ 3: EngagementCancelled {
                by: id(DONOR), late: false, notice_seconds: 86_400, reason_code: "health" },
            "late" @ 3: EngagementCancelled {
                by: id(RECIPIENT), late: true, notice_seconds: 1, reason_code: "other" },
            "on_time" @ 3: EngagementStarted { starts_at, minutes: 90 },
            "on_time_need" @ 3: EngagementStarted { starts_at, minutes: 60 },
            "asks_both" @ 4: EngagementEnded { starts_at, minutes: 90, answer_by },
            "asks_both_need" @ 4: EngagementEnded { starts_at, minutes: 60, answer_by },
            "first_answer" @ 5: OutcomeClaimed { by: id(DONOR), awaiting: Some(id(RECIPIENT)), answer_by },
            "second_answer" @ 6: OutcomeClaimed { by: id(RECIPIENT), awaiting: None, answer_by },
            "minutes_apart" @ 7: OutcomeQuestioned {
                question: "how_long", awaiting: vec![id(DONOR), id(RECIPIENT)], answer_by },
            "an_absence_denied" @ 7: OutcomeQuestioned {
                question: "nobodys_fault", awaiting: vec![id(RECIPIENT)], answer_by },
            "halfway" @ 8: OutcomeRestated { by: id(DONOR), awaiting: Some(id(RECIPIENT)) },
            "settled" @ 8: OutcomeRestated { by: id(RECIPIENT), awaiting: None },
            "confirmed" @ 7: SessionResolved { result: "confirmed", minutes: Some(90), basis: "both_answers" },
            "did_not_take_place" @ 7: SessionResolved { result: "did_not_take_place", minutes: None, basis: "one_answer" },
            "no_show" @ 6: SessionResolved { result: "no_show", minutes: None, basis: "one_answer" },
            "lapsed" @ 5: SessionResolved { result: "lapsed", minutes: None, basis: "silence" },
            "ninety_minutes" @ 8: EngagementCompleted { minutes: 90 },
            "one_minute_of_a_need" @ 8: EngagementCompleted { minutes: 1 },
            "nobodys_fault" @ 8: SessionDidNotTakePlace {},
            "nobodys_fault_need" @ 8: SessionDidNotTakePlace {},
            "acknowledged" @ 8: EngagementNoShow { who: id(DONOR), acknowledged: true },
            "only_one_word" @ 7: EngagementNoShow { who: id(RECIPIENT), acknowledged: false },
            "both_silent" @ 6: EngagementLapsed {},
            "both_silent_need" @ 6: EngagementLapsed {},
            "dispute" @ 7: EngagementPutOnHold { kind: "dispute" },
            "dispute_need" @ 7: EngagementPutOnHold { kind: "dispute" },
            "decided" @ 8: EngagementReleased { kind: "dispute" },
            "decided_need" @ 8: EngagementReleased { kind: "dispute" },
        }
        same_samples("core", &all);
    }
}
