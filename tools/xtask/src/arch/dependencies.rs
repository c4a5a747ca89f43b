//! Who lists whom in its `Cargo.toml`.

use std::collections::BTreeMap;

use anyhow::Result;
use cargo_metadata::{DependencyKind, MetadataCommand, Package};

use super::violation::{Rule, Violation};
use crate::tree::root;

/// What no crate of ours may list, and what it has instead.
const BANNED: &[(&str, &str)] = &[
    ("mockall", "no mocks of our own code: tests use the real thing"),
    ("lazy_static", "std has LazyLock, and nothing is global here"),
    ("once_cell", "std has OnceLock, and nothing is global here"),
];

/// The floors of the chassis, from the ground up, and what each may stand on: kernel ← pg ← events | http ← service.
/// `common` is the face that services name.
const FLOORS: &[(&str, &[&str])] = &[
    ("dojob-kernel", &[]),
    ("dojob-pg", &["dojob-kernel"]),
    ("dojob-events", &["dojob-kernel", "dojob-pg"]),
    ("dojob-http", &["dojob-kernel", "dojob-pg"]),
    ("dojob-service", &["dojob-kernel", "dojob-pg", "dojob-events", "dojob-http"]),
    ("dojob-common", &["dojob-kernel", "dojob-pg", "dojob-events", "dojob-http", "dojob-service"]),
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

pub fn check(packages: &[Package]) -> Vec<Violation> {
    let home = |package: &Package| {
        let parts: Vec<_> = package.manifest_path.components().rev().skip(1).take(2).collect();
        let name = |nth: usize| parts.get(nth).map(ToString::to_string).unwrap_or_default();
        (name(1), name(0))
    };
    let homes: BTreeMap<&str, String> =
        packages.iter().map(|package| (package.name.as_str(), home(package).0)).collect();
    let is = |name: &str, place: &str| homes.get(name).is_some_and(|home| home == place);
    let mut found = Vec::new();
    for package in packages {
        let name = package.name.as_str();
        let floor = FLOORS.iter().find(|(floor, _)| *floor == name);
        for dependency in &package.dependencies {
            let other = dependency.name.as_str();
            let for_tests = dependency.kind == DependencyKind::Development;
            let words = if let Some((_, why)) = BANNED.iter().find(|(banned, _)| *banned == other) {
                why
            } else if is(name, "services") && is(other, "services") {
                "services know one another by contracts/ only"
            } else if floor.is_some() && is(other, "services") {
                "the chassis knows no service"
            } else if !for_tests
                && homes.contains_key(other)
                && floor.is_some_and(|(_, below)| !below.contains(&other))
            {
                "kernel ← pg ← events | http ← service ← common: it does not stand below"
            } else if !for_tests && is(other, "tools") && !is(name, "tools") {
                "what ships does not stand on tools/"
            } else if !for_tests && other == "dojob-testkit" && name != "dojob-journeys" {
                "the testkit is for tests: [dev-dependencies]"
            } else {
                continue;
            };
            let (parent, home) = home(package);
            let path = format!("{parent}/{home}/Cargo.toml");
            found.push(Violation {
                path,
                line: 1,
                rule: Rule::Crates,
                words: format!("{name} → {other}: {words}"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str, home: &str, dependencies: &[(&str, Option<&str>)]) -> Package {
        let dependency = |(name, kind): &(&str, Option<&str>)| {
            json!({ "name": name, "kind": kind, "req": "*", "optional": false, "uses_default_features": true,
                    "features": [], "target": null, "rename": null, "registry": null, "source": null, "path": null })
        };
        let dependencies: Vec<Value> = dependencies.iter().map(dependency).collect();
        let package = json!({
            "name": name, "version": "0.1.0", "id": name, "manifest_path": format!("/x/{home}/Cargo.toml"),
            "dependencies": dependencies, "targets": [], "features": {},
        });
        serde_json::from_value(package).unwrap()
    }

    fn broken(packages: &[Package]) -> Vec<String> {
        check(packages).into_iter().map(|v| v.words).collect()
    }

    #[test]
    fn crates_keep_apart() {
        let (core, common) = (("dojob-core", "services/core"), ("dojob-common", "crates/common"));
        let testkit = package("dojob-testkit", "tools/testkit", &[("dojob-chat", None)]);
        let chat =
            package("dojob-chat", "services/chat", &[("dojob-common", None), ("dojob-testkit", Some("dev"))]);
        assert_eq!(
            broken(&[
                chat.clone(),
                testkit.clone(),
                package(core.0, core.1, &[]),
                package(common.0, common.1, &[])
            ]),
            [""; 0]
        );
        for (name, home, dependency, kind) in [
            (core.0, core.1, "dojob-chat", None),
            (core.0, core.1, "dojob-chat", Some("dev")),
            (core.0, core.1, "dojob-testkit", None),
            (common.0, common.1, "dojob-chat", None),
            (common.0, common.1, "dojob-testkit", None),
            ("dojob-standalone", "crates/standalone", "dojob-testkit", None),
            ("dojob-bench", "tools/bench", "dojob-testkit", None),
            (common.0, common.1, "once_cell", None),
            (core.0, core.1, "mockall", Some("dev")),
        ] {
            let found = broken(&[chat.clone(), testkit.clone(), package(name, home, &[(dependency, kind)])]);
            assert_eq!(found.len(), 1, "{name} {dependency} {kind:?}");
        }
    }

    #[test]
    fn floors_stand_on_what_is_below() {
        let floors = |name: &str, dependency: &str, kind| {
            let all = ["kernel", "pg", "events", "http", "service", "common", "regions"];
            let all = all.map(|short| {
                let full = format!("dojob-{short}");
                let listed: &[_] = if full == name { &[(dependency, kind)] } else { &[] };
                package(&full, &format!("crates/{short}"), listed)
            });
            broken(&all).len()
        };
        for (name, dependency) in [
            ("dojob-pg", "dojob-kernel"),
            ("dojob-events", "dojob-pg"),
            ("dojob-service", "dojob-http"),
            ("dojob-common", "dojob-service"),
            ("dojob-kernel", "tokio"),
        ] {
            assert_eq!(floors(name, dependency, None), 0, "{name} {dependency}");
        }
        for (name, dependency) in [
            ("dojob-kernel", "dojob-pg"),
            ("dojob-pg", "dojob-events"),
            ("dojob-events", "dojob-http"),
            ("dojob-http", "dojob-events"),
            ("dojob-http", "dojob-service"),
            ("dojob-service", "dojob-common"),
            ("dojob-pg", "dojob-regions"),
        ] {
            assert_eq!(floors(name, dependency, None), 1, "{name} {dependency}");
            assert_eq!(floors(name, dependency, Some("dev")), 0, "{name} {dependency}");
        }
    }
}
