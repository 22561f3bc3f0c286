//! `return` and `?` in a closure of an attribute end that closure.
#![deny(warnings)]
#![forbid(unsafe_code)]

struct User {
    id: u64,
    plan: Option<String>,
}

#[sqreen::track_auth(user_from = |user| user.id, traits(plan = |user| user.plan.as_ref()?.split('-').next()))]
fn question_mark(code: u32) -> Option<User> {
    Some(User { id: code.into(), plan: None })
}

#[sqreen::track_auth(
    user_from = |user| user.id,
    traits(
        plan = |user| {
            if user.id == 1 {
                return "first";
            }
            user.plan.as_deref().unwrap_or("none")
        },
    ),
)]
async fn early_return(code: u32) -> Option<User> {
    Some(User { id: code.into(), plan: None })
}

#[sqreen::track("code.used", properties(plan = move |user| user.plan.as_ref()?.parse::<u64>().ok(), id = |user| user.id))]
fn moving(code: u32) -> Option<User> {
    Some(User { id: code.into(), plan: None })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(question_mark(1).is_some_and(|user| user.plan.is_none()));
    assert!(early_return(1).await.is_some() && moving(1).is_some());
}
