//! `notify-address`: the notify-address service as a process of its own.

use std::process::ExitCode;

use common::program::{Identity, Program};

fn main() -> ExitCode {
    Program {
        name: "notify-address",
        migrations: || dojob_notify_address::MIGRATIONS,
        topics: dojob_notify_address::TOPICS,
        config: dojob_notify_address::Config::from_env,
        identity: Identity::Remote,
        build: dojob_notify_address::build,
    }
    .main()
}
