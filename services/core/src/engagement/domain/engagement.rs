//! The one agreement between two people, from proposal to what happened.
//!
//! Effect-free: every command first lets the clock catch up, then judges, and answers with the new
//! engagement and the facts that made it, in order. Time expires, starts and ends things; it never
//! makes a success. While on hold every timer stands still.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    outcome::{Answer, Answers, Basis, Claim, Evidence, Outcome, Resolution, Restated},
    state::{CancelReason, Command, DeclineReason, Fact, FactKind, Hold, Question, Refusal, State},
    values::{Actor, ActualMinutes, Listing, Side, Terms},
};

/// Nobody has to answer in less than an hour: proposals end two hours before the start.
const LEAD: TimeDelta = TimeDelta::hours(3);
/// An agreement lies at most half a year ahead.
const HORIZON: TimeDelta = TimeDelta::days(180);
/// An unanswered proposal ends after five days …
const PATIENCE: TimeDelta = TimeDelta::days(5);
/// … and at the latest two hours before it would start.
const CUT_OFF: TimeDelta = TimeDelta::hours(2);
/// Cancelling with less notice than this is late.
const NOTICE: TimeDelta = TimeDelta::hours(24);
/// Two people who have not agreed after six versions should talk.
const MAX_VERSIONS: i32 = 6;

/// The engagement after a change and the facts that led there, oldest first.
pub type Changed = (Engagement, Vec<Fact>);

/// An agreement of one donor with one recipient about one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engagement {
    pub id: Uuid,
    pub listing: Listing,
    pub donor: Uuid,
    pub recipient: Uuid,
    /// The one that the two have about this listing; of its own where it says nothing else.
    pub conversation: Uuid,
    pub state: State,
    pub hold: Hold,
    pub terms: Terms,
    /// 1 for the proposal, one more per counter-proposal.
    pub terms_version: i32,
    /// When these terms were put forward; the time to answer runs from here.
    pub terms_at: DateTime<Utc>,
    pub answers: Answers,
    pub created_at: DateTime<Utc>,
    /// Rises by one with every change, of a person or of the clock.
    pub version: i32,
}

impl Engagement {
    /// The side that did not publish the listing proposes: a recipient to a talent, a donor to a need.
    pub fn propose(
        id: Uuid,
        listing: Listing,
        owner: Uuid,
        proposer: Uuid,
        terms: Terms,
        now: DateTime<Utc>,
    ) -> Result<Changed, Refusal> {
        if owner == proposer {
            return Err(Refusal::WithOneself);
        }
        may_be_proposed(&terms, now)?;
        let awaiting = listing.owner();
        let (donor, recipient) = match awaiting {
            Side::Donor => (owner, proposer),
            Side::Recipient => (proposer, owner),
        };
        let new = Self {
            id,
            listing,
            donor,
            recipient,
            conversation: id,
            state: State::Proposed { awaiting },
            hold: Hold::None,
            terms,
            terms_version: 1,
            terms_at: now,
            answers: Answers::default(),
            created_at: now,
            version: 0,
        };
        let expires_at = new.expires_at();
        Ok(new.changed(Vec::new(), now, awaiting.other(), [FactKind::Proposed { awaiting, expires_at }]))
    }

    /// The awaited side answers with other terms; the turn passes and the time to answer starts again.
    pub fn counter(self, by: Side, seen: i32, terms: Terms, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::Counter)?;
        e.has_seen(seen)?;
        if terms == e.terms {
            return Err(Refusal::SameTerms);
        }
        may_be_proposed(&terms, now)?;
        let awaiting = by.other();
        e.state = State::Proposed { awaiting };
        (e.terms, e.terms_version, e.terms_at) = (terms, e.terms_version + 1, now);
        let (terms_version, expires_at) = (e.terms_version, e.expires_at());
        Ok(e.changed(facts, now, by, [FactKind::Countered { terms_version, awaiting, expires_at }]))
    }

    /// The awaited side agrees to exactly the terms it has read.
    pub fn accept(self, by: Side, seen: i32, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::Accept)?;
        e.has_seen(seen)?;
        e.state = State::Scheduled;
        let terms_version = e.terms_version;
        Ok(e.changed(facts, now, by, [FactKind::Scheduled { terms_version }]))
    }

    /// The awaited side says no; or the system does, for a need that was filled or closed.
    pub fn decline(self, by: Actor, reason: DeclineReason, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        let of_the_need = matches!(reason, DeclineReason::NeedFilled | DeclineReason::NeedClosed);
        match by {
            Actor::Side(side) => e.may(side, Command::Decline)?,
            Actor::Clock | Actor::System => e.is_proposed()?,
        }
        if of_the_need == by.side().is_some() {
            return Err(Refusal::NotYourReason);
        }
        e.state = State::Declined { reason };
        Ok(e.changed(facts, now, by, [FactKind::Declined { reason }]))
    }

    /// The side that waits for the other may take the proposal back.
    pub fn withdraw(self, by: Side, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::Withdraw)?;
        e.state = State::Withdrawn;
        Ok(e.changed(facts, now, by, [FactKind::Withdrawn]))
    }

    /// Either side may cancel before the start; with less than a day's notice it counts as late.
    pub fn cancel(self, by: Side, reason: CancelReason, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::Cancel)?;
        let notice = e.terms.starts_at - now;
        let late = notice < NOTICE;
        e.state = State::Cancelled { by, late, reason };
        let notice_seconds = notice.num_seconds();
        Ok(e.changed(facts, now, by, [FactKind::Cancelled { late, notice_seconds, reason }]))
    }

    /// One of the two leaves for good. What is only proposed ends as if this side had said no, or taken it back; what is agreed, as if it
    /// had called it off. What has begun goes on without it.
    pub fn leave(self, by: Side, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let ticked = self.clone().tick(now);
        match ticked.0.state {
            State::Proposed { awaiting } if awaiting == by => {
                self.decline(Actor::Side(by), DeclineReason::Other, now)
            }
            State::Proposed { .. } => self.withdraw(by, now),
            State::Scheduled => self.cancel(by, CancelReason::Other, now),
            _ => Ok(ticked),
        }
    }

    /// Each side says once what happened, from the end of the session on, and never longer than a quarter of an hour
    /// over what was agreed. The second answer settles it, opens one question, or stops the clock for a person to look.
    pub fn claim(self, by: Side, claim: Claim, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::Claim)?;
        let max = ActualMinutes::most(e.terms.minutes);
        if claim.minutes().is_some_and(|minutes| minutes > max) {
            return Err(Refusal::MinutesOverPlan { max });
        }
        *e.answers.slot(by) = Some(Answer::new(claim, now));
        let mut kinds = vec![FactKind::OutcomeClaimed { claim }];
        if e.answers.count() == 2 {
            match e.question() {
                Some(question) => kinds.push(FactKind::QuestionOpened { question, until: e.answers_due() }),
                None => kinds.extend(e.settle()),
            }
        }
        Ok(e.changed(facts, now, by, kinds))
    }

    /// The one adjust round: each side may restate its minutes once, between what the two said.
    /// Within ten minutes of each other they agree; apart after both restated, a person looks.
    pub fn adjust(self, by: Side, minutes: ActualMinutes, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::Adjust)?;
        let choices = e.answers.minute_choices();
        if let (Some(&low), Some(&high)) = (choices.first(), choices.last())
            && !(low..=high).contains(&minutes)
        {
            return Err(Refusal::MinutesOutside { low, high });
        }
        if let Some(answer) = e.answers.slot(by) {
            answer.restated = Some(Restated { minutes, at: now });
        }
        let mut kinds = vec![FactKind::OutcomeRestated { minutes }];
        let last_word = e.has_restated(by.other());
        if last_word || e.question().is_none() {
            kinds.extend(e.settle());
        }
        Ok(e.changed(facts, now, by, kinds))
    }

    /// Who reported the other absent may agree that nobody was at fault.
    pub fn agree_did_not_take_place(self, by: Side, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        let (mut e, facts) = self.tick(now);
        e.may(by, Command::AgreeDidNotTakePlace)?;
        let kinds = e.record(Outcome::DidNotTakePlace);
        Ok(e.changed(facts, now, by, kinds))
    }

    /// Lets the clock catch up: everything that was due by `now`, in order, dated when it was due.
    #[must_use]
    pub fn tick(mut self, now: DateTime<Utc>) -> Changed {
        let mut facts = Vec::new();
        while let Some(due) = self.next_tick().filter(|due| *due <= now) {
            let kinds = match self.state {
                State::Proposed { awaiting } => {
                    self.state = State::Expired;
                    vec![FactKind::Expired { awaiting }]
                }
                State::Scheduled => {
                    self.state = State::InProgress;
                    vec![FactKind::Started]
                }
                State::InProgress => {
                    self.state = State::AwaitingOutcome;
                    vec![FactKind::Ended]
                }
                _ => self.settle(),
            };
            (self, facts) = self.changed(facts, due, Actor::Clock, kinds);
        }
        (self, facts)
    }

    /// When the clock matters next; never once it is over or on hold.
    pub fn next_tick(&self) -> Option<DateTime<Utc>> {
        match self.state {
            _ if self.hold != Hold::None => None,
            State::Proposed { .. } => Some(self.expires_at()),
            State::Scheduled => Some(self.terms.starts_at),
            State::InProgress => Some(self.terms.ends_at()),
            State::AwaitingOutcome => Some(self.answers_due()),
            _ => None,
        }
    }

    /// An open proposal ends five days after its terms were put forward, at the latest two hours
    /// before the start.
    pub fn expires_at(&self) -> DateTime<Utc> {
        (self.terms_at + PATIENCE).min(self.terms.starts_at - CUT_OFF)
    }

    /// Until when an answer (or the reply to an open question) is waited for.
    pub fn answers_due(&self) -> DateTime<Utc> {
        self.answers.deadline(self.terms.ends_at())
    }

    /// The side of a member; strangers are refused.
    pub fn side_of(&self, member: Uuid) -> Result<Side, Refusal> {
        Side::BOTH.into_iter().find(|side| self.party(*side) == member).ok_or(Refusal::NotParty)
    }

    pub const fn party(&self, side: Side) -> Uuid {
        match side {
            Side::Donor => self.donor,
            Side::Recipient => self.recipient,
        }
    }

    /// Who put the current terms forward: the two take turns, and the side that did not publish begins.
    pub const fn terms_by(&self) -> Side {
        let owner = self.listing.owner();
        if self.terms_version % 2 == 1 { owner.other() } else { owner }
    }

    /// The question that two complete answers left open.
    pub fn question(&self) -> Option<Question> {
        if self.state != State::AwaitingOutcome || self.hold != Hold::None {
            return None;
        }
        match self.resolution() {
            Resolution::Apart => Some(Question::HowLong),
            Resolution::Blamed { author } => Some(Question::NobodysFault { author }),
            Resolution::Settled(_) | Resolution::Dispute => None,
        }
    }

    /// What this side may do at `now`, for the screens; the commands judge by the same rule.
    pub fn commands(&self, side: Side, now: DateTime<Utc>) -> Vec<Command> {
        let (e, _) = self.clone().tick(now);
        Command::ALL.into_iter().filter(|command| e.may(side, *command).is_ok()).collect()
    }

    /// Who has something to answer at `now`: a proposal, what happened, or an open question.
    pub fn whose_turn(&self, now: DateTime<Utc>) -> Vec<Side> {
        const ANSWERS: [Command; 4] =
            [Command::Accept, Command::Claim, Command::Adjust, Command::AgreeDidNotTakePlace];
        let (e, _) = self.clone().tick(now);
        let has_turn = |side: &Side| ANSWERS.iter().any(|command| e.may(*side, *command).is_ok());
        Side::BOTH.into_iter().filter(has_turn).collect()
    }

    /// The one table of who may do what in which state.
    fn may(&self, side: Side, command: Command) -> Result<(), Refusal> {
        let awaited = || match self.state {
            State::Proposed { awaiting } => Ok(awaiting == side),
            _ => self.is_proposed().map(|()| false),
        };
        let turn = |ok| if ok { Ok(()) } else { Err(Refusal::NotYourTurn) };
        match command {
            Command::Accept | Command::Decline => turn(awaited()?),
            Command::Counter => turn(awaited()?).and(if self.terms_version < MAX_VERSIONS {
                Ok(())
            } else {
                Err(Refusal::TooManyVersions)
            }),
            Command::Withdraw => turn(!awaited()?),
            Command::Cancel => match self.state {
                State::Scheduled => Ok(()),
                State::InProgress | State::AwaitingOutcome => Err(Refusal::Started),
                _ => self.is_over().and(Err(Refusal::WrongState)),
            },
            Command::Claim => match self.state {
                State::Scheduled | State::InProgress => Err(Refusal::ClaimTooEarly),
                _ => self.is_asked().and(match self.answers.of(side) {
                    None => Ok(()),
                    Some(_) => Err(Refusal::AlreadyClaimed),
                }),
            },
            Command::Adjust => match (self.is_asked()?, self.question()) {
                ((), Some(Question::HowLong)) if self.has_restated(side) => Err(Refusal::AlreadyAdjusted),
                ((), Some(Question::HowLong)) => Ok(()),
                _ => Err(Refusal::WrongState),
            },
            Command::AgreeDidNotTakePlace => match (self.is_asked()?, self.question()) {
                ((), Some(Question::NobodysFault { author })) => turn(author == side),
                _ => Err(Refusal::WrongState),
            },
        }
    }

    fn is_over(&self) -> Result<(), Refusal> {
        if self.state.is_terminal() { Err(Refusal::Over) } else { Ok(()) }
    }

    fn is_proposed(&self) -> Result<(), Refusal> {
        match self.state {
            State::Proposed { .. } => Ok(()),
            _ => self.is_over().and(Err(Refusal::WrongState)),
        }
    }

    /// The session is over and the two are asked what happened.
    fn is_asked(&self) -> Result<(), Refusal> {
        match (self.state, self.hold) {
            (State::AwaitingOutcome, Hold::None) => Ok(()),
            (State::AwaitingOutcome, Hold::Dispute) => Err(Refusal::OnHold),
            _ => self.is_over().and(Err(Refusal::WrongState)),
        }
    }

    fn has_seen(&self, terms_version: i32) -> Result<(), Refusal> {
        let current = self.terms_version;
        if terms_version == current { Ok(()) } else { Err(Refusal::StaleTerms { current }) }
    }

    fn has_restated(&self, side: Side) -> bool {
        self.answers.of(side).is_some_and(|answer| answer.restated.is_some())
    }

    /// There is no check-in yet, hence no evidence beyond the two answers.
    fn resolution(&self) -> Resolution {
        self.answers.resolve(self.terms.minutes, Evidence::Nothing)
    }

    /// Takes the answers as final: an outcome on record, or a dispute that stops the clock.
    fn settle(&mut self) -> Vec<FactKind> {
        match self.resolution() {
            Resolution::Settled(outcome) => self.record(outcome),
            Resolution::Apart | Resolution::Blamed { .. } | Resolution::Dispute => {
                self.hold = Hold::Dispute;
                vec![FactKind::PutOnHold { hold: self.hold }]
            }
        }
    }

    fn record(&mut self, outcome: Outcome) -> Vec<FactKind> {
        self.state = outcome.into();
        let basis = match (self.answers.count(), outcome) {
            (2, _) => Basis::BothAnswers,
            (1, Outcome::Confirmed { .. }) => Basis::CheckIn,
            (1, _) => Basis::OneAnswer,
            _ => Basis::Silence,
        };
        let closing = match outcome {
            Outcome::Confirmed { minutes } => FactKind::Completed { minutes },
            Outcome::DidNotTakePlace => FactKind::DidNotTakePlace,
            Outcome::NoShow { who, acknowledged } => FactKind::NoShow { who, acknowledged },
            Outcome::Lapsed => FactKind::Lapsed,
        };
        vec![FactKind::SessionResolved { outcome, basis }, closing]
    }

    fn changed(
        mut self,
        mut facts: Vec<Fact>,
        at: DateTime<Utc>,
        by: impl Into<Actor>,
        kinds: impl IntoIterator<Item = FactKind>,
    ) -> Changed {
        let by = by.into();
        facts.extend(kinds.into_iter().map(|kind| Fact { at, by, kind }));
        self.version += 1;
        (self, facts)
    }
}

/// A time is proposed at least three hours and at most half a year ahead.
fn may_be_proposed(terms: &Terms, now: DateTime<Utc>) -> Result<(), Refusal> {
    match terms.starts_at - now {
        lead if lead < LEAD => Err(Refusal::StartsTooSoon),
        lead if lead > HORIZON => Err(Refusal::StartsTooFar),
        _ => Ok(()),
    }
}
