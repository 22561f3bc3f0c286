#[sqreen::track_auth]
fn login(email: &str) -> ! {
    panic!("{email}")
}

fn main() {}
