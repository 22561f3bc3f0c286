//! The shop's routes: one file for each thing a customer can do.

mod account;
mod log_in;
mod log_out;
mod order;
mod session;
mod shelf;
mod sign_up;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::routing::{get, post};

use crate::account::Visitor;
use crate::answer::Wants;
use crate::page;
use crate::shop::Shop;

/// The longest form here, several times over.
const LONGEST_FORM: usize = 16 * 1024;

pub(crate) fn routes(shop: Shop) -> Router {
    Router::new()
        .route("/", get(shelf::shelf))
        .route("/tea/{slug}", get(shelf::tea))
        .route("/orders", post(order::order))
        .route("/login", get(log_in::form).post(log_in::log_in))
        .route("/signup", get(sign_up::form).post(sign_up::submitted))
        .route("/session", get(session::session))
        .route("/account", get(account::account))
        .route("/logout", post(log_out::log_out))
        .route("/style.css", get(page::style))
        .fallback(not_found)
        .with_state(shop)
        .layer(crate::account::layer())
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(map_response(careful))
}

async fn not_found(visitor: Visitor, wants: Wants) -> Response {
    not_found_page(&visitor, wants)
}

fn not_found_page(visitor: &Visitor, wants: Wants) -> Response {
    let page = page::frame(
        "Not here",
        visitor.user.as_ref(),
        maud::html! {
            section.panel {
                h1 { "That shelf is empty" }
                p { "There is no such page. " a href="/" { "Back to the teas." } }
            }
        },
    );
    wants.answer(
        StatusCode::NOT_FOUND,
        page,
        serde_json::json!({ "error": "There is no such page." }),
    )
}

/// Pages of somebody who is logged in are in no cache, nobody frames them, and nothing
/// but our own stylesheet runs or loads in them.
async fn careful(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
        form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
