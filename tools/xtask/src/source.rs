//! Rust source as tokens: enough to find imports, calls and literals without mistaking a comment for code.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// A string literal; the text is what stands between its quotes.
    Text,
    Number,
    /// A lifetime or a character literal: of no interest, but not a word either.
    Tick,
    Mark,
    Comment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    pub line: usize,
}

impl Token<'_> {
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        self.take(self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len()))
    }

    /// What stands before `end`, which is passed over.
    fn take_until(&mut self, end: &str) -> &'a str {
        let text = self.take(self.rest.find(end).unwrap_or(self.rest.len()));
        self.take(end.len());
        text
    }

    /// The rest of a quoted literal; the opening quote is gone already.
    fn quoted(&mut self, quote: char) -> &'a str {
        let mut escaped = false;
        let end = self.rest.find(|c| {
            let ends = c == quote && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let text = self.take(end.unwrap_or(self.rest.len()));
        self.take(1);
        text
    }

    fn block_comment(&mut self) -> &'a str {
        let (whole, mut depth) = (self.rest, 0usize);
        loop {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.take(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.take(2);
            } else {
                self.take(self.rest.chars().next().map_or(0, char::len_utf8));
            }
            if depth == 0 || self.rest.is_empty() {
                return whole.strip_suffix(self.rest).unwrap_or(whole);
            }
        }
    }
}

fn in_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// All tokens, comments among them.
pub fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut reader = Reader { rest: source, line: 1 };
    let mut tokens = Vec::new();
    loop {
        reader.take_while(char::is_whitespace);
        let line = reader.line;
        let Some(first) = reader.rest.chars().next() else { return tokens };
        let (kind, text) = match first {
            '/' if reader.rest.starts_with("//") => (Kind::Comment, reader.take_while(|c| c != '\n')),
            '/' if reader.rest.starts_with("/*") => (Kind::Comment, reader.block_comment()),
            '"' => {
                reader.take(1);
                (Kind::Text, reader.quoted('"'))
            }
            '\'' => {
                reader.take(1);
                let mut next = reader.rest.chars();
                let (one, two) = (next.next(), next.next());
                if one == Some('\\') || two == Some('\'') {
                    (Kind::Tick, reader.quoted('\''))
                } else {
                    (Kind::Tick, reader.take_while(in_word))
                }
            }
            c if c.is_ascii_digit() => (Kind::Number, reader.take_while(in_word)),
            c if in_word(c) => word(&mut reader),
            c => (Kind::Mark, reader.take(c.len_utf8())),
        };
        tokens.push(Token { kind, text, line });
    }
}

/// A word, or the literal that it turns out to be the prefix of.
fn word<'a>(reader: &mut Reader<'a>) -> (Kind, &'a str) {
    let word = reader.take_while(in_word);
    let hashes = reader.rest.len() - reader.rest.trim_start_matches('#').len();
    let quote = reader.rest.get(hashes..).unwrap_or_default().chars().next();
    match (word, quote) {
        ("r" | "br" | "cr", Some('"')) => {
            reader.take(hashes + 1);
            (Kind::Text, reader.take_until(&format!("\"{}", "#".repeat(hashes))))
        }
        ("b" | "c", Some('"')) if hashes == 0 => {
            reader.take(1);
            (Kind::Text, reader.quoted('"'))
        }
        ("b", Some('\'')) if hashes == 0 => {
            reader.take(1);
            (Kind::Tick, reader.quoted('\''))
        }
        ("r", Some(c)) if hashes == 1 && in_word(c) => {
            reader.take(1);
            (Kind::Word, reader.take_while(in_word))
        }
        _ => (Kind::Word, word),
    }
}

/// The code that is shipped: no comments, nothing under `#[cfg(test)]` or `#[test]`.
pub fn code(source: &str) -> Vec<Token<'_>> {
    let all: Vec<_> = tokens(source).into_iter().filter(|t| t.kind != Kind::Comment).collect();
    let mut kept = Vec::with_capacity(all.len());
    let mut rest = all.as_slice();
    while let Some((first, after)) = rest.split_first() {
        if let Some(attribute) = attribute(rest) {
            let (inside, after) = rest.split_at(attribute);
            if is_test(inside) {
                rest = skip_item(after);
            } else {
                kept.extend_from_slice(inside);
                rest = after;
            }
        } else {
            kept.push(*first);
            rest = after;
        }
    }
    kept
}

/// The length of the outer attribute that starts here.
fn attribute(tokens: &[Token<'_>]) -> Option<usize> {
    let [hash, open, ..] = tokens else { return None };
    if !(hash.is("#") && open.is("[")) {
        return None;
    }
    closing(tokens.get(1..)?).map(|end| end + 2)
}

/// The place of the bracket that closes the one at the start.
pub fn closing(tokens: &[Token<'_>]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().position(|token| {
        if ["(", "[", "{"].iter().any(|open| token.is(open)) {
            depth += 1;
        } else if [")", "]", "}"].iter().any(|close| token.is(close)) {
            depth = depth.saturating_sub(1);
            return depth == 0;
        }
        false
    })
}

fn is_test(attribute: &[Token<'_>]) -> bool {
    let has = |word: &str| attribute.iter().any(|t| t.is(word));
    let asks_for_testing = attribute.iter().any(|t| t.kind == Kind::Text && t.text == "testing");
    (has("test") || (has("feature") && asks_for_testing)) && !has("not") && !has("cfg_attr")
}

/// What follows the item (with its further attributes) at the start.
fn skip_item<'s, 'a>(mut rest: &'s [Token<'a>]) -> &'s [Token<'a>] {
    while let Some(length) = attribute(rest) {
        rest = rest.get(length..).unwrap_or_default();
    }
    while let Some((first, after)) = rest.split_first() {
        if first.is(";") {
            return after;
        }
        if ["(", "[", "{"].iter().any(|open| first.is(open)) {
            rest = closing(rest).and_then(|end| rest.get(end + 1..)).unwrap_or_default();
            if first.is("{") {
                return rest.split_first().filter(|(next, _)| next.is(";")).map_or(rest, |(_, after)| after);
            }
        } else {
            rest = after;
        }
    }
    rest
}

/// A path as written: `crate::catalogue::store`, from a `use` or from the middle of the code.
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

/// Every path with at least two segments, and every `use`, its braces multiplied out.
pub fn paths<'a>(code: &[Token<'a>]) -> Vec<Written<'a>> {
    let mut found = Vec::new();
    let mut modules: Vec<(&str, usize)> = Vec::new();
    let (mut depth, mut at) = (0usize, 0usize);
    let is = |at: usize, text: &str| code.get(at).is_some_and(|t| t.is(text));
    while let Some(token) = code.get(at) {
        let inside = || modules.iter().map(|(name, _)| *name).collect();
        if token.is("{") {
            depth += 1;
        } else if token.is("}") {
            depth = depth.saturating_sub(1);
            modules.retain(|(_, opened)| *opened < depth + 1);
        } else if token.is("mod") && is(at + 2, "{") {
            modules.extend(code.get(at + 1).map(|name| (name.text, depth + 1)));
        } else if token.is("pub") && is(at + 1, "(") && is(at + 2, "in") {
            // `pub(in crate::search)` says who may see, and imports nothing.
            at += code.iter().skip(at).take_while(|t| !t.is(")")).count();
        } else if token.is("use") && !is(at + 1, "<") {
            let before = at.checked_sub(1).and_then(|before| code.get(before));
            let is_public = before.is_some_and(|t| t.is("pub") || t.is(")"));
            let mut trees = Vec::new();
            at = tree(code, at + 1, &[], &mut trees);
            let line = token.line;
            found.extend(trees.into_iter().map(|(segments, name, at_line)| Written {
                name: name.or(segments.last().copied()),
                segments,
                line: at_line.unwrap_or(line),
                is_use: true,
                is_public,
                inside: inside(),
            }));
            continue;
        } else if token.kind == Kind::Word && is(at + 1, ":") && is(at + 2, ":") {
            let mut segments = vec![token.text];
            let mut end = at + 1;
            while is(end, ":") && is(end + 1, ":") {
                match code.get(end + 2) {
                    Some(next) if next.kind == Kind::Word => segments.push(next.text),
                    _ => break,
                }
                end += 3;
            }
            if segments.len() > 1 {
                found.push(Written {
                    segments,
                    name: None,
                    line: token.line,
                    is_use: false,
                    is_public: false,
                    inside: inside(),
                });
            }
            at = end;
            continue;
        }
        at += 1;
    }
    found
}

/// Segments, the name behind `as`, the line.
type Trees<'a> = Vec<(Vec<&'a str>, Option<&'a str>, Option<usize>)>;

/// Reads one branch of a `use` from `at` on; returns where it ends.
fn tree<'a>(code: &[Token<'a>], mut at: usize, prefix: &[&'a str], into: &mut Trees<'a>) -> usize {
    let mut segments = prefix.to_vec();
    let (mut line, mut name) = (None, None);
    while let Some(token) = code.get(at) {
        if token.is("{") {
            at += 1;
            while code.get(at).is_some_and(|t| !t.is("}")) {
                let end = tree(code, at, &segments, into);
                // Passes over the comma, and over whatever is no path: this must end on any text.
                at = end + usize::from(end == at || code.get(end).is_some_and(|t| t.is(",")));
            }
            return at + 1;
        }
        if token.is("as") {
            name = code.get(at + 1).map(|t| t.text);
            at += 2;
        } else if token.is(":") {
            at += 1;
        } else if token.kind == Kind::Word || token.is("*") {
            // `use a::{self}` names `a`.
            if !token.is("self") || segments.is_empty() {
                segments.push(token.text);
            }
            line = line.or(Some(token.line));
            at += 1;
        } else {
            break;
        }
    }
    if !segments.is_empty() {
        into.push((segments, name, line));
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<&str> {
        code(source).iter().map(|t| t.text).collect()
    }

    fn written(source: &str) -> Vec<String> {
        paths(&code(source)).iter().map(|p| p.segments.join("::")).collect()
    }

    #[test]
    fn comments_strings_and_ticks_are_not_code() {
        let source = "a /* b /* c */ d */ // e\n \"f \\\" g\" r#\"h \" i\"# 'j' '\\'' &'k b\"l\" r#type 1.5";
        let kinds: Vec<_> = tokens(source).iter().map(|t| (t.kind, t.text)).collect();
        assert_eq!(
            kinds,
            [
                (Kind::Word, "a"),
                (Kind::Comment, "/* b /* c */ d */"),
                (Kind::Comment, "// e"),
                (Kind::Text, "f \\\" g"),
                (Kind::Text, "h \" i"),
                (Kind::Tick, "j"),
                (Kind::Tick, "\\'"),
                (Kind::Mark, "&"),
                (Kind::Tick, "k"),
                (Kind::Text, "l"),
                (Kind::Word, "type"),
                (Kind::Number, "1"),
                (Kind::Mark, "."),
                (Kind::Number, "5"),
            ]
        );
    }

    #[test]
    fn lines_are_counted_through_literals() {
        let line_of_b = tokens("/* \n */ \"\n\n\" b").last().unwrap().line;
        assert_eq!(line_of_b, 4);
    }

    #[test]
    fn tests_are_left_out() {
        assert_eq!(words("a #[cfg(test)] mod tests { x { y } } b"), ["a", "b"]);
        assert_eq!(words("#[cfg(test)] mod tests; b"), ["b"]);
        assert_eq!(words("#[cfg(test)] #[path = \"x\"] use a::{b, c}; d"), ["d"]);
        assert_eq!(words("#[tokio::test] async fn a() -> [u8; 2] { b } c"), ["c"]);
        assert_eq!(words("#[cfg(not(test))] fn a() {}").last(), Some(&"}"));
    }

    #[test]
    fn uses_are_multiplied_out() {
        let source =
            "use a::{self, b::{C, d as e}, *}; pub(crate) use super::x; fn f() -> impl T + use<'a> {}";
        assert_eq!(written(source), ["a", "a::b::C", "a::b::d", "a::*", "super::x"]);
        let public: Vec<_> = paths(&code(source)).iter().map(|p| p.is_public).collect();
        assert_eq!(public, [false, false, false, false, true]);
    }

    #[test]
    fn paths_in_code_are_found_with_their_modules() {
        let text = "pub(in crate::seen) fn f() { a::b::<T>(c::D) } mod m { fn g() { super::h() } } x::y";
        let found = paths(&code(text));
        let shown: Vec<_> = found.iter().map(|p| (p.segments.join("::"), p.inside.join("::"))).collect();
        let expected = [("a::b", ""), ("c::D", ""), ("super::h", "m"), ("x::y", "")];
        assert_eq!(shown, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }
}
