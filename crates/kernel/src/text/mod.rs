//! The text policy: what people may write, and what is kept of it. By the properties of Unicode (UAX #31, #36, #39), so
//! that a character nobody thought of is judged like its kind. Text is kept as plain text and only ever shown as text:
//! markup is inert.
//!
//! | what | is | by |
//! |---|---|---|
//! | a member's name | [`Kind::Name`], 1 to 20, none that passes for the operator | core, `membership::domain`, `membership::reserved` |
//! | a title; a place; what to bring | [`Kind::Line`], 2 to 60; to 80; to 200 | core, `catalogue::domain`, `engagement::domain` |
//! | a listing's body; a few lines about oneself | [`Kind::Body`], 10 to 2,000; to 600 | core, `catalogue::domain`, `membership::domain` |
//! | a message | [`Kind::Body`], 1 to 2,000 | chat, `conversation::domain` |
//! | words to search for | [`words`]: nothing is refused | core, notify-address |
//! | an e-mail address | [`Kind::Line`], to 254; one form of each address | auth, `account::email` |
//!
//! Everywhere:
//!
//! - NFD becomes NFC, a run of blanks one space, every kind of line end `\n` (a space in one line; at most two in a row).
//! - *Dropped*, because people paste them without knowing: what is never seen (BOM, soft hyphen, zero-width space, word
//!   joiner, variation selectors of other than emoji, U+FFFC); joiners and selectors where no script needs them. A text
//!   in which they are needed keeps them: U+200C and U+200D between letters of cursive scripts and behind a virama (UAX
//!   #31, R1a), U+200D, U+FE0E and U+FE0F in emoji.
//! - *Refused*, with the character: control characters, tags outside of flags, fillers, formatting characters, private
//!   and unassigned ones, a mark on nothing and a mark on four others.
//! - What turns the direction of reading is refused in a name and dropped elsewhere.
//! - So what is left begins with something visible, or is empty.
//!
//! Length is counted in code points after that: JSON Schema, PostgreSQL and the web's forms count so too. A family of
//! emoji counts as the several that it is made of; no stack of marks grows beyond five.
//!
//! What is stored is never judged again.

mod character;

use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::field::FieldError;
use character::{BLACK_FLAG, Class, EMOJI_STYLE, Forbidden, ZWJ, ZWNJ, class};

crate::field_codes! { pub const:
    EMPTY = "text.empty",
    /// With `min`, in characters.
    TOO_SHORT = "text.too_short",
    /// With `max`, in characters.
    TOO_LONG = "text.too_long",
    /// With `character` (`U+202E`) and `class`, the reason: `control`, `direction`, `tag`, `filler`, `format`, `private`,
    /// `unassigned`, `lone_mark` or `mark_stack`.
    FORBIDDEN_CHARACTER = "text.forbidden_character",
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What somebody is called by others: one line that reads in one direction.
    Name,
    /// One line; line ends become spaces.
    Line,
    /// Several lines; line ends are kept, at most two in a row.
    Body,
}

/// Marks that may share one character (UTS #39, 5.4). VS16 and marks that take room of their own do not count.
const MAX_MARKS: usize = 4;

/// How far a joiner looks for what it joins. Bounds the work: longer runs join nothing.
const REACH: usize = 8;

/// Parses `raw` into text of `min..=max` characters that the [policy](self) takes.
///
/// # Errors
/// `text.empty`, `text.too_short {min}`, `text.too_long {max}`, `text.forbidden_character {character, class}`.
pub fn parse(raw: &str, kind: Kind, min: usize, max: usize) -> Result<String, FieldError> {
    // Bounds the work before normalising: NFC never makes text more than three times longer.
    if raw.len() > max.saturating_mul(40) + 400 {
        return Err(FieldError::new(TOO_LONG, json!({ "max": max })));
    }
    let text = read(raw, kind, |c, why| {
        let params = json!({ "character": format!("U+{:04X}", u32::from(c)), "class": why.name() });
        Err(FieldError::new(FORBIDDEN_CHARACTER, params))
    })?;
    let length = text.chars().count();
    if length == 0 && min > 0 {
        Err(FieldError::plain(EMPTY))
    } else if length < min {
        Err(FieldError::new(TOO_SHORT, json!({ "min": min })))
    } else if length > max {
        Err(FieldError::new(TOO_LONG, json!({ "max": max })))
    } else {
        Ok(text)
    }
}

/// What of `raw` can be searched for: as [`parse`] reads a line, but what that refuses is dropped. Only its beginning,
/// where it is longer than anything that is searched for.
pub fn words(raw: &str) -> String {
    const MAX: usize = 1_000;
    let mut text: String = raw.chars().take(MAX).collect();
    loop {
        let Ok(read) = read(&text, Kind::Line, |_, _| Ok::<(), std::convert::Infallible>(()));
        if read == text {
            return text;
        }
        // What stood beside a dropped character may be needed no more.
        text = read.nfc().collect();
    }
}

/// Reads a text. `refuse` is asked about each forbidden character: an error ends the reading, `Ok` drops it.
fn read<E>(
    raw: &str,
    kind: Kind,
    mut refuse: impl FnMut(char, Forbidden) -> Result<(), E>,
) -> Result<String, E> {
    let mut chars: Vec<char> = seen(raw, kind, &mut refuse)?.into_iter().nfc().collect();
    loop {
        let settled = in_context(&chars, &mut refuse)?;
        if settled.len() == chars.len() {
            break;
        }
        // What was dropped stood between others, which may compose now.
        chars = settled.into_iter().nfc().collect();
    }
    laid_out(&chars, kind, &mut refuse)
}

/// Without the characters that are dropped or refused wherever they stand; line ends as `\n`.
fn seen<E>(
    raw: &str,
    kind: Kind,
    refuse: &mut impl FnMut(char, Forbidden) -> Result<(), E>,
) -> Result<Vec<char>, E> {
    let mut out = Vec::with_capacity(raw.len());
    let mut before = None;
    for c in raw.chars() {
        match class(c) {
            Class::LineEnd if c == '\n' && before == Some('\r') => {}
            Class::LineEnd => out.push('\n'),
            Class::Blank => out.push(' '),
            Class::Direction if kind == Kind::Name => refuse(c, Forbidden::Direction)?,
            Class::Direction | Class::Invisible => {}
            Class::Forbidden(why) => refuse(c, why)?,
            Class::Visible
            | Class::Mark { .. }
            | Class::Joiner
            | Class::Style
            | Class::MongolianForm
            | Class::Tag => out.push(c),
        }
        before = Some(c);
    }
    Ok(out)
}

/// Without the joiners, selectors and tags that mean nothing where they stand.
fn in_context<E>(
    chars: &[char],
    refuse: &mut impl FnMut(char, Forbidden) -> Result<(), E>,
) -> Result<Vec<char>, E> {
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    let mut rest = chars;
    while let Some((&c, behind)) = rest.split_first() {
        rest = behind;
        let needed = match class(c) {
            Class::Joiner => joins(&out, c, behind),
            Class::Style => {
                out.last().is_some_and(|base| character::takes_style(*base, c, behind.first().copied()))
            }
            Class::MongolianForm => out
                .last()
                .is_some_and(|base| character::is_mongolian(*base) && class(*base) == Class::Visible),
            Class::Tag => {
                refuse(c, Forbidden::Tag)?;
                false
            }
            _ => true,
        };
        if needed {
            out.push(c);
        }
        if c == BLACK_FLAG {
            let (tags, others) = behind.split_at(flag(behind));
            out.extend(tags);
            rest = others;
        }
    }
    Ok(out)
}

/// How many of these characters make a flag of a black one: two letters and up to three more letters or digits, as CLDR
/// writes a part of a country, and the end.
fn flag(behind: &[char]) -> usize {
    const END: char = '\u{E007F}';
    let length = behind.iter().position(|c| *c == END).unwrap_or_default();
    let is_part = behind.get(..length).is_some_and(|tags| {
        (3..=5).contains(&length)
            && tags.iter().enumerate().all(|(nth, tag)| match tag {
                '\u{E0061}'..='\u{E007A}' => true,
                '\u{E0030}'..='\u{E0039}' => nth >= 2,
                _ => false,
            })
    });
    if is_part { length + 1 } else { 0 }
}

/// Whether a joiner does something between what was kept before it and what stands behind it (UAX #31, R1a).
fn joins(before: &[char], joiner: char, behind: &[char]) -> bool {
    let skipped = |c: &char| matches!(class(*c), Class::Joiner | Class::Style);
    let next = behind.iter().take(REACH).find(|c| !skipped(c)).copied();
    let Some(&previous) = before.last() else { return false };
    // Behind a virama, and (as Bengali is typed) before one.
    if character::is_virama(previous) {
        return match (joiner, next) {
            (ZWNJ, Some(next)) => character::is_letter(next) && character::same_script(previous, next),
            (ZWJ, Some(next)) => !character::is_dependent_vowel(next),
            (ZWJ, None) => true,
            _ => false,
        };
    }
    let Some(next) = next else { return false };
    if character::is_virama(next) {
        return character::is_letter(previous) && character::same_script(previous, next);
    }
    if joiner == ZWNJ {
        let letter = |c: &&char| !character::is_transparent(**c);
        let left = before.iter().rev().take(REACH).find(letter);
        let right = behind.iter().take(REACH).filter(|c| !skipped(c)).find(letter);
        return left.zip(right).is_some_and(|(left, right)| {
            character::joins_next(*left)
                && character::joins_previous(*right)
                && character::same_script(*left, *right)
        });
    }
    let drawn = |c: &&char| **c != EMOJI_STYLE && !character::is_emoji_modifier(**c);
    let base = before.iter().rev().take(3).find(drawn);
    base.is_some_and(|base| character::is_pictograph(*base)) && character::is_pictograph(next)
}

/// Trimmed, blanks folded, line ends as the kind has them, marks on what can carry them.
fn laid_out<E>(
    chars: &[char],
    kind: Kind,
    refuse: &mut impl FnMut(char, Forbidden) -> Result<(), E>,
) -> Result<String, E> {
    let mut out = String::with_capacity(chars.len());
    let (mut breaks, mut blank, mut marks) = (0, false, 0);
    for &c in chars {
        match class(c) {
            Class::LineEnd if kind == Kind::Body => breaks += 1,
            Class::LineEnd | Class::Blank => blank = true,
            Class::Mark { .. } if out.is_empty() || breaks > 0 || blank => refuse(c, Forbidden::LoneMark)?,
            Class::Mark { stacks } => {
                marks += usize::from(stacks);
                if stacks && marks > MAX_MARKS { refuse(c, Forbidden::MarkStack)? } else { out.push(c) }
            }
            other => {
                if !out.is_empty() {
                    if breaks > 0 {
                        out.extend(std::iter::repeat_n('\n', breaks.min(2)));
                    } else if blank {
                        out.push(' ');
                    }
                }
                (breaks, blank) = (0, false);
                if other == Class::Visible {
                    marks = 0;
                }
                out.push(c);
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests;
