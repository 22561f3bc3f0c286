//! A body that is not written yet raises no warning on what stands around it.
#![deny(warnings)]

#[sqreen::track_auth]
pub fn later(email: &str) -> Result<(), String> {
    let _ = email;
    todo!()
}

#[sqreen::track_auth]
pub async fn later_async(email: &str) -> Result<(), String> {
    let _ = email;
    todo!()
}

#[sqreen::track_auth]
pub async fn returns_first(email: &str) -> Result<(), String> {
    return Err(email.into());
}

#[sqreen::identify(user = email)]
pub async fn panics(email: &str) -> Option<()> {
    panic!("{email}")
}

fn main() {}
