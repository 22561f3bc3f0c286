//! A future that was not `Send` compiles as before; one that was stays so, whatever is returned.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};

#[sqreen::track_auth]
async fn argument(email: Rc<str>) -> Option<Rc<str>> {
    ready(()).await;
    Some(email)
}

#[sqreen::track_auth]
async fn held_over_an_await(email: &str) -> bool {
    let count = Rc::new(RefCell::new(0));
    ready(()).await;
    *count.borrow_mut() += email.len();
    *count.borrow() == 1
}

#[sqreen::identify(user = email)]
async fn returned_and_not_held(email: String) -> Option<Rc<str>> {
    ready(()).await;
    Some(email.into())
}

#[sqreen::track_auth]
async fn returned_from_a_login(email: &str) -> Option<Rc<str>> {
    ready(()).await;
    Some(email.into())
}

#[sqreen::track_auth]
async fn send_but_not_sync(email: String, inbox: Receiver<u8>, count: Cell<usize>) -> Option<u8> {
    ready(()).await;
    count.set(email.len());
    inbox.recv().ok()
}

#[sqreen::track_auth(success = |body| body.is_some(), user_from = |_| ("id", 7))]
async fn asked(body: Cell<u8>) -> Option<Cell<u8>> {
    ready(()).await;
    Some(body)
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(argument("a".into()).await.as_deref(), Some("a"));
    assert!(held_over_an_await("a").await);
    assert_eq!(is_send(returned_and_not_held("a".to_owned())).await.as_deref(), Some("a"));
    assert_eq!(is_send(returned_from_a_login("a")).await.as_deref(), Some("a"));
    let (_, inbox) = channel();
    assert_eq!(is_send(send_but_not_sync(String::new(), inbox, Cell::new(0))).await, None);
    assert_eq!(is_send(asked(Cell::new(7))).await, Some(Cell::new(7)));
}
