//! Refusals of this context as problems.

use actix_web::http::StatusCode;
use common::http::{FieldError, Problem};
use serde_json::json;

use super::domain::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, doc) = match refusal {
            Refusal::Required(doc) => ("consent.required", doc),
            Refusal::Version(doc) => ("consent.version", doc),
        };
        let error = FieldError::new(code, json!({ "doc": doc }));
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code).and_field("/consents", error)
    }
}
