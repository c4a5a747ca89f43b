//! Particles: what hangs on a word and does not belong to it.

use crate::syllable::{End, end};

/// Particles that do not belong to the word before them, longest first, with the sound they follow.
const PARTICLES: [(&str, Follows); 14] = [
    ("에서", Follows::Any),
    ("으로", Follows::Consonant),
    ("은", Follows::Consonant),
    ("이", Follows::Consonant),
    ("을", Follows::Consonant),
    ("과", Follows::Consonant),
    ("는", Follows::Vowel),
    ("가", Follows::Vowel),
    ("를", Follows::Vowel),
    ("와", Follows::Vowel),
    ("로", Follows::VowelOrRieul),
    ("에", Follows::Any),
    ("도", Follows::Any),
    ("의", Follows::Any),
];

/// Which sound a particle follows: "작곡가" therefore keeps its 가 and "고양이" stays in doubt.
#[derive(Clone, Copy)]
enum Follows {
    Any,
    Consonant,
    Vowel,
    VowelOrRieul,
}

impl Follows {
    /// After what shows no end every particle may stand.
    fn fits(self, last: char) -> bool {
        let Some(end) = end(last) else { return true };
        match self {
            Self::Any => true,
            Self::Consonant => end != End::Vowel,
            Self::Vowel => end == End::Vowel,
            Self::VowelOrRieul => end != End::Consonant,
        }
    }
}

/// A word without its particle, if at least two characters are left.
pub fn stem(word: &[char]) -> &[char] {
    (2..word.len())
        .find_map(|cut| {
            let (stem, tail) = word.split_at_checked(cut)?;
            is_particle(tail, *stem.last()?).then_some(stem)
        })
        .unwrap_or(word)
}

/// Whether `tail` is a particle that may follow the character `before`.
pub fn is_particle(tail: &[char], before: char) -> bool {
    PARTICLES
        .iter()
        .any(|(particle, follows)| particle.chars().eq(tail.iter().copied()) && follows.fits(before))
}

/// The word with the particle that its last sound asks for, out of the one after a consonant and the one after a vowel. Digits
/// are read as they are said; where the sound is not shown (Latin letters), both stand: "(으)로", "이(가)".
///
/// ```
/// use dojob_hangul::with_particle;
/// assert_eq!(with_particle("민지", "이", "가"), "민지가");
/// assert_eq!(with_particle("도윤", "이", "가"), "도윤이");
/// assert_eq!(with_particle("서울", "으로", "로"), "서울로");
/// assert_eq!(with_particle("3", "으로", "로"), "3으로");
/// assert_eq!(with_particle("Chrome", "으로", "로"), "Chrome(으)로");
/// ```
pub fn with_particle(word: &str, after_consonant: &str, after_vowel: &str) -> String {
    const DIGITS: [char; 10] = ['영', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'];
    let last = word.chars().next_back();
    let said = last.map(|c| {
        let digit = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
        digit.and_then(|digit| DIGITS.get(digit).copied()).unwrap_or(c)
    });
    match said.and_then(end) {
        Some(End::Vowel) => format!("{word}{after_vowel}"),
        // 로 follows ㄹ as it follows a vowel.
        Some(End::Rieul) if after_consonant.starts_with('으') => format!("{word}{after_vowel}"),
        Some(_) => format!("{word}{after_consonant}"),
        None => match after_consonant.strip_suffix(after_vowel) {
            Some(more) => format!("{word}({more}){after_vowel}"),
            None => format!("{word}{after_consonant}({after_vowel})"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stem_of(word: &str) -> String {
        stem(&word.chars().collect::<Vec<_>>()).iter().collect()
    }

    #[test]
    fn a_particle_goes_where_its_sound_fits() {
        for (word, stem) in [
            ("기타를", "기타"),
            ("기타을", "기타을"),
            ("작곡가", "작곡가"),
            ("학원에서", "학원"),
            ("연필로", "연필"),
            ("서울으로", "서울"),
            ("학원로", "학원로"),
            ("excel은", "excel"),
            ("춤을", "춤을"),
        ] {
            assert_eq!(stem_of(word), stem, "{word}");
        }
    }
}
