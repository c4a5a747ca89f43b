//! How costs grow with the table: a read by id, a page, and searches by words of five frequencies in three orders; and
//! regions by what people type.

use anyhow::ensure;

use super::cost::{healthz, times, window};
use crate::{
    figures::{Cost, Curve},
    http::{self, Client, escaped},
    numbers::{float, spread},
    report::{Ratio, Row},
    stage::{CLIENTS, SOUGHT, Stage, items, listing_path},
};

/// The orders, and what they need to be asked with.
const ORDERS: [(&str, &str); 3] = [
    ("newest", "sort=newest"),
    ("recommended", "sort=recommended&region=1144012300"),
    ("near", "sort=near&region=1144012300&reach_km=all"),
];

/// Adds what everything costs in a table of `rows`.
///
/// # Errors
/// dojob fails, or finds less than there is.
pub async fn measure(stage: &Stage, rows: u64, curves: &mut Vec<Curve>) -> anyhow::Result<()> {
    let mut add = |name: String, cost: Cost| {
        let point = (float(rows), cost.all, cost.program);
        match curves.iter_mut().find(|curve| curve.name == name) {
            Some(curve) => curve.points.push(point),
            None => curves.push(Curve { name, points: vec![point] }),
        }
    };
    let by_id = http::gets(move |turn| listing_path(spread(turn, rows)));
    add("by id".to_owned(), window(stage, stage.port, &times(&by_id, CLIENTS)).await?);
    let page = http::gets(|_| "/api/core/talents?sort=newest".to_owned());
    add("page of 20".to_owned(), window(stage, stage.port, &times(&page, CLIENTS)).await?);
    let mut client = Client::connect(stage.port).await?;
    for (word, share) in SOUGHT {
        for (order, query) in ORDERS {
            let path = format!("/api/core/talents?q={}&{query}", escaped(word));
            let found = items(&client.json("GET", &path, None, None).await?).len();
            // Half of a word's share is certain even in the smallest table.
            let least = if order == "recommended" { 0.0 } else { (share * float(rows) / 2.0).min(20.0) };
            let wrong = share == 0.0 && found > 0;
            ensure!(!wrong && float(u64::try_from(found)?) >= least, "{word}, {order}: {found} found");
            let cost = window(stage, stage.port, &times(&http::gets(move |_| path.clone()), 2)).await?;
            add(format!("{}, {order}", said(share)), cost);
        }
    }
    Ok(())
}

/// A share of all listings in words.
pub fn said(share: f64) -> String {
    if share == 0.0 { "no hit".to_owned() } else { format!("word of {} %", (share * 1e4).round() / 100.0) }
}

/// The claims: the worst of all searches.
pub fn rows(curves: &[Curve]) -> Vec<Row> {
    let searches: Vec<_> = curves.iter().skip(2).collect();
    let row = |number, claim: &str, of: &dyn Fn(&Curve) -> Option<f64>, unit: &str, goal, limit| {
        let found = searches.iter().filter_map(|curve| Some((of(curve)?, &curve.name)));
        let (worst, name) = found.clone().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let missed = found.filter(|(value, _)| *value > limit).count();
        Some(Row {
            number,
            claim: claim.to_owned(),
            ours: format!("{worst:.2}{unit}"),
            floor: "–".to_owned(),
            ratio: None,
            goal,
            held: Some(missed == 0),
            note: format!("the worst: {name}; {missed} of {} miss the goal", searches.len()),
        })
    };
    let at = |rows: f64| move |curve: &Curve| Some(curve.at(rows)? / 1e3);
    let found = [
        row("5", "search in 200 k, whole CPU", &at(2e5), " ms", "≤ 1.0 ms", 1.0),
        row("5b", "search in 1 M, whole CPU", &at(1e6), " ms", "≤ 1.6 ms", 1.6),
        row("5c", "search, exponent of growth", &|curve| Some(curve.exponent()), "", "≤ 0.3", 0.3),
    ];
    found.into_iter().flatten().collect()
}

/// Regions by what people type, beside our own smallest answer.
///
/// # Errors
/// dojob fails.
pub async fn regions(stage: &Stage) -> anyhow::Result<Row> {
    let typed = [
        "망원",
        "성수동",
        "역삼",
        "해운대",
        "둔산동",
        "ㅁㅇㄷ",
        "서울 마포",
        "용",
        "강남구",
        "춘천 퇴계",
        "신",
        "제주",
    ];
    let paths = typed.map(|q| format!("/api/addresses/regions?q={}", escaped(q)));
    let make = http::gets(move |turn| {
        let n = usize::try_from(spread(turn, 12)).unwrap_or(1) - 1;
        paths.get(n).cloned().unwrap_or_default()
    });
    let floor =
        async || -> anyhow::Result<Cost> { window(stage, stage.admin, &times(&healthz(), CLIENTS)).await };
    let ours = async || -> anyhow::Result<Cost> { window(stage, stage.port, &times(&make, CLIENTS)).await };
    let (a, b, c, d) = (floor().await?, ours().await?, ours().await?, floor().await?);
    let ratio = Ratio::of(&[(b.program, a.program), (c.program, d.program)]);
    Ok(Row {
        number: "6",
        claim: "regions by what people type".to_owned(),
        ours: format!("{:.1} µs", f64::midpoint(b.program, c.program)),
        floor: format!("{:.1} µs healthz", f64::midpoint(a.program, d.program)),
        ratio: Some(ratio),
        goal: "CPU ≤ 1.7×",
        held: Some(ratio.all <= 1.7),
        note: "12 queries: names, parts, first consonants, one letter".to_owned(),
    })
}
