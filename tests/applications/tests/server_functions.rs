//! Server functions, as in Leptos and Dioxus: what the browser calls as a function is an endpoint on the server.
//! Their arguments are owned, what they need comes from a context, and one error type carries only a text.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use axum::Form;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use sqreen::Agent;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, WRONG};
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};

/// In the shape of the frameworks'.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum ServerFnError {
    #[error("error running server function: {0}")]
    ServerError(String),
    #[error("error deserializing server function arguments: {0}")]
    Args(String),
}

impl ServerFnError {
    fn new(message: impl ToString) -> Self {
        Self::ServerError(message.to_string())
    }
}

/// What the frameworks' integrations put around a server function.
#[derive(Clone)]
struct Context {
    accounts: Accounts,
    cookie: Option<String>,
}

tokio::task_local! {
    static CONTEXT: Context;
}

fn use_context() -> Result<Context, ServerFnError> {
    CONTEXT.try_with(Clone::clone).map_err(ServerFnError::new)
}

const WRONG_CREDENTIALS: &str = "Wrong email or password.";

#[sqreen::track_auth(failure = ServerFnError::ServerError(message) if message == WRONG_CREDENTIALS)]
async fn login(email: String, password: String) -> Result<(), ServerFnError> {
    let Context { accounts, .. } = use_context()?;
    let account = accounts
        .by_email(&email)
        .await
        .map_err(ServerFnError::new)?;
    let Some(account) = account else {
        return Err(ServerFnError::new(WRONG_CREDENTIALS));
    };
    match password::verify(&password, &account.password_hash) {
        true => Ok(()),
        false => Err(ServerFnError::ServerError(WRONG_CREDENTIALS.to_string())),
    }
}

/// Says with a `bool` whether it worked.
#[sqreen::track_auth(user = params.email)]
async fn login_for_a_while(
    params: LoginParams,
    remember: Option<String>,
) -> Result<bool, ServerFnError> {
    let context = use_context()?;
    let LoginParams { email, password } = params;
    let account = context
        .accounts
        .by_email(&email)
        .await
        .map_err(ServerFnError::new)?;
    let right = account.is_some_and(|account| password::verify(&password, &account.password_hash));
    Ok(right && remember.is_none_or(|remember| remember == "on"))
}

#[derive(Clone, Deserialize)]
struct LoginParams {
    email: String,
    password: String,
}

#[sqreen::track_signup(failure = ServerFnError::Args(_))]
async fn sign_up(
    email: String,
    password: String,
    password_confirmation: String,
) -> Result<(), ServerFnError> {
    if password != password_confirmation {
        return Err(ServerFnError::Args("Passwords did not match.".to_string()));
    }
    let accounts = use_context()?.accounts;
    accounts
        .add(&email, password::hash(&password))
        .await
        .map_err(ServerFnError::new)?
        .map(|_| ())
        .ok_or_else(|| ServerFnError::Args("There is an account.".to_string()))
}

#[sqreen::identify(user_from = |user| user.email)]
async fn get_user() -> Result<Option<Account>, ServerFnError> {
    let Context { accounts, cookie } = use_context()?;
    let Some(email) = cookie.as_deref().and_then(sealed::open) else {
        return Ok(None);
    };
    accounts.by_email(email).await.map_err(ServerFnError::new)
}

/// As the frameworks answer, but for the status: they say 500 to every error, and what is an error is said by
/// the functions here.
fn answered(result: Result<String, ServerFnError>) -> Response {
    match result {
        Ok(text) => text.into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
struct SignUpParams {
    email: String,
    password: String,
    password_confirmation: String,
}

fn app(agent: &Agent, accounts: &Accounts) -> Router {
    let context = Context {
        accounts: accounts.clone(),
        cookie: None,
    };
    let contexts = [(); 4].map(|()| context.clone());
    let [for_login, for_a_while, for_sign_up, for_user] = contexts;
    Router::new()
        .route(
            "/login",
            post(async move |Form(form): Form<LoginParams>| {
                let login = CONTEXT.scope(for_login, login(form.email, form.password));
                answered(login.await.map(|()| String::new()))
            }),
        )
        .route(
            "/login_for_a_while",
            post(async move |Form(form): Form<LoginParams>| {
                let login = login_for_a_while(form, Some("on".to_owned()));
                let login = CONTEXT.scope(for_a_while, login);
                answered(login.await.map(|right| right.to_string()))
            }),
        )
        .route(
            "/sign_up",
            post(async move |Form(form): Form<SignUpParams>| {
                let sign_up = sign_up(form.email, form.password, form.password_confirmation);
                let sign_up = CONTEXT.scope(for_sign_up, sign_up);
                answered(sign_up.await.map(|()| String::new()))
            }),
        )
        .route(
            "/get_user",
            post(async move |cookie: String| {
                let context = Context {
                    cookie: Some(cookie),
                    ..for_user
                };
                let user = CONTEXT.scope(context, get_user()).await;
                answered(user.map(|user| user.map_or_else(String::new, |user| user.email)))
            }),
        )
        .layer(agent.layer())
}

async fn call(app: &Router, function: &str, arguments: &[(&str, &str)]) -> Answer {
    let form: Vec<_> = arguments
        .iter()
        .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
        .collect();
    submit(function)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.join("&"))
        .send(app)
        .await
}

async fn log_in(app: &Router, function: &str, email: &str, password: &str) -> Answer {
    call(app, function, &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn a_failure_is_told_from_an_error_by_the_text_of_the_one_error_there_is() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    for function in ["/login", "/login_for_a_while"] {
        assert_eq!(log_in(&app, function, ALICE, RIGHT).await.status, 200);
        log_in(&app, function, ALICE, WRONG).await;
    }
    accounts.go_down();
    for function in ["/login", "/login_for_a_while"] {
        assert_eq!(log_in(&app, function, ALICE, RIGHT).await.status, 400);
    }
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login error email=alice@example.com",
            "login error email=alice@example.com",
        ]
    );
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn a_sign_up_is_seen_and_a_session_found() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    let sign_up = async |again: &str| {
        let email = ("email", "carol@example.com");
        let password = ("password", RIGHT);
        call(
            &app,
            "/sign_up",
            &[email, password, ("password_confirmation", again)],
        )
        .await
    };
    assert_eq!(sign_up(WRONG).await.status, 400);
    assert_eq!(sign_up(RIGHT).await.status, 200);
    let cookie = sealed::seal("carol@example.com");
    let own = submit("/get_user").body(cookie).send(&app).await;
    assert_eq!(own.body, "carol@example.com");
    assert_eq!(submit("/get_user").send(&app).await.body, "");
    accounts.go_down();
    assert_eq!(sign_up(RIGHT).await.status, 400);
    assert_eq!(
        story(&agent).await,
        [
            "sign-up failure email=carol@example.com",
            "sign-up success email=carol@example.com",
            "sign-up error email=carol@example.com",
            "session email=carol@example.com",
        ]
    );
}

#[tokio::test]
async fn a_banned_user_is_refused_by_each_function() {
    let agent = agent();
    let app = app(&agent, &Accounts::of_alice_and_bob());
    ban(&agent, user(ALICE));
    assert!(log_in(&app, "/login", ALICE, RIGHT).await.is_refusal());
    assert!(
        log_in(&app, "/login_for_a_while", ALICE, RIGHT)
            .await
            .is_refusal()
    );
    let own = submit("/get_user").body(sealed::seal(ALICE));
    assert!(own.send(&app).await.is_refusal());
    assert_eq!(log_in(&app, "/login", BOB, RIGHT).await.status, 200);
}
