//! What a database error is to a client, and what a problem is to work that nobody waits for.

use actix_web::http::StatusCode;
use pg::{Class, Failure};

use crate::Problem;

impl From<pg::Error> for Problem {
    fn from(error: pg::Error) -> Self {
        match error.class() {
            Class::Transient | Class::LockTimeout => Self::unavailable(&error),
            Class::RunAgain => Self::run_again(&error),
            Class::Absent => Self::not_found(),
            Class::Constraint | Class::Permanent => Self::internal(&error),
        }
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        pg::Error::from(error).into()
    }
}

/// For functions that handlers share with reactions and jobs.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        if problem.status() == StatusCode::SERVICE_UNAVAILABLE {
            Self::Transient(problem.to_string())
        } else {
            Self::Permanent(problem.to_string())
        }
    }
}
