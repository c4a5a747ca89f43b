//! Finding regions by what people type.
//!
//! Every distinct name, former names too, is cut before each of its syllables; the pieces lie
//! sorted by their keys and once more by their first consonants. What is typed is then a run of
//! neighbours in one of the two, found by halving.

use std::collections::HashMap;
use std::ops::Range;

use serde::Serialize;

use crate::table::{Former, Level, Region, Regions, Sido, narrow, wide};

/// More is no address.
const MAX_CHARS: usize = 40;
const MAX_WORDS: usize = 6;

/// What may be left off a name: "망원" means 망원동 as much as "망원동" does.
const ENDINGS: [&str; 13] = [
    "동",
    "구",
    "시",
    "군",
    "읍",
    "면",
    "리",
    "도",
    "특별시",
    "광역시",
    "특별자치도",
    "특별자치시",
    "통합특별시",
];

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

/// How well a word fits a name; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Exact,
    Stem,
    Start,
    /// The last syllable is half typed.
    HalfStart,
    Inside,
    HalfInside,
}

struct Word {
    chars: Vec<char>,
    last_keys: Vec<char>,
    /// As in the sorted pieces: keys, or first consonants when one stands alone.
    key: Vec<u8>,
    by_consonant: bool,
}

impl Word {
    fn new(chars: &[char]) -> Option<Self> {
        let last = *chars.last()?;
        let by_consonant = chars.iter().copied().any(hangul::is_consonant);
        let mut key = Vec::with_capacity(chars.len() * 3);
        for &c in chars {
            if by_consonant {
                key.push(key_byte(hangul::initial(c).unwrap_or(c)));
            } else {
                hangul::for_each_key(c, |c| key.push(key_byte(c)));
            }
        }
        let mut last_keys = Vec::with_capacity(4);
        hangul::for_each_key(last, |c| last_keys.push(c));
        Some(Self { chars: chars.to_vec(), last_keys, key, by_consonant })
    }

    /// Whether `text` starts with this word: how many syllables it covers, and whether all of them
    /// wholly.
    fn starts(&self, text: &str) -> Option<(usize, bool)> {
        let same = |typed: char, c: char| {
            typed == c || (hangul::is_consonant(typed) && hangul::initial(c) == Some(typed))
        };
        let (last, before) = self.chars.split_last()?;
        let mut chars = text.chars();
        for &typed in before {
            if !same(typed, chars.next()?) {
                return None;
            }
        }
        if same(*last, chars.clone().next()?) {
            return Some((self.chars.len(), true));
        }
        // "맢" on its way to "마포" reaches into the next syllable.
        let mut covered = before.len();
        let mut left = self.last_keys.as_slice();
        while let Some(c) = chars.next().filter(|_| !left.is_empty()) {
            covered += 1;
            let mut fits = true;
            hangul::for_each_key(c, |key| {
                if let Some((first, rest)) = left.split_first() {
                    fits &= *first == key;
                    left = rest;
                }
            });
            if !fits {
                return None;
            }
        }
        left.is_empty().then_some((covered, false))
    }

    fn fit_at(&self, name: &str, start: usize) -> Option<(Fit, usize)> {
        let rest = name.get(start..)?;
        let (covered, wholly) = self.starts(rest)?;
        let fit = match (start, wholly) {
            (0, true) => {
                let end = rest.char_indices().nth(covered).map_or(rest.len(), |(at, _)| at);
                match rest.get(end..) {
                    Some("") => Fit::Exact,
                    Some(ending) if ENDINGS.contains(&ending) => Fit::Stem,
                    _ => Fit::Start,
                }
            }
            (0, false) => Fit::HalfStart,
            (_, true) => Fit::Inside,
            (_, false) => Fit::HalfInside,
        };
        // A single letter is inside of everything.
        (fit < Fit::Inside || self.chars.len() > 1).then_some((fit, covered))
    }

    /// The best fit anywhere in the name and the characters it covers.
    fn fit(&self, name: &str) -> Option<(Fit, Range<usize>)> {
        name.char_indices()
            .enumerate()
            .filter_map(|(nth, (start, _))| {
                let (fit, covered) = self.fit_at(name, start)?;
                Some((fit, nth..nth + covered))
            })
            .min_by_key(|(fit, _)| *fit)
    }
}

fn key_byte(c: char) -> u8 {
    let code = u32::from(c);
    let small = match c {
        'ㄱ'..='ㅣ' => code - 0x3130,
        _ => 64 + code % 190,
    };
    u8::try_from(small).unwrap_or(u8::MAX)
}

/// One name from one of its syllables on.
#[derive(Clone, Copy)]
struct Piece {
    key_start: u32,
    key_end: u32,
    name: u16,
    /// Where the piece starts in the name, in bytes.
    start: u8,
}

#[derive(Clone, Copy)]
struct Name {
    start: u32,
    len: u8,
    first_entry: u32,
}

/// Who bears a name, and since when.
#[derive(Clone, Copy)]
struct Entry {
    region: u16,
    /// 0 today's; then what a sido is or was called; then codes that are no more.
    via: u16,
    is_ri: bool,
}

/// The names, sorted for search.
#[derive(Default)]
pub(crate) struct Index {
    text: String,
    names: Vec<Name>,
    entries: Vec<Entry>,
    keys: Vec<u8>,
    by_key: Vec<Piece>,
    consonants: Vec<u8>,
    by_consonant: Vec<Piece>,
}

fn sort(pieces: &mut Vec<Piece>, keys: &[u8]) {
    // The first eight keys as one number decide nearly always.
    let mut tagged: Vec<(u64, Piece)> = pieces
        .iter()
        .map(|piece| {
            let key = slice(keys, piece);
            let tag = (0..8).fold(0, |tag, nth| tag << 8 | u64::from(key.get(nth).copied().unwrap_or(0)));
            (tag, *piece)
        })
        .collect();
    tagged.sort_unstable_by(|(a_tag, a), (b_tag, b)| {
        a_tag
            .cmp(b_tag)
            .then_with(|| slice(keys, a).cmp(slice(keys, b)))
            .then_with(|| (a.name, a.start).cmp(&(b.name, b.start)))
    });
    pieces.clear();
    pieces.extend(tagged.into_iter().map(|(_, piece)| piece));
}

fn slice<'a>(keys: &'a [u8], piece: &Piece) -> &'a [u8] {
    keys.get(wide(piece.key_start)..wide(piece.key_end)).unwrap_or_default()
}

impl Index {
    pub fn build(regions: &Regions, see: &[(usize, usize)]) -> Self {
        let mut ids: HashMap<&str, u16> = HashMap::with_capacity(12_000);
        let mut named: Vec<(u16, Entry)> = Vec::with_capacity(24_000);
        let mut index = Self::default();
        let mut add = |name, region: usize, via: usize| {
            let next = narrow(ids.len());
            let id = *ids.entry(name).or_insert(next);
            if usize::from(id) == index.names.len() {
                index.add_name(name);
            }
            let is_ri = regions.level_at(region) == Level::Ri;
            named.push((id, Entry { region: narrow(region), via: narrow(via), is_ri }));
        };
        for region in 0..regions.len() {
            // 세종 is its own 시군구; once is enough.
            let doubled = regions
                .parent_at(region)
                .is_some_and(|above| regions.path_at(above) == regions.path_at(region));
            if !doubled {
                add(regions.name_at(region), region, 0);
            }
        }
        for (nth, sido) in regions.sidos.iter().enumerate() {
            let region = regions.sido_index(&sido.digits);
            for name in sido.names().skip(usize::from(!regions.is_former(sido))) {
                if let Some(region) = region {
                    add(name, region, nth + 1);
                }
            }
        }
        let codes = regions.sidos.len() + 1;
        for (nth, former) in regions.formers.iter().enumerate() {
            let path = regions.former_path(former);
            let name = path.rsplit(' ').next().unwrap_or(path);
            // A sido's former names are above; a code without a known name has no space either.
            if let Some(region) = Regions::successor(former).filter(|_| path.contains(' ')) {
                add(name, region, codes + nth);
            }
        }
        for &(nth, region) in see {
            if let Some(former) = regions.formers.get(nth) {
                let path = regions.former_path(former);
                add(path.rsplit(' ').next().unwrap_or(path), region, codes + nth);
            }
        }
        named.sort_by_key(|(id, entry)| (*id, entry.via, entry.region));
        for (nth, name) in index.names.iter_mut().enumerate() {
            let first = named.partition_point(|(id, _)| usize::from(*id) < nth);
            name.first_entry = narrow(first);
        }
        index.entries = named.into_iter().map(|(_, entry)| entry).collect();
        sort(&mut index.by_key, &index.keys);
        sort(&mut index.by_consonant, &index.consonants);
        index.shrink();
        index
    }

    fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.names.shrink_to_fit();
        self.keys.shrink_to_fit();
        self.by_key.shrink_to_fit();
        self.consonants.shrink_to_fit();
        self.by_consonant.shrink_to_fit();
    }

    fn add_name(&mut self, name: &str) {
        let id = narrow(self.names.len());
        self.names.push(Name { start: narrow(self.text.len()), len: narrow(name.len()), first_entry: 0 });
        self.text.push_str(name);
        let (first_key, first_consonant) = (self.by_key.len(), self.by_consonant.len());
        for (start, c) in name.char_indices() {
            let piece = |keys: &Vec<u8>| Piece {
                key_start: narrow(keys.len()),
                key_end: 0,
                name: id,
                start: narrow(start),
            };
            self.by_key.push(piece(&self.keys));
            hangul::for_each_key(c, |c| self.keys.push(key_byte(c)));
            self.by_consonant.push(piece(&self.consonants));
            self.consonants.push(key_byte(hangul::initial(c).unwrap_or(c)));
        }
        for piece in self.by_key.iter_mut().skip(first_key) {
            piece.key_end = narrow(self.keys.len());
        }
        for piece in self.by_consonant.iter_mut().skip(first_consonant) {
            piece.key_end = narrow(self.consonants.len());
        }
    }

    /// The names `word` fits, each at every place it does.
    fn fits<'a>(&'a self, word: &'a Word) -> impl Iterator<Item = (Fit, &'a [Entry])> {
        let (pieces, keys) = if word.by_consonant {
            (&self.by_consonant, &self.consonants)
        } else {
            (&self.by_key, &self.keys)
        };
        let key = word.key.as_slice();
        let from = pieces.partition_point(|piece| slice(keys, piece) < key);
        pieces
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(move |piece| slice(keys, piece).starts_with(key))
            .filter(|piece| piece.start == 0 || word.chars.len() > 1)
            .filter_map(|piece| {
                let id = usize::from(piece.name);
                let name = self.names.get(id)?;
                let start = wide(name.start);
                let text = self.text.get(start..start + usize::from(name.len))?;
                let (fit, _) = word.fit_at(text, usize::from(piece.start))?;
                let end = self.names.get(id + 1).map_or(self.entries.len(), |next| wide(next.first_entry));
                Some((fit, self.entries.get(wide(name.first_entry)..end)?))
            })
    }
}

impl Index {
    /// Bytes the index holds on the heap.
    fn heap_bytes(&self) -> usize {
        let pieces = self.by_key.capacity() + self.by_consonant.capacity();
        self.text.capacity()
            + self.names.capacity() * size_of::<Name>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.keys.capacity()
            + self.consonants.capacity()
            + pieces * size_of::<Piece>()
    }
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

    pub(crate) fn is_former(&self, sido: &Sido) -> bool {
        self.get_exact(&sido.digits).is_none()
    }

    fn get_exact(&self, digits: &str) -> Option<Region<'_>> {
        let code = format!("{digits:0<10}");
        self.get(&code).filter(|region| region.code == code)
    }

    fn sido_index(&self, digits: &str) -> Option<usize> {
        self.resolve(&format!("{digits:0<10}"))
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
