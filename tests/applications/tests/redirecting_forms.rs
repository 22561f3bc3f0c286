//! Pages of actix-web: forms that are answered with a redirect, whether the password was right or wrong; and
//! beside them an answer for programs, whose status says it.
//!
//! No layer serves these requests, so their events have no address.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::error::InternalError;
use actix_web::http::header::{COOKIE, LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, Responder, error, test, web};
use serde::Deserialize;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, Unreachable, WRONG};
use sqreen_applications::story::{process_agent, story};
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};
use tokio::task::spawn_blocking;

/// What a deployment chooses.
struct Settings {
    cookie: &'static str,
}

#[derive(Deserialize)]
struct LoginForm {
    email: String,
    password: String,
}

fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, location))
        .finish()
}

fn leads_to(response: &HttpResponse, location: &str) -> bool {
    response
        .headers()
        .get(LOCATION)
        .is_some_and(|there| there == location)
}

fn session(account: &Account, settings: &Settings) -> HttpResponse {
    let token = sealed::seal(&account.email);
    HttpResponse::SeeOther()
        .insert_header((LOCATION, "/account"))
        .insert_header((SET_COOKIE, format!("{}={token}; HttpOnly", settings.cookie)))
        .finish()
}

/// The attribute below the route's.
#[actix_web::post("/login")]
#[sqreen::track_auth(
    user = form.email,
    failure = response if leads_to(response, "/login?wrong"),
    error = response if leads_to(response, "/login?later"),
)]
async fn login(
    request: HttpRequest,
    form: web::Form<LoginForm>,
    accounts: web::Data<Accounts>,
    settings: web::Data<Settings>,
) -> HttpResponse {
    if request.headers().contains_key(COOKIE) {
        return see_other("/account");
    }
    let account = match accounts.by_email(&form.email).await {
        Ok(account) => account,
        Err(_) => return see_other("/login?later"),
    };
    match account {
        Some(account) if password::verify(&form.password, &account.password_hash) => {
            session(&account, &settings)
        }
        _ => see_other("/login?wrong"),
    }
}

/// The attribute above the route's; the form is taken apart in the signature.
#[sqreen::track_auth(
    user = email,
    failure = response if leads_to(response, "/login?wrong"),
    error = response if leads_to(response, "/login?later"),
)]
#[actix_web::post("/login-above")]
#[tracing::instrument(skip_all, fields(%email))]
async fn login_above(
    web::Form(LoginForm { email, password }): web::Form<LoginForm>,
    accounts: web::Data<Accounts>,
    settings: web::Data<Settings>,
) -> HttpResponse {
    let Ok(account) = accounts.by_email(&email).await else {
        return see_other("/login?later");
    };
    match account.filter(|account| password::verify(&password, &account.password_hash)) {
        Some(account) => session(&account, &settings),
        None => see_other("/login?wrong"),
    }
}

/// Nothing more has to be said of an answer with a status.
#[actix_web::post("/api/login")]
#[sqreen::track_auth(user = form.email)]
async fn login_of_programs(
    form: web::Form<LoginForm>,
    accounts: web::Data<Accounts>,
) -> HttpResponse {
    match accounts.by_email(&form.email).await {
        Ok(Some(account)) if password::verify(&form.password, &account.password_hash) => {
            HttpResponse::Ok().body(sealed::seal(&account.email))
        }
        Ok(_) => HttpResponse::Unauthorized().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

#[derive(Debug, thiserror::Error)]
enum AuthError {
    #[error("Invalid credentials.")]
    InvalidCredentials(#[source] std::fmt::Error),
    #[error(transparent)]
    Unexpected(#[from] Box<dyn std::error::Error>),
}

#[derive(Debug, thiserror::Error)]
enum LoginError {
    #[error("Authentication failed")]
    Auth(#[source] AuthError),
    #[error("Something went wrong")]
    Unexpected(#[source] AuthError),
}

struct Credentials {
    username: String,
    password: String,
}

/// What checks the credentials, behind a handler whose error hides what went wrong in a response.
#[tracing::instrument(name = "Validate credentials", skip(credentials, accounts))]
#[sqreen::track_auth(user(email = credentials.username), failure = AuthError::InvalidCredentials(_))]
async fn validate_credentials(
    credentials: Credentials,
    accounts: &Accounts,
) -> Result<Account, AuthError> {
    let account = accounts
        .by_email(&credentials.username)
        .await
        .map_err(|error| AuthError::Unexpected(error.into()))?
        .ok_or(AuthError::InvalidCredentials(std::fmt::Error))?;
    let expected = account.password_hash.clone();
    let right = spawn_blocking(move || password::verify(&credentials.password, &expected))
        .await
        .map_err(|error| AuthError::Unexpected(error.into()))?;
    right
        .then_some(account)
        .ok_or(AuthError::InvalidCredentials(std::fmt::Error))
}

#[actix_web::post("/login-inside")]
async fn login_inside(
    form: web::Form<LoginForm>,
    accounts: web::Data<Accounts>,
    settings: web::Data<Settings>,
) -> Result<HttpResponse, InternalError<LoginError>> {
    let credentials = Credentials {
        username: form.0.email,
        password: form.0.password,
    };
    match validate_credentials(credentials, &accounts).await {
        Ok(account) => Ok(session(&account, &settings)),
        Err(error) => {
            let (error, to) = match error {
                AuthError::InvalidCredentials(_) => (LoginError::Auth(error), "/login?wrong"),
                AuthError::Unexpected(_) => (LoginError::Unexpected(error), "/login?later"),
            };
            Err(InternalError::from_response(error, see_other(to)))
        }
    }
}

/// Registered by hand, with `impl Responder` in the signature.
#[sqreen::track_signup(user = form.0.email, success = |response| leads_to(response, "/account"))]
async fn sign_up(
    form: web::Form<LoginForm>,
    accounts: web::Data<Accounts>,
    settings: web::Data<Settings>,
) -> impl Responder {
    let LoginForm { email, password } = form.into_inner();
    match accounts.add(&email, password::hash(&password)).await {
        Ok(Some(account)) => session(&account, &settings),
        Ok(None) => see_other("/sign-up?taken"),
        Err(Unreachable) => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Whose cookie this is.
#[sqreen::identify(user_from = |account| account.email)]
async fn current_user(
    request: &HttpRequest,
    accounts: &Accounts,
    settings: &Settings,
) -> Result<Account, actix_web::Error> {
    let email = request
        .headers()
        .get(COOKIE)
        .and_then(|cookie| cookie.to_str().ok()?.strip_prefix(settings.cookie))
        .and_then(|token| sealed::open(token.strip_prefix('=')?))
        .ok_or_else(|| error::ErrorUnauthorized("log in first"))?;
    accounts
        .by_email(email)
        .await
        .map_err(error::ErrorServiceUnavailable)?
        .ok_or_else(|| error::ErrorUnauthorized("log in first"))
}

#[actix_web::get("/account")]
async fn account_page(
    request: HttpRequest,
    accounts: web::Data<Accounts>,
    settings: web::Data<Settings>,
) -> actix_web::Result<String> {
    Ok(current_user(&request, &accounts, &settings).await?.email)
}

/// The application, and a way to send it something.
struct App {
    accounts: Accounts,
}

impl App {
    fn new() -> Self {
        Self {
            accounts: Accounts::of_alice_and_bob(),
        }
    }

    async fn send(&self, request: test::TestRequest) -> ServiceResponse<BoxBody> {
        let app = actix_web::App::new()
            .app_data(web::Data::new(self.accounts.clone()))
            .app_data(web::Data::new(Settings { cookie: "id" }))
            .service(login)
            .service(login_above)
            .service(login_of_programs)
            .service(login_inside)
            .service(account_page)
            .route("/sign-up", web::post().to(sign_up));
        let app = test::init_service(app).await;
        test::call_service(&app, request.to_request()).await
    }

    async fn submit(&self, path: &str, email: &str, password: &str) -> ServiceResponse<BoxBody> {
        let form = [("email", email), ("password", password)];
        self.send(test::TestRequest::post().uri(path).set_form(form))
            .await
    }

    /// Where one is sent.
    async fn sent_to(&self, path: &str, email: &str, password: &str) -> String {
        let response = self.submit(path, email, password).await;
        let location = response.headers().get(LOCATION).unwrap();
        location.to_str().unwrap().to_owned()
    }
}

async fn is_told_apart(path: &str) {
    let (agent, app) = (process_agent().await, App::new());
    assert_eq!(app.sent_to(path, ALICE, RIGHT).await, "/account");
    assert_eq!(app.sent_to(path, ALICE, WRONG).await, "/login?wrong");
    assert_eq!(
        app.sent_to(path, "eve@example.com", RIGHT).await,
        "/login?wrong"
    );
    app.accounts.go_down();
    assert_eq!(app.sent_to(path, ALICE, RIGHT).await, "/login?later");
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login failure email=eve@example.com",
            "login error email=alice@example.com",
        ]
    );
}

#[actix_web::test]
async fn redirects_are_told_apart_below_the_attribute_of_the_route() {
    is_told_apart("/login").await;
}

#[actix_web::test]
async fn redirects_are_told_apart_above_the_attribute_of_the_route() {
    is_told_apart("/login-above").await;
}

#[actix_web::test]
async fn an_answer_is_told_by_its_status() {
    let (agent, app) = (process_agent().await, App::new());
    let path = "/api/login";
    assert_eq!(app.submit(path, ALICE, RIGHT).await.status(), 200);
    assert_eq!(app.submit(path, ALICE, WRONG).await.status(), 401);
    app.accounts.go_down();
    assert_eq!(app.submit(path, ALICE, RIGHT).await.status(), 503);
    assert_eq!(
        story(&agent).await,
        ["success", "failure", "error"].map(|how| format!("login {how} email=alice@example.com"))
    );
}

#[actix_web::test]
async fn what_checks_the_credentials_can_be_marked_instead_of_the_handler() {
    is_told_apart("/login-inside").await;
}

#[actix_web::test]
async fn a_sign_up_behind_impl_responder_is_told_by_where_it_leads() {
    let (agent, app) = (process_agent().await, App::new());
    let new = "carol@example.com";
    assert_eq!(app.sent_to("/sign-up", new, RIGHT).await, "/account");
    assert_eq!(app.sent_to("/sign-up", new, RIGHT).await, "/sign-up?taken");
    assert_eq!(
        story(&agent).await,
        [
            "sign-up success email=carol@example.com",
            "sign-up failure email=carol@example.com",
        ]
    );
}

#[actix_web::test]
async fn a_cookie_makes_the_request_its_users() {
    let (agent, app) = (process_agent().await, App::new());
    let welcome = app.submit("/login", ALICE, RIGHT).await;
    let cookie = welcome.headers().get(SET_COOKIE).unwrap().to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let see = |cookie: &str| {
        test::TestRequest::get()
            .uri("/account")
            .insert_header((COOKIE, cookie))
    };
    assert_eq!(app.send(see(cookie)).await.status(), 200);
    assert_eq!(app.send(see("id=alice@example.com.0")).await.status(), 401);
    app.accounts.go_down();
    assert_eq!(app.send(see(cookie)).await.status(), 503);
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "session email=alice@example.com",
        ]
    );
}
