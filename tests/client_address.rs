//! Rule 6: whose request it is that is counted and refused, behind proxies and on real sockets.

#![cfg(feature = "axum")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::Router;
use axum::extract::{ConnectInfo, Path};
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::Network;
use sqreen::pipeline::Trouble;
use sqreen::request::Header;
use sqreen::{Agent, Builder, Sqreen};
use support::*;
use tokio::net::TcpListener;

/// The application's own proxies.
const PROXY: &str = "192.0.2.1";
const INNER_PROXY: &str = "192.0.2.2";

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, right: bool) -> bool {
    !email.is_empty() && right
}

/// A page that says whom it takes the client for, and a login that fails.
fn app(agent: &Agent) -> Router {
    Router::new()
        .route(
            "/",
            get(async |sqreen: Sqreen| {
                let address = sqreen.request().and_then(|request| request.address());
                address.map_or("nobody".into(), |address| address.to_string())
            }),
        )
        .route(
            "/login/{email}",
            post(async |Path(email): Path<String>| {
                log_in(&email, false).await;
                StatusCode::UNAUTHORIZED
            }),
        )
        .layer(agent.layer())
}

fn behind_proxies() -> Builder {
    Agent::builder().trusted_proxies([PROXY, INNER_PROXY])
}

/// The client of a request that a proxy sends with these lines of a header.
async fn client(app: &Router, peer: &str, lines: &[(&'static str, &str)]) -> String {
    let call = lines
        .iter()
        .fold(visit("/").from(peer), |call, (name, line)| {
            call.header(name, line)
        });
    call.send(app).await.body
}

// --- proxies --------------------------------------------------------------------------------------------

#[tokio::test]
async fn without_trusted_proxies_headers_are_not_looked_at() {
    let agent = agent();
    let app = app(&agent);
    for header in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "x-client-ip",
        "cf-connecting-ip",
        "true-client-ip",
    ] {
        assert_eq!(
            client(&app, ATTACKER, &[(header, HOME)]).await,
            ATTACKER,
            "{header}"
        );
        assert_eq!(
            client(&app, ATTACKER, &[(header, "for=198.51.100.7")]).await,
            ATTACKER,
            "{header}"
        );
    }
    ban(&agent, address(ATTACKER));
    assert!(
        visit("/")
            .from(ATTACKER)
            .header("x-forwarded-for", HOME)
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!(
        visit("/")
            .from(HOME)
            .header("x-forwarded-for", ATTACKER)
            .send(&app)
            .await
            .body,
        HOME
    );
}

#[tokio::test]
async fn the_client_is_the_rightmost_address_that_is_no_trusted_proxy() {
    let agent = behind_proxies().build().unwrap();
    let app = app(&agent);
    for (peer, line, expected) in [
        (PROXY, ATTACKER, ATTACKER),
        (PROXY, "198.51.100.7, 203.0.113.9", ATTACKER),
        (PROXY, "10.0.0.1, 127.0.0.1, 203.0.113.9", ATTACKER),
        (PROXY, "198.51.100.7, 203.0.113.9, 192.0.2.2", ATTACKER),
        (
            PROXY,
            "192.0.2.2, 203.0.113.9, 192.0.2.2, 192.0.2.1",
            ATTACKER,
        ),
        (PROXY, "' or 1=1, <script>, , 203.0.113.9", ATTACKER),
        (PROXY, "203.0.113.9:51234", ATTACKER),
        (PROXY, "2001:db8::1", "2001:db8::1"),
        (PROXY, "[2001:db8::1]:51234, 192.0.2.2", "2001:db8::1"),
        (ATTACKER, HOME, ATTACKER),
        (HOME, "203.0.113.9, 192.0.2.2", HOME),
    ] {
        assert_eq!(
            client(&app, peer, &[("x-forwarded-for", line)]).await,
            expected,
            "{peer}: {line}"
        );
    }
    let lines = [
        ("x-forwarded-for", HOME),
        ("x-forwarded-for", "203.0.113.9, 192.0.2.2"),
    ];
    assert_eq!(
        client(&app, PROXY, &lines).await,
        ATTACKER,
        "a later line is nearer"
    );
    assert_eq!(trouble(&agent, Trouble::BadForwarding), 0);
}

#[tokio::test]
async fn forwarded_is_read_as_rfc_7239_has_it_where_it_is_the_configured_header() {
    let agent = behind_proxies()
        .client_address_header(Header::Forwarded)
        .build()
        .unwrap();
    let app = app(&agent);
    for (line, expected) in [
        ("for=203.0.113.9", ATTACKER),
        (
            "For=\"203.0.113.9:4711\";proto=https;by=192.0.2.1",
            ATTACKER,
        ),
        (
            "for=198.51.100.7, for=203.0.113.9;host=example.com, for=192.0.2.2",
            ATTACKER,
        ),
        ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=\"evil, for=198.51.100.7\", for=203.0.113.9", ATTACKER),
    ] {
        let lines = [("forwarded", line), ("x-forwarded-for", HOME)];
        assert_eq!(client(&app, PROXY, &lines).await, expected, "{line}");
    }
    assert_eq!(
        client(&app, ATTACKER, &[("forwarded", "for=198.51.100.7")]).await,
        ATTACKER
    );
}

#[tokio::test]
async fn a_header_with_one_address_is_read_where_it_is_the_configured_one() {
    let header: Header = "CF-Connecting-IP".parse().unwrap();
    let agent = behind_proxies()
        .client_address_header(header)
        .build()
        .unwrap();
    let app = app(&agent);
    let lines = [("cf-connecting-ip", ATTACKER), ("x-forwarded-for", HOME)];
    assert_eq!(client(&app, PROXY, &lines).await, ATTACKER);
    let two = [("cf-connecting-ip", ATTACKER), ("cf-connecting-ip", HOME)];
    assert_eq!(
        client(&app, PROXY, &two).await,
        "nobody",
        "one of them is the client's own"
    );
    assert_eq!(
        client(&app, PROXY, &[("x-forwarded-for", HOME)]).await,
        "nobody",
        "no other header steps in"
    );
    assert_eq!(trouble(&agent, Trouble::BadForwarding), 2);
}

#[tokio::test]
async fn an_attacker_who_writes_another_address_into_each_request_is_one_attacker() {
    let agent = behind_proxies().build().unwrap();
    let app = app(&agent);
    for n in 0..10 {
        let invented = format!("198.51.100.{n}, 10.0.0.{n}, {ATTACKER}");
        let call = submit(&format!("/login/somebody-{n}@example.com")).from(PROXY);
        assert_eq!(
            call.header("x-forwarded-for", &invented)
                .send(&app)
                .await
                .status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(agent.bans()[0].subject, address(ATTACKER).into());
    let refused = visit("/")
        .from(PROXY)
        .header("x-forwarded-for", &format!("{HOME}, {ATTACKER}"))
        .send(&app)
        .await;
    assert!(refused.is_refusal());
    let others = visit("/")
        .from(PROXY)
        .header("x-forwarded-for", &format!("{ATTACKER}, {HOME}"))
        .send(&app)
        .await;
    assert_eq!(
        others.body, HOME,
        "nobody has somebody else banned by naming them"
    );
}

#[tokio::test]
async fn a_proxy_that_names_nobody_is_told_of_and_never_counted_or_banned_for_its_clients() {
    let agent = behind_proxies().build().unwrap();
    let app = app(&agent);
    for line in [
        "unknown",
        "not an address",
        "203.0.113.9, garbage",
        "192.0.2.2",
        "",
    ] {
        assert_eq!(
            client(&app, PROXY, &[("x-forwarded-for", line)]).await,
            "nobody",
            "{line}"
        );
    }
    assert_eq!(client(&app, PROXY, &[]).await, "nobody");
    assert_eq!(trouble(&agent, Trouble::BadForwarding), 6);
    for n in 0..50 {
        let call = submit(&format!("/login/somebody-{n}@example.com")).from(PROXY);
        assert_eq!(
            call.header("x-forwarded-for", "garbage")
                .send(&app)
                .await
                .status,
            StatusCode::UNAUTHORIZED
        );
    }
    assert_eq!(agent.bans().len(), 0);
    ban(&agent, address(PROXY));
    ban(&agent, "192.0.2.0/24".parse::<Network>().unwrap());
    assert_eq!(
        client(&app, PROXY, &[("x-forwarded-for", HOME)]).await,
        HOME
    );
    assert_eq!(
        client(&app, PROXY, &[]).await,
        "nobody",
        "a proxy is never refused"
    );
}

#[tokio::test]
async fn trusting_everybody_is_refused_at_the_start() {
    for everybody in ["0.0.0.0/0", "::/0", "::ffff:0.0.0.0/96"] {
        let error = Agent::builder()
            .trusted_proxies(["10.0.0.0/8", everybody])
            .build()
            .unwrap_err();
        assert!(error.to_string().contains("would trust every"), "{error}");
    }
    let error = Agent::builder()
        .trusted_proxies(["10.0.0.0/33"])
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("10.0.0.0/33"), "{error}");
}

// --- families -------------------------------------------------------------------------------------------

#[tokio::test]
async fn addresses_of_one_ipv6_64_count_and_are_refused_as_one() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..10 {
        let from = format!("2001:db8:1:2:{n}::{n}");
        submit(&format!("/login/somebody-{n}@example.com"))
            .from(&from)
            .send(&app)
            .await;
    }
    assert_eq!(
        agent.bans()[0].subject,
        "2001:db8:1:2::/64".parse::<Network>().unwrap().into()
    );
    assert!(
        visit("/")
            .from("2001:db8:1:2:ffff::1")
            .send(&app)
            .await
            .is_refusal()
    );
    assert_eq!(
        visit("/").from("2001:db8:1:3::1").send(&app).await.body,
        "2001:db8:1:3::1"
    );
    agent.pardon(address("2001:db8:1:2::5"));
    assert_eq!(
        visit("/").from("2001:db8:1:2::1").send(&app).await.body,
        "2001:db8:1:2::1"
    );
    ban(&agent, address("2001:db8:1:2::5"));
    assert!(
        visit("/")
            .from("2001:db8:1:2::1")
            .send(&app)
            .await
            .is_refusal()
    );
}

#[tokio::test]
async fn ten_addresses_of_different_64s_are_ten() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..10 {
        submit(&format!("/login/somebody-{n}@example.com"))
            .from(&format!("2001:db8:1:{n}::1"))
            .send(&app)
            .await;
    }
    assert_eq!(agent.bans().len(), 0);
}

#[tokio::test]
async fn an_ipv4_mapped_address_is_the_ipv4_address() {
    let agent = behind_proxies().build().unwrap();
    let app = app(&agent);
    let spellings = ["::ffff:203.0.113.9", "::ffff:cb00:7109", ATTACKER];
    for n in 0..10 {
        let from = spellings[n % 3];
        submit(&format!("/login/somebody-{n}@example.com"))
            .from(from)
            .send(&app)
            .await;
    }
    assert_eq!(agent.bans()[0].subject, address(ATTACKER).into());
    for from in spellings {
        assert!(
            visit("/").from(from).send(&app).await.is_refusal(),
            "{from}"
        );
        let forwarded = visit("/")
            .from(&format!("::ffff:{PROXY}"))
            .header("x-forwarded-for", from);
        assert!(forwarded.send(&app).await.is_refusal(), "{from}");
    }
    assert_eq!(
        visit("/").from("::ffff:203.0.113.10").send(&app).await.body,
        "203.0.113.10"
    );
}

// --- where the server leaves the peer's address ---------------------------------------------------------

#[tokio::test]
async fn a_server_that_does_not_tell_the_peers_address_is_told_of_and_everything_else_works() {
    let agent = agent();
    let app = app(&agent);
    for n in 0..30 {
        let call = submit(&format!("/login/somebody-{n}@example.com")).without_peer();
        assert_eq!(call.send(&app).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(agent.bans().len(), 0);
    assert_eq!(logins(&agent).await.len(), 30);
    let told = diagnostic(&agent, Trouble::NoAddress).unwrap();
    assert_eq!(told.count, 30);
    assert!(
        told.cause.contains("into_make_service_with_connect_info"),
        "{}",
        told.cause
    );
    // From anywhere, as far as one can see: the user is still protected.
    for _ in 0..20 {
        submit("/login/alice@example.com")
            .without_peer()
            .send(&app)
            .await;
    }
    assert!(
        submit("/login/alice@example.com")
            .without_peer()
            .send(&app)
            .await
            .is_refusal()
    );
}

#[tokio::test]
async fn the_peer_is_found_wherever_a_server_leaves_it() {
    let agent = agent();
    let app = app(&agent);
    let peer: IpAddr = address(ATTACKER);
    let mut requests = [(); 3].map(|()| visit("/").without_peer().into_request());
    requests[0]
        .extensions_mut()
        .insert(SocketAddr::new(peer, 1));
    requests[1].extensions_mut().insert(peer);
    requests[2]
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::new(peer, 1)));
    for request in requests {
        assert_eq!(Call::from_request(request).send(&app).await.body, ATTACKER);
    }
}

#[tokio::test]
async fn on_a_real_socket_the_client_is_who_connected() {
    let agent = agent();
    let server = Server::start(app(&agent)).await;
    for n in 0..10 {
        let login = format!("POST /login/somebody-{n}@example.com");
        assert_eq!(server.request(9, &login).await.0, 401);
    }
    assert_eq!(agent.bans()[0].subject, address("127.0.0.9").into());
    assert_eq!(server.request(9, "GET /").await.0, 403);
    let (status, answer) = server.request(8, "GET /").await;
    assert!(status == 200 && answer.ends_with("127.0.0.8"), "{answer}");
    assert_eq!(trouble(&agent, Trouble::NoAddress), 0);
    server.stop().await;
}

#[tokio::test]
async fn on_a_real_socket_behind_a_proxy_the_client_is_who_the_proxy_names() {
    let agent = Agent::builder()
        .trusted_proxies(["127.0.0.1"])
        .build()
        .unwrap();
    let server = Server::start(app(&agent)).await;
    let ask = async |last, header: &str| {
        let mut connection = server.connect(last).await;
        connection
            .send("GET /", &format!("{header}connection: close\r\n"))
            .await;
        connection.read_to_end().await
    };
    let header = "x-forwarded-for: 198.51.100.7\r\nX-Forwarded-For: 203.0.113.9\r\n";
    assert!(ask(1, header).await.ends_with(ATTACKER));
    assert!(
        ask(2, header).await.ends_with("127.0.0.2"),
        "not from our proxy"
    );
    ban(&agent, address(ATTACKER));
    assert_eq!(status(&ask(1, header).await), 403);
    assert_eq!(
        status(&ask(1, "x-forwarded-for: 203.0.113.9, 198.51.100.7\r\n").await),
        200
    );
    server.stop().await;
}

#[tokio::test]
async fn on_a_socket_of_both_families_an_ipv4_client_is_its_ipv4_address() {
    let Ok(listener) = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).await else {
        // A machine without IPv6 has no such sockets.
        return;
    };
    let agent = agent();
    let server = Server::on(listener, app(&agent));
    let (_, answer) = server.request(9, "GET /").await;
    assert!(
        answer.ends_with("127.0.0.9") && !answer.contains("::ffff"),
        "{answer}"
    );
    ban(&agent, address("127.0.0.9"));
    assert_eq!(server.request(9, "GET /").await.0, 403);
    server.stop().await;
}
