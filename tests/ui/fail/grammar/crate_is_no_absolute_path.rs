#[sqreen::track_auth(crate = "sqreen")]
fn text(email: &str) -> bool {
    email.is_empty()
}

#[sqreen::track_auth(crate = sqreen)]
fn relative(email: &str) -> bool {
    email.is_empty()
}

fn main() {}
