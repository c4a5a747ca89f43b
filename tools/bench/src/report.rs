//! What was found: a Markdown table for people, JSON lines for plotting.

use std::{fmt::Write, path::Path};

use anyhow::Context;
use serde_json::json;

use crate::{
    figures::{Cell, Cost, Curve, Operation},
    plot,
};

/// All of a run.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub rows: Vec<Row>,
    pub operations: Vec<Operation>,
    pub curves: Vec<Curve>,
    pub absent: Vec<String>,
}

/// One claim and what became of it.
#[derive(Clone, Debug)]
pub struct Row {
    pub number: &'static str,
    pub claim: String,
    pub ours: String,
    /// What nobody could go below here, in the same run.
    pub floor: String,
    /// Ours in parts of the floor, where there is one.
    pub ratio: Option<Ratio>,
    pub goal: &'static str,
    /// `None`: reported, not claimed.
    pub held: Option<bool>,
    pub note: String,
}

/// Of all pairs together, and of the best and the worst one.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    pub all: f64,
    pub least: f64,
    pub most: f64,
}

impl Ratio {
    /// Of pairs `(ours, floor)`.
    pub fn of(pairs: &[(f64, f64)]) -> Self {
        let each = pairs.iter().map(|(ours, floor)| ours / floor);
        let (ours, floor) = pairs.iter().fold((0.0, 0.0), |(o, f), (ours, floor)| (o + ours, f + floor));
        Self {
            all: ours / floor,
            least: each.clone().fold(f64::MAX, f64::min),
            most: each.fold(0.0, f64::max),
        }
    }
}

impl Row {
    fn verdict(&self) -> &'static str {
        match self.held {
            Some(true) => "holds",
            Some(false) => "**missed**",
            None => "reported",
        }
    }

    fn ratio(&self) -> String {
        let text = |r: Ratio| format!("{:.2} ({:.2}–{:.2})", r.all, r.least, r.most);
        self.ratio.map_or_else(|| "–".to_owned(), text)
    }
}

/// The table of claims.
pub fn markdown(rows: &[Row]) -> String {
    let mut out = "| # | claim | ours | floor | ratio (pairs) | goal | verdict | remarks |\n".to_owned();
    out.push_str("|---|---|---|---|---|---|---|---|\n");
    for row in rows {
        let Row { number, claim, ours, floor, goal, note, .. } = row;
        let (ratio, verdict) = (row.ratio(), row.verdict());
        let _ = writeln!(
            out,
            "| {number} | {claim} | {ours} | {floor} | {ratio} | {goal} | {verdict} | {note} |"
        );
    }
    out
}

impl Run {
    /// All tables.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        let programs: Vec<_> =
            self.operations.first().iter().flat_map(|o| &o.cells).map(|c| c.program.as_str()).collect();
        if !programs.is_empty() {
            out.push_str(
                "CPU of a request in µs, program + PostgreSQL; requests a second; p50 and p99 in ms:\n\n",
            );
            let _ = writeln!(
                out,
                "| request | {} |\n|---|{}",
                programs.join(" | "),
                "---|".repeat(programs.len())
            );
            for operation in &self.operations {
                let cell = |cell: &Cell| {
                    let of = |of: fn(&Cost) -> f64| cell.mean(of);
                    let (program, postgres) = (of(|c| c.program), of(|c| c.all - c.program));
                    let (rate, p50, p99) =
                        (of(|c| c.done.per_second()), of(|c| c.done.p50), of(|c| c.done.p99));
                    format!("{program:.0} + {postgres:.0}; {rate:.0}/s; {p50:.1}, {p99:.1}")
                };
                let cells = programs.iter().map(|p| operation.cell(p).map_or_else(|| "–".to_owned(), cell));
                let _ = writeln!(out, "| {} | {} |", operation.name, cells.collect::<Vec<_>>().join(" | "));
            }
        }
        for absent in &self.absent {
            let _ = writeln!(out, "\nnot measured: {absent}");
        }
        if let Some(first) = self.curves.first() {
            let sizes: Vec<_> =
                first.points.iter().map(|(rows, ..)| format!("{:.0} k", rows / 1e3)).collect();
            out.push_str("\nGrowth, whole CPU of a request in µs (the program's own):\n\n");
            let _ = writeln!(
                out,
                "| | {} | exponent |\n|---|{}---|",
                sizes.join(" | "),
                "---|".repeat(sizes.len())
            );
            for curve in &self.curves {
                let points = curve.points.iter().map(|(_, cost, own)| format!("{cost:.0} ({own:.0})"));
                let points = points.collect::<Vec<_>>().join(" | ");
                let _ = writeln!(out, "| {} | {points} | {:.2} |", curve.name, curve.exponent());
            }
        }
        let _ = write!(out, "\n{}", markdown(&self.rows));
        out
    }

    /// Writes tables and pictures into the page, between its markers.
    ///
    /// # Errors
    /// The page or its markers are absent.
    pub fn publish(&self, docs: &Path, about: &str) -> anyhow::Result<()> {
        const MARKS: [&str; 2] = ["<!-- bench: written by make bench -->\n", "<!-- bench: end -->"];
        let page = docs.join("BENCH.md");
        let text = std::fs::read_to_string(&page)?;
        let (before, rest) = text.split_once(MARKS[0]).context("no marker in BENCH.md")?;
        let (_, after) = rest.split_once(MARKS[1]).context("no second marker in BENCH.md")?;
        let pictures = "![CPU of a request](bench/requests.svg)\n\n![Growth](bench/growth.svg)\n";
        let [begin, end] = MARKS;
        std::fs::write(
            &page,
            format!("{before}{begin}\n{about}\n\n{}\n{pictures}\n{end}{after}", self.markdown()),
        )?;
        std::fs::create_dir_all(docs.join("bench"))?;
        std::fs::write(docs.join("bench/requests.svg"), plot::bars(&self.operations))?;
        std::fs::write(docs.join("bench/growth.svg"), plot::curves(&self.curves))?;
        Ok(())
    }
}

/// Adds the run to a file of JSON lines.
///
/// # Errors
/// The file cannot be written.
pub fn keep(file: &Path, about: &serde_json::Value, rows: &[Row]) -> anyhow::Result<()> {
    let mut text = std::fs::read_to_string(file).unwrap_or_default();
    for row in rows {
        let ratio = row.ratio.map(|r| json!({ "all": r.all, "least": r.least, "most": r.most }));
        let line = json!({
            "run": about, "number": row.number, "claim": row.claim, "ours": row.ours, "floor": row.floor,
            "ratio": ratio, "goal": row.goal, "held": row.held, "note": row.note,
        });
        let _ = writeln!(text, "{line}");
    }
    std::fs::write(file, text)?;
    Ok(())
}
