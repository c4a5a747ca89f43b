//! No circle of imports: not between the modules of a crate, and not between its folders (the contexts of a service).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use petgraph::{algo::tarjan_scc, graphmap::DiGraphMap};

use super::modules::{Modules, Rule, Source, Violation};

/// Where one module first uses another: the file, the line, and the path as it is written there.
struct Import<'a> {
    path: &'a str,
    line: usize,
    written: String,
}

type Imports<'a> = BTreeMap<(String, String), Import<'a>>;

/// The circles of one crate. What stands under `#[cfg(test)]` and in files of tests is not asked.
pub fn circles(crate_: &[&Source<'_>], modules: &Modules<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let by_file = imports(crate_, modules, |module| match module {
        [] => "lib".to_owned(),
        module => module.join("::"),
    });
    found.extend(cycles(&by_file, "modules"));
    let by_folder = imports(crate_, modules, |module| (*module.first().unwrap_or(&"lib")).to_owned());
    // A circle of single files has been named already.
    let folders = cycles(&by_folder, "contexts").into_iter();
    found.extend(folders.filter(|circle| circle.members.iter().any(|member| modules.has_context(member))));
    found.into_iter().map(|circle| circle.violation).collect()
}

fn imports<'a>(
    crate_: &[&Source<'a>],
    modules: &Modules<'a>,
    name: impl Fn(&[&str]) -> String,
) -> Imports<'a> {
    let mut imports = Imports::new();
    for source in crate_.iter().filter(|source| !source.place.is("tests")) {
        for path in &source.paths {
            let Some(target) = modules.resolve(&source.place, path) else { continue };
            let edge = (name(&source.place.module), name(&modules.home_of(&target).0));
            if edge.0 != edge.1 {
                imports.entry(edge).or_insert_with(|| Import {
                    path: &source.file.path,
                    line: path.line,
                    written: path.segments.join("::"),
                });
            }
        }
    }
    imports
}

struct Circle {
    members: BTreeSet<String>,
    violation: Violation,
}

fn cycles(imports: &Imports<'_>, of: &str) -> Vec<Circle> {
    let graph: DiGraphMap<&str, ()> =
        imports.keys().map(|(from, to)| (from.as_str(), to.as_str(), ())).collect();
    let circles = tarjan_scc(&graph).into_iter().filter(|members| members.len() > 1);
    circles
        .map(|members| {
            let members: BTreeSet<_> = members.into_iter().map(str::to_owned).collect();
            let inside = |edge: &&(String, String)| members.contains(&edge.0) && members.contains(&edge.1);
            let mut words = format!("{} {of} import one another in a circle", members.len());
            let mut at = None;
            for ((from, to), import) in imports.iter().filter(|(edge, _)| inside(edge)) {
                at.get_or_insert((import.path, import.line));
                let Import { path, line, written } = import;
                let _ = write!(words, "\n    {from} → {to}: {path}:{line}: `{written}`");
            }
            let (path, line) = at.unwrap_or_default();
            let violation = Violation { path: path.to_owned(), line, rule: Rule::NoCircles, words };
            Circle { members, violation }
        })
        .collect()
}
