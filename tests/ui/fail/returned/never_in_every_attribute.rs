#[sqreen::track_signup]
pub async fn sign_up(email: &str) -> ! {
    panic!("{email}")
}

#[sqreen::identify(user = id)]
pub fn current(id: u64) -> ! {
    panic!("{id}")
}

#[sqreen::track("stopped")]
pub fn stop() -> ! {
    panic!("stopped")
}

fn main() {}
