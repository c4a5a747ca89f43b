//! Every problem that auth answers beyond the chassis' own. One meaning each.

common::http::problems! { pub(crate) const:
    /// No such account, or not its password: never told apart.
    ACCOUNT_CREDENTIALS = 401 "account.credentials",
    /// The password with which a logged-in person should prove who they are: their session is fine, so no 401.
    ACCOUNT_CREDENTIALS_OF_CALLER = 403 "account.credentials",
    /// Somebody else has verified this address: only who proves to receive its mails is told.
    ACCOUNT_EMAIL_TAKEN = 409 "account.email_taken",
    ACCOUNT_THROTTLED = 429 "account.throttled",
    ACCOUNT_UNDER_AGE = 422 "account.under_age",
    /// The password is right, and the address is not verified yet.
    ACCOUNT_UNVERIFIED = 403 "account.unverified",
    CONSENT_REQUIRED = 422 "consent.required",
    CONSENT_VERSION = 422 "consent.version",
    /// Its time is over, or the password or the address was changed since.
    LINK_EXPIRED = 409 "link.expired",
    /// Not a link of ours, or only a part of one: it leads to nothing.
    LINK_INVALID = 404 "link.invalid",
    /// It has done what it was for.
    LINK_USED = 409 "link.used",
    SESSION_OVER = 401 "session.over",
    SESSION_REUSED = 401 "session.reused",
    SESSION_REVOKED = 401 "session.revoked",
}

/// What auth refuses in a value.
pub mod field {
    common::http::field_codes! { pub(crate) const:
        CONSENT_REQUIRED = "consent.required",
        CONSENT_VERSION = "consent.version",
        DATE_INVALID = "date.invalid",
        EMAIL_INVALID = "email.invalid",
        /// Before the `@` is more than ASCII.
        EMAIL_LOCAL_PART = "email.local_part",
        /// The address that the account has already.
        EMAIL_UNCHANGED = "email.unchanged",
        PASSWORD_COMMON = "password.common",
        PASSWORD_TOO_LONG = "password.too_long",
        PASSWORD_TOO_SHORT = "password.too_short",
    }
}
