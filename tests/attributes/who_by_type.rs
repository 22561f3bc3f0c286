//! Where no argument has a usual name, its type says who the user is, or that of what is returned.

use sqreen::Identity;
use sqreen::event::Attempt;
use sqreen::event::Outcome::{Failure, Success};
use sqreen::pipeline::Trouble;

use super::{AuthError, by_id};
use crate::support::*;

#[derive(Identity)]
struct Credentials {
    email: String,
    password: String,
}

#[derive(Debug, PartialEq, Identity)]
struct Account {
    #[identity]
    id: u64,
}

#[sqreen::track_auth]
async fn by_its_argument(_attempts: u8, credentials: Credentials) -> Result<Account, AuthError> {
    (credentials.password == "right")
        .then_some(Account { id: 7 })
        .ok_or(AuthError::UnknownUser)
}

#[sqreen::track_auth]
async fn by_what_it_returns(token: String) -> Result<Option<Account>, AuthError> {
    Ok((token == "right").then_some(Account { id: 7 }))
}

#[sqreen::track_auth]
fn by_its_argument_in_time(
    credentials: &Credentials,
) -> impl Future<Output = Result<Account, AuthError>> + Send + use<> {
    let right = credentials.password == "right";
    async move {
        tokio::task::yield_now().await;
        right
            .then_some(Account { id: 7 })
            .ok_or(AuthError::UnknownUser)
    }
}

#[sqreen::track_signup]
async fn by_json(axum::Json(form): axum::Json<Credentials>) -> bool {
    !form.password.is_empty()
}

fn alice(password: &str) -> Credentials {
    Credentials {
        email: ALICE.to_owned(),
        password: password.to_owned(),
    }
}

#[derive(Identity)]
struct Member {
    #[identity]
    number: u32,
}

#[sqreen::track_auth]
fn by_another_key(member: &Member) -> bool {
    member.number > 0
}

#[tokio::test]
async fn an_argument_that_names_users_by_another_key_is_told_of() {
    let agent = agent();
    let listed = trouble(&agent, Trouble::IdentityFormat);
    serve(&agent, async |_| {
        by_its_argument(0, alice("right")).await.unwrap();
        by_another_key(&Member { number: 7 });
    })
    .await;
    assert_eq!(trouble(&agent, Trouble::IdentityFormat), listed + 1);
}

#[tokio::test]
async fn an_argument_says_it_for_successes_and_failures() {
    let agent = agent();
    serve(&agent, async |_| {
        assert_eq!(
            by_its_argument(0, alice("right")).await,
            Ok(Account { id: 7 })
        );
        by_its_argument(0, alice("wrong")).await.unwrap_err();
        by_its_argument_in_time(&alice("right")).await.unwrap();
        by_its_argument_in_time(&alice("wrong")).await.unwrap_err();
    })
    .await;
    let both = [
        Attempt::new(Success, Some(user(ALICE))),
        Attempt::new(Failure, Some(user(ALICE))),
    ];
    assert_eq!(logins(&agent).await, [both.clone(), both].concat());
}

#[tokio::test]
async fn what_is_returned_says_it_for_successes() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        by_what_it_returns("right".to_owned()).await.unwrap();
        assert_eq!(sqreen.user().map(|user| user.user), Some(by_id(7)));
        by_what_it_returns("wrong".to_owned()).await.unwrap();
    })
    .await;
    assert_eq!(
        logins(&agent).await,
        [
            Attempt::new(Success, Some(by_id(7))),
            Attempt::new(Failure, None)
        ]
    );
}

#[tokio::test]
async fn a_binding_inside_of_an_extractor_says_it() {
    let agent = agent();
    serve(&agent, async |_| {
        assert!(by_json(axum::Json(alice("new"))).await);
    })
    .await;
    let events = events(&agent).await;
    let [sqreen::event::What::SignUp(sign_up)] = [&events[0].what] else {
        panic!("{events:?}");
    };
    assert_eq!(sign_up.user, Some(user(ALICE)));
}
