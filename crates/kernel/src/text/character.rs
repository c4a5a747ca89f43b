//! What a character is to a reader, by its Unicode properties alone. [`super`] says what becomes of each class.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        BidiControl, CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, EmojiModifier,
        EmojiPresentation, ExtendedPictographic, GeneralCategory, IndicSyllabicCategory, JoiningType, Script,
        VariationSelector,
    },
};

pub(super) const ZWNJ: char = '\u{200C}';
pub(super) const ZWJ: char = '\u{200D}';
pub(super) const TEXT_STYLE: char = '\u{FE0E}';
pub(super) const EMOJI_STYLE: char = '\u{FE0F}';
pub(super) const BLACK_FLAG: char = '\u{1F3F4}';
pub(super) const KEYCAP: char = '\u{20E3}';

/// What a character is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Seen by itself.
    Visible,
    /// Any white space within a line, and the blank of Braille.
    Blank,
    LineEnd,
    /// Sits on the character before it, and takes no room of its own if `stacks`.
    Mark {
        stacks: bool,
    },
    /// U+200C and U+200D.
    Joiner,
    /// How the emoji before it is drawn: U+FE0E and U+FE0F.
    Style,
    /// Chooses the form of the Mongolian letter before it.
    MongolianForm,
    /// The letters of flags such as 🏴󠁧󠁢󠁳󠁣󠁴󠁿.
    Tag,
    /// Turns the direction of reading.
    Direction,
    /// Never seen, and comes along when people paste.
    Invisible,
    Forbidden(Forbidden),
}

/// Why a character is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Forbidden {
    Control,
    Direction,
    Tag,
    /// Takes room and shows nothing.
    Filler,
    Format,
    Private,
    Unassigned,
    /// A mark that sits on nothing.
    LoneMark,
    /// A mark on too many others.
    MarkStack,
}

impl Forbidden {
    /// As the parameter `class` of a refusal; the web has a sentence for each.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Direction => "direction",
            Self::Tag => "tag",
            Self::Filler => "filler",
            Self::Format => "format",
            Self::Private => "private",
            Self::Unassigned => "unassigned",
            Self::LoneMark => "lone_mark",
            Self::MarkStack => "mark_stack",
        }
    }
}

pub(super) fn class(c: char) -> Class {
    match c {
        // Nearly all that people write here.
        '!'..='~' | '가'..='힣' => return Class::Visible,
        '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => return Class::LineEnd,
        '\u{2800}' => return Class::Blank,
        // Stands for a picture that did not come along.
        '\u{FFFC}' => return Class::Invisible,
        // A note without a head: a symbol by its properties, but nothing of it is seen.
        '\u{1D159}' => return Class::Forbidden(Forbidden::Filler),
        ZWNJ | ZWJ => return Class::Joiner,
        TEXT_STYLE | EMOJI_STYLE => return Class::Style,
        '\u{180E}' => return Class::MongolianForm,
        '\u{E0001}' | '\u{E0020}'..='\u{E007F}' => return Class::Tag,
        _ => {}
    }
    if c.is_whitespace() {
        return Class::Blank;
    }
    if CodePointSetData::new::<BidiControl>().contains(c) {
        return Class::Direction;
    }
    if CodePointSetData::new::<VariationSelector>().contains(c) {
        return if script(c) == Script::Mongolian { Class::MongolianForm } else { Class::Invisible };
    }
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c);
    match CodePointMapData::<GeneralCategory>::new().get(c) {
        GeneralCategory::Control => Class::Forbidden(Forbidden::Control),
        GeneralCategory::PrivateUse | GeneralCategory::Surrogate => Class::Forbidden(Forbidden::Private),
        // Where the emoji of coming years will be: a phone may be newer than we are.
        GeneralCategory::Unassigned if is_pictograph(c) => Class::Visible,
        GeneralCategory::Unassigned => Class::Forbidden(Forbidden::Unassigned),
        GeneralCategory::OtherLetter if ignorable => Class::Forbidden(Forbidden::Filler),
        _ if ignorable => Class::Invisible,
        GeneralCategory::Format => Class::Forbidden(Forbidden::Format),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => Class::Mark { stacks: true },
        GeneralCategory::SpacingMark => Class::Mark { stacks: false },
        _ => Class::Visible,
    }
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

pub(super) fn is_mongolian(c: char) -> bool {
    script(c) == Script::Mongolian
}

/// An emoji, or a place that is kept for one.
pub(super) fn is_pictograph(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
}

/// The colour of a skin.
pub(super) fn is_emoji_modifier(c: char) -> bool {
    CodePointSetData::new::<EmojiModifier>().contains(c)
}

/// Whether `style` changes how `base` is drawn. A digit is drawn otherwise on a key only.
pub(super) fn takes_style(base: char, style: char, next: Option<char>) -> bool {
    let is_key = base.is_ascii();
    CodePointSetData::new::<Emoji>().contains(base)
        && (!is_key || next == Some(KEYCAP))
        && (style == TEXT_STYLE || !CodePointSetData::new::<EmojiPresentation>().contains(base))
}

/// Whether a letter of a cursive script joins the one after it.
pub(super) fn joins_next(c: char) -> bool {
    matches!(joining(c), JoiningType::DualJoining | JoiningType::LeftJoining)
}

/// Whether it joins the one before it.
pub(super) fn joins_previous(c: char) -> bool {
    matches!(joining(c), JoiningType::DualJoining | JoiningType::RightJoining)
}

/// Whether joining looks through it.
pub(super) fn is_transparent(c: char) -> bool {
    joining(c) == JoiningType::Transparent
}

fn joining(c: char) -> JoiningType {
    CodePointMapData::<JoiningType>::new().get(c)
}

/// The sign that takes the vowel from an Indic letter.
pub(super) fn is_virama(c: char) -> bool {
    CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
}

pub(super) fn is_dependent_vowel(c: char) -> bool {
    CodePointMapData::<IndicSyllabicCategory>::new().get(c) == IndicSyllabicCategory::VowelDependent
}

/// Two characters of one script.
pub(super) fn same_script(a: char, b: char) -> bool {
    script(a) == script(b)
}

pub(super) fn is_letter(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::OtherLetter
}
