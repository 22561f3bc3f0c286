//! `user = form.email`: a field of an argument, at any depth, and the last name as the key.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct Form {
    email: String,
    password: String,
}

struct Posted {
    form: Form,
}

#[sqreen::track_auth(user = form.email)]
async fn login(form: Form) -> Result<String, &'static str> {
    if form.password == "correct horse" { Ok(form.email) } else { Err("wrong password") }
}

#[sqreen::track_auth(user = posted.form.email)]
fn login_deeper(posted: &Posted) -> bool {
    posted.form.password == "correct horse"
}

#[sqreen::track_auth(user(email = pair.0.form.email))]
fn login_in_a_tuple(pair: (Posted, u32)) -> bool {
    pair.0.form.password.len() == pair.1 as usize
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let form = |password: &str| Form { email: "alice@example.com".to_owned(), password: password.to_owned() };
    assert_eq!(login(form("correct horse")).await.as_deref(), Ok("alice@example.com"));
    assert_eq!(login(form("letmein")).await, Err("wrong password"));
    assert!(login_deeper(&Posted { form: form("correct horse") }));
    assert!(login_in_a_tuple((Posted { form: form("letmein") }, 7)));
}
