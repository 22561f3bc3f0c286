//! What comes out of typical uses, as `cargo expand` shows it: it has to fit on a screen.
//!
//! `SNAPSHOTS=overwrite cargo test -p sqreen-macros snapshots` writes them anew.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use proc_macro2::TokenStream;

use crate::attribute::Attribute;
use crate::watch::watch;

/// Lines of a small terminal.
const SCREEN: usize = 56;

#[test]
fn snapshots_of_what_comes_out_are_as_they_were() {
    for (name, attribute, args, item) in [
        (
            "login",
            Attribute::TrackAuth,
            "user = creds.email",
            "async fn login(State(db): State<Db>, Json(creds): Json<Creds>) -> Result<User, AuthError> { \
             db.check(creds).await }",
        ),
        (
            "login_with_a_secret",
            Attribute::TrackAuth,
            "context = sqreen, secret = password.expose_secret()",
            "fn login(sqreen: Sqreen, email: String, password: SecretString) -> impl Future<Output = bool> { \
             check(email, password) }",
        ),
        (
            "login_with_patterns",
            Attribute::TrackAuth,
            "failure = AuthError::WrongPassword, user_from = |user| user.id",
            "fn login(&self, email: &str, password: &str) -> Result<User, AuthError> { \
             self.check(email, password) }",
        ),
        (
            "session",
            Attribute::Identify,
            "",
            "async fn current_user(session: &Session) -> Option<User> { session.user().await }",
        ),
    ] {
        let tokens = |text: &str| text.parse::<TokenStream>().expect("tokens");
        let out = formatted(&watch(attribute, tokens(args), tokens(item)).to_string());
        let path = format!(
            "{}/src/expand/tests/snapshots/{name}.rs",
            env!("CARGO_MANIFEST_DIR")
        );
        compare(Path::new(&path), &out);
        let lines = out.lines().count();
        assert!(lines <= SCREEN, "{name} has {lines} lines");
    }
}

fn compare(path: &Path, out: &str) {
    if env::var("SNAPSHOTS").is_ok_and(|what| what == "overwrite") {
        fs::write(path, out).expect("the snapshot can be written");
    }
    let snapshot = fs::read_to_string(path).expect("the snapshot can be read");
    assert!(
        snapshot == out,
        "{} is no longer what comes out, which is:\n{out}",
        path.display()
    );
}

/// By the formatter of the compiler that runs the test.
fn formatted(code: &str) -> String {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=120"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is a part of the toolchain");
    let mut stdin = rustfmt.stdin.take().expect("it is piped");
    stdin.write_all(code.as_bytes()).expect("rustfmt reads");
    drop(stdin);
    let out = rustfmt.wait_with_output().expect("rustfmt ends");
    assert!(
        out.status.success(),
        "rustfmt refuses what comes out: {code}"
    );
    String::from_utf8(out.stdout)
        .expect("code is text")
        // Shorter to read, and the same everywhere.
        .replace("::sqreen::__private::", "sqreen::")
        .replace(":: sqreen :: __private :: site ! ", "sqreen::site!")
        .replace("::core::option::Option::", "")
}
