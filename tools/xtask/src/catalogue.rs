//! The catalogue of events in `docs/EVENTS.md`, between two markers.

use std::fmt::Write;

use anyhow::{Context, Result};

use crate::published::Published;

pub const PAGE: &str = "docs/EVENTS.md";

const BEGIN: &str = "<!-- catalogue: written by `cargo xtask gen` -->\n";
const END: &str = "<!-- end of the catalogue -->";

/// The page with today's catalogue in it.
///
/// # Errors
/// The markers are missing.
pub fn page(page: &str, published: &Published) -> Result<String> {
    let lost = || format!("{PAGE} has lost its markers:\n{BEGIN}{END}");
    let (before, rest) = page.split_once(BEGIN).with_context(lost)?;
    let (_, after) = rest.split_once(END).with_context(lost)?;
    Ok(format!("{before}{BEGIN}{}{END}{after}", catalogue(published)?))
}

fn catalogue(published: &Published) -> Result<String> {
    let mut text = String::new();
    for (_, topic) in published.topics() {
        let retention = match topic.retention.get("days") {
            Some(days) => format!("for {days} days"),
            None => "for ever".to_owned(),
        };
        let compacted = if topic.compacted { ", the last of each key" } else { "" };
        write!(text, "\n### `{}`\n\n", topic.name)?;
        writeln!(text, "{} partitions, kept {retention}{compacted}.\n", topic.partitions)?;
        writeln!(text, "| kind | when | consumed by |\n|---|---|---|")?;
        for kind in published.kinds.iter().filter(|kind| kind.topic == topic.name) {
            let path = format!("../contracts/events/{}/{}.v1.json", kind.service, kind.name);
            let when = kind.when().replace('\n', " ").replace('|', "\\|");
            let consumers = published.consumers_of(kind).join(", ");
            writeln!(text, "| [{}]({path}) | {when} | {consumers} |", kind.name)?;
        }
    }
    text.push('\n');
    Ok(text)
}
