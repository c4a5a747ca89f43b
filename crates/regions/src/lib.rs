#![doc = include_str!("../README.md")]

mod search;
mod table;

pub use search::Hit;
pub use table::{Level, Near, Region, Regions};
