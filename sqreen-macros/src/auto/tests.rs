//! The shape of what comes out, from text to text.

use super::*;

fn expand(item: &str) -> String {
    let tokens: TokenStream = item.parse().expect("tokens");
    auto(TokenStream::new(), tokens).to_string()
}

/// As tokens are printed.
fn printed(text: &str) -> String {
    text.parse::<TokenStream>().expect("tokens").to_string()
}

const SECTION: &str = "\\n\\n# Watched by sqreen\\n\\n- `login`: login, by its argument `email`\\n";

#[test]
fn what_is_watched_is_documented_after_what_was_there() {
    let function = "fn login(email: &str) -> bool { true }";
    let out = expand(&format!("/// Mine. \n #[a] pub mod m {{ {function} }}"));
    let before = printed("#[doc = \" Mine. \"] #[a]");
    let after = format!("{before} # [doc = \"{SECTION}\"] pub mod m {{ fn login");
    assert!(out.starts_with(&after), "{out}");

    let out = expand(&format!("#[a] impl M {{ {function} }}"));
    let after = format!("# [a] # [doc = \"{SECTION}\"] impl M {{ fn login");
    assert!(out.starts_with(&after), "{out}");
}

#[test]
fn documentation_within_a_module_goes_on_within() {
    let out = expand("mod m { #![doc = \"Mine.\"] #![b] fn login(email: &str) -> bool { true } }");
    let start = "mod m { # ! [doc = \"Mine.\"] # ! [b]";
    assert!(
        out.starts_with(&format!("{start} # ! [doc = \"{SECTION}\"] fn login")),
        "{out}"
    );
}

#[test]
fn the_documentation_says_what_is_not_watched_and_why() {
    let out = expand(
        "mod m {
            impl T { fn login(&self, email: &str) -> bool { true } }
            mod a { fn login_page() {} }
            #[sqreen::track_auth] fn other(email: &str) -> bool { true }
            #[sqreen::skip] fn log_in(email: &str) -> bool { true }
            fn sign_in(Json(it): Json<Creds>) -> bool { T.login(it) }
        }",
    );
    let section = "# Watched by sqreen\\n\\n\
        - `T::login`: login, by its argument `email`\\n\
        - `other`: by its own `#[track_auth]`\\n\
        - `sign_in`: login, by what `Creds` says\\n\
        \\nNot watched:\\n\\n\
        - `a::login_page`: `page` in its name; no argument says who it is; it returns nothing that says whether it succeeded\\n\
        - `log_in`: it has `#[skip]`\\n";
    assert!(out.contains(section), "{out}");
    assert!(!out.contains("deprecated"), "{out}");
}

#[test]
fn each_function_is_as_if_the_attribute_stood_on_it() {
    let function =
        "#[inline] pub(crate) async fn login(email: &str) -> Result<u8, E> { let x : ; foo . }";
    let tokens: TokenStream = function.parse().expect("tokens");
    let watched = crate::watch::watch(
        crate::attribute::Attribute::TrackAuth,
        TokenStream::new(),
        tokens,
    );
    for item in [
        "mod m {",
        "impl A for B<{ 1 }> {",
        "mod m { mod n {",
        "mod m { trait A {",
    ] {
        let close = "}".repeat(item.matches('{').count() - item.matches("{ 1").count());
        let out = expand(&format!("{item} {function} {close}"));
        assert!(out.contains(&watched.to_string()), "{out}");
    }
}

#[test]
fn what_is_not_understood_comes_out_as_it_went_in() {
    for item in [
        "mod m;",
        "struct A;",
        "fn f() {}",
        "mod m { fn f() {} }",
        "impl A { fn f() { broken . } }",
        "let x = 1;",
        "mod m { include!(\"a\"); }",
    ] {
        let out = expand(item);
        assert!(out.starts_with(&printed(item)), "{out}");
        assert_eq!(out.matches("compile_error").count(), 1, "{out}");
    }
}

#[test]
fn an_imported_skip_stays_and_does_nothing() {
    let out = expand(
        "mod m { fn login(email: &str) -> bool { true } #[skip] fn log_in() {} #[sqreen::skip] fn sign_in() {} }",
    );
    assert!(out.contains("# [skip (__seen_by_auto)] fn log_in"), "{out}");
    assert!(out.contains("} fn sign_in"), "{out}");
    let item = printed("fn log_in() {}");
    let again = skip(SEEN.parse().expect("tokens"), item.parse().expect("tokens"));
    assert_eq!(again.to_string(), item);
}

#[test]
fn the_users_trait_is_found_beside_the_backends() {
    for (written, path) in [
        ("AuthnBackend", ":: axum_login :: AuthUser"),
        ("axum_login::AuthnBackend", "axum_login :: AuthUser"),
        (
            "::axum_login::backend::AuthnBackend",
            ":: axum_login :: backend :: AuthUser",
        ),
    ] {
        let path_of = |text: &str| syn::parse_str::<Path>(text).expect("a path");
        let beside = backend::beside(&path_of(written));
        assert_eq!(quote::quote!(#beside).to_string(), path);
    }
}
