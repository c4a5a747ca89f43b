//! All SQL of searches. They only read: `listings`, and `members` for the owners, so that a page takes
//! one statement less.

mod candidates;
mod frequency;
mod letters;
mod slices;
mod steps;
mod walk;

#[cfg(test)]
mod tests;

pub(super) use candidates::{Candidate, candidates};
pub(crate) use frequency::Frequencies;
#[cfg(test)]
pub(super) use letters::all_by_letters;
pub(super) use letters::by_letters;
pub(super) use steps::{near, near_and_online, newest, newest_at, online_behind};
pub(super) use walk::{Hit, Walk, Within};
