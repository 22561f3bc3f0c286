pub struct Page {
    pub status: u16,
}

#[sqreen::track_auth(success = |page| page.staus < 400)]
pub fn no_such_field(email: &str) -> Page {
    Page { status: email.len() as u16 }
}

#[sqreen::track_auth(success = |page: Page| page.status < 400)]
pub fn by_value(email: &str) -> Page {
    Page { status: email.len() as u16 }
}

#[sqreen::track_auth(success = |page: &String| page.is_empty())]
pub fn of_another(email: &str) -> Page {
    Page { status: email.len() as u16 }
}

#[sqreen::track_auth(success = is_success)]
pub async fn path(email: &str) -> Page {
    Page { status: email.len() as u16 }
}

#[sqreen::track_auth(success = takes_it)]
pub fn path_by_value(email: &str) -> Page {
    Page { status: email.len() as u16 }
}

fn is_success(status: &u16) -> bool {
    *status < 400
}

fn takes_it(page: Page) -> bool {
    page.status < 400
}

fn main() {}
