//! All SQL of engagements. The order of locks stands in `read`.

mod calendar;
mod history;
mod lists;
mod read;
mod rows;
mod write;

pub(super) use calendar::{NO_OVERLAP, busy, free_time, next_meeting, take_time};
pub(super) use history::{erase_texts, facts, insert_facts, insert_terms, versions};
pub(super) use lists::{PageKey, Scope, of_member, offers, page};
pub(super) use read::{
    count_offers, find, lock, lock_if_free, lock_proposals, open_of, open_proposal, under_way,
};
pub(super) use rows::{Saved, Version};
pub(super) use write::{insert, put_in_folders, update};
