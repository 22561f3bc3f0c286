use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

pub struct Session {
    pub user: u64,
}

#[sqreen::identify]
pub async fn with_a_session(session: Session, request: Request, next: Next) -> Response {
    assert_ne!(session.user, 0);
    next.run(request).await
}

#[sqreen::identify]
pub async fn without(request: Request, next: Next) -> Response {
    next.run(request).await
}

fn main() {}
