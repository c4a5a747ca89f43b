//! What one has to know about Korean writing: initial consonants, particles, decomposed letters.

/// The initial consonants in the order in which syllables are coded.
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
/// Two consonants that the keyboard joins into one while somebody types initials.
const CLUSTERS: [(char, [char; 2]); 11] = [
    ('ㄳ', ['ㄱ', 'ㅅ']),
    ('ㄵ', ['ㄴ', 'ㅈ']),
    ('ㄶ', ['ㄴ', 'ㅎ']),
    ('ㄺ', ['ㄹ', 'ㄱ']),
    ('ㄻ', ['ㄹ', 'ㅁ']),
    ('ㄼ', ['ㄹ', 'ㅂ']),
    ('ㄽ', ['ㄹ', 'ㅅ']),
    ('ㄾ', ['ㄹ', 'ㅌ']),
    ('ㄿ', ['ㄹ', 'ㅍ']),
    ('ㅀ', ['ㄹ', 'ㅎ']),
    ('ㅄ', ['ㅂ', 'ㅅ']),
];
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
    /// Only a Hangul syllable shows how it ends; after anything else every particle may stand.
    fn fits(self, last: char) -> bool {
        let Some(syllable) = syllable(last) else { return true };
        match (self, syllable % 28) {
            (Self::Any, _) | (Self::Vowel | Self::VowelOrRieul, 0) | (Self::VowelOrRieul, 8) => true,
            (Self::Consonant, end) => end != 0,
            (Self::Vowel | Self::VowelOrRieul, _) => false,
        }
    }
}

/// A word without its particle, if at least two characters are left.
pub(super) fn stem(word: &[char]) -> &[char] {
    (2..word.len())
        .find_map(|cut| {
            let (stem, tail) = word.split_at_checked(cut)?;
            is_particle(tail, *stem.last()?).then_some(stem)
        })
        .unwrap_or(word)
}

pub(super) fn is_particle(tail: &[char], before: char) -> bool {
    PARTICLES
        .iter()
        .any(|(particle, follows)| particle.chars().eq(tail.iter().copied()) && follows.fits(before))
}

/// The place of a Hangul syllable in its block: (initial · 21 + vowel) · 28 + final.
fn syllable(c: char) -> Option<usize> {
    matches!(c, '가'..='힣').then(|| u32::from(c) - u32::from('가')).and_then(|at| usize::try_from(at).ok())
}

/// "기" → 'ㄱ'.
pub(super) fn initial(c: char) -> Option<char> {
    INITIALS.get(syllable(c)? / 588).copied()
}

pub(super) fn is_initial(c: char) -> bool {
    INITIALS.contains(&c)
}

/// A lone initial of decomposed Hangul (U+1100 …) is the one people type.
pub(super) fn compatible(c: char) -> char {
    let lone = u32::from(c).checked_sub(0x1100).and_then(|at| usize::try_from(at).ok());
    lone.and_then(|at| INITIALS.get(at)).copied().unwrap_or(c)
}

pub(super) fn unclustered(c: char) -> impl Iterator<Item = char> {
    let cluster = CLUSTERS.iter().find(|(cluster, _)| *cluster == c).map(|(_, two)| *two);
    cluster.into_iter().flatten().chain(cluster.is_none().then_some(c))
}

/// The consonant that a syllable begins with or a lone one is.
pub(super) fn sound(c: char) -> Option<char> {
    initial(c).or(Some(c).filter(|c| is_initial(*c)))
}
