//! `core`: the core service as a process of its own.

use std::process::ExitCode;

use common::program::{Identity, Program};

fn main() -> ExitCode {
    Program {
        name: "core",
        migrations: || dojob_core::MIGRATIONS,
        topics: dojob_core::TOPICS,
        config: dojob_core::Config::from_env,
        identity: Identity::Remote,
        build: dojob_core::build,
    }
    .main()
}
