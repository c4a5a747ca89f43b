//! What an account is called and recognised by: its language, its e-mail address, its password.

mod email;
mod guess;

use common::http::FieldError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use self::guess::Guess;
use crate::problems::field;
pub(crate) use email::{Email, as_before};

/// The language that somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    Ko,
    En,
}

impl Locale {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    pub fn of(code: &str) -> Self {
        if code == "en" { Self::En } else { Self::Ko }
    }
}

/// A password in NFC, so that the same keys give the same password on every system (RFC 8265, `OpaqueString`). Never
/// shown.
#[derive(Clone, Debug)]
pub(crate) struct Password(SecretString);

impl Password {
    /// A password to be set: 10 to 128 characters of any kind, and not one that is soon found by whoever knows what people
    /// choose, or this person's address.
    ///
    /// # Errors
    /// `password.too_short`, `password.too_long`, `password.common`, `password.personal`.
    pub fn new(raw: &str, email: Option<&Email>) -> Result<Self, FieldError> {
        const MIN: usize = 10;
        const MAX: usize = 128;
        let password = Self::presented(raw);
        let length = password.expose().chars().count();
        if length < MIN {
            return Err(FieldError::new(field::PASSWORD_TOO_SHORT, json!({ "min": MIN })));
        }
        if length > MAX {
            return Err(FieldError::new(field::PASSWORD_TOO_LONG, json!({ "max": MAX })));
        }
        match guess::judge(password.expose(), email) {
            Guess::Hard => Ok(password),
            Guess::ByAnybody => Err(FieldError::plain(field::PASSWORD_COMMON)),
            Guess::ByAcquaintances => Err(FieldError::plain(field::PASSWORD_PERSONAL)),
        }
    }

    /// A password that somebody claims to have.
    pub fn presented(raw: &str) -> Self {
        Self(raw.nfc().collect::<String>().into())
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What an issuer gave us to recognise an account's password by; the account keeps it unread. Never shown, never logged.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credential(String);

impl Credential {
    /// As the account's row keeps it.
    pub fn of(stored: String) -> Self {
        Self(stored)
    }

    pub fn stored(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(raw: &str) -> &'static str {
        Password::new(raw, Email::parse("min@dojob.example").ok().as_ref())
            .map_or_else(|e| e.code.as_str(), |_| "")
    }

    #[test]
    fn ten_to_a_hundred_and_twenty_eight_characters_of_any_kind() {
        assert_eq!(refusal("ninechars"), "password.too_short");
        assert_eq!(refusal("ten chars!"), "");
        assert_eq!(refusal(&"한글비밀번호열글자라".repeat(12)), "");
        let longest = format!("{}three chords for one song now", "a".repeat(99));
        assert_eq!(refusal(&longest), "");
        assert_eq!(refusal(&format!("{longest}!")), "password.too_long");
        assert_eq!(refusal("한글아홉글자라서요"), "password.too_short");
        assert_eq!(refusal("👩‍👩‍👧‍👦 우리 가족 👪"), "");
    }

    #[test]
    fn decomposed_letters_are_counted_and_compared_composed() {
        let nfd: String = "통기타통기타통기타".nfd().collect();
        assert!(nfd.chars().count() > 10);
        assert_eq!(refusal(&nfd), "password.too_short");
        assert_eq!(Password::presented(&nfd).expose(), "통기타통기타통기타");
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for bad in ["1234567890", "Password1234", "qwertyuiop", "aaaaaaaaaaaa", "가가가가가가가가가가"]
        {
            assert_eq!(refusal(bad), "password.common", "{bad}");
        }
        for bad in ["MIN@dojob.example", "010-1234-5678"] {
            assert_eq!(refusal(bad), "password.personal", "{bad}");
        }
    }

    #[test]
    fn a_password_does_not_print() {
        assert!(!format!("{:?}", Password::presented("correct horse")).contains("horse"));
    }
}
