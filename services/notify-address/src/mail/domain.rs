//! Whether a mail is tried again, and when.

use chrono::{DateTime, TimeDelta, Utc};

/// A mail that was not sent within this time is given up: its link has run out, and its news is old.
pub(super) const GIVE_UP: TimeDelta = TimeDelta::hours(24);

/// The first wait; each further one is twice as long, up to [`LONGEST`].
const FIRST: TimeDelta = TimeDelta::seconds(10);

const LONGEST: TimeDelta = TimeDelta::hours(1);

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The mail server has it.
    Accepted(u16),
    /// It will not have it, now or later.
    Refused { answer: Option<u16>, cause: &'static str },
    /// Not this time; or nobody knows.
    Failed { answer: Option<u16>, cause: &'static str },
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Sent,
    Failed,
    Again(DateTime<Utc>),
}

/// After the attempt number `attempts` of a mail that was asked for at `requested` and is of use up to `until`.
pub(super) fn next(
    attempt: &Attempt,
    attempts: i32,
    requested: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Next {
    match attempt {
        Attempt::Accepted(_) => Next::Sent,
        Attempt::Refused { .. } => Next::Failed,
        Attempt::Failed { .. } => {
            let at = now + wait(attempts);
            let end = until.map_or(requested + GIVE_UP, |until| until.min(requested + GIVE_UP));
            if at >= end { Next::Failed } else { Next::Again(at) }
        }
    }
}

fn wait(attempts: i32) -> TimeDelta {
    let doubled = 1 << attempts.saturating_sub(1).clamp(0, 12);
    (FIRST * doubled).min(LONGEST)
}

/// Whether an answer from 500 on is about us and not about this mail: nobody should lose it because a password is wrong.
pub(super) fn is_about_us(answer: u16) -> bool {
    // RFC 4954: authentication is required, too weak, refused, or not encrypted.
    matches!(answer, 530 | 534 | 535 | 538)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        "2026-12-03T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn waits_double_up_to_an_hour_and_end_after_a_day() {
        let failed = Attempt::Failed { answer: Some(450), cause: "later" };
        let (mut now, mut waits) = (start(), Vec::new());
        for attempts in 1.. {
            match next(&failed, attempts, start(), None, now) {
                Next::Again(at) => {
                    waits.push((at - now).num_seconds());
                    now = at;
                }
                other => {
                    assert_eq!(other, Next::Failed);
                    break;
                }
            }
        }
        assert_eq!(waits.iter().take(4).copied().collect::<Vec<_>>(), [10, 20, 40, 80]);
        assert!(waits.iter().all(|wait| *wait <= 3600));
        assert!(now - start() > TimeDelta::hours(22) && now - start() < GIVE_UP);
    }

    #[test]
    fn a_mail_whose_link_has_run_out_is_not_sent() {
        let failed = Attempt::Failed { answer: None, cause: "unreachable" };
        let until = Some(start() + TimeDelta::minutes(30));
        assert_eq!(next(&failed, 20, start(), until, start()), Next::Failed);
        assert_eq!(next(&failed, 1, start(), until, start()), Next::Again(start() + FIRST));
    }

    #[test]
    fn what_is_refused_for_good_is_not_tried_again() {
        let refused = Attempt::Refused { answer: Some(550), cause: "refused" };
        assert_eq!(next(&refused, 1, start(), None, start()), Next::Failed);
        assert!(is_about_us(535) && !is_about_us(550));
    }
}
