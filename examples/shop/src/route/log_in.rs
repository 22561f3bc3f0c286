//! The login page.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use crate::account::{Visitor, begin, login, one_spelling};
use crate::answer::Wants;
use crate::page::{field, frame, notice, submit};
use crate::shop::{Shop, ShopError};

/// The same for an unknown address and a wrong password.
const REFUSED: &str = "Wrong e-mail address or password.";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    email: String,
    password: String,
}

pub(super) async fn form(visitor: Visitor, wants: Wants) -> Response {
    let data = json!({ "post": { "email": "…", "password": "…" } });
    wants.answer(StatusCode::OK, page(&visitor, "", None), data)
}

pub(super) async fn log_in(
    State(shop): State<Shop>,
    visitor: Visitor,
    wants: Wants,
    Form(form): Form<Credentials>,
) -> Result<Response, ShopError> {
    let email = one_spelling(&form.email);
    let Some(user) = login(&shop, &email, &form.password).await? else {
        let page = page(&visitor, &form.email, Some(REFUSED));
        return Ok(wants.answer(StatusCode::UNAUTHORIZED, page, json!({ "error": REFUSED })));
    };
    begin(&visitor.session, &user).await?;
    Ok(wants.done("/account", StatusCode::OK, json!({ "user": user })))
}

fn page(visitor: &Visitor, email: &str, complaint: Option<&str>) -> Markup {
    let content = html! {
        section.panel {
            h1 { "Welcome back" }
            p.quiet { "Log in to see your orders." }
            @if let Some(complaint) = complaint { (notice(complaint)) }
            form.stack method="post" action="/login" {
                (field("E-mail", "email", "email", "username", email))
                (field("Password", "password", "password", "current-password", ""))
                (submit("Log in"))
            }
            p.quiet { "New here? " a href="/signup" { "Make an account." } }
        }
    };
    frame("Log in", visitor.user.as_ref(), content)
}
