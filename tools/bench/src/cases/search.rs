//! Searching: listings by a word, by size of the table, and regions by what people type.

use anyhow::ensure;

use super::cost::{Cost, healthz, times, window};
use crate::{
    http::{self, Client, escaped},
    numbers::{float, spread},
    report::{Ratio, Row},
    stage::{CLIENTS, COMMON, CONSTANT, Stage, items},
};

/// Costs of one size of the table.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    rows: u64,
    common: Cost,
    constant: Cost,
}

/// Searches for both words in a table of this size.
///
/// # Errors
/// dojob fails, or finds nothing.
pub async fn measure(stage: &Stage, rows: u64) -> anyhow::Result<Size> {
    let mut costs = Vec::new();
    for word in [COMMON, CONSTANT] {
        let path = format!("/api/core/talents?q={}", escaped(word));
        let page = Client::connect(stage.port).await?.json("GET", &path, None, None).await?;
        ensure!(items(&page).len() == 20, "{word} is found {} times", items(&page).len());
        costs.push(window(stage, stage.port, &times(&http::gets(move |_| path.clone()), 2)).await?);
    }
    let [common, constant] = *costs.as_slice() else { anyhow::bail!("two words") };
    Ok(Size { rows, common, constant })
}

/// The claim, and how the costs grow.
pub fn rows(sizes: &[Size]) -> Vec<Row> {
    let row = |number, claim: &str, of: fn(&Size) -> Cost, goal, limit: Option<f64>| {
        let last = sizes.last().map(of);
        let ms = |cost: Option<Cost>| cost.map_or(f64::NAN, |c| c.all / 1000.0);
        let curve = sizes.iter().map(|s| format!("{} k: {:.2}", s.rows / 1000, ms(Some(of(s)))));
        let dojob = last.map_or(f64::NAN, |c| c.dojob / 1000.0);
        Row {
            number,
            claim: claim.to_owned(),
            ours: format!("{:.2} ms CPU ({dojob:.2} dojob)", ms(last)),
            floor: "–".to_owned(),
            ratio: None,
            goal,
            held: limit.map(|limit| ms(last) <= limit),
            note: format!(
                "ms by size: {}; exponent {:.2}",
                curve.collect::<Vec<_>>().join(", "),
                exponent(sizes, of)
            ),
        }
    };
    vec![
        row("5", "search a word of 1 % of 200 k talents", |s| s.common, "≤ 10 ms CPU", Some(10.0)),
        row("5b", "search a word of 100 talents, in any size", |s| s.constant, "flat", None),
    ]
}

/// The slope of log cost over log size, by least squares.
fn exponent(sizes: &[Size], of: fn(&Size) -> Cost) -> f64 {
    let points: Vec<(f64, f64)> = sizes.iter().map(|s| (float(s.rows).ln(), of(s).all.ln())).collect();
    let n = float(u64::try_from(points.len()).unwrap_or(1));
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let (up, down) = points
        .iter()
        .fold((0.0, 0.0), |(up, down), p| (up + (p.0 - x) * (p.1 - y), down + (p.0 - x) * (p.0 - x)));
    up / down
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
    let ratio = Ratio::of(&[(b.dojob, a.dojob), (c.dojob, d.dojob)]);
    Ok(Row {
        number: "6",
        claim: "regions by what people type".to_owned(),
        ours: format!("{:.1} µs", f64::midpoint(b.dojob, c.dojob)),
        floor: format!("{:.1} µs healthz", f64::midpoint(a.dojob, d.dojob)),
        ratio: Some(ratio),
        goal: "CPU ≤ 2×",
        held: Some(ratio.all <= 2.0),
        note: "12 queries: names, parts, first consonants, one letter".to_owned(),
    })
}
