//! Arguments that are `Send` but not `Sync`, and values that are not `Send`, as in the plain function.
#![deny(warnings)]

use std::cell::Cell;
use std::rc::Rc;
use std::sync::mpsc::Receiver;

#[sqreen::track_auth]
pub async fn send_but_not_sync(email: String, inbox: Receiver<u8>, count: Cell<u32>) -> Option<u8> {
    std::future::ready(()).await;
    count.set(email.len() as u32);
    inbox.recv().ok()
}

#[sqreen::identify(user = email)]
pub async fn returns_what_is_not_send(email: String) -> Option<Rc<str>> {
    std::future::ready(()).await;
    Some(email.into())
}

fn is_send<T: Send>(_: T) {}

fn main() {
    is_send(send_but_not_sync(String::new(), std::sync::mpsc::channel().1, Cell::new(0)));
    is_send(returns_what_is_not_send(String::new()));
}
