#![doc = include_str!("../README.md")]

pub mod auth;
mod edge;
mod extract;
mod from_pg;
pub mod idempotency;
mod page;
mod problem;
pub mod problems;
mod revocations;
pub mod shape;

pub use edge::{Edge, RemoteAddr, SameOrigin, is_passed_on, network};
pub use extract::{ApiJson, ApiPath, ApiQuery, MaybeCaller};
pub use idempotency::{IdempotencyKey, Reply};
pub use kernel::{
    field::{FieldCode, FieldError},
    field_codes,
};
pub use page::{Cursor, Page, PageQuery};
pub use problem::{Code, FieldProblem, Fields, Problem, ProblemView, Problems};
