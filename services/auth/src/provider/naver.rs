//! Naver. It knows no scope for an address or a name: what is asked for is chosen in its console, and comes only with the profile,
//! wrapped: `{"resultcode":"00","message":"success","response":{…}}`, also with status 200 where it refuses. It never says that an
//! address is verified, so none counts. `state` belongs on the token request, too; that request refuses with status 200. Who disconnects
//! there is told in a form: signed and encrypted with a key that is the MD5 of the client secret.

use aws_lc_rs::{
    cipher::{AES_128, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey},
    hmac,
    iv::FixedLength,
};
use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use chrono::DateTime;
use md5::{Digest, Md5};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    domain::{Failure, Profile},
    event::Told,
    facts::{Facts, text},
    verify::Said,
};

pub(super) const FACTS: Facts = Facts {
    issuer: "https://nid.naver.com",
    scope: "openid profile",
    form_post: false,
    again: Some(("auth_type", "reauthenticate")),
    profile: Some("https://openapi.naver.com/v1/nid/me"),
    read_profile,
};

fn read_profile(_said: &Said, profile: &Value) -> Result<Profile, Failure> {
    match profile.get("resultcode").and_then(Value::as_str) {
        Some("00") => {}
        // 024 and 028: the token; anything else is trouble of its own.
        Some("024" | "028") | None => return Err(Failure::Unbelievable),
        Some(_) => return Err(Failure::Unavailable),
    }
    let name = text(profile, "/response/nickname").or_else(|| text(profile, "/response/name"));
    Ok(Profile { email: None, name })
}

/// Bytes of an AES block.
const BLOCK: usize = 16;

/// With padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The form that tells of somebody who has disconnected (developer guide, 4.4).
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[schema(as = NaverDisconnect)]
pub(crate) struct Disconnect {
    client_id: String,
    /// `iv ‖ AES-128-CBC`, of who it is.
    encrypt_unique_id: String,
    /// In seconds.
    timestamp: String,
    signature: String,
}

/// Who has disconnected, if Naver wrote it. The fields are signed as they come.
pub(super) fn read_disconnect(form: &Disconnect, client: &str, secret: &SecretString) -> Option<Told> {
    let key = Md5::digest(secret.expose_secret().as_bytes());
    let Disconnect { client_id, encrypt_unique_id, timestamp, signature } = form;
    let signed = format!("clientId={client_id}&encryptUniqueId={encrypt_unique_id}&timestamp={timestamp}");
    let tag = BASE64.decode(signature).ok()?;
    // In constant time.
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()), signed.as_bytes(), &tag).ok()?;
    let at = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0))?;
    let subject = decrypt(encrypt_unique_id, key.as_slice())?;
    (client_id == client && (1..=255).contains(&subject.len())).then_some(Told { subject, at })
}

fn decrypt(text: &str, key: &[u8]) -> Option<String> {
    let bytes = BASE64.decode(text).ok()?;
    let (iv, encrypted) = bytes.split_first_chunk::<BLOCK>()?;
    let key = UnboundCipherKey::new(&AES_128, key).and_then(PaddedBlockDecryptingKey::cbc_pkcs7).ok()?;
    let mut opened = encrypted.to_vec();
    let opened = key.decrypt(&mut opened, DecryptionContext::Iv128(FixedLength::from(iv))).ok()?;
    std::str::from_utf8(opened).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::cipher::PaddedBlockEncryptingKey;
    use serde_json::json;

    use super::*;

    fn read(profile: &Value) -> Result<Profile, Failure> {
        read_profile(&Said::default(), profile)
    }

    #[test]
    fn the_wrapped_profile_is_read_and_its_address_is_not_believed() {
        let profile = json!({ "resultcode": "00", "message": "success",
            "response": { "id": "x", "nickname": "민지", "email": "minji@naver.example" } });
        assert_eq!(read(&profile), Ok(Profile { email: None, name: Some("민지".to_owned()) }));
        let bare = json!({ "resultcode": "00", "message": "success", "response": { "id": "x" } });
        assert_eq!(read(&bare), Ok(Profile::default()), "nickname and name are consent items");
    }

    #[test]
    fn a_result_other_than_00_is_a_refusal_whatever_the_status() {
        assert_eq!(
            read(&json!({ "resultcode": "024", "message": "Authentication failed" })),
            Err(Failure::Unbelievable)
        );
        assert_eq!(read(&json!({ "resultcode": "500", "message": "error" })), Err(Failure::Unavailable));
        assert_eq!(read(&json!({ "id": "x" })), Err(Failure::Unbelievable), "not wrapped: not Naver's");
    }

    const SECRET: &str = "a client secret";

    /// A form as Naver makes it.
    fn disconnect(client: &str, subject: &str, secret: &str) -> Disconnect {
        let key = Md5::digest(secret.as_bytes());
        let unbound = UnboundCipherKey::new(&AES_128, key.as_slice()).unwrap();
        let mut encrypted = subject.as_bytes().to_vec();
        let context = PaddedBlockEncryptingKey::cbc_pkcs7(unbound).unwrap().encrypt(&mut encrypted).unwrap();
        let DecryptionContext::Iv128(iv) = context else { panic!("no iv") };
        let mut whole = iv.as_ref().to_vec();
        whole.extend(encrypted);
        let (encrypt_unique_id, timestamp) = (BASE64.encode(whole), "1796000000".to_owned());
        let signed = format!("clientId={client}&encryptUniqueId={encrypt_unique_id}&timestamp={timestamp}");
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()), signed.as_bytes());
        let signature = BASE64.encode(tag.as_ref());
        Disconnect { client_id: client.to_owned(), encrypt_unique_id, timestamp, signature }
    }

    fn subject(form: &Disconnect) -> Option<String> {
        read_disconnect(form, "client", &SECRET.into()).map(|told| told.subject)
    }

    #[test]
    fn who_has_disconnected_is_read_and_nobody_elses_word_is() {
        let form = disconnect("client", "naver-4711", SECRET);
        assert_eq!(subject(&form).as_deref(), Some("naver-4711"));
        let told = read_disconnect(&form, "client", &SECRET.into()).unwrap();
        assert_eq!(told.at.timestamp(), 1_796_000_000);
        assert_eq!(subject(&disconnect("client", "naver-4711", "another secret")), None);
        assert_eq!(subject(&disconnect("another", "naver-4711", SECRET)), None);
        let changed = [
            Disconnect { timestamp: "1796000001".to_owned(), ..form.clone() },
            Disconnect { signature: String::new(), ..form.clone() },
            Disconnect {
                encrypt_unique_id: disconnect("client", "naver-1", SECRET).encrypt_unique_id,
                ..form.clone()
            },
        ];
        assert!(changed.iter().all(|form| subject(form).is_none()));
        let unpadded = form.signature.trim_end_matches('=').to_owned();
        assert!(subject(&Disconnect { signature: unpadded, ..form }).is_some());
        assert_eq!(subject(&Disconnect::default()), None);
    }
}
