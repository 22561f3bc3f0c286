pub trait Backend {
    fn login(&self, email: &str) -> bool;
    fn current(&self, id: u64) -> impl Future<Output = Option<User>> + Send;
}

pub struct Shop(std::rc::Rc<u8>);

impl Backend for Shop {
    #[sqreen::track_auth]
    fn login(&self, email: String) -> bool {
        email.is_empty()
    }

    #[sqreen::identify]
    async fn current(&self, id: u64) -> Option<User> {
        std::future::ready(()).await;
        Some(User { id: id + u64::from(*self.0) })
    }
}

#[derive(sqreen::Identity)]
pub struct User {
    #[identity]
    pub id: u64,
}

fn main() {}
