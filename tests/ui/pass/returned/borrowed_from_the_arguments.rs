//! References to what was handed in, mutable ones as well, with lifetimes written and elided.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::{Ref, RefCell};
use std::sync::{Mutex, MutexGuard};

struct Store {
    users: Vec<String>,
}

#[sqreen::track_auth]
fn mutable<'a>(store: &'a mut Store, email: &str) -> Option<&'a mut String> {
    store.users.iter_mut().find(|user| *user == email)
}

#[sqreen::track_auth]
fn shared_of_mutable<'a>(store: &'a mut Store, email: &str) -> Option<&'a String> {
    store.users.push(email.to_owned());
    store.users.last()
}

#[sqreen::track_auth]
async fn mutable_later<'a>(email: &str, users: &'a mut Vec<u8>) -> Option<&'a mut u8> {
    tokio::task::yield_now().await;
    users.push(email.len() as u8);
    users.last_mut()
}

#[sqreen::track_auth]
fn guard<'a>(users: &'a Mutex<Vec<String>>, email: &str) -> Option<MutexGuard<'a, Vec<String>>> {
    users.lock().ok().filter(|users| users.iter().any(|user| user == email))
}

#[sqreen::identify(user = email)]
async fn cell<'a>(users: &'a RefCell<Vec<String>>, email: &str) -> Option<Ref<'a, String>> {
    Ref::filter_map(users.borrow(), |users| users.iter().find(|user| *user == email)).ok()
}

#[sqreen::track("seen", user = email)]
fn cow(email: &str) -> std::borrow::Cow<'_, str> {
    email.into()
}

impl Store {
    #[sqreen::track_auth]
    fn elided(&mut self, email: &str) -> Option<&mut String> {
        self.users.push(email.to_owned());
        self.users.last_mut()
    }

    #[sqreen::track_auth]
    async fn elided_later(&mut self, email: &str) -> Result<&mut String, ()> {
        self.users.iter_mut().find(|user| *user == email).ok_or(())
    }

    #[sqreen::track("seen", user = number)]
    fn itself(&mut self, number: u64) -> &mut Self {
        self.users.push(number.to_string());
        self
    }

    #[sqreen::track_auth]
    fn two_lifetimes<'a, 'b: 'a>(&'a self, email: &'b str) -> Result<&'a str, &'b str> {
        self.users.first().map_or(Err(email), |user| Ok(user))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut store = Store { users: Vec::new() };
    assert_eq!(store.two_lifetimes("a"), Err("a"));
    assert_eq!(mutable(&mut store, "a"), None);
    assert_eq!(shared_of_mutable(&mut store, "a").map(String::as_str), Some("a"));
    assert_eq!(mutable_later("abc", &mut vec![]).await, Some(&mut 3));
    assert!(store.elided("b").is_some_and(|user| user == "b"));
    assert!(store.elided_later("a").await.is_ok());
    assert_eq!(store.itself(7).users.len(), 3);
    assert!(guard(&Mutex::new(store.users.clone()), "a").is_some());
    assert!(cell(&RefCell::new(store.users), "b").await.is_some());
    assert_eq!(cow("a"), "a");
}
