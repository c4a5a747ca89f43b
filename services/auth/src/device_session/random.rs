//! Randomness that must not be guessed.

use common::http::Problem;

/// Random bytes: a family key, a salt, a first secret.
pub(crate) fn random() -> Result<[u8; 32], Problem> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_none| Problem::internal("no random numbers"))?;
    Ok(bytes)
}
