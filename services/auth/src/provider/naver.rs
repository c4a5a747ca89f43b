//! Naver. It knows no scope for an address or a name: what is asked for is chosen in its console, and comes only with the profile,
//! wrapped: `{"resultcode":"00","message":"success","response":{…}}`, also with status 200 where it refuses. It never says that an
//! address is verified, so none counts. `state` belongs on the token request, too; that request refuses with status 200.

use serde_json::Value;

use super::{
    domain::{Failure, Profile},
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

#[cfg(test)]
mod tests {
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
}
