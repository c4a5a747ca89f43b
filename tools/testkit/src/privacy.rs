//! Looks for what people typed in places where it must never be: spans, log lines, metrics.

use std::fmt::Write;

use regex::{Regex, RegexBuilder};
use unicode_normalization::UnicodeNormalization;

/// What must not appear, in every form in which it could.
pub struct Scanner {
    /// What is looked for, and its lower-case forms.
    secrets: Vec<(String, Vec<String>)>,
    patterns: [(&'static str, Regex); 2],
}

impl Scanner {
    /// Looks for these, and for anything that looks like an e-mail address or a Korean telephone number.
    pub fn new(secrets: &[&str]) -> Self {
        let pattern = |text| RegexBuilder::new(text).case_insensitive(true).build().expect("a pattern");
        let secrets = secrets.iter().map(|secret| ((*secret).to_owned(), forms(secret))).collect();
        let address = r"[a-z0-9._%+-]+(?:@|%40|\\u0040)[a-z0-9-]+(?:\.[a-z0-9-]+)+";
        // Not inside a longer word: ids are full of digits.
        #[rustfmt::skip]
        let number = r"(?:^|[^0-9a-z.-]|[^0-9]\.)(?:(?:(?:\+|%2b|00)?82[-. ]?\(?0?\)?|0)1[016789](?:[-. +]|%20)?[0-9]{3,4}(?:[-. +]|%20)?[0-9]{4}|0(?:2|[3-6][1-5])[-. ][0-9]{3,4}[-. ][0-9]{4})(?:$|[^0-9a-z-])";
        Self {
            secrets,
            patterns: [("an e-mail address", pattern(address)), ("a telephone number", pattern(number))],
        }
    }

    /// What of it stands in `text`.
    pub fn scan(&self, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        // Lower-casing takes composed and decomposed forms alike.
        let lower = text.to_lowercase();
        for (secret, forms) in &self.secrets {
            if let Some(form) = forms.iter().find(|form| lower.contains(form.as_str())) {
                found.push(format!("{secret:?} as {form:?}"));
            }
        }
        for (what, pattern) in &self.patterns {
            if let Some(hit) = pattern.find(text) {
                found.push(format!("{what}: {:?}", hit.as_str()));
            }
        }
        found
    }
}

/// As it is, decomposed, percent-encoded, and escaped as JSON and Rust's `Debug` do.
fn forms(secret: &str) -> Vec<String> {
    let (composed, decomposed) = (secret.nfc().collect::<String>(), secret.nfd().collect::<String>());
    let mut forms = Vec::new();
    for text in [composed, decomposed] {
        forms.extend([percent(&text), percent(&text).replace("%20", "+"), json(&text), debug(&text), text]);
    }
    for form in &mut forms {
        *form = form.to_lowercase();
    }
    forms.sort();
    forms.dedup();
    forms
}

fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02x}");
        }
    }
    out
}

fn json(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(ascii) if ascii.is_ascii_graphic() || ascii == b' ' => out.push(char::from(ascii)),
            _ => {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn debug(text: &str) -> String {
    text.chars().flat_map(char::escape_unicode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found() {
        let scanner = Scanner::new(&["김하늘", "비밀 열쇠"]);
        let decomposed: String = "김하늘".nfd().collect();
        for text in [
            "name=김하늘,",
            &decomposed,
            "/?q=%EA%B9%80%ED%95%98%EB%8A%98",
            r#"{"name":"\uae40\ud558\ub298"}"#,
            r"\u{ae40}\u{d558}\u{b298}",
            "비밀+열쇠 비밀 열쇠",
            "q=%eb%b9%84%eb%b0%80+%ec%97%b4%ec%87%a0",
        ] {
            assert_eq!(scanner.scan(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn addresses_and_numbers_are_found_and_ids_are_not() {
        let scanner = Scanner::new(&[]);
        for text in [
            "to kim.haneul+x@mail.example.com",
            "q=kim%40example.com",
            r"kim\u0040example.com",
            "010-1234-5678",
            "tel:01012345678.",
            "+82 10 1234 5678",
            "(010 1234 5678)",
            "02-123-4567",
        ] {
            assert_eq!(scanner.scan(text).len(), 1, "{text}");
        }
        for text in [
            "0190-1234-5678-abcd",
            "01a1c2d4-0112-7345-8010-123456789012",
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "dojob_http_seconds_sum 0.01012345678",
            "2026-11-27T01:02:03.010123456Z",
        ] {
            assert!(scanner.scan(text).is_empty(), "{text}: {:?}", scanner.scan(text));
        }
    }
}
