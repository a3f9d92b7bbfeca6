//! Reading our own source: its tokens without those of tests, the paths in them, the lengths of functions.

use std::path::Path;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::{ImplItemFn, ItemFn, TraitItemFn, spanned::Spanned, visit::Visit};

/// One file of `src/`.
pub struct Source {
    /// From the root of the repository: `src/web/etag.rs`.
    pub path: String,
    /// As it stands.
    pub text: String,
    /// Its tokens, flat, without items for tests: the word and its line.
    tokens: Vec<(String, usize)>,
}

/// Every file of `src/`.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                found.push(Source::new(name, text));
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

impl Source {
    fn new(path: String, text: String) -> Self {
        let stream: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut tokens = Vec::new();
        if !is_of_tests(&path) {
            flatten(without_tests(stream), &mut tokens);
        }
        Self { path, text, tokens }
    }

    /// The room it stands in: `web`, `app`, `features/accounts`.
    pub fn room(&self) -> String {
        let inside = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let mut parts = inside.split('/');
        match (parts.next(), parts.next()) {
            (Some("features"), Some(feature)) if feature != "mod" => format!("features/{feature}"),
            (first, _) => first.unwrap_or_default().to_owned(),
        }
    }

    /// Whether the file is called so, alone or with a word more: `handlers.rs`, `auth_handlers.rs`, `model_rows.rs`;
    /// or stands in a folder that is.
    pub fn is_named(&self, word: &str) -> bool {
        self.path.trim_end_matches(".rs").split('/').any(|part| {
            part == word
                || part.strip_prefix(word).is_some_and(|rest| rest.starts_with('_'))
                || part.strip_suffix(word).is_some_and(|rest| rest.ends_with('_'))
        })
    }

    /// Whether it may hold SQL.
    pub fn is_store(&self) -> bool {
        self.is_named("store")
    }

    /// The lines on which these words follow each other.
    pub fn lines_with(&self, words: &[&str]) -> Vec<usize> {
        let words: Vec<&str> = words.iter().flat_map(|word| split_colons(word)).collect();
        self.tokens
            .windows(words.len())
            .filter(|window| window.iter().zip(&words).all(|((token, _), word)| token == word))
            .map(|window| window[0].1)
            .collect()
    }

    /// Every path that begins with `crate::` (or is of this crate's library, in `main.rs`), with its line; those of a
    /// `use` of several are taken apart.
    pub fn crate_paths(&self) -> Vec<(Vec<String>, usize)> {
        let mut paths = Vec::new();
        for (at, (word, line)) in self.tokens.iter().enumerate() {
            if matches!(word.as_str(), "crate" | "parindex") && self.is_colons(at + 1) {
                let mut found = Vec::new();
                self.read_tree(at + 3, &mut Vec::new(), &mut found);
                paths.extend(found.into_iter().map(|path| (path, *line)));
            }
        }
        paths
    }

    /// The lines on which `super::` climbs out of the room.
    pub fn lines_out_by_super(&self) -> Vec<usize> {
        let module = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let inside = module.split('/').count() - 1 - self.room().split('/').count();
        let climbs: Vec<&str> = std::iter::repeat_n(["super", "::"], inside + 1)
            .flatten()
            .collect();
        self.lines_with(&climbs)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |(word, _)| word.as_str())
    }

    fn is_colons(&self, at: usize) -> bool {
        self.word(at) == ":" && self.word(at + 1) == ":"
    }

    /// Reads the part of a path, or of a tree of paths, that begins at a token; returns the token after it.
    fn read_tree(&self, at: usize, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
        if self.word(at) != "{" {
            before.push(self.word(at).to_owned());
            let next = if self.is_colons(at + 1) {
                self.read_tree(at + 3, before, found)
            } else {
                found.push(before.clone());
                at + 1
            };
            before.pop();
            return next;
        }
        let mut at = at + 1;
        while !matches!(self.word(at), "}" | "") {
            at = match self.word(at) {
                "," => at + 1,
                "as" => at + 2,
                _ => self.read_tree(at, before, found),
            };
        }
        at + 1
    }

    /// The functions outside of tests: name, first line, number of lines.
    pub fn functions(&self) -> Vec<(String, usize, usize)> {
        if is_of_tests(&self.path) {
            return Vec::new();
        }
        let stream: TokenStream = self.text.parse().unwrap();
        let file: syn::File = syn::parse2(without_tests(stream)).unwrap();
        let mut lengths = Lengths::default();
        lengths.visit_file(&file);
        lengths.0
    }
}

fn split_colons(word: &str) -> Vec<&str> {
    if word == "::" { vec![":", ":"] } else { vec![word] }
}

#[derive(Default)]
struct Lengths(Vec<(String, usize, usize)>);

impl Lengths {
    fn add(&mut self, name: &syn::Ident, from: Span, to: Span) {
        let (first, last) = (from.start().line, to.end().line);
        self.0.push((name.to_string(), first, last + 1 - first));
    }
}

impl<'ast> Visit<'ast> for Lengths {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(&function.sig.ident, function.sig.span(), function.block.span());
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(&function.sig.ident, function.sig.span(), function.block.span());
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(block) = &function.default {
            self.add(&function.sig.ident, function.sig.span(), block.span());
        }
        syn::visit::visit_trait_item_fn(self, function);
    }
}

/// Whether the whole file holds tests: `tests.rs`, or whatever stands in a folder `tests`.
fn is_of_tests(path: &str) -> bool {
    path.trim_end_matches(".rs")
        .split('/')
        .any(|part| part == "tests")
}

/// Takes out every item under `#[cfg(test)]`: from the attribute to the item's braces or semicolon.
fn without_tests(stream: TokenStream) -> TokenStream {
    let mut kept = Vec::new();
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_test = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '#')
            && tokens.peek().is_some_and(is_cfg_test);
        if is_test {
            for token in tokens.by_ref() {
                let ends = match &token {
                    TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                    TokenTree::Punct(punct) => punct.as_char() == ';',
                    _ => false,
                };
                if ends {
                    break;
                }
            }
        } else {
            kept.push(token);
        }
    }
    kept.into_iter().collect()
}

fn is_cfg_test(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else {
        return false;
    };
    let words: String = group
        .stream()
        .into_iter()
        .map(|token| token.to_string())
        .collect();
    words.replace(' ', "") == "cfg(test)"
}

fn flatten(stream: TokenStream, tokens: &mut Vec<(String, usize)>) {
    for token in stream {
        let line = token.span().start().line;
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                tokens.push((open.to_owned(), line));
                flatten(group.stream(), tokens);
                tokens.push((close.to_owned(), group.span_close().start().line));
            }
            other => tokens.push((other.to_string(), line)),
        }
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    let source = Source::new(
        "src/features/accounts/auth_handlers.rs".to_owned(),
        "use crate::{web::{Cursor, Page as P}, error::AppError};
         #[schema(body = crate::db::Row)]
         fn f() -> crate::access::Role { json!({\"a\": crate::config::X}) }
         $crate::words!();
         #[cfg(test)]
         mod tests { use crate::scoring::Points; fn f() { x.unwrap() } }
         fn g() { y.unwrap() }"
            .to_owned(),
    );
    let paths: Vec<String> = source
        .crate_paths()
        .iter()
        .map(|(path, _)| path.join("::"))
        .collect();
    assert_eq!(
        paths,
        [
            "web::Cursor",
            "web::Page",
            "error::AppError",
            "db::Row",
            "access::Role",
            "config::X",
            "words"
        ]
    );
    assert_eq!(source.lines_with(&[".", "unwrap"]), [7]);
    assert_eq!(source.room(), "features/accounts");
    assert!(source.is_named("handlers") && !source.is_store());
}

#[test]
fn a_function_is_as_long_as_it_looks() {
    let source = Source::new(
        "src/x.rs".to_owned(),
        "impl X {\n    /// Words.\n    fn f(&self) -> u8 {\n        1\n    }\n}\n#[cfg(test)]\nmod tests {\n    fn g() {}\n}\n"
            .to_owned(),
    );
    assert_eq!(source.functions(), [("f".to_owned(), 3, 3)]);
}
