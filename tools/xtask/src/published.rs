//! What `contracts/` says of events: every kind with its samples and its schema, and what each service does with topics.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::tree::{File, files};

/// The end of a schema's name; beside it lies the file with the samples.
pub const SCHEMA: &str = ".v1.schema.json";

/// Today's contracts, or a release's.
#[derive(Debug, Clone, Default)]
pub struct Published {
    pub kinds: Vec<Kind>,
    pub services: Vec<Service>,
    /// What every service may answer. A release keeps none.
    pub chassis: Codes,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Kind {
    /// From the place of the file.
    #[serde(skip)]
    pub service: String,
    pub topic: String,
    #[serde(rename = "kind")]
    pub name: String,
    /// `{ "key": …, "sequence": …, "data": … }` by name.
    pub samples: BTreeMap<String, Sample>,
    /// Of the data. `Null` where the file is missing.
    #[serde(skip)]
    pub schema: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Sample {
    pub data: Value,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Service {
    #[serde(rename = "service")]
    pub name: String,
    pub topics: Vec<Topic>,
    /// Paths that a balancer sends to it. Those of a release are not kept.
    #[serde(default)]
    pub mounts: Vec<String>,
    /// What it answers beyond the chassis' own.
    #[serde(flatten)]
    pub codes: Codes,
    /// Keys for which the web needs words.
    #[serde(default)]
    pub keys: BTreeSet<String>,
    /// Consumer group → topic → kinds.
    pub consumers: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Codes {
    /// Code → statuses.
    pub problems: BTreeMap<String, BTreeSet<u16>>,
    /// Codes of refused values.
    pub fields: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Topic {
    pub name: String,
    pub partitions: u16,
    /// `"forever"` or `{ "days": … }`.
    pub retention: Value,
    pub compacted: bool,
}

impl Topic {
    /// For Kafka's `retention.ms`: -1 is for ever.
    pub fn retention_ms(&self) -> i64 {
        self.retention.get("days").and_then(Value::as_i64).map_or(-1, |days| days * 24 * 60 * 60 * 1000)
    }
}

impl Kind {
    /// When it happens, in the producer's words.
    pub fn when(&self) -> &str {
        self.schema.get("description").and_then(Value::as_str).unwrap_or_default()
    }

    /// `dojob.core.TalentPublished.v1`, the CloudEvents type.
    pub fn cloud_type(&self) -> String {
        format!("dojob.{}.{}.v1", self.service, self.name)
    }
}

impl Published {
    /// Reads `contracts`, or a directory made like it.
    ///
    /// # Errors
    /// A file cannot be read or is not what it should be.
    pub fn read(directory: &str) -> Result<Self> {
        let events = files(&format!("{directory}/events"), &[".json"])?;
        let mut kinds = Vec::new();
        for file in events.iter().filter(|file| !file.path.ends_with(SCHEMA)) {
            let mut kind: Kind = parsed(file)?;
            let service = file.path.rsplit('/').nth(1).unwrap_or_default();
            let path = format!("{directory}/events/{service}/{}", kind.name);
            ensure!(file.path == format!("{path}.v1.json"), "{} holds {}", file.path, kind.name);
            let schema = events.iter().find(|file| file.path == format!("{path}{SCHEMA}"));
            kind.schema = schema.map(parsed).transpose()?.unwrap_or_default();
            service.clone_into(&mut kind.service);
            kinds.push(kind);
        }
        let services = files(&format!("{directory}/services"), &[".json"])?;
        let chassis = files(directory, &["/chassis.json"])?;
        let services = services.iter().map(parsed).collect::<Result<_>>()?;
        Ok(Self { kinds, services, chassis: chassis.first().map(parsed).transpose()?.unwrap_or_default() })
    }

    /// What each owner answers.
    pub fn codes(&self) -> impl Iterator<Item = (&str, &Codes)> {
        let services = self.services.iter().map(|service| (service.name.as_str(), &service.codes));
        services.chain([("common", &self.chassis)])
    }

    pub fn topics(&self) -> impl Iterator<Item = (&Service, &Topic)> {
        self.services.iter().flat_map(|service| service.topics.iter().map(move |topic| (service, topic)))
    }

    /// The groups that consume a kind.
    pub fn consumers_of(&self, kind: &Kind) -> Vec<&str> {
        let subscribes = |topics: &BTreeMap<String, BTreeSet<String>>| {
            topics.get(&kind.topic).is_some_and(|kinds| kinds.contains(&kind.name))
        };
        let groups = self.services.iter().flat_map(|service| &service.consumers);
        groups.filter(|(_, topics)| subscribes(topics)).map(|(group, _)| group.as_str()).collect()
    }
}

/// What a file of JSON holds.
///
/// # Errors
/// It holds something else.
pub fn parsed<T: for<'a> Deserialize<'a>>(file: &File) -> Result<T> {
    serde_json::from_str(&file.text).with_context(|| format!("cannot read {}", file.path))
}
