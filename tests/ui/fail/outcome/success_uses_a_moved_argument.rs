pub struct Page(String);

#[sqreen::track_auth(success = |page| page.0 == email)]
pub fn login(email: String) -> Page {
    Page(email)
}

#[sqreen::track_auth(success = |page| page.0 == email)]
pub async fn login_async(email: String) -> Page {
    Page(email)
}

fn main() {}
