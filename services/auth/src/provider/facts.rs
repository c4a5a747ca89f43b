//! What is known about each provider: data. What one of them does differently is in the file of its name.

use serde_json::Value;

use super::{
    domain::{Failure, Profile},
    verify::Said,
};

/// A provider, as it documents itself.
pub(super) struct Facts {
    /// The claim `iss`; discovery is below it.
    pub issuer: &'static str,
    /// What is asked for, in the provider's own notation.
    pub scope: &'static str,
    /// Answers with a form that the browser posts from the provider's page, and not with an address.
    pub form_post: bool,
    /// What makes it ask for the password although somebody is logged in there.
    pub again: Option<(&'static str, &'static str)>,
    /// Where the profile is, if the `id_token` does not tell enough.
    pub profile: Option<&'static str>,
    /// Reads it. `said` is what the `id_token` said.
    pub read_profile: fn(said: &Said, profile: &Value) -> Result<Profile, Failure>,
}

/// The profile of who has only an `id_token`: its address counts if it says that it is verified.
pub(super) fn of_id_token(said: &Said) -> Profile {
    let email = said.email.clone().filter(|_| said.email_verified);
    Profile { email, name: said.name.clone() }
}

/// A text of a profile; an empty one is none.
pub(super) fn text(value: &Value, pointer: &str) -> Option<String> {
    let text = value.pointer(pointer)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
