//! All SQL of engagements. Locks are always taken in this order, so that nobody waits in a circle: listing,
//! engagements by id, members by id.

use std::{collections::HashMap, ops::Bound};

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::{prelude::*, result::Error};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use super::{
    domain::{
        ActualMinutes, Answer, Answers, Bring, Claim, Engagement, Hold, Listing, ListingKind, Mode, Place,
        PlannedMinutes, Restated, Side, Terms,
    },
    facts::Line,
    schema::{engagement_facts, engagement_parties, engagement_terms, engagements, member_busy},
    tray::{Tray, record},
};

/// An engagement and how many facts it has.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    pub engagement: Engagement,
    pub facts: i32,
    pub updated_at: DateTime<Utc>,
}

/// A version of the terms with who put it forward.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub number: i32,
    pub terms: Terms,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = engagements, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
struct Row {
    id: Uuid,
    listing_kind: String,
    listing_id: Uuid,
    listing_title: String,
    donor_id: Uuid,
    recipient_id: Uuid,
    state: String,
    standing: Value,
    hold: Option<String>,
    terms_version: i32,
    answers: Value,
    version: i32,
    facts: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_terms, check_for_backend(diesel::pg::Pg))]
struct TermsRow {
    engagement_id: Uuid,
    version: i32,
    starts_at: DateTime<Utc>,
    minutes: i32,
    mode: String,
    place: String,
    bring: String,
    put_by: Uuid,
    put_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = engagement_facts, check_for_backend(diesel::pg::Pg))]
struct FactRow {
    engagement_id: Uuid,
    sequence: i32,
    at: DateTime<Utc>,
    actor: String,
    kind: String,
    terms_version: Option<i32>,
    params: Value,
}

#[derive(Insertable)]
#[diesel(table_name = engagement_parties)]
struct PartyRow {
    engagement_id: Uuid,
    member_id: Uuid,
    side: &'static str,
    tray: &'static str,
    sort_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    record: Option<&'static str>,
    starts_at: DateTime<Utc>,
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

impl Row {
    fn of(e: &Engagement, facts: i32, updated_at: DateTime<Utc>) -> QueryResult<Self> {
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
        })
    }

    fn with(self, current: TermsRow) -> QueryResult<Saved> {
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
    fn of(e: &Engagement) -> Self {
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

    fn terms(self) -> QueryResult<Terms> {
        Ok(Terms {
            starts_at: self.starts_at,
            minutes: PlannedMinutes::parse(self.minutes).map_err(unreadable)?,
            mode: word::<Mode>(self.mode)?,
            place: Place::parse(&self.place).map_err(unreadable)?,
            bring: Bring::parse(&self.bring).map_err(unreadable)?,
        })
    }
}

async fn with_terms(c: &mut AsyncPgConnection, row: Option<Row>) -> QueryResult<Option<Saved>> {
    let Some(row) = row else { return Ok(None) };
    let current = engagement_terms::table
        .find((row.id, row.terms_version))
        .select(TermsRow::as_select())
        .first(c)
        .await?;
    row.with(current).map(Some)
}

/// As it stands.
pub(super) async fn find(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Saved>> {
    let row = engagements::table.find(id).select(Row::as_select()).first(c).await.optional()?;
    with_terms(c, row).await
}

/// As it stands, and nobody else changes it until this transaction ends.
pub(super) async fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Saved>> {
    let row = engagements::table
        .find(id)
        .select(Row::as_select())
        .for_no_key_update()
        .first(tx)
        .await
        .optional()?;
    with_terms(tx, row).await
}

/// As [`lock`], unless somebody is changing it at this moment.
pub(super) async fn lock_if_free(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Saved>> {
    let row = engagements::table
        .find(id)
        .select(Row::as_select())
        .for_no_key_update()
        .skip_locked()
        .first(tx)
        .await
        .optional()?;
    with_terms(tx, row).await
}

/// The open proposals about a listing, locked in the order of their ids; the listing itself is locked before.
pub(super) async fn lock_proposals(tx: &mut Tx<'_>, listing: Uuid) -> QueryResult<Vec<Saved>> {
    let rows: Vec<Row> = engagements::table
        .filter(engagements::listing_id.eq(listing))
        .filter(engagements::state.eq("proposed"))
        .order(engagements::id)
        .select(Row::as_select())
        .for_no_key_update()
        .load(tx)
        .await?;
    let mut saved = Vec::with_capacity(rows.len());
    for row in rows {
        saved.extend(with_terms(tx, Some(row)).await?);
    }
    Ok(saved)
}

/// The open proposal of these two about this listing.
pub(super) async fn open_proposal(
    c: &mut AsyncPgConnection,
    listing: Uuid,
    donor: Uuid,
    recipient: Uuid,
) -> QueryResult<Option<Uuid>> {
    engagements::table
        .filter(engagements::listing_id.eq(listing))
        .filter(engagements::donor_id.eq(donor))
        .filter(engagements::recipient_id.eq(recipient))
        .filter(engagements::state.eq("proposed"))
        .select(engagements::id)
        .first(c)
        .await
        .optional()
}

/// What this member has under way with a listing: an open proposal first, else the latest agreement to come.
pub(super) async fn under_way(
    c: &mut AsyncPgConnection,
    listing: Uuid,
    member: Uuid,
) -> QueryResult<Option<Uuid>> {
    engagements::table
        .filter(engagements::listing_id.eq(listing))
        .filter(engagements::donor_id.eq(member).or(engagements::recipient_id.eq(member)))
        .filter(engagements::state.eq_any(["proposed", "scheduled", "in_progress"]))
        .order((engagements::state.eq("proposed").desc(), engagements::id.desc()))
        .select(engagements::id)
        .first(c)
        .await
        .optional()
}

/// How many proposals about each of these needs wait for the need's owner.
pub(super) async fn count_offers(
    c: &mut AsyncPgConnection,
    needs: &[Uuid],
) -> QueryResult<HashMap<Uuid, i64>> {
    let counts: Vec<(Uuid, i64)> = engagements::table
        .inner_join(
            engagement_parties::table.on(engagement_parties::engagement_id
                .eq(engagements::id)
                .and(engagement_parties::member_id.eq(engagements::recipient_id))),
        )
        .filter(engagements::listing_id.eq_any(needs))
        .filter(engagements::listing_kind.eq("need"))
        .filter(engagements::state.eq("proposed"))
        .filter(engagement_parties::tray.eq("turn"))
        .group_by(engagements::listing_id)
        .select((engagements::listing_id, diesel::dsl::count_star()))
        .load(c)
        .await?;
    Ok(counts.into_iter().collect())
}

/// Every version of the terms, oldest first.
pub(super) async fn versions(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Vec<Version>> {
    let rows: Vec<TermsRow> = engagement_terms::table
        .filter(engagement_terms::engagement_id.eq(id))
        .order(engagement_terms::version)
        .select(TermsRow::as_select())
        .load(c)
        .await?;
    rows.into_iter().map(|row| Ok(Version { number: row.version, terms: row.terms()? })).collect()
}

/// Everything that happened, oldest first.
pub(super) async fn lines(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Vec<Line>> {
    let rows: Vec<FactRow> = engagement_facts::table
        .filter(engagement_facts::engagement_id.eq(id))
        .order(engagement_facts::sequence)
        .select(FactRow::as_select())
        .load(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| Line {
            sequence: r.sequence,
            at: r.at,
            actor: r.actor,
            kind: r.kind,
            terms_version: r.terms_version,
            params: r.params,
        })
        .collect())
}

/// Writes a new engagement with its first terms.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
    e: &Engagement,
    facts: i32,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(engagements::table).values(Row::of(e, facts, now)?).execute(tx).await?;
    insert_terms(tx, e).await
}

/// Writes what changed; its row is locked.
pub(super) async fn update(
    tx: &mut Tx<'_>,
    e: &Engagement,
    facts: i32,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(engagements::table.find(e.id)).set(Row::of(e, facts, now)?).execute(tx).await?;
    Ok(())
}

/// Writes the current terms as a new version.
pub(super) async fn insert_terms(tx: &mut Tx<'_>, e: &Engagement) -> QueryResult<()> {
    diesel::insert_into(engagement_terms::table).values(TermsRow::of(e)).execute(tx).await?;
    Ok(())
}

/// Adds to what happened.
pub(super) async fn insert_lines(tx: &mut Tx<'_>, id: Uuid, lines: Vec<Line>) -> QueryResult<()> {
    let rows: Vec<FactRow> = lines
        .into_iter()
        .map(|l| FactRow {
            engagement_id: id,
            sequence: l.sequence,
            at: l.at,
            actor: l.actor,
            kind: l.kind,
            terms_version: l.terms_version,
            params: l.params,
        })
        .collect();
    diesel::insert_into(engagement_facts::table).values(rows).execute(tx).await?;
    Ok(())
}

/// Puts it where it now belongs in the lists of both.
pub(super) async fn put_in_trays(tx: &mut Tx<'_>, e: &Engagement, now: DateTime<Utc>) -> QueryResult<()> {
    use diesel::upsert::excluded;
    let rows = Side::BOTH.map(|side| {
        let (tray, sort_at) = Tray::of(e, side, now);
        PartyRow {
            engagement_id: e.id,
            member_id: e.party(side),
            side: side.as_str(),
            tray: tray.as_str(),
            sort_at,
            updated_at: now,
            record: record(e),
            starts_at: e.terms.starts_at,
        }
    });
    diesel::insert_into(engagement_parties::table)
        .values(Vec::from(rows))
        .on_conflict((engagement_parties::engagement_id, engagement_parties::member_id))
        .do_update()
        .set((
            engagement_parties::tray.eq(excluded(engagement_parties::tray)),
            engagement_parties::sort_at.eq(excluded(engagement_parties::sort_at)),
            engagement_parties::updated_at.eq(excluded(engagement_parties::updated_at)),
            engagement_parties::record.eq(excluded(engagement_parties::record)),
            engagement_parties::starts_at.eq(excluded(engagement_parties::starts_at)),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

type During = (Bound<DateTime<Utc>>, Bound<DateTime<Utc>>);

/// Half open: one may begin when another ends.
const fn during(from: DateTime<Utc>, until: DateTime<Utc>) -> During {
    (Bound::Included(from), Bound::Excluded(until))
}

/// The name of the exclusion constraint.
pub(super) const NO_OVERLAP: &str = "member_busy_member_id_during_excl";

/// Takes the time in both calendars; both members are locked.
pub(super) async fn take_time(tx: &mut Tx<'_>, e: &Engagement) -> QueryResult<()> {
    let rows = Side::BOTH.map(|side| {
        (
            member_busy::member_id.eq(e.party(side)),
            member_busy::engagement_id.eq(e.id),
            member_busy::during.eq(during(e.terms.starts_at, e.terms.ends_at())),
        )
    });
    diesel::insert_into(member_busy::table).values(Vec::from(rows)).execute(tx).await?;
    Ok(())
}

/// Gives the time back.
pub(super) async fn free_time(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::delete(member_busy::table.filter(member_busy::engagement_id.eq(id))).execute(tx).await?;
    Ok(())
}

/// The member's agreed times that touch `from..until`, soonest first.
pub(super) async fn busy(
    c: &mut AsyncPgConnection,
    member: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, DateTime<Utc>, DateTime<Utc>)>> {
    let rows: Vec<(Uuid, During)> = member_busy::table
        .filter(member_busy::member_id.eq(member))
        .filter(member_busy::during.overlaps_with(during(from, until)))
        .order(member_busy::during)
        .select((member_busy::engagement_id, member_busy::during))
        .load(c)
        .await?;
    let whole = |(id, during)| match during {
        (Bound::Included(from), Bound::Excluded(until)) => Some((id, from, until)),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(whole).collect())
}

/// Which list of a member is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Tray(Tray),
    /// Everything, the latest change first.
    All,
    /// What the list of hours shows, the latest session first.
    Records {
        side: Option<Side>,
        only: Option<&'static [&'static str]>,
    },
}

/// The sort key of a row and its id: where a page ends.
pub(super) type Key = (DateTime<Utc>, Uuid);

/// One page of a member's list: `limit` rows behind `after`, each with its key.
pub(super) async fn page(
    c: &mut AsyncPgConnection,
    member: Uuid,
    of: Of,
    after: Option<Key>,
    limit: usize,
) -> QueryResult<Vec<(Key, Saved)>> {
    use engagement_parties as p;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mine = p::table
        .inner_join(engagements::table.on(engagements::id.eq(p::engagement_id)))
        .inner_join(
            engagement_terms::table.on(engagement_terms::engagement_id
                .eq(engagements::id)
                .and(engagement_terms::version.eq(engagements::terms_version))),
        )
        .filter(p::member_id.eq(member))
        .limit(limit)
        .into_boxed();
    macro_rules! behind {
        ($query:expr, $column:ident, >) => {
            after.into_iter().fold($query, |q, (at, id)| {
                q.filter(p::$column.ge(at)).filter(p::$column.gt(at).or(p::engagement_id.gt(id)))
            })
        };
        ($query:expr, $column:ident, <) => {
            after.into_iter().fold($query, |q, (at, id)| {
                q.filter(p::$column.le(at)).filter(p::$column.lt(at).or(p::engagement_id.lt(id)))
            })
        };
    }
    macro_rules! rows {
        ($query:expr, $column:ident) => {
            $query.select((p::$column, Row::as_select(), TermsRow::as_select())).load(c).await?
        };
    }
    let rows: Vec<(DateTime<Utc>, Row, TermsRow)> = match of {
        Of::Tray(tray) if tray.latest_first() => {
            let query = behind!(mine.filter(p::tray.eq(tray.as_str())), sort_at, <);
            rows!(query.order((p::sort_at.desc(), p::engagement_id.desc())), sort_at)
        }
        Of::Tray(tray) => {
            let query = behind!(mine.filter(p::tray.eq(tray.as_str())), sort_at, >);
            rows!(query.order((p::sort_at, p::engagement_id)), sort_at)
        }
        Of::All => {
            let query = behind!(mine, updated_at, <);
            rows!(query.order((p::updated_at.desc(), p::engagement_id.desc())), updated_at)
        }
        Of::Records { side, only } => {
            let mut query = behind!(mine.filter(p::record.is_not_null()), starts_at, <);
            if let Some(side) = side {
                query = query.filter(p::side.eq(side.as_str()));
            }
            if let Some(only) = only {
                query = query.filter(p::record.eq_any(only));
            }
            rows!(query.order((p::starts_at.desc(), p::engagement_id.desc())), starts_at)
        }
    };
    rows.into_iter().map(|(at, row, terms)| Ok(((at, row.id), row.with(terms)?))).collect()
}

/// The open proposals about a need that wait for its owner, the soonest to end first; a need has few.
pub(super) async fn offers(c: &mut AsyncPgConnection, need: Uuid, owner: Uuid) -> QueryResult<Vec<Saved>> {
    use engagement_parties as p;
    let rows: Vec<(Row, TermsRow)> = engagements::table
        .inner_join(
            p::table.on(p::engagement_id.eq(engagements::id).and(p::member_id.eq(engagements::recipient_id))),
        )
        .inner_join(
            engagement_terms::table.on(engagement_terms::engagement_id
                .eq(engagements::id)
                .and(engagement_terms::version.eq(engagements::terms_version))),
        )
        .filter(engagements::listing_id.eq(need))
        .filter(engagements::state.eq("proposed"))
        .filter(p::member_id.eq(owner))
        .filter(p::tray.eq("turn"))
        .order((p::sort_at, p::engagement_id))
        .limit(200)
        .select((Row::as_select(), TermsRow::as_select()))
        .load(c)
        .await?;
    rows.into_iter().map(|(row, terms)| row.with(terms)).collect()
}

/// Those of these engagements to which the member is a party.
pub(super) async fn of_member(
    c: &mut AsyncPgConnection,
    member: Uuid,
    ids: &[Uuid],
) -> QueryResult<Vec<Saved>> {
    let rows: Vec<(Row, TermsRow)> = engagements::table
        .inner_join(
            engagement_terms::table.on(engagement_terms::engagement_id
                .eq(engagements::id)
                .and(engagement_terms::version.eq(engagements::terms_version))),
        )
        .filter(engagements::id.eq_any(ids))
        .filter(engagements::donor_id.eq(member).or(engagements::recipient_id.eq(member)))
        .order(engagements::id)
        .select((Row::as_select(), TermsRow::as_select()))
        .load(c)
        .await?;
    rows.into_iter().map(|(row, terms)| row.with(terms)).collect()
}
