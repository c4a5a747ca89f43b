//! Where dojob keeps its data on this computer, as `dojob` and the tests find it.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// A setting that is set to something.
#[expect(
    clippy::disallowed_methods,
    reason = "common::config::Env would pull the whole chassis into this tool"
)]
pub fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// `$DOJOB_HOME`, or the place `dojob` takes when nobody says.
pub fn home() -> Result<PathBuf> {
    let path = |name| setting(name).map(PathBuf::from);
    path("DOJOB_HOME")
        .or_else(|| postgres::default_home(path("XDG_DATA_HOME").as_deref(), path("HOME").as_deref()))
        .context("no home directory: set DOJOB_HOME")
}

/// Where the server lives that all tests share.
pub fn test_home() -> Result<PathBuf> {
    Ok(home()?.join("test"))
}

/// Runs what PostgreSQL needs to be asked asynchronously.
pub fn wait_for<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Ends the test server; the databases stay for the next one.
pub fn stop_test_server() -> Result<()> {
    wait_for(postgres::stop_shared(&test_home()?))
}
