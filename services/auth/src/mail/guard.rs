//! Who may use the operations for other services: whoever has the internal key.

use std::{
    fmt,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web::Data};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use common::http::{Problem, problems};
use secrecy::{ExposeSecret, SecretString};

/// The keys that are taken: one, or two while it is rotated. None at all opens nothing.
#[derive(Clone, Default)]
pub(crate) struct InternalKeys(Vec<SecretString>);

impl InternalKeys {
    pub fn new(keys: Vec<SecretString>) -> Self {
        Self(keys)
    }

    fn knows(&self, given: &str) -> bool {
        // All are compared, so the time does not tell which one it was.
        let is_one = |key: &SecretString| {
            verify_slices_are_equal(key.expose_secret().as_bytes(), given.as_bytes()).is_ok()
        };
        self.0.iter().fold(false, |known, key| known | is_one(key))
    }
}

impl fmt::Debug for InternalKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InternalKeys").field(&self.0.len()).finish()
    }
}

/// A service of ours asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Internal;

impl FromRequest for Internal {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let given = req.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
        let given = given.and_then(|v| v.split_once(' ')).filter(|(s, _)| s.eq_ignore_ascii_case("internal"));
        let keys = req.app_data::<Data<InternalKeys>>();
        ready(match (given, keys) {
            (None, _) => Err(Problem::new(problems::TOKEN_MISSING)),
            (Some((_, key)), Some(keys)) if keys.knows(key.trim()) => Ok(Self),
            (Some(_), _) => Err(Problem::new(problems::TOKEN_INVALID)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_key_is_one_and_none_opens_nothing() {
        let keys = InternalKeys::new(vec!["one".into(), "two".into()]);
        assert!(keys.knows("one") && keys.knows("two"));
        for wrong in ["", "on", "onee", "three"] {
            assert!(!keys.knows(wrong), "{wrong}");
        }
        assert!(!InternalKeys::default().knows(""));
        assert!(!format!("{keys:?}").contains("one"));
    }
}
