//! RFC 9457 problem details: the only error type of handlers.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use kernel::field::{FieldError, is_code};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problems;

/// What a problem is called, and its status. Stable, dotted, `noun.reason`: what programs match on. Only
/// [`problems!`](crate::problems!) makes one, so that each is in a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    name: &'static str,
    status: u16,
}

impl Code {
    /// For `problems!` alone.
    ///
    /// # Panics
    /// At compile time, for a status below 400 and for text that is not `noun.reason`.
    #[doc(hidden)]
    pub const fn catalogued(status: u16, name: &'static str) -> Self {
        assert!(is_code(name), "expected noun.reason, in lower case");
        assert!(status >= 400 && status < 600, "expected the status of a refusal or failure");
        Self { name, status }
    }

    pub const fn as_str(self) -> &'static str {
        self.name
    }

    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// A catalogue of problems: a constant for each, and `PROBLEMS`, which lists them. What nothing answers any more, rustc
/// reports as an unused constant.
///
/// ```
/// dojob_http::problems! { pub(crate) const:
///     /// Both already have a plan at that time.
///     ENGAGEMENT_OVERLAP = 409 "engagement.overlap",
/// }
/// assert_eq!(PROBLEMS, [ENGAGEMENT_OVERLAP]);
/// ```
#[macro_export]
macro_rules! problems {
    ($visible:vis const: $($(#[$doc:meta])* $name:ident = $status:literal $code:literal,)*) => {
        $(
            $(#[$doc])*
            $visible const $name: $crate::Code = $crate::Code::catalogued($status, $code);
        )*

        /// Every problem of this catalogue.
        pub const PROBLEMS: &[$crate::Code] = &[$($crate::Code::catalogued($status, $code)),*];
    };
}

/// A refusal or failure on its way to the client. `code` is stable and has one meaning; `detail` is for people and
/// never matched on; the cause is for the log only.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: Option<Cow<'static, str>>,
    errors: Vec<FieldProblem>,
    retry_after: Option<Duration>,
    cause: Option<Arc<str>>,
    run_again: bool,
}

/// One refused value, at a JSON pointer into the request body.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldProblem {
    pub pointer: String,
    pub code: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    pub params: Value,
}

/// The body of every answer from 400 on (`application/problem+json`).
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProblemView {
    /// `urn:dojob:problem:<code>`
    pub r#type: String,
    pub title: String,
    pub status: u16,
    /// Stable, dotted, `noun.reason`: what programs match on.
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// What to quote to support; also in the header `x-request-id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// The problems that any operation may answer, for OpenAPI: `responses((status = 200, …), Problems)`.
#[derive(utoipa::IntoResponses)]
pub enum Problems {
    /// The request cannot be read: syntax, unknown field, bad cursor.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(ProblemView),
    /// No or bad credentials.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(ProblemView),
    /// Known caller, visible thing, not allowed.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemView),
    /// Absent, or not visible to this caller.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemView),
    /// The body did not arrive in time; the connection is closed.
    #[response(status = 408, content_type = "application/problem+json")]
    Late(ProblemView),
    /// The present state refuses.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(ProblemView),
    /// The body is larger than this operation takes.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemView),
    /// The body is not JSON.
    #[response(status = 415, content_type = "application/problem+json")]
    NotJson(ProblemView),
    /// Readable, but a value is refused; `errors` says which.
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(ProblemView),
    /// Too many of these; see `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemView),
    /// A part that we need is away; see `Retry-After`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemView),
}

impl Problem {
    pub fn new(code: Code) -> Self {
        Self { code, detail: None, errors: Vec::new(), retry_after: None, cause: None, run_again: false }
    }

    /// Absent, or not visible to this caller: the same body for both.
    pub fn not_found() -> Self {
        Self::new(problems::REQUEST_NOT_FOUND)
    }

    /// Something of ours broke. The cause goes to the log, never to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut problem = Self::new(problems::SERVER_INTERNAL);
        problem.cause = Some(cause.to_string().into());
        problem
    }

    /// A part that we need is unavailable (503); worth trying again in a second.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        let mut problem = Self::new(problems::SERVER_UNAVAILABLE);
        problem.retry_after = Some(Duration::from_secs(1));
        problem.cause = Some(cause.to_string().into());
        problem
    }

    /// Lost a race that PostgreSQL settles by running the transaction again (deadlock, serialisation).
    pub(crate) fn run_again(cause: impl fmt::Display) -> Self {
        Self { run_again: true, ..Self::unavailable(cause) }
    }

    /// One refused value (422).
    pub fn field(pointer: impl Into<String>, error: FieldError) -> Self {
        Self::new(problems::REQUEST_INVALID).and_field(pointer, error)
    }

    /// Adds a refused value.
    #[must_use]
    pub fn and_field(mut self, pointer: impl Into<String>, error: FieldError) -> Self {
        self.errors.push(FieldProblem {
            pointer: pointer.into(),
            code: error.code.as_str().to_owned(),
            params: error.params,
        });
        self
    }

    /// A sentence for people.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds the header `Retry-After` in whole seconds, at least one.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    pub fn status(&self) -> StatusCode {
        self.code.status()
    }

    pub fn code(&self) -> &'static str {
        self.code.name
    }

    /// What a sentence about it may mention: the parameters of the first refused value.
    pub fn params(&self) -> Option<&Value> {
        self.errors.first().map(|error| &error.params)
    }

    /// Whether the same transaction may well pass when it is run again.
    pub fn wants_another_run(&self) -> bool {
        self.run_again
    }

    /// What went wrong inside, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The answer as it goes over the wire.
    pub fn response(&self, request_id: Option<&str>) -> HttpResponse {
        let status = self.status();
        let title = status.canonical_reason().unwrap_or("Problem").to_owned();
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if status == StatusCode::REQUEST_TIMEOUT {
            // The rest of the body is not waited for.
            response.force_close();
        }
        if let Some(wait) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, wait.as_secs().max(1).to_string()));
        }
        response.json(ProblemView {
            r#type: format!("urn:dojob:problem:{}", self.code.name),
            title,
            status: self.code.status,
            code: self.code.name.to_owned(),
            detail: self.detail.as_ref().map(ToString::to_string),
            errors: self.errors.clone(),
            request_id: request_id.map(str::to_owned),
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code.status, self.code.name)?;
        for error in &self.errors {
            write!(f, " {}={}", error.pointer, error.code)?;
        }
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.response(None)
    }
}

/// Collects refused values, so that a form gets all of them at once.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, FieldError)>);

impl Fields {
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps the value, or remembers why it was refused.
    pub fn take<T>(&mut self, pointer: &str, parsed: Result<T, FieldError>) -> Option<T> {
        parsed.map_err(|error| self.0.push((pointer.to_owned(), error))).ok()
    }

    /// Remembers a refusal that no single value caused.
    pub fn refuse(&mut self, pointer: &str, error: FieldError) {
        self.0.push((pointer.to_owned(), error));
    }

    /// The problem that names every refused value, if there is one.
    pub fn problem(self) -> Option<Problem> {
        let mut refused = self.0.into_iter();
        let (pointer, error) = refused.next()?;
        let first = Problem::field(pointer, error);
        Some(refused.fold(first, |problem, (pointer, error)| problem.and_field(pointer, error)))
    }

    /// Goes on only if nothing was refused. Values taken before are `Some` from here on: pass them in as a tuple
    /// built with `?`-free [`Option::zip`], or use [`Fields::finish`].
    ///
    /// # Errors
    /// 422 with a pointer for each refused value.
    pub fn done(self) -> Result<(), Problem> {
        self.problem().map_or(Ok(()), Err)
    }

    /// Unwraps what was taken, or answers with every refusal.
    ///
    /// # Errors
    /// 422 with a pointer for each refused value.
    pub fn finish<T>(self, taken: Option<T>) -> Result<T, Problem> {
        match (self.problem(), taken) {
            (Some(problem), _) => Err(problem),
            (None, Some(taken)) => Ok(taken),
            (None, None) => Err(Problem::internal("a field was dropped without a refusal")),
        }
    }
}
