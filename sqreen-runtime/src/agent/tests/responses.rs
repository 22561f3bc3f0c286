//! What decisions ask for beside bans, as applications see it: hooks, and what requests are told.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request as HttpRequest, Response as HttpResponse};
use tower_layer::Layer;
use tower_service::Service;

use super::*;
use crate::Sqreen;
use crate::event::{
    Address, Decision, Evidence, Network, PolicyChange, Response, Severity, Subject,
};
use crate::pipeline::Trouble;

const ALICE: &str = "alice@example.com";
const BOB: &str = "bob@example.com";
const MINUTE: Duration = Duration::from_secs(60);

fn user(email: &str) -> UserIdentifiers {
    UserIdentifiers::new("email", email).unwrap()
}

fn address() -> Address {
    "198.51.100.7".parse().unwrap()
}

/// A handler of requests; what it finds out it keeps for itself.
#[derive(Clone)]
struct Handler<F>(F);

impl<F, R> Service<HttpRequest<()>> for Handler<F>
where
    F: Fn() -> R,
    R: Future<Output = ()> + Send + 'static,
{
    type Response = HttpResponse<String>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: HttpRequest<()>) -> Self::Future {
        let handled = (self.0)();
        Box::pin(async {
            handled.await;
            Ok(HttpResponse::new("handled".to_owned()))
        })
    }
}

/// Serves one request.
async fn serve<F, R>(agent: &Agent, handler: F) -> http::StatusCode
where
    F: Fn() -> R,
    R: Future<Output = ()> + Send + 'static,
{
    let mut request = HttpRequest::new(());
    let peer = SocketAddr::new(address().ip(), 4711);
    request.extensions_mut().insert(peer);
    let mut service = agent.layer().layer(Handler(handler));
    service.call(request).await.unwrap().status()
}

/// What a request of this user is told, by the functions and by the methods.
async fn told(agent: &Agent, email: Option<&'static str>) -> (bool, Option<Severity>) {
    let said = Arc::new(Mutex::new(None));
    let says = Arc::clone(&said);
    let handler = move || {
        let says = Arc::clone(&says);
        async move {
            if let Some(email) = email {
                crate::identify(("email", email)).await.unwrap();
            }
            let sqreen = Sqreen::current();
            let by_function = (crate::step_up_required(), crate::risk());
            assert_eq!(by_function, (sqreen.step_up_required(), sqreen.risk()));
            let request = sqreen.request().unwrap();
            assert_eq!(by_function, (request.step_up_required(), request.risk()));
            *says.lock().unwrap() = Some(by_function);
        }
    };
    assert_eq!(serve(agent, handler).await, http::StatusCode::OK);
    said.lock().unwrap().take().unwrap()
}

/// A playbook's decision, as it comes down the stream.
fn decide(agent: &Agent, decision: Decision) -> DecisionId {
    let id = decision.id;
    agent.pipeline().record(Event {
        at: agent.pipeline().now(),
        origin: Origin::default(),
        what: What::Decision(Box::new(decision)),
    });
    id
}

fn decision(n: u64, severity: Severity, responses: Vec<Response>) -> Decision {
    Decision {
        id: DecisionId::new(1, n, 0),
        playbook: format!("playbook-{n}").into(),
        severity,
        enforced: true,
        responses: responses.into(),
        user: Some(user(ALICE)),
        suspects_user: false,
        address: Some(address()),
        evidence: Evidence {
            policy: "".into(),
            counted: 1,
            reaching: 1.try_into().unwrap(),
            within: MINUTE,
            since: Timestamp::default(),
            events: Box::default(),
            after: None,
            usual: None,
            travel: None,
            risk: None,
        },
    }
}

fn step_up(agent: &Agent, email: &str, lasting: Duration) -> Response {
    Response::StepUp {
        user: user(email),
        until: agent.pipeline().now().plus(lasting),
    }
}

fn at_risk(agent: &Agent, email: &str, lasting: Duration) -> Response {
    Response::AtRisk {
        user: user(email),
        until: agent.pipeline().now().plus(lasting),
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_millis(1_000_000)))
}

/// What a hook was called with.
fn list<T: Send + 'static>() -> (Arc<Mutex<Vec<T>>>, impl FnMut(T) + Send + 'static) {
    let list = Arc::new(Mutex::new(Vec::new()));
    let push = Arc::clone(&list);
    (list, move |item| push.lock().unwrap().push(item))
}

#[tokio::test]
async fn only_the_user_who_has_to_step_up_is_told_so() {
    let agent = Agent::builder().build().unwrap();
    assert_eq!(told(&agent, Some(ALICE)).await, (false, None));
    let asked = vec![
        step_up(&agent, ALICE, MINUTE),
        at_risk(&agent, ALICE, MINUTE),
    ];
    decide(&agent, decision(1, Severity::High, asked));
    assert_eq!(
        told(&agent, Some(ALICE)).await,
        (true, Some(Severity::High))
    );
    assert_eq!(told(&agent, Some(BOB)).await, (false, None));
    assert_eq!(told(&agent, None).await, (false, None));
    assert!(!crate::step_up_required(), "outside of a request");
    assert_eq!(crate::risk(), None);
}

#[tokio::test]
async fn a_user_who_is_only_inferred_is_not_told_to_step_up() {
    let agent = Agent::builder().build().unwrap();
    serve(&agent, || async {
        crate::auth_track(true, ("email", ALICE)).await.unwrap();
    })
    .await;
    let asked = vec![
        step_up(&agent, ALICE, MINUTE),
        at_risk(&agent, ALICE, MINUTE),
    ];
    decide(&agent, decision(1, Severity::High, asked));
    assert_eq!(told(&agent, None).await, (false, None));
    assert_eq!(
        told(&agent, Some(ALICE)).await,
        (true, Some(Severity::High))
    );
}

#[tokio::test]
async fn who_has_stepped_up_is_free_at_once_and_nobody_else() {
    let agent = Agent::builder().build().unwrap();
    for (n, email) in [(1, ALICE), (2, BOB)] {
        let asked = vec![
            step_up(&agent, email, MINUTE),
            at_risk(&agent, email, MINUTE),
        ];
        decide(&agent, decision(n, Severity::Critical, asked));
    }
    let handler = || async {
        crate::identify(("email", ALICE)).await.unwrap();
        assert!(crate::step_up_required());
        crate::stepped_up(user(ALICE)).result().unwrap();
        assert!(!crate::step_up_required(), "in the same request");
        assert_eq!(crate::risk(), None);
        // Nobody in particular has proven anything.
        Sqreen::current()
            .stepped_up(("email", ""))
            .result()
            .unwrap_err();
    };
    assert_eq!(serve(&agent, handler).await, http::StatusCode::OK);
    assert_eq!(told(&agent, Some(ALICE)).await, (false, None));
    assert_eq!(
        told(&agent, Some(BOB)).await,
        (true, Some(Severity::Critical))
    );

    let stepped_up: Vec<_> = agent
        .events()
        .into_iter()
        .filter(|entry| matches!(&entry.event.what, What::SteppedUp { .. }))
        .collect();
    let [entry] = &stepped_up[..] else {
        panic!("{stepped_up:?}")
    };
    let expected = What::SteppedUp { user: user(ALICE) };
    assert_eq!(entry.event.what, expected);
    assert_eq!(entry.event.origin.address, Some(address()));
    let asked: Vec<_> = agent
        .step_ups()
        .into_iter()
        .map(|asked| asked.user)
        .collect();
    assert_eq!(asked, [user(BOB)]);
}

#[tokio::test]
async fn a_demand_ends_by_itself_and_with_a_pardon_of_the_user() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let id = decide(
        &agent,
        decision(1, Severity::Low, vec![step_up(&agent, ALICE, MINUTE)]),
    );
    let longer = decision(2, Severity::Low, vec![step_up(&agent, BOB, 2 * MINUTE)]);
    decide(&agent, longer);
    let asked: Vec<_> = agent
        .step_ups()
        .into_iter()
        .map(|asked| asked.user)
        .collect();
    assert_eq!(asked, [user(BOB), user(ALICE)], "the longest first");
    assert_eq!(agent.step_ups()[1].cause.decision, id);
    assert!(agent.find(id).is_some(), "and why can be found");

    clock.advance(MINUTE);
    assert!(!told(&agent, Some(ALICE)).await.0);
    assert!(told(&agent, Some(BOB)).await.0);
    assert_eq!(agent.pardon(user(BOB)), 0, "there was no ban");
    assert!(!told(&agent, Some(BOB)).await.0);
    assert_eq!(agent.step_ups(), []);
}

#[tokio::test]
async fn a_step_up_turns_nobody_away() {
    let agent = Agent::builder().cancel_in_flight(true).build().unwrap();
    let inside = agent.clone();
    let handler = move || {
        let agent = inside.clone();
        async move {
            crate::identify(("email", ALICE)).await.unwrap();
            let asked = vec![
                step_up(&agent, ALICE, MINUTE),
                at_risk(&agent, ALICE, MINUTE),
            ];
            decide(&agent, decision(1, Severity::Critical, asked));
            assert!(crate::step_up_required() && !crate::user_is_banned());
        }
    };
    assert_eq!(serve(&agent, handler).await, http::StatusCode::OK);
}

#[tokio::test]
async fn those_at_risk_are_listed_once_each_the_worst_first() {
    let clock = clock();
    let agent = Agent::builder().clock(clock.clone()).build().unwrap();
    let begin = agent.pipeline().now();
    let risk = |n, severity, email, lasting| {
        let responses = vec![at_risk(&agent, email, lasting)];
        decide(&agent, decision(n, severity, responses))
    };
    let low = risk(1, Severity::Low, ALICE, 3 * MINUTE);
    let bobs = risk(2, Severity::High, BOB, 3 * MINUTE);
    clock.advance(MINUTE);
    let critical = risk(3, Severity::Critical, ALICE, MINUTE);

    let listed = agent.at_risk();
    let [alice, bob] = &listed[..] else {
        panic!("{listed:?}")
    };
    assert_eq!(
        (&alice.user, alice.severity),
        (&user(ALICE), Severity::Critical)
    );
    assert_eq!((alice.since, alice.until), (begin, begin.plus(3 * MINUTE)));
    let behind: Vec<_> = alice
        .causes
        .iter()
        .map(|cause| (cause.decision, &*cause.playbook))
        .collect();
    assert_eq!(behind, [(critical, "playbook-3"), (low, "playbook-1")]);
    assert_eq!((&bob.user, bob.causes[0].decision), (&user(BOB), bobs));

    clock.advance(MINUTE);
    let severities: Vec<_> = agent.at_risk().iter().map(|user| user.severity).collect();
    assert_eq!(
        severities,
        [Severity::High, Severity::Low],
        "the worst has ended"
    );
    agent.pardon(user(BOB));
    clock.advance(MINUTE);
    assert_eq!(agent.at_risk(), []);
}

#[tokio::test]
async fn what_is_only_observed_puts_nobody_at_risk_and_asks_nothing() {
    let (asked, mut ask) = list();
    let agent = Agent::builder()
        .on_step_up(move |step_up| ask(step_up.clone()))
        .build()
        .unwrap();
    let responses = vec![
        step_up(&agent, ALICE, MINUTE),
        at_risk(&agent, ALICE, MINUTE),
    ];
    let mut observed = decision(1, Severity::Critical, responses);
    observed.enforced = false;
    decide(&agent, observed);
    agent.flush().await;
    assert_eq!(told(&agent, Some(ALICE)).await, (false, None));
    assert_eq!((agent.at_risk(), agent.step_ups()), (vec![], vec![]));
    assert_eq!(*asked.lock().unwrap(), []);
}

#[tokio::test]
async fn those_who_are_marked_are_bounded_and_what_is_dropped_is_counted() {
    let config = Config {
        max_bans: 3,
        ..Config::default()
    };
    let agent = Builder::from(config).build().unwrap();
    for n in 0..10_u32 {
        let email = format!("user-{n}@example.com");
        let lasting = MINUTE * (n + 1);
        let responses = vec![
            step_up(&agent, &email, lasting),
            at_risk(&agent, &email, lasting),
        ];
        decide(&agent, decision(n.into(), Severity::Low, responses));
    }
    assert_eq!((agent.at_risk().len(), agent.step_ups().len()), (3, 3));
    assert_eq!(agent.evicted_bans(), 14);
    assert_eq!(agent.at_risk()[0].user, user("user-9@example.com"));
}

#[tokio::test]
async fn whoever_asks_for_a_step_up_learns_who_it_is_and_an_allowed_user_is_asked_nothing() {
    let (asked, mut ask) = list();
    let agent = Agent::builder()
        .pseudonyms(b"sixteen bytes at least")
        .on_step_up(|_| panic!("a bug of the application's"))
        .on_step_up(move |step_up| ask(step_up.clone()))
        .build()
        .unwrap();
    agent.allow(user(BOB));
    let responses = vec![step_up(&agent, ALICE, MINUTE), step_up(&agent, BOB, MINUTE)];
    let id = decide(&agent, decision(1, Severity::High, responses));
    agent.flush().await;
    let asked = asked.lock().unwrap();
    let [alice] = &asked[..] else {
        panic!("{asked:?}")
    };
    assert_eq!((&alice.user, alice.cause.decision), (&user(ALICE), id));
    assert_eq!(alice.cause.severity, Severity::High);
    assert_eq!(agent.step_ups(), *asked, "what stands is what was asked");
    let noted = agent.diagnostics();
    assert_eq!((noted[0].trouble, noted[0].count), (Trouble::Follower, 1));
}

#[tokio::test]
async fn each_decision_is_told_under_pseudonyms_those_that_are_observed_too() {
    let (told, mut tell) = list();
    let agent = Agent::builder()
        .pseudonyms(b"sixteen bytes at least")
        .on_decision(|_| panic!("a bug of the application's"))
        .on_decision(move |decision| tell(decision.clone()))
        .build()
        .unwrap();
    let asked = vec![at_risk(&agent, ALICE, MINUTE)];
    let mut observed = decision(1, Severity::Low, asked);
    observed.enforced = false;
    let ids = [observed, decision(2, Severity::High, vec![])].map(|one| decide(&agent, one));
    // No decision, and nobody asked for other events.
    agent.pardon(user(ALICE));
    agent.flush().await;
    let told = told.lock().unwrap();
    let seen: Vec<_> = told.iter().map(|one| (one.id, one.enforced)).collect();
    assert_eq!(seen, [(ids[0], false), (ids[1], true)]);
    assert!(!format!("{told:?}").contains(ALICE));
    assert_eq!(agent.diagnostics()[0].count, 2);
}

#[tokio::test]
async fn a_step_up_and_a_changed_policy_are_events_like_others() {
    let (seen, mut see) = list();
    let agent = Agent::builder()
        .pseudonyms(b"sixteen bytes at least")
        .on_event(move |entry| see(Entry::clone(entry)))
        .build()
        .unwrap();
    let policy = What::Policy(PolicyChange {
        version: "abc".into(),
        changed: ["mine".into()].into(),
        removed: Box::default(),
    });
    for what in [policy.clone(), What::SteppedUp { user: user(ALICE) }] {
        agent.pipeline().record(Event {
            at: agent.pipeline().now(),
            origin: Origin::default(),
            what,
        });
    }
    agent.flush().await;
    let kept: Vec<_> = agent
        .events()
        .iter()
        .map(|entry| entry.event.what.clone())
        .collect();
    assert_eq!(
        kept,
        [policy.clone(), What::SteppedUp { user: user(ALICE) }]
    );
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen.iter().map(|entry| entry.place).collect::<Vec<_>>(),
        [1, 2]
    );
    assert_eq!(seen[0].event.what, policy);
    let What::SteppedUp { user: hidden } = &seen[1].event.what else {
        panic!("{seen:?}")
    };
    assert!(hidden.get("email").unwrap().starts_with("anon_"));
}

#[test]
fn what_a_person_bans_is_found_as_it_was_said() {
    let agent = Agent::builder().build().unwrap();
    let network: Network = "203.0.113.0/24".parse().unwrap();
    let page = "/help?topic=bans";
    let banned = Ban::of(network)
        .sign_ups_only()
        .redirect(page.parse().unwrap());
    let id = agent.ban(banned, Ending::WhenPardoned, "opens many");
    let standing = &agent.bans()[0];
    assert_eq!(standing.subject, Subject::Network(network));
    assert_eq!(standing.reach, crate::event::Reach::SignUps);
    assert_eq!(standing.redirect.as_ref().unwrap().as_str(), page);
    let What::Ban(ban) = &agent.find(id).unwrap().event.what else {
        panic!("a ban")
    };
    assert_eq!(crate::bans::Standing::from(ban.clone()), **standing);
}
