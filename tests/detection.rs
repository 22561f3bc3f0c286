//! Rules 13 and 16 to 18: attackers are found, by exact figures and with evidence, and nobody else is.

#![cfg(feature = "axum")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{Request, Response, StatusCode};
use axum::routing::{get, post};
use sqreen::config::Config;
use sqreen::event::{Clock, Decision, Outcome, Reach, Response as Decided, Subject, What};
use sqreen::policy::{By, Counts, Mode, Playbook, Policy, Then, When};
use sqreen::{Agent, Builder};
use support::*;
use tokio::sync::Barrier;
use tower::{Layer, Service, service_fn};

const MINUTE: Duration = Duration::from_secs(60);
/// How long the built-in playbooks ban.
const BAN: Duration = Duration::from_secs(15 * 60);

struct User {
    email: String,
}

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> Option<User> {
    right.then(|| User {
        email: email.to_owned(),
    })
}

#[sqreen::track_signup(user = "email")]
async fn sign_up(email: &str) -> bool {
    !email.is_empty()
}

#[sqreen::identify(user = "email")]
async fn session(email: &str) -> bool {
    !email.is_empty()
}

/// A page, `POST /login/{email}/{right or wrong}`, `POST /sign-up/{email}` and `/account/{email}`.
fn app(agent: &Agent) -> Router {
    Router::new()
        .route("/", get(async || "hello"))
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
                "a letter is on its way to you"
            }),
        )
        .route(
            "/account/{email}",
            get(async |Path(email): Path<String>| {
                session(&email).await;
                "an account"
            }),
        )
        .layer(agent.layer())
}

async fn fails(app: &Router, from: &str, email: &str) -> StatusCode {
    submit(&format!("/login/{email}/wrong"))
        .from(from)
        .send(app)
        .await
        .status
}

async fn succeeds(app: &Router, from: &str, email: &str) -> StatusCode {
    submit(&format!("/login/{email}/right"))
        .from(from)
        .send(app)
        .await
        .status
}

fn somebody(n: usize) -> String {
    format!("somebody-{n}@example.com")
}

/// One of very many addresses.
fn elsewhere(n: usize) -> String {
    format!("10.{}.{}.{}", n >> 16, (n >> 8) & 255, n & 255)
}

/// Only the built-in playbook of this name.
fn only(name: &str) -> Policy {
    let built_in = Policy::default();
    Policy::new(
        built_in
            .playbooks()
            .iter()
            .filter(|playbook| *playbook.name == *name)
            .cloned(),
    )
    .unwrap()
}

fn subject(decision: &Decision) -> (&Subject, Reach) {
    let Decided::Ban { subject, reach, .. } = &decision.response else {
        panic!("{decision:?}")
    };
    (subject, *reach)
}

// --- the detections, end to end -------------------------------------------------------------------------

#[tokio::test]
async fn guessing_one_users_password_is_stopped_after_the_tenth_guess_and_exactly_there() {
    let agent = agent();
    let server = Server::start(app(&agent)).await;
    for guess in 1..=10 {
        let (status, _) = server
            .request(9, "POST /login/alice@example.com/wrong")
            .await;
        assert_eq!(
            status, 401,
            "guess {guess}: the deciding one is answered like those before it"
        );
        assert_eq!(agent.bans().len(), usize::from(guess == 10));
    }
    assert_eq!(
        server.request(9, "GET /").await.0,
        403,
        "the very next request"
    );
    assert_eq!(
        server
            .request(9, "POST /login/alice@example.com/right")
            .await
            .0,
        403
    );
    assert_eq!(server.request(8, "GET /").await.0, 200, "next door");
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(&*decisions[0].playbook, "credential-cracking");
    assert_eq!(
        subject(&decisions[0]),
        (&address("127.0.0.9").into(), Reach::Everything)
    );
    server.stop().await;
}

#[tokio::test]
async fn trying_stolen_passwords_on_many_users_is_stopped_after_the_tenth_user_and_exactly_there() {
    let agent = agent();
    let server = Server::start(app(&agent)).await;
    for n in 0..10 {
        // The same user again is no further user.
        for _ in 0..2 {
            if n < 9 {
                assert_eq!(
                    server
                        .request(9, &format!("POST /login/{}/wrong", somebody(n)))
                        .await
                        .0,
                    401
                );
            }
        }
    }
    assert_eq!(agent.bans().len(), 0);
    assert_eq!(
        server
            .request(9, &format!("POST /login/{}/wrong", somebody(9)))
            .await
            .0,
        401
    );
    assert_eq!(server.request(9, "GET /").await.0, 403);
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(&*decisions[0].playbook, "credential-stuffing");
    assert_eq!(decisions[0].evidence.counted, 10);
    server.stop().await;
}

#[tokio::test]
async fn guessing_from_many_addresses_closes_the_account_to_strange_addresses_only() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..20 {
        assert_eq!(
            fails(&app, &elsewhere(n), ALICE).await,
            StatusCode::UNAUTHORIZED
        );
    }
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), 1);
    assert_eq!(&*decisions[0].playbook, "distributed-credential-cracking");
    assert_eq!(
        subject(&decisions[0]),
        (&user(ALICE).into(), Reach::UnfamiliarLogins)
    );
    assert_eq!(
        fails(&app, &elsewhere(20), ALICE).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        succeeds(&app, &elsewhere(20), ALICE).await,
        StatusCode::FORBIDDEN,
        "not even with the password"
    );
    assert_eq!(
        fails(&app, &elsewhere(20), BOB).await,
        StatusCode::UNAUTHORIZED,
        "other users"
    );
    assert_eq!(
        visit("/account/alice@example.com")
            .from(&elsewhere(21))
            .send(&app)
            .await
            .body,
        "an account"
    );
    assert_eq!(
        visit("/").from(&elsewhere(3)).send(&app).await.body,
        "hello",
        "no address is banned"
    );
}

#[tokio::test]
async fn the_evidence_of_a_decision_says_which_events_and_which_figures() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    succeeds(&app, HOME, BOB).await;
    let begin = clock.now();
    for _ in 0..10 {
        fails(&app, ATTACKER, ALICE).await;
        visit("/account/bob@example.com")
            .from(HOME)
            .send(&app)
            .await;
        clock.advance(Duration::from_secs(5));
    }
    let refusal = visit("/").from(ATTACKER).send(&app).await;
    agent.flush().await;
    let found = agent
        .find(refusal.decision())
        .expect("a refused client is told where to look");
    let What::Decision(decision) = &found.event.what else {
        panic!("{found:?}")
    };
    assert_eq!(decision.id, refusal.decision());
    assert!(decision.enforced);
    let evidence = &decision.evidence;
    assert_eq!(
        (evidence.counted, evidence.reaching.get(), evidence.within),
        (10, 10, 10 * MINUTE)
    );
    assert_eq!(evidence.since, begin);
    assert_eq!(evidence.policy, Policy::default().version());
    let Decided::Ban { until, .. } = &decision.response else {
        panic!("{decision:?}")
    };
    assert_eq!(*until, found.event.at.plus(BAN));

    let stream = agent.events();
    let counted: Vec<_> = stream
        .iter()
        .filter(|entry| evidence.events.contains(&entry.place))
        .collect();
    assert_eq!(counted.len(), 10);
    for entry in counted {
        let What::Login(attempt) = &entry.event.what else {
            panic!("{entry:?}")
        };
        assert_eq!(
            (attempt.outcome, &attempt.user),
            (Outcome::Failure, &Some(user(ALICE)))
        );
        assert_eq!(entry.event.origin.address, Some(address(ATTACKER).into()));
    }
    let ban = &agent.bans()[0];
    assert_eq!(
        (ban.id, &*ban.because, ban.until),
        (decision.id, "credential-cracking", Some(*until))
    );
}

#[tokio::test]
async fn a_success_in_between_shows_that_somebody_who_knows_the_password_mistyped_it() {
    let agent = agent();
    let app = app(&agent);
    for _ in 0..5 {
        for _ in 0..9 {
            assert_eq!(fails(&app, HOME, ALICE).await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
    }
    assert_eq!(decisions(&agent).await.len(), 0);
}

#[tokio::test]
async fn failures_count_for_as_long_as_the_window_is_and_no_longer() {
    let clock = clock();
    let agent = Agent::builder()
        .clock(clock.clone())
        .policy(only("credential-cracking"))
        .build()
        .unwrap();
    let app = app(&agent);
    fails(&app, ATTACKER, ALICE).await;
    clock.advance(10 * MINUTE);
    for _ in 0..9 {
        fails(&app, ATTACKER, ALICE).await;
    }
    assert_eq!(agent.bans().len(), 0, "the first is ten minutes old");
    clock.advance(10 * MINUTE - Duration::from_millis(1));
    fails(&app, ATTACKER, ALICE).await;
    assert_eq!(agent.bans().len(), 1);
}

#[tokio::test]
async fn a_playbook_of_ones_own_decides_as_it_says() {
    let playbook = Playbook {
        name: "three-strikes".into(),
        when: When::LoginFailed,
        by: By::AddressAndUser,
        counts: Counts::Events,
        reaching: 3.try_into().unwrap(),
        within: MINUTE,
        outnumbering: None,
        reset_by_success: false,
        then: Then::BanAddress,
        lasting: MINUTE,
        mode: Mode::Enforce,
    };
    let clock = clock();
    let policy = Policy::new([playbook]).unwrap();
    let agent = Agent::builder()
        .clock(clock.clone())
        .policy(policy)
        .build()
        .unwrap();
    let app = app(&agent);
    for _ in 0..3 {
        fails(&app, ATTACKER, ALICE).await;
    }
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
    assert_eq!(
        visit("/account/alice@example.com").send(&app).await.status,
        StatusCode::OK
    );
    clock.advance(MINUTE);
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::OK
    );
}

// --- exact figures under load ---------------------------------------------------------------------------

#[sqreen::track_auth(user = "email")]
async fn log_in_together(email: &str, together: &Barrier) -> Option<User> {
    together.wait().await;
    let _ = email;
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_failures_over_real_connections_count_exactly() {
    const CLIENTS: usize = 64;
    let agent = Agent::builder()
        .policy(only("credential-cracking"))
        .build()
        .unwrap();
    // All are past the look at the bans before the first fails.
    let together = Arc::new(Barrier::new(CLIENTS));
    let app = Router::new()
        .route(
            "/login",
            post(async move || {
                log_in_together(ALICE, &together)
                    .await
                    .map(|user| user.email)
                    .ok_or(StatusCode::UNAUTHORIZED)
            }),
        )
        .layer(agent.layer());
    let server = Arc::new(Server::start(app).await);
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let server = Arc::clone(&server);
        clients.spawn(async move { server.request(9, "POST /login").await.0 });
    }
    let answers = within(clients.join_all()).await;
    assert!(
        answers.iter().all(|status| [401, 403].contains(status)),
        "{answers:?}"
    );
    assert!(
        answers.iter().filter(|status| **status == 401).count() >= 10,
        "{answers:?}"
    );
    assert_eq!(logins(&agent).await.len(), CLIENTS);
    let decisions = decisions(&agent).await;
    assert_eq!(decisions.len(), CLIENTS / 10);
    let mut counted: Vec<u64> = decisions
        .iter()
        .flat_map(|decision| decision.evidence.events.to_vec())
        .collect();
    counted.sort_unstable();
    counted.dedup();
    assert_eq!(counted.len(), CLIENTS / 10 * 10, "no failure counts twice");
    Arc::into_inner(server).unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_failures_of_many_users_and_addresses_count_exactly() {
    const TASKS: usize = 80;
    for _ in 0..20 {
        let agent = Agent::builder()
            .policy(only("distributed-credential-cracking"))
            .build()
            .unwrap();
        let together = Arc::new(Barrier::new(TASKS));
        let app = Router::new()
            .route(
                "/login/{email}",
                post(async move |Path(email): Path<String>| {
                    log_in_together(&email, &together)
                        .await
                        .map(|user| user.email)
                        .ok_or(StatusCode::UNAUTHORIZED)
                }),
            )
            .layer(agent.layer());
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..TASKS {
            let app = app.clone();
            tasks.spawn(async move {
                submit(&format!("/login/{}", somebody(n % 2)))
                    .from(&elsewhere(n))
                    .send(&app)
                    .await
            });
        }
        within(tasks.join_all()).await;
        // 40 failures on each of two users: two decisions each.
        let decisions = decisions(&agent).await;
        let mut users: Vec<_> = decisions.iter().map(subject).collect();
        users.sort_unstable_by_key(|(user, _)| user.to_string());
        assert_eq!(users.len(), 4);
        assert!(users[0] == users[1] && users[1] != users[2] && users[2] == users[3]);
    }
}

#[tokio::test]
async fn the_same_requests_give_the_same_stream_byte_for_byte() {
    let mut streams = Vec::new();
    for _ in 0..2 {
        let clock = clock();
        let agent = Agent::builder()
            .seed(7)
            .clock(clock.clone())
            .build()
            .unwrap();
        let app = app(&agent);
        for n in 0..60 {
            fails(&app, &elsewhere(n % 7), &somebody(n % 5)).await;
            fails(&app, ATTACKER, &somebody(n)).await;
            succeeds(&app, &elsewhere(n % 3), &somebody(n % 5)).await;
            clock.advance(Duration::from_secs(7));
        }
        let deciding = |event: &Arc<sqreen::event::Event>| !matches!(event.what, What::Refusal(_));
        let stream: Vec<_> = events(&agent).await.into_iter().filter(deciding).collect();
        streams.push(
            serde_json::to_string(
                &stream
                    .iter()
                    .map(|event| event.as_ref())
                    .collect::<Vec<_>>(),
            )
            .unwrap(),
        );
    }
    assert!(streams[0].contains("credential-stuffing"));
    assert_eq!(streams[0], streams[1]);
}

// --- nobody else ----------------------------------------------------------------------------------------

#[tokio::test]
async fn a_victim_logs_in_from_an_address_used_before_while_others_fail_a_thousand_times() {
    let agent = agent();
    let app = app(&agent);
    assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
    for n in 0..1_000 {
        fails(&app, &elsewhere(n), ALICE).await;
        if n % 50 == 0 {
            assert_eq!(
                succeeds(&app, HOME, ALICE).await,
                StatusCode::OK,
                "after {n} failures of others"
            );
            assert_eq!(
                visit("/account/alice@example.com")
                    .from(HOME)
                    .send(&app)
                    .await
                    .status,
                StatusCode::OK
            );
        }
    }
    assert!(!agent.bans().is_empty());
    assert_eq!(succeeds(&app, ATTACKER, ALICE).await, StatusCode::FORBIDDEN);
    assert_eq!(
        fails(&app, HOME, ALICE).await,
        StatusCode::UNAUTHORIZED,
        "typing errors at home are her own"
    );
}

#[tokio::test]
async fn an_attacker_who_has_the_password_does_not_become_familiar_by_being_refused() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    for round in 0..3 {
        for n in 0..20 {
            fails(&app, &elsewhere(100 * round + n), ALICE).await;
        }
        assert_eq!(
            succeeds(&app, ATTACKER, ALICE).await,
            StatusCode::FORBIDDEN,
            "round {round}"
        );
        clock.advance(BAN);
    }
}

#[tokio::test]
async fn a_sign_up_with_somebody_elses_name_does_not_make_an_address_theirs() {
    let agent = agent();
    let app = app(&agent);
    assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
    // Applications that do not tell whether an account exists answer this with a success.
    assert_eq!(
        submit("/sign-up/alice@example.com")
            .from(ATTACKER)
            .send(&app)
            .await
            .status,
        StatusCode::OK
    );
    for n in 0..20 {
        fails(&app, &elsewhere(n), ALICE).await;
    }
    assert_eq!(agent.bans().len(), 1);
    assert_eq!(
        fails(&app, ATTACKER, ALICE).await,
        StatusCode::FORBIDDEN,
        "the attacker stays a stranger"
    );
    assert_eq!(succeeds(&app, HOME, ALICE).await, StatusCode::OK);
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[tokio::test]
async fn an_office_of_500_people_of_whom_8_percent_mistype_is_never_banned() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    let mut dice = Dice(1);
    let mut mistyped = 0;
    // Three mornings: all at once, within the window, within two hours.
    for pause in [
        Duration::ZERO,
        Duration::from_secs(1),
        Duration::from_secs(14),
    ] {
        for _ in 0..500 {
            let email = somebody(usize::try_from(dice.below(500)).unwrap());
            while dice.below(100) < 8 {
                mistyped += 1;
                assert_eq!(fails(&app, HOME, &email).await, StatusCode::UNAUTHORIZED);
            }
            assert_eq!(succeeds(&app, HOME, &email).await, StatusCode::OK);
            clock.advance(pause);
        }
        assert_eq!(agent.bans().len(), 0);
        clock.advance(60 * MINUTE);
    }
    assert!(mistyped > 100, "{mistyped}");
    assert_eq!(decisions(&agent).await.len(), 0);

    // An attacker at the next address is found all the same.
    for n in 0..10 {
        fails(&app, NEXT_DOOR, &somebody(n)).await;
    }
    assert_eq!(agent.bans().len(), 1);
}

// --- how bans end ---------------------------------------------------------------------------------------

#[tokio::test]
async fn an_automatic_ban_ends_by_itself_and_is_not_drawn_out_by_further_attempts() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    for _ in 0..10 {
        fails(&app, ATTACKER, ALICE).await;
    }
    clock.advance(BAN - Duration::from_millis(1));
    assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::FORBIDDEN);
    assert_eq!(agent.bans().len(), 1);
    clock.advance(Duration::from_millis(1));
    assert_eq!(agent.bans().len(), 0);
    for _ in 0..9 {
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        visit("/").from(ATTACKER).send(&app).await.status,
        StatusCode::OK
    );
    fails(&app, ATTACKER, ALICE).await;
    assert!(
        visit("/").from(ATTACKER).send(&app).await.is_refusal(),
        "it counts from the beginning"
    );
}

#[tokio::test]
async fn a_playbook_cannot_ban_for_ever() {
    let mut policy = Policy::default();
    policy.get_mut("credential-cracking").unwrap().lasting = Duration::from_secs(24 * 60 * 60 + 1);
    assert!(
        Policy::new(policy.playbooks().to_vec())
            .unwrap_err()
            .to_string()
            .contains("automatic bans end")
    );
}

#[tokio::test]
async fn observing_playbooks_record_their_decisions_and_refuse_nobody() {
    let mut policy = Policy::default();
    for name in [
        "credential-cracking",
        "credential-stuffing",
        "distributed-credential-cracking",
    ] {
        policy.get_mut(name).unwrap().mode = Mode::Observe;
    }
    let agent = Agent::builder().policy(policy).build().unwrap();
    let app = app(&agent);
    for n in 0..10 {
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::UNAUTHORIZED);
        assert_eq!(
            fails(&app, ATTACKER, &somebody(n)).await,
            StatusCode::UNAUTHORIZED
        );
        assert_eq!(
            fails(&app, &elsewhere(n), ALICE).await,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(succeeds(&app, ATTACKER, ALICE).await, StatusCode::OK);
    let decisions = decisions(&agent).await;
    let mut names: Vec<&str> = decisions
        .iter()
        .map(|decision| &*decision.playbook)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "credential-cracking",
            "credential-stuffing",
            "distributed-credential-cracking"
        ]
    );
    assert!(decisions.iter().all(|decision| !decision.enforced));
    assert!(
        decisions
            .iter()
            .all(|decision| agent.find(decision.id).is_some())
    );
    assert_eq!((agent.bans().len(), refusals(&agent).await.len()), (0, 0));
}

#[tokio::test]
async fn a_pardon_frees_at_once_and_wipes_what_was_counted() {
    let agent = agent();
    let app = app(&agent);
    for pardoned in 0..3 {
        for _ in 0..10 {
            assert_eq!(
                fails(&app, ATTACKER, ALICE).await,
                StatusCode::UNAUTHORIZED,
                "pardoned {pardoned} times"
            );
        }
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::FORBIDDEN);
        agent.pardon(address(ATTACKER));
        assert_eq!(
            visit("/").from(ATTACKER).send(&app).await.status,
            StatusCode::OK
        );
        // The user's own counts are another matter, and another pardon.
        agent.pardon(user(ALICE));
    }
    for _ in 0..9 {
        fails(&app, ATTACKER, ALICE).await;
    }
    agent.pardon(address(ATTACKER));
    agent.pardon(user(ALICE));
    for _ in 0..9 {
        assert_eq!(fails(&app, ATTACKER, ALICE).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        agent.bans().len(),
        0,
        "nine before the pardon do not count with nine after it"
    );
}

#[tokio::test]
async fn an_allowed_address_is_freed_and_no_longer_decided_about() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..10 {
        fails(&app, ATTACKER, &somebody(n)).await;
    }
    assert!(visit("/").from(ATTACKER).send(&app).await.is_refusal());
    agent.allow(address(ATTACKER));
    for n in 0..30 {
        assert_eq!(
            fails(&app, ATTACKER, &somebody(n)).await,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!((decisions(&agent).await.len(), agent.bans().len()), (1, 0));
}

// --- bounded memory -------------------------------------------------------------------------------------

#[tokio::test]
async fn memory_stays_bounded_under_a_flood_and_the_attacker_is_caught_in_it() {
    const CAPACITY: usize = 1_000;
    const FLOOD: usize = 100_000;
    let mut config = Config::default();
    config.max_subjects = CAPACITY;
    config.kept_events = CAPACITY;
    let agent = Builder::from(config).clock(clock()).build().unwrap();
    let mut service = agent
        .layer()
        .layer(service_fn(async |request: Request<Body>| {
            let right = request.method() == "PUT";
            log_in(&request.uri().path()[1..], right).await;
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }));
    let mut caught = None;
    let mut most = 0;
    for n in 0..FLOOD {
        let mut flood = submit(&format!("/{n}@example.com"))
            .from(&elsewhere(n))
            .into_request();
        if n % 3 == 0 {
            *flood.method_mut() = axum::http::Method::PUT;
        }
        service.call(flood).await.unwrap();
        if n % 200 == 0 {
            let attack = submit(&format!("/victim-{n}@example.com"))
                .from(ATTACKER)
                .into_request();
            let answer = service.call(attack).await.unwrap();
            if answer.status() == StatusCode::FORBIDDEN {
                caught.get_or_insert(n / 200);
            }
            most = most.max(agent.memory().subjects);
        }
    }
    assert_eq!(caught, Some(10), "after ten users, as without the flood");
    // Three playbooks, places by user and by address.
    assert!(most <= 5 * CAPACITY, "{most}");
    assert!(most > CAPACITY, "{most}");
    let memory = agent.memory();
    assert!(
        memory.forgotten > FLOOD as u64,
        "what is forgotten is counted: {memory:?}"
    );
    assert_eq!(agent.events().len(), CAPACITY);
}

#[tokio::test]
async fn bans_are_bounded_and_those_that_end_first_make_room() {
    let mut config = Config::default();
    config.max_bans = 100;
    let clock = clock();
    let agent = Builder::from(config).clock(clock.clone()).build().unwrap();
    let app = app(&agent);
    for n in 0..300 {
        for _ in 0..10 {
            fails(&app, &elsewhere(n), &somebody(n)).await;
        }
        clock.advance(Duration::from_millis(1));
    }
    assert_eq!(agent.bans().len(), 100);
    assert!(
        visit("/")
            .from(&elsewhere(299))
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!(
        visit("/").from(&elsewhere(0)).send(&app).await.status,
        StatusCode::OK
    );
}
