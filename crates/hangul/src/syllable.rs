//! Syllables and consonants, taken apart.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The initial consonants in the order in which syllables are coded.
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
/// The vowels in that order, as they are typed.
const VOWELS: [&str; 21] = [
    "ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ", "ㅜ", "ㅜㅓ", "ㅜㅔ",
    "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ",
];
/// The final consonants in that order, as they are typed; the first is none.
const FINALS: [&str; 28] = [
    "", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ", "ㄹㅅ", "ㄹㅌ", "ㄹㅍ",
    "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
];
/// Where ㄹ stands among them.
const RIEUL: usize = 8;

/// The text with every syllable composed. Borrows what already is.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// The place of a Hangul syllable in its block: (initial · 21 + vowel) · 28 + final.
fn syllable(c: char) -> Option<usize> {
    matches!(c, '가'..='힣').then(|| u32::from(c) - u32::from('가')).and_then(|at| usize::try_from(at).ok())
}

/// The first consonant of a syllable; none for anything else.
///
/// ```
/// assert_eq!(dojob_hangul::initial('망'), Some('ㅁ'));
/// assert_eq!(dojob_hangul::initial('a'), None);
/// ```
pub fn initial(c: char) -> Option<char> {
    INITIALS.get(syllable(c)? / (VOWELS.len() * FINALS.len())).copied()
}

/// Every syllable by its first consonant, everything else as it is.
///
/// ```
/// assert_eq!(dojob_hangul::initials("재능기부 1회"), "ㅈㄴㄱㅂ 1ㅎ");
/// ```
pub fn initials(text: &str) -> String {
    text.chars().map(|c| initial(c).unwrap_or(c)).collect()
}

/// How a syllable ends. Only Hangul shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Vowel,
    /// ㄹ, which some particles take for a vowel.
    Rieul,
    Consonant,
}

/// How the syllable `c` ends; none for anything else.
pub(crate) fn end(c: char) -> Option<End> {
    Some(match syllable(c)? % FINALS.len() {
        0 => End::Vowel,
        RIEUL => End::Rieul,
        _ => End::Consonant,
    })
}

/// The keys the text is typed with, so that a half-typed syllable is a prefix of the whole one:
/// "망워" is a prefix of "망원" and "맢" of "마포".
///
/// ```
/// use dojob_hangul::jamo;
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

/// Each key that `c` is typed with; what is no syllable is a key itself.
pub fn for_each_key(c: char, mut each: impl FnMut(char)) {
    let keys = |place: usize| {
        let (vowel, end) = (place / FINALS.len() % VOWELS.len(), place % FINALS.len());
        Some((initial(c)?, *VOWELS.get(vowel)?, *FINALS.get(end)?))
    };
    if let Some((first, vowel, end)) = syllable(c).and_then(keys) {
        each(first);
        vowel.chars().chain(end.chars()).for_each(each);
    } else {
        each(c);
    }
}

/// Whether `c` is a consonant standing alone, as in a search by first consonants; clusters (ㄳ) too.
pub fn is_consonant(c: char) -> bool {
    ('ㄱ'..='ㅎ').contains(&c)
}

/// Whether `c` is a consonant standing alone that a syllable can begin with.
pub fn is_initial(c: char) -> bool {
    INITIALS.contains(&c)
}

/// The consonant that a syllable begins with or a lone one is.
pub fn sound(c: char) -> Option<char> {
    initial(c).or(Some(c).filter(|c| is_initial(*c)))
}

/// A conjoining initial (U+1100 …), which normalization leaves alone where it stands alone, as the one on the keyboard;
/// everything else as it is.
pub fn compatible(c: char) -> char {
    let lone = u32::from(c).checked_sub(0x1100).and_then(|at| usize::try_from(at).ok());
    lone.and_then(|at| INITIALS.get(at)).copied().unwrap_or(c)
}

/// Two consonants that an input method joined into one (ㄳ) while somebody typed initials, taken apart; everything else
/// as it is.
pub const fn split_cluster(c: char) -> (char, Option<char>) {
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
        assert_eq!(split_cluster('ㄳ'), ('ㄱ', Some('ㅅ')));
        assert_eq!(split_cluster(compatible('\u{1106}')), ('ㅁ', None));
        assert_eq!(split_cluster('망'), ('망', None));
    }

    #[test]
    fn a_lone_consonant_is_an_initial_unless_it_is_a_cluster() {
        assert!(is_initial('ㄲ') && is_consonant('ㄲ'));
        assert!(!is_initial('ㄳ') && is_consonant('ㄳ'));
        assert_eq!((sound('ㄱ'), sound('기'), sound('ㄳ'), sound('a')), (Some('ㄱ'), Some('ㄱ'), None, None));
    }

    #[test]
    fn a_syllable_shows_how_it_ends() {
        assert_eq!(
            ['가', '갈', '각', '힣', 'a'].map(end),
            [Some(End::Vowel), Some(End::Rieul), Some(End::Consonant), Some(End::Consonant), None]
        );
    }
}
