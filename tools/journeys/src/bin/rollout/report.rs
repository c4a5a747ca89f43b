//! What an update cost, line by line, and what of it must not be.

use std::{fmt, time::Duration};

use clap::Args;
use dojob_journeys::chaos::people::Meter;

use crate::conversations::Tally;

/// A socket that was sent away is back within this time.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// What happened while something was done.
pub struct Row {
    pub what: String,
    pub took: Duration,
    pub meter: Meter,
    pub tally: Tally,
    /// How long the slowest process took to go.
    pub departure: Duration,
    /// Besides what the numbers say.
    pub wrong: Vec<String>,
}

/// All of it.
#[derive(Default)]
pub struct Report {
    rows: Vec<Row>,
}

/// What was asked for.
#[derive(Args, Clone, Copy)]
pub struct Wanted {
    /// Requests a second.
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: u32,
    /// Open sockets, four to a conversation.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub sockets: usize,
}

impl Row {
    fn requests(&self) -> usize {
        self.meter.took.len()
    }

    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a number to be looked at")]
    fn rate(&self) -> f64 {
        self.requests() as f64 / self.took.as_secs_f64()
    }

    /// The time in which so many of a hundred requests were answered.
    fn percentile(&self, of_hundred: usize) -> Duration {
        let mut took = self.meter.took.clone();
        took.sort_unstable();
        took.get(took.len().saturating_sub(1) * of_hundred / 100).copied().unwrap_or_default()
    }

    /// What must not be. `rolled`: all sockets had to go and come back.
    fn breaches(&self, wanted: Wanted, rolled: bool) -> Vec<String> {
        let Self { meter, tally, .. } = self;
        let mut wrong = self.wrong.clone();
        let mut check = |fine: bool, what: String| {
            if !fine {
                wrong.push(what);
            }
        };
        let (failed, unanswered) = (meter.failed, meter.unanswered);
        check(failed == 0, format!("{failed} requests failed, {unanswered} of them answered by no service"));
        // Less than was asked for proves less than was asked for.
        let rate = self.rate();
        check(rate >= f64::from(wanted.rate) * 0.95, format!("only {rate:.0} requests a second"));
        check(tally.sent > 0, "no message was sent".to_owned());
        check(tally.lost == 0, format!("{} messages were lost", tally.lost));
        check(tally.doubled == 0, format!("{} messages were doubled", tally.doubled));
        let (closed, returned) = (tally.closed, tally.returned);
        check(closed == returned, format!("{returned} of {closed} sockets came back"));
        let told = format!("only {closed} of {} sockets were told to go away", wanted.sockets);
        check(!rolled || closed >= wanted.sockets, told);
        check(tally.slowest <= BACK_WITHIN, format!("a socket was away for {:.1?}", tally.slowest));
        let mut ways: Vec<_> = tally.wrong.iter().collect();
        ways.sort();
        wrong.extend(ways.into_iter().map(|(way, count)| format!("{count} times: {way}")));
        wrong.into_iter().map(|wrong| format!("{}: {wrong}", self.what)).collect()
    }
}

impl Report {
    pub fn add(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Everything that must not be; the first row is the time before.
    pub fn breaches(&self, wanted: Wanted) -> Vec<String> {
        let rows = self.rows.iter().enumerate();
        rows.flat_map(|(at, row)| row.breaches(wanted, at > 0)).collect()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        type Value = fn(&Row) -> String;
        let lines: [(&str, Value); 20] = [
            ("took", |r| format!("{:.0?}", r.took)),
            ("requests", |r| r.requests().to_string()),
            ("  reads", |r| r.meter.reads.to_string()),
            ("  writes", |r| r.meter.writes.to_string()),
            ("  a second", |r| format!("{:.1}", r.rate())),
            ("  failed", |r| r.meter.failed.to_string()),
            ("    by no service", |r| r.meter.unanswered.to_string()),
            ("  p50", |r| format!("{:.1?}", r.percentile(50))),
            ("  p99", |r| format!("{:.1?}", r.percentile(99))),
            ("  slowest", |r| format!("{:.1?}", r.percentile(100))),
            ("messages sent", |r| r.tally.sent.to_string()),
            ("  received", |r| r.tally.received.to_string()),
            ("  told to reload", |r| r.tally.reloaded.to_string()),
            ("  lost", |r| r.tally.lost.to_string()),
            ("  doubled", |r| r.tally.doubled.to_string()),
            ("sockets sent away", |r| r.tally.closed.to_string()),
            ("  came back", |r| r.tally.returned.to_string()),
            ("  slowest return", |r| format!("{:.1?}", r.tally.slowest)),
            ("  ended otherwise", |r| r.tally.wrong.values().sum::<usize>().to_string()),
            ("slowest process's end", |r| format!("{:.1?}", r.departure)),
        ];
        write!(f, "{:22}", "")?;
        for row in &self.rows {
            write!(f, "{:>12}", row.what)?;
        }
        writeln!(f)?;
        for (name, value) in lines {
            write!(f, "{name:22}")?;
            for row in &self.rows {
                write!(f, "{:>12}", value(row))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, time::Duration};

    use super::{Meter, Row, Tally, Wanted};

    const WANTED: Wanted = Wanted { rate: 10, sockets: 4 };

    fn row() -> Row {
        let took = vec![Duration::from_millis(1); 100];
        let slowest = Duration::from_secs(1);
        Row {
            what: "restart".to_owned(),
            took: Duration::from_secs(10),
            meter: Meter { reads: 50, writes: 50, took, ..Meter::default() },
            tally: Tally { sent: 5, received: 20, closed: 4, returned: 4, slowest, ..Tally::default() },
            departure: Duration::from_secs(30),
            wrong: Vec::new(),
        }
    }

    #[test]
    fn a_row_on_which_all_is_well_breaks_nothing() {
        assert_eq!(row().breaches(WANTED, true), [""; 0]);
    }

    #[test]
    fn whatever_must_not_be_is_named() {
        type Breach = (&'static str, fn(&mut Row));
        let breaches: [Breach; 10] = [
            ("1 requests failed, 0 of them answered by no service", |r| r.meter.failed = 1),
            ("only 9 requests a second", |r| r.meter.took.truncate(90)),
            ("no message was sent", |r| r.tally.sent = 0),
            ("2 messages were lost", |r| r.tally.lost = 2),
            ("1 messages were doubled", |r| r.tally.doubled = 1),
            ("3 of 4 sockets came back", |r| r.tally.returned = 3),
            ("only 3 of 4 sockets were told to go away", |r| {
                (r.tally.closed, r.tally.returned) = (3, 3);
            }),
            ("a socket was away for 5.1s", |r| r.tally.slowest = Duration::from_millis(5100)),
            ("2 times: a socket ended without a close frame", |r| {
                r.tally.wrong = HashMap::from([("a socket ended without a close frame".to_owned(), 2)]);
            }),
            ("core-1: did not end", |r| r.wrong.push("core-1: did not end".to_owned())),
        ];
        for (named, breach) in breaches {
            let mut row = row();
            breach(&mut row);
            assert_eq!(row.breaches(WANTED, true), [format!("restart: {named}")]);
        }
    }
}
