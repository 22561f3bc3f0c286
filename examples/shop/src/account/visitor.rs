//! Who is looking at a page: for handlers, as extractors.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use tower_sessions::Session;

use super::{User, current_user};
use crate::answer::Wants;
use crate::shop::{Shop, ShopError};

/// Somebody, logged in or not.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) user: Option<User>,
    pub(crate) session: Session,
}

/// Somebody who is logged in; everybody else is sent to the login page.
#[derive(Debug)]
pub(crate) struct SignedIn {
    pub(crate) user: User,
    pub(crate) session: Session,
}

impl FromRequestParts<Shop> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Response> {
        let session = Session::from_request_parts(parts, shop)
            .await
            .map_err(IntoResponse::into_response)?;
        let user = current_user(shop, &session)
            .await
            .map_err(ShopError::into_response)?;
        Ok(Visitor { user, session })
    }
}

impl FromRequestParts<Shop> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<Self, Response> {
        let wants = Wants::of(&parts.headers);
        let Visitor { user, session } = Visitor::from_request_parts(parts, shop).await?;
        match user {
            Some(user) => Ok(SignedIn { user, session }),
            None => Err(wants.log_in_first()),
        }
    }
}
