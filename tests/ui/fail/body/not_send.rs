use std::rc::Rc;

#[sqreen::track_auth]
pub async fn login(email: &str) -> bool {
    let count = Rc::new(1);
    std::future::ready(()).await;
    email.len() == *count
}

fn is_send<T: Send>(_: T) {}

fn main() {
    is_send(login("a"));
}
