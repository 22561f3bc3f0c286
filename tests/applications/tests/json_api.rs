//! A JSON API in axum with its accounts in SQLite: one error type for everything that can go wrong.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::sqlite::{SqlitePoolOptions, SqliteRow};
use sqlx::{FromRow, Row, SqlitePool};
use sqreen::Agent;
use sqreen_applications::accounts::{RIGHT, WRONG};
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};

#[derive(Debug, thiserror::Error)]
enum AppError {
    #[error("wrong email or password")]
    InvalidCredentials,
    #[error("confirm your email address first")]
    NotConfirmed,
    #[error("there is an account with this email address")]
    EmailTaken,
    #[error("log in first")]
    Unauthorized,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::InvalidCredentials | Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotConfirmed => StatusCode::FORBIDDEN,
            Self::EmailTaken => StatusCode::CONFLICT,
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "error": self.to_string() }))).into_response()
    }
}

#[derive(Clone)]
struct AppState {
    db: SqlitePool,
}

impl FromRef<AppState> for SqlitePool {
    fn from_ref(state: &AppState) -> Self {
        state.db.clone()
    }
}

#[derive(Deserialize)]
struct Credentials {
    email: String,
    password: String,
}

#[derive(Serialize)]
struct AuthBody {
    access_token: String,
    token_type: &'static str,
}

struct UserRow {
    id: i64,
    email: String,
    password_hash: String,
    confirmed: bool,
}

impl FromRow<'_, SqliteRow> for UserRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            password_hash: row.try_get("password_hash")?,
            confirmed: row.try_get("confirmed")?,
        })
    }
}

#[derive(Serialize)]
struct UserView {
    id: i64,
    email: String,
}

#[axum::debug_handler(state = AppState)]
#[sqreen::track_auth(user = creds.email, failure = AppError::InvalidCredentials)]
async fn login(
    State(state): State<AppState>,
    Json(creds): Json<Credentials>,
) -> Result<Json<AuthBody>, AppError> {
    let row: UserRow = sqlx::query_as("SELECT * FROM users WHERE email = ?")
        .bind(&creds.email)
        .fetch_optional(&state.db)
        .await?
        .ok_or(AppError::InvalidCredentials)?;
    if !password::verify(&creds.password, &row.password_hash) {
        return Err(AppError::InvalidCredentials);
    }
    if !row.confirmed {
        return Err(AppError::NotConfirmed);
    }
    Ok(Json(AuthBody {
        access_token: sealed::seal(&row.id.to_string()),
        token_type: "Bearer",
    }))
}

#[sqreen::track_signup(user = email, failure = AppError::EmailTaken)]
#[axum::debug_handler(state = AppState)]
async fn sign_up(
    State(db): State<SqlitePool>,
    Json(Credentials { email, password }): Json<Credentials>,
) -> Result<(StatusCode, Json<UserView>), AppError> {
    let hash = password::hash(&password);
    let inserted = sqlx::query("INSERT INTO users (email, password_hash) VALUES (?, ?)")
        .bind(&email)
        .bind(&hash)
        .execute(&db)
        .await
        .map_err(|error| match error {
            sqlx::Error::Database(error) if error.is_unique_violation() => AppError::EmailTaken,
            other => AppError::Database(other),
        })?;
    let id = inserted.last_insert_rowid();
    Ok((StatusCode::CREATED, Json(UserView { id, email })))
}

/// Whose token this is.
#[sqreen::identify(user_from = |user| user.email)]
async fn current_user(db: &SqlitePool, token: &str) -> Result<Option<UserRow>, AppError> {
    let Some(id) = sealed::open(token).and_then(|id| id.parse::<i64>().ok()) else {
        return Ok(None);
    };
    let row = sqlx::query_as("SELECT * FROM users WHERE id = ?")
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row)
}

struct CurrentUser(UserRow);

impl<S> FromRequestParts<S> for CurrentUser
where
    S: Send + Sync,
    SqlitePool: FromRef<S>,
{
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(AppError::Unauthorized)?;
        let user = current_user(&SqlitePool::from_ref(state), token).await?;
        user.map(Self).ok_or(AppError::Unauthorized)
    }
}

async fn me(CurrentUser(user): CurrentUser) -> Json<UserView> {
    Json(UserView {
        id: user.id,
        email: user.email,
    })
}

async fn database() -> SqlitePool {
    let db = SqlitePoolOptions::new()
        // Each connection to `:memory:` is a database of its own.
        .max_connections(1)
        .connect("sqlite::memory:")
        .await
        .unwrap();
    let schema = "CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        password_hash TEXT NOT NULL,
        confirmed BOOLEAN NOT NULL DEFAULT FALSE
    )";
    sqlx::query(schema).execute(&db).await.unwrap();
    sqlx::query("INSERT INTO users (email, password_hash, confirmed) VALUES (?, ?, TRUE)")
        .bind(ALICE)
        .bind(password::hash(RIGHT))
        .execute(&db)
        .await
        .unwrap();
    db
}

fn app(agent: &Agent, db: &SqlitePool) -> Router {
    Router::new()
        .route("/login", post(login))
        .route("/users", post(sign_up))
        .route("/me", get(me))
        .with_state(AppState { db: db.clone() })
        .layer(agent.layer())
}

async fn send(app: &Router, path: &str, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    submit(path)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send(app)
        .await
}

/// The page of whoever has the token in `login`.
async fn own_page(app: &Router, login: &Answer) -> Answer {
    let token = login.json()["access_token"].as_str().unwrap().to_owned();
    visit("/me")
        .header("authorization", &format!("Bearer {token}"))
        .send(app)
        .await
}

#[tokio::test]
async fn a_login_succeeds_fails_or_errs_as_the_handler_says() {
    let (agent, db) = (agent(), database().await);
    let app = app(&agent, &db);
    assert_eq!(send(&app, "/login", ALICE, RIGHT).await.status, 200);
    assert_eq!(send(&app, "/login", ALICE, WRONG).await.status, 401);
    assert_eq!(send(&app, "/login", BOB, WRONG).await.status, 401);
    db.close().await;
    assert_eq!(send(&app, "/login", ALICE, RIGHT).await.status, 500);
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login failure email=bob@example.com",
            "login error email=alice@example.com",
        ]
    );
}

#[tokio::test]
async fn an_account_that_is_not_confirmed_yet_is_no_failed_login() {
    let (agent, db) = (agent(), database().await);
    let app = app(&agent, &db);
    assert_eq!(send(&app, "/users", BOB, RIGHT).await.status, 201);
    assert_eq!(send(&app, "/login", BOB, RIGHT).await.status, 403);
    assert_eq!(
        story(&agent).await,
        [
            "sign-up success email=bob@example.com",
            "login error email=bob@example.com",
        ]
    );
}

#[tokio::test]
async fn a_sign_up_fails_where_the_address_is_taken_and_errs_where_the_database_is_gone() {
    let (agent, db) = (agent(), database().await);
    let app = app(&agent, &db);
    assert_eq!(send(&app, "/users", ALICE, RIGHT).await.status, 409);
    db.close().await;
    assert_eq!(send(&app, "/users", BOB, RIGHT).await.status, 500);
    assert_eq!(
        story(&agent).await,
        [
            "sign-up failure email=alice@example.com",
            "sign-up error email=bob@example.com",
        ]
    );
}

#[tokio::test]
async fn a_token_makes_the_request_its_users_and_a_forged_one_nobodys() {
    let (agent, db) = (agent(), database().await);
    let app = app(&agent, &db);
    let login = send(&app, "/login", ALICE, RIGHT).await;
    assert_eq!(own_page(&app, &login).await.json()["email"], ALICE);
    let forged = visit("/me").header("authorization", "Bearer 1.0000000000000000");
    assert_eq!(forged.send(&app).await.status, 401);
    assert_eq!(visit("/me").send(&app).await.status, 401);
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "session email=alice@example.com",
        ]
    );
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn over_a_socket_a_login_has_an_address() {
    let (agent, db) = (agent(), database().await);
    let server = Server::start(app(&agent, &db)).await;
    let body = json!({ "email": ALICE, "password": WRONG }).to_string();
    let mut connection = server.connect(1).await;
    connection
        .send_raw(&format!(
            "POST /login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len(),
        ))
        .await;
    assert_eq!(status(&connection.read_to_end().await), 401);
    server.stop().await;
    let [login] = &events(&agent).await[..] else {
        panic!("one event");
    };
    assert_eq!(login.origin.address.unwrap().to_string(), "127.0.0.1");
}

#[tokio::test]
async fn each_function_is_on_the_list_once_whatever_other_attributes_make_of_it() {
    let (agent, db) = (agent(), database().await);
    let app = app(&agent, &db);
    send(&app, "/login", ALICE, WRONG).await;
    let mut list: Vec<_> = agent
        .instrumentation()
        .iter()
        .map(|function| (function.function, function.runs))
        .collect();
    list.sort_unstable();
    assert_eq!(
        list.iter()
            .map(|(function, _)| *function)
            .collect::<Vec<_>>(),
        ["current_user", "login", "sign_up"]
    );
    let (_, runs) = list[1];
    assert!(runs > 0);
}

#[tokio::test]
async fn a_banned_user_is_refused_at_each_of_them() {
    let (agent, db) = (agent(), database().await);
    let app = app(&agent, &db);
    let login = send(&app, "/login", ALICE, RIGHT).await;
    ban(&agent, user(ALICE));
    assert!(send(&app, "/login", ALICE, RIGHT).await.is_refusal());
    assert!(send(&app, "/users", ALICE, RIGHT).await.is_refusal());
    assert!(own_page(&app, &login).await.is_refusal());
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "ban of email=alice@example.com",
            "refusal at login email=alice@example.com",
            "refusal at sign-up email=alice@example.com",
            "refusal at session email=alice@example.com",
        ]
    );
}
