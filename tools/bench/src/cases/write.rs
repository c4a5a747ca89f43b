//! Writing: a profile is changed, and the event of it stands in the outbox of the same commit.

use std::{sync::Arc, time::Duration};

use super::cost::window;
use crate::{
    http::{self, Make},
    numbers::micros,
    pgbench,
    report::{Ratio, Row},
    stage::{CLIENTS, Person, Stage, owner_id},
};

/// The statements of `PATCH /api/core/me`, one by one.
fn one_by_one() -> String {
    let id = owner_id(":client_id + 1");
    format!(
        "\\set v random(1, 1000000000)\nBEGIN;\n\
         SELECT id, name, bio, region_code, languages, joined_at, gone_at, version FROM members WHERE id = {id} \
         FOR NO KEY UPDATE;\n\
         SELECT given_count, given_minutes, received_count, received_minutes FROM members WHERE id = {id} LIMIT 1;\n\
         UPDATE members SET name = '이웃', bio = 'bio ' || :v, region_code = '1144012300', languages = '{{ko}}', \
         version = :v WHERE id = {id};\n\
         INSERT INTO bench_outbox (event_id, topic, kind, key, sequence, occurred_at, headers, data) VALUES \
         (gen_random_uuid(), 'dojob.core.membership.v1', 'MemberProfileChanged', {id}, :v, now(), \
         '{{\"actor\": {{\"account\": \"00000000-0000-7000-8000-000000000001\"}}, \"source\": \"/dojob/core\"}}', \
         '{{\"member_id\": \"00000000-0000-7000-8000-000000000001\", \"fields\": [\"bio\"], \"complete\": true, \
         \"languages\": [\"ko\"], \"region_code\": \"1144012300\"}}');\n\
         COMMIT;\n"
    )
}

/// The same rows in one statement: what the fewest round trips would cost.
fn at_once() -> String {
    let id = owner_id(":client_id + 1");
    format!(
        "\\set v random(1, 1000000000)\n\
         WITH changed AS (INSERT INTO members (id, name, bio, region_code, languages, joined_at, version) VALUES \
         ({id}, '이웃', 'bio ' || :v, '1144012300', '{{ko}}', now(), :v) ON CONFLICT (id) DO UPDATE SET \
         name = excluded.name, bio = excluded.bio, region_code = excluded.region_code, \
         languages = excluded.languages, version = excluded.version RETURNING id, given_count, given_minutes, \
         received_count, received_minutes), \
         told AS (INSERT INTO bench_outbox (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT gen_random_uuid(), 'dojob.core.membership.v1', 'MemberProfileChanged', id, :v, now(), \
         '{{\"actor\": {{\"account\": \"00000000-0000-7000-8000-000000000001\"}}, \"source\": \"/dojob/core\"}}'::jsonb, \
         '{{\"member_id\": \"00000000-0000-7000-8000-000000000001\", \"fields\": [\"bio\"], \"complete\": true, \
         \"languages\": [\"ko\"], \"region_code\": \"1144012300\"}}'::jsonb FROM changed) SELECT * FROM changed;\n"
    )
}

/// # Errors
/// dojob or pgbench fail.
pub async fn run(stage: &Stage, people: &[Person]) -> anyhow::Result<Vec<Row>> {
    let makes: Vec<Make> = people.iter().take(CLIENTS).map(|p| change(&p.token)).collect();
    let time = Duration::from_secs(2);
    let by = async |script: String| {
        pgbench::run(stage.core_url(), &script, makes.len(), time, stage.postmaster, stage.scratch()).await
    };
    let a = by(one_by_one()).await?;
    let b = window(stage, stage.port, &makes).await?;
    let one = by(at_once()).await?;
    let c = window(stage, stage.port, &makes).await?;
    let d = by(one_by_one()).await?;
    let (b_rate, c_rate) = (b.done.per_second(), c.done.per_second());
    let rate = Ratio::of(&[(b_rate, a.per_second), (c_rate, d.per_second)]);
    let cpu = Ratio::of(&[(b.all, micros(a.cpu)), (c.all, micros(d.cpu))]);
    let mean = |x: f64, y: f64| f64::midpoint(x, y);
    let ours = mean(b_rate, c_rate);
    Ok(vec![
        Row {
            number: "3",
            claim: "durable write with its event".to_owned(),
            ours: format!("{ours:.0}/s"),
            floor: format!("{:.0}/s pgbench, the same statements", mean(a.per_second, d.per_second)),
            ratio: Some(rate),
            goal: "rate ≥ 0.9×",
            held: Some(rate.all >= 0.9),
            note: format!("{:.2} of the one-statement form ({:.0}/s)", ours / one.per_second, one.per_second),
        },
        Row {
            number: "3b",
            claim: "the same, CPU".to_owned(),
            ours: format!("{:.0} µs ({:.0} dojob)", mean(b.all, c.all), mean(b.program, c.program)),
            floor: format!("{:.0} µs", mean(micros(a.cpu), micros(d.cpu))),
            ratio: Some(cpu),
            goal: "CPU ≤ 1.11× (0.9)",
            held: Some(cpu.all <= 1.0 / 0.9),
            note: "ours carries HTTP, the relay and the event log as well".to_owned(),
        },
    ])
}

/// A change of the profile that says something else each time.
fn change(token: &str) -> Make {
    let token = token.to_owned();
    Arc::new(move |n| {
        let body = format!(r#"{{"bio":"bio {n}"}}"#);
        http::request("PATCH", "/api/core/me", Some(&token), Some(&body))
    })
}
