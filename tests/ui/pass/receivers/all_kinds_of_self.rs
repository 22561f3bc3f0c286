//! `self` in every form, fields of it as identifiers, `Self` in types and bodies.
#![deny(warnings)]

use std::pin::Pin;
use std::sync::Arc;

#[derive(Clone, Default)]
pub struct Service {
    tenant: u64,
    calls: u32,
}

impl Service {
    const LIMIT: u32 = 3;

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub fn by_reference(&self, email: &str) -> bool {
        email.len() > self.calls as usize
    }

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub async fn by_reference_async(&self, email: &str) -> bool {
        email.len() > self.calls as usize
    }

    #[sqreen::track_auth]
    pub fn by_mutable_reference(&mut self, email: &str) -> Option<Self> {
        self.calls += 1;
        (!email.is_empty() && self.calls < Self::LIMIT).then(|| self.clone())
    }

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub fn by_value(self, email: &str) -> Option<Self> {
        Some(Self { calls: email.len() as u32, ..self })
    }

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub async fn boxed(self: Box<Self>, email: &str) -> Option<Self> {
        (!email.is_empty()).then_some(*self)
    }

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub async fn shared(self: Arc<Self>, email: &str) -> Option<Arc<Self>> {
        (!email.is_empty()).then_some(self)
    }

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub fn pinned(self: Pin<&mut Self>, email: &str) -> bool {
        self.get_mut().calls += email.len() as u32;
        true
    }

    #[sqreen::track_auth(user(email = email, tenant = self.tenant))]
    pub fn written_out(self: &Self, email: &str) -> bool {
        email.is_empty()
    }
}

fn main() {
    let mut service = Service::default();
    assert!(service.by_reference("a"));
    assert!(service.by_mutable_reference("a").is_some());
    assert!(Pin::new(&mut service).pinned("a"));
    assert!(service.written_out(""));
    assert!(service.clone().by_value("abc").is_some_and(|service| service.calls == 3));
    drop((Box::new(service.clone()).boxed("a"), Arc::new(service.clone()).shared("a"), service.by_reference_async("a")));
}
