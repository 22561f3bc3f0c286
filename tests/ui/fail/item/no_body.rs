pub trait Backend {
    #[sqreen::track_auth]
    fn login(&self, email: &str) -> bool;
}

fn main() {}
