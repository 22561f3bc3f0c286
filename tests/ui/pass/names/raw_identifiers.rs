//! `r#type`, `fn r#match`: the names are told without `r#`.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

struct Form {
    r#type: String,
    r#fn: u8,
}

#[sqreen::track_auth(user = r#type)]
async fn r#match(r#type: &str) -> bool {
    r#type.is_empty()
}

#[sqreen::track_auth(user = form.r#type, traits(r#fn = form.r#fn))]
fn r#loop(form: Form) -> Option<String> {
    (form.r#fn == 7).then_some(form.r#type)
}

#[sqreen::track_auth]
fn r#usual(r#email: &str, r#struct: u8) -> bool {
    r#email.len() == usize::from(r#struct)
}

#[sqreen::identify(user_from = |r#in| r#in.r#type)]
fn r#while(form: Form) -> Option<Form> {
    Some(form)
}

#[derive(sqreen::Identity)]
struct User {
    #[identity]
    r#type: String,
}

#[sqreen::identify]
fn r#for(r#type: String) -> Option<User> {
    Some(User { r#type })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let form = || Form { r#type: "a".to_owned(), r#fn: 7 };
    assert!(r#match("").await && r#usual("a", 1));
    assert_eq!(r#loop(form()).as_deref(), Some("a"));
    assert!(r#while(form()).is_some() && r#for("a".to_owned()).is_some_and(|user| user.r#type == "a"));
    let told: Vec<_> = instrumentation().into_iter().map(|site| (site.function, site.keys)).collect();
    let keys = |keys: &'static [&'static str]| keys;
    assert_eq!(
        told,
        [
            ("match", keys(&["type"])),
            ("loop", keys(&["type"])),
            ("usual", keys(&["email"])),
            ("while", keys(&["type"])),
            ("for", keys(&[])),
        ],
    );
}
