//! Accounts behind a trait of `#[async_trait]`, as applications with layers have them: the functions to watch
//! are methods of an implementation.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use sqreen::Agent;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, Unreachable, WRONG};
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};

#[derive(Debug, thiserror::Error)]
enum RepositoryError {
    #[error("no such user, or another password")]
    Rejected,
    #[error("there is a user with this address")]
    Duplicate,
    #[error(transparent)]
    Storage(#[from] Unreachable),
}

type Result<T> = std::result::Result<T, RepositoryError>;

#[derive(Debug, Clone, Deserialize)]
struct NewUser {
    email: String,
    password: String,
}

#[async_trait]
trait UserRepository: Send + Sync {
    async fn authenticate(&self, email: &str, password: &str) -> Result<Account>;
    async fn register(&self, form: Form<NewUser>) -> Result<Account>;
    async fn find_by_session(&self, token: &str) -> Result<Option<Arc<Account>>>;
}

struct InMemory {
    accounts: Accounts,
}

#[async_trait]
impl UserRepository for InMemory {
    #[sqreen::track_auth(user = email, failure = RepositoryError::Rejected)]
    async fn authenticate(&self, email: &str, password: &str) -> Result<Account> {
        let account = self.accounts.by_email(email).await?;
        account
            .filter(|account| password::verify(password, &account.password_hash))
            .ok_or(RepositoryError::Rejected)
    }

    #[sqreen::track_signup(user = email, error = RepositoryError::Storage(_))]
    async fn register(
        &self,
        Form(NewUser {
            mut email,
            password,
        }): Form<NewUser>,
    ) -> Result<Account> {
        email.make_ascii_lowercase();
        let hash = password::hash(&password);
        let account = self.accounts.add(&email, hash).await?;
        account.ok_or(RepositoryError::Duplicate)
    }

    #[sqreen::identify(user_from = |account| account.email)]
    async fn find_by_session(&self, token: &str) -> Result<Option<Arc<Account>>> {
        let Some(email) = sealed::open(token) else {
            return Ok(None);
        };
        Ok(self.accounts.by_email(email).await?.map(Arc::new))
    }
}

type Users = Arc<dyn UserRepository>;

async fn log_in(State(users): State<Users>, Form(form): Form<NewUser>) -> (StatusCode, String) {
    match users.authenticate(&form.email, &form.password).await {
        Ok(account) => (StatusCode::OK, sealed::seal(&account.email)),
        Err(error @ RepositoryError::Rejected) => (StatusCode::UNAUTHORIZED, error.to_string()),
        // Not a 5xx: what is an error is said by the repository here, and not by the answer.
        Err(error) => (StatusCode::OK, error.to_string()),
    }
}

async fn sign_up(State(users): State<Users>, form: Form<NewUser>) -> (StatusCode, String) {
    match users.register(form).await {
        Ok(account) => (StatusCode::CREATED, account.email),
        Err(error) => (StatusCode::OK, error.to_string()),
    }
}

async fn account(
    State(users): State<Users>,
    axum::extract::Path(token): axum::extract::Path<String>,
) -> (StatusCode, String) {
    match users.find_by_session(&token).await {
        Ok(Some(account)) => (StatusCode::OK, account.email.clone()),
        Ok(None) => (StatusCode::UNAUTHORIZED, String::new()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    }
}

fn app(agent: &Agent, accounts: &Accounts) -> Router {
    let users: Users = Arc::new(InMemory {
        accounts: accounts.clone(),
    });
    Router::new()
        .route("/login", post(log_in))
        .route("/users", post(sign_up))
        .route("/account/{token}", get(account))
        .with_state(users)
        .layer(agent.layer())
}

async fn send(app: &Router, path: &str, email: &str, password: &str) -> Answer {
    let form = format!("email={email}&password={}", password.replace(' ', "+"));
    submit(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send(app)
        .await
}

#[tokio::test]
async fn the_methods_of_the_repository_say_who_and_how_it_went() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    let login = send(&app, "/login", ALICE, RIGHT).await;
    let own = visit(&format!("/account/{}", login.body)).send(&app).await;
    assert_eq!(own.body, ALICE);
    assert_eq!(visit("/account/forged").send(&app).await.status, 401);
    assert_eq!(send(&app, "/login", ALICE, WRONG).await.status, 401);
    accounts.go_down();
    send(&app, "/login", ALICE, RIGHT).await;
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login error email=alice@example.com",
            "session email=alice@example.com",
        ]
    );
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn a_sign_up_fails_for_every_error_but_the_one_that_is_named() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    assert_eq!(
        send(&app, "/users", "carol@example.com", RIGHT)
            .await
            .status,
        201
    );
    send(&app, "/users", ALICE, RIGHT).await;
    accounts.go_down();
    send(&app, "/users", "dan@example.com", RIGHT).await;
    assert_eq!(
        story(&agent).await,
        [
            "sign-up success email=carol@example.com",
            "sign-up failure email=alice@example.com",
            "sign-up error email=dan@example.com",
        ]
    );
}

#[tokio::test]
async fn a_banned_user_is_refused_by_each_method() {
    let agent = agent();
    let app = app(&agent, &Accounts::of_alice_and_bob());
    let login = send(&app, "/login", ALICE, RIGHT).await;
    ban(&agent, user(ALICE));
    let own = format!("/account/{}", login.body);
    assert!(send(&app, "/login", ALICE, RIGHT).await.is_refusal());
    assert!(send(&app, "/users", ALICE, RIGHT).await.is_refusal());
    assert!(visit(&own).send(&app).await.is_refusal());
    assert_eq!(send(&app, "/login", BOB, RIGHT).await.status, 200);
}
