//! The grammar as data: what was written, and what was understood or said.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::*;

fn parse(written: &str) -> (Args, Vec<String>) {
    let mut errors = Errors::default();
    let args = Args::parse(
        Attribute::TrackAuth,
        written.parse::<TokenStream>().expect("tokens"),
        &mut errors,
    );
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

const PLACE: &str = "expected an argument or a field path such as `email` or `creds.email`";
const ROOT: &str =
    "write where the sqreen crate is found, as in `crate = ::sqreen` or `crate = crate::sqreen`";
const ONE_OF: &str = "expected one of: `user`, `user_from`, `success`, `failure`, `error`, `traits`, \
                      `secret`, `banned`, `context`, `not_a_secret`, `crate`";

#[test]
fn each_mistake_is_said_once() {
    let unknown = format!("unknown argument `usr`; did you mean `user`?\n{ONE_OF}");
    let text = format!("to name the user, write `user = …`\n{ONE_OF}");
    let asked = format!("to ask what is returned, write `user_from = …`\n{ONE_OF}");
    let alone =
        format!("unknown argument `email`; to say who it is, write `user = email`\n{ONE_OF}");
    let level = format!("unknown argument `level`\n{ONE_OF}");
    for (written, expected) in [
        ("usr = email", vec![&*unknown]),
        ("level = \"info\"", vec![&*level]),
        ("\"email\"", vec![&*text]),
        ("|user| user.id", vec![&*asked]),
        ("email", vec![&*alone]),
        ("3, 4", vec![ONE_OF, ONE_OF]),
        (
            "user = a, user = b",
            vec!["`user` specified more than once"],
        ),
        (
            "user",
            vec!["`user` needs a value, as in `user = email` or `user(email = form.email)`"],
        ),
        ("user =", vec![PLACE]),
        ("user = , crate = x", vec![PLACE, ROOT]),
        ("user = \"\"", vec![PLACE]),
        ("user = \"a b\"", vec![PLACE]),
        ("user = \"a()\"", vec![PLACE]),
        ("user = a::b", vec![PLACE]),
        ("user = a + b", vec![PLACE]),
        (
            "user = |out| out.email",
            vec![
                "this is read from the arguments\nto read it from what is returned, write `user_from = |user| …`",
            ],
        ),
        ("user = a b", vec!["expected `,`"]),
        (
            "user()",
            vec!["name at least one, as in `user(email = form.email)`"],
        ),
        (
            "user(email)",
            vec!["a name and a value are wanted, as in `email = form.email`"],
        ),
        (
            "user(email, name)",
            vec!["a name and a value are wanted, as in `email = form.email`"],
        ),
        (
            "user(\"\" = email)",
            vec!["the key of an identifier cannot be empty"],
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

#[test]
fn questions_patterns_and_pairs_are_understood_or_explained() {
    let closure = "this closure takes one argument: a reference to what the function returned";
    for (written, expected) in [
        ("success = |out| out.is_ok()", vec![]),
        (
            "success = Reply::is_welcome, error = AuthError::Db(_)",
            vec![],
        ),
        ("success = |out: &Reply| -> bool { out.ok },", vec![]),
        (
            "failure = AuthError::Wrong(_) | AuthError::Unknown { .. }",
            vec![],
        ),
        ("failure = | A | B if x.is_empty(), error = Err(C)", vec![]),
        ("failure = status if status.code() == 7", vec![]),
        ("user_from = |user| user.email", vec![]),
        ("user_from = |user| (\"id\", user.id), user = email", vec![]),
        ("user_from = User::identifiers", vec![]),
        (
            "traits(plan = user.plan, \"seat count\" = |user| user.seats())",
            vec![],
        ),
        ("banned = Err(LoginError::Banned)", vec![]),
        ("banned = |refused| Err(refused.into())", vec![]),
        ("context = sqreen, not_a_secret", vec![]),
        ("secret = creds.password.expose_secret()", vec![]),
        ("secret = \"password\", user = email", vec![]),
        ("secret = |user| user.password", vec![SECRET.of_returned]),
        ("secret = 3", vec![SECRET.expected]),
        ("secret = \"a b\"", vec![SECRET.expected]),
        ("secret =", vec![SECRET.expected]),
        (
            "secret = a, secret = b",
            vec!["`secret` specified more than once"],
        ),
        ("success = |a, b| a == b", vec![closure]),
        ("success = || true", vec![closure]),
        ("success = true", vec![SUCCESS]),
        ("success =", vec![SUCCESS]),
        ("user_from = email.x", vec![FROM]),
        (
            "user_from = async |user| user.id",
            vec!["this closure cannot be `async`: it is asked at once"],
        ),
        (
            "success = |a| a, failure = X",
            vec![
                "`success` and `failure` both say what a failure is: write one of them\nfor a third outcome, write `error = …` beside it",
            ],
        ),
        (
            "failure = =",
            vec!["expected a pattern of the error, such as `AuthError::InvalidCredentials(_)`"],
        ),
        (
            "traits = plan",
            vec!["say each with its name, as in `traits(plan = |user| user.plan)`"],
        ),
        (
            "traits()",
            vec!["name at least one, as in `traits(plan = |user| user.plan)`"],
        ),
        (
            "traits(plan)",
            vec!["a name and a value are wanted, as in `plan = |user| user.plan`"],
        ),
        (
            "traits(plan = \"free\", seats = 3, by = User::plan)",
            vec![],
        ),
        ("not_a_secret = true", vec!["`not_a_secret` takes no value"]),
        (
            "failure = X if",
            vec!["expected a condition after this `if`"],
        ),
        (
            "banned = |a, b| a",
            vec!["this closure takes one argument: the refusal"],
        ),
        (
            "context = sqreen::current()",
            vec!["name the argument that carries the request, as in `context = sqreen`"],
        ),
        (
            "banned =",
            vec!["expected what a banned user's call returns, such as `Err(LoginError::Banned)`"],
        ),
    ] {
        assert_eq!(parse(written).1, expected, "{written}");
    }
}

#[test]
fn each_attribute_takes_what_means_something_to_it() {
    for (attribute, written, expected) in [
        (
            Attribute::Identify,
            "failure = X",
            "`#[identify]` takes no `failure`: `None`, `Err` and `false` are nobody, any other value is somebody\n\
             it takes: `user`, `user_from`, `traits`, `session`, `banned`, `context`, `not_a_secret`, `crate`",
        ),
        (
            Attribute::Track,
            "\"x\", traits(a = b)",
            "`#[track]` takes no `traits`: say `properties(…)`\n\
             it takes: `user`, `user_from`, `success`, `properties`, `context`, `not_a_secret`, `crate`",
        ),
        (
            Attribute::Track,
            "",
            "say what happened, as in `#[track(\"order.refunded\")]`",
        ),
        (
            Attribute::Track,
            "\"\"",
            "an event's name cannot be empty: call it what happened, as in `order.refunded`",
        ),
        (
            Attribute::Track,
            "\"sq.mine\"",
            "names that begin with `sq.` are sqreen's own: choose another",
        ),
        (
            Attribute::Track,
            "\"a\", \"b\"",
            "an event has one name\ntwo events are two attributes",
        ),
    ] {
        let mut errors = Errors::default();
        Args::parse(attribute, written.parse().expect("tokens"), &mut errors);
        let said: Vec<_> = errors
            .finish()
            .err()
            .into_iter()
            .flatten()
            .map(|error| error.to_string())
            .collect();
        assert_eq!(said, [expected], "{written}");
    }
}
