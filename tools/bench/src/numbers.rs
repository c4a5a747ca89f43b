//! Arithmetic on what was measured.

use std::time::Duration;

/// A whole number as one that can be divided. Ours are small.
pub fn float(n: u64) -> f64 {
    u32::try_from(n).map_or(f64::INFINITY, f64::from)
}

/// A duration in microseconds.
pub fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Spreads numbers over `1..=n`, the same in every run.
pub fn spread(turn: u64, n: u64) -> u64 {
    turn.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32) % n + 1
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
