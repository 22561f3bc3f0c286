//! The name of a method that is given arguments says nothing about what it gives.

use std::collections::HashMap;

type Values = HashMap<String, String>;

#[sqreen::track_auth(user = headers.get("x-user"))]
pub fn login(headers: &Values) -> bool {
    headers.contains_key("x-user")
}

#[sqreen::identify(user_from = |claims| claims.get("sub"))]
pub fn session(claims: Values) -> Option<Values> {
    Some(claims)
}

fn main() {}
