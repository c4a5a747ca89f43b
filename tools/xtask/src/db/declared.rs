//! The tables that the sources declare with `diesel::table!`, read by diesel's own parser of it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail};
use diesel_table_macro_syntax::TableDecl;
use quote::ToTokens;
use syn::{Macro, spanned::Spanned, visit::Visit};

use crate::tree::File;

/// Where a table was declared, and how.
#[derive(Debug)]
pub struct Declared {
    pub at: String,
    /// `key (id, …)` and `column -> Type` for each column.
    pub words: BTreeSet<String>,
    /// The comment above it: a column that is left out on purpose is named there, with the reason.
    pub comment: String,
}

/// By name, with the schema in front where it is not `public`.
pub fn tables(sources: &[File]) -> Result<BTreeMap<String, Declared>> {
    let mut found: BTreeMap<String, Declared> = BTreeMap::new();
    for file in sources {
        let code = syn::parse_file(&file.text).with_context(|| format!("cannot read {}", file.path))?;
        let mut declarations = Declarations::default();
        declarations.visit_file(&code);
        for declaration in declarations.0 {
            let line = declaration.path.span().start().line;
            let at = format!("{}:{line}", file.path);
            let table =
                declaration.parse_body().with_context(|| format!("cannot read the table! at {at}"))?;
            let (name, words) = read(table);
            if let Some(first) = found.get(&name) {
                bail!("{name} is declared at {} and at {at}", first.at);
            }
            found.insert(name, Declared { at, words, comment: comment_above(&file.text, line) });
        }
    }
    Ok(found)
}

/// The calls of `table!` in a file.
#[derive(Default)]
struct Declarations<'a>(Vec<&'a Macro>);

impl<'a> Visit<'a> for Declarations<'a> {
    fn visit_macro(&mut self, call: &'a Macro) {
        self.0.extend(call.path.segments.last().filter(|last| last.ident == "table").map(|_| call));
    }
}

fn comment_above(text: &str, line: usize) -> String {
    let above: Vec<_> = text.lines().take(line.saturating_sub(1)).collect();
    let comment = above.iter().rev().take_while(|line| line.trim_start().starts_with("//"));
    comment.copied().collect::<Vec<_>>().join(" ")
}

fn read(declared: TableDecl) -> (String, BTreeSet<String>) {
    let schema = declared.schema.filter(|schema| schema != "public").map(|schema| format!("{schema}."));
    let keys = declared.primary_keys.map(|keys| keys.keys.into_iter().map(|key| key.to_string()).collect());
    let mut keys: Vec<String> = keys.unwrap_or_else(|| vec!["id".to_owned()]);
    let mut words = BTreeSet::new();
    for column in declared.column_defs {
        for key in keys.iter_mut().filter(|key| column.column_name == key.as_str()) {
            key.clone_from(&column.sql_name);
        }
        let kind = plain(&column.tpe.to_token_stream().to_string().replace(' ', ""));
        words.insert(format!("{} -> {kind}", column.sql_name));
    }
    words.insert(format!("key ({})", keys.join(", ")));
    (schema.unwrap_or_default() + &declared.sql_name, words)
}

/// One name for each type that is used: diesel has several.
fn plain(kind: &str) -> String {
    let Some((outer, inner)) = kind.strip_suffix('>').and_then(|kind| kind.split_once('<')) else {
        return match kind {
            "Int4" => "Integer",
            "Int8" => "BigInt",
            "Varchar" => "Text",
            "Tstzrange" => "Range<Timestamptz>",
            other => other,
        }
        .to_owned();
    };
    let inner = plain(inner);
    // diesel calls the elements of an array nullable, because PostgreSQL cannot promise otherwise.
    let element = inner.strip_prefix("Nullable<").and_then(|inner| inner.strip_suffix('>'));
    format!("{outer}<{}>", element.filter(|_| outer == "Array").unwrap_or(&inner))
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
        assert_eq!(
            notices.words.iter().collect::<Vec<_>>(),
            [
                "account_id -> Uuid",
                "during -> Range<Timestamptz>",
                "key (account_id, type)",
                "read_at -> Nullable<Timestamptz>",
                "tokens -> Array<Integer>",
                "type -> Text",
            ]
        );
        assert_eq!(found["outbox"].words.len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_no_table() {
        let file = |text: &str| [File { path: "a.rs".to_owned(), text: text.to_owned() }];
        assert!(tables(&file("diesel::table! { a (id) { id = Uuid } }")).is_err());
        assert!(tables(&file("table! { a { id -> Uuid } } table! { a { id -> Uuid } }")).is_err());
    }
}
