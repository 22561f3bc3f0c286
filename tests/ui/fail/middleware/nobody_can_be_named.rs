use axum::http::StatusCode;
use axum::middleware::Next;

#[sqreen::identify]
pub async fn only_a_number(tenant: u64, _next: Next) -> StatusCode {
    assert_ne!(tenant, 0);
    StatusCode::OK
}

#[sqreen::identify]
pub async fn nothing(_next: Next) -> StatusCode {
    StatusCode::OK
}

fn main() {}
