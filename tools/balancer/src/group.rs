//! A target group as it runs: who is in it, and whose turn it is.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    health,
    table::{Address, Algorithm, Group},
    target::{Health, Target},
};

/// A group, as `GET /state` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupState {
    pub targets: Vec<TargetState>,
}

/// A target, as `GET /state` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetState {
    pub address: SocketAddr,
    pub state: Health,
    /// Requests and sockets that go on.
    pub in_flight: usize,
}

#[derive(Debug)]
pub(crate) struct LiveGroup {
    pub name: String,
    pub settings: Group,
    targets: Mutex<Vec<Arc<Target>>>,
    turn: AtomicUsize,
}

impl LiveGroup {
    pub fn new(name: String, settings: Group) -> Self {
        Self { name, settings, targets: Mutex::default(), turn: AtomicUsize::new(0) }
    }

    /// Takes a target in and starts to check it. One that is draining may come back: it is a new target then.
    pub fn register(
        self: &Arc<Self>,
        address: Address,
        tasks: &TaskTracker,
        stopped: &CancellationToken,
    ) -> anyhow::Result<()> {
        let target = Arc::new(Target::new(address, stopped));
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let known =
            targets.iter().any(|t| t.address.address == address.address && !t.draining.is_cancelled());
        ensure!(!known, "{} is in group {} already", address.address, self.name);
        targets.push(target.clone());
        drop(targets);
        let Group { health, registration, .. } = self.settings.clone();
        tasks.spawn(health::watch(health, registration, self.name.clone(), target));
        Ok(())
    }

    /// Sends nothing more to a target, and lets go of it after the deregistration delay.
    pub fn deregister(self: &Arc<Self>, address: SocketAddr, tasks: &TaskTracker) -> anyhow::Result<()> {
        let targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let target = targets
            .iter()
            .find(|t| t.address.address == address && !t.draining.is_cancelled())
            .cloned()
            .with_context(|| format!("{address} is not in group {}", self.name))?;
        drop(targets);
        target.draining.cancel();
        target.forget_idle();
        tracing::info!(group = self.name, %address, "draining");
        let group = self.clone();
        tasks.spawn(async move {
            let delay = tokio::time::sleep(group.settings.deregistration);
            target.gone.run_until_cancelled(delay).await;
            target.gone.cancel();
            let mut targets = group.targets.lock().unwrap_or_else(PoisonError::into_inner);
            targets.retain(|t| !Arc::ptr_eq(t, &target));
        });
        Ok(())
    }

    /// Whose turn it is, besides those that were tried in vain.
    pub fn next(&self, tried: &[SocketAddr]) -> Option<Arc<Target>> {
        let targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let with = |wanted: &dyn Fn(Health) -> bool| -> Vec<&Arc<Target>> {
            targets.iter().filter(|t| wanted(t.health())).collect()
        };
        let mut usable = with(&|health| health == Health::Healthy);
        if usable.is_empty() {
            // Fail open: checks that all fail say more about the checks than about the targets.
            usable = with(&|health| health != Health::Draining);
        }
        usable.retain(|t| !tried.contains(&t.address.address));
        let turn = self.turn.fetch_add(1, Ordering::Relaxed).checked_rem(usable.len())?;
        usable.rotate_left(turn);
        let chosen = match self.settings.algorithm {
            Algorithm::RoundRobin => usable.first(),
            // The first of equals.
            Algorithm::LeastOutstandingRequests => usable.iter().min_by_key(|target| target.in_flight()),
        };
        chosen.map(|target| Arc::clone(target))
    }

    pub fn state(&self) -> GroupState {
        let targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        let state = |t: &Arc<Target>| TargetState {
            address: t.address.address,
            state: t.health(),
            in_flight: t.in_flight(),
        };
        GroupState { targets: targets.iter().map(state).collect() }
    }
}
