//! Tuples, slices, bindings of the whole, references, alternatives, `ref`: the names in them are arguments.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct Creds {
    email: String,
    password: String,
}

struct Nested {
    inner: (Creds, u8),
}

enum Either {
    Left(String),
    Right(String),
}

#[sqreen::track_auth(user = first)]
fn tuple((first, _, ..): (&str, u8, u8, u8)) -> bool {
    first.is_empty()
}

#[sqreen::track_auth(user(first = first, last = last))]
fn slice([first, .., last]: [&str; 4]) -> bool {
    first == last
}

#[sqreen::track_auth(user = whole.email)]
fn bound_as_a_whole(ref whole @ Creds { ref password, .. }: Creds) -> bool {
    *password == whole.password
}

#[sqreen::track_auth(user = login)]
fn reference(&login: &u64) -> bool {
    login == 7
}

#[sqreen::track_auth]
fn nested(Nested { inner: (Creds { email, password }, _) }: Nested) -> Option<String> {
    (password == "a").then_some(email)
}

#[sqreen::track_auth]
fn renamed(Creds { email: login, password: _ }: Creds) -> Option<String> {
    Some(login)
}

#[sqreen::track_auth]
fn by_reference(Creds { email, password }: &Creds) -> bool {
    email == password
}

#[sqreen::track_auth]
fn by_mutable_reference(Creds { email, .. }: &mut Creds) -> Option<&mut String> {
    email.push('!');
    Some(email)
}

#[sqreen::track_auth]
fn alternatives((Either::Left(email) | Either::Right(email)): Either) -> Option<String> {
    Some(email)
}

#[sqreen::track_auth]
async fn later((mut email, [password, _]): (String, [&str; 2]), Creds { .. }: Creds) -> Option<String> {
    email.push_str(password);
    Some(email)
}

#[sqreen::track_auth]
fn ref_mut(Creds { ref mut email, .. }: Creds) -> bool {
    email.push('!');
    email == "a!"
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let creds = || Creds { email: "a".to_owned(), password: "a".to_owned() };
    assert!(tuple(("", 1, 2, 3)) && slice(["a", "b", "c", "a"]) && bound_as_a_whole(creds()) && reference(&7));
    assert_eq!(nested(Nested { inner: (creds(), 1) }).as_deref(), Some("a"));
    assert_eq!(renamed(creds()).as_deref(), Some("a"));
    assert!(by_reference(&creds()));
    assert_eq!(by_mutable_reference(&mut creds()).map(|email| &**email), Some("a!"));
    assert_eq!(alternatives(Either::Left("a".to_owned())), alternatives(Either::Right("a".to_owned())));
    assert_eq!(later(("a".to_owned(), ["b", "c"]), creds()).await.as_deref(), Some("ab"));
    assert!(ref_mut(creds()));
}
