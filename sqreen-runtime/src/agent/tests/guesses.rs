//! What guesses are answered where an account or an address has been closed: nothing that tells right from wrong.

use std::sync::Arc;

use http::StatusCode;

use crate::agent::Agent;
use crate::event::{Address, Outcome, What};
use crate::identity::UserIdentifiers;
use crate::request::{AttemptKind, Attempted, Named, Request};

const ALICE: &str = "alice@example.com";
const RESIDENT: &str = "resident@example.com";

fn agent() -> Agent {
    Agent::builder().build().unwrap()
}

fn email(user: &str) -> UserIdentifiers {
    UserIdentifiers::new("email", user).unwrap()
}

fn stranger(n: usize) -> UserIdentifiers {
    email(&format!("{n}@example.com"))
}

fn request(agent: &Agent, from: u8) -> Arc<Request> {
    let address = Address::from(std::net::IpAddr::from([192, 0, 2, from]));
    Arc::new(Request::new(
        Arc::clone(agent.pipeline()),
        Some(address),
        None,
    ))
}

fn attempted(user: Option<UserIdentifiers>, right: bool) -> Attempted {
    let outcome = if right {
        Outcome::Success
    } else {
        Outcome::Failure
    };
    Attempted::new(AttemptKind::Login, outcome, user)
}

/// The handler is done; what the layer answers.
fn answer(request: &Request, right: bool) -> u16 {
    let status = if right {
        StatusCode::OK
    } else {
        StatusCode::UNAUTHORIZED
    };
    let refused = request.look_at_the_end();
    let failed = request.answered(Some(status));
    match refused.or(failed) {
        Some(_) => 403,
        None => status.as_u16(),
    }
}

/// A login of which the agent hears when it is over, as from `auth_track`.
fn tries(agent: &Agent, from: u8, user: Option<UserIdentifiers>, right: bool) -> u16 {
    let request = request(agent, from);
    if request.admit(AttemptKind::Login, Named::NotYet).is_err() {
        return 403;
    }
    request.attempted(attempted(user, right));
    answer(&request, right)
}

/// Closes the address to strangers: somebody is at home there, and guesses others' passwords.
fn close(agent: &Agent, from: u8) {
    assert_eq!(tries(agent, from, Some(email(RESIDENT)), true), 200);
    let wrong = (0..).map(|n| tries(agent, from, Some(stranger(n)), false));
    let answered = wrong.take_while(|status| *status == 401).count();
    assert!((5..=10).contains(&answered), "{answered} guesses");
}

fn logins(agent: &Agent) -> usize {
    let events = agent.events();
    let is_login = |what: &What| matches!(what, What::Login(_));
    events
        .iter()
        .filter(|entry| is_login(&entry.event.what))
        .count()
}

#[test]
fn a_closed_account_does_not_tell_which_password_is_right() {
    let agent = agent();
    for n in 0..20 {
        let status = tries(&agent, 10 + n, Some(email(ALICE)), false);
        assert_eq!(status, 401, "the deciding one like those before it");
    }
    for n in 0..30 {
        assert_eq!(tries(&agent, 50 + n, Some(email(ALICE)), false), 403);
    }
    assert_eq!(tries(&agent, 90, Some(email(ALICE)), true), 403);
    assert_eq!(logins(&agent), 51, "each is still recorded, and once");
}

#[test]
fn an_address_closed_to_strangers_does_not_tell_them_either() {
    let agent = agent();
    close(&agent, 1);
    assert_eq!(
        tries(&agent, 2, None, false),
        401,
        "nobody's, where no ban is"
    );
    for n in 0..20 {
        assert_eq!(tries(&agent, 1, Some(stranger(n)), false), 403);
    }
    assert_eq!(tries(&agent, 1, Some(stranger(500)), true), 403);
    assert_eq!(tries(&agent, 1, None, false), tries(&agent, 1, None, true));
    assert_eq!(
        tries(&agent, 1, Some(email(RESIDENT)), false),
        401,
        "who is at home there may mistype"
    );
    assert_eq!(tries(&agent, 1, Some(email(RESIDENT)), true), 200);
}

#[test]
fn guesses_side_by_side_are_refused_from_the_ban_on_whatever_they_found() {
    // Whether all passwords are found wrong before the first answer goes out, or one after the other.
    for waiting in [false, true] {
        let agent = agent();
        assert_eq!(tries(&agent, 1, Some(email(RESIDENT)), true), 200);
        let guesses: Vec<_> = (0..200)
            .map(|n| {
                let (request, user) = (request(&agent, 1), stranger(n));
                request
                    .admit(AttemptKind::Login, Named::User(&user))
                    .unwrap();
                if waiting {
                    request.attempted(attempted(Some(user.clone()), false));
                }
                (request, user)
            })
            .collect();
        let late = request(&agent, 1);
        late.admit(AttemptKind::Login, Named::User(&stranger(200)))
            .unwrap();
        let answers = guesses.into_iter().map(|(request, user)| {
            if !waiting {
                request.attempted(attempted(Some(user), false));
            }
            answer(&request, false)
        });
        let answers: Vec<_> = answers.collect();
        let told = answers.iter().filter(|status| **status == 401).count();
        assert!((5..=10).contains(&told), "{told} of 200 were told");
        late.attempted(attempted(Some(stranger(200)), true));
        assert_eq!(answer(&late, true), 403, "nor is the right one");
        assert_eq!(logins(&agent), 202, "all are recorded, each once");
    }
}

#[test]
fn where_the_service_fails_no_failure_is_refused() {
    let agent = agent();
    assert_eq!(tries(&agent, 1, Some(email(RESIDENT)), true), 200);
    let waiting = request(&agent, 1);
    waiting.attempted(attempted(Some(stranger(900)), false));
    close(&agent, 1);
    assert!(waiting.answered(Some(StatusCode::BAD_GATEWAY)).is_none());
    assert!(waiting.refused().is_none());
}
