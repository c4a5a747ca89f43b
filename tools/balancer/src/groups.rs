//! All groups of a table as they run, and what may be done to them from outside.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use anyhow::Context;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    group::{GroupState, LiveGroup},
    table::{Address, Group, Table},
};

#[derive(Debug)]
pub(crate) struct Groups {
    by_name: BTreeMap<String, Arc<LiveGroup>>,
    /// Where checks and drains run.
    tasks: TaskTracker,
    stopped: CancellationToken,
}

impl Groups {
    /// The groups of a table, with the targets that it names.
    ///
    /// # Errors
    /// A target is named twice.
    pub fn start(table: &Table, tasks: TaskTracker, stopped: CancellationToken) -> anyhow::Result<Self> {
        let live = |(name, group): (&String, &Group)| {
            (name.clone(), Arc::new(LiveGroup::new(name.clone(), group.clone())))
        };
        let groups = Self { by_name: table.groups.iter().map(live).collect(), tasks, stopped };
        for (name, group) in &table.groups {
            for target in &group.targets {
                groups.register(name, *target)?;
            }
        }
        Ok(groups)
    }

    pub fn get(&self, name: &str) -> Option<&Arc<LiveGroup>> {
        self.by_name.get(name)
    }

    /// # Errors
    /// There is no such group, or the target is in it already.
    pub fn register(&self, group: &str, target: Address) -> anyhow::Result<()> {
        self.known(group)?.register(target, &self.tasks, &self.stopped)
    }

    /// # Errors
    /// There is no such group, or the target is not in it.
    pub fn deregister(&self, group: &str, address: SocketAddr) -> anyhow::Result<()> {
        self.known(group)?.deregister(address, &self.tasks)
    }

    /// Every group and how its targets are.
    pub fn state(&self) -> BTreeMap<String, GroupState> {
        self.by_name.iter().map(|(name, group)| (name.clone(), group.state())).collect()
    }

    /// A request or a socket goes on somewhere.
    pub fn is_busy(&self) -> bool {
        self.by_name.values().any(|group| group.state().targets.iter().any(|target| target.in_flight > 0))
    }

    fn known(&self, name: &str) -> anyhow::Result<&Arc<LiveGroup>> {
        self.get(name).with_context(|| format!("there is no group {name}"))
    }
}
