//! What binds a visit to one browser. The **state** is random and goes to the provider and back; **nonce** and **PKCE verifier**
//! are derived from it under a key of ours, so that neither has to be kept: who reads the database has a hash of the state, who
//! reads the address has the state without the key. The hash of the [browser's mark](crate::browser) is in the row, so a visit that
//! was begun elsewhere comes to nothing here.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite},
};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use common::http::Problem;
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use super::domain::{Arrival, FINISH, LIFE};
use crate::{
    browser::Mark,
    device_session::{build_cookie, random},
    issuer::{Seal, derive},
    provider::Secrets,
};

/// `SameSite=None`, because Apple's page posts a form to us, which is another site's request.
pub(super) const BROWSER: Mark = Mark { name: "__Host-dojob_browser", same_site: SameSite::None, life: LIFE };

const ARRIVAL: &str = "__Secure-dojob_arrival";

/// The keys of visits.
#[derive(Debug)]
pub(crate) struct Bindings {
    secrets: hmac::Key,
    arrivals: Seal,
}

/// A state, and what follows from it.
pub(super) struct Bound {
    state: String,
    nonce: String,
    verifier: String,
}

impl Bindings {
    /// # Errors
    /// The cryptography refuses the key.
    pub fn new(signing_key: &SecretString) -> anyhow::Result<Self> {
        let secrets = derive(signing_key, "dojob provider visit v1");
        Ok(Self { secrets, arrivals: Seal::new(signing_key, "dojob provider arrival v1")? })
    }

    /// A new state.
    pub(super) fn begin(&self) -> Result<Bound, Problem> {
        Ok(self.of(URL_SAFE_NO_PAD.encode(random()?)))
    }

    /// What follows from a state that came back.
    pub(super) fn of(&self, state: String) -> Bound {
        let derived = |what: &str| {
            let tag = hmac::sign(&self.secrets, format!("{what} {state}").as_bytes());
            URL_SAFE_NO_PAD.encode(tag.as_ref())
        };
        let (nonce, verifier) = (derived("nonce"), derived("verifier"));
        Bound { state, nonce, verifier }
    }

    /// Keeps who came back until the page finishes.
    pub(super) fn keep(&self, arrival: &Arrival) -> Result<Cookie<'static>, Problem> {
        Ok(build_cookie(ARRIVAL, self.arrivals.seal(arrival)?, FINISH))
    }

    /// Who came back, if that was a moment ago.
    pub(super) fn arrival(&self, request: &HttpRequest, now: DateTime<Utc>) -> Option<Arrival> {
        let arrival: Arrival = self.arrivals.open(request.cookie(ARRIVAL)?.value())?;
        (now < arrival.at + FINISH).then_some(arrival)
    }
}

impl Bound {
    pub fn state_hash(&self) -> [u8; 32] {
        Sha256::digest(&self.state).into()
    }

    pub fn secrets(&self) -> Secrets<'_> {
        Secrets { state: &self.state, nonce: &self.nonce, verifier: &self.verifier }
    }
}

/// Takes away what was kept until the page finished.
pub(super) fn forget_arrival() -> Cookie<'static> {
    build_cookie(ARRIVAL, String::new(), TimeDelta::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonce_and_verifier_follow_from_the_state_and_our_key() {
        let bindings = |key: &str| Bindings::new(&key.into()).unwrap();
        let (here, again, elsewhere) = (
            bindings("a").of("state".to_owned()),
            bindings("a").of("state".to_owned()),
            bindings("b").of("state".to_owned()),
        );
        assert_eq!(here.secrets().verifier, again.secrets().verifier);
        assert_ne!(here.secrets().verifier, elsewhere.secrets().verifier);
        assert_ne!(here.secrets().verifier, here.secrets().nonce);
        assert_eq!(here.secrets().verifier.len(), 43, "RFC 7636: 43 to 128 characters");
        let (one, two) = (bindings("a").begin().unwrap(), bindings("a").begin().unwrap());
        assert_ne!(one.state_hash(), two.state_hash());
    }
}
