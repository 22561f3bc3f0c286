//! Handlers that are generic over the database, so that tests can bring their own, with answers of every shape.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqreen::Agent;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, Unreachable, WRONG};
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};

trait Db: Clone + Send + Sync + 'static {
    type Error: std::error::Error + Send + Sync + 'static;

    fn account(
        &self,
        email: &str,
    ) -> impl Future<Output = Result<Option<Account>, Self::Error>> + Send;
}

impl Db for Accounts {
    type Error = Unreachable;

    async fn account(&self, email: &str) -> Result<Option<Account>, Unreachable> {
        self.by_email(email).await
    }
}

#[derive(Deserialize)]
struct Creds {
    email: String,
    password: String,
}

impl Creds {
    fn are_right(&self, account: &Account) -> bool {
        password::verify(&self.password, &account.password_hash)
    }
}

#[derive(Serialize)]
struct Welcome {
    token: String,
}

impl From<Account> for Welcome {
    fn from(account: Account) -> Self {
        Self {
            token: sealed::seal(&account.email),
        }
    }
}

/// The status is the whole error.
#[sqreen::track_auth(user = creds.email, failure = StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)]
async fn status_as_error<D: Db>(
    State(db): State<D>,
    Json(creds): Json<Creds>,
) -> Result<Json<Welcome>, StatusCode> {
    let account = db
        .account(&creds.email)
        .await
        .map_err(|_| StatusCode::CONFLICT)?
        .ok_or(StatusCode::UNAUTHORIZED)?;
    if !creds.are_right(&account) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok(Json(account.into()))
}

/// A tuple behind `impl IntoResponse`, whose status says it.
#[sqreen::track_auth(user = creds.email)]
async fn status_and_body<D>(
    State(db): State<D>,
    Json(creds): Json<Creds>,
) -> (StatusCode, Json<Value>)
where
    D: Db,
{
    match db.account(&creds.email).await {
        Ok(Some(account)) if creds.are_right(&account) => {
            (StatusCode::OK, Json(json!(Welcome::from(account))))
        }
        Ok(_) => (StatusCode::UNAUTHORIZED, Json(json!({ "error": "no" }))),
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Json(json!({ "error": error.to_string() })),
        ),
    }
}

/// The same behind `impl IntoResponse`.
#[sqreen::track_auth(user = creds.email)]
async fn opaque<D: Db>(State(db): State<Arc<D>>, Json(creds): Json<Creds>) -> impl IntoResponse {
    let Ok(account) = db.account(&creds.email).await else {
        return (StatusCode::BAD_GATEWAY, Err("no database"));
    };
    let Some(account) = account.filter(|account| creds.are_right(account)) else {
        return (StatusCode::UNAUTHORIZED, Err("wrong email or password"));
    };
    (StatusCode::OK, Ok(Json(Welcome::from(account))))
}

/// Whatever the error is, it becomes an answer.
#[sqreen::track_auth(user = creds.email)]
async fn response<D: Db>(State(db): State<D>, Json(creds): Json<Creds>) -> Response {
    match db.account(&creds.email).await {
        Ok(Some(account)) if creds.are_right(&account) => {
            Json(Welcome::from(account)).into_response()
        }
        Ok(_) => (StatusCode::UNAUTHORIZED, "wrong email or password").into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// A 200 in every case: the body says it.
#[sqreen::track_auth(user = creds.email, success = |Json(body)| body["success"] == true)]
async fn said_in_the_body<D: Db>(State(db): State<D>, Json(creds): Json<Creds>) -> Json<Value> {
    match db.account(&creds.email).await {
        Ok(Some(account)) if creds.are_right(&account) => {
            Json(json!({ "success": true, "token": Welcome::from(account).token }))
        }
        _ => Json(json!({ "success": false })),
    }
}

/// `Ok` for both pages, and an `Err` for what went wrong.
#[sqreen::track_auth(user = creds.email, failure = Ok(to) if to.location() != "/account")]
async fn redirect<D: Db>(
    State(db): State<D>,
    Json(creds): Json<Creds>,
) -> Result<Redirect, StatusCode> {
    let account = db.account(&creds.email).await;
    let account = account.map_err(|_| StatusCode::CONFLICT)?;
    if account.is_some_and(|account| creds.are_right(&account)) {
        Ok(Redirect::to("/account"))
    } else {
        Ok(Redirect::to("/login?wrong"))
    }
}

/// Whatever is inside, as a session of a generic store.
#[sqreen::identify(user_from = |account| account.email)]
async fn session_user<D: Db>(db: &D, token: &str) -> Result<Option<Account>, D::Error> {
    match sealed::open(token) {
        Some(email) => db.account(email).await,
        None => Ok(None),
    }
}

async fn account<D: Db>(State(db): State<D>, token: String) -> (StatusCode, String) {
    match session_user(&db, &token).await {
        Ok(Some(account)) => (StatusCode::OK, account.email),
        Ok(None) => (StatusCode::UNAUTHORIZED, String::new()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}

struct App {
    accounts: Accounts,
    agent: Agent,
    router: Router,
}

impl App {
    fn new(login: MethodRouter<Accounts>) -> Self {
        let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
        let router = Router::new()
            .route("/login", login)
            .route("/account", get(account::<Accounts>))
            .with_state(accounts.clone())
            .layer(agent.layer());
        Self {
            accounts,
            agent,
            router,
        }
    }

    async fn log_in(&self, email: &str, password: &str) -> Answer {
        submit("/login")
            .header("content-type", "application/json")
            .body(json!({ "email": email, "password": password }).to_string())
            .send(&self.router)
            .await
    }
}

/// A right login, a wrong one, one while the database is down, and one of somebody who is banned.
async fn is_told_apart(login: MethodRouter<Accounts>, without_database: &str) {
    let app = App::new(login);
    app.log_in(ALICE, RIGHT).await;
    app.log_in(ALICE, WRONG).await;
    ban(&app.agent, user(BOB));
    assert!(app.log_in(BOB, RIGHT).await.is_refusal());
    app.accounts.go_down();
    app.log_in(ALICE, RIGHT).await;
    assert_eq!(
        story(&app.agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            &format!("login {without_database} email=alice@example.com"),
            "ban of email=bob@example.com",
            "refusal at login email=bob@example.com",
        ]
    );
    assert_eq!(app.agent.diagnostics(), []);
}

#[tokio::test]
async fn a_status_as_the_error_is_told_by_its_constant() {
    is_told_apart(post(status_as_error::<Accounts>), "error").await;
}

#[tokio::test]
async fn a_status_beside_a_body_tells_by_itself() {
    is_told_apart(post(status_and_body::<Accounts>), "error").await;
}

#[tokio::test]
async fn a_response_tells_by_its_status() {
    is_told_apart(post(response::<Accounts>), "error").await;
}

#[tokio::test]
async fn a_status_behind_impl_into_response_tells_as_well() {
    let accounts = Arc::new(Accounts::of_alice_and_bob());
    let login = post(opaque::<Accounts>).with_state(accounts.clone());
    let app = App::new(login);
    app.log_in(ALICE, RIGHT).await;
    app.log_in(ALICE, WRONG).await;
    accounts.go_down();
    app.log_in(ALICE, RIGHT).await;
    assert_eq!(
        story(&app.agent).await,
        ["success", "failure", "error"].map(|how| format!("login {how} email=alice@example.com"))
    );
}

#[tokio::test]
async fn a_body_that_says_it_is_asked_and_what_is_no_success_is_a_failure() {
    is_told_apart(post(said_in_the_body::<Accounts>), "failure").await;
}

#[tokio::test]
async fn two_pages_in_ok_are_told_apart_and_err_is_an_error() {
    is_told_apart(post(redirect::<Accounts>), "error").await;
}

#[tokio::test]
async fn a_session_of_a_generic_store_is_its_users() {
    let app = App::new(post(response::<Accounts>));
    let see = async |token: String| visit("/account").body(token).send(&app.router).await;
    assert_eq!(see(sealed::seal(ALICE)).await.body, ALICE);
    assert_eq!(see("forged".to_owned()).await.status, 401);
    ban(&app.agent, user(ALICE));
    assert!(see(sealed::seal(ALICE)).await.is_refusal());
}
