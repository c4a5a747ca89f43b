//! What a listing may say, how long it stands and which commands its state allows.

mod listing;
mod values;

pub(crate) use listing::{Command, Due, Fact, Listing, NEED_DAYS, Refusal, State, TALENT_DAYS};
pub(crate) use values::{
    Content, Mode, Times, parse_body, parse_bring, parse_days, parse_minutes, parse_title,
};
