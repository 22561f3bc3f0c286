//! Each response that a playbook can give, from the event that leads to it to the request that feels it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::routing::{get, post};
use sqreen::event::{ManualClock, Outcome, Reach, Response as Decided, Subject};
use sqreen::policy::{By, Conditions, Mode, Playbook, Policy, Then, When};
use sqreen::{Agent, Builder, Severity};

use super::{current_user, the_user};
use crate::support::*;

const HOUR: Duration = Duration::from_secs(3600);

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> Option<super::User> {
    right.then(|| the_user(email))
}

#[sqreen::track_signup(user = "email")]
async fn sign_up(email: &str) -> bool {
    !email.is_empty()
}

/// Logins, sign-ups, an account that asks for a second factor, and the page where that is given.
fn app(agent: &Agent) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
        .route("/banned", get(async || "why"))
        .route(
            "/login/{email}/{password}",
            post(async |Path((email, password)): Path<(String, String)>| {
                log_in(&email, password == "right")
                    .await
                    .map(|user| user.email)
                    .ok_or(StatusCode::UNAUTHORIZED)
            }),
        )
        .route(
            "/sign-up/{email}",
            post(async |Path(email): Path<String>| {
                sign_up(&email).await;
                "a letter is on its way"
            }),
        )
        .route(
            "/account/{email}",
            get(async |Path(email): Path<String>| {
                current_user(&email).await;
                let risk = sqreen::risk();
                if sqreen::step_up_required() {
                    "your code, please".to_owned()
                } else {
                    format!("welcome, risk {risk:?}")
                }
            }),
        )
        .route(
            "/code/{email}",
            post(async |Path(email): Path<String>| {
                current_user(&email).await;
                sqreen::stepped_up(("email", &*email)).result().unwrap();
                "thank you"
            }),
        )
        .layer(agent.layer())
}

/// Responds to the first failed login that is counted so.
fn at_a_failure(name: &str, by: By, then: impl Into<Vec<Then>>) -> Playbook {
    Playbook {
        only_if: Conditions {
            outcome: vec![Outcome::Failure],
            ..Conditions::default()
        },
        by,
        then: then.into(),
        lasting: HOUR,
        at_most: HOUR,
        severity: Severity::High,
        ..Playbook::new(name, When::Login)
    }
}

fn with(playbooks: impl IntoIterator<Item = Playbook>) -> (Builder, Arc<ManualClock>) {
    let clock = clock();
    let policy = Policy::new(playbooks).unwrap();
    let builder = Agent::builder().policy(policy).clock(clock.clone());
    (builder, clock)
}

async fn attempt(app: &Router, path: &str, from: &str) -> Answer {
    submit(path).from(from).send(app).await
}

async fn account(app: &Router, email: &str, from: &str) -> Answer {
    let path = format!("/account/{email}");
    visit(&path).from(from).send(app).await
}

const WRONG: &str = "/login/alice@example.com/wrong";
const RIGHT: &str = "/login/alice@example.com/right";
const BOBS: &str = "/login/bob@example.com/right";

#[tokio::test]
async fn a_user_asked_to_step_up_is_free_once_they_have_and_the_application_is_called() {
    let playbook = at_a_failure("doubt", By::User, [Then::StepUp, Then::AtRisk]);
    let (builder, _) = with([playbook]);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let ask = Arc::clone(&asked);
    let agent = builder
        .on_step_up(move |step_up| ask.lock().unwrap().push(step_up.clone()))
        .build()
        .unwrap();
    let app = app(&agent);
    assert_eq!(account(&app, ALICE, HOME).await.body, "welcome, risk None");
    attempt(&app, WRONG, ATTACKER).await;

    assert_eq!(account(&app, ALICE, HOME).await.body, "your code, please");
    assert_eq!(account(&app, BOB, HOME).await.body, "welcome, risk None");
    let decision = &decisions(&agent).await[0];
    let asked = std::mem::take(&mut *asked.lock().unwrap());
    let [step_up] = &asked[..] else {
        panic!("asked once")
    };
    assert_eq!(
        (&step_up.user, step_up.cause.decision),
        (&user(ALICE), decision.id)
    );
    let at_risk = agent.at_risk();
    assert_eq!(
        (&at_risk[0].user, at_risk[0].severity),
        (&user(ALICE), Severity::High)
    );
    assert_eq!(at_risk[0].causes[0].playbook, decision.playbook);

    attempt(&app, "/code/alice@example.com", HOME).await;
    assert_eq!(account(&app, ALICE, HOME).await.body, "welcome, risk None");
    assert_eq!((agent.at_risk(), agent.step_ups()), (vec![], vec![]));
}

#[tokio::test]
async fn a_risk_ends_by_itself() {
    let (builder, clock) = with([at_a_failure("doubt", By::User, [Then::AtRisk])]);
    let agent = builder.build().unwrap();
    let app = app(&agent);
    attempt(&app, WRONG, ATTACKER).await;
    let welcome = async || account(&app, ALICE, HOME).await.body;
    assert_eq!(welcome().await, "welcome, risk Some(High)");
    clock.advance(HOUR);
    assert_eq!(welcome().await, "welcome, risk None");
    assert_eq!(agent.at_risk(), []);
}

#[tokio::test]
async fn a_playbook_that_observes_is_told_of_and_changes_nothing() {
    let all = [Then::StepUp, Then::AtRisk, Then::BanUser];
    let mut playbook = at_a_failure("only-looking", By::User, all);
    playbook.mode = Mode::Observe;
    let (builder, _) = with([playbook]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let agent = builder
        .on_decision(move |decision| tell.lock().unwrap().push(decision.clone()))
        .on_step_up(|_| panic!("nobody is to be asked"))
        .build()
        .unwrap();
    let app = app(&agent);
    attempt(&app, WRONG, ATTACKER).await;
    assert_eq!(account(&app, ALICE, HOME).await.body, "welcome, risk None");
    let decided = decisions(&agent).await;
    assert_eq!(*told.lock().unwrap(), decided);
    assert_eq!((decided.len(), decided[0].enforced), (1, false));
    assert!(agent.diagnostics().is_empty());
}

#[tokio::test]
async fn an_attacker_is_sent_to_the_page_that_the_playbook_names() {
    let mut playbook = at_a_failure("elsewhere", By::Address, [Then::BanAddress]);
    playbook.redirect = "/banned".parse().ok();
    let (builder, clock) = with([playbook]);
    let agent = builder.build().unwrap();
    let app = app(&agent);
    attempt(&app, WRONG, ATTACKER).await;
    let answer = attempt(&app, RIGHT, ATTACKER).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let id = decisions(&agent).await[0].id;
    let there = format!("/banned?decision={id}");
    assert_eq!(answer.header(header::LOCATION), there);
    assert_eq!(visit(&there).from(ATTACKER).send(&app).await.body, "why");
    clock.advance(HOUR);
    assert_eq!(attempt(&app, RIGHT, ATTACKER).await.body, ALICE);
}

#[tokio::test]
async fn where_the_attacked_user_is_at_home_only_their_logins_there_are_refused() {
    let playbook = at_a_failure("pair", By::UserAndAddress, [Then::BanAddress]);
    let (builder, _) = with([playbook]);
    let agent = builder.build().unwrap();
    let app = app(&agent);
    assert_eq!(attempt(&app, RIGHT, HOME).await.body, ALICE);
    attempt(&app, WRONG, HOME).await;
    let Decided::Ban { subject, .. } = &decisions(&agent).await[0].responses[0] else {
        panic!("a ban")
    };
    assert!(matches!(subject, Subject::UserAt { .. }), "{subject}");
    assert!(attempt(&app, RIGHT, HOME).await.is_refusal());
    assert_eq!(account(&app, ALICE, HOME).await.body, "welcome, risk None");
    assert_eq!(attempt(&app, BOBS, HOME).await.body, BOB);
    assert_eq!(attempt(&app, RIGHT, NEXT_DOOR).await.body, ALICE);
}

#[tokio::test]
async fn where_others_are_at_home_an_address_is_closed_to_strangers_only() {
    let playbook = at_a_failure("strangers", By::Address, [Then::BanAddress]);
    let (builder, _) = with([playbook]);
    let agent = builder.build().unwrap();
    let app = app(&agent);
    assert_eq!(attempt(&app, BOBS, HOME).await.body, BOB);
    attempt(&app, WRONG, HOME).await;
    assert!(attempt(&app, RIGHT, HOME).await.is_refusal());
    let carol = attempt(&app, "/sign-up/carol@example.com", HOME).await;
    assert!(!carol.is_refusal(), "that guesses no password");
    assert_eq!(attempt(&app, BOBS, HOME).await.body, BOB);
    assert_eq!(visit("/").from(HOME).send(&app).await.body, "hello");
    assert_eq!(account(&app, ALICE, HOME).await.body, "welcome, risk None");
}

#[tokio::test]
async fn a_whole_network_is_closed_to_strangers_only() {
    let playbook = at_a_failure("network", By::Network, [Then::BanNetwork]);
    let (builder, _) = with([playbook]);
    let agent = builder.build().unwrap();
    let app = app(&agent);
    assert_eq!(attempt(&app, BOBS, NEXT_DOOR).await.body, BOB);
    attempt(&app, WRONG, HOME).await;
    assert_eq!(attempt(&app, BOBS, NEXT_DOOR).await.body, BOB);
    for from in [HOME, NEXT_DOOR, "198.51.100.254"] {
        assert!(attempt(&app, RIGHT, from).await.is_refusal(), "{from}");
        assert_eq!(visit("/").from(from).send(&app).await.body, "hello");
    }
    assert_eq!(attempt(&app, RIGHT, ATTACKER).await.body, ALICE);
}

#[tokio::test]
async fn an_address_that_may_open_no_accounts_may_do_the_rest() {
    let playbook = Playbook {
        then: vec![Then::CloseSignUps],
        ..Playbook::new("mass-sign-up", When::SignUp)
    };
    let (builder, _) = with([playbook]);
    let agent = builder.build().unwrap();
    let app = app(&agent);
    let sign_up = async |from| attempt(&app, "/sign-up/carol@example.com", from).await;
    assert_eq!(sign_up(ATTACKER).await.status, StatusCode::OK);
    assert!(sign_up(ATTACKER).await.is_refusal());
    assert_eq!(sign_up(HOME).await.status, StatusCode::OK);
    assert_eq!(attempt(&app, RIGHT, ATTACKER).await.body, ALICE);
}

#[tokio::test]
async fn users_can_be_turned_away_or_closed_to_places_they_do_not_use() {
    for (then, reach) in [
        (Then::BanUser, Reach::Everything),
        (Then::CloseUser, Reach::UnfamiliarLogins),
    ] {
        let (builder, _) = with([at_a_failure("user", By::User, [then])]);
        let agent = builder.build().unwrap();
        let app = app(&agent);
        assert_eq!(attempt(&app, RIGHT, HOME).await.body, ALICE);
        attempt(&app, WRONG, ATTACKER).await;
        let all = reach == Reach::Everything;
        assert_eq!(agent.bans()[0].reach, reach);
        assert!(attempt(&app, RIGHT, ATTACKER).await.is_refusal());
        assert_eq!(attempt(&app, RIGHT, HOME).await.is_refusal(), all);
        assert_eq!(account(&app, ALICE, ATTACKER).await.is_refusal(), all);
        assert!(!account(&app, BOB, ATTACKER).await.is_refusal());
    }
}
