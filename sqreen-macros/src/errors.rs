//! Collects what is wrong, so that one build shows every mistake, and knows what comes out then: the
//! user's item untouched, so that a mistake in an attribute is never a "cannot find function" elsewhere.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro2::{Span, TokenStream};
use syn::parse::ParseStream;
use syn::{Error, Token};

/// The mistakes found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    /// Notes a mistake at the user's word. What to write instead goes on a second line.
    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(Error::new(span, message));
    }

    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn any(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// What `expand` makes of an item, or the item as it was and why nothing was made of it.
pub(crate) fn or_untouched(
    item: TokenStream,
    expand: impl FnOnce(TokenStream) -> syn::Result<TokenStream>,
) -> TokenStream {
    let mut untouched = item.clone();
    match or_report(|| expand(item)) {
        Ok(expanded) => expanded,
        Err(error) => {
            untouched.extend(error.into_compile_error());
            untouched
        }
    }
}

/// Turns a panic, which would be a fault of this crate and lose the item, into an error like any other.
pub(crate) fn or_report(
    expand: impl FnOnce() -> syn::Result<TokenStream>,
) -> syn::Result<TokenStream> {
    catch_unwind(AssertUnwindSafe(expand)).unwrap_or_else(|_| {
        Err(Error::new(
            Span::call_site(),
            "this attribute of sqreen failed, which is a bug in sqreen and not in your code\n\
             please report it with the function it stands on",
        ))
    })
}

/// Reads the `=` before a value. Gives where an error about that value is shown, be there nothing at all.
pub(crate) fn after_equals(input: ParseStream<'_>) -> syn::Result<Span> {
    let equals: Token![=] = input.parse()?;
    Ok(if input.is_empty() {
        equals.span
    } else {
        input.span()
    })
}

/// `` `a`, `b`, `c` ``
pub(crate) fn list<T: std::fmt::Display>(names: impl IntoIterator<Item = T>) -> String {
    let quoted: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// `` ; did you mean `email`? `` where one of `known` is close to what was written.
pub(crate) fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let allowed = if written.len() < 4 { 1 } else { 2 };
    known
        .into_iter()
        .map(|name| (edits(written, name), name))
        .filter(|(edits, _)| *edits <= allowed)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

/// The Levenshtein distance.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (deleted, a) in from.chars().enumerate() {
        let mut diagonal = deleted;
        let mut left = deleted + 1;
        for (b, cell) in to.iter().zip(row.iter_mut().skip(1)) {
            let above = *cell;
            left = (diagonal + usize::from(a != *b))
                .min(above + 1)
                .min(left + 1);
            diagonal = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = deleted + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typo_names_the_word_that_was_meant() {
        let known = ["email", "password"];
        assert_eq!(did_you_mean("emial", known), "; did you mean `email`?");
        assert_eq!(did_you_mean("pasword", known), "; did you mean `password`?");
        assert_eq!(did_you_mean("id", known), "");
    }

    #[test]
    fn edits_are_counted() {
        for (from, to, count) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("user", "usr", 1),
            ("ab", "ba", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(edits(from, to), count, "{from} {to}");
        }
    }

    #[test]
    fn a_panic_leaves_the_item_and_asks_for_a_report() {
        let item: TokenStream = quote::quote!(
            fn f() {}
        );
        let out = or_untouched(item, |_| panic!("provoked")).to_string();
        assert!(out.starts_with("fn f () { }"), "{out}");
        assert!(out.contains("please report it"), "{out}");
    }
}
