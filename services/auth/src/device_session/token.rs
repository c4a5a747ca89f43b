//! Refresh tokens.
//!
//! **What a token is.** `device session id (16 bytes) ‖ secret (32) ‖ tag (16)`, base64url. The secret of the first token is
//! random; of each token only the SHA-256 of its secret is stored. The tag is an HMAC of the secret under a key of
//! the device session (`family_key`): it recognises every token that this session ever had, however long ago,
//! without a list of them. So a token that we never made changes nothing, and one that we made and replaced is proof
//! of a copy.
//!
//! **Why the successor can be made twice.** Two tabs, a doubled request or a lost answer may bring the same token
//! twice within half a minute; all must get the same next token, or one of them would hold a dead one. It cannot be
//! kept in the clear, so it is derived: `secret' = HMAC-SHA256(key = secret, salt)`, where the salt is 32 random bytes
//! made at the rotation and kept in the device session's row until the next one. A holder of the old token without
//! the row lacks the salt; a reader of the row without a token lacks the key; each is 256 bits. Fresh salt at each
//! rotation also means that an old token tells nothing about later ones. No secret of the server takes part, so a
//! new signing key logs nobody out.
//!
//! **What a stolen row can do.** With `family_key` one could forge a tag, and so end that session as "reused", but
//! never refresh it: the secret's hash would not be the current one.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const SECRET: usize = 32;
const TAG: usize = 16;

/// The part of a token that counts.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; SECRET]);

/// A token as it was presented; not yet believed.
#[derive(Clone)]
pub(crate) struct Token {
    pub device_session: Uuid,
    pub secret: Secret,
    tag: [u8; TAG],
}

impl Secret {
    pub fn new(random: [u8; SECRET]) -> Self {
        Self(random)
    }

    /// The secret that follows this one.
    pub fn successor(&self, salt: &[u8]) -> Self {
        Self(mac(&self.0, salt))
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

impl Token {
    /// The token of this device session with this secret.
    pub fn write(device_session: Uuid, secret: &Secret, family_key: &[u8]) -> String {
        let bytes = [device_session.as_bytes().as_slice(), &secret.0, &tag(secret, family_key)].concat();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads the value of a cookie; nothing if it cannot be one of ours.
    pub fn read(text: &str) -> Option<Self> {
        // Anything longer is no token; it need not be decoded to know that.
        let bytes = (text.len() < 100).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
        let (device_session, rest) = bytes.split_first_chunk::<16>()?;
        let (secret, rest) = rest.split_first_chunk::<SECRET>()?;
        let tag = <[u8; TAG]>::try_from(rest).ok()?;
        Some(Self { device_session: Uuid::from_bytes(*device_session), secret: Secret(*secret), tag })
    }

    /// Whether the device session with this key ever had this token.
    pub fn is_of(&self, family_key: &[u8]) -> bool {
        verify_slices_are_equal(&self.tag, &tag(&self.secret, family_key)).is_ok()
    }
}

fn tag(secret: &Secret, family_key: &[u8]) -> [u8; TAG] {
    let whole = mac(family_key, &secret.0);
    let mut tag = [0; TAG];
    tag.copy_from_slice(whole.split_at(TAG).0);
    tag
}

fn mac(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref());
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::random::random, *};

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let (session, secret, key) = (Uuid::from_u128(7), Secret::new(random().unwrap()), random().unwrap());
        let text = Token::write(session, &secret, &key);
        let token = Token::read(&text).unwrap();
        assert_eq!(token.device_session, session);
        assert!(token.secret == secret && token.is_of(&key));
        assert!(!token.is_of(&random().unwrap()), "another session's key does not know it");
    }

    #[test]
    fn a_changed_bit_makes_it_nobodys() {
        let (secret, key) = (Secret::new([1; 32]), [2; 32]);
        let text = Token::write(Uuid::nil(), &secret, &key);
        for i in 16..64 {
            let mut bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
            bytes[i] ^= 1;
            assert!(!Token::read(&URL_SAFE_NO_PAD.encode(bytes)).unwrap().is_of(&key), "byte {i}");
        }
    }

    #[test]
    fn the_successor_needs_both_the_token_and_the_salt() {
        let (secret, salt) = (Secret::new([1; 32]), [3; 32]);
        assert!(secret.successor(&salt) == secret.successor(&salt));
        assert!(secret.successor(&salt) != secret.successor(&[4; 32]));
        assert!(secret.successor(&salt) != Secret::new([2; 32]).successor(&salt));
        assert!(secret.successor(&salt) != secret);
    }

    proptest! {
        /// `Some` only for text that is exactly a token in writing; nothing else is taken for one.
        #[test]
        fn what_is_read_from_a_cookie_is_what_was_written(
            text in prop_oneof![".{0,120}", "[A-Za-z0-9_-]{85,86}", prop::array::uniform32(any::<u8>()).prop_map(|key| {
                Token::write(Uuid::from_u128(7), &Secret::new(key), &key)
            })]
        ) {
            if let Some(token) = Token::read(&text) {
                let bytes = [token.device_session.as_bytes().as_slice(), &token.secret.0, &token.tag].concat();
                prop_assert_eq!(URL_SAFE_NO_PAD.encode(bytes), text);
            }
        }
    }
}
