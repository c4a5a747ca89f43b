//! Korean search without an extension of the database. A document is a set of integer codes (single
//! characters, pairs of neighbours, pairs of initial consonants); a query is the codes that must all
//! be there. The index may answer a few too many, so what it found is read once more, scored and marked.

#[cfg(test)]
mod tests;

use std::{cell::LazyCell, collections::BTreeSet};

use hangul::{compatible, initial, is_initial, is_particle, nfc, sound, split_cluster, stem};

use super::Category;

/// Longer queries say nothing more.
const MAX_QUERY: usize = 60;

/// What is searched: all of it in the index, the title first in the order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    pub title: &'a str,
    /// The words of its category, separated by spaces.
    pub category: &'a str,
    pub body: &'a str,
}

/// What is stored beside a listing so that it can be found, worked out when it is written.
#[derive(Clone, Debug)]
pub struct Index {
    /// Of title, category and body.
    pub tokens: Vec<i32>,
    /// Of title and category: what is found there comes first.
    pub title_tokens: Vec<i32>,
}

impl Index {
    /// The codes of a listing.
    pub fn of(title: &str, category: Category, body: &str) -> Self {
        let category = category.words();
        Self {
            tokens: document_tokens(&Entry { title, category, body }),
            title_tokens: document_tokens(&Entry { title, category, body: "" }),
        }
    }
}

/// The distinct codes of a document, ascending. Initial consonants and pairs across a space count
/// in the title and the category only: in a long text they would match by accident.
fn document_tokens(entry: &Entry<'_>) -> Vec<i32> {
    let mut codes = BTreeSet::new();
    for (text, reading) in entry.parts() {
        let text = fold(text);
        codes.extend(text.iter().filter(|c| is_letter(**c)).map(|c| single(*c)));
        codes.extend(neighbours(&text, reading).map(|(a, b)| pair(a, b)));
        if reading == Reading::Free {
            codes.extend(text.iter().filter_map(|c| sound(*c)).map(single));
            codes.extend(neighbours(&text, reading).filter_map(|(a, b)| Some(pair(sound(a)?, sound(b)?))));
        }
    }
    codes.into_iter().collect()
}

impl<'a> Entry<'a> {
    const fn parts(&self) -> [(&'a str, Reading); 3] {
        [(self.title, Reading::Free), (self.category, Reading::Free), (self.body, Reading::Strict)]
    }
}

/// How a text is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Initial consonants stand for syllables, and one space does not separate.
    Free,
    /// Letter by letter.
    Strict,
}

/// How well a term sits where it was found; later is better. The two ends of a word weigh the same:
/// a Korean compound carries its head last (a 통기타 is a 기타).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Inside,
    Edge,
    Word,
}

impl Fit {
    const fn weight(self) -> u32 {
        match self {
            Self::Inside => 1,
            Self::Edge => 2,
            Self::Word => 3,
        }
    }
}

/// One word of the query, as typed and without its particle.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    typed: Vec<char>,
    stem: Vec<char>,
}

/// What somebody typed. All of its words must be found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    all_of: Vec<i32>,
}

impl Query {
    /// Reads the first sixty characters. Never fails: what holds no letter is an empty query.
    pub fn parse(raw: &str) -> Self {
        let folded: Vec<char> = fold(raw).into_iter().take(MAX_QUERY).collect();
        let mut terms: Vec<Term> = Vec::new();
        for word in folded.split(|c| !is_letter(*c)).filter(|word| !word.is_empty()) {
            let letters = word.iter().map(|c| split_cluster(*c));
            let typed: Vec<char> = letters.flat_map(|(one, other)| [one].into_iter().chain(other)).collect();
            let term = Term { stem: stem(&typed).to_vec(), typed };
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        let codes: BTreeSet<i32> = terms.iter().flat_map(|term| term_tokens(&term.stem)).collect();
        Self { terms, all_of: codes.into_iter().collect() }
    }

    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What [`Query::score`] gives to an entry whose title holds every word whole.
    pub fn best_score(&self) -> u32 {
        let terms = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        terms.saturating_mul(6 + Fit::Word.weight())
    }

    /// The codes that a document must hold, distinct and ascending: `tokens @> all_of`.
    pub fn all_of(&self) -> &[i32] {
        &self.all_of
    }

    /// Every word is really there, not only its pieces.
    #[cfg(test)]
    pub fn matches(&self, entry: &Entry<'_>) -> bool {
        self.score(entry).is_some()
    }

    /// How well an entry answers, higher first; `None` if a word is missing, 0 for an empty query. A word in the title
    /// outweighs one in the category, that one in the body; a whole word outweighs an
    /// end of one, that its middle.
    pub fn score(&self, entry: &Entry<'_>) -> Option<u32> {
        // A part is folded when a word was not found in those before it: seldom the body, which is long.
        let parts = entry.parts().map(|(text, reading)| (LazyCell::new(move || fold(text)), reading));
        self.terms.iter().try_fold(0, |sum, term| {
            let best = parts.iter().zip([6, 3, 0]).find_map(|((text, reading), place)| {
                let fit = |letters: &[char]| found(text, letters, *reading).map(|hit| hit.fit).max();
                let fit = fit(&term.typed).or_else(|| fit(&term.stem))?;
                Some(place + fit.weight())
            })?;
            Some(sum + best)
        })
    }

    /// Where the title shows what was typed: ascending, disjoint ranges of characters, ends excluded.
    pub fn highlight(&self, title: &str) -> Vec<(usize, usize)> {
        let text = fold(title);
        let marked: BTreeSet<usize> = self
            .terms
            .iter()
            .flat_map(|term| {
                let ranges = |letters| found(&text, letters, Reading::Free).map(|hit| (hit.from, hit.to));
                let typed: Vec<_> = ranges(&term.typed).collect();
                if typed.is_empty() { ranges(&term.stem).collect() } else { typed }
            })
            .flat_map(|(from, to)| from..to)
            .collect();
        let mut merged: Vec<(usize, usize)> = Vec::new();
        for at in marked {
            match merged.last_mut() {
                Some((_, to)) if *to == at => *to = at + 1,
                _ => merged.push((at, at + 1)),
            }
        }
        merged
    }
}

/// The codes of one word of a query: pairs where the index holds pairs, single characters elsewhere
/// ("ㄱ타": an initial beside a syllable).
fn term_tokens(letters: &[char]) -> Vec<i32> {
    let alike = |a: char, b: char| is_initial(a) == is_initial(b);
    let mut paired = vec![false; letters.len()];
    let mut codes = Vec::new();
    for (at, two) in letters.windows(2).enumerate() {
        if let [a, b] = *two
            && alike(a, b)
        {
            codes.push(pair(a, b));
            paired.iter_mut().skip(at).take(2).for_each(|p| *p = true);
        }
    }
    codes.extend(letters.iter().zip(paired).filter(|(_, paired)| !paired).map(|(c, _)| single(*c)));
    codes
}

/// A place where letters were found, in characters of the text.
struct Hit {
    from: usize,
    to: usize,
    fit: Fit,
}

fn found<'t>(text: &'t [char], letters: &'t [char], reading: Reading) -> impl Iterator<Item = Hit> + 't {
    (0..text.len()).filter_map(move |from| {
        let rest = text.get(from..)?;
        let to = from + prefix(rest, letters, reading)?;
        let starts = from.checked_sub(1).and_then(|before| text.get(before)).is_none_or(|c| !is_letter(*c));
        let tail = text.get(to..)?.split(|c| !is_letter(*c)).next().unwrap_or_default();
        let ends = tail.is_empty() || is_particle(tail, *text.get(to - 1)?);
        let fit = match (starts, ends) {
            (true, true) => Fit::Word,
            (true, false) | (false, true) => Fit::Edge,
            (false, false) => Fit::Inside,
        };
        Some(Hit { from, to, fit })
    })
}

/// How many characters of the text the letters take, if it begins with them.
fn prefix(text: &[char], letters: &[char], reading: Reading) -> Option<usize> {
    let mut at = 0;
    for letter in letters {
        if reading == Reading::Free && at > 0 && text.get(at) == Some(&' ') {
            at += 1;
        }
        let c = *text.get(at)?;
        let same = c == *letter || (reading == Reading::Free && initial(c) == Some(*letter));
        at += usize::from(same);
        if !same {
            return None;
        }
    }
    (at > 0).then_some(at)
}

/// One character per NFC character, so that places in it are places in the title: letters and digits
/// in lower case, spaces as ' ', everything else as a break.
fn fold(text: &str) -> Vec<char> {
    const BREAK: char = '\0';
    nfc(text)
        .chars()
        .map(|c| {
            if ('가'..='힣').contains(&c) {
                return c;
            }
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                _ if c.is_whitespace() => ' ',
                _ if !c.is_alphanumeric() || u16::try_from(u32::from(c)).is_err() => BREAK,
                (Some(one), None) => compatible(one),
                _ => c,
            }
        })
        .collect()
}

fn is_letter(c: char) -> bool {
    c != ' ' && c != '\0'
}

/// Letters side by side; read freely, one space between them does not count.
fn neighbours(text: &[char], reading: Reading) -> impl Iterator<Item = (char, char)> + '_ {
    let next = move |at: usize| match (text.get(at + 1), text.get(at + 2)) {
        (Some(' '), after) if reading == Reading::Free => after.copied(),
        (beside, _) => beside.copied(),
    };
    let pairs = text.iter().enumerate().filter_map(move |(at, a)| Some((*a, next(at)?)));
    pairs.filter(|(a, b)| is_letter(*a) && is_letter(*b))
}

/// Two letters of the basic plane fill an `i32` exactly.
fn pair(a: char, b: char) -> i32 {
    (unit(a) - 32_768) * 65_536 + unit(b)
}

/// A letter alone is a pair with nothing before it.
fn single(c: char) -> i32 {
    pair('\0', c)
}

/// `fold` lets nothing above the basic plane through.
fn unit(c: char) -> i32 {
    u16::try_from(u32::from(c)).map_or(0, i32::from)
}
