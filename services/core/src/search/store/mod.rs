//! All SQL of searches. They only read: `listings`, and `members` for the owners, so that a page takes
//! one statement less.

mod candidates;
mod steps;
mod walk;

#[cfg(test)]
mod tests;

pub(super) use candidates::{Candidate, candidates};
pub(super) use steps::{by_letters, near, near_and_online, newest, newest_at, online_behind};
pub(super) use walk::{Hit, Walk, Within};
