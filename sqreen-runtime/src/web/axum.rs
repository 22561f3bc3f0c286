//! axum: the extractor, and a refusal as a response.

use std::convert::Infallible;

use ::axum::extract::FromRequestParts;
use ::axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::request::Parts;

use crate::request::Refused;
use crate::sdk::Sqreen;

use super::refusal::{location, problem};

impl<S: Sync> FromRequestParts<S> for Sqreen {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::current())
    }
}

/// Below the layer, which gives the refusal its configured status and form; without it, a 403, or a 303 to where
/// the ban sends people.
impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        if let Some(location) = location(&self) {
            return (http::StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response();
        }
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
