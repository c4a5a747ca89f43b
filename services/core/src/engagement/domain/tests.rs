use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::{outcome::Basis, *};
use crate::listing::ListingKind;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap()
}

fn terms(start_in: TimeDelta, minutes: i32) -> Terms {
    Terms {
        starts_at: now() + start_in,
        minutes: PlannedMinutes::parse(minutes).unwrap(),
        mode: Mode::InPerson,
        place: Place::parse("망원시장 입구").unwrap(),
        bring: Bring::default(),
    }
}

fn talent() -> Listing {
    Listing { kind: ListingKind::Talent, id: Uuid::from_u128(7), title: "통기타 첫걸음".into() }
}

const DONOR: Uuid = Uuid::from_u128(1);
const RECIPIENT: Uuid = Uuid::from_u128(2);
use Side::{Donor, Recipient};

/// Proposed by the recipient for 90 minutes in two days; awaiting the donor.
fn proposed() -> Engagement {
    let terms = terms(TimeDelta::days(2), 90);
    Engagement::propose(Uuid::from_u128(3), talent(), DONOR, RECIPIENT, terms, now()).unwrap().0
}

fn scheduled() -> Engagement {
    proposed().accept(Donor, 1, now()).unwrap().0
}

/// An hour after the end.
fn after() -> DateTime<Utc> {
    scheduled().terms.ends_at() + TimeDelta::hours(1)
}

fn held(minutes: i32) -> Claim {
    Claim::TookPlace { minutes: minutes_held(minutes) }
}

fn minutes_held(minutes: i32) -> ActualMinutes {
    ActualMinutes::parse(minutes).unwrap()
}

fn answered(donor: Claim, recipient: Claim) -> Engagement {
    scheduled().claim(Donor, donor, after()).unwrap().0.claim(Recipient, recipient, after()).unwrap().0
}

fn kinds((_, facts): &Changed) -> Vec<FactKind> {
    facts.iter().map(|fact| fact.kind).collect()
}

#[test]
fn whoever_did_not_publish_proposes_and_the_other_answers() {
    let to_talent = proposed();
    assert_eq!((to_talent.donor, to_talent.recipient), (DONOR, RECIPIENT));
    assert_eq!(to_talent.state, State::Proposed { awaiting: Donor });

    let need = Listing { kind: ListingKind::Need, ..talent() };
    let terms = terms(TimeDelta::days(2), 60);
    let propose = |owner, who| {
        Engagement::propose(Uuid::nil(), need.clone(), owner, who, terms.clone(), now())
            .map(|changed| changed.0)
    };
    let to_need = propose(RECIPIENT, DONOR).unwrap();
    assert_eq!((to_need.donor, to_need.state), (DONOR, State::Proposed { awaiting: Recipient }));
    assert_eq!(propose(DONOR, DONOR), Err(Refusal::WithOneself));
    assert_eq!(to_need.side_of(DONOR), Ok(Donor));
    assert_eq!(to_need.side_of(Uuid::nil()), Err(Refusal::NotParty));
}

#[test]
fn a_time_lies_three_hours_to_half_a_year_ahead() {
    let propose = |start_in| {
        Engagement::propose(Uuid::nil(), talent(), DONOR, RECIPIENT, terms(start_in, 60), now()).map(|_| ())
    };
    assert_eq!(propose(TimeDelta::minutes(179)), Err(Refusal::StartsTooSoon));
    assert_eq!(propose(TimeDelta::minutes(180)), Ok(()));
    assert_eq!(propose(TimeDelta::days(180)), Ok(()));
    assert_eq!(propose(TimeDelta::days(181)), Err(Refusal::StartsTooFar));
}

#[test]
fn only_the_awaited_side_answers_and_only_what_it_has_read() {
    let countered = proposed().counter(Donor, 1, terms(TimeDelta::days(3), 60), now()).unwrap().0;
    assert_eq!((countered.state, countered.terms_version), (State::Proposed { awaiting: Recipient }, 2));
    assert_eq!((proposed().terms_by(), countered.terms_by()), (Recipient, Donor));
    let refused = |result: Result<Changed, Refusal>| result.unwrap_err();
    assert_eq!(refused(countered.clone().accept(Recipient, 1, now())), Refusal::StaleTerms { current: 2 });
    assert_eq!(refused(countered.clone().accept(Donor, 2, now())), Refusal::NotYourTurn);
    assert_eq!(refused(countered.clone().withdraw(Recipient, now())), Refusal::NotYourTurn);
    assert_eq!(
        refused(countered.clone().counter(Recipient, 2, terms(TimeDelta::days(3), 60), now())),
        Refusal::SameTerms
    );
    let accepted = countered.clone().accept(Recipient, 2, now()).unwrap();
    assert_eq!(accepted.0.state, State::Scheduled);
    assert_eq!(kinds(&accepted), [FactKind::Scheduled { terms_version: 2 }]);
    assert_eq!(countered.withdraw(Donor, now()).unwrap().0.state, State::Withdrawn);
}

#[test]
fn terms_go_back_and_forth_six_times_at_most() {
    let mut e = proposed();
    for version in 1..6 {
        let State::Proposed { awaiting } = e.state else { panic!("{:?}", e.state) };
        e = e.counter(awaiting, version, terms(TimeDelta::days(2), 60 + version), now()).unwrap().0;
    }
    let State::Proposed { awaiting } = e.state else { panic!("{:?}", e.state) };
    assert!(!e.commands(awaiting, now()).contains(&Command::Counter));
    let seventh = e.counter(awaiting, 6, terms(TimeDelta::days(2), 15), now());
    assert_eq!(seventh.unwrap_err(), Refusal::TooManyVersions);
}

#[test]
fn a_proposal_waits_five_days_but_not_into_the_last_two_hours() {
    let far = |e: Engagement| e.counter(Donor, 1, terms(TimeDelta::days(20), 60), now() + TimeDelta::days(1));
    assert_eq!(proposed().expires_at(), now() + TimeDelta::days(2) - TimeDelta::hours(2));
    assert_eq!(far(proposed()).unwrap().0.expires_at(), now() + TimeDelta::days(6));
    let due = proposed().expires_at();
    assert!(proposed().accept(Donor, 1, due - TimeDelta::seconds(1)).is_ok());
    assert_eq!(proposed().accept(Donor, 1, due).unwrap_err(), Refusal::Over);
    let expired = proposed().tick(due + TimeDelta::days(9));
    assert_eq!(expired.1, [Fact { at: due, by: Actor::Clock, kind: FactKind::Expired { awaiting: Donor } }]);
}

#[test]
fn a_filled_need_is_the_systems_reason_and_no_persons() {
    let decline = |by, reason| proposed().decline(by, reason, now()).map(|(e, _)| e.state);
    assert_eq!(
        decline(Actor::Side(Donor), DeclineReason::Time),
        Ok(State::Declined { reason: DeclineReason::Time })
    );
    assert_eq!(
        decline(Actor::System, DeclineReason::NeedFilled),
        Ok(State::Declined { reason: DeclineReason::NeedFilled })
    );
    assert_eq!(decline(Actor::Side(Donor), DeclineReason::NeedFilled), Err(Refusal::NotYourReason));
    assert_eq!(decline(Actor::System, DeclineReason::Time), Err(Refusal::NotYourReason));
    assert_eq!(decline(Actor::Side(Recipient), DeclineReason::Time), Err(Refusal::NotYourTurn));
}

#[test]
fn cancelling_within_a_day_is_late_and_after_the_start_impossible() {
    let start = scheduled().terms.starts_at;
    let cancel =
        |notice| scheduled().cancel(Recipient, CancelReason::Health, start - notice).map(|c| kinds(&c));
    let cancelled = |late, notice: TimeDelta| {
        Ok(vec![FactKind::Cancelled {
            late,
            notice_seconds: notice.num_seconds(),
            reason: CancelReason::Health,
        }])
    };
    let (day, second) = (TimeDelta::hours(24), TimeDelta::seconds(1));
    assert_eq!(cancel(day), cancelled(false, day));
    assert_eq!(cancel(day - second), cancelled(true, day - second));
    assert_eq!(cancel(second), cancelled(true, second));
    assert_eq!(cancel(TimeDelta::zero()), Err(Refusal::Started));
}

#[test]
fn a_clock_that_comes_late_does_everything_in_order_and_dates_it_rightly() {
    let e = scheduled();
    let (start, end) = (e.terms.starts_at, e.terms.ends_at());
    let (e, facts) = e.tick(now() + TimeDelta::days(300));
    let lapsed = FactKind::SessionResolved { outcome: Outcome::Lapsed, basis: Basis::Silence };
    let dated: Vec<_> = facts.iter().map(|fact| (fact.at, fact.kind)).collect();
    let week = end + TimeDelta::days(7);
    assert_eq!(
        dated,
        [(start, FactKind::Started), (end, FactKind::Ended), (week, lapsed), (week, FactKind::Lapsed)]
    );
    assert_eq!((e.state, e.version), (State::Lapsed, scheduled().version + 3));
}

#[test]
fn nobody_answers_before_the_end_and_nobody_twice() {
    let end = scheduled().terms.ends_at();
    let early = scheduled().claim(Donor, held(90), end - TimeDelta::seconds(1));
    assert_eq!(early.unwrap_err(), Refusal::ClaimTooEarly);
    let (once, facts) = scheduled().claim(Donor, held(90), end).unwrap();
    assert_eq!(
        kinds(&(once.clone(), facts)),
        [FactKind::Started, FactKind::Ended, FactKind::OutcomeClaimed { claim: held(90) }]
    );
    assert_eq!(once.whose_turn(end), [Recipient]);
    assert_eq!(once.claim(Donor, held(60), end).unwrap_err(), Refusal::AlreadyClaimed);
    let proposal = proposed().claim(Donor, held(60), now());
    assert_eq!(proposal.unwrap_err(), Refusal::WrongState);
}

#[test]
fn two_who_agree_complete_it() {
    let (once, _) = scheduled().claim(Donor, held(90), after()).unwrap();
    let twice = once.claim(Recipient, held(95), after()).unwrap();
    let outcome = Outcome::Confirmed { minutes: minutes_held(90) };
    assert_eq!(
        kinds(&twice),
        [
            FactKind::OutcomeClaimed { claim: held(95) },
            FactKind::SessionResolved { outcome, basis: Basis::BothAnswers },
            FactKind::Completed { minutes: minutes_held(90) },
        ]
    );
    assert_eq!(twice.0.state, State::Completed { minutes: minutes_held(90) });
}

#[test]
fn the_silent_side_has_a_week_and_at_least_two_days_after_the_other() {
    let end = scheduled().terms.ends_at();
    let early = scheduled().claim(Donor, held(60), end + TimeDelta::days(1)).unwrap().0;
    assert_eq!(early.next_tick(), Some(end + TimeDelta::days(7)));
    let late = scheduled().claim(Donor, Claim::OtherAbsent, end + TimeDelta::days(6)).unwrap().0;
    assert_eq!(late.next_tick(), Some(end + TimeDelta::days(8)));
    assert_eq!(early.tick(end + TimeDelta::days(7)).0.state, State::Lapsed);
    let no_show = State::NoShow { who: Recipient, acknowledged: false };
    assert_eq!(late.tick(end + TimeDelta::days(8)).0.state, no_show);
}

#[test]
fn nobody_says_longer_than_agreed_and_a_quarter_of_an_hour() {
    let say = |e: Engagement, minutes| e.claim(Donor, held(minutes), after()).map(|_| ());
    assert_eq!(say(scheduled(), 105), Ok(()));
    assert_eq!(say(scheduled(), 106), Err(Refusal::MinutesOverPlan { max: minutes_held(105) }));
    // Longer takes a new version of the terms; eight hours are the most that can be agreed.
    let longer = proposed().counter(Donor, 1, terms(TimeDelta::days(2), 480), now()).unwrap().0;
    let longer = longer.accept(Recipient, 2, now()).unwrap().0;
    let end = longer.terms.ends_at();
    assert_eq!(longer.claim(Donor, held(480), end).map(|_| ()), Ok(()));
    // What was said before this rule is on record as far as it goes.
    let mut before = scheduled().claim(Donor, held(90), after()).unwrap().0;
    before.answers.donor = Some(Answer::new(held(480), after()));
    before.answers.recipient = Some(Answer::new(held(480), after()));
    let said = before.answers.resolve(before.terms.minutes, super::outcome::Evidence::Nothing);
    let most = Outcome::Confirmed { minutes: minutes_held(105) };
    assert_eq!(said, super::outcome::Resolution::Settled(most));
}

#[test]
fn minutes_far_apart_get_one_round() {
    let e = answered(held(60), held(90));
    assert_eq!(e.question(), Some(Question::HowLong));
    assert_eq!(e.whose_turn(after()), [Donor, Recipient]);
    assert_eq!(e.next_tick(), Some(after() + TimeDelta::days(3)));

    let outside = e.clone().adjust(Donor, minutes_held(95), after()).unwrap_err();
    assert_eq!(outside, Refusal::MinutesOutside { low: minutes_held(60), high: minutes_held(90) });

    let agreed = e.clone().adjust(Donor, minutes_held(90), after()).unwrap().0;
    assert_eq!(agreed.state, State::Completed { minutes: minutes_held(90) });

    let half = e.adjust(Donor, minutes_held(75), after() + TimeDelta::days(2)).unwrap().0;
    assert_eq!(half.whose_turn(after() + TimeDelta::days(2)), [Recipient]);
    assert_eq!(half.next_tick(), Some(after() + TimeDelta::days(5)));
    let again = half.clone().adjust(Donor, minutes_held(80), after() + TimeDelta::days(2));
    assert_eq!(again.unwrap_err(), Refusal::AlreadyAdjusted);
    let met = half.clone().adjust(Recipient, minutes_held(75), after() + TimeDelta::days(2)).unwrap().0;
    assert_eq!(met.state, State::Completed { minutes: minutes_held(75) });
    let firm = half.clone().adjust(Recipient, minutes_held(90), after() + TimeDelta::days(2)).unwrap().0;
    assert_eq!((firm.state, firm.hold), (State::AwaitingOutcome, Hold::Dispute));
    let silent = half.tick(after() + TimeDelta::days(5)).0;
    assert_eq!((silent.state, silent.hold), (State::AwaitingOutcome, Hold::Dispute));
}

#[test]
fn who_reported_an_absence_may_agree_that_nobody_was_at_fault() {
    let e = answered(Claim::DidNotTakePlace, Claim::OtherAbsent);
    assert_eq!(e.question(), Some(Question::NobodysFault { author: Recipient }));
    assert_eq!(e.whose_turn(after()), [Recipient]);
    assert_eq!(e.clone().agree_did_not_take_place(Donor, after()).unwrap_err(), Refusal::NotYourTurn);
    assert_eq!(
        e.clone().agree_did_not_take_place(Recipient, after()).unwrap().0.state,
        State::DidNotTakePlace
    );
    let (silent, facts) = e.tick(after() + TimeDelta::days(3));
    assert_eq!(facts[0].kind, FactKind::PutOnHold { hold: Hold::Dispute });
    assert_eq!(silent.hold, Hold::Dispute);
}

#[test]
fn a_dispute_stops_the_clock_and_every_act() {
    let e = answered(held(60), Claim::OtherAbsent);
    assert_eq!((e.hold, e.next_tick()), (Hold::Dispute, None));
    assert_eq!(e.commands(Donor, after()), []);
    assert_eq!(e.clone().tick(after() + TimeDelta::days(900)), (e.clone(), vec![]));
    assert_eq!(e.claim(Donor, held(60), after()).unwrap_err(), Refusal::OnHold);
}

#[test]
fn words_are_one_visible_line() {
    let parse = |raw: &str| Place::parse(raw).map(String::from);
    assert_eq!(parse("  망원시장 입구 "), Ok("망원시장 입구".into()));
    assert_eq!(parse("\u{1106}\u{1161}\u{11bc}원"), Ok("망원".into()));
    assert_eq!(parse(""), Ok(String::new()));
    assert_eq!(parse(&"가".repeat(81)).unwrap_err().code, "text.too_long");
    assert_eq!(parse("a\nb\u{200b}\u{202e}\u{feff}c\u{2066}"), Ok("a bc".into()));
    for hidden in ["a\u{3164}b", "a\u{0}b", "a\u{e0041}b", "\u{301}", "a\u{378}"] {
        assert_eq!(parse(hidden).unwrap_err().code, "text.forbidden_character", "{hidden:?}");
    }
    assert_eq!(PlannedMinutes::parse(14), Err(OutOfRange { min: 15, max: 480 }));
    assert_eq!(ActualMinutes::parse(481), Err(OutOfRange { min: 1, max: 480 }));
    assert!(PlannedMinutes::parse(15).is_ok() && PlannedMinutes::parse(480).is_ok());
}

#[test]
fn values_keep_their_rules_when_read_back() {
    // Words do not: what was taken once stays readable, whatever the policy says later.
    assert_eq!(Place::of("a\u{3164}b".into()).as_str(), "a\u{3164}b");
    let json = serde_json::to_string(&terms(TimeDelta::days(1), 60)).unwrap();
    assert_eq!(serde_json::from_str::<Terms>(&json).unwrap(), terms(TimeDelta::days(1), 60));
    assert!(serde_json::from_str::<Terms>(&json.replace(":60", ":600")).is_err());
    assert!(serde_json::from_str::<Claim>(r#"{"claim":"took_place","minutes":0}"#).is_err());
    assert_eq!(serde_json::to_string(&held(60)).unwrap(), r#"{"claim":"took_place","minutes":60}"#);
    let state = State::NoShow { who: Donor, acknowledged: true };
    let json = r#"{"state":"no_show","who":"donor","acknowledged":true}"#;
    assert_eq!(serde_json::to_string(&state).unwrap(), json);
    assert_eq!(serde_json::from_str::<State>(json).unwrap(), state);
}

#[derive(Debug, Clone)]
enum Attempt {
    Accept(Side, i32),
    Counter(Side, i32, i64, i32),
    Decline(Actor, DeclineReason),
    Withdraw(Side),
    Cancel(Side),
    Claim(Side, Claim),
    Adjust(Side, ActualMinutes),
    AgreeDidNotTakePlace(Side),
    Tick,
}

impl Attempt {
    fn run(self, e: Engagement, now: DateTime<Utc>) -> Result<Changed, Refusal> {
        match self {
            Self::Accept(side, seen) => e.accept(side, seen, now),
            Self::Counter(side, seen, hours, minutes) => {
                let starts_at = now + TimeDelta::hours(hours);
                e.counter(side, seen, Terms { starts_at, ..terms(TimeDelta::zero(), minutes) }, now)
            }
            Self::Decline(by, reason) => e.decline(by, reason, now),
            Self::Withdraw(side) => e.withdraw(side, now),
            Self::Cancel(side) => e.cancel(side, CancelReason::Other, now),
            Self::Claim(side, claim) => e.claim(side, claim, now),
            Self::Adjust(side, minutes) => e.adjust(side, minutes, now),
            Self::AgreeDidNotTakePlace(side) => e.agree_did_not_take_place(side, now),
            Self::Tick => Ok(e.tick(now)),
        }
    }

    /// The simplest command that carries out an act.
    fn of(act: Command, side: Side, e: &Engagement) -> Self {
        match act {
            Command::Accept => Self::Accept(side, e.terms_version),
            Command::Counter => Self::Counter(side, e.terms_version, 100, e.terms.minutes.get() % 400 + 20),
            Command::Decline => Self::Decline(side.into(), DeclineReason::Other),
            Command::Withdraw => Self::Withdraw(side),
            Command::Cancel => Self::Cancel(side),
            Command::Claim => Self::Claim(side, Claim::DidNotTakePlace),
            Command::Adjust => {
                Self::Adjust(side, e.answers.minute_choices().pop().unwrap_or(minutes_held(60)))
            }
            Command::AgreeDidNotTakePlace => Self::AgreeDidNotTakePlace(side),
        }
    }
}

fn command() -> impl Strategy<Value = Attempt> {
    let side = || prop_oneof![Just(Donor), Just(Recipient)];
    let minutes = || prop_oneof![Just(30), Just(60), Just(65), Just(90), Just(120)].prop_map(minutes_held);
    let claim = prop_oneof![
        3 => minutes().prop_map(|minutes| Claim::TookPlace { minutes }),
        1 => Just(Claim::DidNotTakePlace),
        1 => Just(Claim::OtherAbsent),
        1 => Just(Claim::IAbsent),
    ];
    let reason = prop_oneof![Just(DeclineReason::Busy), Just(DeclineReason::NeedClosed)];
    let by = prop_oneof![4 => side().prop_map(Actor::Side), 1 => Just(Actor::System)];
    prop_oneof![
        6 => (side(), 1..4).prop_map(|(side, seen)| Attempt::Accept(side, seen)),
        2 => (side(), 1..4, 1..200i64, 15..200).prop_map(|(s, v, h, m)| Attempt::Counter(s, v, h, m)),
        1 => (by, reason).prop_map(|(by, reason)| Attempt::Decline(by, reason)),
        1 => side().prop_map(Attempt::Withdraw),
        1 => side().prop_map(Attempt::Cancel),
        12 => (side(), claim).prop_map(|(side, claim)| Attempt::Claim(side, claim)),
        6 => (side(), minutes()).prop_map(|(side, minutes)| Attempt::Adjust(side, minutes)),
        3 => side().prop_map(Attempt::AgreeDidNotTakePlace),
        3 => Just(Attempt::Tick),
    ]
}

/// Ticks one due moment at a time.
fn tick_stepwise(mut e: Engagement, now: DateTime<Utc>) -> (Changed, i32) {
    let (mut facts, mut steps) = (Vec::new(), 0);
    while let Some(due) = e.next_tick().filter(|due| *due <= now) {
        let (next, more) = e.tick(due);
        (e, steps) = (next, steps + 1);
        facts.extend(more);
    }
    ((e, facts), steps)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn whatever_people_and_clocks_do(steps in prop::collection::vec((command(), 0..60i64), 1..24), donor_first: bool) {
        let (mut e, mut at) = (proposed(), now());
        if donor_first {
            e = scheduled();
        }
        for (command, hours) in steps {
            at += TimeDelta::hours(hours);
            let jumped = e.clone().tick(at);
            let (walked, clock_steps) = tick_stepwise(e.clone(), at);
            prop_assert_eq!(&jumped, &walked, "a clock that jumps does everything in order");
            prop_assert_eq!(jumped.0.version, e.version + clock_steps);
            prop_assert!(jumped.1.iter().all(|fact| fact.by == Actor::Clock));
            prop_assert!(jumped.1.windows(2).all(|two| two[0].at <= two[1].at));

            for side in Side::BOTH {
                let acts = e.commands(side, at);
                for act in Command::ALL {
                    let done = Attempt::of(act, side, &jumped.0).run(e.clone(), at);
                    prop_assert_eq!(done.is_ok(), acts.contains(&act), "{:?} {:?} {:?}", side, act, done);
                }
            }

            let is_tick = matches!(command, Attempt::Tick);
            let settled = jumped.0.state.is_terminal();
            let outcome = command.run(e.clone(), at);
            if settled && !is_tick {
                prop_assert_eq!(outcome.clone().unwrap_err(), Refusal::Over, "terminal states absorb");
            }
            if let Ok((next, facts)) = outcome {
                prop_assert_eq!(next.version, jumped.0.version + i32::from(!is_tick));
                prop_assert!(facts.iter().all(|fact| fact.at <= at));
                prop_assert!(facts.starts_with(&jumped.1));
                prop_assert!(is_tick || facts.len() > jumped.1.len(), "every change has a fact");
                e = next;
            }

            if let State::Completed { minutes } = e.state {
                let says = |side| e.answers.of(side).and_then(|answer| answer.stands().minutes());
                let both = says(Donor).zip(says(Recipient));
                prop_assert_eq!(both.map(|(a, b)| a.min(b)), Some(minutes), "two held claims, the lower");
                prop_assert!(minutes.get() <= e.terms.minutes.get() + 15, "and no more than was agreed");
            }
            let later = e.clone().tick(at + TimeDelta::days(400)).0;
            prop_assert!(later.state.is_terminal() || later.hold != Hold::None, "the clock alone ends it");
            let is_success = |e: &Engagement| matches!(e.state, State::Completed { .. });
            prop_assert!(is_success(&e) || !is_success(&later), "time never creates a success");
            prop_assert_eq!(later.next_tick(), None);
        }
    }
}

#[test]
fn whoever_leaves_ends_what_has_not_begun_as_by_their_own_hand() {
    let by_asked = proposed().leave(Donor, now()).unwrap();
    assert_eq!(kinds(&by_asked), [FactKind::Declined { reason: DeclineReason::Other }]);
    let by_asking = proposed().leave(Recipient, now()).unwrap();
    assert_eq!(kinds(&by_asking), [FactKind::Withdrawn]);
    let (after, facts) = scheduled().leave(Recipient, now()).unwrap();
    assert_eq!(after.state, State::Cancelled { by: Recipient, late: false, reason: CancelReason::Other });
    assert!(facts.iter().all(|fact| fact.by.side() == Some(Recipient)));
}

#[test]
fn what_has_begun_or_is_over_goes_on_without_who_leaves() {
    let waiting = scheduled().leave(Donor, after()).unwrap();
    assert_eq!(kinds(&waiting), [FactKind::Started, FactKind::Ended], "the clock caught up");
    assert_eq!(waiting.0.state, State::AwaitingOutcome);
    let on_hold = answered(held(90), Claim::OtherAbsent);
    assert_eq!(on_hold.hold, Hold::Dispute);
    assert_eq!(on_hold.clone().leave(Donor, after()).unwrap(), (on_hold, Vec::new()));
    let recorded = answered(held(90), held(90));
    assert_eq!(recorded.clone().leave(Donor, after()).unwrap().0, recorded);
}
