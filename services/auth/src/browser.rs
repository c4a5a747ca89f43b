//! The mark of a browser: a random cookie by which we know it again. Its hash is all that is kept here, so who reads the database
//! can show none. `__Host-`: no page of another host, not even of a sibling below our domain, can plant one. It opens nothing by
//! itself.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use common::http::Problem;
use sha2::{Digest, Sha256};

use crate::device_session::random;

/// The browser that somebody signs up in, until the sign-up is over.
pub(crate) const SIGN_UP: Mark =
    Mark { name: "__Host-dojob_sign_up", same_site: SameSite::Strict, life: TimeDelta::hours(24) };

/// A mark of one kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub name: &'static str,
    pub same_site: SameSite,
    pub life: TimeDelta,
}

impl Mark {
    /// The hash of the mark that the request brings, if it can be one of ours.
    pub fn of(self, request: &HttpRequest) -> Option<[u8; 32]> {
        self.shown(request).as_deref().map(hash)
    }

    /// The mark as it is kept and as a cookie; a new one where the browser has none, so that two tabs share theirs.
    pub fn set(self, request: &HttpRequest) -> Result<([u8; 32], Cookie<'static>), Problem> {
        let mark = match self.shown(request) {
            Some(mark) => mark,
            None => URL_SAFE_NO_PAD.encode(random()?),
        };
        let hash = hash(&mark);
        let cookie = Cookie::build(self.name, mark)
            .path("/")
            .http_only(true)
            .secure(true)
            .same_site(self.same_site)
            .max_age(time::Duration::seconds(self.life.num_seconds()))
            .finish();
        Ok((hash, cookie))
    }

    fn shown(self, request: &HttpRequest) -> Option<String> {
        // Anything else is none of ours.
        let mark = request.cookie(self.name)?.value().to_owned();
        (mark.len() == 43 && mark.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)))
            .then_some(mark)
    }
}

fn hash(mark: &str) -> [u8; 32] {
    Sha256::digest(mark).into()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_browser_keeps_its_mark_and_others_have_another() {
        let new = || SIGN_UP.set(&TestRequest::default().to_http_request()).unwrap();
        let ((one, cookie), (two, _)) = (new(), new());
        assert_ne!(one, two);
        let back = TestRequest::default().cookie(cookie.clone()).to_http_request();
        assert_eq!(SIGN_UP.of(&back), Some(one));
        assert_eq!(SIGN_UP.set(&back).unwrap(), (one, cookie));
    }

    #[test]
    fn what_cannot_be_a_mark_is_none() {
        for value in ["", "x", &"A".repeat(44), &"é".repeat(43)] {
            let cookie = Cookie::new(SIGN_UP.name, value.to_owned());
            let request = TestRequest::default().cookie(cookie).to_http_request();
            assert_eq!(SIGN_UP.of(&request), None, "{value}");
        }
    }
}
