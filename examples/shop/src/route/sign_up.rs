//! The sign-up page.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use crate::account::{SignUp, Visitor, begin, sign_up};
use crate::answer::Wants;
use crate::page::{field, frame, notice, submit};
use crate::shop::{Shop, ShopError};

const TAKEN: &str = "This address has an account already.";

pub(super) async fn form(visitor: Visitor, wants: Wants) -> Response {
    let data = json!({ "post": { "name": "…", "email": "…", "password": "…" } });
    wants.answer(
        StatusCode::OK,
        page(&visitor, &SignUp::default(), None),
        data,
    )
}

pub(super) async fn submitted(
    State(shop): State<Shop>,
    visitor: Visitor,
    wants: Wants,
    Form(form): Form<SignUp>,
) -> Result<Response, ShopError> {
    let form = form.tidied();
    if let Some(complaint) = form.complaint() {
        return Ok(not_yet(
            &visitor,
            wants,
            &form,
            StatusCode::UNPROCESSABLE_ENTITY,
            complaint,
        ));
    }
    let Some(user) = sign_up(&shop, &form).await? else {
        return Ok(not_yet(&visitor, wants, &form, StatusCode::CONFLICT, TAKEN));
    };
    begin(&visitor.session, &user).await?;
    Ok(wants.done("/account", StatusCode::CREATED, json!({ "user": user })))
}

fn not_yet(
    visitor: &Visitor,
    wants: Wants,
    form: &SignUp,
    status: StatusCode,
    why: &str,
) -> Response {
    wants.answer(
        status,
        page(visitor, form, Some(why)),
        json!({ "error": why }),
    )
}

fn page(visitor: &Visitor, form: &SignUp, complaint: Option<&str>) -> Markup {
    let content = html! {
        section.panel {
            h1 { "Make an account" }
            p.quiet { "A name, an address, a long password." }
            @if let Some(complaint) = complaint { (notice(complaint)) }
            form.stack method="post" action="/signup" {
                (field("Name", "name", "text", "name", &form.name))
                (field("E-mail", "email", "email", "username", &form.email))
                (field("Password, 12 characters or more", "password", "password", "new-password", ""))
                (submit("Sign up"))
            }
            p.quiet { "Been here before? " a href="/login" { "Log in." } }
        }
    };
    frame("Sign up", visitor.user.as_ref(), content)
}
