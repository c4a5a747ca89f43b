#![doc = include_str!("../README.md")]

mod particle;
mod syllable;

pub use particle::{is_particle, stem, with_particle};
pub use syllable::{
    compatible, for_each_key, initial, initials, is_consonant, is_initial, jamo, nfc, sound, split_cluster,
};
