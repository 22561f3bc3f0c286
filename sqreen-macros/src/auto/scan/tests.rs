use super::*;

fn kinds(text: &str) -> Vec<&'static str> {
    let tokens: TokenStream = text.parse().expect("tokens");
    let items = items(tokens.clone());
    let again: TokenStream = items
        .iter()
        .map(|item| {
            let attrs: Vec<_> = item.attrs.iter().map(ToTokens::to_token_stream).collect();
            item.with(&attrs)
        })
        .collect();
    assert_eq!(
        again.to_string(),
        tokens.to_string(),
        "what goes in comes out"
    );
    items.iter().map(|item| kind(&item.kind)).collect()
}

fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Function(_) => "fn",
        Kind::Module(_) => "mod",
        Kind::ModuleFile(_) => "file",
        Kind::Impl(_) => "impl",
        Kind::Trait(_) => "trait",
        Kind::Struct(_) => "struct",
        Kind::Alias(..) => "type",
        Kind::Macro(_) => "macro",
        Kind::Other => "other",
    }
}

#[test]
fn every_kind_of_function() {
    let functions = r#"
        fn a() {}
        pub(in crate::a) const unsafe extern "C" fn b<T>(x: [u8; { 3 }]) -> T where T: A<{ 1 }> {}
        #[inline] #[doc = "x"] async fn c(&mut self, (a, b): (u8, u8)) -> A<{ N + 1 }> { let x = ; }
        default async unsafe fn d() -> impl Future<Output = ()> + use<> {}
        extern fn e() { fn inner() {} }
        pub fn f<const N: usize>() -> [u8; N] { #![allow(x)] broken . }
    "#;
    assert_eq!(kinds(functions), ["fn"; 6]);
}

#[test]
fn every_other_item() {
    for (text, kind) in [
        ("fn f();", "other"),
        ("mod a {}", "mod"),
        ("pub mod a;", "file"),
        ("impl A {}", "impl"),
        (
            "unsafe impl<T> ::a::B<{ 1 }> for C<T> where T: D<{ 2 }> {}",
            "impl",
        ),
        ("pub unsafe trait A: B { fn f() {} }", "trait"),
        ("struct A;", "struct"),
        ("struct A(u8);", "struct"),
        ("pub struct A<T> where T: B { a: T }", "struct"),
        ("enum A { B { c: u8 }, D }", "other"),
        ("union A { b: u8 }", "other"),
        ("type A = [u8; { 3 }];", "type"),
        ("type A: B;", "other"),
        ("const A: fn() = { fn f() {} f };", "other"),
        ("const _: () = ();", "other"),
        ("static mut A: u8 = { 1 };", "other"),
        ("use a::{b, c};", "other"),
        ("pub(crate) use a::b as _;", "other"),
        ("extern crate a;", "other"),
        (r#"unsafe extern "C" { fn f(); static S: u8; }"#, "other"),
        ("macro_rules! a { () => {} }", "macro"),
        ("a!(b);", "macro"),
        ("::a::b! { c }", "macro"),
        ("crate::b! { c };", "macro"),
        ("a![];", "macro"),
    ] {
        assert_eq!(kinds(text), [kind], "{text}");
        let thrice = format!("fn f() {{}} {text} #[a] fn g() {{}}");
        assert_eq!(kinds(&thrice), ["fn", kind, "fn"], "{thrice}");
    }
}

#[test]
fn what_is_no_item_comes_out_as_it_went_in() {
    kinds("let x = 1; ??? fn a() {}");
    kinds("pub");
    kinds("#");
    kinds("#[a]");
}
