//! What the attributes can say of secrets and sessions, the functions can too.
#![deny(warnings)]

use sqreen::{LoginOptions, SessionOptions, Sqreen, Traits};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (password, cookie) = ("hunter2".to_owned(), b"cookie".to_vec());
    let tried = LoginOptions::new().secret(&password);
    sqreen::auth_track_with(false, ("email", "alice@example.com"), tried).await.ok();
    Sqreen::current().auth_track_with(true, ("email", "alice@example.com"), tried).await.ok();

    let session = SessionOptions::new().session(&cookie).traits(Traits::new().with("plan", "business"));
    sqreen::identify_with(("email", "alice@example.com"), session.clone()).await.ok();
    Sqreen::current().identify_with(("email", "alice@example.com"), session).await.ok();
    sqreen::identify_with(("email", "alice@example.com"), Traits::new()).await.ok();
}
