//! Names bound inside patterns identify as well as arguments do.
#![deny(warnings)]

pub struct Json<T>(pub T);
pub struct State<T>(pub T);

pub struct Creds {
    pub email: String,
    pub password: String,
}

#[sqreen::track_auth(user = creds.email)]
pub async fn json(State(_db): State<&u32>, Json(creds): Json<Creds>) -> Result<String, String> {
    Ok(creds.email)
}

#[sqreen::track_auth]
pub fn nested(Json(Creds { email, password: _ }): Json<Creds>) -> Option<String> {
    Some(email)
}

#[sqreen::track_auth(user = first)]
pub fn slice([first, ..]: [&str; 3]) -> bool {
    first.is_empty()
}

#[sqreen::track_auth(user(email = whole.email, number = number))]
pub fn bound_twice(ref whole @ Creds { ref password, .. }: Creds, &number: &u64) -> bool {
    whole.password == *password && number == 1
}

#[sqreen::track_auth]
pub fn unused_and_nameless(email: &str, _: u32, _unused: String) -> bool {
    email.is_empty()
}

#[sqreen::track_auth]
pub fn attributes_of_arguments(
    #[allow(unused_variables)] email: &str,
    #[allow(unused_variables)] extra: u32,
    #[cfg(any())] missing: u32,
) -> bool {
    true
}

fn main() {
    let creds = || Creds { email: "a".into(), password: "a".into() };
    assert!(nested(Json(creds())).is_some());
    assert!(slice(["", "a", "b"]));
    assert!(bound_twice(creds(), &1));
    assert!(unused_and_nameless("", 0, String::new()));
    assert!(attributes_of_arguments("", 0));
    drop(json(State(&1), Json(creds())));
}
