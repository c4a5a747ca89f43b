//! Who lists whom in its `Cargo.toml`.

use std::collections::BTreeMap;

use anyhow::Result;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use super::{
    rules::CHASSIS,
    violation::{Rule, Violation},
};
use crate::tree::root;

/// What no crate of ours may list, and what it has instead.
const BANNED: &[(&str, &str)] = &[
    ("mockall", "no mocks of our own code: tests use the real thing"),
    ("lazy_static", "std has LazyLock, and nothing is global here"),
    ("once_cell", "std has OnceLock, and nothing is global here"),
];

/// The packages of the workspace.
///
/// # Errors
/// `cargo metadata` fails.
pub fn packages() -> Result<Vec<Package>> {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--offline".to_owned()]);
    Ok(command.exec()?.packages)
}

/// What cargo does not refuse itself, as it does a circle of crates.
pub fn check(packages: &[Package]) -> Vec<Violation> {
    let home = |package: &Package| {
        let parts: Vec<_> = package.manifest_path.iter().rev().skip(1).take(2).collect();
        format!("{}/{}", parts.get(1).unwrap_or(&""), parts.first().unwrap_or(&""))
    };
    let homes: BTreeMap<&str, String> =
        packages.iter().map(|package| (package.name.as_str(), home(package))).collect();
    let is = |name: &str, place: &str| homes.get(name).is_some_and(|home| home.starts_with(place));
    let listed = packages.iter().flat_map(|package| package.dependencies.iter().map(move |d| (package, d)));
    let wrong = listed.filter_map(|(package, dependency)| {
        let (name, other) = (package.name.as_str(), dependency.name.as_str());
        let for_tests = dependency.kind == DependencyKind::Development;
        let words = if let Some((_, why)) = BANNED.iter().find(|(banned, _)| *banned == other) {
            why
        } else if (is(name, "services/") || CHASSIS.contains(&home(package).as_str()))
            && is(other, "services/")
        {
            "the chassis knows no service, and services know one another by contracts/ only"
        } else if !for_tests && is(other, "tools/") && !is(name, "tools/") {
            "what ships does not stand on tools/"
        } else if !for_tests && other == "dojob-testkit" && name != "dojob-journeys" {
            "the testkit is for tests: [dev-dependencies]"
        } else {
            return None;
        };
        let path = format!("{}/Cargo.toml", home(package));
        Some(Violation { path, line: 1, rule: Rule::Crates, words: format!("{name} → {other}: {words}") })
    });
    wrong.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str, home: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependency = |(name, kind): &(&str, Option<&str>)| {
            json!({ "name": name, "kind": kind, "req": "*", "optional": false, "uses_default_features": true,
                    "features": [] })
        };
        let dependencies: Vec<Value> = dependencies.iter().map(dependency).collect();
        let package = json!({
            "name": name, "version": "0.1.0", "id": name, "manifest_path": format!("/x/{home}/Cargo.toml"),
            "dependencies": dependencies, "targets": [], "features": {},
        });
        serde_json::from_value(package).unwrap()
    }

    #[test]
    fn crates_keep_apart() {
        let (core, common) = (("dojob-core", "services/core"), ("dojob-common", "crates/common"));
        let testkit = package("dojob-testkit", "tools/testkit", &[("dojob-chat", None)]);
        let chat =
            package("dojob-chat", "services/chat", &[("dojob-common", None), ("dojob-testkit", Some("dev"))]);
        let found = |name, home, dependencies: &[_]| {
            check(&[chat.clone(), testkit.clone(), package(name, home, dependencies)]).len()
        };
        assert_eq!(found(core.0, core.1, &[(common.0, None)]), 0);
        for (name, home, dependency, kind) in [
            (core.0, core.1, "dojob-chat", None),
            (core.0, core.1, "dojob-chat", Some("dev")),
            (core.0, core.1, "dojob-testkit", None),
            (common.0, common.1, "dojob-chat", Some("dev")),
            (common.0, common.1, "dojob-testkit", None),
            ("dojob-standalone", "crates/standalone", "dojob-testkit", None),
            ("dojob-bench", "tools/bench", "dojob-testkit", None),
            (common.0, common.1, "once_cell", None),
            (core.0, core.1, "mockall", Some("dev")),
        ] {
            assert_eq!(found(name, home, &[(dependency, kind)]), 1, "{name} {dependency} {kind:?}");
        }
    }
}
