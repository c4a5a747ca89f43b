//! What a pure module does without.

const EFFECTS: &[&str] = &["reqwest", "serde_json", "tokio_postgres"];

/// Why a domain file may not use what this leads to.
pub fn impure(segments: &[&str]) -> Option<&'static str> {
    match segments {
        // What a FieldError tells a form, and the derive that lets a domain value be its own view.
        ["serde_json", "json"] | ["utoipa", "ToSchema"] => None,
        [first, ..] if EFFECTS.contains(first) => Some("rules have no effects and no wire format"),
        [first, ..] if ["actix", "diesel", "tokio", "utoipa"].iter().any(|f| first.starts_with(f)) => {
            Some("rules have no effects and no wire format")
        }
        ["common", "time" | "ids" | "text", ..] | ["common", "http", "FieldError"] => None,
        ["common", ..] => Some("of `common`, rules may use time, ids, text and FieldError"),
        _ => None,
    }
}

/// The text begins like a statement.
pub fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "].iter().any(|verb| text.starts_with(verb))
}
