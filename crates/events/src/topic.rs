//! Topics as data: what a service publishes to, made by its `migrate` and by nothing else.

/// A topic that a service publishes to. Each has a companion `<name>.dlq` for what a consumer could not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topic {
    /// `dojob.<service>.<context>.v1`
    pub name: &'static str,
    /// Never change it: a key keeps its order only within its partition, and more partitions move keys.
    pub partitions: u16,
    pub retention: Retention,
    /// Keep only the latest event of each key: for topics that tell a state, never for facts.
    pub compacted: bool,
}

/// How long a topic keeps its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// As long as the service's own log: a consumer that joins years later reads from the beginning.
    Forever,
    Days(u16),
}

impl Topic {
    /// A topic of facts: six partitions, kept for ever.
    pub const fn facts(name: &'static str) -> Self {
        Self { name, partitions: 6, retention: Retention::Forever, compacted: false }
    }

    /// The same topic with another number of partitions.
    #[must_use]
    pub const fn partitions(self, partitions: u16) -> Self {
        Self { partitions, ..self }
    }
}
