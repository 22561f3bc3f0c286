//! `traits` and `properties`: what else is known, from arguments and from what is returned.

use sqreen::event::{Property, What};
use sqreen::identity::Traits;
use sqreen::pipeline::Trouble;

use super::{ALICES_ROW, AuthError, Row, by_id};
use crate::support::*;

struct Session {
    email: String,
    seats: Option<u32>,
}

#[sqreen::identify(user_from = |row| row.id, traits(plan = |row| row.plan, next = |row| row.id + 1, seats = session.seats))]
async fn current_user(session: Session) -> Option<Row> {
    drop(session);
    Some(ALICES_ROW)
}

#[sqreen::track_auth(traits(plan = |row| row.plan, door = door))]
async fn log_in(email: String, door: &str, right: bool) -> Option<Row> {
    drop(email);
    let _ = door;
    right.then_some(ALICES_ROW)
}

#[sqreen::track_signup(user = session.email, traits(seats = session.seats))]
fn sign_up(session: &Session) -> bool {
    session.seats.is_some()
}

#[sqreen::track(
    "order.refunded",
    user = session.email,
    properties(amount = amount, why = why, id = |order| order.id, "is big" = amount.is_positive(), seats = session.seats)
)]
async fn refund(session: Session, amount: i64, why: &str) -> Result<Row, AuthError> {
    drop(session);
    match amount {
        0 => Err(AuthError::Database(if why.is_empty() {
            ""
        } else {
            "down"
        })),
        _ => Ok(ALICES_ROW),
    }
}

#[sqreen::track("cart.emptied", success = |left| *left == 0)]
fn empty_cart(left: u8) -> u8 {
    left
}

#[sqreen::track("seen")]
fn see() {}

#[sqreen::track("found", user_from = |row| row.id)]
fn find(there: bool) -> Option<Row> {
    there.then_some(ALICES_ROW)
}

#[tokio::test]
async fn a_session_has_traits_of_arguments_and_of_what_is_returned() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        let session = Session {
            email: ALICE.to_owned(),
            seats: Some(3),
        };
        current_user(session).await;
        assert_eq!(
            sqreen.request().unwrap().traits().get("plan"),
            Some("business")
        );
    })
    .await;
    let expected = Traits::new()
        .with("plan", "business")
        .with("next", &8)
        .with("seats", &3);
    assert_eq!(sessions(&agent).await[0].traits, expected);
}

#[tokio::test]
async fn a_login_has_traits_which_the_request_takes_over_when_it_succeeds() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        log_in(ALICE.to_owned(), "front", false).await;
        assert!(sqreen.request().unwrap().traits().is_empty());
        log_in(ALICE.to_owned(), "front", true).await;
        assert_eq!(
            sqreen.request().unwrap().traits().get("plan"),
            Some("business")
        );
    })
    .await;
    let logins = logins(&agent).await;
    let failed = Traits::new().with("door", "front");
    assert_eq!(logins[0].traits, failed);
    assert_eq!(logins[1].traits, failed.with("plan", "business"));
}

#[tokio::test]
async fn a_sign_up_has_traits_and_the_request_stays_nobodys() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        sign_up(&Session {
            email: ALICE.to_owned(),
            seats: Some(3),
        });
        assert_eq!(sqreen.user(), None);
    })
    .await;
    let events = events(&agent).await;
    let What::SignUp(sign_up) = &events[0].what else {
        panic!("{events:?}");
    };
    assert_eq!(sign_up.traits, Traits::new().with("seats", &3));
}

#[tokio::test]
async fn an_event_has_properties_and_happens_only_where_the_function_succeeds() {
    let agent = agent();
    let session = || Session {
        email: ALICE.to_owned(),
        seats: None,
    };
    serve(&agent, move |_| async move {
        refund(session(), 120, "late").await.unwrap();
        refund(session(), 0, "late").await.unwrap_err();
    })
    .await;
    let customs = customs(&agent).await;
    assert_eq!(customs.len(), 1);
    let [refunded] = &customs[..] else {
        panic!("one")
    };
    assert_eq!(
        (refunded.name.as_str(), &refunded.user),
        ("order.refunded", &Some(user(ALICE)))
    );
    let properties: Vec<_> = refunded.properties.iter().collect();
    assert_eq!(
        properties,
        [
            ("amount", &Property::Integer(120)),
            ("id", &Property::Integer(7)),
            ("is big", &Property::Bool(true)),
            ("why", &Property::Text("late".into())),
        ],
        "an absent value is no property"
    );
}

#[tokio::test]
async fn an_event_can_say_itself_when_it_happened_and_whose_it_is() {
    let agent = agent();
    serve(&agent, async |sqreen| {
        assert_eq!((empty_cart(1), empty_cart(0)), (1, 0));
        sqreen.identify(("email", BOB)).await.unwrap();
        see();
        find(true);
        find(false);
    })
    .await;
    let told: Vec<_> = customs(&agent)
        .await
        .into_iter()
        .map(|custom| (custom.name.as_str().to_owned(), custom.user))
        .collect();
    assert_eq!(
        told,
        [
            ("cart.emptied".to_owned(), None),
            ("seen".to_owned(), Some(user(BOB))),
            ("found".to_owned(), Some(by_id(7))),
        ]
    );
    assert_eq!(trouble(&agent, Trouble::Identity), 0);
}
