//! The session page: what the shop knows of the visitor right now.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::json;

use crate::account::{COOKIE, IDLE_MINUTES, SignedIn, since};
use crate::answer::Wants;
use crate::page::frame;
use crate::shop::ShopError;

pub(super) async fn session(
    SignedIn { user, session }: SignedIn,
    wants: Wants,
) -> Result<Response, ShopError> {
    let age = since(&session).await?;
    let page = html! {
        section.panel.wide {
            h1 { "Your session" }
            p.quiet { "What the shop goes by when it greets you by name." }
            dl.facts {
                dt { "Logged in as" } dd { (user.name) ", " (user.email) }
                dt { "For" } dd { (in_words(age)) }
                dt { "Ends after" } dd { (IDLE_MINUTES) " minutes without a request, or when you log out" }
                dt { "Cookie" } dd { code { (COOKIE) "; HttpOnly; SameSite=Lax" } }
            }
        }
    };
    let data = json!({ "user": user, "seconds": age.as_secs(), "idle_minutes": IDLE_MINUTES });
    Ok(wants.answer(StatusCode::OK, frame("Session", Some(&user), page), data))
}

fn in_words(age: Duration) -> String {
    match age.as_secs() {
        0..60 => "less than a minute".to_owned(),
        60..120 => "a minute".to_owned(),
        seconds => format!("{} minutes", seconds / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_said_in_minutes() {
        assert_eq!(in_words(Duration::from_secs(59)), "less than a minute");
        assert_eq!(in_words(Duration::from_secs(61)), "a minute");
        assert_eq!(in_words(Duration::from_secs(7300)), "121 minutes");
    }
}
