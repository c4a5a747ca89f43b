#![doc = include_str!("../README.md")]
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up must fail loudly"
)]

pub mod app;
pub mod contracts;
pub mod db;
pub mod hosted;
pub mod privacy;
pub mod traces;

pub use app::{Answer, App, Member, shared};
pub use db::{Schema, TestDb};
pub use hosted::Hosted;
