//! Reborrows of arguments, mutable ones as well, outlive the watched body.
#![deny(warnings)]

pub struct Store {
    users: Vec<String>,
}

#[sqreen::track_auth]
fn found_mutably<'a>(store: &'a mut Store, email: &str) -> Option<&'a mut String> {
    store.users.iter_mut().find(|user| *user == email)
}

#[sqreen::track_auth]
fn found<'a>(store: &'a mut Store, email: &str) -> Option<&'a String> {
    store.users.push(email.into());
    store.users.last()
}

#[sqreen::track_auth]
async fn found_later<'a>(email: &str, store: &'a mut Store) -> Option<&'a mut String> {
    store.users.iter_mut().find(|user| *user == email)
}

impl Store {
    #[sqreen::track_auth]
    fn elided(&mut self, email: &str) -> Option<&mut String> {
        self.users.push(email.into());
        self.users.last_mut()
    }

    #[sqreen::identify(user = email)]
    async fn elided_later(&mut self, email: &str) -> Option<&mut String> {
        self.users.push(email.into());
        self.users.last_mut()
    }
}

fn main() {
    let mut store = Store { users: Vec::new() };
    assert!(found_mutably(&mut store, "a").is_none());
    assert!(found(&mut store, "a").is_some());
    assert!(store.elided("b").is_some());
    drop(found_later("a", &mut store));
    drop(store.elided_later("a"));
}
