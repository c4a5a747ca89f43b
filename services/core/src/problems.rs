//! Every problem code that this service answers beyond the chassis' own, with its status. One meaning each.

/// `(code, status)`, grouped by context.
pub const PROBLEMS: &[(&str, u16)] = &[
    // membership
    ("profile.incomplete", 409),
    // catalogue
    ("talent.too_many_open", 409),
    ("talent.stale", 409),
    ("talent.wrong_state", 409),
    ("need.too_many_open", 409),
    ("need.stale", 409),
    ("need.wrong_state", 409),
    ("listing.not_yours", 403),
    // engagement, hours, inquiry, cards
];
