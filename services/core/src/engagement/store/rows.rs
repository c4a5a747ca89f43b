//! Rows of engagements, and how they become values again.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, result::Error};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    engagement::{
        domain::{
            ActualMinutes, Answer, Answers, Bring, Claim, Engagement, Hold, Listing, Mode, Place,
            PlannedMinutes, Restated, Side, Terms,
        },
        folders::{Folder, record},
        schema::{engagement_facts, engagement_parties, engagement_terms, engagements},
    },
    listing::ListingKind,
};

/// An engagement and how many facts it has.
#[derive(Clone, Debug)]
pub(in crate::engagement) struct Saved {
    pub engagement: Engagement,
    pub facts: i32,
    pub updated_at: DateTime<Utc>,
}

/// A version of the terms with who put it forward.
#[derive(Clone, Debug)]
pub(in crate::engagement) struct Version {
    pub number: i32,
    pub terms: Terms,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = engagements, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub(super) struct StoredEngagement {
    pub id: Uuid,
    pub listing_kind: String,
    pub listing_id: Uuid,
    pub listing_title: String,
    pub donor_id: Uuid,
    pub recipient_id: Uuid,
    pub state: String,
    pub standing: Value,
    pub hold: Option<String>,
    pub terms_version: i32,
    pub answers: Value,
    pub version: i32,
    pub facts: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub conversation_id: Option<Uuid>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_terms, check_for_backend(diesel::pg::Pg))]
pub(super) struct TermsRow {
    pub engagement_id: Uuid,
    pub version: i32,
    pub starts_at: DateTime<Utc>,
    pub minutes: i32,
    pub mode: String,
    pub place: String,
    pub bring: String,
    pub put_by: Uuid,
    pub put_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_facts, check_for_backend(diesel::pg::Pg))]
pub(super) struct FactRow {
    pub engagement_id: Uuid,
    pub sequence: i32,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub kind: String,
    pub terms_version: Option<i32>,
    pub params: Value,
}

#[derive(Insertable)]
#[diesel(table_name = engagement_parties)]
pub(super) struct PartyRow {
    pub engagement_id: Uuid,
    pub member_id: Uuid,
    pub side: &'static str,
    pub tray: &'static str,
    pub sort_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub record: Option<&'static str>,
    pub starts_at: DateTime<Utc>,
}

/// The answers as they are kept.
#[derive(Serialize, Deserialize)]
struct AnswersDoc {
    donor: Option<AnswerDoc>,
    recipient: Option<AnswerDoc>,
}

#[derive(Serialize, Deserialize)]
struct AnswerDoc {
    #[serde(flatten)]
    claim: Claim,
    claimed_at: DateTime<Utc>,
    restated: Option<RestatedDoc>,
}

#[derive(Serialize, Deserialize)]
struct RestatedDoc {
    minutes: ActualMinutes,
    at: DateTime<Utc>,
}

impl From<Answer> for AnswerDoc {
    fn from(a: Answer) -> Self {
        let restated = a.restated.map(|r| RestatedDoc { minutes: r.minutes, at: r.at });
        Self { claim: a.claim, claimed_at: a.claimed_at, restated }
    }
}

impl From<AnswerDoc> for Answer {
    fn from(d: AnswerDoc) -> Self {
        let restated = d.restated.map(|r| Restated { minutes: r.minutes, at: r.at });
        Self { claim: d.claim, claimed_at: d.claimed_at, restated }
    }
}

fn unreadable(cause: impl std::fmt::Display) -> Error {
    Error::DeserializationError(cause.to_string().into())
}

fn write(value: &impl Serialize) -> QueryResult<Value> {
    serde_json::to_value(value).map_err(|e| Error::SerializationError(Box::new(e)))
}

fn read<T: DeserializeOwned>(value: Value) -> QueryResult<T> {
    serde_json::from_value(value).map_err(unreadable)
}

fn word<T: DeserializeOwned>(word: String) -> QueryResult<T> {
    read(Value::String(word))
}

impl StoredEngagement {
    pub fn of(e: &Engagement, facts: i32, updated_at: DateTime<Utc>) -> QueryResult<Self> {
        let answers = AnswersDoc {
            donor: e.answers.donor.map(AnswerDoc::from),
            recipient: e.answers.recipient.map(AnswerDoc::from),
        };
        Ok(Self {
            id: e.id,
            listing_kind: e.listing.kind.as_str().to_owned(),
            listing_id: e.listing.id,
            listing_title: e.listing.title.clone(),
            donor_id: e.donor,
            recipient_id: e.recipient,
            state: e.state.as_str().to_owned(),
            standing: write(&e.state)?,
            hold: match e.hold {
                Hold::None => None,
                Hold::Dispute => Some("dispute".to_owned()),
            },
            terms_version: e.terms_version,
            answers: write(&answers)?,
            version: e.version,
            facts,
            created_at: e.created_at,
            updated_at,
            conversation_id: Some(e.conversation),
        })
    }

    pub fn with(self, current: TermsRow) -> QueryResult<Saved> {
        let answers: AnswersDoc = read(self.answers)?;
        let terms_at = current.put_at;
        let engagement = Engagement {
            id: self.id,
            listing: Listing {
                kind: word::<ListingKind>(self.listing_kind)?,
                id: self.listing_id,
                title: self.listing_title,
            },
            donor: self.donor_id,
            recipient: self.recipient_id,
            conversation: self.conversation_id.unwrap_or(self.id),
            state: read(self.standing)?,
            hold: self.hold.map_or(Ok(Hold::None), word)?,
            terms: current.terms()?,
            terms_version: self.terms_version,
            terms_at,
            answers: Answers {
                donor: answers.donor.map(Answer::from),
                recipient: answers.recipient.map(Answer::from),
            },
            created_at: self.created_at,
            version: self.version,
        };
        Ok(Saved { engagement, facts: self.facts, updated_at: self.updated_at })
    }
}

impl TermsRow {
    pub fn of(e: &Engagement) -> Self {
        Self {
            engagement_id: e.id,
            version: e.terms_version,
            starts_at: e.terms.starts_at,
            minutes: e.terms.minutes.get(),
            mode: e.terms.mode.as_str().to_owned(),
            place: e.terms.place.as_str().to_owned(),
            bring: e.terms.bring.as_str().to_owned(),
            put_by: e.party(e.terms_by()),
            put_at: e.terms_at,
        }
    }

    pub fn terms(self) -> QueryResult<Terms> {
        Ok(Terms {
            starts_at: self.starts_at,
            minutes: PlannedMinutes::parse(self.minutes).map_err(unreadable)?,
            mode: word::<Mode>(self.mode)?,
            place: Place::of(self.place),
            bring: Bring::of(self.bring),
        })
    }
}

impl PartyRow {
    /// Where it now belongs in the lists of both.
    pub fn of_both(e: &Engagement, now: DateTime<Utc>) -> [Self; 2] {
        Side::BOTH.map(|side| {
            let (folder, sort_at) = Folder::of(e, side, now);
            Self {
                engagement_id: e.id,
                member_id: e.party(side),
                side: side.as_str(),
                tray: folder.as_str(),
                sort_at,
                updated_at: now,
                record: record(e),
                starts_at: e.terms.starts_at,
            }
        })
    }
}
