unsafe extern "C" {
    #[sqreen::track_auth]
    fn login(email: *const u8) -> bool;

    #[sqreen::identify(user = id)]
    safe fn current(id: u64) -> bool;
}

#[sqreen::track_signup]
unsafe extern "C" {
    fn sign_up(email: *const u8) -> bool;
}

fn main() {
    current(1);
    let _ = (login as *const (), sign_up as *const ());
}
