pub struct Page;

#[sqreen::track_auth]
pub fn page(email: &str) -> Page {
    assert!(email.is_empty());
    Page
}

#[sqreen::track_auth]
pub async fn page_async(email: &str) -> Page {
    assert!(email.is_empty());
    Page
}

#[sqreen::track_signup]
pub fn opaque(email: &str) -> impl std::fmt::Display {
    email.to_owned()
}

fn main() {}
