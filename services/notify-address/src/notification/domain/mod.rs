//! The rules of notices.

mod keys;
mod notices;
mod params;
mod reminders;

pub use keys::{Category, NoticeKey};
pub use notices::{Draft, Fact, INQUIRY_MEETS, Meets, Pair, meets, notices, rising};
pub use params::{Lead, Listing, Params, Side};
pub use reminders::{Appointment, matters, reminder_id, reminders};
