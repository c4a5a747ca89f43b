//! What a provider tells about somebody without being asked, signed with its own keys: Kakao's security event tokens (RFC 8417)
//! and Apple's account events.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use openidconnect::core::CoreJsonWebKeySet;
use serde::Deserialize;
use serde_json::Value;

use super::verify::Doubt;

/// So much a provider's clock may be ahead of ours or behind it.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// The kinds of events after which somebody does not log in with it any more. Others are of no consequence here.
const UNLINKED: [&str; 4] = ["user-unlinked", "consent-revoked", "account-delete", "account-deleted"];

/// Somebody has taken back at the provider what they had agreed to, or has no account there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub subject: String,
    /// When the provider said so: what was used after that is not meant.
    pub at: DateTime<Utc>,
}

/// A message whose signature is the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    /// Nothing, if it is about something else.
    pub unlinked: Option<Told>,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    /// Apple's have one, security event tokens do not.
    exp: Option<i64>,
    /// By kind (RFC 8417), or Apple's one event, written as text.
    events: Value,
}

#[derive(Deserialize)]
struct AppleEvent {
    #[serde(rename = "type")]
    kind: String,
    sub: String,
}

/// The published keys, as the verifier here reads them.
pub(super) fn keys(published: &CoreJsonWebKeySet) -> serde_json::Result<JwkSet> {
    serde_json::from_value(serde_json::to_value(published)?)
}

/// Reads a message: RS256 with a published key, from this issuer and for us. An `id_token` is none: it has no events.
pub(super) fn read(
    token: &str,
    keys: &JwkSet,
    issuer: &str,
    client: &str,
    now: DateTime<Utc>,
) -> Result<Signed, Doubt> {
    let doubt = |why: &str| Doubt::Unbelievable(why.to_owned());
    let header = jsonwebtoken::decode_header(token).map_err(|_unreadable| doubt("it cannot be read"))?;
    if header.alg != Algorithm::RS256 {
        return Err(doubt("it is not signed with RS256"));
    }
    let key = header.kid.and_then(|id| keys.find(&id)).ok_or(Doubt::UnknownKey)?;
    let key = DecodingKey::from_jwk(key).map_err(|_unreadable| doubt("its key cannot be read"))?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_issuer(&[issuer]);
    rules.set_audience(&[client]);
    rules.set_required_spec_claims(&["iss", "aud"]);
    rules.validate_exp = false; // our clock decides, below
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)
        .map_err(|error| Doubt::Unbelievable(error.to_string()))?
        .claims;
    let at = DateTime::from_timestamp(claims.iat, 0).ok_or_else(|| doubt("its time is none (iat)"))?;
    let until = claims.exp.and_then(|exp| DateTime::from_timestamp(exp, 0));
    if at > now + LEEWAY || until.is_some_and(|until| until <= now - LEEWAY) {
        return Err(doubt("its time is over, or has not come (iat, exp)"));
    }
    let subject = unlinked(&claims.events, issuer).filter(|subject| (1..=255).contains(&subject.len()));
    Ok(Signed { unlinked: subject.map(|subject| Told { subject, at }) })
}

/// Who does not log in with it any more, in either form.
fn unlinked(events: &Value, issuer: &str) -> Option<String> {
    match events {
        Value::String(text) => apple(serde_json::from_str(text).ok()?),
        Value::Object(fields) if fields.contains_key("type") => {
            apple(serde_json::from_value(events.clone()).ok()?)
        }
        Value::Object(fields) => {
            let is_meant = |kind: &str| UNLINKED.iter().any(|one| kind.rsplit('/').next() == Some(*one));
            let (_, event) = fields.iter().find(|(kind, _)| is_meant(kind))?;
            let subject = event.get("subject")?;
            let text = |name: &str| subject.get(name).and_then(Value::as_str);
            // Somebody of another issuer is nobody here.
            text("sub").filter(|_| text("iss").is_none_or(|iss| iss == issuer)).map(str::to_owned)
        }
        _ => None,
    }
}

fn apple(event: AppleEvent) -> Option<String> {
    UNLINKED.contains(&event.kind.as_str()).then_some(event.sub)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://kauth.kakao.com";

    #[test]
    fn kakaos_events_are_told_by_kind() {
        let event = |kind: &str, iss: &str| {
            json!({ format!("https://schemas.openid.net/secevent/oauth/event-type/{kind}"):
                { "subject": { "subject_type": "iss-sub", "iss": iss, "sub": "4711" }, "reason": "x" } })
        };
        assert_eq!(unlinked(&event("user-unlinked", ISSUER), ISSUER).as_deref(), Some("4711"));
        assert_eq!(unlinked(&event("user-profile-changed", ISSUER), ISSUER), None);
        assert_eq!(unlinked(&event("not-user-unlinked", ISSUER), ISSUER), None);
        assert_eq!(unlinked(&event("user-unlinked", "https://elsewhere.example"), ISSUER), None);
    }

    #[test]
    fn apples_event_is_a_text_or_what_the_text_says() {
        for (kind, counts) in [
            ("consent-revoked", true),
            ("account-delete", true),
            ("account-deleted", true),
            ("email-disabled", false),
            ("email-enabled", false),
        ] {
            let event = json!({ "type": kind, "sub": "001.abc", "event_time": 1_796_000_000 });
            let expected = counts.then_some("001.abc");
            assert_eq!(unlinked(&event, ISSUER).as_deref(), expected, "{kind}");
            assert_eq!(unlinked(&Value::String(event.to_string()), ISSUER).as_deref(), expected, "{kind}");
        }
        for nonsense in [json!(null), json!([]), json!("nonsense"), json!({ "type": 1 }), json!({})] {
            assert_eq!(unlinked(&nonsense, ISSUER), None);
        }
    }
}
