//! `chat`: the chat service as a process of its own.

use std::process::ExitCode;

use common::program::{Identity, Program};

fn main() -> ExitCode {
    Program {
        name: "chat",
        migrations: || dojob_chat::MIGRATIONS,
        topics: dojob_chat::TOPICS,
        config: dojob_chat::Config::from_env,
        identity: Identity::Remote,
        build: dojob_chat::build,
    }
    .main()
}
