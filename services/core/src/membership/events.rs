//! What membership publishes.

use uuid::Uuid;

use super::domain::Profile;

common::events::events! {
    topic: "dojob.core.membership.v1", key: member_id, sequence: version;

    /// A profile says something else than before.
    pub(super) struct MemberProfileChanged {
        pub member_id: Uuid,
        /// `name`, `bio`, `region`, `languages`.
        pub fields: Vec<&'static str>,
        pub complete: bool,
        pub languages: Vec<String>,
        pub region_code: Option<String>,
        #[serde(skip)]
        pub version: i64,
    }
}

impl MemberProfileChanged {
    pub fn of(profile: &Profile, fields: Vec<&'static str>) -> Self {
        Self {
            member_id: profile.id,
            fields,
            complete: profile.is_complete(),
            languages: profile.languages.clone(),
            region_code: profile.region_code.clone(),
            version: profile.version,
        }
    }
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;

    #[test]
    fn samples_of_member_profile_changed() {
        let id = Uuid::from_u128(1);
        let half = MemberProfileChanged {
            member_id: id,
            fields: vec!["name"],
            complete: false,
            languages: vec!["ko".to_owned()],
            region_code: None,
            version: 1,
        };
        let whole = MemberProfileChanged {
            member_id: id,
            fields: vec!["region", "languages"],
            complete: true,
            languages: vec!["ko".to_owned(), "kvk".to_owned()],
            region_code: Some("1144012300".to_owned()),
            version: 2,
        };
        same_samples("core", &[sample("half", &half), sample("whole", &whole)]);
    }
}
