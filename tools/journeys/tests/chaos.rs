//! The program `kill9`: that it passes, and that it can fail.
#![expect(clippy::unwrap_used, reason = "a run that cannot be started must fail loudly")]

use std::process::Command;

fn kill9(words: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kill9")).args(words).output().unwrap();
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.code(), text)
}

#[test]
fn one_kill_loses_nothing_and_every_mutation_is_noticed() {
    let (code, text) = kill9(&["--times", "1"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("all noticed"), "{text}");
}

#[test]
fn a_lost_message_turns_the_run_red() {
    let (code, text) = kill9(&["--times", "1", "--sabotage", "lose-message"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("messages: "), "{text}");
}
