//! What the last expression borrows from a local is let go of in time.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Mutex;

struct Users(Mutex<HashMap<String, u32>>, RefCell<Vec<String>>);

impl Users {
    #[sqreen::track_auth]
    fn locked(&self, email: &str) -> Option<u32> {
        self.0.lock().ok()?.get(email).copied()
    }

    #[sqreen::track_auth]
    async fn locked_later(&self, email: String) -> Option<u32> {
        self.0.lock().ok()?.get(&email).copied()
    }

    #[sqreen::track_auth]
    fn matched(&self, email: &str) -> bool {
        match self.1.borrow().first() {
            Some(first) => first == email,
            None => false,
        }
    }
}

#[sqreen::track_auth]
fn of_a_local(email: &str) -> usize_or::Nothing {
    let users = RefCell::new(vec![email]);
    users.borrow().first().map(|first| first.len())
}

mod usize_or {
    pub(crate) type Nothing = Option<usize>;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let users = Users(Mutex::new(HashMap::from([("a".to_owned(), 7)])), RefCell::new(vec!["a".to_owned()]));
    assert_eq!(users.locked("a"), Some(7));
    assert_eq!(users.locked_later("b".to_owned()).await, None);
    assert!(users.matched("a"));
    assert_eq!(of_a_local("ab"), Some(2));
    assert!(users.0.try_lock().is_ok());
}
