//! Bad days: people at work with a running platform, what was acknowledged to them, and the reckoning afterwards. What
//! makes a day bad is the business of the programs `kill9` and `faults`.
#![expect(clippy::print_stdout, reason = "of programs that report")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what an answer does not have reads as null")]

pub mod books;
pub mod harm;
pub mod ledger;
pub mod load;
pub mod people;
pub mod reckoning;
