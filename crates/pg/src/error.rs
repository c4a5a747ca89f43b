//! The one reader of database errors.

use std::iter;

use diesel::{
    QueryResult,
    result::{DatabaseErrorKind, Error as Diesel},
};

/// How a failed statement is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// PostgreSQL is unavailable, starting, stopping, a replica by now, too busy or out of room: it will pass.
    Transient,
    /// A deadlock or serialisation failure: the same transaction may well pass.
    RunAgain,
    /// `lock_timeout` ran out.
    LockTimeout,
    /// A constraint, whose name says which rule.
    Constraint,
    /// Absent row.
    Absent,
    /// Anything else is a mistake of ours.
    Permanent,
}

/// The only reader of database errors. Several arrive as `Unknown` without a code, so their message decides; servers
/// are set up with English messages.
pub fn classify(error: &Diesel) -> Class {
    let Diesel::DatabaseError(kind, info) = error else {
        return match error {
            Diesel::NotFound => Class::Absent,
            Diesel::BrokenTransactionManager => Class::Transient,
            Diesel::RollbackErrorOnCommit { commit_error, .. } => classify(commit_error),
            _ => Class::Permanent,
        };
    };
    let message = info.message();
    match kind {
        DatabaseErrorKind::ClosedConnection
        | DatabaseErrorKind::UnableToSendCommand
        | DatabaseErrorKind::ReadOnlyTransaction => Class::Transient,
        DatabaseErrorKind::SerializationFailure => Class::RunAgain,
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation
        | DatabaseErrorKind::CheckViolation => Class::Constraint,
        _ if message.contains("deadlock detected") => Class::RunAgain,
        _ if message.contains("lock timeout") => Class::LockTimeout,
        _ if message.contains("terminating connection")
            || message.contains("statement timeout")
            || message.contains("the database system is")
            || message.contains("connection closed")
            || message.contains("error communicating with the server")
            // Class 53 of SQLSTATE: the disk, memory, locks or connections are used up.
            || message.contains("No space left on device")
            || message.contains("Disk quota exceeded")
            || message.contains("out of memory")
            || message.contains("out of shared memory")
            || message.contains("too many clients")
            || message.contains("remaining connection slots") =>
        {
            Class::Transient
        }
        _ => Class::Permanent,
    }
}

/// Why the database could not do what it was asked, and how that is to be taken.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct Error {
    class: Class,
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    pub(crate) fn transient(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { class: Class::Transient, cause: Box::new(cause) }
    }

    /// How it is to be taken.
    pub fn class(&self) -> Class {
        self.class
    }
}

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        Self { class: classify(&error), cause: Box::new(error) }
    }
}

/// Why work that is run again by itself (a reaction, a job) did not happen: all that the one who runs it needs to know.
/// It stands on this floor because every floor above makes some (ADR 9).
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something that we need is unavailable: try again for ever.
    #[error("unavailable: {0}")]
    Transient(String),
    /// It will not get better by itself: a few tries, then it is set aside.
    #[error("{0}")]
    Permanent(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of(error.class, error.to_string())
    }
}

impl From<Diesel> for Failure {
    fn from(error: Diesel) -> Self {
        Self::of(classify(&error), error.to_string())
    }
}

impl Failure {
    fn of(class: Class, cause: String) -> Self {
        match class {
            Class::Transient | Class::RunAgain | Class::LockTimeout => Self::Transient(cause),
            Class::Constraint | Class::Absent | Class::Permanent => Self::Permanent(cause),
        }
    }
}

/// Turns the violation of a named constraint into the rule's own refusal.
pub trait OnConstraint<T> {
    /// # Errors
    /// `refusal` when `constraint` was violated, else the error as `E` takes it.
    fn on_constraint<E: From<Diesel>>(self, constraint: &str, refusal: E) -> Result<T, E>;
}

impl<T> OnConstraint<T> for QueryResult<T> {
    fn on_constraint<E: From<Diesel>>(self, constraint: &str, refusal: E) -> Result<T, E> {
        self.map_err(|error| match &error {
            Diesel::DatabaseError(_, info) if names(info.as_ref(), constraint) => refusal,
            _ => error.into(),
        })
    }
}

fn names(info: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync), constraint: &str) -> bool {
    info.constraint_name()
        .map_or_else(|| info.message().contains(&format!("\"{constraint}\"")), |name| name == constraint)
}

/// An error and its causes: tokio-postgres keeps PostgreSQL's own message in the second one.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
