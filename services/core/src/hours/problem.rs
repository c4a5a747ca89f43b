//! Every refusal of the activity book, as a problem: none of them is a client's doing.

use common::http::Problem;

use super::domain::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::internal(format!("the activity book refused: {refusal:?}"))
    }
}
