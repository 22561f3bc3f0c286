//! An application with axum-login: the backend is what checks passwords and finds the user of a session.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use axum_login::{AuthManagerLayerBuilder, AuthUser, AuthnBackend, UserId, login_required};
use serde::Deserialize;
use sqreen::Agent;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, Unreachable, WRONG};
use sqreen_applications::password;
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use tokio::task;
use tower_sessions::{MemoryStore, SessionManagerLayer};

#[derive(Debug, Clone)]
struct User {
    id: i64,
    username: String,
    password_hash: String,
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            username: account.email,
            password_hash: account.password_hash,
        }
    }
}

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.password_hash.as_bytes()
    }
}

#[derive(Debug, Clone, Deserialize)]
struct Credentials {
    username: String,
    password: String,
    next: Option<String>,
}

#[derive(Debug, thiserror::Error)]
enum BackendError {
    #[error(transparent)]
    Accounts(#[from] Unreachable),
    #[error(transparent)]
    TaskJoin(#[from] task::JoinError),
}

#[derive(Debug, Clone)]
struct Backend {
    accounts: Accounts,
}

impl AuthnBackend for Backend {
    type User = User;
    type Credentials = Credentials;
    type Error = BackendError;

    #[sqreen::track_auth(user = creds.username)]
    async fn authenticate(
        &self,
        creds: Self::Credentials,
    ) -> Result<Option<Self::User>, Self::Error> {
        let account = self.accounts.by_email(&creds.username).await?;
        // Checking a password takes long; not where requests wait.
        task::spawn_blocking(move || {
            Ok(account
                .filter(|account| password::verify(&creds.password, &account.password_hash))
                .map(User::from))
        })
        .await?
    }

    #[sqreen::identify(user_from = |user| user.username)]
    async fn get_user(&self, user_id: &UserId<Self>) -> Result<Option<Self::User>, Self::Error> {
        Ok(self.accounts.by_id(*user_id).await?.map(User::from))
    }
}

type AuthSession = axum_login::AuthSession<Backend>;

async fn login(mut auth_session: AuthSession, Form(creds): Form<Credentials>) -> impl IntoResponse {
    let user = match auth_session.authenticate(creds.clone()).await {
        Ok(Some(user)) => user,
        Ok(None) => return Redirect::to("/login?wrong").into_response(),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    if auth_session.login(&user).await.is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    Redirect::to(creds.next.as_deref().unwrap_or("/")).into_response()
}

async fn account(auth_session: AuthSession) -> String {
    auth_session
        .user
        .map_or_else(String::new, |user| user.username)
}

fn app(agent: &Agent, accounts: &Accounts) -> Router {
    let sessions = SessionManagerLayer::new(MemoryStore::default()).with_secure(false);
    let backend = Backend {
        accounts: accounts.clone(),
    };
    let auth = AuthManagerLayerBuilder::new(backend, sessions).build();
    Router::new()
        .route("/account", get(account))
        .route_layer(login_required!(Backend, login_url = "/login"))
        .route("/login", post(login))
        .layer(auth)
        .layer(agent.layer())
}

async fn log_in(app: &Router, username: &str, password: &str) -> Answer {
    let form = format!(
        "username={username}&password={}",
        password.replace(' ', "+")
    );
    submit("/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form)
        .send(app)
        .await
}

async fn own_page(app: &Router, login: &Answer) -> Answer {
    let cookie = login.header(header::SET_COOKIE).split(';').next().unwrap();
    visit("/account").header("cookie", cookie).send(app).await
}

fn named(username: &str) -> sqreen::UserIdentifiers {
    sqreen::UserIdentifiers::new("username", username).unwrap()
}

#[tokio::test]
async fn the_backend_says_who_tried_and_whether_it_worked() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let app = app(&agent, &accounts);
    let login = log_in(&app, ALICE, RIGHT).await;
    assert_eq!(login.header(header::LOCATION), "/");
    assert_eq!(own_page(&app, &login).await.body, ALICE);
    let wrong = log_in(&app, ALICE, WRONG).await;
    assert_eq!(wrong.header(header::LOCATION), "/login?wrong");
    log_in(&app, "nobody@example.com", RIGHT).await;
    accounts.go_down();
    assert_eq!(log_in(&app, ALICE, RIGHT).await.status, 500);
    assert_eq!(
        story(&agent).await,
        [
            "login success username=alice@example.com",
            "login failure username=alice@example.com",
            "login failure username=nobody@example.com",
            "login error username=alice@example.com",
            "session username=alice@example.com",
        ]
    );
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn a_banned_user_can_neither_log_in_nor_use_a_session() {
    let agent = agent();
    let app = app(&agent, &Accounts::of_alice_and_bob());
    let session = log_in(&app, ALICE, RIGHT).await;
    ban(&agent, named(ALICE));
    assert!(log_in(&app, ALICE, RIGHT).await.is_refusal());
    assert!(own_page(&app, &session).await.is_refusal());
    assert_eq!(log_in(&app, BOB, RIGHT).await.status, 303);
}
