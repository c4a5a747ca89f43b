//! Which identity providers there are, and what one of them says about somebody.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An identity provider; in the order in which they are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    Kakao,
    Naver,
    Google,
    Apple,
}

impl Provider {
    pub const ALL: [Self; 4] = [Self::Kakao, Self::Naver, Self::Google, Self::Apple];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Kakao => "kakao",
            Self::Naver => "naver",
            Self::Google => "google",
            Self::Apple => "apple",
        }
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.code() == code)
    }
}

/// Who somebody is at a provider, by an `id_token` that was verified. Lives in memory and, sealed, in that person's own browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    pub provider: Provider,
    pub issuer: String,
    pub subject: String,
    pub profile: Profile,
}

/// What a provider tells besides.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// Only an address that the provider itself has verified.
    pub email: Option<String>,
    /// What they call themselves there: a suggestion for a name here.
    pub name: Option<String>,
}

impl Profile {
    /// What of it is of use, and fits into a cookie: a provider may send anything.
    pub fn bounded(self) -> Self {
        let fits = |text: &String, most: usize| (1..=most).contains(&text.trim().chars().count());
        Self {
            email: self.email.filter(|email| fits(email, 254)),
            name: self.name.filter(|name| fits(name, 60)),
        }
    }
}

/// Why a provider could not tell who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Silent, slow or broken, or its keys cannot be had: it will pass.
    Unavailable,
    /// The code is spent, expired or of somebody else's making.
    Code,
    /// What it said cannot be read or believed.
    Unbelievable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_or_endless_is_left_out() {
        let bounded = |name: &str| Profile { email: None, name: Some(name.to_owned()) }.bounded().name;
        assert_eq!(bounded("민지").as_deref(), Some("민지"));
        assert_eq!(bounded(" "), None);
        assert_eq!(bounded(&"가".repeat(61)), None);
    }

    #[test]
    fn providers_keep_their_words() {
        for provider in Provider::ALL {
            assert_eq!(Provider::of(provider.code()), Some(provider));
            assert_eq!(serde_json::to_value(provider).unwrap(), provider.code());
        }
        assert_eq!(Provider::of("facebook"), None);
    }
}
