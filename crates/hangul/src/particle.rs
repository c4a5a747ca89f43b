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
