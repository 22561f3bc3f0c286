#[sqreen::identify(user = email, traits(plan = |user| user.plan))]
pub async fn at_entry(email: &str) -> axum::response::Response {
    axum::response::IntoResponse::into_response(email.to_owned())
}

#[sqreen::identify(user = email, traits(seats = |response| response.status()))]
pub async fn middleware(email: String, next: axum::middleware::Next) -> axum::response::Response {
    next.run(axum::extract::Request::new(email.into())).await
}

fn main() {}
