//! Handlers full of extractors, taken apart in the signature, stay handlers.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Extension, Form, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};

#[derive(Clone)]
struct Database(Arc<HashMap<String, String>>);

#[derive(Clone, Deserialize, Serialize)]
struct Creds {
    email: String,
    password: String,
}

#[derive(Deserialize)]
struct Page {
    next: Option<String>,
}

#[derive(Serialize)]
struct Welcome {
    email: String,
}

#[sqreen::track_auth(user(email = creds.email, shop = shop))]
async fn login(
    State(Database(users)): State<Database>,
    Path((shop, _)): Path<(u64, String)>,
    Query(Page { next }): Query<Page>,
    headers: HeaderMap,
    _uri: Uri,
    Json(creds): Json<Creds>,
) -> Result<(StatusCode, Json<Welcome>), StatusCode> {
    if users.get(&creds.email) != Some(&creds.password) || headers.is_empty() || next.is_none() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    Ok((StatusCode::OK, Json(Welcome { email: creds.email })))
}

#[sqreen::track_auth(user = form.email, success = |response| response.headers().contains_key("set-cookie"))]
async fn login_page(State(Database(users)): State<Database>, Form(form): Form<Creds>) -> Response {
    if users.get(&form.email) == Some(&form.password) {
        ([("set-cookie", "session=1")], Redirect::to("/")).into_response()
    } else {
        Redirect::to("/login?wrong").into_response()
    }
}

#[sqreen::track_signup(user = creds.email)]
async fn sign_up(Json(creds): Json<Creds>) -> Result<impl IntoResponse, (StatusCode, String)> {
    if creds.password.len() < 8 {
        return Err((StatusCode::UNPROCESSABLE_ENTITY, "too short".to_owned()));
    }
    Ok((StatusCode::CREATED, creds.email))
}

#[sqreen::identify(user = creds.email)]
async fn account(Extension(creds): Extension<Creds>, request: Request) -> impl IntoResponse {
    (StatusCode::OK, format!("{} {}", creds.email, request.uri()))
}

#[sqreen::identify(user = creds.email)]
async fn require_user(Extension(creds): Extension<Creds>, request: Request, next: Next) -> Response {
    if creds.password.is_empty() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    next.run(request).await
}

#[sqreen::track("cart.emptied", success = |answer| answer.is_success())]
async fn empty_cart(_request: Request) -> StatusCode {
    StatusCode::NO_CONTENT
}

fn main() {
    let alice = Creds { email: "alice".to_owned(), password: "correct horse".to_owned() };
    let users = HashMap::from([(alice.email.clone(), alice.password.clone())]);
    let _app: Router = Router::new()
        .route("/account", get(account))
        .route("/cart", post(empty_cart))
        .layer(middleware::from_fn(require_user))
        .layer(Extension(alice))
        .route("/{shop}/{language}/login", post(login))
        .route("/login", post(login_page))
        .route("/sign-up", post(sign_up))
        .with_state(Database(Arc::new(users)));
}
