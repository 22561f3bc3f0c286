//! A future that was `Send` stays so at `identify`, though what it returns is not.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::rc::Rc;

#[derive(sqreen::Identity)]
struct User {
    email: Rc<str>,
}

#[sqreen::identify]
async fn current(email: String) -> Result<User, Rc<str>> {
    std::future::ready(()).await;
    Ok(User { email: email.into() })
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(is_send(current("a".to_owned())).await.is_ok_and(|user| &*user.email == "a"));
}
