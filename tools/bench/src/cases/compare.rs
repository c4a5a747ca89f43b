//! The same requests, the same PostgreSQL, the same minute: dojob, the bare floor, the peers, and dojob again.

use std::sync::Arc;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::{
    cost::{times, window_of},
    search::said,
};
use crate::{
    figures::{Cell, Operation},
    http::{self, Client, Make, escaped},
    numbers::spread,
    peers::{self, Peer, Peers},
    report::{Ratio, Row},
    stage::{CLIENTS, Person, SOUGHT, Stage, listing_path, quick},
};

/// Connections of the reads, and of searches that read the whole table.
const READERS: usize = 16;
const SLOW: usize = 2;

/// What is asked.
#[derive(Clone)]
enum Ask {
    ById,
    Page,
    Search(&'static str, f64),
    Write,
}

/// Where it is asked.
struct Target {
    name: String,
    pid: u32,
    port: u16,
    ours: bool,
}

/// What is measured of everything, the factors that are asked of Express, `FastAPI` and DRF, and the bound over the floor.
type Goal = (&'static str, &'static str, Option<f64>, [f64; 3]);

/// # Errors
/// A program gives a wrong answer, or dojob fails.
pub async fn run(
    stage: &Stage,
    rows: u64,
    people: &[Person],
    peers: &mut Peers,
) -> anyhow::Result<(Vec<Operation>, Vec<Row>)> {
    let mut running = Vec::new();
    for program in std::iter::once(peers::floor(stage)?).chain(peers.api.clone()) {
        match Peer::start(stage, &program, &listing_path(1)).await {
            Ok(peer) => running.push(peer),
            Err(error) => peers.absent.push(format!("{}: {error:#}", program.name)),
        }
    }
    let ours = || Target { name: "dojob".to_owned(), pid: stage.dojob(), port: stage.port, ours: true };
    let others =
        running.iter().map(|p| Target { name: p.name.clone(), pid: p.pid(), port: p.port, ours: false });
    let targets: Vec<Target> = std::iter::once(ours()).chain(others).chain([ours()]).collect();
    let (mut operations, mut claims) = (Vec::new(), Vec::new());
    let searches = SOUGHT.map(|(word, share)| (Ask::Search(word, share), None));
    let asks = [
        (
            Ask::ById,
            Some(("1", "≤ 1.35 × bare; Express ≥ 4, FastAPI ≥ 5, DRF ≥ 28", Some(1.35), [4.0, 5.0, 28.0])),
        ),
        (
            Ask::Page,
            Some(("2", "≤ 1.4 × bare; Express ≥ 3.7, FastAPI ≥ 4.3, DRF ≥ 27", Some(1.4), [3.7, 4.3, 27.0])),
        ),
        (Ask::Write, Some(("3c", "Express ≥ 1.82 (CPU), ≥ 2 in rate", None, [1.0 / 0.55, 1.0, 1.0]))),
    ];
    for (ask, goal) in asks.into_iter().chain(searches) {
        let operation = measure(stage, rows, people, &ask, &targets).await?;
        claims.extend(goal.and_then(|goal| claim(&operation, goal)));
        operations.push(operation);
    }
    Ok((operations, claims))
}

async fn measure(
    stage: &Stage,
    rows: u64,
    people: &[Person],
    ask: &Ask,
    targets: &[Target],
) -> anyhow::Result<Operation> {
    let name = match ask {
        Ask::ById => "read by id".to_owned(),
        Ask::Page => "page of 20, newest".to_owned(),
        Ask::Search(_, share) => format!("search, {}, newest", said(*share)),
        Ask::Write => "durable write with its event".to_owned(),
    };
    let mut cells: Vec<Cell> = Vec::new();
    let mut expected = None;
    for round in 0..if quick() { 1 } else { 2 } {
        for target in targets {
            // The bare floor has no search.
            if matches!(ask, Ask::Search(..)) && target.name == "bare Rust" {
                continue;
            }
            if round == 0 {
                let answers = answers(target, rows, people, ask).await.context(target.name.clone())?;
                let expected = expected.get_or_insert_with(|| answers.clone());
                ensure!(
                    *expected == answers,
                    "{name}: {} answers otherwise:\n{answers:?}\nnot\n{expected:?}",
                    target.name
                );
            }
            let makes = makes(target, rows, people, ask).await?;
            let cost = window_of(stage, target.pid, target.port, &makes).await;
            let cost = cost.with_context(|| format!("{name}: {}", target.name))?;
            match cells.iter_mut().find(|cell| cell.program == target.name) {
                Some(cell) => cell.costs.push(cost),
                None => cells.push(Cell { program: target.name.clone(), costs: vec![cost] }),
            }
        }
    }
    Ok(Operation { name, cells })
}

/// What a program answers to some of these requests, without what is its own affair.
async fn answers(target: &Target, rows: u64, people: &[Person], ask: &Ask) -> anyhow::Result<Vec<Value>> {
    let mut client = Client::connect(target.port).await?;
    let mut found = Vec::new();
    match ask {
        Ask::ById => {
            for n in 0..20 {
                found.push(client.json("GET", &listing_path(spread(n, rows)), None, None).await?);
            }
        }
        Ask::Page | Ask::Search(..) => {
            let path = path(ask);
            let first = client.json("GET", &path, None, None).await?;
            if let Some(next) = first.get("next").and_then(Value::as_str) {
                found.push(client.json("GET", &format!("{path}&cursor={next}"), None, None).await?);
            }
            found.push(first);
        }
        Ask::Write => {
            let (person, body) = (people.first().context("a person")?, json!({ "bio": "the same" }));
            let (path, token) = door(target, person);
            found.push(client.json("PATCH", &path, token, Some(&body)).await?);
        }
    }
    for answer in &mut found {
        // Cursors differ, and dojob alone says what to let go of where nothing was found. JavaScript writes ".000Z".
        answer.as_object_mut().map(|fields| (fields.remove("next"), fields.remove("relax")));
        *answer = serde_json::from_str(&answer.to_string().replace(".000Z\"", "Z\""))?;
    }
    Ok(found)
}

async fn makes(target: &Target, rows: u64, people: &[Person], ask: &Ask) -> anyhow::Result<Vec<Make>> {
    Ok(match ask {
        Ask::ById => times(&http::gets(move |turn| listing_path(spread(turn, rows))), READERS),
        Ask::Page => {
            let (mut client, path) = (Client::connect(target.port).await?, path(ask));
            let mut pages = vec![path.clone()];
            while pages.len() < 40 {
                let page = client.json("GET", pages.last().unwrap_or(&path), None, None).await?;
                let next = page.get("next").and_then(Value::as_str).context("a next page")?;
                pages.push(format!("{path}&cursor={next}"));
            }
            let page = move |turn: u64| {
                pages.get(usize::try_from(turn).unwrap_or(0) % 40).cloned().unwrap_or_default()
            };
            times(&http::gets(page), READERS)
        }
        Ask::Search(_, share) => {
            let path = path(ask);
            times(&http::gets(move |_| path.clone()), if *share < 0.01 { SLOW } else { READERS })
        }
        Ask::Write => people.iter().take(CLIENTS).map(|person| change(target, person)).collect(),
    })
}

fn path(ask: &Ask) -> String {
    match ask {
        Ask::Search(word, _) => format!("/api/core/talents?sort=newest&q={}", escaped(word)),
        _ => "/api/core/talents?sort=newest".to_owned(),
    }
}

/// Peers know no tokens: their requests say whose profile it is.
fn door<'p>(target: &Target, person: &'p Person) -> (String, Option<&'p str>) {
    if target.ours {
        ("/api/core/me".to_owned(), Some(&person.token))
    } else {
        (format!("/api/core/members/{}", person.id), None)
    }
}

/// A change of the profile that says something else each time.
fn change(target: &Target, person: &Person) -> Make {
    let (path, token) = door(target, person);
    let token = token.map(str::to_owned);
    Arc::new(move |n| {
        http::request("PATCH", &path, token.as_deref(), Some(&format!(r#"{{"bio":"bio {n}"}}"#)))
    })
}

fn claim(operation: &Operation, (number, goal, bare, factors): Goal) -> Option<Row> {
    let ours = operation.cell("dojob")?;
    let floor = operation.cell("bare Rust");
    let ratio = floor.map(|floor| {
        Ratio::of(&ours.costs.iter().map(|c| (c.all, floor.mean(|c| c.all))).collect::<Vec<_>>())
    });
    let mut held = ratio.is_some_and(|ratio| bare.is_none_or(|bare| ratio.all <= bare));
    let mut note = Vec::new();
    for (peer, factor) in ["Express 5, Node 20", "FastAPI", "DRF"].into_iter().zip(factors) {
        let Some(cell) = operation.cells.iter().find(|c| c.program.starts_with(peer)) else {
            note.push(format!("{peer} not measured"));
            continue;
        };
        let times = cell.mean(|c| c.all) / ours.mean(|c| c.all);
        let rate = ours.mean(|c| c.done.per_second()) / cell.mean(|c| c.done.per_second());
        held &= times >= factor && (number != "3c" || factor <= 1.0 || rate >= 2.0);
        note.push(format!("{peer} {times:.1} × our CPU, our rate {rate:.1} × its"));
    }
    let cost =
        |cell: &Cell| format!("{:.0} + {:.0} µs", cell.mean(|c| c.program), cell.mean(|c| c.all - c.program));
    Some(Row {
        number,
        claim: format!("{}: whole CPU beside bare Rust and peers", operation.name),
        ours: cost(ours),
        floor: floor.map_or_else(|| "–".to_owned(), cost),
        ratio,
        goal,
        held: Some(held),
        note: note.join("; "),
    })
}
