//! What the compiler says about the body of a plain function it says about that of a watched one.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[expect(unused_variables)]
#[sqreen::track_auth]
fn unused_variable(email: &str) -> bool {
    let unused = 1;
    email.is_empty()
}

#[expect(unreachable_code)]
#[sqreen::track_auth]
async fn unreachable(email: &str) -> bool {
    return email.is_empty();
    email.is_empty()
}

#[expect(unused_must_use)]
#[sqreen::track_auth]
async fn unused_result(email: &str) -> bool {
    email.parse::<u8>();
    email.is_empty()
}

#[expect(unused_mut)]
#[sqreen::identify(user = email)]
fn unneeded_mut(email: &str) -> Option<u8> {
    let mut number = 1;
    Some(number)
}

#[expect(unused_parens)]
#[sqreen::track_auth]
fn unneeded_parentheses(email: &str) -> bool {
    (email.is_empty())
}

#[expect(unused_imports)]
#[sqreen::track_auth]
async fn unused_import(email: &str) -> bool {
    use std::fmt;
    email.is_empty()
}

#[expect(unused_assignments)]
#[sqreen::track_auth]
fn unused_assignment(email: &str) -> bool {
    let mut empty = false;
    empty = email.is_empty();
    empty
}

#[expect(deprecated)]
#[sqreen::track_auth]
fn deprecated_call(email: &str) -> bool {
    email.trim_left().is_empty()
}

#[expect(non_snake_case)]
#[sqreen::track_auth]
async fn Named(email: &str) -> bool {
    email.is_empty()
}

#[expect(non_snake_case)]
#[sqreen::track_auth]
async fn argument_named(email: &str, Other: u8) -> bool {
    email.len() == usize::from(Other)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(unused_variable("") && unreachable("").await && unused_result("").await && unused_import("").await);
    assert!(unneeded_mut("").is_some() && unneeded_parentheses("") && unused_assignment("") && deprecated_call(""));
    assert!(Named("").await && argument_named("", 0).await);
}
