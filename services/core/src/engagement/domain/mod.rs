//! The rules of one agreement: its values, its states, what happened, and the commands that lead from one to the other.

mod engagement;
mod outcome;
mod state;
mod values;

#[cfg(test)]
mod tests;

pub use engagement::{Changed, Engagement};
pub use outcome::{Answer, Answers, Claim, Outcome, Restated};
pub use state::{CancelReason, Command, DeclineReason, Fact, FactKind, Hold, Question, Refusal, State};
pub use values::{
    Actor, ActualMinutes, Bring, Listing, Mode, OutOfRange, Place, PlannedMinutes, Side, Terms,
};
