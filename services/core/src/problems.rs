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
    ("listing.not_open", 409),
    // engagement, hours, inquiry, cards
    ("engagement.own_listing", 409),
    ("engagement.open_exists", 409),
    ("engagement.starts_too_soon", 422),
    ("engagement.starts_too_far", 422),
    ("engagement.over", 409),
    ("engagement.wrong_state", 409),
    ("engagement.on_hold", 409),
    ("engagement.not_your_turn", 409),
    ("engagement.terms_stale", 409),
    ("engagement.same_terms", 422),
    ("engagement.too_many_versions", 409),
    ("engagement.overlap", 409),
    ("engagement.started", 409),
    ("engagement.claim_too_early", 409),
    ("engagement.already_claimed", 409),
    ("engagement.already_adjusted", 409),
    ("engagement.minutes_outside", 422),
];
