//! Requests and answers: problems, extractors, keyset pages, idempotency keys.

mod extract;
mod idempotency;
mod page;
mod problem;
pub mod shape;

pub use extract::{ApiJson, ApiPath, ApiQuery, Host, MaybeCaller, RemoteAddr, SameOrigin};
pub(crate) use idempotency::find as find_reply;
pub(crate) use idempotency::keep as keep_reply;
pub use idempotency::{IdempotencyKey, Reply};
pub use page::{Cursor, Page, PageQuery};
pub use problem::{FieldError, FieldProblem, Fields, Problem, ProblemView, Problems};
