fn main() {
    #[sqreen::track_auth]
    let login = |email: &str| email.is_empty();

    let sign_up = #[sqreen::track_signup]
    |email: &str| email.is_empty();

    #[sqreen::track("sold")]
    login("a");

    sign_up("a");
}
