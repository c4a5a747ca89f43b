//! Untrusted user text. It is kept as plain text and only ever shown as text, so markup is inert; what is refused here is
//! what deceives the eye: control, bidirectional-override and zero-width characters.

use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::field::FieldError;

crate::field_codes! { pub const:
    EMPTY = "text.empty",
    /// With `min`, in characters.
    TOO_SHORT = "text.too_short",
    /// With `max`, in characters.
    TOO_LONG = "text.too_long",
    FORBIDDEN_CHARACTER = "text.forbidden_character",
}

/// How text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// Line breaks become spaces.
    One,
    /// Line breaks are kept, at most two in a row.
    Many,
}

/// Parses `raw` into NFC text of `min..=max` characters, trimmed, with inner runs of blanks folded to one.
///
/// # Errors
/// `text.empty`, `text.too_short {min}`, `text.too_long {max}`, `text.forbidden_character`.
pub fn parse(raw: &str, lines: Lines, min: usize, max: usize) -> Result<String, FieldError> {
    // Bounds the work before normalising: NFC never makes text more than three times longer.
    if raw.len() > max.saturating_mul(40) + 400 {
        return Err(FieldError::new(TOO_LONG, json!({ "max": max })));
    }
    let mut out = String::with_capacity(raw.len());
    let (mut breaks, mut blank) = (0, false);
    for c in raw.nfc() {
        match c {
            '\n' if lines == Lines::Many => breaks += 1,
            '\r' if lines == Lines::Many => {}
            c if c.is_whitespace() => blank = true,
            c if is_forbidden(c, out.chars().next_back()) => {
                return Err(FieldError::plain(FORBIDDEN_CHARACTER));
            }
            c => {
                if !out.is_empty() {
                    if breaks > 0 {
                        out.extend(std::iter::repeat_n('\n', breaks.min(2)));
                    } else if blank {
                        out.push(' ');
                    }
                }
                (breaks, blank) = (0, false);
                out.push(c);
            }
        }
    }
    let length = out.chars().count();
    if length == 0 && min > 0 {
        Err(FieldError::plain(EMPTY))
    } else if length < min {
        Err(FieldError::new(TOO_SHORT, json!({ "min": min })))
    } else if length > max {
        Err(FieldError::new(TOO_LONG, json!({ "max": max })))
    } else {
        Ok(out)
    }
}

/// Invisible or direction-changing characters. The zero-width joiner and the variation selectors are part of
/// emoji and stay, but only behind a character that can carry them.
fn is_forbidden(c: char, before: Option<char>) -> bool {
    match c {
        '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' => {
            before.is_none_or(|b| b.is_ascii_alphabetic() || ('가'..='힣').contains(&b))
        }
        '\u{00AD}'
        | '\u{061C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{3164}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{FFA0}'
        | '\u{E0000}'..='\u{E001F}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FieldCode;

    fn code(raw: &str, min: usize, max: usize) -> FieldCode {
        parse(raw, Lines::One, min, max).unwrap_err().code
    }

    #[test]
    fn decomposed_hangul_is_composed() {
        let nfd: String = "통기타".nfd().collect();
        assert_eq!(parse(&nfd, Lines::One, 1, 3).unwrap(), "통기타");
    }

    #[test]
    fn blanks_fold_and_lines_are_kept_only_where_asked() {
        assert_eq!(parse("  a \t b\n\n\n\nc ", Lines::One, 1, 9).unwrap(), "a b c");
        assert_eq!(parse("a\r\n\n\n\nb", Lines::Many, 1, 9).unwrap(), "a\n\nb");
    }

    #[test]
    fn what_deceives_the_eye_is_refused() {
        for bad in ["a\u{202E}b", "a\u{200B}b", "a\0b", "\u{FEFF}a", "가\u{3164}", "a\u{200D}b"] {
            assert_eq!(code(bad, 1, 9), "text.forbidden_character", "{bad:?}");
        }
    }

    #[test]
    fn emoji_with_joiners_and_markup_are_text() {
        assert_eq!(parse("👨‍👩‍👧 <b>'; DROP", Lines::One, 1, 40).unwrap(), "👨‍👩‍👧 <b>'; DROP");
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(code("   ", 1, 9), "text.empty");
        assert_eq!(code("가", 2, 9), "text.too_short");
        assert_eq!(code("가나다라", 1, 3), "text.too_long");
        assert_eq!(code(&"가".repeat(100_000), 1, 3), "text.too_long");
        assert!(parse("가나다", Lines::One, 1, 3).is_ok());
    }
}
