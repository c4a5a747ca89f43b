//! How long a listing stands, and which commands its state allows.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::Content;
use crate::listing::ListingKind;

/// A member may keep so many listings of a kind open or paused.
const MAX_OPEN: i64 = 50;

/// A talent stands for 180 days, and as long again when it is renewed.
pub(crate) const TALENT_DAYS: i64 = 180;

/// A need is perishable: 14 days unless its owner says otherwise, and 14 when it is renewed.
pub(crate) const NEED_DAYS: i64 = 14;

/// The owner is notified of the end so long before.
const EXPIRING_SOON: TimeDelta = TimeDelta::days(7);

/// Where a listing stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Found by searches and open to proposals. Of a talent: "published".
    Open,
    /// At rest: seen by its address only.
    Paused,
    /// Its time is over; it can be renewed.
    Expired,
    /// A need whose one place is taken.
    Filled,
    /// A need that its owner ended.
    Closed,
}

impl State {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Expired => "expired",
            Self::Filled => "filled",
            Self::Closed => "closed",
        }
    }

    const ALL: [Self; 5] = [Self::Open, Self::Paused, Self::Expired, Self::Filled, Self::Closed];

    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == raw)
    }

    /// What the states that such a listing can have are called outside. Only needs are filled and closed.
    pub fn words(kind: ListingKind) -> impl Iterator<Item = &'static str> {
        let can = move |s: &Self| kind == ListingKind::Need || !matches!(s, Self::Filled | Self::Closed);
        Self::ALL.into_iter().filter(can).map(move |s| s.word(kind))
    }

    /// As it is called outside.
    pub const fn word(self, kind: ListingKind) -> &'static str {
        match (self, kind) {
            (Self::Open, ListingKind::Talent) => "published",
            _ => self.as_str(),
        }
    }

    /// The state at `now`: a listing ends at its moment, not when a timer gets to it.
    pub fn at(self, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        match self {
            Self::Open | Self::Paused if expires_at <= now => Self::Expired,
            state => state,
        }
    }
}

/// A talent or a need.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listing {
    pub id: Uuid,
    pub kind: ListingKind,
    pub owner: Uuid,
    pub content: Content,
    pub state: State,
    pub published_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Rises with each edit.
    pub revision: i32,
    /// Rises with each change.
    pub version: i64,
}

/// What its owner can have done with a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Pause,
    Resume,
    Renew,
    Close,
}

/// What happened to a listing. Only needs are filled and closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Published,
    Revised,
    Paused,
    Resumed,
    Renewed,
    ExpiringSoon,
    Expired,
    Filled,
    Closed,
}

/// Why a command was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotYours,
    TooManyOpen(ListingKind),
    Stale(ListingKind),
    WrongState(ListingKind),
}

/// What the timer of a listing does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    Warn,
    Expire,
}

impl Listing {
    /// Publishes: at most fifty of a kind stay open or paused at once.
    pub fn publish(
        (id, kind, owner): (Uuid, ListingKind, Uuid),
        content: Content,
        days: i64,
        open: i64,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        if open >= MAX_OPEN {
            return Err(Refusal::TooManyOpen(kind));
        }
        let expires_at = now + TimeDelta::days(days);
        Ok(Self {
            id,
            kind,
            owner,
            content,
            state: State::Open,
            published_at: now,
            expires_at,
            revision: 1,
            version: 1,
        })
    }

    /// Only its owner may touch a listing. Everybody can see it, so a stranger is told as much.
    pub fn of(self, member: Uuid) -> Result<Self, Refusal> {
        if self.owner == member { Ok(self) } else { Err(Refusal::NotYours) }
    }

    /// The state at `now`.
    pub fn standing(&self, now: DateTime<Utc>) -> State {
        self.state.at(self.expires_at, now)
    }

    /// Whether somebody may propose on it.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.standing(now) == State::Open
    }

    /// Says something else, unless somebody did so since `revision` was read. A need that is filled or closed keeps
    /// its words.
    pub fn revise(self, content: Content, revision: i32, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if matches!(self.standing(now), State::Filled | State::Closed) {
            return Err(Refusal::WrongState(self.kind));
        }
        if revision != self.revision {
            return Err(Refusal::Stale(self.kind));
        }
        Ok(Self { content, revision: self.revision + 1, ..self }.changed())
    }

    /// Rests.
    pub fn pause(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.when(&[State::Open], now).map(|l| Self { state: State::Paused, ..l }.changed())
    }

    /// Is found again.
    pub fn resume(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        self.when(&[State::Paused], now).map(|l| Self { state: State::Open, ..l }.changed())
    }

    /// Is open for another term of its kind; one that had ended counts towards the limit again.
    pub fn renew(self, open: i64, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let kind = self.kind;
        let listing = self.when(&[State::Open, State::Paused, State::Expired], now)?;
        // Open and paused ones are among those that were counted.
        let others = open - i64::from(matches!(listing.state, State::Open | State::Paused));
        if others >= MAX_OPEN {
            return Err(Refusal::TooManyOpen(kind));
        }
        let days = match kind {
            ListingKind::Talent => TALENT_DAYS,
            ListingKind::Need => NEED_DAYS,
        };
        Ok(Self { state: State::Open, published_at: now, expires_at: now + TimeDelta::days(days), ..listing }
            .changed())
    }

    /// Ends a need for good. One that has expired may still be closed.
    pub fn close(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.kind == ListingKind::Talent {
            return Err(Refusal::WrongState(self.kind));
        }
        let from = [State::Open, State::Paused, State::Expired, State::Filled];
        self.when(&from, now).map(|l| Self { state: State::Closed, ..l }.changed())
    }

    /// The one place of a need is taken; also of one that rests or has ended, because an offer made before stands.
    pub fn fill(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        if self.kind == ListingKind::Talent {
            return Err(Refusal::WrongState(self.kind));
        }
        self.when(&[State::Open, State::Paused, State::Expired], now)
            .map(|l| Self { state: State::Filled, ..l }.changed())
    }

    /// The place is free again; what ended meanwhile stays ended.
    pub fn reopen(self, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let listing = self.when(&[State::Filled], now)?;
        Ok(Self { state: State::Open.at(listing.expires_at, now), ..listing }.changed())
    }

    /// Its time is over.
    pub fn expire(self) -> Self {
        Self { state: State::Expired, ..self }.changed()
    }

    /// When its timer is due next: a week before the end if that lies ahead, else the end.
    pub fn next_timer(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let warning = self.expires_at - EXPIRING_SOON;
        if warning > now { warning } else { self.expires_at }
    }

    /// What is due at `now`.
    pub fn due(&self, now: DateTime<Utc>) -> Due {
        match self.state {
            State::Open | State::Paused if self.expires_at <= now => Due::Expire,
            State::Open | State::Paused if self.expires_at - EXPIRING_SOON <= now => Due::Warn,
            _ => Due::Nothing,
        }
    }

    fn when(self, allowed: &[State], now: DateTime<Utc>) -> Result<Self, Refusal> {
        if allowed.contains(&self.standing(now)) { Ok(self) } else { Err(Refusal::WrongState(self.kind)) }
    }

    fn changed(self) -> Self {
        Self { version: self.version + 1, ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        catalogue::domain::{Mode, Times},
        listing::Category,
    };

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(n)
    }

    fn listing(kind: ListingKind) -> Listing {
        let content = Content {
            title: "통기타".into(),
            body: "열 글자는 넘어야 해요".into(),
            category: Category::Music,
            minutes: 60,
            mode: Mode::InPerson,
            region_code: "1144012300".into(),
            times: Times::default(),
            bring: String::new(),
        };
        let days = if kind == ListingKind::Talent { TALENT_DAYS } else { NEED_DAYS };
        Listing::publish((Uuid::nil(), kind, Uuid::nil()), content, days, 0, day(0)).unwrap()
    }

    #[test]
    fn the_fifty_first_is_refused() {
        let again = |open| {
            let l = listing(ListingKind::Talent);
            Listing::publish((l.id, l.kind, l.owner), l.content, 1, open, day(0))
        };
        assert!(again(49).is_ok());
        assert_eq!(again(50), Err(Refusal::TooManyOpen(ListingKind::Talent)));
    }

    #[test]
    fn a_renewal_counts_only_if_it_had_ended() {
        assert!(listing(ListingKind::Talent).renew(50, day(1)).is_ok());
        assert_eq!(
            listing(ListingKind::Talent).expire().renew(50, day(200)),
            Err(Refusal::TooManyOpen(ListingKind::Talent))
        );
        let renewed = listing(ListingKind::Talent).expire().renew(49, day(200)).unwrap();
        assert_eq!(
            (renewed.state, renewed.published_at, renewed.expires_at),
            (State::Open, day(200), day(380))
        );
    }

    #[test]
    fn a_listing_ends_at_its_moment() {
        let need = listing(ListingKind::Need);
        assert_eq!(need.standing(day(14) - TimeDelta::microseconds(1)), State::Open);
        assert_eq!(need.standing(day(14)), State::Expired);
        assert_eq!(need.clone().pause(day(14)), Err(Refusal::WrongState(ListingKind::Need)));
        assert_eq!(need.fill(day(14)).unwrap().state, State::Filled);
    }

    #[test]
    fn the_owner_hears_a_week_before_and_at_the_end() {
        let talent = listing(ListingKind::Talent);
        assert_eq!(talent.next_timer(day(0)), day(173));
        assert_eq!((talent.due(day(172)), talent.due(day(173))), (Due::Nothing, Due::Warn));
        assert_eq!(talent.next_timer(day(173)), day(180));
        assert_eq!((talent.due(day(180)), talent.expire().due(day(180))), (Due::Expire, Due::Nothing));
    }

    #[test]
    fn a_stale_edit_is_refused() {
        let talent = listing(ListingKind::Talent);
        let content = Content { minutes: 90, ..talent.content.clone() };
        let revised = talent.revise(content.clone(), 1, day(1)).unwrap();
        assert_eq!((revised.revision, revised.version, revised.content.minutes), (2, 2, 90));
        assert_eq!(revised.revise(content, 1, day(1)), Err(Refusal::Stale(ListingKind::Talent)));
    }

    #[test]
    fn a_talent_is_neither_filled_nor_closed() {
        assert!(
            listing(ListingKind::Talent).fill(day(1)).is_err()
                && listing(ListingKind::Talent).close(day(1)).is_err()
        );
    }

    #[test]
    fn a_place_that_is_free_again_opens_a_need_unless_it_ended() {
        let filled = listing(ListingKind::Need).fill(day(1)).unwrap();
        assert_eq!(filled.clone().reopen(day(2)).unwrap().state, State::Open);
        assert_eq!(filled.clone().reopen(day(20)).unwrap().state, State::Expired);
        assert_eq!(filled.close(day(2)).unwrap().reopen(day(3)), Err(Refusal::WrongState(ListingKind::Need)));
    }

    proptest! {
        /// Whatever commands are tried in whatever order: the version rises with each that passes and only then, nothing
        /// leaves "closed", and only needs are filled or closed.
        #[test]
        fn no_order_of_acts_breaks_a_listing(
            need in any::<bool>(),
            steps in prop::collection::vec((0..8u8, 0..12i64), 0..40),
        ) {
            let mut listing = listing(if need { ListingKind::Need } else { ListingKind::Talent });
            let mut now = day(0);
            for (act, days) in steps {
                now += TimeDelta::days(days);
                let before = listing.clone();
                let content = before.content.clone();
                let tried = match act {
                    0 => before.clone().pause(now),
                    1 => before.clone().resume(now),
                    2 => before.clone().renew(0, now),
                    3 => before.clone().close(now),
                    4 => before.clone().fill(now),
                    5 => before.clone().reopen(now),
                    6 => before.clone().revise(content, before.revision, now),
                    _ if before.due(now) == Due::Expire => Ok(before.clone().expire()),
                    _ => Err(Refusal::WrongState(before.kind)),
                };
                if let Ok(after) = tried {
                    prop_assert_eq!(after.version, before.version + 1);
                    prop_assert!(before.state != State::Closed);
                    prop_assert!(need || !matches!(after.state, State::Filled | State::Closed));
                    prop_assert!(after.state != State::Open || after.expires_at > now || act == 6);
                    listing = after;
                }
            }
        }
    }
}
