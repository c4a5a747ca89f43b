//! `demo/neighbourhood.toml`, as it is written.

use std::collections::BTreeMap;

use anyhow::Context;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Neighbourhood {
    pub meta: Meta,
    pub people: Vec<Person>,
    pub talents: Vec<Listing>,
    pub needs: Vec<Listing>,
    pub stories: Vec<Story>,
    pub inquiries: Vec<Inquiry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Meta {
    #[expect(dead_code, reason = "documents where the neighbourhood is, for editors of the file")]
    home: String,
    #[expect(dead_code, reason = "says how far the file reaches back")]
    span_days: u32,
    pub seats: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub key: String,
    pub name: String,
    pub region: String,
    #[serde(default)]
    pub bio: String,
    pub languages: Vec<String>,
    pub born: String,
    email: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    pub key: String,
    pub by: String,
    pub title: String,
    pub body: String,
    pub category: String,
    pub minutes: u32,
    pub mode: String,
    pub region: String,
    pub times: Vec<String>,
    #[serde(default)]
    pub bring: String,
    pub days_ago: i64,
    pub expires_in_days: Option<u32>,
    #[serde(default)]
    pub state: ListingState,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ListingState {
    #[default]
    Published,
    Paused,
    Expiring,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub key: String,
    pub talent: Option<String>,
    pub need: Option<String>,
    pub from: String,
    pub days_ago: i64,
    pub at: String,
    pub start_days_ago: Option<i64>,
    pub start_in_hours: Option<i64>,
    pub start_time: String,
    pub minutes: u32,
    pub mode: String,
    #[serde(default)]
    pub place: String,
    #[serde(default)]
    pub bring: String,
    pub message: String,
    #[serde(default)]
    pub chat: Vec<Line>,
    pub counter: Option<Counter>,
    pub ends: Ending,
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
    pub closing: Option<Closing>,
    #[serde(default)]
    pub unread_for: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub by: String,
    pub text: String,
    pub after_minutes: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counter {
    pub by: String,
    pub start_days_ago: i64,
    pub start_time: String,
    pub minutes: u32,
    #[serde(default)]
    pub message: String,
    pub after_hours: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    pub by: String,
    pub after_hours: Option<i64>,
    pub hours_before_start: Option<i64>,
    #[serde(default)]
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ending {
    Proposed,
    Countered,
    Declined,
    Withdrawn,
    Expired,
    Scheduled,
    Cancelled,
    Awaiting,
    TookPlace,
    DidNotTakePlace,
    NoShow,
    OnHold,
    Lapsed,
}

impl Ending {
    /// Whether both agreed at some point.
    pub fn was_agreed(self) -> bool {
        !matches!(self, Self::Proposed | Self::Countered | Self::Declined | Self::Withdrawn | Self::Expired)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inquiry {
    pub key: String,
    pub talent: Option<String>,
    pub need: Option<String>,
    pub from: String,
    pub days_ago: i64,
    pub at: String,
    pub chat: Vec<Line>,
    #[serde(default)]
    pub unread_for: Vec<String>,
}

impl Neighbourhood {
    pub fn embedded() -> anyhow::Result<Self> {
        toml::from_str(include_str!("../../demo/neighbourhood.toml")).context("demo/neighbourhood.toml")
    }

    /// The people who can be logged in as.
    pub fn seats(&self) -> impl Iterator<Item = &Person> {
        self.meta.seats.iter().filter_map(|seat| self.people.iter().find(|p| p.key == *seat))
    }

    pub fn listing(&self, talent: Option<&String>, need: Option<&String>) -> anyhow::Result<&Listing> {
        let (list, key) = match (talent, need) {
            (Some(key), None) => (&self.talents, key),
            (None, Some(key)) => (&self.needs, key),
            _ => anyhow::bail!("say either a talent or a need"),
        };
        list.iter().find(|l| l.key == *key).with_context(|| format!("no listing {key}"))
    }
}

impl Person {
    pub fn email(&self) -> String {
        self.email.clone().unwrap_or_else(|| format!("{}@dojob.example", self.key))
    }
}
