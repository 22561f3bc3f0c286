//! `user = form.email()`: a call, with the method's name as the key.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

struct Form(String);

impl Form {
    fn email(&self) -> &str {
        self.0.trim()
    }

    fn part(&self, separator: char, number: usize) -> Option<&str> {
        self.0.split(separator).nth(number)
    }
}

#[sqreen::track_auth(user = form.email())]
fn login(form: Form, password: &str) -> bool {
    form.0.len() == password.len()
}

#[sqreen::track_auth(user(name = form.part('@', 0), host = form.part('@', 1)))]
fn login_by_parts(form: &Form) -> bool {
    form.0.contains('@')
}

fn main() {
    assert!(login(Form("alice@example.com".to_owned()), "seventeen letters"));
    assert!(login_by_parts(&Form("alice@example.com".to_owned())));
    let keys: Vec<_> = instrumentation().iter().map(|site| site.keys).collect();
    assert_eq!(keys, [&["email"][..], &["host", "name"]]);
}
