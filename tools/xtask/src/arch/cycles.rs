//! No circle of imports: not between the modules of a crate, and not between its folders (the contexts of a service).

use std::{collections::BTreeMap, fmt::Write};

use petgraph::{algo::tarjan_scc, graphmap::DiGraphMap};

use super::{
    modules::{Modules, Source},
    violation::{Rule, Violation},
};

/// Where one module first uses another: the file, the line, and the path as it is written there.
struct Import<'a> {
    path: &'a str,
    line: usize,
    written: String,
}

type Imports<'a> = BTreeMap<(String, String), Import<'a>>;

/// The circles of one crate. What stands under `#[cfg(test)]` and in files of tests is not asked.
pub fn circles(sources: &[&Source<'_>], modules: &Modules<'_>) -> Vec<Violation> {
    let by_file = imports(sources, modules, |module| match module {
        [] => "lib".to_owned(),
        module => module.join("::"),
    });
    let by_folder = imports(sources, modules, |module| (*module.first().unwrap_or(&"lib")).to_owned());
    let mut found = cycles(&by_file, "modules", |_| true);
    // A circle of single files has been named already.
    found.extend(cycles(&by_folder, "contexts", |member| modules.has_context(member)));
    found
}

fn imports<'a>(
    sources: &[&Source<'a>],
    modules: &Modules<'a>,
    name: impl Fn(&[&str]) -> String,
) -> Imports<'a> {
    let mut imports = Imports::new();
    for source in sources.iter().filter(|source| !source.place.is("tests")) {
        for path in &source.code.paths {
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

/// The circles with a member of which `counts` is true.
fn cycles(imports: &Imports<'_>, of: &str, counts: impl Fn(&str) -> bool) -> Vec<Violation> {
    let graph: DiGraphMap<&str, ()> =
        imports.keys().map(|(from, to)| (from.as_str(), to.as_str(), ())).collect();
    let circles = tarjan_scc(&graph).into_iter();
    let circles = circles.filter(|members| members.len() > 1 && members.iter().any(|member| counts(member)));
    let named = circles.map(|members| {
        let mut words = format!("{} {of} import one another in a circle", members.len());
        let is_inside = |name: &String| members.contains(&name.as_str());
        let mut at = None;
        for ((from, to), Import { path, line, written }) in
            imports.iter().filter(|((from, to), _)| is_inside(from) && is_inside(to))
        {
            at.get_or_insert((*path, *line));
            let _ = write!(words, "\n    {from} → {to}: {path}:{line}: `{written}`");
        }
        let (path, line) = at.unwrap_or_default();
        Violation { path: path.to_owned(), line, rule: Rule::NoCircles, words }
    });
    named.collect()
}
