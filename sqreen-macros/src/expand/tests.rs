//! The shape of what comes out, from text to text.

mod snapshots;

use proc_macro2::TokenStream;

use crate::attribute::Attribute;
use crate::watch::watch;

use crate::item::mentions;

fn expand(attribute: Attribute, args: &str, item: &str) -> String {
    let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens");
    watch(attribute, tokens(args), tokens(item)).to_string()
}

/// As tokens are printed.
fn printed(text: &str) -> String {
    text.parse::<TokenStream>().expect("tokens").to_string()
}

#[test]
fn the_signature_comes_out_as_it_went_in() {
    let header = r#"/// Documented. #[must_use] pub(crate) async unsafe extern "C" fn login<'a, T: Into<String>>(email: &'a str, _: T) -> Option<&'a str> where T: 'a"#;
    let header = header.replace("/// Documented.", "#[doc = \" Documented.\"]");
    let out = expand(
        Attribute::TrackAuth,
        "",
        &format!("{header} {{ Some(email) }}"),
    );
    assert!(out.starts_with(&printed(&header)), "{out}");
}

#[test]
fn the_body_comes_out_once_and_unread() {
    let body = "let x : ; foo . ; some new syntax => !";
    for (attribute, item) in [
        (Attribute::TrackAuth, "fn f(email: &str) -> bool"),
        (Attribute::TrackSignup, "async fn f(email: &str) -> bool"),
        (
            Attribute::Identify,
            "fn f(email: &str) -> impl Future<Output = Option<User>>",
        ),
        (
            Attribute::Identify,
            "async fn f(email: &str) -> Option<User>",
        ),
    ] {
        let out = expand(attribute, "", &format!("{item} {{ {body} }}"));
        assert_eq!(out.matches(&printed(body)).count(), 1, "{out}");
    }
}

#[test]
fn keys_are_sorted_by_their_bytes() {
    let out = expand(
        Attribute::TrackAuth,
        "user(platform_id = id, email = email, Zone = zone)",
        "fn f(email: &str, id: u64, zone: u8) -> bool { true }",
    );
    assert!(
        out.contains(r#"(Login "f" here () "Zone" "email" "platform_id")"#),
        "{out}"
    );
    let places: Vec<_> = [
        "\"Zone\" , & zone",
        "\"email\" , & email",
        "\"platform_id\" , & id",
    ]
    .map(|place| {
        out.find(place)
            .unwrap_or_else(|| panic!("{place} is not in {out}"))
    })
    .into();
    assert!(places.is_sorted(), "{out}");
}

#[test]
fn the_usual_names_are_taken_in_their_order() {
    for (arguments, key) in [
        ("login: L, username: U", "username"),
        ("mail: M, email: E", "email"),
        ("Json(Form { e_mail, .. }): Json<Form>, login: L", "e_mail"),
        ("(a, [login, ..]): T", "login"),
        ("r#email: E", "email"),
    ] {
        let out = expand(
            Attribute::TrackAuth,
            "",
            &format!("fn f({arguments}) -> bool {{ true }}"),
        );
        assert!(
            out.contains(&format!("(Login \"f\" here () \"{key}\")")),
            "{arguments}: {out}"
        );
    }
}

#[test]
fn everything_goes_by_the_path_that_is_given() {
    for when in [
        "fn f(email: &str) -> Option<User>",
        "async fn f(email: &str) -> Result<impl Show, E>",
    ] {
        for attribute in [
            Attribute::TrackAuth,
            Attribute::TrackSignup,
            Attribute::Identify,
        ] {
            let out = expand(
                attribute,
                "crate = ::other, user = email",
                &format!("{when} {{ todo!() }}"),
            );
            assert!(out.contains(":: other :: __private"), "{out}");
            assert!(!out.contains("sqreen ::"), "{out}");
        }
    }
}

#[test]
fn futures_are_known_by_the_return_type() {
    for (returned, awaited) in [
        ("Result<User, E>", false),
        ("Box<dyn Future<Output = bool>>", false),
        ("Pin<Box<u8>>", false),
        ("impl Display", false),
        ("impl Future<Output = bool> + Send + '_", true),
        ("impl Send + std::future::Future<Output = bool>", true),
        ("Pin<Box<dyn Future<Output = bool> + Send + 'a>>", true),
        (
            "::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = bool>>>",
            true,
        ),
        ("BoxFuture<'a, bool>", true),
        ("futures::future::LocalBoxFuture<'_, bool>", true),
    ] {
        let out = expand(
            Attribute::TrackAuth,
            "",
            &format!("fn f(email: &str) -> {returned} {{ x }}"),
        );
        assert_eq!(
            out.contains(", __future) . await"),
            awaited,
            "{returned}: {out}"
        );
    }
}

#[test]
fn opaque_types_are_named_without_their_bounds() {
    let squeezed = |text: &str| text.replace([' ', '\n'], "");
    for (returned, value, shape) in [
        ("impl Display", "_", "Opaque"),
        (
            "Result<impl Display, E>",
            "Result<_, E>",
            "Result<Opaque, E>",
        ),
        (
            "Result<Json<impl Serialize>, E>",
            "Result<Json<_>, E>",
            "Result<Opaque, E>",
        ),
        (
            "io::Result<Option<Json<(impl A, &impl B)>>>",
            "io::Result<Option<Json<(_, &_)>>>",
            "io::Result<Option<Opaque>>",
        ),
        (
            "Option<Box<dyn Iterator<Item = impl A>>>",
            "Option<Box<dyn Iterator<Item = _>>>",
            "Option<Opaque>",
        ),
    ] {
        let out = squeezed(&expand(
            Attribute::TrackAuth,
            "",
            &format!("fn f(email: &str) -> {returned} {{ x }}"),
        ));
        let shape = shape.replace("Opaque", "::sqreen::__private::Opaque");
        assert!(
            out.contains(&squeezed(&format!("Returns::<{shape}>::TYPE"))),
            "{shape}: {out}"
        );
        assert!(
            out.contains(&squeezed(&format!("let __out: {value} ="))),
            "{value}: {out}"
        );
    }
}

#[test]
fn a_refused_attribute_leaves_the_item_alone() {
    for item in [
        "fn f(x: u8) -> bool { x > 1 }",
        "struct S ;",
        "const fn f(email: &str) {}",
        "trait T {}",
        "fn f(email: &str) ;",
    ] {
        let out = expand(Attribute::TrackAuth, "", item);
        assert!(out.starts_with(&printed(item)), "{out}");
        assert_eq!(out.matches("compile_error !").count(), 1, "{out}");
    }
}

#[test]
fn drop_order_is_kept_only_where_it_can_matter() {
    let order = |item: &str| {
        let out = expand(Attribute::TrackAuth, "user = a", item);
        out.split_once("let _ = (")
            .map(|(_, rest)| rest.split_once(')').expect("closed").0.replace(' ', ""))
    };
    assert_eq!(
        order("fn f(a: &A, b: &B, c: C) -> bool { g(a, b, c) }"),
        None
    );
    assert_eq!(
        order("fn f(a: A, b: B) -> bool { g(a, b) }").as_deref(),
        Some("&b,&a,")
    );
    assert_eq!(
        order("fn f(self, a: A, _b: B) -> bool { g(a, self) }").as_deref(),
        Some("&_b,&a,&self,")
    );
    assert_eq!(
        order("async fn f(a: A, unused: B, c: C) -> bool { format!(\"{a}{c}\") }").as_deref(),
        Some("&c,&a,")
    );
}

#[test]
fn words_are_found_whole() {
    assert!(mentions("f (email)", "email"));
    assert!(mentions("\"{email}\"", "email"));
    assert!(mentions("email", "email"));
    assert!(!mentions("emails", "email"));
    assert!(!mentions("my_email", "email"));
    assert!(mentions("my_email email", "email"));
    assert!(!mentions("", "email"));
}
