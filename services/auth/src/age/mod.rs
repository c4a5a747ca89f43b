//! How old somebody is: who may join, and who may act. The date of birth stays here.

mod api;
mod domain;
mod events;

pub(crate) use api::keep_told;
pub use domain::{AgeBand, LeastAge};
pub(crate) use domain::{BirthDate, NoAccount};
pub use events::MayActChanged;
