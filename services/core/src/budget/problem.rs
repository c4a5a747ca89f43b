//! The refusal of each budget, as the problem that a client reads.

use common::http::{Code, FieldError, Problem};
use serde_json::json;

use super::domain::{Kind, Spent};
use crate::problems::{self, field};

const fn code(kind: Kind) -> Code {
    match kind {
        Kind::Proposal => problems::PROPOSAL_TOO_MANY,
        Kind::ProposalToOne => problems::PROPOSAL_TOO_MANY_TO_PERSON,
        Kind::Inquiry => problems::INQUIRY_TOO_MANY,
        Kind::Talent => problems::TALENT_TOO_MANY,
        Kind::Need => problems::NEED_TOO_MANY,
        Kind::ListingEdit => problems::LISTING_TOO_MANY_EDITS,
        Kind::ProfileEdit => problems::PROFILE_TOO_MANY_EDITS,
    }
}

impl From<Spent> for Problem {
    fn from(Spent { budget, until, wait }: Spent) -> Self {
        let params = json!({ "limit": budget.limit, "hours": budget.hours, "until": until });
        Self::new(code(budget.kind))
            .and_field("", FieldError::new(field::BUDGET_SPENT, params))
            .retry_after(wait.to_std().unwrap_or_default())
    }
}
