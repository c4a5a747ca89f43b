//! `clock`: shows or moves the offset that a development `dojob` follows. It never moves backwards.

use std::{fs, io::ErrorKind, path::PathBuf};

use anyhow::{Context, Result, ensure};
use chrono::{SecondsFormat, TimeDelta, Utc};

use crate::home::{home, setting};

pub fn run(step: Option<&str>) -> Result<()> {
    let file = match setting("DOJOB_CLOCK_FILE") {
        Some(file) => PathBuf::from(file),
        None => home()?.join("clock"),
    };
    let present = match fs::read_to_string(&file) {
        Ok(text) => {
            text.trim().parse().with_context(|| format!("{} holds no number of seconds", file.display()))?
        }
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let offset = step.map_or(Ok(present), |step| moved(present, step))?;
    if offset != present {
        // A reader must never see half a number.
        let draft = file.with_extension("new");
        fs::write(&draft, format!("{offset}\n"))
            .with_context(|| format!("cannot write {}", draft.display()))?;
        fs::rename(&draft, &file)?;
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the computer's own time, to show what the offset makes of it"
    )]
    let shows = Utc::now() + TimeDelta::seconds(offset);
    println!("{offset} s ahead: {} ({})", shows.to_rfc3339_opts(SecondsFormat::Secs, true), file.display());
    Ok(())
}

/// The offset after `+3h`, `+1d12h` or `=90000`.
fn moved(present: i64, step: &str) -> Result<i64> {
    let words = || format!("say +30s, +5m, +3h, +2d, +1d12h or =seconds, not `{step}`");
    let next = if let Some(seconds) = step.strip_prefix('=') {
        seconds.parse().with_context(words)?
    } else {
        let mut rest = step.strip_prefix('+').filter(|s| !s.is_empty()).with_context(words)?;
        let mut total = present;
        while let Some(unit) = rest.find(|c: char| !c.is_ascii_digit()) {
            let (number, from_unit) = rest.split_at(unit);
            let seconds = match from_unit.chars().next() {
                Some('s') => 1,
                Some('m') => 60,
                Some('h') => 3600,
                Some('d') => 86_400,
                _ => anyhow::bail!(words()),
            };
            let step = number.parse::<i64>().with_context(words)?.checked_mul(seconds);
            total = step.and_then(|step| total.checked_add(step)).with_context(words)?;
            rest = from_unit.get(1..).unwrap_or_default();
        }
        ensure!(rest.is_empty(), words());
        total
    };
    ensure!(next >= present, "the clock is {present} s ahead and never moves backwards");
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn steps_add_up() {
        for (present, step, expected) in
            [(0, "+3h", 10_800), (5, "+1d12h", 129_605), (5, "=5", 5), (5, "=90000", 90_000)]
        {
            assert_eq!(moved(present, step).unwrap(), expected, "{step}");
        }
        assert!(moved(60, "=59").unwrap_err().to_string().contains("never moves backwards"));
        for step in ["", "3h", "+", "+h", "+3", "+3w", "+-5s", "=", "=1h", "+9223372036854775807d"] {
            assert!(moved(0, step).is_err(), "{step}");
        }
    }
}
