//! What happened, according to the two who know. Time never creates a success: only two agreeing
//! answers, or one with evidence, put minutes on record.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::values::{ActualMinutes, PlannedMinutes, Side};

/// Two memories of the same hour may differ by this much and still agree.
const TOLERANCE: i32 = 10;
/// The silent side has a week after the end …
const SILENCE: TimeDelta = TimeDelta::days(7);
/// … and never less than two days after the other's answer.
const REPLY: TimeDelta = TimeDelta::hours(48);
/// An open question between the two waits three days after the last word.
const QUESTION: TimeDelta = TimeDelta::days(3);

/// One side's answer to "what happened?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "claim", rename_all = "snake_case")]
pub enum Claim {
    /// It took place, this long.
    TookPlace { minutes: ActualMinutes },
    /// It did not take place, nobody at fault.
    DidNotTakePlace,
    /// The other did not come.
    OtherAbsent,
    /// I could not come.
    IAbsent,
}

impl Claim {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TookPlace { .. } => "took_place",
            Self::DidNotTakePlace => "did_not_take_place",
            Self::OtherAbsent => "other_absent",
            Self::IAbsent => "i_absent",
        }
    }

    pub const fn minutes(self) -> Option<ActualMinutes> {
        match self {
            Self::TookPlace { minutes } => Some(minutes),
            Self::DidNotTakePlace | Self::OtherAbsent | Self::IAbsent => None,
        }
    }
}

/// A claim with its history: minutes may be restated once, the first word stays on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub claim: Claim,
    pub claimed_at: DateTime<Utc>,
    pub restated: Option<Restated>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restated {
    pub minutes: ActualMinutes,
    pub at: DateTime<Utc>,
}

impl Answer {
    pub const fn new(claim: Claim, claimed_at: DateTime<Utc>) -> Self {
        Self { claim, claimed_at, restated: None }
    }

    /// What this side says now.
    pub fn stands(&self) -> Claim {
        self.restated.map_or(self.claim, |r| Claim::TookPlace { minutes: r.minutes })
    }

    fn last_word(&self) -> DateTime<Utc> {
        self.restated.map_or(self.claimed_at, |r| r.at)
    }
}

/// The answers of both sides; absent is silent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    pub donor: Option<Answer>,
    pub recipient: Option<Answer>,
}

impl Answers {
    pub const fn of(&self, side: Side) -> Option<&Answer> {
        match side {
            Side::Donor => self.donor.as_ref(),
            Side::Recipient => self.recipient.as_ref(),
        }
    }

    pub(super) const fn slot(&mut self, side: Side) -> &mut Option<Answer> {
        match side {
            Side::Donor => &mut self.donor,
            Side::Recipient => &mut self.recipient,
        }
    }

    pub(super) fn count(&self) -> usize {
        self.donor.iter().chain(&self.recipient).count()
    }

    pub(super) fn resolve(&self, planned: PlannedMinutes, evidence: Evidence) -> Resolution {
        let says = |side| self.of(side).map(Answer::stands);
        resolve(says(Side::Donor), says(Side::Recipient), planned, evidence)
    }

    /// When silence becomes an answer.
    pub(super) fn deadline(&self, ended_at: DateTime<Utc>) -> DateTime<Utc> {
        match (&self.donor, &self.recipient) {
            (Some(a), Some(b)) => a.last_word().max(b.last_word()) + QUESTION,
            (Some(one), None) | (None, Some(one)) => (ended_at + SILENCE).max(one.claimed_at + REPLY),
            (None, None) => ended_at + SILENCE,
        }
    }

    /// The minutes offered in the one adjust round: the lower, the middle, the higher.
    pub fn minute_choices(&self) -> Vec<ActualMinutes> {
        let says = |side| self.of(side).and_then(|answer| answer.stands().minutes());
        let (Some(a), Some(b)) = (says(Side::Donor), says(Side::Recipient)) else { return Vec::new() };
        let mut choices = vec![a.min(b), a.middle(b).clamp(a.min(b), a.max(b)), a.max(b)];
        choices.dedup();
        choices
    }
}

/// What the product saw itself. Nothing yet: check-in comes later.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    #[default]
    Nothing,
    CheckIn,
}

/// How a session ended, on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    Confirmed { minutes: ActualMinutes },
    DidNotTakePlace,
    NoShow { who: Side, acknowledged: bool },
    Lapsed,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed { .. } => "confirmed",
            Self::DidNotTakePlace => "did_not_take_place",
            Self::NoShow { .. } => "no_show",
            Self::Lapsed => "lapsed",
        }
    }
}

/// What an outcome rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    BothAnswers,
    OneAnswer,
    CheckIn,
    Silence,
}

impl Basis {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BothAnswers => "both_answers",
            Self::OneAnswer => "one_answer",
            Self::CheckIn => "check_in",
            Self::Silence => "silence",
        }
    }
}

/// What two answers make of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    Settled(Outcome),
    /// Both say held, more than ten minutes apart: one adjust round.
    Apart,
    /// Nobody's fault, says one; `author` said the other was absent and may agree.
    Blamed {
        author: Side,
    },
    /// A person has to look.
    Dispute,
}

/// The claims matrix: symmetric, complete. `None` is a side whose time to answer is over.
pub fn resolve(
    donor: Option<Claim>,
    recipient: Option<Claim>,
    planned: PlannedMinutes,
    evidence: Evidence,
) -> Resolution {
    use Claim::{DidNotTakePlace, IAbsent, OtherAbsent, TookPlace};
    use Resolution::{Apart, Blamed, Dispute, Settled};
    use Side::{Donor, Recipient};

    let no_show = |who, acknowledged| Settled(Outcome::NoShow { who, acknowledged });
    match (donor, recipient) {
        (Some(TookPlace { minutes: a }), Some(TookPlace { minutes: b })) => {
            if (a.get() - b.get()).abs() <= TOLERANCE {
                // Answers of before that rule may say more.
                Settled(Outcome::Confirmed { minutes: a.min(b).at_most_planned(planned) })
            } else {
                Apart
            }
        }
        (Some(TookPlace { minutes }), None) | (None, Some(TookPlace { minutes })) => {
            Settled(match evidence {
                Evidence::CheckIn => Outcome::Confirmed { minutes: minutes.at_most_planned(planned) },
                Evidence::Nothing => Outcome::Lapsed,
            })
        }
        (Some(TookPlace { .. }), Some(_))
        | (Some(_), Some(TookPlace { .. }))
        | (Some(OtherAbsent), Some(OtherAbsent)) => Dispute,

        (Some(OtherAbsent), Some(DidNotTakePlace)) => Blamed { author: Donor },
        (Some(DidNotTakePlace), Some(OtherAbsent)) => Blamed { author: Recipient },
        (Some(OtherAbsent), other) => no_show(Recipient, other.is_some()),
        (other, Some(OtherAbsent)) => no_show(Donor, other.is_some()),

        (Some(IAbsent), None) => no_show(Donor, true),
        (None, Some(IAbsent)) => no_show(Recipient, true),
        (Some(DidNotTakePlace | IAbsent), Some(DidNotTakePlace | IAbsent))
        | (Some(DidNotTakePlace), None)
        | (None, Some(DidNotTakePlace)) => Settled(Outcome::DidNotTakePlace),

        (None, None) => Settled(Outcome::Lapsed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(minutes: i32) -> Claim {
        Claim::TookPlace { minutes: ActualMinutes::parse(minutes).unwrap() }
    }

    fn letter(letter: char) -> Option<Claim> {
        match letter {
            'H' => Some(held(60)),
            'N' => Some(Claim::DidNotTakePlace),
            'O' => Some(Claim::OtherAbsent),
            'S' => Some(Claim::IAbsent),
            _ => None,
        }
    }

    fn word(r: Resolution) -> String {
        match r {
            Resolution::Settled(Outcome::Confirmed { minutes }) => format!("confirmed {}", minutes.get()),
            Resolution::Settled(Outcome::DidNotTakePlace) => "did not take place".into(),
            Resolution::Settled(Outcome::NoShow { who, acknowledged }) => {
                format!("{} absent{}", who.as_str(), if acknowledged { ", acknowledged" } else { "" })
            }
            Resolution::Settled(Outcome::Lapsed) => "lapsed".into(),
            Resolution::Apart => "apart".into(),
            Resolution::Blamed { author } => format!("blamed by {}", author.as_str()),
            Resolution::Dispute => "dispute".into(),
        }
    }

    #[test]
    fn every_ordered_pair_of_answers_has_its_result() {
        let planned = PlannedMinutes::parse(60).unwrap();
        let table = [
            ("HH", "confirmed 60"),
            ("HN", "dispute"),
            ("HO", "dispute"),
            ("HS", "dispute"),
            ("H-", "lapsed"),
            ("NH", "dispute"),
            ("NN", "did not take place"),
            ("NO", "blamed by recipient"),
            ("NS", "did not take place"),
            ("N-", "did not take place"),
            ("OH", "dispute"),
            ("ON", "blamed by donor"),
            ("OO", "dispute"),
            ("OS", "recipient absent, acknowledged"),
            ("O-", "recipient absent"),
            ("SH", "dispute"),
            ("SN", "did not take place"),
            ("SO", "donor absent, acknowledged"),
            ("SS", "did not take place"),
            ("S-", "donor absent, acknowledged"),
            ("-H", "lapsed"),
            ("-N", "did not take place"),
            ("-O", "donor absent"),
            ("-S", "recipient absent, acknowledged"),
            ("--", "lapsed"),
        ];
        let distinct: std::collections::HashSet<_> = table.iter().map(|row| row.0).collect();
        assert_eq!(distinct.len(), 25);
        for (pair, expected) in table {
            let mut sides = pair.chars().map(letter);
            let (donor, recipient) = (sides.next().unwrap(), sides.next().unwrap());
            assert_eq!(word(resolve(donor, recipient, planned, Evidence::Nothing)), expected, "{pair}");
        }
    }

    #[test]
    fn ten_minutes_apart_agree_on_the_lower() {
        let planned = PlannedMinutes::parse(90).unwrap();
        let of = |a, b| word(resolve(Some(held(a)), Some(held(b)), planned, Evidence::Nothing));
        assert_eq!([of(90, 95), of(100, 90), of(90, 101)], ["confirmed 90", "confirmed 90", "apart"]);
    }

    #[test]
    fn one_answer_counts_only_with_evidence_and_never_far_over_the_plan() {
        let planned = PlannedMinutes::parse(60).unwrap();
        let of = |m| word(resolve(Some(held(m)), None, planned, Evidence::CheckIn));
        assert_eq!([of(50), of(75), of(200)], ["confirmed 50", "confirmed 75", "confirmed 75"]);
    }

    #[test]
    fn the_round_offers_lower_middle_higher() {
        let choices = |a: i32, b: i32| {
            let at = DateTime::UNIX_EPOCH;
            let donor = Some(Answer::new(held(a), at));
            let recipient = Some(Answer::new(held(b), at));
            Answers { donor, recipient }.minute_choices().into_iter().map(i32::from).collect::<Vec<_>>()
        };
        assert_eq!(choices(90, 60), [60, 75, 90]);
        assert_eq!(choices(60, 75), [60, 65, 75]);
        assert_eq!(choices(2, 13), [2, 5, 13]);
    }
}
