//! The catalogue of problem codes: what the chassis and the services say that they answer, in one file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::published::Published;

pub const CATALOGUE: &str = "contracts/problems.json";

pub fn codes(published: &Published) -> BTreeSet<&str> {
    let codes = published.codes().flat_map(|(_, codes)| codes.problems.keys().chain(&codes.fields));
    codes.map(String::as_str).collect()
}

/// One line for each code, so that a difference reads well.
pub fn text(published: &Published) -> String {
    let mut problems: BTreeMap<&str, (BTreeSet<u16>, BTreeSet<&str>)> = BTreeMap::new();
    let mut fields: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (owner, codes) in published.codes() {
        for (code, statuses) in &codes.problems {
            let entry = problems.entry(code).or_default();
            entry.0.extend(statuses);
            entry.1.insert(owner);
        }
        for code in &codes.fields {
            fields.entry(code).or_default().insert(owner);
        }
    }
    let line = |code: &str, value: &Value| format!("    {code:?}: {value}");
    let problems = problems
        .iter()
        .map(|(code, (status, owner))| line(code, &json!({ "status": status, "owner": owner })));
    let fields = fields.iter().map(|(code, owner)| line(code, &json!({ "owner": owner })));
    let (problems, fields) =
        (problems.collect::<Vec<_>>().join(",\n"), fields.collect::<Vec<_>>().join(",\n"));
    format!("{{\n  \"problems\": {{\n{problems}\n  }},\n  \"fields\": {{\n{fields}\n  }}\n}}\n")
}
