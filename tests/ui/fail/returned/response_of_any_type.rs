use axum::response::IntoResponse;

#[sqreen::track_auth]
pub async fn login(email: String) -> impl IntoResponse {
    email
}

#[sqreen::track_signup]
pub async fn sign_up(email: String) -> Result<impl IntoResponse, String> {
    Ok(email)
}

#[sqreen::track_auth]
pub fn boxed(email: String) -> Box<dyn std::fmt::Display> {
    Box::new(email)
}

#[sqreen::track_auth]
pub fn generic<T: From<String>>(email: String) -> T {
    email.into()
}

fn main() {}
