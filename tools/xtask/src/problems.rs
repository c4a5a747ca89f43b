//! The catalogue of problem codes, read from the sources: wherever a literal `noun.reason` stands beside a status, or
//! inside a `FieldError`, it is a code that a client may be told. It goes when a type `Code`, which only a catalogue can
//! make, proves the same.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::{Value, json};

use crate::{
    arch::{CHASSIS, shipped},
    tree::{File, files},
};

pub const CATALOGUE: &str = "contracts/problems.json";

/// Constructors of `Problem` that carry their status in their name.
const NAMED: &[(&str, u16)] = &[("conflict", 409), ("unauthenticated", 401)];

const STATUSES: &[(&str, u16)] = &[
    ("BAD_REQUEST", 400),
    ("UNAUTHORIZED", 401),
    ("FORBIDDEN", 403),
    ("NOT_FOUND", 404),
    ("METHOD_NOT_ALLOWED", 405),
    ("CONFLICT", 409),
    ("GONE", 410),
    ("PRECONDITION_FAILED", 412),
    ("PAYLOAD_TOO_LARGE", 413),
    ("UNSUPPORTED_MEDIA_TYPE", 415),
    ("UNPROCESSABLE_ENTITY", 422),
    ("PRECONDITION_REQUIRED", 428),
    ("TOO_MANY_REQUESTS", 429),
    ("INTERNAL_SERVER_ERROR", 500),
    ("BAD_GATEWAY", 502),
    ("SERVICE_UNAVAILABLE", 503),
];

#[derive(Debug, Default)]
pub struct Catalogue {
    /// Code → statuses and who answers it.
    problems: BTreeMap<String, (BTreeSet<u16>, BTreeSet<String>)>,
    /// Code of a refused value → who refuses it so.
    fields: BTreeMap<String, BTreeSet<String>>,
    /// What a service's `PROBLEMS` and its code say differently.
    pub disagreements: Vec<String>,
}

impl Catalogue {
    /// Of the chassis and all services.
    pub fn read() -> Result<Self> {
        let mut sources = Vec::new();
        for floor in CHASSIS {
            sources.extend(files(&format!("{floor}/src"), &[".rs"])?);
        }
        sources.extend(files("services", &[".rs"])?.into_iter().filter(|f| f.path.contains("/src/")));
        Self::of(&sources)
    }

    fn of(sources: &[File]) -> Result<Self> {
        let mut catalogue = Self::default();
        let mut by_owner: BTreeMap<&str, Vec<&File>> = BTreeMap::new();
        for file in sources {
            let is_chassis = file.path.starts_with("crates/");
            let owner = if is_chassis { "common" } else { file.path.split('/').nth(1).unwrap_or_default() };
            by_owner.entry(owner).or_default().push(file);
        }
        // The chassis first: a list names what a service answers beyond the chassis' own.
        let (chassis, services): (Vec<_>, Vec<_>) =
            by_owner.iter().partition(|(owner, _)| **owner == "common");
        for (owner, files) in chassis.into_iter().chain(services) {
            catalogue.add(owner, files)?;
        }
        Ok(catalogue)
    }

    fn add(&mut self, owner: &str, files: &[&File]) -> Result<()> {
        let (mut used, mut listed) = (BTreeSet::new(), BTreeSet::new());
        let (mut fields, mut loose, mut mentioned) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for file in files.iter().filter(|f| !f.path.ends_with("/tests.rs")) {
            let code = code(&file.text)?;
            let list = list(&code);
            let refuses_values = code.iter().any(|t| t.is("FieldError"));
            for (at, token) in
                code.iter().enumerate().filter(|(_, t)| t.kind == Kind::Text && is_code(&t.text))
            {
                let (before, after) =
                    (code.get(..at).unwrap_or_default(), code.get(at + 1..).unwrap_or_default());
                let name = token.text.clone();
                match status(before, after) {
                    Some(status) if list.contains(&at) => _ = listed.insert((name, status)),
                    Some(status) => {
                        mentioned.insert(name.clone());
                        used.insert((name, status));
                    }
                    None => {
                        mentioned.insert(name.clone());
                        if is_field(before) {
                            fields.insert(name);
                        } else if refuses_values {
                            loose.insert(name);
                        }
                    }
                }
            }
        }
        // `in_range(raw, 15, 480, "minutes.out_of_range")`: a code on its way to a `FieldError`, unless it is listed.
        let is_problem = |code: &String| used.union(&listed).any(|(known, _)| known == code);
        fields.extend(loose.into_iter().filter(|code| !is_problem(code)));
        let chassis = self.problems.clone();
        // A list may name the codes of refused values too; those are 422 by nature.
        let is_field = |(code, status): &&(String, u16)| *status == 422 && fields.contains(code);
        if !listed.is_empty() {
            let is_chassis = |(code, status): &&(String, u16)| {
                chassis.get(code).is_some_and(|(statuses, _)| statuses.contains(status))
            };
            for (code, status) in used.difference(&listed).filter(|entry| !is_chassis(entry)) {
                self.disagreements.push(format!("{owner} answers {code} with {status}: not in its PROBLEMS"));
            }
        }
        for (code, status) in listed.difference(&used).filter(|(code, _)| !mentioned.contains(code)) {
            self.disagreements
                .push(format!("{owner} lists {code} with {status}, but nothing there answers it"));
        }
        for (code, status) in used.union(&listed).filter(|entry| !is_field(entry) || used.contains(*entry)) {
            let entry = self.problems.entry(code.clone()).or_default();
            entry.0.insert(*status);
            entry.1.insert(owner.to_owned());
        }
        for code in fields {
            self.fields.entry(code).or_default().insert(owner.to_owned());
        }
        Ok(())
    }

    pub fn codes(&self) -> BTreeSet<&str> {
        self.problems.keys().chain(self.fields.keys()).map(String::as_str).collect()
    }

    /// As it stands in `contracts/problems.json`: one line for each code, so that a difference reads well.
    pub fn text(&self) -> String {
        let line = |code: &String, value: &Value| format!("    {code:?}: {value}");
        let problems = self
            .problems
            .iter()
            .map(|(code, (status, owner))| line(code, &json!({ "status": status, "owner": owner })));
        let fields = self.fields.iter().map(|(code, owner)| line(code, &json!({ "owner": owner })));
        let block = |lines: Vec<String>| format!("{{\n{}\n  }}", lines.join(",\n"));
        format!(
            "{{\n  \"problems\": {},\n  \"fields\": {}\n}}\n",
            block(problems.collect()),
            block(fields.collect())
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    /// A string; the text is what stands between its quotes.
    Text,
    Number,
    Mark,
}

struct Token {
    kind: Kind,
    text: String,
}

impl Token {
    fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }
}

/// The shipped tokens of a file, brackets among them.
fn code(text: &str) -> Result<Vec<Token>> {
    fn flat(tokens: TokenStream, into: &mut Vec<Token>) {
        let token = |kind, text: &str| Token { kind, text: text.to_owned() };
        for tree in tokens {
            let text = tree.to_string();
            match tree {
                TokenTree::Ident(_) => into.push(token(Kind::Word, &text)),
                TokenTree::Punct(_) => into.push(token(Kind::Mark, &text)),
                TokenTree::Literal(_) if text.starts_with('"') => {
                    into.push(token(Kind::Text, text.trim_matches('"')));
                }
                TokenTree::Literal(_) => into.push(token(Kind::Number, &text)),
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Brace => ("{", "}"),
                        _ => ("[", "]"),
                    };
                    into.push(token(Kind::Mark, open));
                    flat(group.stream(), into);
                    into.push(token(Kind::Mark, close));
                }
            }
        }
    }
    let mut all = Vec::new();
    flat(shipped(text)?, &mut all);
    Ok(all)
}

/// `noun.reason`
pub fn is_code(text: &str) -> bool {
    let word = |w: &str| {
        w.starts_with(|c: char| c.is_ascii_lowercase())
            && w.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    text.split_once('.').is_some_and(|(noun, reason)| word(noun) && word(reason))
}

/// The place of the bracket that closes the one at the start.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().position(|token| {
        depth += usize::from(["(", "[", "{"].iter().any(|open| token.is(open)));
        let closes = [")", "]", "}"].iter().any(|close| token.is(close));
        depth -= usize::from(closes);
        closes && depth == 0
    })
}

/// The tokens between the brackets of `const PROBLEMS: … = &[ … ]`.
fn list(code: &[Token]) -> std::ops::Range<usize> {
    let start = code.windows(2).position(|w| matches!(w, [a, b] if a.is("const") && b.is("PROBLEMS")));
    let open = start.and_then(|start| {
        let value = start + code.get(start..)?.iter().position(|t| t.is("="))?;
        Some(value + code.get(value..)?.iter().position(|t| t.is("["))?)
    });
    let end = open.and_then(|open| Some(open + closing(code.get(open..)?)?));
    open.zip(end).map_or(0..0, |(open, end)| open..end)
}

/// The status that stands beside a literal: `CONFLICT, "a.b"`, `"a.b", 409`, `Problem::conflict("a.b"`.
fn status(before: &[Token], after: &[Token]) -> Option<u16> {
    let of = |token: &Token| match token.kind {
        Kind::Number => token.text.parse().ok().filter(|n| STATUSES.iter().any(|(_, known)| known == n)),
        _ => STATUSES.iter().find(|(name, _)| token.is(name)).map(|(_, status)| *status),
    };
    match before {
        [.., value, comma] if comma.is(",") && of(value).is_some() => return of(value),
        [.., name, open] if open.is("(") => {
            if let Some((_, status)) = NAMED.iter().find(|(known, _)| name.is(known)) {
                return Some(*status);
            }
        }
        _ => {}
    }
    let (comma, rest) = after.split_first()?;
    let path = rest.iter().take_while(|t| t.kind != Kind::Mark || t.is(":"));
    comma.is(",").then_some(path)?.last().and_then(of)
}

/// `FieldError::new(` or `FieldError { code:` stands before.
fn is_field(before: &[Token]) -> bool {
    match before {
        [.., kind, a, b, _, open] => {
            (kind.is("FieldError") && a.is(":") && b.is(":") && open.is("("))
                || matches!(before, [.., kind, brace, field, colon]
                    if kind.is("FieldError") && brace.is("{") && field.is("code") && colon.is(":"))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue(files: &[(&str, &str)]) -> Catalogue {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Catalogue::of(&files.iter().map(file).collect::<Vec<_>>()).unwrap()
    }

    fn found(text: &str) -> Value {
        serde_json::from_str(&catalogue(&[("services/core/src/a.rs", text)]).text()).unwrap()
    }

    #[test]
    fn codes_are_found_beside_their_status() {
        for text in [
            "fn f() { Problem::new(StatusCode::CONFLICT, \"a.b\") }",
            "fn f() { Self::new(S::CONFLICT, \"a.b\") }",
            "fn f() { Problem::conflict(\"a.b\") }",
            "fn f() { let (s, c) = match r { A => (StatusCode::CONFLICT, \"a.b\") }; }",
            "fn f() { frame(\"a.b\", 409) }",
            "fn f() { match r { A => (\"a.b\", StatusCode::CONFLICT) } }",
        ] {
            assert_eq!(
                found(text)["problems"],
                json!({ "a.b": { "status": [409], "owner": ["core"] } }),
                "{text}"
            );
        }
    }

    #[test]
    fn codes_of_values_are_kept_apart() {
        for text in [
            "FieldError::new(\"a.b\", json!({}))",
            "FieldError::plain(\"a.b\")",
            "FieldError { code: \"a.b\" }",
        ] {
            let found = found(&format!("fn f() {{ x({text}) }}"));
            assert_eq!(
                found,
                json!({ "problems": {}, "fields": { "a.b": { "owner": ["core"] } } }),
                "{text}"
            );
        }
    }

    #[test]
    fn codes_on_their_way_to_a_value_are_found() {
        let text = "fn a() -> Result<A, FieldError> { in_range(raw, 15, 480, \"minutes.range\") }";
        assert_eq!(found(text)["fields"], json!({ "minutes.range": { "owner": ["core"] } }));
    }

    #[test]
    fn other_literals_are_no_codes() {
        let text = "fn f() { jobs.on(\"need.tick\", tick); log(\"a b.c\", 409); x(CONFLICT, \"A.b\"); }\n\
                    #[cfg(test)] mod tests { fn g() { Problem::conflict(\"only.tested\") } }";
        assert_eq!(found(text), json!({ "problems": {}, "fields": {} }));
    }

    #[test]
    fn the_list_and_the_code_must_agree() {
        let files = [
            (
                "services/core/src/problems.rs",
                "pub const PROBLEMS: &[(&str, u16)] = &[(\"a.b\", 409), (\"a.c\", 404), (\"t.f\", 422), (\"a.e\", 422)];",
            ),
            (
                "services/core/src/x.rs",
                "fn f() { Problem::conflict(\"a.b\"); Problem::conflict(\"a.d\"); x(400, \"page.cursor\"); FieldError::plain(\"t.f\"); unfit(\"a.e\") }",
            ),
            ("crates/common/src/x.rs", "fn f() { Problem::new(S::BAD_REQUEST, \"page.cursor\") }"),
            ("services/chat/src/x.rs", "fn f() { Problem::unauthenticated(\"a.b\") }"),
        ];
        let catalogue = catalogue(&files);
        assert_eq!(
            catalogue.disagreements,
            [
                "core answers a.d with 409: not in its PROBLEMS",
                "core lists a.c with 404, but nothing there answers it",
            ]
        );
        let text: Value = serde_json::from_str(&catalogue.text()).unwrap();
        assert_eq!(text["problems"]["a.b"], json!({ "status": [401, 409], "owner": ["chat", "core"] }));
        assert_eq!(
            catalogue.codes().into_iter().collect::<Vec<_>>(),
            ["a.b", "a.c", "a.d", "a.e", "page.cursor", "t.f"]
        );
    }
}
