//! Every problem that the chassis answers. A service has a catalogue of its own in a file of this name.

crate::problems! { pub const:
    /// The documents have changed, and whoever asks has not agreed to those of today: auth alone is there for them.
    CONSENT_OUTDATED = 403 "consent.outdated",
    /// The same idempotency key is being worked on.
    IDEMPOTENCY_IN_PROGRESS = 409 "idempotency.in_progress",
    /// The same idempotency key came with another body before.
    IDEMPOTENCY_MISMATCH = 422 "idempotency.mismatch",
    PAGE_CURSOR = 400 "page.cursor",
    PAGE_LIMIT = 400 "page.limit",
    REQUEST_HEADER = 400 "request.header",
    /// For a host that is not ours.
    REQUEST_HOST = 421 "request.host",
    /// A value is refused; the errors say which.
    REQUEST_INVALID = 422 "request.invalid",
    /// Absent, or not visible to this caller.
    REQUEST_NOT_FOUND = 404 "request.not_found",
    REQUEST_NOT_JSON = 415 "request.not_json",
    /// From a page of another site.
    REQUEST_ORIGIN = 403 "request.origin",
    /// The body did not arrive in time.
    REQUEST_TIMEOUT = 408 "request.timeout",
    REQUEST_TOO_LARGE = 413 "request.too_large",
    /// A client has as many requests in work as it may.
    REQUEST_TOO_MANY = 429 "request.too_many",
    REQUEST_UNREADABLE = 400 "request.unreadable",
    SERVER_INTERNAL = 500 "server.internal",
    SERVER_UNAVAILABLE = 503 "server.unavailable",
    TOKEN_EXPIRED = 401 "token.expired",
    TOKEN_INVALID = 401 "token.invalid",
    TOKEN_MISSING = 401 "token.missing",
    /// Its device session was ended.
    TOKEN_REVOKED = 401 "token.revoked",
}

/// What the chassis refuses in a value, beyond [`kernel::text::FIELDS`].
pub mod field {
    kernel::field_codes! { pub const:
        /// Outside of [`kernel::time::YEARS`], as `min` and `max`.
        DATE_OUT_OF_RANGE = "date.out_of_range",
        HEADER_REQUIRED = "header.required",
        JSON_UNREADABLE = "json.unreadable",
    }
}
