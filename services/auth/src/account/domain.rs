//! What an account is called and recognised by: its language, its e-mail address, its password.

use common::{
    http::FieldError,
    text::{self, Lines},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use crate::problems::field;

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

/// An e-mail address in the one form that we compare: NFC, trimmed, lower case, at most 254 characters, with one `@`
/// and a domain of at least two labels. Whether it reaches anybody only a letter could tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let invalid = || FieldError::plain(field::EMAIL_INVALID);
        // Refuses what is invisible or turns the direction of reading, too.
        let text = text::parse(raw, Lines::One, 1, 254).map_err(|_not_text| invalid())?;
        let lower: String = text.to_lowercase().nfc().collect();
        let (local, domain) = lower.rsplit_once('@').ok_or_else(invalid)?;
        let local_is_good = (1..=64).contains(&local.chars().count())
            && !local.contains(|c: char| c.is_whitespace() || "@,;:<>()[]\\\"".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let label_is_good = |label: &str| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_is_good = domain.contains('.') && domain.split('.').all(label_is_good);
        if local_is_good && domain_is_good && lower.chars().count() <= 254 {
            Ok(Self(lower))
        } else {
            Err(invalid())
        }
    }

    /// As the account's row keeps it.
    pub fn of(stored: String) -> Self {
        Self(stored)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password in NFC, so that the same keys give the same password on every system (RFC 8265, `OpaqueString`). Never
/// shown.
#[derive(Clone, Debug)]
pub(crate) struct Password(SecretString);

impl Password {
    /// A password to be set: 10 to 128 characters of any kind, and not one that everybody tries first.
    pub fn new(raw: &str, email: Option<&Email>) -> Result<Self, FieldError> {
        const MIN: usize = 10;
        const MAX: usize = 128;
        let password = Self::presented(raw);
        let length = password.expose().chars().count();
        if length < MIN {
            Err(FieldError::new(field::PASSWORD_TOO_SHORT, json!({ "min": MIN })))
        } else if length > MAX {
            Err(FieldError::new(field::PASSWORD_TOO_LONG, json!({ "max": MAX })))
        } else if is_common(password.expose())
            || email.is_some_and(|e| e.as_str() == password.expose().to_lowercase())
        {
            Err(FieldError::plain(field::PASSWORD_COMMON))
        } else {
            Ok(password)
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

fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let mut chars = lower.chars();
    let first = chars.next();
    let one_character = chars.all(|c| Some(c) == first);
    one_character || include_str!("../../texts/common-passwords.txt").lines().any(|line| line == lower)
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
    use proptest::prelude::*;

    use super::*;

    fn email(raw: &str) -> Option<String> {
        Email::parse(raw).ok().map(|e| e.as_str().to_owned())
    }

    #[test]
    fn one_address_has_one_form() {
        let nfd: String = "  Café@Dojob.Example\u{3000}".nfd().collect();
        assert_eq!(email(&nfd).as_deref(), Some("café@dojob.example"));
        assert_eq!(email("Min+1@mail.dojob.example").as_deref(), Some("min+1@mail.dojob.example"));
        assert_eq!(email("민지@도와요.한국").as_deref(), Some("민지@도와요.한국"));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        let long = format!("{}@dojob.example", "a".repeat(65));
        let longer = format!("a@{}.example", vec!["b".repeat(60); 5].join("."));
        for bad in [
            "",
            "min",
            "min@",
            "@dojob.example",
            "min@localhost",
            "min@dojob..example",
            "min@-a.example",
            "min@dojob.example.",
            "a b@dojob.example",
            "a@b@dojob.example",
            "mi\u{200B}n@dojob.example",
            "min@dojob.exa\u{202E}mple",
            "min\n@dojob.example",
            ".min@dojob.example",
            "mi..n@dojob.example",
            "min@dojob_.example",
            "<min@dojob.example>",
            &long,
            &longer,
        ] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
    }

    fn refusal(raw: &str) -> &'static str {
        Password::new(raw, Email::parse("min@dojob.example").ok().as_ref())
            .map_or_else(|e| e.code.as_str(), |_| "")
    }

    #[test]
    fn ten_to_a_hundred_and_twenty_eight_characters_of_any_kind() {
        assert_eq!(refusal("ninechars"), "password.too_short");
        assert_eq!(refusal("ten chars!"), "");
        assert_eq!(refusal(&"한글비밀번호열글자라".repeat(12)), "");
        assert_eq!(refusal(&"ab".repeat(64)), "");
        assert_eq!(refusal(&format!("{}c", "ab".repeat(64))), "password.too_long");
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
        for bad in [
            "1234567890",
            "Password1234",
            "qwertyuiop",
            "aaaaaaaaaaaa",
            "가가가가가가가가가가",
            "MIN@dojob.example",
        ] {
            assert_eq!(refusal(bad), "password.common", "{bad}");
        }
    }

    #[test]
    fn a_password_does_not_print() {
        assert!(!format!("{:?}", Password::presented("correct horse")).contains("horse"));
    }

    proptest! {
        #[test]
        fn an_address_in_its_form_stays_as_it_is(raw in "\\PC{0,20}@\\PC{0,20}\\.\\PC{1,5}") {
            if let Ok(once) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(once.as_str()).unwrap(), once);
            }
        }
    }
}
