#[sqreen::track_auth]
pub fn login(email: String) -> bool {
    email.push('!');
    email.is_empty()
}

#[sqreen::track_auth]
pub async fn login_async(email: String) -> bool {
    email.push('!');
    email.is_empty()
}

#[sqreen::identify(user = email)]
pub fn through_a_reference(email: &String) -> bool {
    email.push('!');
    email.is_empty()
}

fn main() {}
