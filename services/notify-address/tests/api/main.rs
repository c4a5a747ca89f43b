//! The service over real HTTP and a real database.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up must fail loudly"
)]

mod addresses;
mod authz;
mod contracts;
mod events;
mod inbox;
mod leaving;
mod mail;
mod order;
mod preferences;
mod reminders;
mod stream;
mod world;
