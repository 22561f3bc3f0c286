//! Pages of Rocket: handlers that are not async, cookies in a jar, a redirect with a message either way, and a
//! request guard that finds the user.
//!
//! No layer serves these requests, so their events have no address.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]
#![allow(
    clippy::result_large_err,
    reason = "a `Flash<Redirect>` is large, and is what Rocket's own guide returns as an error"
)]

use rocket::form::Form;
use rocket::http::{ContentType, CookieJar, Status};
use rocket::local::asynchronous::Client;
use rocket::outcome::IntoOutcome;
use rocket::request::{self, FromRequest, Request};
use rocket::response::{Flash, Redirect};
use rocket::{Either, FromForm, State, get, post, routes};
use sqreen_applications::accounts::{Account, Accounts, RIGHT, WRONG};
use sqreen_applications::story::{process_agent, story};
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};

#[derive(FromForm)]
struct Login<'r> {
    email: &'r str,
    password: &'r str,
}

const COOKIE: &str = "session";

fn is_right(login: &Login<'_>, account: &Account) -> bool {
    password::verify(login.password, &account.password_hash)
}

/// The attribute below the route's, on a function that is not async.
#[post("/login", data = "<login>")]
#[sqreen::track_auth(user = login.email, failure = Either::Left(_))]
fn post_login(
    jar: &CookieJar<'_>,
    accounts: &State<Accounts>,
    login: Form<Login<'_>>,
) -> Result<Redirect, Either<Flash<Redirect>, Status>> {
    let account = accounts
        .by_email_at_once(login.email)
        .map_err(|_| Either::Right(Status::ServiceUnavailable))?;
    match account {
        Some(account) if is_right(&login, &account) => {
            jar.add((COOKIE, sealed::seal(&account.email)));
            Ok(Redirect::to("/"))
        }
        _ => Err(Either::Left(Flash::error(
            Redirect::to("/login"),
            "Wrong email or password.",
        ))),
    }
}

/// The attribute above the route's.
#[sqreen::track_auth(user = login.email, failure = Ok(Either::Right(_)))]
#[post("/login-above", data = "<login>")]
async fn login_above(
    jar: &CookieJar<'_>,
    accounts: &State<Accounts>,
    login: Form<Login<'_>>,
) -> Result<Either<Redirect, Flash<Redirect>>, Status> {
    let account = accounts
        .by_email(login.email)
        .await
        .map_err(|_| Status::ServiceUnavailable)?;
    let Some(account) = account.filter(|account| is_right(&login, account)) else {
        let again = Flash::error(Redirect::to("/login"), "Wrong email or password.");
        return Ok(Either::Right(again));
    };
    jar.add((COOKIE, sealed::seal(&account.email)));
    Ok(Either::Left(Redirect::to("/")))
}

/// For programs. Nothing more has to be said of an answer with a status.
#[post("/api/login", data = "<login>")]
#[sqreen::track_auth(user = login.email)]
async fn login_of_programs(
    accounts: &State<Accounts>,
    login: Form<Login<'_>>,
) -> (Status, &'static str) {
    match accounts.by_email(login.email).await {
        Ok(Some(account)) if is_right(&login, &account) => (Status::Ok, "welcome"),
        Ok(_) => (Status::Unauthorized, "wrong email or password"),
        Err(_) => (Status::ServiceUnavailable, "later"),
    }
}

/// A message either way.
#[post("/sign-up", data = "<form>")]
#[sqreen::track_signup(user = form.email)]
async fn sign_up(
    accounts: &State<Accounts>,
    form: Form<Login<'_>>,
) -> Result<Flash<Redirect>, Flash<Redirect>> {
    let hash = password::hash(form.password);
    match accounts.add(form.email, hash).await {
        Ok(Some(_)) => Ok(Flash::success(Redirect::to("/login"), "Welcome.")),
        _ => Err(Flash::error(
            Redirect::to("/sign-up"),
            "There is an account.",
        )),
    }
}

struct User {
    email: String,
}

/// Whose cookie this is.
#[sqreen::identify(user_from = |user| user.email)]
async fn current_user(jar: &CookieJar<'_>, accounts: &Accounts) -> Option<User> {
    let email = sealed::open(jar.get(COOKIE)?.value())?;
    let account = accounts.by_email(email).await.ok()??;
    Some(User {
        email: account.email,
    })
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for User {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> request::Outcome<User, ()> {
        let Some(accounts) = request.rocket().state::<Accounts>() else {
            return request::Outcome::Error((Status::InternalServerError, ()));
        };
        current_user(request.cookies(), accounts)
            .await
            .or_forward(Status::Unauthorized)
    }
}

#[get("/")]
fn index(user: User) -> String {
    user.email
}

/// The application, and a browser.
struct App {
    accounts: Accounts,
    client: Client,
}

impl App {
    async fn launch() -> Self {
        let accounts = Accounts::of_alice_and_bob();
        let rocket = rocket::build()
            .configure(rocket::Config {
                log_level: rocket::config::LogLevel::Off,
                ..rocket::Config::debug_default()
            })
            .manage(accounts.clone())
            .mount(
                "/",
                routes![post_login, login_above, login_of_programs, sign_up, index],
            );
        let client = Client::tracked(rocket).await.unwrap();
        Self { accounts, client }
    }

    /// Where one is sent, or else the status.
    async fn submit(&self, path: &'static str, email: &str, password: &str) -> String {
        let form = format!("email={email}&password={}", password.replace(' ', "+"));
        let request = self.client.post(path).header(ContentType::Form).body(form);
        let response = request.dispatch().await;
        let location = response.headers().get_one("location");
        location.map_or_else(|| response.status().to_string(), str::to_owned)
    }
}

async fn is_told_apart(path: &'static str) {
    let (agent, app) = (process_agent().await, App::launch().await);
    assert_eq!(app.submit(path, ALICE, RIGHT).await, "/");
    assert_eq!(app.submit(path, ALICE, WRONG).await, "/login");
    app.accounts.go_down();
    let unavailable = Status::ServiceUnavailable.to_string();
    assert_eq!(app.submit(path, ALICE, RIGHT).await, unavailable);
    assert_eq!(
        story(&agent).await,
        ["success", "failure", "error"].map(|how| format!("login {how} email=alice@example.com"))
    );
}

#[rocket::async_test]
async fn one_error_of_two_is_told_below_the_attribute_of_the_route() {
    is_told_apart("/login").await;
}

#[rocket::async_test]
async fn one_page_of_two_is_told_above_the_attribute_of_the_route() {
    is_told_apart("/login-above").await;
}

#[rocket::async_test]
async fn an_answer_is_told_by_its_status() {
    let (agent, app) = (process_agent().await, App::launch().await);
    let path = "/api/login";
    assert_eq!(app.submit(path, ALICE, RIGHT).await, "200 OK");
    assert_eq!(app.submit(path, ALICE, WRONG).await, "401 Unauthorized");
    app.accounts.go_down();
    assert_eq!(
        app.submit(path, ALICE, RIGHT).await,
        "503 Service Unavailable"
    );
    assert_eq!(
        story(&agent).await,
        ["success", "failure", "error"].map(|how| format!("login {how} email=alice@example.com"))
    );
}

#[rocket::async_test]
async fn a_sign_up_is_told_by_where_its_message_stands() {
    let (agent, app) = (process_agent().await, App::launch().await);
    assert_eq!(
        app.submit("/sign-up", "carol@example.com", RIGHT).await,
        "/login"
    );
    assert_eq!(app.submit("/sign-up", ALICE, RIGHT).await, "/sign-up");
    assert_eq!(
        story(&agent).await,
        [
            "sign-up success email=carol@example.com",
            "sign-up failure email=alice@example.com",
        ]
    );
}

#[rocket::async_test]
async fn a_guard_makes_the_request_its_users() {
    let (agent, app) = (process_agent().await, App::launch().await);
    assert_eq!(
        app.client.get("/").dispatch().await.status(),
        Status::Unauthorized
    );
    app.submit("/login", ALICE, RIGHT).await;
    let page = app.client.get("/").dispatch().await;
    assert_eq!(page.into_string().await.unwrap(), ALICE);
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "session email=alice@example.com",
        ]
    );
}
