//! Hangul taken apart: first consonants (초성) and the keys a syllable is typed with (자모).
//!
//! Everything works on composed text; call [`nfc`] on what comes from outside, macOS sends NFD.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

const FIRST: u32 = 0xAC00;
const LAST: u32 = 0xD7A3;
const CHO: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
const JUNG: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ",
    "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];
const JONG: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ",
    "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];

/// The text with every syllable composed. Borrows what already is.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

fn parts(c: char) -> Option<(char, &'static str, &'static str)> {
    let code = u32::from(c);
    if !(FIRST..=LAST).contains(&code) {
        return None;
    }
    let index = usize::try_from(code - FIRST).ok()?;
    Some((*CHO.get(index / 588)?, JUNG.get(index % 588 / 28)?, JONG.get(index % 28)?))
}

/// The first consonant of a syllable; none for anything else.
///
/// ```
/// assert_eq!(dojob_regions::hangul::chosung('망'), Some('ㅁ'));
/// assert_eq!(dojob_regions::hangul::chosung('a'), None);
/// ```
pub fn chosung(c: char) -> Option<char> {
    parts(c).map(|(cho, _, _)| cho)
}

/// Every syllable by its first consonant, everything else as it is.
///
/// ```
/// assert_eq!(dojob_regions::hangul::to_chosung("재능기부 1회"), "ㅈㄴㄱㅂ 1ㅎ");
/// ```
pub fn to_chosung(text: &str) -> String {
    text.chars().map(|c| chosung(c).unwrap_or(c)).collect()
}

/// The keys the text is typed with, so that a half-typed syllable is a prefix of the whole one:
/// "망워" is a prefix of "망원" and "맢" of "마포".
///
/// ```
/// use dojob_regions::hangul::jamo;
/// assert!(jamo("망원동").starts_with(&jamo("망워")));
/// assert!(jamo("마포").starts_with(&jamo("맢")));
/// ```
pub fn jamo(text: &str) -> String {
    let mut keys = String::with_capacity(text.len() * 3);
    for c in text.chars() {
        for_each_key(c, |key| keys.push(key));
    }
    keys
}

/// Whether `c` is a consonant standing alone, as in a search by first consonants.
pub fn is_consonant(c: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&c)
}

pub(crate) fn for_each_key(c: char, mut each: impl FnMut(char)) {
    if let Some((cho, jung, jong)) = parts(c) {
        each(cho);
        jung.chars().chain(jong.chars()).for_each(each);
    } else {
        each(c);
    }
}

/// Two consonants an input method ran together ("ㄳ"), taken apart; one consonant as it is.
/// Conjoining consonants, which normalisation leaves alone, become the ones on the keyboard.
pub(crate) fn split_consonant(c: char) -> (char, Option<char>) {
    let code = u32::from(c);
    if (0x1100..=0x1112).contains(&code) {
        let index = usize::try_from(code - 0x1100).unwrap_or_default();
        return (CHO.get(index).copied().unwrap_or(c), None);
    }
    match c {
        'ㄳ' => ('ㄱ', Some('ㅅ')),
        'ㄵ' => ('ㄴ', Some('ㅈ')),
        'ㄶ' => ('ㄴ', Some('ㅎ')),
        'ㄺ' => ('ㄹ', Some('ㄱ')),
        'ㄻ' => ('ㄹ', Some('ㅁ')),
        'ㄼ' => ('ㄹ', Some('ㅂ')),
        'ㄽ' => ('ㄹ', Some('ㅅ')),
        'ㄾ' => ('ㄹ', Some('ㅌ')),
        'ㄿ' => ('ㄹ', Some('ㅍ')),
        'ㅀ' => ('ㄹ', Some('ㅎ')),
        'ㅄ' => ('ㅂ', Some('ㅅ')),
        _ => (c, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_the_keyboard() {
        assert_eq!(jamo("값"), "ㄱㅏㅂㅅ");
        assert_eq!(jamo("왜"), "ㅇㅗㅐ");
        assert_eq!(jamo("힣1a"), "ㅎㅣㅎ1a");
        assert_eq!(jamo("가"), "ㄱㅏ");
    }

    #[test]
    fn nfd_becomes_nfc() {
        assert_eq!(nfc("\u{1106}\u{1161}\u{11bc}"), "망");
        assert!(matches!(nfc("망원동"), Cow::Borrowed(_)));
    }

    #[test]
    fn consonants_that_ran_together_come_apart() {
        assert_eq!(split_consonant('ㄳ'), ('ㄱ', Some('ㅅ')));
        assert_eq!(split_consonant('\u{1106}'), ('ㅁ', None));
        assert_eq!(split_consonant('망'), ('망', None));
    }
}
