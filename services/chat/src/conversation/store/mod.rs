//! All SQL of conversations. The conversation's row lock orders whatever happens in it: messages take their number
//! and cursors their version under it, before any other row is touched.

mod catch_up;
mod conversations;
mod messages;

pub(crate) use catch_up::{Head, Wanted, heads, participants, since, touched};
pub(super) use conversations::{ConversationRow, Opening, cursor, get, list, move_cursor, open, unread};
pub(crate) use messages::MessageRow;
pub(super) use messages::{Message, Range, SendOutcome, append, erase_texts, history, sent_before};
