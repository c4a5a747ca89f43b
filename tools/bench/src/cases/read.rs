//! Reading: one listing by its id, pages of twenty. The floor is the same SQL by pgbench plus our own smallest answer.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use serde_json::Value;

use super::cost::{Cost, healthz, times, window};
use crate::{
    http::{self, Client, Make},
    numbers::{micros, spread},
    pgbench,
    report::{Ratio, Row},
    stage::{CLIENTS, OWNERS, Stage, listing_id, owner_id},
};

const LISTING: &str = "id, kind, owner_id, title, body, category, minutes, mode, region_code, times, bring, state, \
    published_at, expires_at, revision, version";

const CARD: &str = "SELECT id, name, region_code, given_count, gone_at FROM members WHERE id";

struct Case {
    number: &'static str,
    claim: &'static str,
    script: String,
    make: Make,
}

/// # Errors
/// dojob or pgbench fail.
pub async fn run(stage: &Stage, rows: u64) -> anyhow::Result<Vec<Row>> {
    let mut found = Vec::new();
    for case in [by_id(rows), newest(stage, rows).await?, of_member(stage).await?] {
        found.push(measure(stage, case).await?);
    }
    Ok(found)
}

fn by_id(rows: u64) -> Case {
    let (id, owner) = (listing_id(":n"), owner_id(&format!(":n % {OWNERS} + 1")));
    Case {
        number: "1",
        claim: "read a talent by id",
        script: format!(
            "\\set n random(1, {rows})\nSELECT {LISTING} FROM listings WHERE id = {id} AND kind = 'talent' LIMIT 1;\n\
             {CARD} = ANY(ARRAY[{owner}]);\n"
        ),
        make: http::gets(move |turn| {
            format!("/api/core/talents/00000000-0000-7000-9000-{:012}", spread(turn, rows))
        }),
    }
}

async fn newest(stage: &Stage, rows: u64) -> anyhow::Result<Case> {
    let cursors = cursors(stage, "/api/core/talents?sort=newest", 40).await?;
    let id = listing_id(":n");
    // The walk, its lines and their owners' cards; gathering ids costs pgbench an aggregate more than us.
    let script = format!(
        "\\set n random(1, {})\nSELECT array_agg(id) AS ids FROM (SELECT l.id, l.published_at, 0::float8 AS k FROM listings l \
         WHERE l.kind = 'talent' AND l.state = 'open' AND l.expires_at > now() AND l.published_at <= now() \
         AND (l.published_at, l.id) < (now() - :n * interval '75 seconds', {id}) \
         ORDER BY l.published_at DESC, l.id DESC LIMIT 21) walk \\gset\n\
         SELECT array_agg(DISTINCT owner_id) AS owners, count(title), count(category), count(minutes), count(mode), \
         count(region_code), count(times), count(state), count(published_at) FROM listings \
         WHERE id = ANY(:ids::uuid[]) AND kind = 'talent' \\gset\n{CARD} = ANY(:owners::uuid[]);\n",
        rows.min(800)
    );
    Ok(Case {
        number: "2",
        claim: "a page of 20, the newest of all, by keyset",
        script,
        make: http::gets(pages("/api/core/talents?sort=newest", cursors)),
    })
}

async fn of_member(stage: &Stage) -> anyhow::Result<Case> {
    let owner = owner_id("7");
    let path = "/api/core/members/00000000-0000-7000-8000-000000000007/talents?limit=20";
    let cursors = cursors(stage, path, 4).await?;
    let script = format!(
        "\\set n random(1, 80)\nSELECT {LISTING} FROM listings WHERE owner_id = {owner} AND kind = 'talent' AND state = 'open' \
         AND expires_at > now() AND (published_at < now() - :n * interval '75000 seconds' \
         OR (published_at = now() AND id < {owner})) ORDER BY published_at DESC, id DESC LIMIT 21;\n\
         {CARD} = ANY(ARRAY[{owner}]);\n"
    );
    Ok(Case {
        number: "2b",
        claim: "a page of 20, of one member, by keyset",
        script,
        make: http::gets(pages(path, cursors)),
    })
}

/// Cursors of the pages behind the first one.
async fn cursors(stage: &Stage, path: &str, n: usize) -> anyhow::Result<Vec<String>> {
    let mut client = Client::connect(stage.port).await?;
    let mut cursors: Vec<String> = Vec::new();
    while cursors.len() < n {
        let next = cursors.last().map(|c| format!("&cursor={c}")).unwrap_or_default();
        let page = client.json("GET", &format!("{path}{next}"), None, None).await?;
        ensure!(crate::stage::items(&page).len() == 20, "not a full page: {path}");
        cursors.push(page.get("next").and_then(Value::as_str).context("a next page")?.to_owned());
    }
    Ok(cursors)
}

fn pages(path: &'static str, cursors: Vec<String>) -> impl Fn(u64) -> String + Send + Sync + 'static {
    let cursors = Arc::new(cursors);
    move |turn| {
        let n = usize::try_from(turn).unwrap_or(0) % cursors.len().max(1);
        format!("{path}&cursor={}", cursors.get(n).map_or("", String::as_str))
    }
}

async fn measure(stage: &Stage, case: Case) -> anyhow::Result<Row> {
    let Case { number, claim, script, make } = case;
    let floor = async || -> anyhow::Result<(f64, f64, f64)> {
        let time = Duration::from_secs(2);
        let sql =
            pgbench::run(stage.core_url(), &script, CLIENTS, time, stage.postmaster, stage.scratch()).await?;
        let http = window(stage, stage.admin, &times(&healthz(), CLIENTS)).await?;
        Ok((micros(sql.cpu), http.dojob, sql.per_second))
    };
    let ours = async || -> anyhow::Result<Cost> { window(stage, stage.port, &times(&make, CLIENTS)).await };
    let (a, b, c, d) = (floor().await?, ours().await?, ours().await?, floor().await?);
    let ratio = Ratio::of(&[(b.all, a.0 + a.1), (c.all, d.0 + d.1)]);
    let mean = |x: f64, y: f64| f64::midpoint(x, y);
    Ok(Row {
        number,
        claim: claim.to_owned(),
        ours: format!("{:.0} µs ({:.0} dojob)", mean(b.all, c.all), mean(b.dojob, c.dojob)),
        floor: format!("{:.0} µs pgbench + {:.0} µs healthz", mean(a.0, d.0), mean(a.1, d.1)),
        ratio: Some(ratio),
        goal: "CPU ≤ 1.5×",
        held: Some(ratio.all <= 1.5),
        note: format!(
            "{:.0}/s over HTTP, pgbench {:.0}/s, {CLIENTS} connections",
            mean(b.done.per_second(), c.done.per_second()),
            mean(a.2, d.2)
        ),
    })
}
