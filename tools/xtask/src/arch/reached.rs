//! A file that no `mod` names is not compiled: its tests would pass by not being run.

use std::collections::BTreeMap;

use super::violation::{Rule, Violation};
use crate::tree::File;

/// Files of `sources` that no crate reaches. `manifests` are the crates' `Cargo.toml`, which may name a root.
pub fn unreached(sources: &[File], manifests: &[File]) -> Vec<Violation> {
    let texts: BTreeMap<&str, &str> =
        sources.iter().chain(manifests).map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let lost = sources.iter().filter(|file| file.is("rs") && !is_reached(&file.path, &texts));
    let violation = |file: &File| Violation {
        path: file.path.clone(),
        line: 1,
        rule: Rule::Reached,
        words: "no `mod` names this file, so nothing compiles it".to_owned(),
    };
    lost.map(violation).collect()
}

fn is_reached(path: &str, texts: &BTreeMap<&str, &str>) -> bool {
    let path = path.strip_suffix("/mod.rs").or_else(|| path.strip_suffix(".rs")).unwrap_or(path);
    let Some((directory, name)) = path.rsplit_once('/') else { return true };
    // What cargo finds by itself: `src/lib.rs`, `src/bin/kill9/main.rs`, `build.rs`, `examples/time.rs`.
    let is_root = ["lib", "main", "build"].contains(&name)
        || ["/bin", "/examples"].iter().any(|end| directory.ends_with(end));
    let parents = ["/mod.rs", "/lib.rs", "/main.rs", ".rs"].map(|end| format!("{directory}{end}"));
    let parents: Vec<&str> =
        parents.iter().filter_map(|parent| texts.get(parent.as_str()).copied()).collect();
    let names = [format!("mod {name};"), format!("mod r#{name};"), format!("\"{name}.rs\"")];
    let is_named = parents.iter().any(|text| names.iter().any(|name| text.contains(name)));
    // `tests/chaos.rs` beside `tests/main.rs`, by the manifest; alone in `tests/`, by itself.
    let manifest =
        directory.strip_suffix("/tests").and_then(|home| texts.get(format!("{home}/Cargo.toml").as_str()));
    let is_target =
        manifest.is_some_and(|text| parents.is_empty() || text.contains(&format!("tests/{name}.rs")));
    is_root || is_named || is_target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_parent_or_by_cargo() {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        let sources = [
            ("a/src/lib.rs", "mod named; #[path = \"absent.rs\"] mod other;"),
            ("a/src/named/mod.rs", "pub mod deep;"),
            ("a/src/named/deep.rs", ""),
            ("a/src/absent.rs", ""),
            ("a/src/bin/tool.rs", ""),
            ("a/tests/main.rs", "mod story;"),
            ("a/tests/story.rs", ""),
            ("a/tests/chaos.rs", ""),
            ("a/src/lost.rs", ""),
            ("a/src/named/lost.rs", ""),
            ("a/tests/lost.rs", ""),
            ("b/tests/alone.rs", ""),
        ];
        let manifests = [("a/Cargo.toml", "path = \"tests/chaos.rs\""), ("b/Cargo.toml", "")];
        let found = unreached(&sources.map(|s| file(&s)), &manifests.map(|m| file(&m)));
        let paths: Vec<_> = found.iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(paths, ["a/src/lost.rs", "a/src/named/lost.rs", "a/tests/lost.rs"]);
    }
}
