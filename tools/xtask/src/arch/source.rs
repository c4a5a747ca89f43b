//! A Rust file as the rules see it: its paths, literals and statics, without what only tests have.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::{LitStr, UseTree};

/// A path as written: `crate::catalogue::store`, from a `use` or from the middle of the code, macros too.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Every path of at least two segments, and every `use`, its braces multiplied out.
    pub paths: Vec<Written<'a>>,
    pub texts: Vec<(usize, String)>,
    /// `async` and `await`.
    pub waits: Vec<usize>,
    /// The words of the type of each `static`, or `thread_local!`.
    pub statics: Vec<(usize, Vec<&'a str>)>,
    /// The words between `impl` and its body, and `Event for` for the macro that declares events.
    pub impls: Vec<(usize, Vec<&'a str>)>,
    /// Comments and doc comments, of tests too.
    pub comments: Vec<(usize, &'a str)>,
}

impl<'a> Code<'a> {
    /// # Errors
    /// The text is no Rust.
    pub fn read(text: &'a str) -> Result<Self> {
        let all = tokens(text)?;
        let mut code = Reader { text, code: Code::default() };
        code.walk(without_tests(all.clone()), &[]);
        let mut end = 0;
        code.comments(all, &mut end);
        code.comment(end, text.len());
        Ok(code.code)
    }
}

fn tokens(text: &str) -> Result<TokenStream> {
    text.parse().map_err(|error| anyhow!("no Rust: {error}"))
}

/// The tokens of a file without what stands under `#[cfg(test)]` or `#[test]`.
///
/// # Errors
/// The text is no Rust.
pub fn shipped(text: &str) -> Result<TokenStream> {
    tokens(text).map(without_tests)
}

/// All words, marks and literals among them.
///
/// # Errors
/// The text is no Rust.
pub fn shipped_words(text: &str) -> Result<Vec<String>> {
    shipped(text).map(words)
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
    let asks_for_testing = has("feature") && has("\"testing\"");
    (has("test") || asks_for_testing) && !has("not") && !has("cfg_attr")
}

/// All words and literals, from inside the brackets too.
fn words(tokens: TokenStream) -> Vec<String> {
    tokens
        .into_iter()
        .flat_map(|tree| match tree {
            TokenTree::Group(group) => words(group.stream()),
            other => vec![other.to_string()],
        })
        .collect()
}

/// What follows the item (with its further attributes) at the start.
fn skip_item(mut rest: &[TokenTree]) -> &[TokenTree] {
    while let Some((_, after)) = attribute(rest) {
        rest = after;
    }
    let ends = |tree: &TokenTree| is(tree, ';') || body(tree).is_some();
    let after = rest.iter().position(ends).and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    // `use a::{b};` and `const A: B = B {};` go on behind the bracket.
    after.split_first().filter(|(next, _)| is(next, ';')).map_or(after, |(_, after)| after)
}

fn body(tree: &TokenTree) -> Option<&Group> {
    match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

fn is(tree: &TokenTree, mark: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == mark)
}

struct Reader<'a> {
    text: &'a str,
    code: Code<'a>,
}

impl<'a> Reader<'a> {
    fn walk(&mut self, tokens: TokenStream, inside: &[&'a str]) {
        let all: Vec<_> = tokens.into_iter().collect();
        let mut rest = all.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = match first {
                TokenTree::Group(group) if is_doc(group) => after,
                TokenTree::Group(group) => {
                    self.walk(group.stream(), inside);
                    after
                }
                TokenTree::Literal(literal) => {
                    if let Ok(text) = syn::parse2::<LitStr>(first.clone().into()) {
                        self.code.texts.push((literal.span().start().line, text.value()));
                    }
                    after
                }
                // A lifetime: `'static` is no `static`.
                TokenTree::Punct(_) if is(first, '\'') => after.get(1..).unwrap_or_default(),
                TokenTree::Punct(_) => after,
                TokenTree::Ident(word) => self.word(word, after, inside),
            };
        }
    }

    /// Takes what begins with `word`; returns what follows.
    fn word<'t>(&mut self, word: &Ident, after: &'t [TokenTree], inside: &[&'a str]) -> &'t [TokenTree] {
        let line = word.span().start().line;
        let until = |ends: fn(&TokenTree) -> bool| after.iter().position(ends).unwrap_or(after.len());
        match (self.written(word), after) {
            ("pub", [TokenTree::Group(_), TokenTree::Ident(next), ..]) if next == "use" => {
                self.imports(true, after.get(2..).unwrap_or_default(), inside)
            }
            ("pub", [TokenTree::Ident(next), rest @ ..]) if next == "use" => self.imports(true, rest, inside),
            // `impl Trait + use<'a>` imports nothing.
            ("use", [next, ..]) if !is(next, '<') => self.imports(false, after, inside),
            ("mod", [TokenTree::Ident(name), next, rest @ ..]) if body(next).is_some() => {
                let inside = [inside, &[self.written(name)]].concat();
                self.walk(body(next).map(Group::stream).unwrap_or_default(), &inside);
                rest
            }
            ("static", _) => {
                let kind = after.get(..until(|tree| is(tree, '=') || is(tree, ';'))).unwrap_or_default();
                let kind = self.idents(kind.iter().cloned().collect());
                self.code.statics.push((line, kind));
                after
            }
            ("impl", _) => {
                let head =
                    after.get(..until(|tree| is(tree, ';') || body(tree).is_some())).unwrap_or_default();
                self.code.impls.push((line, self.idents(head.iter().cloned().collect())));
                after
            }
            ("async" | "await", _) => {
                self.code.waits.push(line);
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
                if after.first().is_some_and(|next| is(next, '!')) {
                    match segments.last() {
                        Some(&"event") => self.code.impls.push((line, vec!["Event", "for"])),
                        Some(&"thread_local") => self.code.statics.push((line, vec!["thread_local!"])),
                        _ => {}
                    }
                }
                if segments.len() > 1 {
                    let inside = inside.to_vec();
                    let path =
                        Written { segments, name: None, line, is_use: false, is_public: false, inside };
                    self.code.paths.push(path);
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
        let (word, name) = match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[self.written(&path.ident)]].concat();
                return self.branch(&path.tree, &prefix, is_public, inside);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.branch(tree, prefix, is_public, inside));
            }
            UseTree::Glob(glob) => ("*", (None, glob.star_token.span)),
            UseTree::Name(name) => (self.written(&name.ident), (None, name.ident.span())),
            UseTree::Rename(name) => {
                (self.written(&name.ident), (Some(self.written(&name.rename)), name.ident.span()))
            }
        };
        // `use a::{self}` names `a`.
        let own: &[&str] = if word == "self" && !prefix.is_empty() { &[] } else { &[word] };
        let segments = [prefix, own].concat();
        self.code.paths.push(Written {
            name: name.0.or(segments.last().copied()),
            segments,
            line: name.1.start().line,
            is_use: true,
            is_public,
            inside: inside.to_vec(),
        });
    }

    fn idents(&self, tokens: TokenStream) -> Vec<&'a str> {
        tokens
            .into_iter()
            .flat_map(|tree| match tree {
                TokenTree::Group(group) => self.idents(group.stream()),
                TokenTree::Ident(word) => vec![self.written(&word)],
                _ => Vec::new(),
            })
            .collect()
    }

    /// The word as it stands in the file.
    fn written(&self, word: &Ident) -> &'a str {
        let text = self.text.get(word.span().byte_range()).unwrap_or_default();
        text.strip_prefix("r#").unwrap_or(text)
    }

    /// What stands between tokens, and doc comments, which are tokens.
    fn comments(&mut self, tokens: TokenStream, end: &mut usize) {
        for tree in tokens {
            if let TokenTree::Group(group) = &tree
                && !is_doc(group)
            {
                self.comment(*end, group.span_open().byte_range().start);
                *end = group.span_open().byte_range().end;
                self.comments(group.stream(), end);
                self.comment(*end, group.span_close().byte_range().start);
                *end = group.span_close().byte_range().end;
                continue;
            }
            let range = tree.span().byte_range();
            let is_comment =
                self.text.get(range.clone()).is_some_and(|text| text.len() > 1 && text.starts_with('/'));
            self.comment(*end, if is_comment { range.end } else { range.start });
            *end = range.end.max(*end);
        }
    }

    fn comment(&mut self, from: usize, to: usize) {
        let Some(text) = self.text.get(from..to).filter(|text| text.contains('/')) else { return };
        let line = self.text.get(..from).unwrap_or_default().matches('\n').count() + 1;
        self.code.comments.push((line, text));
    }
}

/// The brackets of a doc comment, or of `#[doc = …]`.
fn is_doc(group: &Group) -> bool {
    group.delimiter() == Delimiter::Bracket
        && matches!(group.stream().into_iter().next(), Some(TokenTree::Ident(first)) if first == "doc")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        shipped_words(source).unwrap()
    }

    fn written(code: &Code<'_>) -> Vec<String> {
        code.paths.iter().map(|p| p.segments.join("::")).collect()
    }

    #[test]
    fn comments_strings_and_lifetimes_are_not_code() {
        let source =
            "a::b /* c::d /* e::f */ */ // g::h\n \"i::j \\\" k\" r#\"l::m\"# 'n' &'static o r#type::p";
        let code = Code::read(source).unwrap();
        assert_eq!(written(&code), ["a::b", "type::p"]);
        assert_eq!(code.texts, [(2, "i::j \" k".to_owned()), (2, "l::m".to_owned())]);
        assert!(code.statics.is_empty());
        let comments: Vec<_> = code.comments.iter().map(|(line, text)| (*line, text.trim())).collect();
        assert_eq!(comments, [(1, "/* c::d /* e::f */ */ // g::h")]);
    }

    #[test]
    fn lines_are_counted_through_literals() {
        assert_eq!(Code::read("/* \n */ \"\n\n\" b::c").unwrap().paths[0].line, 4);
    }

    #[test]
    fn tests_are_left_out() {
        assert_eq!(words("a #[cfg(test)] mod tests { x { y } } b"), ["a", "b"]);
        assert_eq!(words("#[cfg(test)] mod tests; b"), ["b"]);
        assert_eq!(words("#[cfg(test)] #[path = \"x\"] use a::{b, c}; d"), ["d"]);
        assert_eq!(words("#[tokio::test] async fn a() -> [u8; 2] { b } c"), ["c"]);
        assert_eq!(words("#[cfg(feature = \"testing\")] impl A for B { c } d"), ["d"]);
        assert_eq!(words("#[cfg(not(test))] fn a() {} b").last().unwrap(), "b");
        assert_eq!(words("mod a { #[test] fn b() {} c }"), ["mod", "a", "c"]);
    }

    #[test]
    fn uses_are_multiplied_out() {
        let source =
            "use a::{self, b::{C, d as e}, *}; pub(crate) use super::x; fn f() -> impl T + use<'a> {}";
        let code = Code::read(source).unwrap();
        assert_eq!(written(&code), ["a", "a::b::C", "a::b::d", "a::*", "super::x"]);
        let public: Vec<_> = code.paths.iter().map(|p| p.is_public).collect();
        assert_eq!(public, [false, false, false, false, true]);
        assert_eq!(code.paths[2].name, Some("e"));
    }

    #[test]
    fn paths_in_code_are_found_with_their_modules() {
        let code =
            Code::read("fn f() { a::b::<T>(c::D) } mod m { fn g() { vec![super::h()] } } x::y").unwrap();
        let shown: Vec<_> = code.paths.iter().map(|p| (p.segments.join("::"), p.inside.join("::"))).collect();
        let expected = [("a::b", ""), ("c::D", ""), ("super::h", "m"), ("x::y", "")];
        assert_eq!(shown, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
