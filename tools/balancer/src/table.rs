//! What the balancer is told: rules, groups, times.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use anyhow::ensure;
use serde::{Deserialize, Serialize};

/// The listener's rules and the groups they lead to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// In order of priority: the first that matches decides.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Where everything else goes; 404 when there is none.
    #[serde(default)]
    pub default: Option<String>,
    pub groups: BTreeMap<String, Group>,
    /// How long a connection may be silent; seconds.
    #[serde(default = "a_minute", with = "seconds")]
    pub idle: Duration,
    /// How long a target may take to accept a connection; seconds.
    #[serde(default = "ten_seconds", with = "seconds")]
    pub connect: Duration,
    /// Gives a request that no target has seen to another one. An ALB makes no such promise: it may answer 502.
    #[serde(default = "yes")]
    pub second_chance: bool,
}

/// Paths that lead to one group.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `*` stands for any number of characters, `?` for one; case matters, the query is not looked at.
    pub paths: Vec<String>,
    pub group: String,
}

/// Targets that serve the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    #[serde(default)]
    pub health: HealthCheck,
    #[serde(default)]
    pub algorithm: Algorithm,
    /// How long the balancer takes to notice a new target; seconds.
    #[serde(default, with = "seconds")]
    pub registration: Duration,
    /// How long a target that was taken out may finish what it has begun; seconds.
    #[serde(default = "five_minutes", with = "seconds")]
    pub deregistration: Duration,
    #[serde(default)]
    pub targets: Vec<Address>,
}

/// Whose turn it is among the targets of a group, in the words of an ALB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    #[default]
    RoundRobin,
    /// Who has the fewest requests and sockets under way; among equals, round robin.
    LeastOutstandingRequests,
}

/// How a group's targets are asked whether they are well.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HealthCheck {
    pub path: String,
    /// Seconds between two checks.
    #[serde(with = "seconds")]
    pub interval: Duration,
    /// Seconds a check may take.
    #[serde(with = "seconds")]
    pub timeout: Duration,
    /// Passed checks in a row that make a target healthy.
    pub healthy: u32,
    /// Failed checks in a row that make it unhealthy.
    pub unhealthy: u32,
    /// Answers that say that all is well: first and last of each range.
    pub success: Vec<[u16; 2]>,
}

/// Where a target listens, and where it answers health checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    pub address: SocketAddr,
    /// `address`, when it is not said.
    #[serde(default)]
    pub health: Option<SocketAddr>,
}

impl Default for HealthCheck {
    /// What an ALB does when nothing is said, at `/readyz`.
    fn default() -> Self {
        Self {
            path: "/readyz".to_owned(),
            interval: Duration::from_secs(15),
            timeout: Duration::from_secs(5),
            healthy: 2,
            unhealthy: 2,
            success: vec![[200, 399]],
        }
    }
}

impl HealthCheck {
    /// Whether an answer says that all is well.
    pub fn passes(&self, status: u16) -> bool {
        self.success.iter().any(|[first, last]| (*first..=*last).contains(&status))
    }
}

impl Table {
    /// Rules that lead nowhere, and checks that could decide nothing, are refused.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        for group in self.rules.iter().map(|rule| &rule.group).chain(&self.default) {
            ensure!(self.groups.contains_key(group), "there is no group {group}");
        }
        for (name, Group { health, .. }) in &self.groups {
            ensure!(health.path.starts_with('/'), "{name}: a health check asks for a path");
            ensure!(health.healthy > 0 && health.unhealthy > 0, "{name}: a threshold of 0 decides nothing");
            ensure!(!health.interval.is_zero(), "{name}: checks without a pause");
        }
        Ok(())
    }

    /// The group that serves a path.
    pub fn group_of(&self, path: &str) -> Option<&str> {
        group_of(&self.rules, path).or(self.default.as_deref())
    }
}

/// The group of the first rule that matches a path.
pub(crate) fn group_of<'a>(rules: &'a [Rule], path: &str) -> Option<&'a str> {
    let first = rules.iter().find(|rule| rule.paths.iter().any(|p| matches(p, path)));
    first.map(|rule| rule.group.as_str())
}

/// Whether a path is one of a pattern's.
pub fn matches(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.chars();
    let mut path = path.chars();
    match pattern.next() {
        None => path.next().is_none(),
        Some('*') => {
            let pattern = pattern.as_str();
            // Every rest of the path, the empty one too.
            loop {
                if matches(pattern, path.as_str()) {
                    return true;
                }
                if path.next().is_none() {
                    return false;
                }
            }
        }
        Some(wanted) => {
            path.next().is_some_and(|c| wanted == '?' || wanted == c)
                && matches(pattern.as_str(), path.as_str())
        }
    }
}

fn yes() -> bool {
    true
}

fn a_minute() -> Duration {
    Duration::from_mins(1)
}

fn ten_seconds() -> Duration {
    Duration::from_secs(10)
}

fn five_minutes() -> Duration {
    Duration::from_mins(5)
}

/// Times as numbers of seconds.
mod seconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(time.as_secs_f64())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        Duration::try_from_secs_f64(f64::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, matches};

    #[test]
    fn patterns_are_those_of_an_alb() {
        for (pattern, path, expected) in [
            ("/api/core", "/api/core", true),
            ("/api/core", "/api/core/", false),
            ("/api/core/*", "/api/core/", true),
            ("/api/core/*", "/api/core/me/x", true),
            ("/api/core/*", "/api/corex", false),
            ("/api/core/*", "/API/core/x", false),
            ("/a?c", "/abc", true),
            ("/a?c", "/ac", false),
            ("/a?c", "/a한c", true),
            ("*", "", true),
            ("/*/ws", "/a/b/ws", true),
            ("/*/ws", "/a/b/wsx", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_first_rule_decides() {
        let table: Table = serde_json::from_value(serde_json::json!({
            "rules": [
                {"paths": ["/api/core", "/api/core/*"], "group": "core"},
                {"paths": ["/api/*"], "group": "rest"},
            ],
            "default": "front",
            "groups": {"core": {"deregistration": 0.5}, "rest": {}, "front": {}},
        }))
        .unwrap();
        table.check().unwrap();
        let found: Vec<_> =
            ["/api/core/me", "/api/corex", "/"].map(|path| table.group_of(path).unwrap()).into();
        assert_eq!(found, ["core", "rest", "front"]);
    }

    #[test]
    fn a_rule_that_leads_nowhere_is_refused() {
        let table = serde_json::json!({"rules": [{"paths": ["/x"], "group": "x"}], "groups": {}});
        let table: Table = serde_json::from_value(table).unwrap();
        assert!(table.check().unwrap_err().to_string().contains("there is no group x"));
    }
}
