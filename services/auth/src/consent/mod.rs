//! What members agree to: the documents, in their versions and languages, and who agreed to which, when.

mod api;
mod document;
mod domain;
mod events;
mod get_document;
mod list_documents;
mod operator;
mod problem;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{ConsentView, choose, latest, overdue, record_all, require_current, say};
pub use document::Doc;
pub(crate) use document::Documents;
pub(crate) use domain::{Agreed, Choice};
pub use events::{ConsentChanged, Granted};
pub use operator::Operator;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list_documents::handle).service(get_document::handle);
}
