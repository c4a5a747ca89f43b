//! What was found: a Markdown table for people, JSON lines for plotting.

use std::{fmt::Write, path::Path};

use serde_json::json;

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

/// The table.
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
