//! E-mail addresses: one identity in whatever form it is typed.

use common::{
    http::FieldError,
    text::{self, Kind},
};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use crate::problems::field;

const MAX: usize = 254;

/// An e-mail address in the one form that is compared and kept: lower-case ASCII, the domain as DNS has it (UTS #46). What
/// people read is [`Email::shown`]. Whether it reaches anybody only a letter could tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Email(String);

impl Email {
    /// An address to open an account with: at most 254 characters, one `@`, before it what mail providers carry (ASCII),
    /// behind it a domain of at least two labels. Width, case and the two forms of a domain make no difference.
    ///
    /// # Errors
    /// `email.invalid`, `email.local_part`, `text.forbidden_character`.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let invalid = || FieldError::plain(field::EMAIL_INVALID);
        let text = text::parse(raw, Kind::Line, 1, MAX)
            .map_err(|error| if error.code == text::FORBIDDEN_CHARACTER { error } else { invalid() })?;
        let (local, domain) = parts(&text).ok_or_else(invalid)?;
        let domain = in_ascii(&domain).ok_or_else(invalid)?;
        let local_has_form = (1..=64).contains(&local.chars().count())
            && !local.contains(|c: char| c.is_whitespace() || "@,;:<>()[]\\\"".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let form = format!("{local}@{domain}");
        if !local_has_form || !domain.contains('.') || form.chars().count() > MAX {
            Err(invalid())
        } else if local.is_ascii() {
            Ok(Self(form))
        } else {
            Err(FieldError::plain(field::EMAIL_LOCAL_PART))
        }
    }

    /// Whatever somebody logs in with, in the form that is compared. What is no address (any more) has one, too: an
    /// account may be older than the rules.
    pub fn presented(raw: &str) -> Self {
        Self::parse(raw).unwrap_or_else(|_no_address| {
            let text = as_before(raw);
            Self(match parts(&text) {
                Some((local, domain)) => format!("{local}@{}", in_ascii(&domain).unwrap_or(domain)),
                None => text,
            })
        })
    }

    /// As the account's row keeps it.
    pub fn of(stored: String) -> Self {
        Self(stored)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As its owner recognises it and nobody else can read it: `m***@dojob.example`.
    pub fn hinted(&self) -> String {
        let shown = self.shown();
        let Some((local, domain)) = shown.rsplit_once('@') else { return "***".to_owned() };
        let first: String = local.chars().take(1).collect();
        format!("{first}***@{domain}")
    }

    /// As people write it: the domain in its own letters.
    pub fn shown(&self) -> String {
        let Some((local, domain)) = self.0.rsplit_once('@') else { return self.0.clone() };
        match Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast) {
            (domain, Ok(())) => format!("{local}@{domain}"),
            (_, Err(_)) => self.0.clone(),
        }
    }
}

/// The form that addresses were kept in before there was one of each: some accounts have kept it
/// (`migrations/20261130110000_one_form_of_email`).
pub(crate) fn as_before(raw: &str) -> String {
    // PostgreSQL keeps no NUL, and no address has one.
    let text: String = raw.trim().nfc().map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect();
    text.to_lowercase().nfc().collect()
}

/// What is before and behind the last `@`, in NFKC and lower case.
fn parts(text: &str) -> Option<(String, String)> {
    let text: String = text.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    let (local, domain) = text.rsplit_once('@')?;
    Some((local.to_owned(), domain.to_owned()))
}

/// The domain as DNS has it, if it can be one.
fn in_ascii(domain: &str) -> Option<String> {
    let ascii = Uts46::new().to_ascii(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::Verify,
    );
    ascii.ok().map(String::from)
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
        let nfd: String = "  Cafe@Café.Example\u{3000}".nfd().collect();
        assert_eq!(email(&nfd).as_deref(), Some("cafe@xn--caf-dma.example"));
        assert_eq!(email("Min+1@mail.dojob.example").as_deref(), Some("min+1@mail.dojob.example"));
        for same in [
            "gil@도와요.한국",
            "gil@xn--hq1bo46ahha.xn--3e0b707e",
            "GIL@XN--HQ1BO46AHHA.한국",
            "gil@도와요。한국",
            "ｇｉｌ＠도와요．한국",
            "\u{FEFF}gil@도\u{200B}와요.한국\u{202C}",
        ] {
            assert_eq!(email(same).as_deref(), Some("gil@xn--hq1bo46ahha.xn--3e0b707e"), "{same}");
            assert_eq!(Email::presented(same).shown(), "gil@도와요.한국", "{same}");
        }
        for same in [
            "han@dojob.example",
            "han@ｄｏｊｏｂ.example",
            "ｈａｎ@dojob.example",
            "HAN@DOJOB.EXAMPLE",
            "han@doj\u{AD}ob.example",
        ] {
            assert_eq!(email(same).as_deref(), Some("han@dojob.example"), "{same}");
        }
    }

    #[test]
    fn before_the_at_is_what_mail_providers_carry() {
        for raw in ["민지@도와요.한국", "testо@dojob.example", "café@dojob.example"] {
            assert_eq!(Email::parse(raw).unwrap_err().code, "email.local_part", "{raw}");
        }
        // An account that has one goes on.
        assert_eq!(Email::presented("민지@도와요.한국").as_str(), "민지@xn--hq1bo46ahha.xn--3e0b707e");
        assert_eq!(Email::presented("no\0address ").as_str(), "no\u{fffd}address");
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
            "min@dojob.exa mple",
            "min@dojob.exa\u{3164}mple",
            "mi\0n@dojob.example",
            "min\n@dojob.example",
            ".min@dojob.example",
            "mi..n@dojob.example",
            "min@dojob_.example",
            "<min@dojob.example>",
            "min@xn--.example",
            "min@xn--99999999.example",
            &long,
            &longer,
        ] {
            assert_eq!(email(bad), None, "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn an_address_in_its_form_stays_as_it_is(raw in "\\PC{0,20}@\\PC{0,20}\\.\\PC{1,5}") {
            if let Ok(once) = Email::parse(&raw) {
                prop_assert!(once.as_str().is_ascii());
                prop_assert_eq!(&Email::parse(once.as_str()).unwrap(), &once);
                prop_assert_eq!(&Email::parse(&once.shown()).unwrap(), &once);
                prop_assert_eq!(&Email::presented(&raw), &once);
            }
        }

        #[test]
        fn whatever_is_presented_has_a_form(raw in any::<String>()) {
            let once = Email::presented(&raw);
            prop_assert!(!once.as_str().contains('\0'));
            let _ = once.shown();
        }

        #[test]
        fn domains_of_letters_are_one_in_both_forms(label in "[a-z가-힣]{1,12}", end in "(한국|kr|example)") {
            if let Ok(once) = Email::parse(&format!("min@{label}.{end}")) {
                prop_assert_eq!(&Email::parse(&once.shown()).unwrap(), &once);
                prop_assert_eq!(once.shown(), format!("min@{label}.{end}"));
            }
        }
    }
}
