//! `&self`, `&mut self`, `self`, `mut self`, boxed, counted, pinned, and written with its type.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Clone, Debug, Default, PartialEq)]
struct Service {
    shop: u64,
    calls: u32,
}

impl Service {
    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    fn by_reference(&self, email: &str) -> bool {
        email.len() > self.calls as usize
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    async fn by_reference_later(&self, email: &str) -> bool {
        email.len() > self.calls as usize
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    fn by_mutable_reference(&mut self, email: &str) -> bool {
        self.calls += 1;
        !email.is_empty()
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    async fn by_mutable_reference_later<'a>(&'a mut self, email: &str) -> Option<&'a mut u32> {
        self.calls += email.len() as u32;
        Some(&mut self.calls)
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    fn by_value(mut self, email: &str) -> Option<Self> {
        self.calls += email.len() as u32;
        Some(self)
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    async fn by_value_later(self, email: &str) -> Result<Self, Self> {
        if email.is_empty() { Err(self) } else { Ok(Self { calls: 7, ..self }) }
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    async fn boxed(self: Box<Self>, email: &str) -> Option<Self> {
        (!email.is_empty()).then_some(*self)
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    async fn counted(self: Arc<Self>, email: &str) -> Option<Arc<Self>> {
        (!email.is_empty()).then_some(self)
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    fn counted_here(self: &Rc<Self>, email: &str) -> Option<Rc<Self>> {
        (!email.is_empty()).then(|| Rc::clone(self))
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    fn pinned(self: Pin<&mut Self>, email: &str) -> bool {
        self.get_mut().calls += email.len() as u32;
        true
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    async fn pinned_later(mut self: Pin<&mut Self>, email: &str) -> bool {
        self.as_mut().calls += email.len() as u32;
        self.calls > 0
    }

    #[sqreen::track_auth(user(email = email, shop = self.shop))]
    fn written_out(self: &Self, email: &str) -> bool {
        email.is_empty()
    }

    #[sqreen::identify(user = self.shop)]
    fn in_closures(&mut self) -> Option<u32> {
        let mut count = |by| {
            self.calls += by;
            self.calls
        };
        count(1);
        Some(count(1))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut service = Service::default();
    assert!(service.by_reference("a") && service.by_reference_later("a").await && service.by_mutable_reference("a"));
    assert_eq!(service.by_mutable_reference_later("a").await, Some(&mut 2));
    assert!(Pin::new(&mut service).pinned("a") && Pin::new(&mut service).pinned_later("a").await);
    assert!(service.written_out(""));
    assert_eq!(service.in_closures(), Some(6));
    assert_eq!(service.clone().by_value("a").map(|service| service.calls), Some(7));
    assert_eq!(service.clone().by_value_later("a").await.map(|service| service.calls), Ok(7));
    assert_eq!(Box::new(service.clone()).boxed("").await, None);
    assert!(Arc::new(service.clone()).counted("a").await.is_some());
    assert!(Rc::new(service).counted_here("a").is_some());
}
