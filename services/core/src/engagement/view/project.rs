//! How an engagement reads for one of its two parties.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::types::{
    AdjustView, Awaiting, By, ClaimsView, EngagementListing, EngagementRow, EngagementView, HoldView,
    MyClaim, Party, QuestionView, ResultView, RowTerms, TermsView, TimelineEntry,
};
use crate::{
    engagement::{
        domain::{Actor, Command, DeclineReason, Engagement, Hold, Listing, Question, Side, State, Terms},
        facts::{CLAIMED, RESOLVED, StoredFact},
        store::Version,
    },
    membership::api::{MemberCard, card_of},
};

/// An engagement as `me` sees it at `now`; the clock has caught up.
#[derive(Debug)]
pub(in crate::engagement) struct Viewer<'a> {
    pub e: &'a Engagement,
    pub me: Side,
    pub now: DateTime<Utc>,
}

impl Viewer<'_> {
    fn whose(&self, side: Side) -> Party {
        if side == self.me { Party::Me } else { Party::Other }
    }

    fn listing(&self) -> EngagementListing {
        let Listing { kind, id, title } = self.e.listing.clone();
        EngagementListing { kind, id, title }
    }

    fn hold(&self) -> Option<HoldView> {
        match self.e.hold {
            Hold::None => None,
            Hold::Dispute => Some(HoldView::Dispute),
        }
    }

    fn awaiting(&self) -> Option<Party> {
        let asked = self.e.whose_turn(self.now);
        let is_mine = asked.contains(&self.me);
        if is_mine { Some(Party::Me) } else { (!asked.is_empty()).then_some(Party::Other) }
    }

    fn expires_at(&self) -> Option<DateTime<Utc>> {
        matches!(self.e.state, State::Proposed { .. }).then(|| self.e.expires_at())
    }

    fn deadline(&self) -> Option<DateTime<Utc>> {
        (self.e.state == State::AwaitingOutcome && self.e.hold == Hold::None).then(|| self.e.answers_due())
    }

    fn waits(&self) -> Option<Awaiting> {
        self.e.commands(self.me, self.now).into_iter().find_map(|command| match command {
            Command::Accept => Some(Awaiting::Answer),
            Command::Claim => Some(Awaiting::Outcome),
            Command::Adjust => Some(Awaiting::Adjust),
            Command::AgreeDidNotTakePlace => Some(Awaiting::AgreeDidNotTakePlace),
            Command::Counter | Command::Decline | Command::Withdraw | Command::Cancel => None,
        })
    }

    fn both_answered(&self) -> bool {
        Side::BOTH.iter().all(|side| self.e.answers.of(*side).is_some())
    }

    fn claims(&self) -> ClaimsView {
        let mine = self.e.answers.of(self.me);
        let question = self.e.question();
        let says = |side| self.e.answers.of(side).and_then(|a| a.stands().minutes()).map(i32::from);
        let adjust = match (question, says(self.me), says(self.me.other())) {
            (Some(Question::HowLong), Some(mine_minutes), Some(other_minutes)) => Some(AdjustView {
                other_minutes,
                mine_minutes,
                choices: self.e.answers.minute_choices().into_iter().map(i32::from).collect(),
                mine_restated: mine.is_some_and(|a| a.restated.is_some()),
            }),
            _ => None,
        };
        ClaimsView {
            mine: mine.map(|a| MyClaim {
                claim: a.claim.into(),
                minutes: a.claim.minutes().map(i32::from),
                at: a.claimed_at,
            }),
            other_answered: self.e.answers.of(self.me.other()).is_some(),
            deadline: self.deadline(),
            question: question.map(|q| match q {
                Question::HowLong => QuestionView::HowLong,
                Question::NobodysFault { .. } => QuestionView::NobodysFault,
            }),
            adjust,
        }
    }

    fn result(&self) -> Option<ResultView> {
        let plain = ResultView {
            kind: self.e.state.into(),
            minutes: None,
            by: None,
            late: None,
            reason: None,
            acknowledged: None,
            who: None,
        };
        let proposer = self.whose(self.e.terms_by());
        let answerer = self.whose(self.e.terms_by().other());
        Some(match self.e.state {
            State::Proposed { .. } | State::Scheduled | State::InProgress | State::AwaitingOutcome => {
                return None;
            }
            State::Completed { minutes } => ResultView { minutes: Some(minutes.get()), ..plain },
            State::DidNotTakePlace => plain,
            State::NoShow { who, acknowledged } => {
                ResultView { acknowledged: Some(acknowledged), who: Some(self.whose(who)), ..plain }
            }
            State::Lapsed | State::Expired => ResultView { by: Some(By::Clock), ..plain },
            State::Cancelled { by, late, reason } => ResultView {
                by: Some(self.whose(by).into()),
                late: Some(late),
                reason: Some(reason.as_str()),
                ..plain
            },
            State::Declined { reason } => {
                let by = match reason {
                    DeclineReason::NeedFilled | DeclineReason::NeedClosed => By::System,
                    _ => answerer.into(),
                };
                ResultView { by: Some(by), reason: Some(reason.as_str()), ..plain }
            }
            State::Withdrawn => ResultView { by: Some(proposer.into()), ..plain },
        })
    }

    fn entry(&self, fact: StoredFact) -> TimelineEntry {
        let side = |word: &str| Side::BOTH.into_iter().find(|side| side.as_str() == word);
        let by = match side(&fact.actor) {
            Some(side) => self.whose(side).into(),
            None if fact.actor == Actor::Clock.as_str() => By::Clock,
            None => By::System,
        };
        let is_closed = fact.kind == CLAIMED && by == By::Other && !self.both_answered();
        let params = match fact.params {
            _ if is_closed => Value::Object(Map::new()),
            Value::Object(params) => {
                let told = |(key, value): (String, Value)| {
                    let party =
                        matches!(key.as_str(), "who" | "awaiting").then(|| side(value.as_str()?)).flatten();
                    let value = match party.map(|side| self.whose(side)) {
                        Some(Party::Me) => Value::from("me"),
                        Some(Party::Other) => Value::from("other"),
                        None => value,
                    };
                    (key, value)
                };
                Value::Object(params.into_iter().map(told).collect())
            }
            other => other,
        };
        TimelineEntry { at: fact.at, kind: fact.kind, by, terms_version: fact.terms_version, params }
    }

    /// The whole of it.
    pub fn view(
        &self,
        other: MemberCard,
        versions: &[Version],
        facts: Vec<StoredFact>,
        overlap: bool,
    ) -> EngagementView {
        let previous = versions.iter().rev().find(|v| v.number < self.e.terms_version);
        EngagementView {
            id: self.e.id,
            conversation_id: self.e.conversation,
            version: self.e.version,
            listing: self.listing(),
            me: self.me,
            other,
            state: self.e.state.into(),
            hold: self.hold(),
            awaiting: self.awaiting(),
            terms: terms(self.e.terms_version, &self.e.terms),
            previous_terms: previous.map(|v| terms(v.number, &v.terms)),
            terms_by: self.whose(self.e.terms_by()),
            expires_at: self.expires_at(),
            claims: self.claims(),
            result: self.result(),
            acts: self.e.commands(self.me, self.now),
            overlap,
            timeline: facts.into_iter().filter(|f| f.kind != RESOLVED).map(|f| self.entry(f)).collect(),
            created_at: self.e.created_at,
        }
    }

    /// Its line in a list.
    pub fn row(&self, cards: &HashMap<Uuid, MemberCard>, updated_at: DateTime<Utc>) -> EngagementRow {
        let other = self.e.party(self.me.other());
        let TermsView { version, starts_at, ends_at, minutes, mode, place, .. } =
            terms(self.e.terms_version, &self.e.terms);
        EngagementRow {
            id: self.e.id,
            listing: self.listing(),
            me: self.me,
            other: card_of(cards, other),
            state: self.e.state.into(),
            hold: self.hold(),
            awaiting: self.awaiting(),
            turn: self.waits(),
            terms: RowTerms { version, starts_at, ends_at, minutes, mode, place },
            expires_at: self.expires_at(),
            deadline: self.deadline(),
            result: self.result(),
            updated_at,
        }
    }
}

fn terms(version: i32, terms: &Terms) -> TermsView {
    TermsView {
        version,
        starts_at: terms.starts_at,
        ends_at: terms.ends_at(),
        minutes: terms.minutes.get(),
        mode: terms.mode,
        place: terms.place.as_str().to_owned(),
        bring: terms.bring.as_str().to_owned(),
    }
}
