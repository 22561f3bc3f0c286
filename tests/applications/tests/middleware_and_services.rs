//! What stands between a router and its handlers: a middleware function, services of tower, and a session store
//! whose methods return boxed futures.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{Extension, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use sqreen::Agent;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, Unreachable, WRONG};
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};
use tower::{Service, ServiceExt};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[derive(Clone)]
struct Session {
    email: String,
}

/// A store that can be a trait object.
trait SessionStore: Send + Sync {
    fn load<'a>(
        &'a self,
        id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Session>, Unreachable>> + Send + 'a>>;

    fn session_or_why<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Session, StatusCode>>;
}

impl SessionStore for Accounts {
    #[sqreen::identify(user_from = |session| session.email)]
    fn load<'a>(
        &'a self,
        id: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Session>, Unreachable>> + Send + 'a>> {
        let email = sealed::open(id);
        Box::pin(async move {
            let Some(email) = email else {
                return Ok(None);
            };
            let account = self.by_email(email).await?;
            Ok(account.map(|account| Session {
                email: account.email,
            }))
        })
    }

    #[sqreen::identify(user_from = |session| session.email)]
    fn session_or_why<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Session, StatusCode>> {
        Box::pin(async move {
            let email = sealed::open(id).ok_or(StatusCode::UNAUTHORIZED)?;
            let account = self
                .by_email(email)
                .await
                .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
            Ok(Session {
                email: account.ok_or(StatusCode::UNAUTHORIZED)?.email,
            })
        })
    }
}

/// Reads the cookie; says nothing to anybody.
impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Redirect> {
        let email = session_id(parts.headers.get(header::COOKIE)).and_then(sealed::open);
        email
            .map(|email| Self {
                email: email.to_owned(),
            })
            .ok_or_else(|| Redirect::to("/login"))
    }
}

fn session_id(cookie: Option<&header::HeaderValue>) -> Option<&str> {
    cookie?.to_str().ok()?.strip_prefix("id=")
}

/// Lets those in who have a session, and runs what is behind.
#[sqreen::identify(user = session.email)]
async fn require_user(session: Session, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(session);
    next.run(request).await
}

/// The session is looked up in the middleware, by what bears the attribute.
async fn load_session(
    State(store): State<Arc<dyn SessionStore>>,
    mut request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let session = match session_id(request.headers().get(header::COOKIE)) {
        Some(id) => store.load(id).await.map_err(|_| StatusCode::BAD_GATEWAY)?,
        None => None,
    };
    request
        .extensions_mut()
        .insert(session.ok_or(StatusCode::UNAUTHORIZED)?);
    Ok(next.run(request).await)
}

async fn account_page(
    Extension(session): Extension<Session>,
    State(pages): State<Tally>,
) -> String {
    pages.hit();
    session.email
}

/// A form that was read already.
struct Credentials {
    email: String,
    password: String,
}

#[derive(Debug, thiserror::Error)]
enum LoginError {
    #[error("wrong email or password")]
    Rejected,
    #[error(transparent)]
    Accounts(#[from] Unreachable),
}

/// Checks passwords, as a service that other services can stand around.
#[derive(Clone)]
struct LoginService {
    accounts: Accounts,
}

impl Service<Credentials> for LoginService {
    type Response = Account;
    type Error = LoginError;
    type Future = BoxFuture<'static, Result<Account, LoginError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), LoginError>> {
        Poll::Ready(Ok(()))
    }

    #[sqreen::track_auth(user = creds.email, failure = LoginError::Rejected)]
    fn call(&mut self, creds: Credentials) -> BoxFuture<'static, Result<Account, LoginError>> {
        let accounts = self.accounts.clone();
        Box::pin(async move {
            let account = accounts.by_email(&creds.email).await?;
            account
                .filter(|account| password::verify(&creds.password, &account.password_hash))
                .ok_or(LoginError::Rejected)
        })
    }
}

async fn log_in<S>(State(service): State<S>, body: String) -> Response
where
    S: Service<Credentials, Response = Account, Error = LoginError>,
{
    let (email, password) = body.split_once(' ').unwrap();
    let creds = Credentials {
        email: email.to_owned(),
        password: password.to_owned(),
    };
    match service.oneshot(creds).await {
        Ok(account) => sealed::seal(&account.email).into_response(),
        Err(LoginError::Rejected) => StatusCode::UNAUTHORIZED.into_response(),
        // Not a 5xx: what is an error is said by the service here, and not by the answer.
        Err(LoginError::Accounts(_)) => StatusCode::CONFLICT.into_response(),
    }
}

struct App {
    accounts: Accounts,
    agent: Agent,
    pages: Tally,
    router: Router,
}

impl App {
    fn new() -> Self {
        let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
        let store: Arc<dyn SessionStore> = Arc::new(accounts.clone());
        let service = LoginService {
            accounts: accounts.clone(),
        };
        let pages = Tally::default();
        let page = || get(account_page).with_state(pages.clone());
        let by_store = async |State(store): State<Arc<dyn SessionStore>>, id: String| {
            store.session_or_why(&id).await.map(|session| session.email)
        };
        let router = Router::new()
            .route(
                "/required",
                page().route_layer(middleware::from_fn(require_user)),
            )
            .route(
                "/loaded",
                page().route_layer(middleware::from_fn_with_state(store.clone(), load_session)),
            )
            .route("/why", get(by_store).with_state(store))
            .route("/login", post(log_in::<LoginService>).with_state(service))
            .layer(agent.layer());
        Self {
            accounts,
            agent,
            pages,
            router,
        }
    }

    async fn log_in(&self, email: &str, password: &str) -> Answer {
        let body = format!("{email} {password}");
        submit("/login").body(body).send(&self.router).await
    }

    async fn see(&self, path: &str, id: &str) -> Answer {
        visit(path)
            .header("cookie", &format!("id={id}"))
            .body(id)
            .send(&self.router)
            .await
    }
}

const PAGES: [&str; 3] = ["/required", "/loaded", "/why"];

#[tokio::test]
async fn the_future_of_a_service_is_watched() {
    let app = App::new();
    assert_eq!(app.log_in(ALICE, RIGHT).await.status, 200);
    assert_eq!(app.log_in(ALICE, WRONG).await.status, 401);
    ban(&app.agent, user(BOB));
    assert!(app.log_in(BOB, RIGHT).await.is_refusal());
    app.accounts.go_down();
    assert_eq!(app.log_in(ALICE, RIGHT).await.status, 409);
    assert_eq!(
        story(&app.agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login error email=alice@example.com",
            "ban of email=bob@example.com",
            "refusal at login email=bob@example.com",
        ]
    );
}

#[tokio::test]
async fn a_session_is_seen_in_a_middleware_and_in_a_store() {
    let app = App::new();
    for page in PAGES {
        assert_eq!(app.see(page, &sealed::seal(ALICE)).await.body, ALICE);
        let refused = app.see(page, "alice@example.com.forged").await.status;
        assert!(refused == 401 || refused == 303, "{page}: {refused}");
    }
    app.accounts.go_down();
    for page in &PAGES[1..] {
        assert!(
            app.see(page, &sealed::seal(ALICE))
                .await
                .status
                .is_server_error()
        );
    }
    assert_eq!(
        story(&app.agent).await,
        ["session email=alice@example.com"; 3]
    );
    assert_eq!(app.agent.diagnostics(), []);
}

#[tokio::test]
async fn a_banned_user_gets_no_further_than_the_middleware() {
    let app = App::new();
    ban(&app.agent, user(ALICE));
    for page in PAGES {
        assert!(
            app.see(page, &sealed::seal(ALICE)).await.is_refusal(),
            "{page}"
        );
        assert_eq!(app.see(page, &sealed::seal(BOB)).await.body, BOB, "{page}");
    }
    assert_eq!(app.pages.count(), 2, "only Bob's pages were made");
}
