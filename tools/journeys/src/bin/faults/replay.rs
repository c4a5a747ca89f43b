//! The proof that consuming everything again does nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use cluster::Cluster;
use dojob_journeys::bad_days::{
    books::{Books, SERVICES},
    reckoning::Reckoning,
    topics::Topics,
};

/// What every table of every database holds, as a sum over its rows, with the machinery's own: logs, outboxes, proofs,
/// parked events, timers. Left out is `idempotency` alone: no event writes to it, and answers that are older than a day
/// are swept while services run.
async fn digest(books: &Books) -> anyhow::Result<BTreeMap<String, String>> {
    let mut digests = BTreeMap::new();
    for service in SERVICES {
        let sql = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
                   WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'idempotency' \
                   ORDER BY 1";
        for [table] in books.rows::<1>(service, sql).await? {
            let sum = format!(
                "SELECT count(*) || ' rows ' || md5(coalesce(string_agg(m, '' ORDER BY m), '')) \
                 FROM (SELECT md5(t::text) AS m FROM {table} t) rows"
            );
            let [sum] = books.rows::<1>(service, &sum).await?.pop().unwrap_or_default();
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
    books: &Books,
    topics: &Topics,
    patience: Duration,
    reckoning: &mut Reckoning,
) -> anyhow::Result<()> {
    let names: Vec<String> = cluster.processes().keys().map(|&name| name.to_owned()).collect();
    for name in &names {
        cluster.stop_one(name).await?;
    }
    let groups = books.groups();
    topics.forget(&groups).await?;
    let all: i64 = topics.lag(&groups).await?.values().sum();
    books.everywhere("UPDATE job SET run_at = run_at + interval '10 years'").await?;
    let before = digest(books).await?;
    let since = Instant::now();
    for name in &names {
        cluster.start_again(name).await?;
    }
    let left = topics.until_no_lag(&groups, patience).await?;
    println!("{all} deliveries consumed again in {:.1?}", since.elapsed());
    // Whatever came of it has been said by now, too.
    books.until_quiet(patience).await?;
    let after = digest(books).await?;
    books.everywhere("UPDATE job SET run_at = run_at - interval '10 years'").await?;

    let lines =
        |sums: BTreeMap<String, String>| sums.into_iter().map(|(table, sum)| format!("{table} {sum}"));
    anyhow::ensure!(all > 0, "there was nothing to consume again");
    reckoning.add("consumed again", usize::try_from(all)?, left);
    reckoning.same("tables after that", lines(before).collect(), lines(after).collect());
    Ok(())
}
