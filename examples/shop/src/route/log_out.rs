//! Logging out.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use crate::account::{Visitor, end};
use crate::answer::Wants;
use crate::shop::ShopError;

pub(super) async fn log_out(visitor: Visitor, wants: Wants) -> Result<Response, ShopError> {
    end(&visitor.session).await?;
    Ok(wants.done("/", StatusCode::OK, json!({ "user": null })))
}
