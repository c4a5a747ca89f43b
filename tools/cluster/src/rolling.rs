//! A roll-out: processes of a service replaced as a Deployment replaces its pods.

use std::{
    collections::VecDeque,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use balancer::{Balancer, HealthCheck};
use futures_util::{
    StreamExt,
    future::{join_all, try_join_all},
    stream::FuturesUnordered,
};
use tokio::{task::JoinSet, time::sleep};

use crate::{
    Cluster,
    cluster::{PATIENCE, until_healthy},
    process::{Departure, Plan, Process},
};

/// What a Deployment, its pods and the controller of the balancer are told, as far as a roll-out shows it.
#[derive(Clone, Debug)]
pub struct Rolling {
    /// Pods beyond the wanted number.
    pub surge: usize,
    /// Pods below the wanted number.
    pub unavailable: usize,
    /// The readiness probe. The balancer gets a pod when it passes; the pod counts when the balancer finds it healthy
    /// (a pod readiness gate).
    pub readiness: HealthCheck,
    /// Between the decision that a pod goes and its SIGTERM.
    pub pre_stop: Duration,
    /// After that decision, SIGKILL.
    pub grace: Duration,
    /// How long the balancer's controller needs to tell it of a pod that comes or goes. In no manifest.
    pub lag: Duration,
}

impl Cluster {
    /// Replaces all processes of these services, side by side, by new ones of the programs in `programs`. Answers when
    /// the new ones serve; the old ones may still be on their way out: [`Cluster::departures`].
    ///
    /// # Errors
    /// There is no such service, or a new process does not become ready; its service is gone then.
    pub async fn roll(&mut self, services: &[(&str, Rolling)], programs: &Path) -> anyhow::Result<()> {
        let mut under_way = Vec::new();
        for (service, rolling) in services {
            let (old, others): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.processes).into_iter().partition(|p| p.plan.group == *service);
            self.processes = others;
            let mut plan = old.first().with_context(|| format!("there is no {service}"))?.plan.clone();
            plan.program = programs.join(service);
            let fresh = old.iter().map(|_| {
                self.born += 1;
                let name = format!("{service}-{}", self.born);
                Process::new(Plan { name, ..plan.clone() }, &self.options.home)
            });
            let fresh: VecDeque<_> = fresh.collect();
            under_way.push(replace(VecDeque::from(old), fresh, rolling, &self.balancer));
        }
        for (fresh, leaving) in try_join_all(under_way).await? {
            self.processes.extend(fresh);
            self.leaving.push(leaving);
        }
        Ok(())
    }

    /// Waits until everything that roll-outs took out has ended; how it went.
    pub async fn departures(&mut self) -> Vec<Departure> {
        let all = std::mem::take(&mut self.leaving).into_iter().map(JoinSet::join_all);
        join_all(all).await.into_iter().flatten().collect()
    }
}

/// As the controller of Deployments: never more than `surge` above the wanted number, never more than `unavailable`
/// below it. A pod on its way out no longer counts.
async fn replace(
    mut old: VecDeque<Process>,
    mut fresh: VecDeque<Process>,
    rolling: &Rolling,
    balancer: &Balancer,
) -> anyhow::Result<(Vec<Process>, JoinSet<Departure>)> {
    let wanted = old.len();
    let (mut arriving, mut available) = (FuturesUnordered::new(), Vec::new());
    let mut leaving = JoinSet::new();
    loop {
        while old.len() + available.len() > wanted.saturating_sub(rolling.unavailable)
            && let Some(process) = old.pop_front()
        {
            leaving.spawn(leave(process, rolling.clone(), balancer.clone()));
        }
        while old.len() + arriving.len() + available.len() < wanted + rolling.surge
            && let Some(process) = fresh.pop_front()
        {
            arriving.push(arrive(process, rolling, balancer));
        }
        match arriving.next().await {
            Some(process) => available.push(process?),
            None => break,
        }
    }
    ensure!(fresh.is_empty(), "with neither surge nor unavailable pods nothing can be replaced");
    Ok((available, leaving))
}

/// From its start until it is available.
async fn arrive(mut process: Process, rolling: &Rolling, balancer: &Balancer) -> anyhow::Result<Process> {
    let target = process.spawn()?;
    process.passes(&rolling.readiness, PATIENCE).await?;
    sleep(rolling.lag).await;
    balancer.register(process.plan.group, target)?;
    until_healthy(balancer, &process).await?;
    Ok(process)
}

/// From the decision that it goes until it has ended.
async fn leave(mut process: Process, rolling: Rolling, balancer: Balancer) -> Departure {
    let (since, name, group) = (Instant::now(), process.plan.name.clone(), process.plan.group);
    let address = process.address();
    let told = async {
        sleep(rolling.lag).await;
        address.map_or(Ok(()), |target| balancer.deregister(group, target.address))
    };
    let ended = async {
        sleep(rolling.pre_stop).await;
        process.terminate()?;
        process.ended(rolling.grace.saturating_sub(since.elapsed())).await
    };
    let ended = async { (ended.await, since.elapsed()) };
    let (told, (ended, took)) = tokio::join!(told, ended);
    let wrong = told.and(ended).err().map(|error| format!("{error:#}"));
    Departure { name, took, wrong }
}
