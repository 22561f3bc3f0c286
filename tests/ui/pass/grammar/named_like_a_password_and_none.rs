//! `not_a_secret`: who it is has the name of a secret, and is none.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct Invitation {
    public_token: String,
}

#[sqreen::track_auth(user = device_token, not_a_secret)]
async fn login(device_token: u64, pin: &str) -> bool {
    device_token == 7 && pin.len() == 4
}

#[sqreen::track_signup(not_a_secret, user(email = email, token = invitation.public_token))]
async fn sign_up(email: &str, invitation: Invitation) -> Option<String> {
    (!email.is_empty()).then_some(invitation.public_token)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(login(7, "1234").await);
    let invitation = Invitation { public_token: "spring".to_owned() };
    assert_eq!(sign_up("alice", invitation).await.as_deref(), Some("spring"));
}
