//! Refusals of this context as problems.

use common::http::{FieldError, Problem};

use super::domain::Refusal;
use crate::{
    problems::{self, field},
    provider::Failure,
};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unavailable => Self::new(problems::PROVIDER_UNAVAILABLE),
            Refusal::Declined => Self::new(problems::PROVIDER_DECLINED),
            Refusal::Unbelievable => Self::new(problems::PROVIDER_UNBELIEVABLE),
            Refusal::Over => Self::new(problems::AUTHORIZATION_OVER),
            Refusal::ReturnTo => Self::field("/return_to", FieldError::plain(field::RETURN_UNKNOWN)),
            Refusal::NotLoggedIn => Self::new(problems::AUTHORIZATION_CALLER),
            Refusal::SomebodyElse => Self::new(problems::CREDENTIAL_OTHER),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unavailable => Self::Unavailable,
            // A code that the provider does not take (any more): as good as none.
            Failure::Code => Self::Over,
            Failure::Unbelievable => Self::Unbelievable,
        }
    }
}
