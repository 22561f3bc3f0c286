//! The operator's routes: bans, pardons, why somebody was refused, and the count of
//! password checks.
//!
//! They stand outside sqreen's layer, so that an operator whose own address is banned
//! can still lift the ban. What guards them instead: the token, and that the caller
//! is on this machine and comes directly.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Form, FromRequest, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use sqreen::UserIdentifiers;
use sqreen::event::{Clock, DecisionId, Subject, SystemClock};

use crate::account::one_spelling;
use crate::answer::json_answer;
use crate::shop::Shop;
use crate::token::Token;

/// How long an operator's ban lasts unless the request says so.
const MINUTES: u64 = 15;

#[derive(Clone)]
pub(crate) struct Operator {
    pub(crate) agent: sqreen::Agent,
    pub(crate) shop: Shop,
    pub(crate) token: Token,
    pub(crate) trusts_local_proxy: bool,
}

pub(crate) fn routes(operator: Operator) -> Router {
    Router::new()
        .route("/operator/stats", get(stats))
        .route("/operator/bans", get(bans))
        .route("/operator/decisions/{id}", get(decision))
        .route("/operator/ban", post(ban))
        .route("/operator/pardon", post(pardon))
        .layer(from_fn_with_state(operator.clone(), guard))
        .with_state(operator)
}

/// The fields of an order: `address=` or `user=`, and for a ban how long and why.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    address: Option<IpAddr>,
    user: Option<String>,
    minutes: Option<u64>,
    because: Option<String>,
}

/// Whom an order is about, and what it says.
struct Order {
    subject: Subject,
    fields: Fields,
}

async fn stats(State(operator): State<Operator>) -> Response {
    let data = json!({
        "protected": operator.agent.is_enabled(),
        "password_checks": operator.shop.passwords.checks(),
        "trusts_local_proxy": operator.trusts_local_proxy,
    });
    json_answer(StatusCode::OK, &data)
}

async fn bans(State(operator): State<Operator>) -> Response {
    let now = SystemClock.now();
    let bans = operator.agent.bans();
    let listed: Vec<_> = bans
        .iter()
        .map(|ban| {
            json!({
                "decision": ban.id,
                "who": ban.subject.to_string(),
                "from": ban.reach,
                "seconds_left": ban.until.map(|until| until.since(now).as_secs()),
                "because": ban.because,
            })
        })
        .collect();
    json_answer(StatusCode::OK, &json!({ "bans": listed }))
}

/// What a refused customer was told is the id of this.
async fn decision(State(operator): State<Operator>, Path(id): Path<String>) -> Response {
    let found = id
        .parse::<DecisionId>()
        .ok()
        .and_then(|id| operator.agent.find(id));
    match found.map(|entry| serde_json::to_value(&*entry.event)) {
        Some(Ok(event)) => json_answer(StatusCode::OK, &event),
        _ => json_answer(
            StatusCode::NOT_FOUND,
            &json!({ "error": "There is no such decision, or no more." }),
        ),
    }
}

async fn ban(State(operator): State<Operator>, Order { subject, fields }: Order) -> Response {
    let lasting = Duration::from_secs(fields.minutes.unwrap_or(MINUTES).saturating_mul(60));
    let because = fields.because.as_deref().unwrap_or("the operator said so");
    let who = subject.to_string();
    let id = operator.agent.ban(subject, lasting, because);
    json_answer(StatusCode::OK, &json!({ "banned": who, "decision": id }))
}

async fn pardon(State(operator): State<Operator>, Order { subject, .. }: Order) -> Response {
    let who = subject.to_string();
    operator.agent.pardon(subject);
    json_answer(StatusCode::OK, &json!({ "pardoned": who }))
}

impl FromRequest<Operator> for Order {
    type Rejection = Response;

    async fn from_request(request: Request, operator: &Operator) -> Result<Self, Response> {
        let Form(fields) = Form::<Fields>::from_request(request, operator)
            .await
            .map_err(IntoResponse::into_response)?;
        match subject(&fields) {
            Some(subject) => Ok(Order { subject, fields }),
            None => {
                let how =
                    json!({ "error": "Say whom: address=203.0.113.7 or user=alice@example.com" });
                Err(json_answer(StatusCode::UNPROCESSABLE_ENTITY, &how))
            }
        }
    }
}

fn subject(fields: &Fields) -> Option<Subject> {
    match (fields.address, fields.user.as_deref()) {
        (Some(address), None) => Some(address.into()),
        (None, Some(email)) => UserIdentifiers::new("email", &one_spelling(email))
            .ok()
            .map(Subject::from),
        _ => None,
    }
}

async fn guard(State(operator): State<Operator>, request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|ConnectInfo(peer)| peer.ip());
    // Through a proxy on this machine everybody would come from the loopback.
    if !peer.is_some_and(|peer| peer.to_canonical().is_loopback())
        || was_forwarded(request.headers())
    {
        return refusal(
            StatusCode::FORBIDDEN,
            "only from this machine, and directly",
        );
    }
    if !bearer(request.headers()).is_some_and(|given| operator.token.is(given)) {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "with the token that the shop printed: Authorization: Bearer …",
        );
    }
    next.run(request).await
}

fn was_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(header::FORWARDED) || headers.contains_key("x-forwarded-for")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

fn refusal(status: StatusCode, how: &str) -> Response {
    let error: Value = json!({ "error": format!("The operator's routes are used {how}.") });
    json_answer(status, &error)
}

#[cfg(test)]
mod tests;
