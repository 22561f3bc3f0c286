pub trait Backend {
    #[sqreen::track_signup]
    async fn sign_up(&self, email: &str) -> bool;

    #[sqreen::identify]
    fn current(&self, id: u64) -> impl Future<Output = Option<u64>>;

    #[sqreen::track("sold")]
    fn sell(&self);
}

pub struct Shop;

impl Backend for Shop {
    async fn sign_up(&self, email: &str) -> bool {
        email.is_empty()
    }

    async fn current(&self, id: u64) -> Option<u64> {
        Some(id)
    }

    fn sell(&self) {}
}

fn main() {
    Shop.sell();
}
