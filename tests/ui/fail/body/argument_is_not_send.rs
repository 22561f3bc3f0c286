use std::rc::Rc;

#[sqreen::track_auth]
pub async fn login(email: Rc<str>) -> bool {
    std::future::ready(()).await;
    email.is_empty()
}

#[sqreen::identify(user_from = |user| ("id", *user))]
pub async fn current(session: Rc<u64>) -> Option<u64> {
    std::future::ready(()).await;
    Some(*session)
}

fn is_send<T: Send>(_: T) {}

fn main() {
    is_send(login("a".into()));
    is_send(current(1.into()));
}
