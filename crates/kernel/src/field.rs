//! A value that was refused: its code and the parameters that a text about it may mention.

use std::fmt;

use serde_json::{Value, json};

/// What is wrong with a value: stable, dotted, `noun.reason`. Only [`field_codes!`](crate::field_codes) makes one, so
/// that each is in a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldCode(&'static str);

impl FieldCode {
    /// For `field_codes!` alone.
    ///
    /// # Panics
    /// At compile time, for text that is not `noun.reason`.
    #[doc(hidden)]
    pub const fn catalogued(code: &'static str) -> Self {
        assert!(is_code(code), "expected noun.reason, in lower case");
        Self(code)
    }

    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for FieldCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl PartialEq<&str> for FieldCode {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

/// Whether text is `noun.reason`: two words of `a-z`, `0-9` and `_`, each beginning with a letter.
pub const fn is_code(text: &str) -> bool {
    let mut rest = text.as_bytes();
    let (mut dots, mut starts) = (0, true);
    while let [first, tail @ ..] = rest {
        match first {
            b'a'..=b'z' => starts = false,
            b'0'..=b'9' | b'_' if !starts => {}
            b'.' if !starts => (dots, starts) = (dots + 1, true),
            _ => return false,
        }
        rest = tail;
    }
    dots == 1 && !starts
}

/// A catalogue of field codes: a constant for each, and `FIELDS`, which lists them. What no code refuses any more,
/// rustc reports as an unused constant.
///
/// ```
/// dojob_kernel::field_codes! { pub(crate) const:
///     TERMS_SAME = "terms.same",
/// }
/// assert_eq!(FIELDS, [TERMS_SAME]);
/// ```
#[macro_export]
macro_rules! field_codes {
    ($visible:vis const: $($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        $(
            $(#[$doc])*
            $visible const $name: $crate::field::FieldCode = $crate::field::FieldCode::catalogued($code);
        )*

        /// Every code of this catalogue.
        pub const FIELDS: &[$crate::field::FieldCode] = &[$($crate::field::FieldCode::catalogued($code)),*];
    };
}

/// What is wrong with one value: a stable code and the parameters a text may mention.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    pub code: FieldCode,
    pub params: Value,
}

impl FieldError {
    /// A code and its parameters, a JSON object.
    pub fn new(code: FieldCode, params: Value) -> Self {
        Self { code, params }
    }

    /// A code that needs no parameters.
    pub fn plain(code: FieldCode) -> Self {
        Self::new(code, json!({}))
    }
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn a_code_is_a_noun_and_a_reason() {
        assert!(["text.empty", "a.b", "terms_version.stale_2"].into_iter().all(is_code));
        let wrong =
            ["", ".", "a.", ".b", "a", "a.b.c", "A.b", "a.B", "a b.c", "a._b", "a.2b", "가.나", "a..b"];
        for text in wrong {
            assert!(!is_code(text), "{text}");
        }
    }
}
