//! axum: the extractor, and a refusal as a response.

use std::convert::Infallible;

use ::axum::extract::FromRequestParts;
use ::axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::request::Parts;

use crate::request::Refused;
use crate::sdk::Sqreen;

use super::refusal::problem;

impl<S: Sync> FromRequestParts<S> for Sqreen {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::current())
    }
}

/// Below the layer, which gives the refusal its configured status and form; without it, a 403.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = http::StatusCode::FORBIDDEN;
        let problem = problem(status, &self);
        (
            status,
            [(CONTENT_TYPE, "application/problem+json")],
            problem,
        )
            .into_response()
    }
}
