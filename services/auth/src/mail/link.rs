//! The token of a link, and how it is recognised.
//!
//! **What it is.** `id (16 bytes) ‖ HMAC-SHA256(key, version ‖ purpose ‖ 0 ‖ id)`, base64url. The row of that id says whose link it
//! is, what for, until when, and whether it was used: everything that can change. Nothing that opens an account is stored: who
//! reads the database, or a copy of it, cannot make a token without the key, which follows from the signing key
//! ([`derive`](crate::issuer::derive)) and is kept apart from it.
//!
//! **Retries.** The same link gives the same token, so a mail that is sent twice opens the same door once.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use uuid::Uuid;

use super::domain::Purpose;
use crate::issuer::derive;

const VERSION: u8 = 1;

/// Both parts: 16 and 32 bytes, in base64 without padding.
const LENGTH: usize = 64;

/// Makes and recognises the tokens of links.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    key: hmac::Key,
    /// Where the pages are: `https://dojob.example`.
    pages: String,
}

impl Links {
    pub fn new(secret: &SecretString, pages: String) -> Self {
        Self { key: derive(secret, "dojob mail link v1"), pages }
    }

    /// The link as it stands in the mail. The token is behind the `#`: browsers send that to no server, so no log and no
    /// `Referer` has it.
    pub fn url(&self, id: Uuid, purpose: Purpose) -> String {
        format!("{}{}#{}", self.pages, purpose.page(), self.token(id, purpose))
    }

    /// A page of the web without a token.
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.pages)
    }

    pub fn token(&self, id: Uuid, purpose: Purpose) -> String {
        let tag = hmac::sign(&self.key, &signed(id, purpose));
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend(tag.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The id of the link, if we made this token for that purpose.
    pub fn read(&self, token: &str, purpose: Purpose) -> Option<Uuid> {
        // Anything longer is none of ours; it need not be decoded to know that.
        let bytes = (token.len() == LENGTH).then(|| URL_SAFE_NO_PAD.decode(token).ok())??;
        let (id, tag) = bytes.split_first_chunk::<16>()?;
        let id = Uuid::from_bytes(*id);
        // In constant time.
        hmac::verify(&self.key, &signed(id, purpose), tag).ok()?;
        Some(id)
    }
}

fn signed(id: Uuid, purpose: Purpose) -> Vec<u8> {
    let mut data = vec![VERSION];
    data.extend(purpose.code().as_bytes());
    data.push(0);
    data.extend(id.as_bytes());
    data
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn links(secret: &str) -> Links {
        Links::new(&secret.into(), "https://dojob.example".to_owned())
    }

    #[test]
    fn a_token_is_good_for_its_purpose_and_key_alone() {
        let (links, id) = (links("a"), Uuid::from_u128(7));
        let token = links.token(id, Purpose::Reset);
        assert_eq!(token.len(), LENGTH);
        assert_eq!(links.read(&token, Purpose::Reset), Some(id));
        assert_eq!(links.read(&token, Purpose::Verify), None);
        assert_eq!(self::links("b").read(&token, Purpose::Reset), None);
        assert_eq!(links.url(id, Purpose::Reset), format!("https://dojob.example/reset#{token}"));
    }

    proptest! {
        #[test]
        fn what_we_did_not_make_opens_nothing(text in ".{0,80}|[A-Za-z0-9_-]{64}") {
            prop_assert_eq!(links("a").read(&text, Purpose::Reset), None);
        }

        #[test]
        fn a_changed_letter_makes_another_token(at in 0usize..64) {
            let links = links("a");
            let mut token = links.token(Uuid::from_u128(7), Purpose::Reset).into_bytes();
            token[at] = if token[at] == b'A' { b'B' } else { b'A' };
            prop_assert_eq!(links.read(&String::from_utf8(token).unwrap(), Purpose::Reset), None);
        }
    }
}
