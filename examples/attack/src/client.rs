//! One HTTP request to the shop, over a connection of its own.

use std::io;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use hyper::{Method, Request, StatusCode, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;

use crate::origin::Origin;
use crate::target::Target;

/// An answer takes a password check at most; one that takes this long will not come.
const PATIENCE: Duration = Duration::from_secs(10);
const LONGEST_ANSWER: usize = 256 * 1024;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ClientError {
    #[error("no shop answers at {0} ({1}). Start one in another terminal: cargo run -p shop")]
    Connect(Target, #[source] io::Error),
    #[error("the request failed: {0}")]
    Http(#[from] hyper::Error),
    #[error("the request cannot be written: {0}")]
    Request(#[from] hyper::http::Error),
    #[error("the answer broke off or is too long: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Silence,
}

/// What to ask, and what to show for it.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: Method,
    path: &'static str,
    form: String,
    cookie: Option<String>,
    token: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// `name=value` of the cookie that came along.
    pub(crate) cookie: Option<String>,
    /// Null when the answer is not JSON.
    pub(crate) json: Value,
}

impl Ask {
    pub(crate) fn get(path: &'static str) -> Self {
        Ask {
            method: Method::GET,
            path,
            form: String::new(),
            cookie: None,
            token: None,
        }
    }

    pub(crate) fn post(path: &'static str, fields: &[(&str, &str)]) -> Self {
        // Pairs of strings can always be written as a form.
        let form = serde_urlencoded::to_string(fields).unwrap_or_default();
        Ask {
            method: Method::POST,
            form,
            ..Ask::get(path)
        }
    }

    pub(crate) fn with_cookie(self, cookie: Option<String>) -> Self {
        Ask { cookie, ..self }
    }

    pub(crate) fn with_token(self, token: &str) -> Self {
        Ask {
            token: Some(token.to_owned()),
            ..self
        }
    }

    pub(crate) async fn send(self, target: Target, from: Origin) -> Result<Answer, ClientError> {
        tokio::time::timeout(PATIENCE, self.exchange(target, from))
            .await
            .map_err(|_| ClientError::Silence)?
    }

    async fn exchange(self, target: Target, from: Origin) -> Result<Answer, ClientError> {
        let stream = from
            .connect(target)
            .await
            .map_err(|error| ClientError::Connect(target, error))?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let request = self.written(target, from)?;
        // Ends with the answer. What goes wrong on the connection, the answer says as well.
        tokio::spawn(connection);
        read(sender.send_request(request).await?).await
    }

    fn written(
        self,
        target: Target,
        from: Origin,
    ) -> Result<Request<Full<Bytes>>, hyper::http::Error> {
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .header(HOST, target.socket().to_string())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(CONNECTION, "close");
        if let Origin::Forwarded(address) = from {
            request = request.header("x-forwarded-for", address.to_string());
        }
        if let Some(cookie) = self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some(token) = self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        request.body(Full::new(self.form.into()))
    }
}

async fn read(response: hyper::Response<hyper::body::Incoming>) -> Result<Answer, ClientError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LONGEST_ANSWER)
        .collect()
        .await
        .map_err(ClientError::Body)?
        .to_bytes();
    let cookie = head
        .headers
        .get(SET_COOKIE)
        .and_then(|cookie| cookie.to_str().ok());
    let cookie = cookie
        .and_then(|cookie| cookie.split(';').next())
        .map(str::to_owned);
    Ok(Answer {
        status: head.status,
        cookie,
        json: serde_json::from_slice(&body).unwrap_or_default(),
    })
}
