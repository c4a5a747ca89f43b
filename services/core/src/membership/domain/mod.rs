//! What a profile may say and when it is complete.

mod reserved;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use common::{
    http::FieldError,
    text::{self, Kind},
};
use serde_json::json;
use uuid::Uuid;

use crate::problems::field;

/// Languages a profile may name: those of Korea's residents and their visitors, Korean Sign Language among them.
const LANGUAGES: [&str; 40] = [
    "ar", "bn", "cs", "de", "el", "en", "es", "fa", "fi", "fil", "fr", "he", "hi", "hu", "id", "it", "ja",
    "kk", "km", "ko", "kvk", "ky", "lo", "mn", "ms", "my", "ne", "nl", "pl", "pt", "ro", "ru", "si", "sv",
    "th", "tr", "uk", "ur", "uz", "vi",
];

/// Chinese is written in two ways and spoken in several; the plain tag leaves that open.
const CHINESE: [&str; 4] = ["zh", "zh-Hans", "zh-Hant", "yue"];

const MAX_LANGUAGES: usize = 10;

/// What neighbours call a member: 1 to 20 characters, and nothing that passes for those who run the product.
pub(super) fn parse_name(raw: &str) -> Result<String, FieldError> {
    let name = text::parse(raw, Kind::Name, 1, 20)?;
    if reserved::is_reserved(&name) { Err(FieldError::plain(field::NAME_RESERVED)) } else { Ok(name) }
}

/// A few lines about oneself: at most 600 characters.
pub(super) fn parse_bio(raw: &str) -> Result<String, FieldError> {
    text::parse(raw, Kind::Body, 0, 600)
}

/// One to ten known languages; one that is named twice counts once, the order is the member's.
pub(super) fn parse_languages(raw: &[String]) -> Result<Vec<String>, FieldError> {
    if raw.is_empty() {
        return Err(FieldError::plain(field::LANGUAGES_EMPTY));
    }
    let mut seen = BTreeSet::new();
    let distinct: Vec<String> = raw.iter().filter(|tag| seen.insert(tag.as_str())).cloned().collect();
    if distinct.len() > MAX_LANGUAGES {
        return Err(FieldError::new(field::LANGUAGES_TOO_MANY, json!({ "max": MAX_LANGUAGES })));
    }
    let known = |tag: &String| LANGUAGES.contains(&tag.as_str()) || CHINESE.contains(&tag.as_str());
    if distinct.iter().all(known) { Ok(distinct) } else { Err(FieldError::plain(field::LANGUAGES_UNKNOWN)) }
}

/// What a member said of themself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub id: Uuid,
    pub name: Option<String>,
    pub bio: String,
    pub region_code: Option<String>,
    pub languages: Vec<String>,
    pub joined_at: DateTime<Utc>,
    pub gone: bool,
    pub version: i64,
    /// Old enough for what the operator asks of who publishes and proposes.
    pub may_act: bool,
}

/// What an edit changes; absent stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Edit {
    pub name: Option<String>,
    pub bio: Option<String>,
    pub region_code: Option<String>,
    pub languages: Option<Vec<String>>,
}

/// A complete member, as far as other contexts need them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NameAndPlace {
    pub id: Uuid,
    pub name: String,
    pub region_code: String,
}

impl Profile {
    /// Somebody of whom nothing is known but the account.
    pub fn new(id: Uuid, joined_at: DateTime<Utc>) -> Self {
        let (name, region_code, bio, languages) = (None, None, String::new(), Vec::new());
        let (gone, version, may_act) = (false, 0, true);
        Self { id, name, bio, region_code, languages, joined_at, gone, version, may_act }
    }

    /// What is missing to be complete: a name and a place.
    pub fn missing(&self) -> Vec<&'static str> {
        let name = self.name.is_none().then_some("name");
        name.into_iter().chain(self.region_code.is_none().then_some("region")).collect()
    }

    pub fn is_complete(&self) -> bool {
        self.missing().is_empty()
    }

    /// The profile as complete, if it is.
    pub fn complete(self) -> Option<NameAndPlace> {
        Some(NameAndPlace { id: self.id, name: self.name?, region_code: self.region_code? })
    }

    /// Applies an edit and names the fields that really changed; the version rises only then.
    pub fn edit(mut self, edit: Edit) -> (Self, Vec<&'static str>) {
        let mut changed = Vec::new();
        let mut put = |field, differs: bool| {
            if differs {
                changed.push(field);
            }
        };
        if let Some(name) = edit.name {
            put("name", self.name.as_ref() != Some(&name));
            self.name = Some(name);
        }
        if let Some(bio) = edit.bio {
            put("bio", self.bio != bio);
            self.bio = bio;
        }
        if let Some(code) = edit.region_code {
            put("region", self.region_code.as_ref() != Some(&code));
            self.region_code = Some(code);
        }
        if let Some(languages) = edit.languages {
            put("languages", self.languages != languages);
            self.languages = languages;
        }
        self.version += i64::from(!changed.is_empty());
        (self, changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&str]) -> Vec<String> {
        tags.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn a_profile_is_complete_with_a_name_and_a_place() {
        let profile = Profile::new(Uuid::nil(), DateTime::UNIX_EPOCH);
        assert_eq!(profile.missing(), ["name", "region"]);
        let (profile, _) = profile.edit(Edit { name: Some("민지".into()), ..Edit::default() });
        assert_eq!((profile.missing(), profile.clone().complete()), (vec!["region"], None));
        let (profile, _) = profile.edit(Edit { region_code: Some("1144012300".into()), ..Edit::default() });
        assert!(profile.is_complete() && profile.complete().is_some());
    }

    #[test]
    fn an_edit_names_only_what_it_changed() {
        let once = Edit { name: Some("민지".into()), bio: Some(String::new()), ..Edit::default() };
        let (profile, changed) = Profile::new(Uuid::nil(), DateTime::UNIX_EPOCH).edit(once.clone());
        assert_eq!((changed, profile.version), (vec!["name"], 1));
        let (profile, changed) = profile.edit(once);
        assert_eq!((changed.len(), profile.version), (0, 1));
    }

    #[test]
    fn languages_are_known_tags_once_each() {
        assert_eq!(parse_languages(&tags(&["ko", "kvk", "ko"])).unwrap(), tags(&["ko", "kvk"]));
        assert!(parse_languages(&tags(&["zh-Hant"])).is_ok());
        for (raw, code) in [
            (vec![], "languages.empty"),
            (vec!["xx"], "languages.unknown"),
            (vec!["KO"], "languages.unknown"),
        ] {
            assert_eq!(parse_languages(&tags(&raw)).unwrap_err().code, code, "{raw:?}");
        }
        assert_eq!(parse_languages(&tags(&LANGUAGES[..11])).unwrap_err().code, "languages.too_many");
    }

    #[test]
    fn the_list_of_languages_is_in_order() {
        assert!(LANGUAGES.is_sorted());
    }
}
