//! Events: what a service tells the others.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A fact that this service tells the others. Ids and coarse facts only: no name, address, number or text of a
/// person, so that nothing has to be erased from a topic.
pub trait Event: Serialize + Sync {
    /// `dojob.<service>.<context>.v1`
    const TOPIC: &'static str;
    /// Past tense: `TalentPublished`.
    const KIND: &'static str;
    /// The aggregate; events of one key keep their order.
    fn key(&self) -> Uuid;
    /// The aggregate's version: rises per key, may skip.
    fn sequence(&self) -> i64;
}

/// Declares events: the only way in which ours are declared. A kind is called as its struct, and its documentation is
/// its line in `docs/EVENTS.md`.
///
/// `key` and `sequence` name fields. What only the envelope carries stays out of the data by `#[serde(skip)]`.
///
/// ```text
/// common::events::events! {
///     topic: "dojob.auth.account.v1", key: account_id, sequence: version;
///
///     /// The password was changed by its owner.
///     pub struct PasswordChanged {
///         pub account_id: Uuid,
///         #[serde(skip)]
///         pub version: i64,
///     }
/// }
/// ```
///
/// Where all events of a topic carry the same fields, these are a struct of their own, which each gets as `about`; its
/// fields stand in the data beside those of the event:
///
/// ```text
/// common::events::events! {
///     topic: "dojob.core.engagement.v1", about: About, key: engagement_id, sequence: version;
///
///     /// They met, for `minutes`.
///     pub struct EngagementCompleted { minutes: i32 }
/// }
/// ```
#[macro_export]
macro_rules! events {
    (topic: $topic:expr, key: $key:ident, sequence: $sequence:ident;
     $($(#[$meta:meta])* $visible:vis struct $name:ident { $($fields:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, ::serde::Serialize, ::utoipa::ToSchema)]
        $visible struct $name { $($fields)* }

        impl $crate::Event for $name {
            const TOPIC: &'static str = $topic;
            const KIND: &'static str = stringify!($name);

            fn key(&self) -> ::uuid::Uuid {
                self.$key
            }

            fn sequence(&self) -> i64 {
                self.$sequence.into()
            }
        }
    )*};
    (topic: $topic:expr, about: $about:ty, key: $key:ident, sequence: $sequence:ident;
     $($(#[$meta:meta])* $visible:vis struct $name:ident { $($fields:tt)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, ::serde::Serialize, ::utoipa::ToSchema)]
        $visible struct $name {
            #[serde(flatten)]
            #[schema(inline)]
            $visible about: $about,
            $($fields)*
        }

        impl $crate::Event for $name {
            const TOPIC: &'static str = $topic;
            const KIND: &'static str = stringify!($name);

            fn key(&self) -> ::uuid::Uuid {
                self.about.$key
            }

            fn sequence(&self) -> i64 {
                self.about.$sequence.into()
            }
        }
    )*};
}

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Account(Uuid),
    /// A rule that a moment in time triggers.
    Clock,
    /// A reaction to another event.
    System,
}

/// `dojob.<service>.<context>.v1` → `<service>`.
pub(crate) fn source_of(topic: &str) -> &str {
    topic.split('.').nth(1).unwrap_or_default()
}
