//! What a message may be.

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    http::FieldError,
    text::{self, Kind},
};

/// Messages of one person in a row, without a word of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unanswered {
    pub count: i32,
    /// When the first of them was sent.
    pub since: Option<DateTime<Utc>>,
}

impl Unanswered {
    /// A row that is older than this is another one.
    pub(crate) const WINDOW: TimeDelta = TimeDelta::days(1);

    /// # Errors
    /// There are more than `limit`: the next one fits at this time, or once the other has answered.
    pub(crate) fn judge(self, limit: i32, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        if self.count <= limit { Ok(()) } else { Err(self.since.unwrap_or(now) + Self::WINDOW) }
    }
}

/// The longest message, in characters.
const MAX: usize = 2000;

/// What a person wrote: 1 to 2,000 characters over several lines that the [text policy](common::text) takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text(String);

impl Text {
    /// # Errors
    /// `text.empty`, `text.too_long`, `text.forbidden_character`.
    pub(crate) fn parse(raw: &str) -> Result<Self, FieldError> {
        text::parse(raw, Kind::Body, 1, MAX).map(Self)
    }

    pub(crate) fn into_inner(self) -> String {
        self.0
    }
}

/// Where a read cursor comes to stand: it never goes back, and never beyond what was said. `None`: it stays.
///
/// # Errors
/// The newest number, when `seq` lies beyond it or below zero.
pub(super) fn moved(read_seq: i64, last_seq: i64, seq: i64) -> Result<Option<i64>, i64> {
    if !(0..=last_seq).contains(&seq) {
        return Err(last_seq);
    }
    Ok((seq > read_seq).then_some(seq))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_message_keeps_its_lines_and_counts_characters() {
        assert_eq!(Text::parse(" 안녕하세요\n반가워요 ").unwrap().into_inner(), "안녕하세요\n반가워요");
        assert!(Text::parse(&"가".repeat(2000)).is_ok());
        assert_eq!(Text::parse(&"가".repeat(2001)).unwrap_err().code, "text.too_long");
        assert_eq!(Text::parse(" \n ").unwrap_err().code, "text.empty");
    }

    proptest! {
        #[test]
        fn cursors_only_move_forward_and_never_beyond_the_newest(asked in proptest::collection::vec(-2i64..40, 1..40)) {
            let (mut read, last) = (0, 30);
            for seq in asked {
                match moved(read, last, seq) {
                    Ok(Some(to)) => {
                        prop_assert!(to > read && to <= last);
                        read = to;
                    }
                    Ok(None) => prop_assert!(seq <= read),
                    Err(newest) => prop_assert!(newest == last && !(0..=last).contains(&seq)),
                }
            }
        }
    }
}
