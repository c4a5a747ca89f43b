//! Kakao. Its `id_token` has `email` without saying whether it was verified, so the address comes from the profile, where both
//! `is_email_valid` (nobody else has taken it over) and `is_email_verified` must be true. It is a consent item: a person may
//! refuse it. Scopes are separated by commas. An item that is not switched on in the console fails the whole log-in (KOE205),
//! so only what docs/IDENTITY.md tells to switch on is asked for.

use serde_json::Value;

use super::{
    domain::{Failure, Profile},
    facts::{Facts, text},
    verify::Said,
};

pub(super) const FACTS: Facts = Facts {
    issuer: "https://kauth.kakao.com",
    scope: "openid,account_email,profile_nickname",
    form_post: false,
    again: Some(("prompt", "login")),
    profile: Some("https://kapi.kakao.com/v2/user/me"),
    read_profile,
};

fn read_profile(said: &Said, profile: &Value) -> Result<Profile, Failure> {
    // A number here, a text in the id_token.
    let id = profile.get("id").and_then(Value::as_u64).ok_or(Failure::Unbelievable)?;
    if id.to_string() != said.subject {
        return Err(Failure::Unbelievable);
    }
    let is = |pointer: &str| profile.pointer(pointer).and_then(Value::as_bool) == Some(true);
    let verified = is("/kakao_account/is_email_valid") && is("/kakao_account/is_email_verified");
    Ok(Profile {
        email: text(profile, "/kakao_account/email").filter(|_| verified),
        name: text(profile, "/kakao_account/profile/nickname").or_else(|| said.name.clone()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(account: &Value) -> Result<Profile, Failure> {
        let said = Said { subject: "4711".to_owned(), ..Said::default() };
        read_profile(&said, &json!({ "id": 4711, "kakao_account": account }))
    }

    #[test]
    fn an_address_counts_only_if_it_is_valid_and_verified() {
        for (valid, verified, counts) in
            [(true, true, true), (false, true, false), (true, false, false), (false, false, false)]
        {
            let account = json!({ "email": "minji@kakao.example", "is_email_valid": valid,
                "is_email_verified": verified });
            assert_eq!(read(&account).unwrap().email.is_some(), counts, "{account}");
        }
        let silent = json!({ "email": "minji@kakao.example" });
        assert_eq!(read(&silent).unwrap().email, None, "what is not said is not so");
    }

    #[test]
    fn who_consents_to_nothing_has_no_address_and_no_name() {
        assert_eq!(read(&json!({ "email_needs_agreement": true })), Ok(Profile::default()));
        assert_eq!(read(&Value::Null), Ok(Profile::default()));
    }

    #[test]
    fn the_profile_of_somebody_else_is_not_believed() {
        let said = Said { subject: "4712".to_owned(), ..Said::default() };
        assert_eq!(read_profile(&said, &json!({ "id": 4711 })), Err(Failure::Unbelievable));
        assert_eq!(
            read_profile(&said, &json!({ "msg": "this access token does not exist" })),
            Err(Failure::Unbelievable)
        );
    }
}
