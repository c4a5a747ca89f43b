//! The names of all regions, sorted for search.
//!
//! Every distinct name, former names too, is cut before each of its syllables; the pieces lie
//! sorted by their keys and once more by their first consonants. What is typed is then a run of
//! neighbours in one of the two, found by halving.

use std::collections::HashMap;
use std::ops::Range;

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

/// How well a word fits a name; less is better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    Exact,
    Stem,
    Start,
    /// The last syllable is half typed.
    HalfStart,
    Inside,
    HalfInside,
}

pub(crate) struct Word {
    pub chars: Vec<char>,
    last_keys: Vec<char>,
    /// As in the sorted pieces: keys, or first consonants when one stands alone.
    key: Vec<u8>,
    by_consonant: bool,
}

impl Word {
    pub fn new(chars: &[char]) -> Option<Self> {
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
    pub fn starts(&self, text: &str) -> Option<(usize, bool)> {
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
    pub fn fit(&self, name: &str) -> Option<(Fit, Range<usize>)> {
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
pub(crate) struct Entry {
    pub region: u16,
    /// 0 today's; then what a sido is or was called; then codes that are no more.
    pub via: u16,
    pub is_ri: bool,
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
    /// Of names and who bears them.
    pub fn of<'a>(names: impl IntoIterator<Item = (&'a str, Entry)>) -> Self {
        let mut ids: HashMap<&str, u16> = HashMap::with_capacity(12_000);
        let mut entries: Vec<(u16, Entry)> = Vec::with_capacity(24_000);
        let mut index = Self::default();
        for (name, entry) in names {
            let next = narrow(ids.len());
            let id = *ids.entry(name).or_insert(next);
            if usize::from(id) == index.names.len() {
                index.add_name(name);
            }
            entries.push((id, entry));
        }
        entries.sort_by_key(|(id, entry)| (*id, entry.via, entry.region));
        for (nth, name) in index.names.iter_mut().enumerate() {
            let first = entries.partition_point(|(id, _)| usize::from(*id) < nth);
            name.first_entry = narrow(first);
        }
        index.entries = entries.into_iter().map(|(_, entry)| entry).collect();
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
    pub fn fits<'a>(&'a self, word: &'a Word) -> impl Iterator<Item = (Fit, &'a [Entry])> {
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

    /// Bytes the index holds on the heap.
    pub fn heap_bytes(&self) -> usize {
        let pieces = self.by_key.capacity() + self.by_consonant.capacity();
        self.text.capacity()
            + self.names.capacity() * size_of::<Name>()
            + self.entries.capacity() * size_of::<Entry>()
            + self.keys.capacity()
            + self.consonants.capacity()
            + pieces * size_of::<Piece>()
    }
}

/// An index or length as the narrow number it is kept in.
pub(crate) fn narrow<T: TryFrom<usize> + Default>(value: usize) -> T {
    T::try_from(value).unwrap_or_default()
}

/// And back.
pub(crate) fn wide(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
