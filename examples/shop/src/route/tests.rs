//! The shop as its customers' browsers and programs use it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::routes;
use crate::shop::Shop;

/// A browser that keeps one cookie and asks for JSON.
struct Browser {
    shop: Router,
    cookie: Option<String>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Browser {
    async fn new() -> Self {
        Browser {
            shop: routes(Shop::for_test().await),
            cookie: None,
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, "application/json", "").await
    }

    async fn post(&mut self, path: &str, form: &str) -> Answer {
        self.ask("POST", path, "application/json", form).await
    }

    async fn ask(&mut self, method: &str, path: &str, accept: &str, form: &str) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::from(form.to_owned())).unwrap();
        let (head, body) = self
            .shop
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        if let Some(cookie) = head.headers.get(header::SET_COOKIE) {
            self.cookie = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .map(str::to_owned);
        }
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    async fn log_in_as_alice(&mut self) -> Answer {
        self.post(
            "/login",
            "email=alice@example.com&password=correct+horse+battery+staple",
        )
        .await
    }
}

#[tokio::test]
async fn a_customer_logs_in_orders_and_logs_out() {
    let mut browser = Browser::new().await;
    assert_eq!(
        browser.get("/account").await.status,
        StatusCode::UNAUTHORIZED
    );

    assert_eq!(browser.log_in_as_alice().await.status, StatusCode::OK);
    assert_eq!(
        browser.post("/orders", "tea=night-mint").await.status,
        StatusCode::CREATED
    );
    assert!(browser.get("/account").await.body.contains("night-mint"));
    assert!(
        browser
            .get("/session")
            .await
            .body
            .contains("alice@example.com")
    );

    let cookie = browser.cookie.clone();
    browser.post("/logout", "").await;
    browser.cookie = cookie;
    assert_eq!(
        browser.get("/account").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn an_unknown_account_is_answered_like_a_wrong_password() {
    let mut browser = Browser::new().await;
    let wrong = browser
        .post("/login", "email=alice@example.com&password=wrong")
        .await;
    let unknown = browser
        .post("/login", "email=nobody@example.com&password=wrong")
        .await;

    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        (wrong.status, wrong.headers, wrong.body),
        (unknown.status, unknown.headers, unknown.body)
    );
}

#[tokio::test]
async fn a_login_sets_a_careful_cookie() {
    let answer = Browser::new().await.log_in_as_alice().await;
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("shop_session=")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax")
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
}

#[tokio::test]
async fn each_login_begins_a_session_with_an_id_of_its_own() {
    let mut browser = Browser::new().await;
    browser.log_in_as_alice().await;
    let planted = browser.cookie.clone();
    browser.log_in_as_alice().await;
    assert_ne!(browser.cookie, planted);

    browser.cookie = planted;
    assert_eq!(
        browser.get("/account").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_new_customer_is_logged_in_at_once() {
    let mut browser = Browser::new().await;
    let form = "name=Zoe&email=Zoe@example.com&password=kettle+on+the+hob";
    assert_eq!(
        browser.post("/signup", form).await.status,
        StatusCode::CREATED
    );
    assert!(
        browser
            .get("/account")
            .await
            .body
            .contains("zoe@example.com")
    );
    assert_eq!(
        browser.post("/signup", form).await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn a_browser_is_sent_on_after_a_form_and_shown_pages() {
    let mut browser = Browser::new().await;
    let form = "email=alice@example.com&password=correct+horse+battery+staple";
    let answer = browser.ask("POST", "/login", "text/html", form).await;
    assert_eq!(
        (answer.status, &answer.headers[header::LOCATION]),
        (StatusCode::SEE_OTHER, &"/account".parse().unwrap())
    );
    for path in [
        "/",
        "/tea/iron-goddess",
        "/account",
        "/session",
        "/login",
        "/signup",
    ] {
        let answer = browser.ask("GET", path, "text/html", "").await;
        assert!(
            answer.status.is_success() && answer.body.starts_with("<!DOCTYPE html>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_a_customer_typed_comes_back_as_text_and_no_markup() {
    let mut browser = Browser::new().await;
    let answer = browser
        .ask(
            "POST",
            "/login",
            "text/html",
            "email=%22%3E%3Cscript%3E&password=x",
        )
        .await;
    assert!(answer.body.contains("&quot;&gt;&lt;script&gt;") && !answer.body.contains("<script>"));
}

#[tokio::test]
async fn a_form_without_its_fields_is_a_failed_login_and_nothing_worse() {
    let mut browser = Browser::new().await;
    assert_eq!(
        browser.post("/login", "").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        browser.post("/login", &"x".repeat(20_000)).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}
