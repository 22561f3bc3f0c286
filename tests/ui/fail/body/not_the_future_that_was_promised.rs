use std::future::Future;
use std::pin::Pin;

#[sqreen::track_auth]
pub fn login(email: String) -> impl Future<Output = Option<usize>> {
    async move { email.len() }
}

#[sqreen::track_auth]
pub fn boxed(email: String) -> Pin<Box<dyn Future<Output = Option<usize>> + Send>> {
    Box::pin(async move { email.len() })
}

#[sqreen::track_auth]
pub fn not_send(email: std::rc::Rc<str>) -> Pin<Box<dyn Future<Output = bool> + Send>> {
    Box::pin(async move { email.is_empty() })
}

#[sqreen::track_auth]
pub fn no_future(email: String) -> impl Future<Output = bool> {
    email.is_empty()
}

fn main() {}
