//! The proof that consuming everything again does nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cluster::Cluster;
use dojob_journeys::chaos::{
    invariants::Invariants,
    observations::{Observations, SERVICES},
    topics::Topics,
};

/// What every table of every database holds, as a sum over its rows, with the machinery's own: logs, outboxes, proofs,
/// dead letters, timers. Left out is `idempotency` alone: no event writes to it, and answers that are older than a day
/// are swept while services run.
async fn digest(observations: &Observations) -> anyhow::Result<BTreeMap<String, String>> {
    let mut digests = BTreeMap::new();
    for service in SERVICES {
        let sql = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
                   WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'idempotency' \
                   ORDER BY 1";
        for [table] in observations.rows::<1>(service, sql).await? {
            let sum = format!(
                "SELECT count(*) || ' rows ' || md5(coalesce(string_agg(m, '' ORDER BY m), '')) \
                 FROM (SELECT md5(t::text) AS m FROM {table} t) rows"
            );
            let [sum] = observations.rows::<1>(service, &sum).await?.pop().unwrap_or_default();
            digests.insert(format!("{service} {table}"), sum);
        }
    }
    Ok(digests)
}

/// Stops the services, lets every group begin at offset 0, starts them again and waits until all is consumed: every
/// table must hold what it held. Timers are put off by ten years meanwhile, since the clock goes on: what they do is
/// no effect of an event.
#[expect(clippy::print_stdout, reason = "a program that reports")]
pub async fn prove(
    cluster: &mut Cluster,
    observations: &Observations,
    topics: &Topics,
    patience: Duration,
    invariants: &mut Invariants,
) -> anyhow::Result<()> {
    let names: Vec<String> = cluster.processes().keys().map(|&name| name.to_owned()).collect();
    for name in &names {
        cluster.stop_one(name).await?;
    }
    let groups = observations.groups();
    topics.forget(&groups).await?;
    let all: i64 = topics.lag(&groups).await?.values().sum();
    observations.everywhere("UPDATE job SET run_at = run_at + interval '10 years'").await?;
    let before = digest(observations).await?;
    let since = Instant::now();
    for name in &names {
        cluster.start_again(name).await?;
    }
    let left = topics.until_no_lag(&groups, patience).await?;
    println!("{all} deliveries consumed again in {:.1?}", since.elapsed());
    // What came of it has been published by now, too.
    observations.until_quiet(patience).await?;
    let after = digest(observations).await?;
    observations.everywhere("UPDATE job SET run_at = run_at - interval '10 years'").await?;

    let lines =
        |sums: BTreeMap<String, String>| sums.into_iter().map(|(table, sum)| format!("{table} {sum}"));
    anyhow::ensure!(all > 0, "there was nothing to consume again");
    invariants.add("consumed again", usize::try_from(all)?, left);
    invariants.same("tables after that", lines(before).collect(), lines(after).collect());
    Ok(())
}
