use axum::body::Body;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;

const HERE: SocketAddr = SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 40_000);

async fn operator() -> Operator {
    Operator {
        agent: sqreen::Agent::builder().build().unwrap(),
        shop: Shop::for_test().await,
        token: Token::draw().unwrap(),
        trusts_local_proxy: false,
    }
}

fn order(token: &str, path: &str, form: &str) -> Request {
    Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectInfo(HERE))
        .body(Body::from(form.to_owned()))
        .unwrap()
}

async fn status(operator: &Operator, request: Request) -> StatusCode {
    routes(operator.clone())
        .oneshot(request)
        .await
        .unwrap()
        .status()
}

#[tokio::test]
async fn nobody_bans_without_the_token() {
    let operator = operator().await;
    assert_eq!(
        status(
            &operator,
            order("guess", "/operator/ban", "address=192.0.2.1")
        )
        .await,
        StatusCode::UNAUTHORIZED
    );
    assert!(operator.agent.bans().is_empty());
}

#[tokio::test]
async fn nobody_bans_from_elsewhere_or_through_a_proxy() {
    let operator = operator().await;
    let here = || {
        order(
            operator.token.reveal(),
            "/operator/ban",
            "address=192.0.2.1",
        )
    };

    let mut elsewhere = here();
    elsewhere
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 9], 40_000))));
    let mut forwarded = here();
    forwarded
        .headers_mut()
        .insert("x-forwarded-for", "127.0.0.1".parse().unwrap());
    let mut unknown = here();
    unknown.extensions_mut().clear();

    for request in [elsewhere, forwarded, unknown] {
        assert_eq!(status(&operator, request).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(status(&operator, here()).await, StatusCode::OK);
}

#[tokio::test]
async fn a_pardon_lifts_the_ban_of_an_address_and_of_a_user() {
    let operator = operator().await;
    let token = operator.token.reveal();
    for whom in ["address=192.0.2.1", "user=Alice@example.com"] {
        assert_eq!(
            status(&operator, order(token, "/operator/ban", whom)).await,
            StatusCode::OK
        );
        assert_eq!(operator.agent.bans().len(), 1, "{whom}");
        assert_eq!(
            status(&operator, order(token, "/operator/pardon", whom)).await,
            StatusCode::OK
        );
        assert!(operator.agent.bans().is_empty(), "{whom}");
    }
}

#[tokio::test]
async fn an_order_about_nobody_is_refused() {
    let operator = operator().await;
    for whom in ["", "user=", "user=a@example.com&address=192.0.2.1"] {
        let answer = status(
            &operator,
            order(operator.token.reveal(), "/operator/ban", whom),
        )
        .await;
        assert_eq!(answer, StatusCode::UNPROCESSABLE_ENTITY, "{whom}");
    }
}

#[tokio::test]
async fn the_id_of_a_ban_finds_why() {
    let operator = operator().await;
    let id = operator
        .agent
        .ban(HERE.ip(), Duration::from_secs(60), "for the test");
    let request = Request::get(format!("/operator/decisions/{id}"))
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", operator.token.reveal()),
        )
        .extension(ConnectInfo(HERE))
        .body(Body::empty())
        .unwrap();
    let answer = routes(operator).oneshot(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("for the test"));
}
