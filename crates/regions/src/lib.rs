#![doc = include_str!("../README.md")]

mod index;
mod search;
mod table;

pub use search::Hit;
pub use table::{Level, Near, Region, Regions};
