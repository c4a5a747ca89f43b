//! Logs: human-readable on a terminal, one JSON object a line elsewhere. Never a name, an address or a text that
//! somebody typed: ids and counts only.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Installs the process's logger; call once, first thing in `main`. `filter` is in `RUST_LOG` syntax.
///
/// # Errors
/// The filter cannot be read, or a logger is installed already.
pub fn init(filter: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    if std::io::stderr().is_terminal() {
        registry.with(fmt::layer().with_writer(std::io::stderr).without_time()).try_init()?;
    } else {
        registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()?;
    }
    Ok(())
}
