pub struct Page(bool);

const LIMIT: u16 = 400;

#[sqreen::track_auth(success = is_sucess)]
pub fn unknown(email: &str) -> Page {
    Page(email.is_empty())
}

#[sqreen::track_auth(success = Page::is_sucess)]
pub fn unknown_method(email: &str) -> Page {
    Page(email.is_empty())
}

#[sqreen::track_auth(success = LIMIT)]
pub fn constant(email: &str) -> Page {
    Page(email.is_empty())
}

#[sqreen::track_auth(success = email)]
pub fn argument(email: &str) -> Page {
    Page(email.is_empty())
}

fn is_success(page: &Page) -> bool {
    page.0
}

impl Page {
    fn is_success(&self) -> bool {
        is_success(self)
    }
}

fn main() {
    Page(true).is_success();
}
