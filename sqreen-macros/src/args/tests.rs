//! The grammar as data: what was written, and what was understood or said.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::*;

fn parse(written: &str) -> (Args, Vec<String>) {
    let mut errors = Errors::default();
    let args = Args::parse(written.parse::<TokenStream>().expect("tokens"), &mut errors);
    let said = errors
        .finish()
        .err()
        .into_iter()
        .flatten()
        .map(|error| error.to_string())
        .collect();
    (args, said)
}

/// `key = place` for each pair, `= place` where no key is written.
fn understood(written: &str) -> Vec<String> {
    let (args, said) = parse(written);
    assert_eq!(said, [""; 0], "{written}");
    let shown = |place: &Place| place.to_token_stream().to_string().replace(' ', "");
    match args.user {
        None => Vec::new(),
        Some(User::Single(place)) => vec![format!("={}", shown(&place))],
        Some(User::Composite(pairs)) => pairs
            .iter()
            .map(|(key, place)| format!("{}={}", key.name, shown(place)))
            .collect(),
    }
}

#[test]
fn what_can_be_written() {
    for (written, expected) in [
        ("", vec![]),
        ("user = email", vec!["=email"]),
        ("user = email,", vec!["=email"]),
        ("user = \"email\"", vec!["=email"]),
        ("user = \"creds.0.email\"", vec!["=creds.0.email"]),
        ("user = self.email", vec!["=self.email"]),
        ("user(email = email)", vec!["email=email"]),
        (
            "user(b = x.b(), a = *x.a[0],)",
            vec!["b=x.b()", "a=*x.a[0]"],
        ),
        (
            "user(\"e-mail\" = email, r#type = kind)",
            vec!["e-mail=email", "type=kind"],
        ),
        (
            "user(email = \"form.email\"), crate = ::other",
            vec!["email=form.email"],
        ),
    ] {
        assert_eq!(understood(written), expected, "{written}");
    }
}

#[test]
fn the_crate_is_where_it_is_said_to_be() {
    for (written, expected) in [
        ("", "::sqreen"),
        ("crate = ::other", "::other"),
        ("crate = crate::guard", "crate::guard"),
    ] {
        assert_eq!(
            parse(written).0.root().to_string().replace(' ', ""),
            expected,
            "{written}"
        );
    }
}

#[test]
fn each_mistake_is_said_once() {
    const PLACE: &str = "expected an argument or a field path such as `email` or `creds.email`";
    const ROOT: &str = "write where the sqreen crate is found, as in `crate = ::sqreen` or `crate = crate::sqreen`";
    const ONE_OF: &str = "expected one of: `user`, `crate`";
    for (written, expected) in [
        (
            "usr = email",
            vec!["unknown argument `usr`; did you mean `user`?\nexpected one of: `user`, `crate`"],
        ),
        (
            "level = \"info\"",
            vec!["unknown argument `level`\nexpected one of: `user`, `crate`"],
        ),
        ("\"email\"", vec![ONE_OF]),
        ("3, 4", vec![ONE_OF, ONE_OF]),
        (
            "user = a, user = b",
            vec!["`user` specified more than once"],
        ),
        (
            "user",
            vec!["say which argument, as in `user = email` or `user(email = form.email)`"],
        ),
        ("user =", vec![PLACE]),
        ("user = , crate = x", vec![PLACE, ROOT]),
        ("user = \"\"", vec![PLACE]),
        ("user = \"a b\"", vec![PLACE]),
        ("user = \"a()\"", vec![PLACE]),
        ("user = a::b", vec![PLACE]),
        ("user = a + b", vec![PLACE]),
        ("user = |out| out.email", vec![PLACE]),
        ("user = a b", vec!["expected `,`"]),
        (
            "user()",
            vec!["name at least one identifier, as in `user(email = form.email)`"],
        ),
        (
            "user(email)",
            vec!["an identifier is a key and a value, as in `email = form.email`"],
        ),
        (
            "user(email, name)",
            vec!["an identifier is a key and a value, as in `email = form.email`"],
        ),
        (
            "user(\"\" = email)",
            vec!["an identifier's key cannot be empty"],
        ),
        (
            "user(3 = email)",
            vec!["expected the key of an identifier, as in `email = form.email`"],
        ),
        ("crate = \"sqreen\"", vec![ROOT]),
        ("crate = sqreen", vec![ROOT]),
    ] {
        assert_eq!(parse(written).1, expected, "{written}");
    }
}
