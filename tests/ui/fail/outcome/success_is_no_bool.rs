pub struct Page(u16);

#[sqreen::track_auth(success = |page| page.0)]
pub fn login(email: &str) -> Page {
    Page(email.len() as u16)
}

#[sqreen::track_signup(success = |page| page.0)]
pub async fn sign_up(email: &str) -> Page {
    Page(email.len() as u16)
}

#[sqreen::track("shown", success = |page| Some(page.0 < 400))]
pub fn show() -> Page {
    Page(200)
}

#[sqreen::track_auth(success = |page: &Page| -> u16 { page.0 })]
pub fn annotated(email: &str) -> Page {
    Page(email.len() as u16)
}

#[sqreen::track_auth(success = status)]
pub fn path(email: &str) -> Page {
    Page(email.len() as u16)
}

fn status(page: &Page) -> u16 {
    page.0
}

fn main() {}
