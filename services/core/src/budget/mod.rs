//! Budgets: how often one account may do what reaches others unasked. Kept in the database, so that they hold across
//! processes and restarts.

mod domain;
mod problem;
mod schema;
mod store;

use common::{db::Tx, http::Problem};
use uuid::Uuid;

pub(crate) use domain::Kind;

/// The budgets of this service; `Data<Budgets>` in handlers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budgets {
    is_on: bool,
}

impl Budgets {
    pub const fn new(is_on: bool) -> Self {
        Self { is_on }
    }

    /// Takes one out of this budget. Its rows are locked after all others but what the operation inserts itself; it
    /// borrows the transaction alone, so that it can be sent together with another statement.
    ///
    /// # Errors
    /// 429 when it is used up, naming the limit and when the next one fits.
    pub async fn spend(self, tx: &Tx<'_>, account: Uuid, kind: Kind) -> Result<(), Problem> {
        self.spend_all(tx, account, &[(kind, Uuid::nil())]).await
    }

    /// Takes a proposal to this person out of both budgets of proposals.
    ///
    /// # Errors
    /// As [`Self::spend`].
    pub async fn spend_proposal(self, tx: &Tx<'_>, account: Uuid, to: Uuid) -> Result<(), Problem> {
        self.spend_all(tx, account, &[(Kind::Proposal, Uuid::nil()), (Kind::ProposalToOne, to)]).await
    }

    async fn spend_all(self, tx: &Tx<'_>, account: Uuid, uses: &[(Kind, Uuid)]) -> Result<(), Problem> {
        if !self.is_on {
            return Ok(());
        }
        let now = tx.clock().now();
        for (kind, recent) in store::note(tx, account, uses, now).await? {
            domain::judge(kind, now, recent)?;
        }
        Ok(())
    }
}

/// `by` answered a proposal of `author`, who may propose to that person anew. Written with the commit.
pub(crate) fn answered(tx: &mut Tx<'_>, author: Uuid, by: Uuid) {
    store::forget(tx, author, Kind::ProposalToOne, by);
}

/// Forgets what of this account counts no more. Written with the commit.
pub(crate) fn prune(tx: &mut Tx<'_>, account: Uuid) {
    store::prune(tx, account);
}

/// Forgets everything that this account did, and what was done toward it. Written with the commit.
pub(crate) fn forget_all(tx: &mut Tx<'_>, account: Uuid) {
    store::forget_all(tx, account);
}
