//! One handler, two kinds of client: pages for people, JSON for programs.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use serde_json::{Value, json};

/// What the client asked for in `Accept`. Pages, unless JSON comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    Page,
    Json,
}

impl Wants {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .unwrap_or_default();
        let place = |kind: &str| accept.find(kind).unwrap_or(usize::MAX);
        if place("application/json") < place("text/html") {
            Wants::Json
        } else {
            Wants::Page
        }
    }

    pub(crate) fn answer(self, status: StatusCode, page: Markup, data: Value) -> Response {
        match self {
            Wants::Page => (status, page).into_response(),
            Wants::Json => json_answer(status, &data),
        }
    }

    /// For what changed something: a browser is sent on, so that reloading does not repeat it.
    pub(crate) fn done(self, next: &str, status: StatusCode, data: Value) -> Response {
        match self {
            Wants::Page => Redirect::to(next).into_response(),
            Wants::Json => json_answer(status, &data),
        }
    }

    pub(crate) fn log_in_first(self) -> Response {
        self.done(
            "/login",
            StatusCode::UNAUTHORIZED,
            json!({ "error": "Please log in first." }),
        )
    }
}

/// Ends in a new line, so that curl leaves the terminal's prompt where it belongs.
pub(crate) fn json_answer(status: StatusCode, data: &Value) -> Response {
    let body = format!("{data}\n");
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl<S: Sync> FromRequestParts<S> for Wants {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Wants::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(accept: &str) -> Wants {
        Wants::of(&HeaderMap::from_iter([(
            header::ACCEPT,
            accept.parse().unwrap(),
        )]))
    }

    #[test]
    fn a_browser_and_a_bare_curl_get_pages() {
        assert_eq!(
            wants("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            Wants::Page
        );
        assert_eq!(wants("*/*"), Wants::Page);
        assert_eq!(Wants::of(&HeaderMap::new()), Wants::Page);
    }

    #[test]
    fn whoever_asks_for_json_gets_it() {
        assert_eq!(wants("application/json"), Wants::Json);
        assert_eq!(wants("application/json, text/html;q=0.5"), Wants::Json);
    }
}
