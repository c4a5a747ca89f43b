//! Finding regions by what people type.

use std::ops::Range;

use serde::Serialize;

use crate::index::{Entry, Fit, Word, narrow};
use crate::table::{Former, Level, Region, Regions, Sido};

/// More is no address.
const MAX_CHARS: usize = 40;
const MAX_WORDS: usize = 6;

/// A region found, best first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit<'a> {
    pub region: Region<'a>,
    /// The matched characters (not bytes) of `region.path`, in order, not overlapping. Empty when
    /// only a former name matched.
    pub matched: Vec<Range<usize>>,
    /// The whole former name, when it and not today's name is what was typed.
    pub former_name: Option<String>,
}

/// A candidate; the smaller the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// Order of fits, then the fit of what lies above, then today's before former.
    rank: (u8, u8, bool, Level),
    region: u16,
    via: u16,
    /// Which word is the own name; for words run together, where it starts.
    own: u8,
}

/// The first place in the order a 리 not typed in full can have.
const BEFORE_RI: u8 = 4;

/// 읍면동 before 리, unless the 리 is just what was typed.
fn order(fit: Fit, level: Level) -> u8 {
    let ri = level == Level::Ri;
    match fit {
        Fit::Exact => 0,
        Fit::Stem => 1 + u8::from(ri) * 3,
        Fit::Start => 2 + u8::from(ri) * 3,
        Fit::HalfStart => 3 + u8::from(ri) * 3,
        Fit::Inside => 7 + u8::from(ri) * 2,
        Fit::HalfInside => 8 + u8::from(ri) * 2,
    }
}

/// The words of a query: composed, without brackets and what follows a comma.
fn words(query: &str) -> Vec<Vec<char>> {
    let composed = hangul::nfc(query);
    let mut words: Vec<Vec<char>> = Vec::new();
    let mut word = Vec::new();
    let mut depth = 0_u32;
    for c in composed.chars().take(MAX_CHARS) {
        match c {
            '(' | '[' | '〈' | '（' => depth += 1,
            ')' | ']' | '〉' | '）' => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            ',' => break,
            _ if c.is_whitespace() => {}
            _ => {
                let (first, second) = hangul::split_cluster(hangul::compatible(c));
                word.push(first);
                word.extend(second);
                continue;
            }
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words.truncate(MAX_WORDS);
    words
}

impl Regions {
    /// Regions whose names fit what was typed, best first, at most `limit`; the same words always
    /// give the same answer.
    ///
    /// - A word may be the whole name, its start, half a syllable ("강나"), first consonants
    ///   ("ㅁㅇㄷ") or a part from the inside; fits count in this order, and within one today's names
    ///   come before former ones and larger regions before smaller. 리 come behind 읍면동 unless
    ///   typed in full.
    /// - Of several words one is the own name and the others lie above it, in any order (a single
    ///   letter is the own name only at the end); spaces may be missing.
    /// - Short ("경남") and former names ("강원도", "인천 남구") count; see [`Hit::former_name`].
    /// - Names that are not unique give several hits: ask, never guess.
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let typed = words(query);
        let words: Vec<Word> = typed.iter().filter_map(|chars| Word::new(chars)).collect();
        if words.is_empty() || limit == 0 {
            return Vec::new();
        }
        let mut found = Vec::new();
        if let [word] = words.as_slice()
            && word.chars.len() == 1
        {
            // A single letter fits thousands of 리; mostly they would come too late to be seen.
            found = best(self.apart(&words, false), limit);
            let full = found.get(limit - 1).is_some_and(|last| last.rank.0 < BEFORE_RI);
            if !full {
                found.clear();
            }
        }
        if found.is_empty() {
            found = best(self.apart(&words, true), limit);
        }
        if !found.is_empty() {
            return found
                .into_iter()
                .filter_map(|candidate| self.hit(&candidate, &words, usize::from(candidate.own)))
                .collect();
        }
        let joined: Vec<char> = typed.concat();
        best(self.together(&joined), limit)
            .into_iter()
            .filter_map(|candidate| {
                let words = self.cut(&joined, &candidate)?;
                self.hit(&candidate, &words, words.len() - 1)
            })
            .collect()
    }

    /// Candidates when spaces stand where they should.
    /// Without `all`, only those that come before every 리 not typed in full.
    fn apart(&self, words: &[Word], all: bool) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (own, word) in words.iter().enumerate() {
            // The own name usually comes last.
            let turned = u8::from(own + 1 != words.len());
            if turned == 1 && word.chars.len() == 1 {
                continue;
            }
            for (fit, entries) in self.index().fits(word) {
                for entry in entries {
                    if !all && entry.is_ri && fit != Fit::Exact {
                        continue;
                    }
                    let region = usize::from(entry.region);
                    let others = words.iter().enumerate().filter(|(nth, _)| *nth != own);
                    let above = others.map(|(_, word)| self.fit_above(word, *entry)).try_fold(
                        (0, entry.via != 0),
                        |(worst, former), fit| {
                            let (fit, of_former) = fit?;
                            Some((worst.max(order(fit, Level::Sigungu)), former | of_former))
                        },
                    );
                    let Some((above, former)) = above else { continue };
                    let level = self.level_at(region);
                    found.push(Candidate {
                        rank: (order(fit, level), above * 2 + turned, former, level),
                        region: entry.region,
                        via: entry.via,
                        own: narrow(own),
                    });
                }
            }
        }
        found
    }

    /// How a word fits the best of the regions above, and whether only by a former name.
    fn fit_above(&self, word: &Word, entry: Entry) -> Option<(Fit, bool)> {
        let region = usize::from(entry.region);
        let today = self.names_above(region).filter_map(|name| word.fit(name)).map(|(fit, _)| fit).min();
        if let Some(fit) = today.filter(|fit| *fit < Fit::Inside) {
            return Some((fit, false));
        }
        let then = self.names_then(entry).filter_map(|name| word.fit(name)).map(|(fit, _)| fit).min();
        match (today, then) {
            (Some(today), Some(then)) if then < today => Some((then, true)),
            (Some(today), _) => Some((today, false)),
            (None, then) => then.map(|then| (then, true)),
        }
    }

    /// What the regions above are called, nearest first.
    fn names_above(&self, region: usize) -> impl Iterator<Item = &str> {
        std::iter::successors(self.parent_at(region), |&up| self.parent_at(up)).flat_map(move |up| {
            let sido = (self.level_at(up) == Level::Sido).then(|| self.sido_names(up));
            std::iter::once(self.name_at(up)).chain(sido.into_iter().flatten())
        })
    }

    /// What the regions above were called.
    fn names_then(&self, entry: Entry) -> impl Iterator<Item = &str> {
        let path = self.former_of(entry.via).map(|former| self.former_path(former));
        let above = path.and_then(|path| path.rsplit_once(' ')).map_or("", |(above, _)| above);
        let sido = self.sido_before(usize::from(entry.region));
        let old = above.split(' ').next().and_then(|name| self.sidos.iter().find(|sido| sido.name == name));
        above
            .split(' ')
            .filter(|name| !name.is_empty())
            .chain(sido.into_iter().chain(old).flat_map(Sido::names))
    }

    /// Candidates when the words ran together: the end is the own name, what is before it names
    /// regions above, from the top.
    fn together(&self, joined: &[char]) -> Vec<Candidate> {
        let mut found = Vec::new();
        // Whatever ran together starts with one of these.
        let Some(first) = joined.get(..2).and_then(Word::new) else { return found };
        let mut starts: Vec<u16> = self
            .index()
            .fits(&first)
            .filter(|(fit, _)| matches!(fit, Fit::Exact | Fit::Stem | Fit::Start))
            .flat_map(|(_, entries)| entries)
            .map(|entry| entry.region)
            .collect();
        starts.sort_unstable();
        for own in 2..joined.len() {
            let (above, name) = joined.split_at(own);
            let Some(word) = Word::new(name) else { continue };
            for (fit, entries) in self.index().fits(&word) {
                if fit >= Fit::Inside {
                    continue;
                }
                for entry in entries {
                    let region = usize::from(entry.region);
                    let begins = self.above(region).any(|up| starts.binary_search(&narrow(up)).is_ok())
                        || self
                            .sido_before(region)
                            .is_some_and(|sido| sido.names().any(|name| first.starts(name).is_some()));
                    if !begins {
                        continue;
                    }
                    let mut cuts = Vec::new();
                    let Some(former) = self.consume(above, *entry, &mut cuts) else { continue };
                    let level = self.level_at(region);
                    found.push(Candidate {
                        rank: (order(fit, level), narrow(cuts.len()), former, level),
                        region: entry.region,
                        via: entry.via,
                        own: narrow(own),
                    });
                }
            }
        }
        found
    }

    /// Whether `typed` is starts of names above, from the top, each at least two syllables; then
    /// whether by a former name, and the length of each in `cuts`.
    fn consume(&self, typed: &[char], entry: Entry, cuts: &mut Vec<usize>) -> Option<bool> {
        let mut today: Vec<&str> = self.names_above(usize::from(entry.region)).collect();
        today.reverse();
        if entry.via == 0 && eat(typed, &today, cuts) {
            return Some(false);
        }
        cuts.clear();
        let mut then: Vec<&str> = self.names_then(entry).collect();
        // Sido names come last but stand first.
        then.rotate_right(self.sido_names_then(entry));
        if eat(typed, &then, cuts) {
            return Some(true);
        }
        cuts.clear();
        // The old sido before today's 시군구: "광주광산구" is now one of 전남광주.
        then.truncate(self.sido_names_then(entry));
        then.extend(today);
        eat(typed, &then, cuts).then_some(true)
    }

    fn sido_names_then(&self, entry: Entry) -> usize {
        let above =
            self.former_of(entry.via).map_or(0, |former| self.former_path(former).split(' ').count() - 1);
        self.names_then(entry).count() - above
    }

    fn former_of(&self, via: u16) -> Option<&Former> {
        let nth = usize::from(via).checked_sub(self.sidos.len() + 1)?;
        self.formers.get(nth)
    }

    /// The words of a candidate that was found run together.
    fn cut(&self, joined: &[char], candidate: &Candidate) -> Option<Vec<Word>> {
        let (mut above, name) = joined.split_at_checked(usize::from(candidate.own))?;
        let mut cuts = Vec::new();
        let entry = Entry { region: candidate.region, via: candidate.via, is_ri: false };
        self.consume(above, entry, &mut cuts)?;
        let mut words = Vec::new();
        for cut in cuts {
            let (word, rest) = above.split_at_checked(cut)?;
            words.extend(Word::new(word));
            above = rest;
        }
        words.extend(Word::new(name));
        Some(words)
    }

    fn hit(&self, candidate: &Candidate, words: &[Word], own: usize) -> Option<Hit<'_>> {
        let index = usize::from(candidate.region);
        let region = self.region(index)?;
        let (_, _, former, _) = candidate.rank;
        let former_name = former
            .then(|| {
                let code = self.former_of(candidate.via).map(|former| self.former_path(former).to_owned());
                let sido = usize::from(candidate.via)
                    .checked_sub(1)
                    .and_then(|nth| self.sidos.get(nth))
                    .filter(|sido| self.is_former(sido))
                    .map(|sido| sido.name.clone());
                let swapped = (candidate.via == 0).then(|| self.path_before(index)).flatten();
                code.or(sido).or(swapped)
            })
            .flatten()
            .filter(|name| name != region.path);
        let matched = spans(region.path, words, own, candidate.via == 0);
        Some(Hit { region, matched, former_name })
    }

    fn sido_names(&self, index: usize) -> impl Iterator<Item = &str> {
        let name = self.name_at(index);
        self.sidos.iter().filter(move |sido| sido.name == name).flat_map(|sido| sido.names().skip(1))
    }

    /// About how many bytes the value holds on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.table_bytes() + self.index().heap_bytes()
    }
}

/// The best of each region, at most `limit`.
fn best(mut found: Vec<Candidate>, limit: usize) -> Vec<Candidate> {
    let all = found.len();
    let enough = limit.saturating_mul(8);
    let mut sorted = all;
    if enough < all {
        found.select_nth_unstable(enough);
        sorted = enough;
    }
    loop {
        if let Some(head) = found.get_mut(..sorted) {
            head.sort_unstable();
        }
        let mut picked: Vec<Candidate> = Vec::with_capacity(limit.min(sorted));
        let mut seen = std::collections::HashSet::new();
        for candidate in found.iter().take(sorted) {
            if picked.len() < limit && seen.insert(candidate.region) {
                picked.push(*candidate);
            }
        }
        if picked.len() == limit || sorted == all {
            return picked;
        }
        sorted = all;
    }
}

/// Whether `typed` is made of starts of `names`, in their order, each at least two syllables.
fn eat(typed: &[char], names: &[&str], cuts: &mut Vec<usize>) -> bool {
    if typed.is_empty() {
        return true;
    }
    for (nth, name) in names.iter().enumerate() {
        let common = name.chars().zip(typed).take_while(|(c, typed)| c == *typed).count();
        for len in (2..=common).rev() {
            let (Some(rest), Some(below)) = (typed.get(len..), names.get(nth + 1..)) else { continue };
            cuts.push(len);
            if eat(rest, below, cuts) {
                return true;
            }
            cuts.pop();
        }
    }
    false
}

/// The characters of `path` the words cover; the own word looks at the last name first.
fn spans(path: &str, words: &[Word], own: usize, by_own_name: bool) -> Vec<Range<usize>> {
    let mut names: Vec<(usize, &str)> = Vec::new();
    let mut start = 0;
    for name in path.split(' ') {
        names.push((start, name));
        start += name.chars().count() + 1;
    }
    let mut spans: Vec<Range<usize>> = Vec::new();
    for (nth, word) in words.iter().enumerate() {
        let looked_at: &[(usize, &str)] = match names.split_last() {
            Some((last, _)) if nth == own && by_own_name => std::slice::from_ref(last),
            Some((_, above)) if nth != own => above,
            _ => &names,
        };
        let span = looked_at
            .iter()
            .filter_map(|(start, name)| {
                let (fit, span) = word.fit(name)?;
                Some((fit, start + span.start..start + span.end))
            })
            .min_by_key(|(fit, _)| *fit);
        spans.extend(span.map(|(_, span)| span));
    }
    spans.sort_by_key(|span| (span.start, span.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}
