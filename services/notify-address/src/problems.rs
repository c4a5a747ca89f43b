//! Every problem code that this service answers beyond the chassis' own, with its status.

/// `(code, status)`. A refused value comes with 422.
pub const PROBLEMS: &[(&str, u16)] = &[
    ("preference.locked", 409),
    ("place.latitude", 422),
    ("place.longitude", 422),
    ("place.outside_korea", 422),
];
