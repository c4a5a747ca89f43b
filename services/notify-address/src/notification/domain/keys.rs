//! What a notice is about, and the category under which a person can switch it off.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person can switch on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Engagement,
    Listing,
    Hours,
    Security,
}

impl Category {
    pub const ALL: [Self; 4] = [Self::Engagement, Self::Listing, Self::Hours, Self::Security];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Engagement => "engagement",
            Self::Listing => "listing",
            Self::Hours => "hours",
            Self::Security => "security",
        }
    }

    /// Somebody who took an account over must not be able to silence it.
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Security)
    }
}

/// Writes each key once: the variant, its word as stored and sent, its category.
macro_rules! notice_keys {
    (
        $(#[$meta:meta])*
        pub enum $keys:ident {
            $($(#[$doc:meta])* $key:ident = $word:tt in $category:ident,)+
        }
    ) => {
        $(#[$meta])*
        pub enum $keys {
            $($(#[$doc])* #[serde(rename = $word)] $key,)+
        }

        impl $keys {
            pub const ALL: &[Self] = &[$(Self::$key),+];

            /// As stored and sent.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$key => $word,)+
                }
            }

            pub const fn category(self) -> Category {
                match self {
                    $(Self::$key => Category::$category,)+
                }
            }
        }
    };
}

notice_keys! {
    /// What a notice says; the web has a text for each.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
    #[schema(as = Key)]
    pub enum NoticeKey {
        Proposed = "engagement.proposed" in Engagement,
        Countered = "engagement.countered" in Engagement,
        Scheduled = "engagement.scheduled" in Engagement,
        Declined = "engagement.declined" in Engagement,
        /// The request found somebody else.
        NotChosen = "engagement.not_chosen" in Engagement,
        /// The request was closed.
        NeedClosed = "engagement.need_closed" in Engagement,
        Withdrawn = "engagement.withdrawn" in Engagement,
        Expired = "engagement.expired" in Engagement,
        Cancelled = "engagement.cancelled" in Engagement,
        Reminder = "engagement.reminder" in Engagement,
        /// "What happened?"
        Ended = "engagement.ended" in Engagement,
        /// The other has answered, this person has not.
        OutcomeClaimed = "engagement.outcome_claimed" in Engagement,
        /// The two answers leave a question to this person.
        Questioned = "engagement.question" in Engagement,
        /// The other restated the minutes; now it is this person's turn.
        OutcomeRestated = "engagement.outcome_restated" in Engagement,
        DidNotTakePlace = "engagement.did_not_take_place" in Engagement,
        NoShow = "engagement.no_show" in Engagement,
        Lapsed = "engagement.lapsed" in Engagement,
        OnHold = "engagement.on_hold" in Engagement,
        /// The hold is over: deadlines run again.
        Released = "engagement.released" in Engagement,
        InquiryOpened = "inquiry.opened" in Engagement,
        TalentExpiringSoon = "talent.expiring_soon" in Listing,
        TalentExpired = "talent.expired" in Listing,
        NeedExpiringSoon = "need.expiring_soon" in Listing,
        NeedExpired = "need.expired" in Listing,
        HoursRecorded = "hours.recorded" in Hours,
        NewDevice = "security.new_device" in Security,
        PasswordChanged = "security.password_changed" in Security,
        /// The account can be logged in to at one more provider.
        IdentityLinked = "security.identity_linked" in Security,
        IdentityUnlinked = "security.identity_unlinked" in Security,
        /// One device more than an account may have was logged in: the one unused for the longest is out.
        TooManyDevices = "security.too_many_devices" in Security,
        /// A device was logged out because its session may have been copied.
        SessionReused = "security.session_reused" in Security,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_and_keys_keep_their_words() {
        for key in NoticeKey::ALL {
            let json = format!("\"{}\"", key.as_str());
            assert_eq!(serde_json::to_string(key).unwrap(), json);
            assert_eq!(serde_json::from_str::<NoticeKey>(&json).unwrap(), *key);
        }
        for category in Category::ALL {
            assert_eq!(serde_json::to_string(&category).unwrap(), format!("\"{}\"", category.as_str()));
        }
    }
}
