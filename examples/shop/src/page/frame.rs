//! The frame around every page, and the pieces that forms are made of.

use maud::{DOCTYPE, Markup, html};

use crate::account::User;

pub(crate) fn frame(title: &str, user: Option<&User>, content: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · Leaf & Kettle" }
                link rel="stylesheet" href="/style.css";
                // No icon of its own: keeps browsers from asking for /favicon.ico.
                link rel="icon" href="data:,";
            }
            body {
                header.top {
                    a.brand href="/" { (leaf()) "Leaf & Kettle" }
                    nav { (navigation(user)) }
                }
                main { (content) }
                footer.bottom {
                    "An example shop, watched over by sqreen. Nothing here is for sale."
                }
            }
        }
    }
}

fn navigation(user: Option<&User>) -> Markup {
    html! {
        a href="/" { "Teas" }
        @if let Some(user) = user {
            a href="/account" { (user.name) }
            a href="/session" { "Session" }
            form method="post" action="/logout" { button.link { "Log out" } }
        } @else {
            a href="/login" { "Log in" }
            a.filled href="/signup" { "Sign up" }
        }
    }
}

/// Something the person has to know before trying again.
pub(crate) fn notice(text: &str) -> Markup {
    html! { p.notice role="alert" { (text) } }
}

/// `autocomplete` is what password managers go by.
pub(crate) fn field(
    label: &str,
    name: &str,
    kind: &str,
    autocomplete: &str,
    value: &str,
) -> Markup {
    html! {
        label {
            span { (label) }
            input name=(name) type=(kind) autocomplete=(autocomplete) value=(value) required;
        }
    }
}

pub(crate) fn submit(text: &str) -> Markup {
    html! { button.filled type="submit" { (text) } }
}

fn leaf() -> Markup {
    html! {
        svg viewBox="0 0 24 24" aria-hidden="true" {
            path fill="currentColor" d="M20.5 3.5C11 3 4.5 7 4.5 14c0 1.6.4 3 1.1 4.2C8.4 13 12 10 16 8.5c-3.700 2.300-7 6.200-9.300 11.300l1.700.8c.4-.9.8-1.700 1.200-2.500C17 19 20.800 13 20.500 3.500Z" {}
        }
    }
}
