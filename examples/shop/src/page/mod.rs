//! What all pages share: the frame, the tins, the stylesheet.

mod frame;
mod tin;

pub(crate) use frame::{field, frame, notice, submit};
pub(crate) use tin::tin;

use axum::http::header;
use axum::response::IntoResponse;

pub(crate) async fn style() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("style.css"),
    )
}
