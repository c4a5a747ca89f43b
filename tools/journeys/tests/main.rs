//! One binary for all stories.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a story that cannot be told must fail loudly"
)]

mod hostile;
mod hour;
mod leaving;
mod mail;
mod order;
mod revoked;
