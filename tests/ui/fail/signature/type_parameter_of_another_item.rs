pub struct Shop<T>(T);

impl<T> Shop<T> {
    #[sqreen::track_auth]
    pub fn login(&self, email: &str) -> Option<U> {
        email.parse().ok()
    }

    #[sqreen::track_signup(user_from = |user: &V| ("id", 7))]
    pub async fn sign_up(&self, email: &str) -> Option<T> {
        email.is_empty().then(|| unimplemented!())
    }
}

fn main() {}
