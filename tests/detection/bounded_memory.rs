//! Memory and bans stay bounded under a flood, and the attacker is caught in it.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use sqreen::Builder;
use sqreen::config::Config;
use tower::{Layer, Service, service_fn};

use super::{app, elsewhere, fails, log_in, somebody};
use crate::support::*;

/// An address in one of 65,536 networks.
fn network(n: usize) -> String {
    elsewhere((n << 8 | n >> 16) & 0xFF_FFFF)
}

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
            .from(&network(n))
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
    // What is counted by address, network, user, user agent and all together; profiles by user and place;
    // what was done already.
    assert!(most <= 9 * CAPACITY, "{most}");
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
            fails(&app, &elsewhere(n << 8), &somebody(n)).await;
        }
        clock.advance(Duration::from_millis(1));
    }
    assert_eq!(agent.bans().len(), 100);
    assert!(
        visit("/")
            .from(&elsewhere(299 << 8))
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!(
        visit("/").from(&elsewhere(0)).send(&app).await.status,
        StatusCode::OK
    );
}
