//! A Rust file as the rules see it: its paths, literals and statics, without what only tests have. These are tokens and
//! not a syntax tree, because half of what the rules look for stands inside macros.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{LitStr, UseTree};

/// A path as written: `crate::catalogue::store`, from a `use` or from the middle of the code, macros too.
#[derive(Debug)]
pub struct Written<'a> {
    pub segments: Vec<&'a str>,
    /// What a `use` calls it from here on.
    pub name: Option<&'a str>,
    pub line: usize,
    pub is_use: bool,
    /// The `use` is `pub`, in any form.
    pub is_public: bool,
    /// Inline modules around it, outermost first.
    pub inside: Vec<&'a str>,
}

/// What a file holds; each with its line.
#[derive(Debug, Default)]
pub struct Code<'a> {
    text: &'a str,
    /// Every path of at least two segments, and every `use`, its braces multiplied out.
    pub paths: Vec<Written<'a>>,
    pub texts: Vec<(usize, String)>,
    /// `async` and `await`.
    pub waits: Vec<usize>,
    /// The words of the type of each `static`, or `thread_local`.
    pub statics: Vec<(usize, Vec<String>)>,
    /// The words between `impl` and its body, and `Event for` for the macro that declares events.
    pub impls: Vec<(usize, Vec<String>)>,
}

/// The tokens of a file without what stands under `#[cfg(test)]` or `#[test]`.
///
/// # Errors
/// The text is no Rust.
fn shipped(text: &str) -> Result<TokenStream> {
    Ok(without_tests(text.parse().map_err(|error| anyhow!("no Rust: {error}"))?))
}

/// All words, marks and literals, from inside the brackets too.
pub fn words(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().flat_map(|tree| match tree {
        TokenTree::Group(group) => words(group.stream()),
        other => vec![other.to_string()],
    });
    words.collect()
}

fn without_tests(tokens: TokenStream) -> TokenStream {
    let all: Vec<_> = tokens.into_iter().collect();
    let mut rest = all.as_slice();
    let mut kept = Vec::with_capacity(all.len());
    while let Some((first, after)) = rest.split_first() {
        rest = match attribute(rest) {
            Some((attribute, after)) if is_test(attribute) => skip_item(after),
            _ => {
                kept.push(match first {
                    TokenTree::Group(group) => {
                        let mut inside = Group::new(group.delimiter(), without_tests(group.stream()));
                        inside.set_span(group.span());
                        inside.into()
                    }
                    other => other.clone(),
                });
                after
            }
        };
    }
    kept.into_iter().collect()
}

/// The outer attribute at the start, and what follows it.
fn attribute(tokens: &[TokenTree]) -> Option<(&Group, &[TokenTree])> {
    match tokens {
        [hash, TokenTree::Group(group), rest @ ..]
            if is(hash, '#') && group.delimiter() == Delimiter::Bracket =>
        {
            Some((group, rest))
        }
        _ => None,
    }
}

fn is_test(attribute: &Group) -> bool {
    let words = words(attribute.stream());
    let has = |word: &str| words.iter().any(|w| w == word);
    (has("test") || has("feature") && has("\"testing\"")) && !has("not") && !has("cfg_attr")
}

/// What follows the item (with its further attributes) at the start.
fn skip_item(mut rest: &[TokenTree]) -> &[TokenTree] {
    while let Some((_, after)) = attribute(rest) {
        rest = after;
    }
    let after = rest.get(head(rest).len() + 1..).unwrap_or_default();
    // `use a::{b};` and `const A: B = B {};` go on behind the bracket.
    after.split_first().filter(|(next, _)| is(next, ';')).map_or(after, |(_, after)| after)
}

/// Up to the body, or to the `;`.
fn head(tokens: &[TokenTree]) -> &[TokenTree] {
    let end = tokens.iter().position(|tree| is(tree, ';') || body(tree).is_some());
    end.and_then(|end| tokens.get(..end)).unwrap_or(tokens)
}

fn body(tree: &TokenTree) -> Option<TokenStream> {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    }
}

fn is(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

/// `#[doc = …]`, which a doc comment is too.
fn is_doc(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(first)) if first == "doc")
}

/// `(crate)` and `(in crate::search)` say who may see, and import nothing.
fn is_visibility(group: &Group) -> bool {
    let words = words(group.stream());
    words.len() == 1 || words.first().is_some_and(|first| first == "in")
}

impl<'a> Code<'a> {
    /// # Errors
    /// The text is no Rust.
    pub fn read(text: &'a str) -> Result<Self> {
        let mut code = Self { text, ..Self::default() };
        code.walk(shipped(text)?, &[]);
        Ok(code)
    }

    fn walk(&mut self, tokens: TokenStream, inside: &[&'a str]) {
        let all: Vec<_> = tokens.into_iter().collect();
        let mut rest = all.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = match first {
                TokenTree::Ident(word) => self.word(word, after, inside),
                // A lifetime: `'static` is no `static`.
                _ if is(first, '\'') => after.get(1..).unwrap_or_default(),
                TokenTree::Group(group) if !is_doc(group) => {
                    self.walk(group.stream(), inside);
                    after
                }
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse2::<LitStr>(first.clone().into()) {
                        self.texts.push((literal.span().start().line, text.value()));
                    }
                    after
                }
                _ => after,
            };
        }
    }

    /// Takes what begins with `word`; returns what follows.
    fn word<'t>(&mut self, word: &Ident, after: &'t [TokenTree], inside: &[&'a str]) -> &'t [TokenTree] {
        let line = word.span().start().line;
        let written = |tokens: &[TokenTree]| words(tokens.iter().cloned().collect());
        match (self.written(word), after) {
            ("pub", _) => {
                let after = match after {
                    [TokenTree::Group(seen), rest @ ..] if is_visibility(seen) => rest,
                    _ => after,
                };
                match after {
                    [TokenTree::Ident(next), rest @ ..] if next == "use" => self.imports(true, rest, inside),
                    _ => after,
                }
            }
            // `impl Trait + use<'a>` imports nothing.
            ("use", [next, ..]) if !is(next, '<') => self.imports(false, after, inside),
            ("mod", [TokenTree::Ident(name), next, rest @ ..]) if body(next).is_some() => {
                let inside = [inside, &[self.written(name)]].concat();
                self.walk(body(next).unwrap_or_default(), &inside);
                rest
            }
            ("static", _) => {
                let kind = after.split(|tree| is(tree, '=') || is(tree, ';')).next().unwrap_or_default();
                self.statics.push((line, written(kind)));
                after
            }
            ("impl", _) => {
                self.impls.push((line, written(head(after))));
                after
            }
            ("async" | "await", _) => {
                self.waits.push(line);
                after
            }
            (first, mut after) => {
                let mut segments = vec![first];
                while let [a, b, TokenTree::Ident(next), rest @ ..] = after
                    && is(a, ':')
                    && is(b, ':')
                {
                    segments.push(self.written(next));
                    after = rest;
                }
                match segments.last().filter(|_| after.first().is_some_and(|next| is(next, '!'))) {
                    Some(&"events") => self.impls.push((line, vec!["Event".to_owned(), "for".to_owned()])),
                    Some(&"thread_local") => self.statics.push((line, vec!["thread_local".to_owned()])),
                    _ => {}
                }
                if segments.len() > 1 {
                    let inside = inside.to_vec();
                    let path =
                        Written { segments, name: None, line, is_use: false, is_public: false, inside };
                    self.paths.push(path);
                }
                after
            }
        }
    }

    /// Takes a `use` whose tree begins here; returns what follows its `;`.
    fn imports<'t>(&mut self, is_public: bool, tree: &'t [TokenTree], inside: &[&'a str]) -> &'t [TokenTree] {
        let end = tree.iter().position(|tree| is(tree, ';')).unwrap_or(tree.len());
        let tokens = tree.get(..end).unwrap_or_default().iter().cloned().collect();
        if let Ok(tree) = syn::parse2::<UseTree>(tokens) {
            self.branch(&tree, &[], is_public, inside);
        }
        tree.get(end + 1..).unwrap_or_default()
    }

    fn branch(&mut self, tree: &UseTree, prefix: &[&'a str], is_public: bool, inside: &[&'a str]) {
        let (word, name, span) = match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[self.written(&path.ident)]].concat();
                return self.branch(&path.tree, &prefix, is_public, inside);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.branch(tree, prefix, is_public, inside));
            }
            UseTree::Glob(glob) => ("*", None, glob.star_token.span),
            UseTree::Name(name) => (self.written(&name.ident), None, name.ident.span()),
            UseTree::Rename(name) => {
                (self.written(&name.ident), Some(self.written(&name.rename)), name.ident.span())
            }
        };
        // `use a::{self}` names `a`.
        let own: &[&str] = if word == "self" && !prefix.is_empty() { &[] } else { &[word] };
        let segments = [prefix, own].concat();
        self.paths.push(Written {
            name: name.or(segments.last().copied()),
            segments,
            line: span.start().line,
            is_use: true,
            is_public,
            inside: inside.to_vec(),
        });
    }

    /// The word as it stands in the file.
    fn written(&self, word: &Ident) -> &'a str {
        let text = self.text.get(word.span().byte_range()).unwrap_or_default();
        text.strip_prefix("r#").unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_left_out() {
        for (source, left) in [
            ("a #[cfg(test)] mod tests { x { y } } b", "a b"),
            ("#[cfg(test)] mod tests; b", "b"),
            ("#[cfg(test)] #[path = \"x\"] use a::{b, c}; d", "d"),
            ("#[tokio::test] async fn a() -> [u8; 2] { b } c", "c"),
            ("#[cfg(feature = \"testing\")] impl A for B { c } d", "d"),
            ("#[cfg(not(test))] a", "# cfg not test a"),
            ("mod a { #[test] fn b() {} c }", "mod a c"),
        ] {
            assert_eq!(words(shipped(source).unwrap()).join(" "), left, "{source}");
        }
    }

    #[test]
    fn uses_are_multiplied_out() {
        let source =
            "use a::{self, b::{C, d as e}, *}; pub(crate) use super::x; fn f() -> impl T + use<'a> {}";
        let code = Code::read(source).unwrap();
        let found: Vec<_> = code.paths.iter().map(|p| (p.segments.join("::"), p.is_public)).collect();
        let expected =
            [("a", false), ("a::b::C", false), ("a::b::d", false), ("a::*", false), ("super::x", true)];
        assert_eq!(found, expected.map(|(path, is_public)| (path.to_owned(), is_public)));
        assert_eq!(code.paths[2].name, Some("e"));
    }

    #[test]
    fn paths_in_code_are_found_with_their_modules() {
        let text =
            "pub(in crate::seen) fn f() { a::b::<T>(c::D) } mod m { fn g() { vec![super::h()] } } x::y";
        let code = Code::read(text).unwrap();
        let shown: Vec<_> = code.paths.iter().map(|p| (p.segments.join("::"), p.inside.join("::"))).collect();
        let expected = [("a::b", ""), ("c::D", ""), ("super::h", "m"), ("x::y", "")];
        assert_eq!(shown, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
