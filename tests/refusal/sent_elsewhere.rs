//! Bans that send people to a page instead of refusing them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use sqreen::{Agent, Ban, Ending, RedirectTarget, Refused, Sqreen};

use super::{Slow, User, current_user, log_in, the_user};
use crate::support::*;

/// A site with two pages for the banned, one of which knows whose session it is.
fn site(agent: &Agent, ran: &Tally) -> Router {
    let (page, login) = (ran.clone(), ran.clone());
    Router::new()
        .route("/", get(async || "hello"))
        .route("/banned", get(async || "why").post(async || "a letter"))
        .route("/banned/more", get(async || "more"))
        .route(
            "/locked",
            get(async move || {
                page.hit();
                current_user(ALICE).await;
                format!("locked: {}", sqreen::user_is_banned())
            }),
        )
        .route(
            "/account",
            get(async || {
                current_user(ALICE).await;
                "hers"
            }),
        )
        .route(
            "/login/{email}",
            post(async move |Path(email): Path<String>| {
                log_in(&email, &login).await;
                "welcome"
            }),
        )
        .layer(agent.layer())
}

fn to(target: &str) -> RedirectTarget {
    target.parse().unwrap()
}

fn send(agent: &Agent, banned: Ban, target: &str) -> sqreen::DecisionId {
    agent.ban(banned.redirect(to(target)), Ending::WhenPardoned, "a test")
}

/// Where an answer leads, and that it is nothing but the way there.
fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{answer:?}");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(answer.body, "");
    answer.header(header::LOCATION)
}

#[tokio::test]
async fn a_banned_address_is_sent_to_the_page_with_the_decision_and_arrives() {
    let agent = Agent::builder().refusal_status(429).build().unwrap();
    let app = site(&agent, &Tally::default());
    let id = send(&agent, Ban::of(address(ATTACKER)), "/banned?lang=en#top");
    let answer = visit("/").from(ATTACKER).send(&app).await;
    let expected = format!("/banned?lang=en&decision={id}#top");
    assert_eq!(location(&answer), expected);
    let there = visit(&expected).from(ATTACKER).send(&app).await;
    assert_eq!(there.body, "why", "the client arrives");
    let letter = submit("/banned").from(ATTACKER).send(&app).await;
    assert_eq!(letter.body, "a letter");
    assert_eq!(refusals(&agent).await.len(), 1, "nobody was refused there");
}

#[tokio::test]
async fn only_the_page_itself_is_open_and_only_where_a_ban_leads() {
    let agent = agent();
    let app = site(&agent, &Tally::default());
    send(&agent, Ban::of(address(ATTACKER)), "/banned");
    for path in ["/", "/banned/", "/banned/more", "/Banned", "/locked"] {
        let answer = visit(path).from(ATTACKER).send(&app).await;
        assert!(location(&answer).starts_with("/banned?"), "{path}");
    }
    // Somebody who is refused is refused there too.
    ban(&agent, address(NEXT_DOOR));
    assert!(
        visit("/banned")
            .from(NEXT_DOOR)
            .send(&app)
            .await
            .is_refusal()
    );
    agent.pardon(address(ATTACKER));
    send(&agent, Ban::of(address(ATTACKER)), "https://example.com/x");
    let answer = visit("/banned").from(ATTACKER).send(&app).await;
    assert!(location(&answer).starts_with("https://example.com/x?decision="));
}

#[tokio::test]
async fn a_banned_user_is_sent_elsewhere_at_login_and_at_identify() {
    let (agent, checked) = (agent(), Tally::default());
    let app = site(&agent, &checked);
    let id = send(&agent, Ban::of(user(ALICE)), "https://example.com/locked");
    let there = format!("https://example.com/locked?decision={id}");
    let login = submit("/login/alice@example.com").send(&app).await;
    assert_eq!(location(&login), there);
    assert_eq!(checked.count(), 0);
    let account = visit("/account").send(&app).await;
    assert_eq!(location(&account), there);
    let bob = submit("/login/bob@example.com").send(&app).await;
    assert_eq!(bob.body, "welcome");
}

#[tokio::test]
async fn the_page_can_know_whose_ban_it_tells_of() {
    let (agent, ran) = (agent(), Tally::default());
    let app = site(&agent, &ran);
    send(&agent, Ban::of(user(ALICE)), "/locked");
    let answer = visit("/account").send(&app).await;
    assert!(location(&answer).starts_with("/locked?decision="));
    let page = visit("/locked").send(&app).await;
    assert_eq!(page.body, "locked: true", "told, and not sent away again");
    assert_eq!(ran.count(), 1);
}

#[tokio::test]
async fn two_bans_with_two_pages_do_not_send_anybody_in_circles() {
    let agent = agent();
    let app = site(&agent, &Tally::default());
    send(&agent, Ban::of(address(HOME)), "/banned");
    send(&agent, Ban::of(user(ALICE)), "/locked");
    let answer = visit("/account").send(&app).await;
    assert!(location(&answer).starts_with("/banned?"));
    for page in ["/banned", "/locked"] {
        let answer = visit(page).send(&app).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn nobody_gets_to_try_passwords_on_the_page_for_the_banned() {
    let (agent, checked) = (agent(), Tally::default());
    let app = site(&agent, &checked);
    let page = "/login/alice@example.com";
    for banned in [
        Ban::of(address(ATTACKER)),
        Ban::of(user(ALICE)).unfamiliar_logins_only(),
    ] {
        send(&agent, banned, page);
        let answer = submit(page).from(ATTACKER).send(&app).await;
        assert!(
            answer.is_refusal(),
            "refused and not sent there again: {answer:?}"
        );
        assert_eq!(checked.count(), 0);
        agent.pardon(address(ATTACKER));
    }
}

#[tokio::test]
async fn a_ban_from_less_than_everything_can_send_people_elsewhere_too() {
    let (agent, checked) = (agent(), Tally::default());
    let app = site(&agent, &checked);
    let there = Ban::of(address(HOME)).unfamiliar_logins_only();
    send(&agent, there, "/banned");
    let login = submit("/login/alice@example.com").send(&app).await;
    assert!(location(&login).starts_with("/banned?"));
    assert_eq!(checked.count(), 0);
    assert_eq!(visit("/account").send(&app).await.body, "hers");
}

#[tokio::test]
async fn a_request_that_runs_when_the_ban_comes_is_sent_elsewhere_at_its_end() {
    let agent = agent();
    let slow = Slow::default();
    let app = slow.app(&agent);
    let running = slow.start(&app, HOME).await;
    send(&agent, Ban::of(user(ALICE)), "/banned");
    slow.go.notify_one();
    let answer = within(running).await.unwrap();
    assert!(location(&answer).starts_with("/banned?"));
}

#[tokio::test]
async fn the_page_is_finished_when_a_ban_that_leads_to_it_comes_meanwhile() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let slow = Slow::default();
    let app = slow.app(&agent);
    send(&agent, Ban::of(address(ATTACKER)), "/");
    let running = slow.start(&app, HOME).await;
    send(&agent, Ban::of(user(ALICE)), "/");
    send(&agent, Ban::of(address(HOME)), "/");
    slow.go.notify_one();
    assert_eq!(within(running).await.unwrap().status, StatusCode::OK);
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct LoginError(#[from] Refused);

#[sqreen::track_auth(user = "email")]
async fn log_in_or_say_why(email: &str) -> Result<User, LoginError> {
    Ok(the_user(email))
}

#[tokio::test]
async fn without_a_layer_a_refusal_tells_where_to_send_the_client() {
    let agent = agent();
    let told = Arc::new(Mutex::new(None));
    let tells = told.clone();
    // What a layer would replace is looked at as it is returned.
    let app = Router::new()
        .route(
            "/",
            get(async move || {
                let refused = log_in_or_say_why(ALICE).await.err();
                *tells.lock().unwrap() = refused;
            }),
        )
        .layer(agent.layer());
    let id = send(&agent, Ban::of(user(ALICE)), "/banned");
    visit("/").send(&app).await;
    let LoginError(refused) = told.lock().unwrap().take().unwrap();
    let expected = format!("/banned?decision={id}");
    assert_eq!(refused.redirect(), Some(&to("/banned")));
    assert_eq!(refused.location(), Some(expected.clone()));
    let answer = refused.into_response();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()[header::LOCATION], *expected);
}

#[tokio::test]
async fn a_refusal_without_a_redirect_tells_none() {
    let agent = agent();
    let said = Arc::new(Mutex::new(None));
    let says = said.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                let refused = sqreen.identify(("email", ALICE)).check().unwrap_err();
                *says.lock().unwrap() = Some((refused.location(), refused.redirect().cloned()));
            }),
        )
        .layer(agent.layer());
    ban(&agent, user(ALICE));
    assert!(visit("/").send(&app).await.is_refusal());
    assert_eq!(*said.lock().unwrap(), Some((None, None)));
}
