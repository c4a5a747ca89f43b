//! Refusals of this context as problems.

use common::http::{FieldError, Problem};
use serde_json::json;

use super::domain::Refusal;
use crate::problems::{self, field};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, unfit, doc) = match refusal {
            Refusal::Required(doc) => (problems::CONSENT_REQUIRED, field::CONSENT_REQUIRED, doc),
            Refusal::Version(doc) => (problems::CONSENT_VERSION, field::CONSENT_VERSION, doc),
        };
        let error = FieldError::new(unfit, json!({ "doc": doc }));
        Self::new(code).and_field("/consents", error)
    }
}
