//! A Rust file as the rules see it: its paths, literals and statics, without what only tests have.

use anyhow::Result;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, ExprAsync, ExprAwait, Item, ItemImpl, ItemMod, ItemStatic, ItemUse, LitStr, Macro, Path,
    Signature, UseTree, VisRestricted, Visibility,
    parse::{ParseStream, Parser},
    spanned::Spanned,
    visit::{self, Visit},
};

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
    inside: Vec<&'a str>,
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

/// All words, marks and literals, from inside the brackets too.
pub fn words(tokens: TokenStream) -> Vec<String> {
    let words = tokens.into_iter().flat_map(|tree| match tree {
        TokenTree::Group(group) => words(group.stream()),
        other => vec![other.to_string()],
    });
    words.collect()
}

/// It stands under `#[cfg(test)]`, `#[test]` or the like.
fn is_test(item: &Item) -> bool {
    let outer = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>().map(|_| attributes)
    };
    outer.parse2(item.to_token_stream()).unwrap_or_default().iter().any(|attribute| {
        let words = words(attribute.meta.to_token_stream());
        let has = |word: &str| words.iter().any(|w| w == word);
        (has("test") || has("feature") && has("\"testing\"")) && !has("not") && !has("cfg_attr")
    })
}

fn line(of: &impl Spanned) -> usize {
    of.span().start().line
}

impl<'a> Code<'a> {
    /// # Errors
    /// The text is no Rust.
    pub fn read(text: &'a str) -> Result<Self> {
        let mut code = Self { text, ..Self::default() };
        code.visit_file(&syn::parse_file(text)?);
        Ok(code)
    }

    fn path(&mut self, segments: Vec<&'a str>, line: usize) {
        if segments.len() > 1 {
            let inside = self.inside.clone();
            self.paths.push(Written { segments, name: None, line, is_use: false, is_public: false, inside });
        }
    }

    fn branch(&mut self, tree: &UseTree, prefix: &[&'a str], is_public: bool) {
        let (word, name) = match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[self.written(&path.ident)]].concat();
                return self.branch(&path.tree, &prefix, is_public);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.branch(tree, prefix, is_public));
            }
            UseTree::Glob(_) => ("*", None),
            UseTree::Name(name) => (self.written(&name.ident), None),
            UseTree::Rename(name) => (self.written(&name.ident), Some(self.written(&name.rename))),
        };
        // `use a::{self}` names `a`.
        let own: &[&str] = if word == "self" && !prefix.is_empty() { &[] } else { &[word] };
        let segments = [prefix, own].concat();
        let name = name.or(segments.last().copied());
        let (line, inside) = (line(tree), self.inside.clone());
        self.paths.push(Written { segments, name, line, is_use: true, is_public, inside });
    }

    /// Inside a macro or an attribute, where words are no syntax yet.
    fn tokens(&mut self, tokens: TokenStream) {
        let all: Vec<_> = tokens.into_iter().collect();
        let mut rest = all.as_slice();
        while let Some((first, mut after)) = rest.split_first() {
            match first {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(_) => {
                    if let Ok(text) = syn::parse2::<LitStr>(first.into_token_stream()) {
                        self.visit_lit_str(&text);
                    }
                }
                TokenTree::Ident(word) => {
                    let mut segments = vec![self.written(word)];
                    while let [TokenTree::Punct(a), TokenTree::Punct(b), TokenTree::Ident(next), more @ ..] =
                        after
                        && (a.as_char(), b.as_char()) == (':', ':')
                    {
                        segments.push(self.written(next));
                        after = more;
                    }
                    let is_head = |tree: &&TokenTree| !tree.to_string().starts_with(['=', '{', ';']);
                    let head = || words(after.iter().take_while(is_head).cloned().collect());
                    match segments.as_slice() {
                        ["async" | "await"] => self.waits.push(line(first)),
                        ["impl"] => self.impls.push((line(first), head())),
                        ["static"] => self.statics.push((line(first), head())),
                        _ => {}
                    }
                    self.path(segments, line(first));
                }
                // A lifetime: `'static` is no `static`.
                TokenTree::Punct(mark) if mark.as_char() == '\'' => {
                    after = after.get(1..).unwrap_or_default();
                }
                TokenTree::Punct(_) => {}
            }
            rest = after;
        }
    }

    /// The word as it stands in the file.
    fn written(&self, word: &Ident) -> &'a str {
        let text = self.text.get(word.span().byte_range()).unwrap_or_default();
        text.strip_prefix("r#").unwrap_or(text)
    }
}

impl<'ast> Visit<'ast> for Code<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(item) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.branch(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.inside.push(self.written(&item.ident));
        visit::visit_item_mod(self, item);
        self.inside.pop();
    }

    fn visit_item_static(&mut self, item: &'ast ItemStatic) {
        let (mutable, kind) = (item.mutability.to_token_stream(), item.ty.to_token_stream());
        self.statics.push((line(item), [words(mutable), words(kind)].concat()));
        visit::visit_item_static(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let of = item.trait_.iter().flat_map(|(_, path, of)| [path.to_token_stream(), of.to_token_stream()]);
        let head = of.chain([item.self_ty.to_token_stream()]).flat_map(words);
        self.impls.push((line(item), head.collect()));
        visit::visit_item_impl(self, item);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let name = call.path.segments.last().map(|last| self.written(&last.ident));
        match name {
            Some("events") => self.impls.push((line(call), vec!["Event".to_owned(), "for".to_owned()])),
            Some("thread_local") => self.statics.push((line(call), vec!["thread_local".to_owned()])),
            _ => {}
        }
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let segments = path.segments.iter().map(|segment| self.written(&segment.ident)).collect();
        self.path(segments, line(path));
        visit::visit_path(self, path);
    }

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.texts.push((line(text), text.value()));
    }

    fn visit_expr_await(&mut self, expr: &'ast ExprAwait) {
        self.waits.push(line(&expr.await_token));
        visit::visit_expr_await(self, expr);
    }

    fn visit_expr_async(&mut self, expr: &'ast ExprAsync) {
        self.waits.push(line(expr));
        visit::visit_expr_async(self, expr);
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        self.waits.extend(signature.asyncness.iter().map(line));
        visit::visit_signature(self, signature);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if !attribute.path().is_ident("doc") {
            self.tokens(attribute.meta.to_token_stream());
        }
    }

    /// `pub(in crate::search)` says who may see, and imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_found_with_their_modules_and_without_tests() {
        for (source, expected) in [
            ("use a::{self, b::{C, d as e}, *}; fn f() -> impl T + use<'a> {}", "a a::b::C a::b::d a::*"),
            ("pub(in crate::seen) fn f() { a::b::<c::T>(c::D) }", "a::b c::T c::D"),
            ("mod m { fn g() { vec![super::h()] } } fn f() { x::y }", "m/super::h x::y"),
            ("#[a(b = c::d)] struct A(e::F); /// g::h\nconst B: &str = \"i::j\";", "c::d e::F"),
            ("#[cfg(test)] mod tests { use a::b; } use c::d;", "c::d"),
            ("#[cfg(test)] #[path = \"x\"] use a::{b, c}; use d::e;", "d::e"),
            ("#[tokio::test] async fn a() -> [u8; 2] { b::c }", ""),
            ("#[cfg(feature = \"testing\")] impl A for B { fn f() { c::d } }", ""),
            ("#[cfg(not(test))] use a::b;", "a::b"),
            ("mod a { #[test] fn b() { c::d } use e::f; }", "a/e::f"),
        ] {
            let code = Code::read(source).unwrap();
            let shown = code.paths.iter().map(|path| {
                [path.inside.as_slice(), &[path.segments.join("::").as_str()]].concat().join("/")
            });
            assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{source}");
        }
        let code = Code::read("pub(crate) use a::b as c; use d::e;").unwrap();
        let uses: Vec<_> = code.paths.iter().map(|path| (path.name, path.is_public)).collect();
        assert_eq!(uses, [(Some("c"), true), (Some("e"), false)]);
    }
}
