#[sqreen::track_signup]
pub fn only_numbers(count: u32, size: usize) -> bool {
    count as usize == size
}

#[sqreen::track_auth]
pub fn only_a_password(password: &str, _unused: u8) -> bool {
    password.is_empty()
}

#[sqreen::track_auth]
#[test]
fn a_test() {}

#[sqreen::track_auth]
fn main() {}
