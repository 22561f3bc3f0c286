//! The shelf with all teas, and each tea's own page.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::{Value, json};

use crate::account::Visitor;
use crate::answer::Wants;
use crate::catalog::{PRODUCTS, Product};
use crate::page::{frame, submit, tin};

pub(super) async fn shelf(visitor: Visitor, wants: Wants) -> Response {
    let page = html! {
        h1 { "Tea, and little else" }
        p.lead { "Six teas, chosen slowly. Every tin is packed on the day it leaves us." }
        ul.shelf {
            @for product in &PRODUCTS {
                li {
                    a.card href={ "/tea/" (product.slug) } {
                        (tin(product))
                        div.text {
                            div {
                                h2 { (product.name) }
                                span.quiet { (product.origin) }
                            }
                            span.price { (product.price()) }
                        }
                    }
                }
            }
        }
    };
    let data = json!({ "teas": PRODUCTS.iter().map(described).collect::<Vec<_>>() });
    wants.answer(
        StatusCode::OK,
        frame("Teas", visitor.user.as_ref(), page),
        data,
    )
}

pub(super) async fn tea(visitor: Visitor, wants: Wants, Path(slug): Path<String>) -> Response {
    let Some(product) = Product::find(&slug) else {
        return super::not_found_page(&visitor, wants);
    };
    let page = html! {
        article.tea {
            (tin(product))
            div {
                h1 { (product.name) }
                p.quiet { (product.origin) }
                p.about { (product.about) }
                form.buy method="post" action="/orders" {
                    input type="hidden" name="tea" value=(product.slug);
                    (submit("Order a tin"))
                    span.price { (product.price()) }
                    span.quiet { (product.grams) " g" }
                }
            }
        }
    };
    wants.answer(
        StatusCode::OK,
        frame(product.name, visitor.user.as_ref(), page),
        described(product),
    )
}

fn described(product: &Product) -> Value {
    json!({
        "tea": product.slug,
        "name": product.name,
        "origin": product.origin,
        "grams": product.grams,
        "cents": product.cents,
    })
}
