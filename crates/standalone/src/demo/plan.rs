//! The texts as one sequence of acts, each at its moment.

use std::collections::{BTreeMap, btree_map::Entry};

use anyhow::Context;
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};
use common::time::seoul;

use super::texts::{Ending, Line, Listing, ListingState, Neighbourhood, Story};

/// Talents live for 180 days; one that is about to end was published this long ago.
const ABOUT_TO_END: i64 = 175;

/// The day before everything.
const BEGINNING: i64 = 178;

/// Sign-ups are this far apart: nobody is throttled.
const APART: i64 = 7;

#[derive(Debug)]
pub(super) struct Step {
    pub at: DateTime<Utc>,
    pub act: Act,
}

/// Something that somebody does. People, listings and threads (stories and inquiries) go by their keys.
#[derive(Clone, Debug)]
pub(super) enum Act {
    SignUp { person: String },
    Publish { listing: String, need: bool },
    Pause { listing: String },
    Propose { story: String, starts_at: DateTime<Utc> },
    Counter { story: String, starts_at: DateTime<Utc> },
    Accept { story: String, by: String },
    Decline { story: String, by: String },
    Withdraw { story: String, by: String },
    Cancel { story: String, by: String },
    Claim { story: String, by: String, claim: String },
    Ask { inquiry: String },
    Say { thread: String, by: String, text: String },
}

/// Half an hour, the grid on which meetings start.
fn half_hour() -> TimeDelta {
    TimeDelta::minutes(30)
}

pub(super) struct Plan(Vec<Step>);

struct Days {
    today: NaiveDate,
    zone: FixedOffset,
    now: DateTime<Utc>,
}

impl Days {
    fn of(now: DateTime<Utc>) -> Self {
        let local = seoul(now);
        Self { today: local.date_naive(), zone: *local.offset(), now }
    }

    /// `days` whole days before today at `time`, in Seoul.
    fn ago(&self, days: i64, time: &str) -> anyhow::Result<DateTime<Utc>> {
        let time = NaiveTime::parse_from_str(time, "%H:%M").with_context(|| format!("time {time}"))?;
        let local = (self.today - TimeDelta::days(days)).and_time(time).and_local_timezone(self.zone);
        Ok(local.single().context("a moment in Seoul")?.to_utc())
    }

    /// The last `time` that is no later than `hours` from now.
    fn within(&self, hours: i64, time: &str) -> anyhow::Result<DateTime<Utc>> {
        let latest = self.now + TimeDelta::hours(hours);
        let tomorrow = self.ago(-2, time)?;
        Ok((0..5).map(|d| tomorrow - TimeDelta::days(d)).find(|at| *at <= latest).unwrap_or(latest))
    }
}

impl Plan {
    /// The moment at which the clock has to start.
    pub fn beginning(now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(BEGINNING)
    }

    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    pub fn of(texts: &Neighbourhood, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let days = Days::of(now);
        let mut steps = Vec::new();
        for (list, need) in [(&texts.talents, false), (&texts.needs, true)] {
            for (i, listing) in list.iter().enumerate() {
                publish(&mut steps, &days, listing, need, i)?;
            }
        }
        for story in &texts.stories {
            tell(&mut steps, &days, texts, story)?;
        }
        for inquiry in &texts.inquiries {
            let at = days.ago(inquiry.days_ago, &inquiry.at)?;
            steps.push(Step { at, act: Act::Ask { inquiry: inquiry.key.clone() } });
            say(&mut steps, &inquiry.key, at, &inquiry.chat);
        }
        sign_up(&mut steps, texts)?;
        // Stable: what the file says first happens first.
        steps.sort_by_key(|s| s.at);
        steps.retain(|s| s.at <= now);
        Ok(Self(steps))
    }
}

fn publish(
    steps: &mut Vec<Step>,
    days: &Days,
    listing: &Listing,
    need: bool,
    i: usize,
) -> anyhow::Result<()> {
    let ago = if listing.state == ListingState::Expiring { ABOUT_TO_END } else { listing.days_ago };
    // Some time of the day that differs from listing to listing.
    let minute = i64::try_from(i * 37 % 720)?;
    let at = days.ago(ago, "08:00")? + TimeDelta::minutes(minute);
    steps.push(Step { at, act: Act::Publish { listing: listing.key.clone(), need } });
    if listing.state == ListingState::Paused {
        steps.push(Step { at: at + TimeDelta::hours(3), act: Act::Pause { listing: listing.key.clone() } });
    }
    Ok(())
}

fn tell(steps: &mut Vec<Step>, days: &Days, texts: &Neighbourhood, story: &Story) -> anyhow::Result<()> {
    let key = || story.key.clone();
    let owner = texts.listing(story.talent.as_ref(), story.need.as_ref())?.by.clone();
    let proposed = days.ago(story.days_ago, &story.at)?;
    let mut starts_at = match (story.start_days_ago, story.start_in_hours) {
        (Some(ago), _) => days.ago(ago, &story.start_time)?,
        (None, Some(hours)) => days.within(hours, &story.start_time)?,
        (None, None) => anyhow::bail!("{}: say when it starts", story.key),
    };
    let mut minutes = story.minutes;
    let (mut last_terms, mut awaited) = (proposed, owner.clone());
    let mut push = |at, act| steps.push(Step { at, act });
    push(proposed, Act::Propose { story: key(), starts_at });
    push(proposed, Act::Say { thread: key(), by: story.from.clone(), text: story.message.clone() });
    if let Some(counter) = &story.counter {
        last_terms = proposed + TimeDelta::hours(counter.after_hours);
        starts_at = days.ago(counter.start_days_ago, &counter.start_time)?;
        minutes = counter.minutes;
        awaited = if counter.by == owner { story.from.clone() } else { owner.clone() };
        push(last_terms, Act::Counter { story: key(), starts_at });
        if !counter.message.is_empty() {
            push(
                last_terms,
                Act::Say { thread: key(), by: counter.by.clone(), text: counter.message.clone() },
            );
        }
    }
    if story.ends.was_agreed() {
        push(last_terms + TimeDelta::hours(2), Act::Accept { story: key(), by: awaited });
    }
    if let Some(closing) = &story.closing {
        let at = match (closing.after_hours, closing.hours_before_start) {
            (Some(hours), _) => proposed + TimeDelta::hours(hours),
            (None, Some(hours)) => starts_at - TimeDelta::hours(hours),
            (None, None) => anyhow::bail!("{}: say when it is closed", story.key),
        };
        let (story_key, by) = (key(), closing.by.clone());
        match story.ends {
            Ending::Declined => push(at, Act::Decline { story: story_key, by }),
            Ending::Withdrawn => push(at, Act::Withdraw { story: story_key, by }),
            Ending::Cancelled => push(at, Act::Cancel { story: story_key, by }),
            _ => anyhow::bail!("{}: this ending has no closing", story.key),
        }
        if !closing.text.is_empty() {
            push(at, Act::Say { thread: key(), by: closing.by.clone(), text: closing.text.clone() });
        }
    }
    let (donor, recipient) =
        if story.talent.is_some() { (&owner, &story.from) } else { (&story.from, &owner) };
    let ends_at = starts_at + TimeDelta::minutes(i64::from(minutes));
    for (n, (side, claim)) in (1..).zip(&story.claims) {
        let by = if side == "donor" { donor } else { recipient }.clone();
        push(ends_at + half_hour() * n, Act::Claim { story: key(), by, claim: claim.clone() });
    }
    say(steps, &story.key, proposed, &story.chat);
    Ok(())
}

fn say(steps: &mut Vec<Step>, thread: &str, from: DateTime<Utc>, lines: &[Line]) {
    steps.extend(lines.iter().map(|line| Step {
        at: from + TimeDelta::minutes(line.after_minutes),
        act: Act::Say { thread: thread.to_owned(), by: line.by.clone(), text: line.text.clone() },
    }));
}

/// Everybody signs up in the days before they first do something.
fn sign_up(steps: &mut Vec<Step>, texts: &Neighbourhood) -> anyhow::Result<()> {
    let mut first = BTreeMap::<&str, DateTime<Utc>>::new();
    let latest = steps.iter().map(|s| s.at).min().context("an empty plan")?;
    for step in steps.iter() {
        let (person, at) = match &step.act {
            Act::Publish { listing, need } => {
                let list = if *need { &texts.needs } else { &texts.talents };
                let listing = list.iter().find(|l| l.key == *listing).context("a listing")?;
                (listing.by.as_str(), step.at)
            }
            Act::Propose { story, .. } => {
                let story = texts.stories.iter().find(|s| s.key == *story).context("a story")?;
                (story.from.as_str(), step.at)
            }
            Act::Ask { inquiry } => {
                let inquiry = texts.inquiries.iter().find(|i| i.key == *inquiry).context("an inquiry")?;
                (inquiry.from.as_str(), step.at)
            }
            _ => continue,
        };
        match first.entry(person) {
            Entry::Vacant(new) => drop(new.insert(at)),
            Entry::Occupied(mut known) => *known.get_mut() = at.min(*known.get()),
        }
    }
    let mut arrivals: Vec<(DateTime<Utc>, &str)> = texts
        .people
        .iter()
        .map(|p| (first.get(p.key.as_str()).copied().unwrap_or(latest), p.key.as_str()))
        .collect();
    arrivals.sort();
    // Backwards from each first act, so that all are there in time and never two at once.
    let mut free = DateTime::<Utc>::MAX_UTC;
    for (needed, person) in arrivals.into_iter().rev() {
        let at = (needed - TimeDelta::hours(14)).min(free - TimeDelta::minutes(APART));
        free = at;
        steps.push(Step { at, act: Act::SignUp { person: person.to_owned() } });
    }
    Ok(())
}
