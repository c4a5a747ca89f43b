//! Every problem code that this service answers beyond the chassis' own, with its status.

/// `(code, status)`. A refused value, whose status is that of `request.invalid`, comes with 422.
pub const PROBLEMS: &[(&str, u16)] = &[
    ("account.credentials", 401),
    ("account.credentials", 403),
    ("account.email_taken", 409),
    ("account.throttled", 429),
    ("account.under_age", 422),
    ("consent.required", 422),
    ("consent.version", 422),
    ("date.invalid", 422),
    ("email.invalid", 422),
    ("password.common", 422),
    ("password.too_long", 422),
    ("password.too_short", 422),
    ("session.over", 401),
    ("session.reused", 401),
    ("session.revoked", 401),
];
