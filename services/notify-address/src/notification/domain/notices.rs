//! Who receives which notice. Pure: facts go in, drafts of notices come out.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    keys::NoticeKey,
    params::{Params, Side},
};

/// A notice that is not stored yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub account_id: Uuid,
    pub key: NoticeKey,
    pub params: Params,
}

/// The two of an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub donor: Uuid,
    pub recipient: Uuid,
}

impl Pair {
    pub const fn of(&self, side: Side) -> Uuid {
        match side {
            Side::Donor => self.donor,
            Side::Recipient => self.recipient,
        }
    }

    pub fn side_of(&self, account: Uuid) -> Option<Side> {
        if account == self.donor {
            Some(Side::Donor)
        } else {
            (account == self.recipient).then_some(Side::Recipient)
        }
    }

    /// The notice of one side, with what this side needs to know of the other.
    pub fn draft(&self, to: Side, key: NoticeKey, params: &Params) -> Draft {
        let params = Params { role: Some(to), other_id: Some(self.of(to.other())), ..params.clone() };
        Draft { account_id: self.of(to), key, params }
    }

    /// One notice each. In order of account, so that two transactions lock accounts in the same order.
    pub fn both(&self, key: NoticeKey, params: &Params) -> Vec<Draft> {
        let mut drafts = vec![self.draft(Side::Donor, key, params), self.draft(Side::Recipient, key, params)];
        drafts.sort_by_key(|draft| draft.account_id);
        drafts
    }
}

/// What happened to an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Proposed {
        awaiting: Option<Side>,
    },
    Countered {
        awaiting: Option<Side>,
    },
    Scheduled,
    Declined,
    /// The need found somebody else.
    NotChosen,
    NeedClosed,
    Withdrawn,
    Expired,
    Cancelled,
    Started,
    Ended,
    /// Unless the other has answered too.
    OutcomeClaimed {
        awaiting: Option<Side>,
    },
    Questioned {
        donor: bool,
        recipient: bool,
    },
    /// Unless that settled it.
    OutcomeRestated {
        awaiting: Option<Side>,
    },
    DidNotTakePlace,
    NoShow,
    Lapsed,
    PutOnHold,
    Released,
}

/// Who is notified. What one person did, the other is told; what a timer did, both are.
pub fn notices(fact: Fact, pair: &Pair, by: Option<Side>, params: &Params) -> Vec<Draft> {
    let both = |key| pair.both(key, params);
    let other = |key| match by {
        Some(by) => vec![pair.draft(by.other(), key, params)],
        None => pair.both(key, params),
    };
    let one = |to: Option<Side>, key| to.map(|to| pair.draft(to, key, params)).into_iter().collect();
    let next = by.map(Side::other);
    match fact {
        Fact::Proposed { awaiting } => one(awaiting.or(next), NoticeKey::Proposed),
        Fact::Countered { awaiting } => one(awaiting.or(next), NoticeKey::Countered),
        Fact::Scheduled => other(NoticeKey::Scheduled),
        Fact::Declined => other(NoticeKey::Declined),
        // The recipient's own need: they know.
        Fact::NotChosen => vec![pair.draft(Side::Donor, NoticeKey::NotChosen, params)],
        Fact::NeedClosed => vec![pair.draft(Side::Donor, NoticeKey::NeedClosed, params)],
        Fact::Withdrawn => other(NoticeKey::Withdrawn),
        Fact::Expired => both(NoticeKey::Expired),
        Fact::Cancelled => other(NoticeKey::Cancelled),
        Fact::Ended => both(NoticeKey::Ended),
        Fact::OutcomeClaimed { awaiting } => one(awaiting, NoticeKey::OutcomeClaimed),
        Fact::OutcomeRestated { awaiting } => one(awaiting, NoticeKey::OutcomeRestated),
        Fact::Questioned { donor: true, recipient: true } => both(NoticeKey::Questioned),
        Fact::Questioned { donor: true, .. } => one(Some(Side::Donor), NoticeKey::Questioned),
        Fact::Questioned { recipient: true, .. } => one(Some(Side::Recipient), NoticeKey::Questioned),
        Fact::Started | Fact::Questioned { .. } => Vec::new(),
        Fact::DidNotTakePlace => both(NoticeKey::DidNotTakePlace),
        Fact::NoShow => both(NoticeKey::NoShow),
        Fact::Lapsed => both(NoticeKey::Lapsed),
        Fact::PutOnHold => both(NoticeKey::OnHold),
        Fact::Released => both(NoticeKey::Released),
    }
}

/// The sequence of a withdrawal that follows the proposal at once: the other has answered nothing in between.
const UNANSWERED: i64 = 2;

/// How a notice meets those that wait unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meets {
    /// It stands beside them.
    Nothing,
    /// It and one of this kind about the same engagement cancel one another: the person sees neither.
    Cancels(NoticeKey),
    /// Those of this kind from the same person make room: it says more.
    Replaces(NoticeKey),
    /// While any of these from the same person waits it is not shown: who asks at many doors is heard once.
    YieldsTo(&'static [NoticeKey]),
}

/// How the notice of this fact meets others. A proposal that was taken back before anybody saw it cancels that news, whichever
/// of the two arrives second; `latest` is the highest sequence of the engagement before.
pub const fn meets(fact: Fact, sequence: i64, latest: i64) -> Meets {
    match fact {
        Fact::Withdrawn if sequence == UNANSWERED => Meets::Cancels(NoticeKey::Proposed),
        Fact::Proposed { .. } if latest == UNANSWERED => Meets::Cancels(NoticeKey::Withdrawn),
        Fact::Proposed { .. } => Meets::Replaces(NoticeKey::InquiryOpened),
        _ => Meets::Nothing,
    }
}

/// How an inquiry meets others.
pub const INQUIRY_MEETS: Meets = Meets::YieldsTo(&[NoticeKey::InquiryOpened, NoticeKey::Proposed]);

/// An id above the account's last one, whichever process made that and however its clock stood.
pub fn rising(last: Option<Uuid>, fresh: Uuid) -> Uuid {
    match last {
        Some(last) if last >= fresh => Uuid::from_u128(last.as_u128().wrapping_add(1)),
        _ => fresh,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PAIR: Pair = Pair { donor: Uuid::from_u128(1), recipient: Uuid::from_u128(2) };

    fn told(fact: Fact, by: Option<Side>) -> Vec<(u128, &'static str)> {
        let drafts = notices(fact, &PAIR, by, &Params::default());
        drafts.iter().map(|d| (d.account_id.as_u128(), d.key.as_str())).collect()
    }

    #[test]
    fn what_one_person_does_the_other_is_told() {
        for (fact, key) in [
            (Fact::Scheduled, "engagement.scheduled"),
            (Fact::Declined, "engagement.declined"),
            (Fact::Withdrawn, "engagement.withdrawn"),
            (Fact::Cancelled, "engagement.cancelled"),
        ] {
            assert_eq!(told(fact, Some(Side::Donor)), [(2, key)]);
            assert_eq!(told(fact, Some(Side::Recipient)), [(1, key)]);
            assert_eq!(told(fact, None), [(1, key), (2, key)]);
        }
    }

    #[test]
    fn a_proposal_goes_to_the_side_that_must_answer_and_never_to_both() {
        let proposed = |awaiting| Fact::Proposed { awaiting };
        assert_eq!(told(proposed(Some(Side::Recipient)), None), [(2, "engagement.proposed")]);
        assert_eq!(told(proposed(None), Some(Side::Recipient)), [(1, "engagement.proposed")]);
        assert_eq!(told(proposed(None), None), []);
    }

    #[test]
    fn the_donor_alone_is_told_that_the_need_found_somebody_else() {
        assert_eq!(told(Fact::NotChosen, Some(Side::Recipient)), [(1, "engagement.not_chosen")]);
        assert_eq!(told(Fact::NeedClosed, None), [(1, "engagement.need_closed")]);
    }

    #[test]
    fn the_awaited_side_is_asked_and_nobody_else() {
        for (fact, key) in [
            (Fact::OutcomeClaimed { awaiting: Some(Side::Donor) }, "engagement.outcome_claimed"),
            (Fact::OutcomeRestated { awaiting: Some(Side::Donor) }, "engagement.outcome_restated"),
            (Fact::Questioned { donor: true, recipient: false }, "engagement.question"),
        ] {
            assert_eq!(told(fact, Some(Side::Recipient)), [(1, key)]);
        }
        assert_eq!(told(Fact::Questioned { donor: true, recipient: true }, None).len(), 2);
        assert_eq!(told(Fact::OutcomeClaimed { awaiting: None }, Some(Side::Donor)), []);
        assert_eq!(told(Fact::OutcomeRestated { awaiting: None }, Some(Side::Donor)), []);
        assert_eq!(told(Fact::Started, None), []);
    }

    #[test]
    fn the_addressee_learns_the_own_part_and_the_other_person() {
        let draft = PAIR.draft(Side::Donor, NoticeKey::Ended, &Params::default());
        assert_eq!(draft.params.role, Some(Side::Donor));
        assert_eq!(draft.params.other_id, Some(PAIR.recipient));
    }

    proptest! {
        #[test]
        fn ids_rise_whatever_the_clocks_say(ids in proptest::collection::vec(any::<u64>(), 1..50)) {
            let mut last = None;
            for fresh in ids {
                let next = rising(last, Uuid::from_u128(u128::from(fresh)));
                prop_assert!(last.is_none_or(|last| next > last));
                last = Some(next);
            }
        }
    }
}
