//! The signing key: an ECDSA key on P-256 in PKCS #8 PEM, made once and kept by the operator of the service.

use anyhow::Context;
use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use common::auth::ALGORITHM;
use jsonwebtoken::{
    EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use secrecy::{ExposeSecret, SecretString};

/// A new signing key as PEM text: to be stored once, readable by its owner only, and given to every start.
///
/// # Errors
/// The system has no random numbers.
pub fn generate_signing_key() -> anyhow::Result<SecretString> {
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .ok()
        .context("no random numbers for a signing key")?;
    let text = STANDARD.encode(der.as_ref());
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem.into())
}

/// The private half, ready to sign, and the name that tokens call it by: its RFC 7638 thumbprint.
#[derive(Clone)]
pub struct SigningKey {
    pub(super) id: String,
    pub(super) key: EncodingKey,
}

impl SigningKey {
    /// Reads the PEM text; gives the private half and the public one.
    ///
    /// # Errors
    /// The text is not an EC private key on P-256 in PKCS #8.
    pub(crate) fn read(pem: &SecretString) -> anyhow::Result<(Self, JwkSet)> {
        let key = EncodingKey::from_ec_pem(pem.expose_secret().as_bytes())
            .context("the signing key cannot be read")?;
        let mut public =
            Jwk::from_encoding_key(&key, ALGORITHM).context("the signing key is not one for ES256")?;
        let id = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(id.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok((Self { id, key }, JwkSet { keys: vec![public] }))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A key for another purpose, which the signing key determines and which does not tell anything of it.
pub(crate) fn derive(pem: &SecretString, purpose: &str) -> hmac::Key {
    let root = hmac::Key::new(hmac::HMAC_SHA256, pem.expose_secret().trim().as_bytes());
    hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, purpose.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_key_can_be_read_and_is_named_by_its_thumbprint() {
        let pem = generate_signing_key().unwrap();
        let (key, public) = SigningKey::read(&pem).unwrap();
        assert_eq!(public.keys[0].common.key_id.as_ref(), Some(&key.id));
        assert_eq!(key.id.len(), 43);
        assert_eq!(SigningKey::read(&pem).unwrap().0.id, key.id, "the name stays the same at every start");
        assert!(!serde_json::to_string(&public).unwrap().contains("\"d\""), "only the public half is shown");
    }

    #[test]
    fn two_generated_keys_differ() {
        let key = || SigningKey::read(&generate_signing_key().unwrap()).unwrap().0.id;
        assert_ne!(key(), key());
    }

    #[test]
    fn derived_keys_differ_by_purpose() {
        let pem = generate_signing_key().unwrap();
        let tag = |purpose| hmac::sign(&derive(&pem, purpose), b"x").as_ref().to_vec();
        assert_eq!(tag("a"), tag("a"));
        assert_ne!(tag("a"), tag("b"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(SigningKey::read(&"nonsense".into()).is_err());
    }
}
