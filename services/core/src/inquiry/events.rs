//! What inquiries publish.

use uuid::Uuid;

use crate::listing::ListingRef;

common::events::events! {
    topic: "dojob.core.inquiry.v1", key: inquiry_id, sequence: version;

    /// Somebody wants to ask about a listing: the two may talk.
    pub(super) struct InquiryOpened {
        pub inquiry_id: Uuid,
        pub from: Uuid,
        pub to: Uuid,
        pub listing: ListingRef,
        #[serde(skip)]
        pub version: i64,
    }
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;
    use crate::listing::ListingKind;

    #[test]
    fn samples_of_inquiry_opened() {
        let id = |n: u128| Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0000 + n);
        let opened = |kind| InquiryOpened {
            inquiry_id: id(40),
            from: id(2),
            to: id(1),
            listing: ListingRef { kind, id: id(20) },
            version: 1,
        };
        same_samples(
            "core",
            &[
                sample("about_a_talent", &opened(ListingKind::Talent)),
                sample("about_a_need", &opened(ListingKind::Need)),
            ],
        );
    }
}
