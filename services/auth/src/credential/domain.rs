//! Which ways to log in may be added and taken away.

/// Why a way to log in stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Somebody at the provider logs in to another account with it.
    Taken,
    /// The account has another one of this provider.
    Another,
    /// Without it nobody could log in to the account any more.
    Last,
}

/// The ways to log in to an account that remain when one of its providers is taken away.
pub(super) fn may_unlink(providers: usize, has_password: bool) -> Result<(), Refusal> {
    if providers > 1 || has_password { Ok(()) } else { Err(Refusal::Last) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_way_in_stays() {
        assert_eq!(may_unlink(1, false), Err(Refusal::Last));
        assert_eq!(may_unlink(1, true), Ok(()));
        assert_eq!(may_unlink(2, false), Ok(()));
    }
}
