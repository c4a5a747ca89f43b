//! The tables that the sources declare with `diesel::table!`.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::table::{Columns, Table};
use crate::{
    source::{Kind, Token, closing, code},
    tree::File,
};

/// Where a table was declared, and how.
#[derive(Debug)]
pub struct Declared {
    pub at: String,
    pub table: Table,
    /// The comment above it: a column that is left out on purpose is named there, with the reason.
    pub comment: String,
}

/// By name, with the schema in front where it is not `public`.
pub fn tables(sources: &[File]) -> Result<BTreeMap<String, Declared>> {
    let mut found = BTreeMap::new();
    for file in sources {
        let code = code(&file.text);
        for (at, window) in code.windows(3).enumerate() {
            if let [name, bang, open] = window
                && name.is("table")
                && bang.is("!")
                && open.is("{")
            {
                let body =
                    code.get(at + 2..).and_then(|rest| rest.get(1..closing(rest)?)).unwrap_or_default();
                let line = name.line;
                let at = format!("{}:{line}", file.path);
                let (name, table) = table(body).with_context(|| format!("cannot read the table! at {at}"))?;
                let comment = comment_above(&file.text, line);
                let twice = found.insert(name.clone(), Declared { at: at.clone(), table, comment });
                if let Some(first) = twice {
                    anyhow::bail!("{name} is declared at {} and at {at}", first.at);
                }
            }
        }
    }
    Ok(found)
}

fn comment_above(text: &str, line: usize) -> String {
    let above: Vec<_> = text.lines().take(line.saturating_sub(1)).collect();
    let comment = above.iter().rev().take_while(|line| line.trim_start().starts_with("//"));
    comment.copied().collect::<Vec<_>>().join(" ")
}

/// `use …; #[…] schema.name (key, key) { column -> Type, … }`
fn table(mut body: &[Token<'_>]) -> Option<(String, Table)> {
    while let Some(first) = body.first() {
        body = if first.is("use") {
            body.get(body.iter().position(|t| t.is(";"))? + 1..)?
        } else if first.is("#") {
            body.get(closing(body.get(1..)?)? + 2..)?
        } else {
            break;
        };
    }
    let brace = body.iter().position(|t| t.is("{"))?;
    let (head, rest) = body.split_at(brace);
    let bracket = head.iter().position(|t| t.is("(")).unwrap_or(head.len());
    let (name, key) = head.split_at(bracket);
    let name: String = name.iter().map(|t| t.text).collect();
    let name = name.strip_prefix("public.").unwrap_or(&name).to_owned();
    let mut key: Vec<String> =
        key.iter().filter(|t| t.kind == Kind::Word).map(|t| t.text.to_owned()).collect();
    if key.is_empty() {
        key.push("id".to_owned());
    }
    let mut table = Table { key, columns: Columns::new() };
    let mut renamed = BTreeMap::new();
    let mut rest = rest.get(1..closing(rest)?)?;
    let mut sql_name = None;
    while let Some(first) = rest.first() {
        if first.is("#") {
            let end = closing(rest.get(1..)?)? + 2;
            let attribute = rest.get(..end)?;
            if attribute.iter().any(|t| t.is("sql_name")) {
                sql_name = attribute.iter().find(|t| t.kind == Kind::Text).map(|t| t.text);
            }
            rest = rest.get(end..)?;
            continue;
        }
        let mut depth = 0usize;
        let end = rest.iter().position(|t| {
            depth = (depth + usize::from(t.is("<"))).saturating_sub(usize::from(t.is(">")));
            t.is(",") && depth == 0
        });
        let column = rest.get(..end.unwrap_or(rest.len()))?;
        let [name, minus, arrow, kind @ ..] = column else { return None };
        if !(minus.is("-") && arrow.is(">")) {
            return None;
        }
        let known_as = sql_name.take().unwrap_or(name.text);
        renamed.insert(name.text.to_owned(), known_as.to_owned());
        let kind: String = kind.iter().map(|t| t.text).collect();
        table.columns.insert(known_as.to_owned(), plain(&kind));
        rest = end.and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    }
    for key in &mut table.key {
        if let Some(name) = renamed.get(key) {
            key.clone_from(name);
        }
    }
    Some((name, table))
}

/// One name for each type: diesel has several.
fn plain(kind: &str) -> String {
    let same = [
        ("Int2", "SmallInt"),
        ("Int4", "Integer"),
        ("Int8", "BigInt"),
        ("Float4", "Float"),
        ("Float8", "Double"),
        ("Bytea", "Binary"),
        ("Varchar", "Text"),
        ("Tstzrange", "Range<Timestamptz>"),
        ("Int4range", "Range<Integer>"),
        ("Int8range", "Range<BigInt>"),
    ];
    // diesel calls the elements of an array nullable, because PostgreSQL cannot promise otherwise.
    if let Some(inner) = kind.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>')) {
        return format!("Nullable<{}>", plain(inner));
    }
    if let Some(inner) = kind.strip_prefix("Array<").and_then(|k| k.strip_suffix('>')) {
        let inner = inner.strip_prefix("Nullable<").and_then(|k| k.strip_suffix('>')).unwrap_or(inner);
        return format!("Array<{}>", plain(inner));
    }
    let last = kind.rsplit("::").next().unwrap_or(kind);
    if kind.contains('<') {
        return kind.to_owned();
    }
    same.iter().find(|(name, _)| *name == last).map_or(last, |(_, same)| same).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_as_print_schema_writes_them() {
        let text = "//! Tables.\ndiesel::table! {\n  use diesel::sql_types::*;\n\n  /// Doc.\n  notification.notices (account_id, type_) {\n\
                    account_id -> Uuid,\n #[sql_name = \"type\"]\n #[max_length = 3]\n type_ -> Varchar,\n\
                    tokens -> Array<Nullable<Int4>>, read_at -> Nullable<Timestamptz>, during -> Tstzrange, }\n}\n\
                    diesel::table! { outbox (id) { id -> BigInt, } }";
        let found = tables(&[File { path: "a.rs".to_owned(), text: text.to_owned() }]).unwrap();
        let notices = &found["notification.notices"];
        assert_eq!(notices.at, "a.rs:2");
        assert_eq!(notices.table.key, ["account_id", "type"]);
        let columns: Vec<_> = notices.table.columns.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            columns,
            [
                ("account_id", "Uuid"),
                ("during", "Range<Timestamptz>"),
                ("read_at", "Nullable<Timestamptz>"),
                ("tokens", "Array<Integer>"),
                ("type", "Text"),
            ]
        );
        assert_eq!(found["outbox"].table.columns.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_no_table() {
        let file = |text: &str| [File { path: "a.rs".to_owned(), text: text.to_owned() }];
        assert!(tables(&file("diesel::table! { a (id) { id = Uuid } }")).is_err());
        assert!(tables(&file("table! { a { id -> Uuid } } table! { a { id -> Uuid } }")).is_err());
    }
}
