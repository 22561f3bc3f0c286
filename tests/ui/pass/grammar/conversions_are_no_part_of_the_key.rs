//! `user = form.email.as_str()` has the key `email`, as `.expose_secret()`, `.clone()` and the like do.
#![deny(warnings)]
#![forbid(unsafe_code)]

use sqreen::registry::instrumentation;

struct Hidden(String);

impl Hidden {
    fn expose_secret(&self) -> &str {
        &self.0
    }
}

struct Form {
    email: Hidden,
    username: Option<String>,
    mail: String,
}

#[sqreen::track_auth(user = form.email.expose_secret())]
fn secret(form: &Form) -> bool {
    form.email.0.is_empty()
}

#[sqreen::track_auth(user = form.username.as_deref().unwrap_or_default())]
fn absent(form: &Form) -> bool {
    form.username.is_none()
}

#[sqreen::track_auth(user = form.mail.trim().to_lowercase())]
fn normalised(form: &Form) -> bool {
    form.mail.is_empty()
}

#[sqreen::track_auth(user = (&*form.mail).to_owned())]
fn borrowed(form: &Form) -> bool {
    form.mail.is_empty()
}

#[sqreen::track_auth(user = form.mail.clone())]
fn cloned(form: &Form) -> bool {
    form.mail.is_empty()
}

fn main() {
    let form = Form { email: Hidden(String::new()), username: None, mail: String::new() };
    assert!(secret(&form) && absent(&form) && normalised(&form) && borrowed(&form) && cloned(&form));
    let keys: Vec<_> = instrumentation().into_iter().flat_map(|site| site.keys).collect();
    assert_eq!(keys, [&"email", &"username", &"mail", &"mail", &"mail"]);
}
