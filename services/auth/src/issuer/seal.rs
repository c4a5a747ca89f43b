//! What a browser keeps for us unread: values that are sealed with AES-256-GCM under a key that the signing key determines.
//! A new signing key opens none of the older ones: whoever had one begins again.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use common::http::Problem;
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};

use super::key::derive;

/// Bytes of a nonce; a new random one for each value.
const NONCE: usize = 12;

/// Nothing that we seal is longer; a browser keeps 4 KiB for a cookie.
const MOST: usize = 3_800;

/// Seals and opens values of one kind.
#[derive(Debug)]
pub(crate) struct Seal {
    key: RandomizedNonceKey,
    purpose: &'static str,
}

impl Seal {
    /// # Errors
    /// The cryptography refuses the key.
    pub fn new(signing_key: &SecretString, purpose: &'static str) -> anyhow::Result<Self> {
        let key = hmac::sign(&derive(signing_key, purpose), b"AES-256-GCM");
        let key = RandomizedNonceKey::new(&AES_256_GCM, key.as_ref())
            .map_err(|_unspecified| anyhow::anyhow!("no key to seal with"))?;
        Ok(Self { key, purpose })
    }

    /// `nonce ‖ sealed JSON`, base64url.
    pub fn seal<T: Serialize>(&self, value: &T) -> Result<String, Problem> {
        let mut sealed = serde_json::to_vec(value).map_err(Problem::internal)?;
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(self.purpose.as_bytes()), &mut sealed)
            .map_err(|_unspecified| Problem::internal("a value cannot be sealed"))?;
        let mut whole = nonce.as_ref().to_vec();
        whole.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(whole))
    }

    /// What was sealed here for this purpose; nothing of what anybody else made.
    pub fn open<T: DeserializeOwned>(&self, text: &str) -> Option<T> {
        let bytes = (text.len() <= MOST).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let mut opened = sealed.to_vec();
        let aad = Aad::from(self.purpose.as_bytes());
        let opened = self.key.open_in_place(Nonce::from(nonce), aad, &mut opened).ok()?;
        serde_json::from_slice(opened).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seal(key: &str, purpose: &'static str) -> Seal {
        Seal::new(&key.into(), purpose).unwrap()
    }

    #[test]
    fn only_what_was_sealed_here_for_this_purpose_is_opened() {
        let text = seal("key", "one").seal(&"민지").unwrap();
        assert_eq!(seal("key", "one").open::<String>(&text).as_deref(), Some("민지"));
        assert_eq!(seal("key", "two").open::<String>(&text), None);
        assert_eq!(seal("other", "one").open::<String>(&text), None);
        assert!(!text.contains("민지"));
        let again = seal("key", "one").seal(&"민지").unwrap();
        assert_ne!(text, again, "two values that are equal do not look so");
    }

    #[test]
    fn a_changed_bit_opens_nothing() {
        let (seal, text) = (seal("key", "one"), seal("key", "one").seal(&"value").unwrap());
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for i in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[i] ^= 1;
            assert_eq!(seal.open::<String>(&URL_SAFE_NO_PAD.encode(bytes)), None, "byte {i}");
        }
    }

    proptest! {
        #[test]
        fn what_anybody_makes_up_is_not_opened(text in ".{0,200}") {
            prop_assert_eq!(seal("key", "one").open::<String>(&text), None);
        }
    }
}
