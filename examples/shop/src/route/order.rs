//! Ordering a tea: what somebody who takes an account over would do with it.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use crate::account::SignedIn;
use crate::answer::Wants;
use crate::catalog::Product;
use crate::shop::{Shop, ShopError};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    tea: String,
}

pub(super) async fn order(
    State(shop): State<Shop>,
    SignedIn { user, .. }: SignedIn,
    wants: Wants,
    Form(wish): Form<Wish>,
) -> Result<Response, ShopError> {
    let Some(product) = Product::find(&wish.tea) else {
        return Ok(wants.done(
            "/",
            StatusCode::NOT_FOUND,
            json!({ "error": "There is no such tea." }),
        ));
    };
    shop.database.add_order(&user, product).await?;
    Ok(wants.done(
        "/account",
        StatusCode::CREATED,
        json!({ "ordered": product.slug }),
    ))
}
