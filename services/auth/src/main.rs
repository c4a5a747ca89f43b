//! `auth`: the auth service as a process of its own.

use std::process::ExitCode;

use common::{
    auth::Verifier,
    program::{Identity, Program},
};

fn main() -> ExitCode {
    Program {
        name: "auth",
        migrations: || dojob_auth::MIGRATIONS,
        topics: dojob_auth::TOPICS,
        config: dojob_auth::Config::from_env,
        identity: Identity::Own(|config| {
            Ok(Verifier::of(config.issuer.clone(), &dojob_auth::keys(config)?.1))
        }),
        build: dojob_auth::build,
    }
    .main()
}
