//! `Pin<Box<dyn Future>>` and aliases called `BoxFuture` and `LocalBoxFuture`: the future counts.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::{Future, ready};
use std::pin::Pin;
use std::rc::Rc;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

#[derive(Debug, PartialEq, sqreen::Identity)]
struct User {
    email: String,
}

#[sqreen::track_auth]
fn written_out<'a>(email: &'a str) -> Pin<Box<dyn Future<Output = Result<usize, String>> + Send + 'a>> {
    let future = async move { if email.is_empty() { Err("nobody".to_owned()) } else { Ok(email.len()) } };
    Box::pin(future)
}

#[sqreen::track_auth]
fn absolute(email: String) -> ::std::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = bool> + Send>> {
    if email.is_empty() {
        return Box::pin(ready(false));
    }
    Box::pin(async move { email.len() > 1 })
}

#[sqreen::track_signup]
fn by_alias(email: &str) -> BoxFuture<'_, Option<usize>> {
    Box::pin(async move { Some(email.len()) })
}

#[sqreen::track_auth]
fn not_send(email: Rc<str>) -> LocalBoxFuture<'static, bool> {
    Box::pin(async move {
        ready(()).await;
        !email.is_empty()
    })
}

#[sqreen::identify]
fn at_a_session(session: u32) -> BoxFuture<'static, Result<Option<User>, String>> {
    Box::pin(async move { Ok((session == 7).then(|| User { email: "a".to_owned() })) })
}

struct Service(u32);

impl Service {
    #[sqreen::track_auth(user(email = email, shop = self.0))]
    fn method<'a>(&'a mut self, email: &'a str) -> BoxFuture<'a, Option<&'a mut u32>> {
        Box::pin(async move {
            self.0 += email.len() as u32;
            Some(&mut self.0)
        })
    }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(is_send(written_out("")).await, Err("nobody".to_owned()));
    assert!(is_send(absolute("ab".to_owned())).await);
    assert_eq!(is_send(by_alias("abc")).await, Some(3));
    assert!(not_send("a".into()).await);
    assert!(is_send(at_a_session(7)).await.is_ok_and(|user| user.is_some()));
    assert_eq!(is_send(Service(1).method("ab")).await, Some(&mut 3));
}
