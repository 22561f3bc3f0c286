//! Bans from less than everything: of one user at one address, from logging in where one never did, and from
//! opening accounts. Nobody else is touched.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::{Outcome, RefusalPoint, Subject};
use sqreen::{Agent, Ban, Ending};

use super::{User, current_user, log_in, the_user};
use crate::support::*;

#[sqreen::track_signup(user = "email")]
async fn sign_up(email: &str, opened: &Tally) -> Option<User> {
    opened.hit();
    Some(the_user(email))
}

/// Nobody is named by what it is given.
#[sqreen::track_auth(user_from = |user| ("email", &user.email))]
async fn log_in_by_card(card: &[u8], checked: &Tally) -> Option<User> {
    checked.hit();
    Some(the_user(str::from_utf8(card).ok()?))
}

/// Logins, sign-ups and sessions, and how often a password was checked or an account opened.
struct Site {
    agent: Agent,
    app: Router,
    ran: Tally,
}

impl Site {
    fn new() -> Self {
        let (agent, ran) = (agent(), Tally::default());
        let (login, card, opened) = (ran.clone(), ran.clone(), ran.clone());
        let found = |user: Option<User>| user.map(|user| user.email).unwrap_or_default();
        let app = Router::new()
            .route("/", get(async || "hello"))
            .route(
                "/login/{email}",
                post(async move |Path(email): Path<String>| found(log_in(&email, &login).await)),
            )
            .route(
                "/card/{email}",
                post(async move |Path(email): Path<String>| {
                    found(log_in_by_card(email.as_bytes(), &card).await)
                }),
            )
            .route(
                "/no-card",
                post({
                    let ran = ran.clone();
                    async move || found(log_in_by_card(&[0xFF], &ran).await)
                }),
            )
            .route(
                "/nobody",
                post({
                    let ran = ran.clone();
                    async move || found(log_in("", &ran).await)
                }),
            )
            .route(
                "/sign-up/{email}",
                post(async move |Path(email): Path<String>| found(sign_up(&email, &opened).await)),
            )
            .route(
                "/account/{email}",
                get(async move |Path(email): Path<String>| found(current_user(&email).await)),
            )
            .layer(agent.layer());
        Self { agent, app, ran }
    }

    /// Whether a request is refused; one that is not does what it should.
    async fn refuses(&self, call: Call) -> bool {
        let before = self.ran.count();
        let answer = call.send(&self.app).await;
        if answer.is_refusal() {
            assert_eq!(self.ran.count(), before, "it ran all the same");
            return true;
        }
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        false
    }

    async fn refuses_login(&self, email: &str, from: &str) -> bool {
        self.refuses(submit(&format!("/login/{email}")).from(from))
            .await
    }

    async fn refuses_sign_up(&self, email: &str, from: &str) -> bool {
        self.refuses(submit(&format!("/sign-up/{email}")).from(from))
            .await
    }

    async fn refuses_session(&self, email: &str, from: &str) -> bool {
        self.refuses(visit(&format!("/account/{email}")).from(from))
            .await
    }

    async fn refuses_page(&self, from: &str) -> bool {
        self.refuses(visit("/").from(from)).await
    }

    fn ban(&self, banned: impl Into<Ban>) -> sqreen::DecisionId {
        self.agent.ban(banned, Ending::WhenPardoned, "a test")
    }
}

fn pair(email: &str, at: &str) -> Subject {
    Subject::UserAt {
        user: user(email),
        network: at.parse().unwrap(),
    }
}

#[tokio::test]
async fn a_user_banned_at_an_address_cannot_log_in_there_before_the_password_is_checked() {
    let site = Site::new();
    let id = site.ban(pair(ALICE, ATTACKER));
    let answer = submit("/login/alice@example.com")
        .from(ATTACKER)
        .send(&site.app)
        .await;
    assert!(answer.is_refusal());
    assert_eq!(answer.decision(), id);
    assert_eq!(site.ran.count(), 0);
    let refusal = &refusals(&site.agent).await[0];
    assert_eq!(
        (refusal.point, &refusal.user),
        (RefusalPoint::Login, &Some(user(ALICE)))
    );
    assert_eq!(logins(&site.agent).await.len(), 0);
}

#[tokio::test]
async fn a_user_banned_at_an_address_is_refused_nothing_else() {
    let site = Site::new();
    site.ban(pair(ALICE, ATTACKER));
    assert!(!site.refuses_session(ALICE, ATTACKER).await, "her session");
    assert!(!site.refuses_page(ATTACKER).await, "the address");
    assert!(!site.refuses_login(BOB, ATTACKER).await, "others there");
    assert!(!site.refuses_login(ALICE, HOME).await, "her elsewhere");
    assert!(!site.refuses_sign_up(ALICE, ATTACKER).await);
    assert!(site.refuses_login(ALICE, ATTACKER).await);
}

#[tokio::test]
async fn a_pair_is_free_when_the_user_the_network_or_the_pair_is_pardoned_or_allowed() {
    for subject in [
        user(ALICE).into(),
        address(ATTACKER).into(),
        pair(ALICE, ATTACKER),
    ] {
        let site = Site::new();
        site.ban(pair(ALICE, ATTACKER));
        assert!(site.refuses_login(ALICE, ATTACKER).await);
        assert_eq!(site.agent.pardon(subject.clone()), 1, "{subject}");
        assert!(!site.refuses_login(ALICE, ATTACKER).await, "{subject}");
        site.ban(pair(ALICE, ATTACKER));
        assert_eq!(site.agent.allow(subject.clone()), 1, "{subject}");
        site.ban(pair(ALICE, ATTACKER));
        assert!(!site.refuses_login(ALICE, ATTACKER).await, "{subject}");
    }
}

#[tokio::test]
async fn a_login_that_finds_a_banned_pair_only_afterwards_is_withheld() {
    let site = Site::new();
    site.ban(pair(ALICE, ATTACKER));
    let card = || submit("/card/alice@example.com").from(ATTACKER);
    assert!(card().send(&site.app).await.is_refusal());
    assert_eq!(site.ran.count(), 1, "only that tells who it is");
    let login = &logins(&site.agent).await[0];
    assert_eq!((login.outcome, login.withheld), (Outcome::Success, true));
}

#[tokio::test]
async fn an_address_closed_to_unfamiliar_logins_stays_usable_and_those_at_home_there_log_in() {
    let site = Site::new();
    assert!(!site.refuses_login(ALICE, HOME).await, "she is at home");
    site.ban(Ban::of(address(HOME)).unfamiliar_logins_only());

    assert!(!site.refuses_page(HOME).await);
    assert!(!site.refuses_session(ALICE, HOME).await);
    assert!(
        !site.refuses_session(BOB, HOME).await,
        "and others' sessions"
    );
    assert!(!site.refuses_login(ALICE, HOME).await);
    assert!(!site.refuses_sign_up(ALICE, HOME).await);
    assert!(!site.refuses_login(BOB, NEXT_DOOR).await, "elsewhere");

    assert!(site.refuses_login("carol@example.com", HOME).await);
    assert!(!site.refuses_sign_up("carol@example.com", HOME).await);
    assert!(site.refuses(submit("/nobody").from(HOME)).await);
    let points: Vec<_> = refusals(&site.agent)
        .await
        .iter()
        .map(|refusal| (refusal.point, refusal.user.clone()))
        .collect();
    assert_eq!(
        points,
        [(RefusalPoint::Login, None), (RefusalPoint::Login, None)],
        "it is the address that is refused"
    );
}

#[tokio::test]
async fn at_an_address_closed_to_unfamiliar_logins_whom_only_the_login_finds_is_asked_of_afterwards()
 {
    let site = Site::new();
    assert!(!site.refuses_login(ALICE, HOME).await);
    site.ban(Ban::of(address(HOME)).unfamiliar_logins_only());
    assert!(!site.refuses(submit("/card/alice@example.com")).await);
    let answer = submit("/card/bob@example.com").send(&site.app).await;
    assert!(answer.is_refusal(), "the answer is withheld");
    let logins = logins(&site.agent).await;
    let withheld: Vec<_> = logins.iter().map(|login| login.withheld).collect();
    assert_eq!(withheld, [false, false, true]);
    // The card is no text, so nobody is found: it is refused like one that finds a stranger.
    let answer = submit("/no-card").send(&site.app).await;
    assert!(answer.is_refusal(), "{answer:?}");
}

#[tokio::test]
async fn a_user_closed_to_unfamiliar_logins_logs_in_at_home() {
    let site = Site::new();
    assert!(!site.refuses_login(ALICE, HOME).await);
    site.ban(Ban::of(user(ALICE)).unfamiliar_logins_only());
    assert!(!site.refuses_login(ALICE, HOME).await);
    assert!(!site.refuses_session(ALICE, ATTACKER).await);
    assert!(site.refuses_login(ALICE, ATTACKER).await);
    assert!(!site.refuses_login(BOB, ATTACKER).await);
}

#[tokio::test]
async fn who_may_not_open_accounts_may_do_everything_else() {
    let site = Site::new();
    site.ban(Ban::of(address(ATTACKER)).sign_ups_only());
    assert!(site.refuses_sign_up(BOB, ATTACKER).await);
    assert!(!site.refuses_login(BOB, ATTACKER).await);
    assert!(!site.refuses_session(BOB, ATTACKER).await);
    assert!(!site.refuses_page(ATTACKER).await);
    assert!(!site.refuses_sign_up(BOB, HOME).await);

    site.ban(Ban::of(user(ALICE)).sign_ups_only());
    assert!(site.refuses_sign_up(ALICE, HOME).await);
    assert!(!site.refuses_login(ALICE, HOME).await);
    assert!(!site.refuses_session(ALICE, HOME).await);
    site.agent.pardon(user(ALICE));
    assert!(!site.refuses_sign_up(ALICE, HOME).await);
}

#[tokio::test]
async fn a_request_that_runs_goes_on_when_a_ban_from_less_than_everything_comes() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let slow = super::Slow::default();
    let app = slow.app(&agent);
    let running = slow.start(&app, HOME).await;
    for banned in [
        Ban::of(pair(ALICE, HOME)),
        Ban::of(address(HOME)).sign_ups_only(),
        Ban::of(user(ALICE)).unfamiliar_logins_only(),
    ] {
        agent.ban(banned, Ending::WhenPardoned, "a test");
    }
    slow.go.notify_one();
    assert_eq!(within(running).await.unwrap().status, StatusCode::OK);
    assert_eq!(slow.after.count(), 1);
}
