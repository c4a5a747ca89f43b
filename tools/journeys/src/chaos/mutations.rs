//! Ways in which data can be wrong, from `mutations.toml`: a check that cannot fail proves nothing.

use anyhow::Context;
use serde::Deserialize;

use super::{invariants::Invariants, ledger::Write, observations::Observations, people::Seen};

/// One of them.
#[derive(Debug, Deserialize)]
pub struct Mutation {
    pub name: String,
    /// Whose database.
    service: String,
    sql: String,
    /// The invariant that it violates.
    pub noticed_by: String,
}

/// All of them.
///
/// # Errors
/// The file cannot be read.
pub fn all() -> anyhow::Result<Vec<Mutation>> {
    #[derive(Deserialize)]
    struct File {
        mutation: Vec<Mutation>,
    }
    Ok(toml::from_str::<File>(include_str!("mutations.toml"))?.mutation)
}

/// # Errors
/// There is none of that name.
pub fn named(name: &str) -> anyhow::Result<Mutation> {
    let all = all()?;
    let names = all.iter().map(|mutation| mutation.name.as_str()).collect::<Vec<_>>().join(", ");
    let found = all.into_iter().find(|mutation| mutation.name == name);
    found.with_context(|| format!("there is no mutation '{name}', expected one of: {names}"))
}

impl Mutation {
    /// The invariants as they are after this mutation, which is rolled back.
    ///
    /// # Errors
    /// It has nothing to change, or a database is unavailable.
    pub async fn check(
        &self,
        observations: &Observations,
        ledger: &[Write],
        seen: &Seen,
    ) -> anyhow::Result<Invariants> {
        let database = observations.database(&self.service)?;
        database.run("BEGIN").await?;
        let touched = database.run(&self.sql).await.with_context(|| self.name.clone())?;
        anyhow::ensure!(touched > 0, "'{}' found nothing to change: there was too little load", self.name);
        let invariants = Invariants::check(observations, ledger, seen).await;
        database.run("ROLLBACK").await?;
        invariants
    }
}

/// Applies each mutation, looks for it and rolls it back. Prints the outcome.
///
/// # Errors
/// A mutation has nothing to change, as there was too little load.
pub async fn all_are_noticed(
    observations: &Observations,
    ledger: &[Write],
    seen: &Seen,
) -> anyhow::Result<bool> {
    let (mutations, mut all) = (all()?, true);
    for mutation in &mutations {
        let invariants = mutation.check(observations, ledger, seen).await?;
        if !invariants.is_violated(&mutation.noticed_by) {
            println!("NOT NOTICED: {} (by '{}')", mutation.name, mutation.noticed_by);
            all = false;
        }
    }
    let verdict = if all { "all noticed" } else { "NOT all noticed" };
    println!("{} mutations of these databases tried, {verdict}", mutations.len());
    Ok(all)
}
