//! A span for each statement: its text without the values that are bound to it.

use std::fmt;

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent};
use kernel::trace::{TARGET, current, failed, is_traced};
use tracing::{Span, debug_span, field::Empty};

use crate::error::{Class, classify};

/// What diesel writes between a statement and the values that are bound to it.
const BINDS: &str = " -- binds: ";

/// A span for each statement of a connection that is part of a trace.
#[derive(Default)]
pub(crate) struct Statements {
    open: Vec<Open>,
    /// Several tasks have statements under way on this connection.
    shared: bool,
}

/// A statement under way.
struct Open {
    /// The span that it is part of.
    within: Option<String>,
    text: String,
    span: Span,
}

/// As many of a shared connection; what was given up has had no end, and ends when it is pushed out.
const OPEN: usize = 64;

impl Statements {
    /// Of a connection that several tasks use at once.
    pub fn shared() -> Self {
        Self { shared: true, ..Self::default() }
    }

    fn start(&mut self, query: &dyn DebugQuery) {
        if !self.shared || self.open.len() == OPEN {
            let given_up = if self.shared { 1 } else { self.open.len() };
            self.open.drain(..given_up);
        }
        if is_traced() {
            let text = without_binds(query);
            self.open.push(Open { within: current().map(|(_, span, _)| span), span: statement(&text), text });
        }
    }

    fn finish(&mut self, query: &dyn DebugQuery) -> Option<Span> {
        if self.open.is_empty() {
            return None;
        }
        let (within, text) = (current().map(|(_, span, _)| span), without_binds(query));
        let at = self.open.iter().position(|open| open.within == within && open.text == text)?;
        Some(self.open.remove(at).span)
    }
}

impl Instrumentation for Statements {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => self.start(query),
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                if let (Some(span), Some(error)) = (self.finish(query), error) {
                    match classify(error) {
                        Class::Absent => {}
                        Class::Transient => failed(&span, "transient"),
                        Class::RunAgain => failed(&span, "run_again"),
                        Class::LockTimeout => failed(&span, "lock_timeout"),
                        Class::Constraint => failed(&span, "constraint"),
                        Class::Permanent => failed(&span, "permanent"),
                    }
                }
            }
            _ => {}
        }
    }
}

fn statement(text: &str) -> Span {
    let (operation, table) = summary(text);
    debug_span!(
        target: TARGET,
        "statement",
        otel.name = format!("{operation} {table}").trim_end(),
        otel.kind = "client",
        otel.status_code = Empty,
        error.type = Empty,
        db.system.name = "postgresql",
        db.operation.name = operation,
        db.collection.name = (!table.is_empty()).then_some(table),
        db.query.text = text,
    )
}

/// The text of a statement. The values follow it, and are not even written down.
fn without_binds(query: impl fmt::Display) -> String {
    struct Text(String);
    impl fmt::Write for Text {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            self.0.push_str(piece);
            match self.0.find(BINDS) {
                Some(end) => {
                    self.0.truncate(end);
                    Err(fmt::Error)
                }
                None => Ok(()),
            }
        }
    }
    let mut text = Text(String::new());
    let _ = fmt::write(&mut text, format_args!("{query}"));
    text.0
}

/// What a statement does and to which table first: a low-cardinality name.
fn summary(text: &str) -> (&str, &str) {
    let mut words = text.split_whitespace();
    let operation = words.next().unwrap_or_default().trim_end_matches(';');
    let table = if operation == "UPDATE" {
        words.next()
    } else {
        words.find(|word| matches!(*word, "FROM" | "INTO")).and_then(|_| words.next())
    };
    // Without its schema; of a function, its name.
    let table = table.unwrap_or_default().split('(').next().and_then(|name| name.rsplit('.').next());
    let table = table.unwrap_or_default().trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    (operation, table)
}

#[cfg(test)]
mod tests {
    use diesel::{pg::Pg, prelude::*};

    use super::*;

    #[test]
    fn a_statement_keeps_its_values_to_itself() {
        use crate::schema::idempotency::dsl;
        for secret in ["kim@example.com", " -- binds: kim", "\n', '"] {
            let query = dsl::idempotency.filter(dsl::key.eq(secret)).select(dsl::status);
            let shown = diesel::debug_query::<Pg, _>(&query);
            assert!(shown.to_string().contains("binds: ["), "diesel has another form now");
            let text = without_binds(&shown);
            assert!(text.starts_with("SELECT ") && text.ends_with("$1)"), "{text}");
            assert_eq!(summary(&text), ("SELECT", "idempotency"));
        }
    }

    #[test]
    fn a_summary_names_the_first_table() {
        for (text, expected) in [
            (r#"INSERT INTO "outbox" ("id") VALUES ($1)"#, ("INSERT", "outbox")),
            (r#"UPDATE "job" SET "a" = $1"#, ("UPDATE", "job")),
            (r#"DELETE FROM "job" WHERE true"#, ("DELETE", "job")),
            (r#"SELECT 1 FROM "notification"."notices" WHERE true"#, ("SELECT", "notices")),
            ("SELECT a FROM unnest($1, $2)", ("SELECT", "unnest")),
            ("COMMIT", ("COMMIT", "")),
            ("", ("", "")),
        ] {
            assert_eq!(summary(text), expected);
        }
    }
}
