//! A login tells at once how much likelier an attacker made it, and the application can act on that before it lets
//! anybody in.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, post};
use sqreen::event::{Familiarity, RiskFeature};
use sqreen::{Agent, LoginRisk, Sqreen};

use crate::support::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/141.0.0.0 Safari/537.36";

#[sqreen::track_auth(user = "email")]
async fn log_in(email: &str, password: &str) -> bool {
    !email.is_empty() && password == "right"
}

#[sqreen::track_auth(user = "email")]
async fn log_in_by_hand(email: &str) -> bool {
    let told = sqreen::auth_track(true, ("email", email)).risk();
    assert_eq!(told, None, "it is told when this returns");
    true
}

fn said(risk: Option<LoginRisk>) -> String {
    risk.map_or_else(|| "none".to_owned(), |risk| risk.score().to_string())
}

/// `POST /by-call/…` asks the call, `POST /by-attribute/…` and `/nested/…` ask after the function; each lets somebody
/// in, or asks for a second factor.
fn app(agent: &Agent) -> Router {
    let answer = |risk: Option<LoginRisk>| match risk {
        Some(risk) if risk.score() > 80 => (StatusCode::UNAUTHORIZED, said(Some(risk))),
        risk => (StatusCode::OK, said(risk)),
    };
    Router::new()
        .route(
            "/by-call/{email}/{password}",
            post(
                async move |Path((email, password)): Path<(String, String)>| {
                    let login = sqreen::auth_track(password == "right", ("email", &email));
                    assert_eq!(login.risk(), sqreen::login_risk());
                    answer(login.risk())
                },
            ),
        )
        .route(
            "/by-attribute/{email}/{password}",
            post(
                async move |sqreen: Sqreen, Path((email, password)): Path<(String, String)>| {
                    assert_eq!(sqreen.login_risk(), None, "nobody has logged in");
                    log_in(&email, &password).await;
                    let risk = sqreen::login_risk();
                    assert_eq!(sqreen.login_risk(), risk);
                    answer(risk)
                },
            ),
        )
        .route(
            "/nested/{email}",
            post(async move |Path(email): Path<String>| {
                log_in_by_hand(&email).await;
                answer(sqreen::login_risk())
            }),
        )
        .route(
            "/code/{email}",
            post(async |Path(email): Path<String>| {
                sqreen::stepped_up(("email", &email));
            }),
        )
        .route("/", get(async || said(sqreen::login_risk())))
        .layer(agent.layer())
}

async fn send(app: &Router, path: &str, from: &str, agent: &str) -> (StatusCode, String) {
    let answer = submit(path)
        .from(from)
        .header("user-agent", agent)
        .send(app)
        .await;
    (answer.status, answer.body)
}

fn number(text: &str) -> u8 {
    text.parse().unwrap()
}

#[tokio::test]
async fn a_login_from_home_is_let_in_and_a_stranger_is_asked_for_more() {
    for way in ["by-call", "by-attribute"] {
        let agent = agent();
        let app = app(&agent);
        let path = format!("/{way}/{ALICE}/right");
        let first = send(&app, &path, HOME, FIREFOX).await;
        assert_eq!(first, (StatusCode::OK, "none".into()), "nothing is known");
        for _ in 0..10 {
            let (status, score) = send(&app, &path, HOME, FIREFOX).await;
            assert_eq!(status, StatusCode::OK);
            assert!(number(&score) < 40, "{score}");
        }
        let wrong = send(&app, &path.replace("right", "wrong"), ATTACKER, CHROME).await;
        assert_eq!(wrong.1, "none", "only who knows the password is judged");
        for _ in 0..10 {
            let (status, score) = send(&app, &path, ATTACKER, CHROME).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "also at the tenth time");
            assert!(number(&score) > 90, "{score}");
        }
        assert_eq!(visit("/").send(&app).await.body, "none", "it is no login");
    }
}

#[tokio::test]
async fn whoever_gives_the_second_factor_is_at_home_then() {
    let agent = agent();
    let app = app(&agent);
    let path = format!("/by-call/{ALICE}/right");
    for _ in 0..10 {
        send(&app, &path, HOME, FIREFOX).await;
    }
    let (status, _) = send(&app, &path, ATTACKER, CHROME).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    send(&app, &format!("/code/{ALICE}"), ATTACKER, CHROME).await;
    let (status, score) = send(&app, &path, ATTACKER, CHROME).await;
    assert_eq!(status, StatusCode::OK, "{score}");
}

#[tokio::test]
async fn a_login_inside_of_a_login_is_judged_when_it_is_told() {
    let agent = agent();
    let app = app(&agent);
    let path = format!("/nested/{ALICE}");
    assert_eq!(send(&app, &path, HOME, FIREFOX).await.1, "none");
    assert!(number(&send(&app, &path, HOME, FIREFOX).await.1) < 40);
    assert_eq!(logins(&agent).await.len(), 2);
}

#[tokio::test]
async fn a_risky_login_puts_the_account_at_risk_and_tells_why() {
    let agent = agent();
    let app = app(&agent);
    let path = format!("/by-attribute/{ALICE}/right");
    for _ in 0..15 {
        send(&app, &path, HOME, FIREFOX).await;
    }
    assert_eq!(decisions(&agent).await, []);
    let (_, score) = send(&app, &path, ATTACKER, CHROME).await;
    let decided = decisions(&agent).await;
    let risky = decided
        .iter()
        .find(|decision| &*decision.playbook == "risky-login")
        .unwrap();
    let risk = risky.evidence.risk.unwrap();
    assert_eq!(risk.score(), number(&score));
    let new: Vec<_> = risk
        .reasons()
        .filter(|reason| reason.is == Familiarity::New)
        .map(|reason| reason.feature)
        .collect();
    let why = [
        RiskFeature::Network,
        RiskFeature::System,
        RiskFeature::Browser,
    ];
    assert_eq!(new, why);
    assert_eq!(agent.at_risk().len(), 1);
    let others = decided.iter().filter(|decision| decision.id != risky.id);
    assert!(
        others
            .into_iter()
            .all(|decision| decision.evidence.risk.is_none())
    );
}

/// A database of countries: home is in France, the attacker in Japan.
#[cfg(feature = "geoip")]
fn countries() -> Vec<u8> {
    use mmdb_writer::{Value, Writer};

    let mut writer = Writer::new("Country");
    for (network, country) in [("198.51.100", "FR"), ("203.0.113", "JP")] {
        let [first, last] = [0, 255].map(|last| format!("{network}.{last}").parse().unwrap());
        let record = Value::map([("country", Value::map([("iso_code", country)]))]);
        writer.insert_range(first, last, &record).unwrap();
    }
    writer.to_bytes().unwrap()
}

#[cfg(feature = "geoip")]
#[tokio::test]
async fn a_new_country_and_a_new_browser_are_told_as_that() {
    let name = format!("sqreen-{}-countries.mmdb", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, countries()).unwrap();
    let sources = sqreen::intel::Sources::new().database(&file);
    let agent = Agent::builder().intel(sources).build().unwrap();
    let app = app(&agent);
    let path = format!("/by-call/{ALICE}/right");
    for _ in 0..15 {
        let (status, score) = send(&app, &path, HOME, FIREFOX).await;
        assert_eq!(status, StatusCode::OK, "{score}");
    }
    let (status, score) = send(&app, &path, ATTACKER, CHROME).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(number(&score) > 90, "{score}");
    let decided = decisions(&agent).await;
    let risk = decided.iter().find_map(|decision| decision.evidence.risk);
    let why: Vec<_> = (risk.unwrap().reasons())
        .map(|reason| reason.to_string())
        .collect();
    assert_eq!(
        why[..3],
        [
            "a country this user has never logged in from",
            "an operating system this user has never used",
            "a browser this user has never used"
        ]
    );
    std::fs::remove_file(&file).unwrap();
}
