//! The account page: who I am, what I ordered.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::json;

use crate::account::SignedIn;
use crate::answer::Wants;
use crate::page::frame;
use crate::shop::{Shop, ShopError};

pub(super) async fn account(
    State(shop): State<Shop>,
    SignedIn { user, .. }: SignedIn,
    wants: Wants,
) -> Result<Response, ShopError> {
    let orders = shop.database.orders(&user).await?;
    let page = html! {
        section.panel.wide {
            h1 { "Hello, " (user.name) }
            p.quiet { (user.email) }
            h2 { "Your orders" }
            @if orders.is_empty() {
                p.quiet { "None yet. " a href="/" { "Have a look at the teas." } }
            } @else {
                table {
                    thead { tr { th { "Day" } th { "Tea" } th { "Price" } } }
                    tbody {
                        @for order in &orders {
                            tr {
                                td { (order.day) }
                                td { a href={ "/tea/" (order.product.slug) } { (order.product.name) } }
                                td { (order.product.price()) }
                            }
                        }
                    }
                }
            }
        }
    };
    let listed: Vec<_> = orders
        .iter()
        .map(|order| json!({ "day": order.day, "tea": order.product.slug, "cents": order.product.cents }))
        .collect();
    let data = json!({ "user": user, "orders": listed });
    Ok(wants.answer(StatusCode::OK, frame("Account", Some(&user), page), data))
}
