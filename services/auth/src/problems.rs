//! Every problem that auth answers beyond the chassis' own. One meaning each.

common::http::problems! { pub(crate) const:
    /// No such account, or not its password: never told apart.
    ACCOUNT_CREDENTIALS = 401 "account.credentials",
    /// The password with which a logged-in person should prove who they are: their session is fine, so no 401.
    ACCOUNT_CREDENTIALS_OF_CALLER = 403 "account.credentials",
    /// Somebody else has verified this address: only who proves to receive its mails is told.
    ACCOUNT_EMAIL_TAKEN = 409 "account.email_taken",
    /// The link of a sign-up was opened in another browser than the one that signed up: the password that was chosen there is
    /// needed, too.
    ACCOUNT_PASSWORD_NEEDED = 409 "account.password_needed",
    ACCOUNT_THROTTLED = 429 "account.throttled",
    ACCOUNT_UNDER_AGE = 422 "account.under_age",
    /// Its owner has left and the time to take that back is over: it is being erased. Only who proves to be the owner is told.
    ACCOUNT_ERASING = 409 "account.erasing",
    /// The password is right, and the address is not verified yet.
    ACCOUNT_UNVERIFIED = 403 "account.unverified",
    /// A visit to a provider for which one must be logged in, and nobody is, or somebody else by now.
    AUTHORIZATION_CALLER = 403 "authorization.caller",
    /// A visit to a provider that is unknown, over, used before, or was begun in another browser.
    AUTHORIZATION_OVER = 409 "authorization.over",
    CONSENT_REQUIRED = 422 "consent.required",
    CONSENT_VERSION = 422 "consent.version",
    /// The account has another one of this provider.
    CREDENTIAL_ANOTHER = 409 "credential.another",
    /// Without it nobody could log in to the account any more.
    CREDENTIAL_LAST = 409 "credential.last",
    /// Somebody else at the provider than the one whose account it is.
    CREDENTIAL_OTHER = 403 "credential.other",
    /// It opens another account.
    CREDENTIAL_TAKEN = 409 "credential.taken",
    /// Somebody else is logged in here than the one whom it is for.
    LINK_ANOTHER_ACCOUNT = 409 "link.another_account",
    /// Its time is over, or the password or the address was changed since.
    LINK_EXPIRED = 409 "link.expired",
    /// Not a link of ours, or only a part of one: it leads to nothing.
    LINK_INVALID = 404 "link.invalid",
    /// It has done what it was for.
    LINK_USED = 409 "link.used",
    /// No sign-up through a provider waits in this browser, or it is older than a day.
    PENDING_OVER = 404 "pending.over",
    /// For this the person proves once more who they are: the last proof on this device is older than five minutes.
    PROOF_NEEDED = 403 "proof.needed",
    /// The person said no at the provider.
    PROVIDER_DECLINED = 403 "provider.declined",
    /// What the provider said about the person is not believed.
    PROVIDER_UNBELIEVABLE = 401 "provider.unbelievable",
    PROVIDER_UNAVAILABLE = 503 "provider.unavailable",
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
        /// Soon found by whoever knows what many people choose.
        PASSWORD_COMMON = "password.common",
        /// Soon found by whoever knows the person: their address, or a date, a telephone or a registration number.
        PASSWORD_PERSONAL = "password.personal",
        PASSWORD_TOO_LONG = "password.too_long",
        PASSWORD_TOO_SHORT = "password.too_short",
        /// No page to which a visit to a provider leads back.
        RETURN_UNKNOWN = "return.unknown",
    }
}
