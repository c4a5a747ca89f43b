//! All SQL of searches. They only read, and only `listings`.

mod candidates;
mod steps;
mod walk;

#[cfg(test)]
mod tests;

pub(super) use candidates::{Candidate, candidates};
pub(super) use steps::{by_letters, near, near_and_online, newest, newest_at, online_behind};
pub(super) use walk::{Hit, Walk, Within};
