//! The layer and the service it makes.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::{ACCEPT, USER_AGENT};
use http::{Request as HttpRequest, Response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use crate::agent::Agent;
use crate::event::{Address, RefusalPoint};
use crate::pipeline::Trouble;
use crate::request::{Entered, Oddity, Request};

use super::body::GuardedBody;
use super::handling::Handling;
use super::refusal::Answer;

impl Agent {
    /// The layer that lets this agent see and refuse requests.
    ///
    /// Put it outside of everything whose work a banned client should not cause, and outside of the sessions.
    /// Around the whole application rather than each route it costs least:
    ///
    /// ```ignore
    /// let app = Router::new().route("/login", post(login)).layer(agent.layer());
    /// let app = app.into_make_service_with_connect_info::<SocketAddr>();
    /// axum::serve(listener, app).await?;
    /// ```
    ///
    /// It takes the peer's address from a [`SocketAddr`], an [`IpAddr`] or axum's `ConnectInfo` in the
    /// request's extensions, and leaves the request as it is. A middleware that hands requests to another
    /// task, such as `tower::buffer`, has to stand outside of it.
    #[must_use]
    pub fn layer(&self) -> SqreenLayer {
        SqreenLayer {
            agent: self.clone(),
        }
    }
}

/// See [`Agent::layer`].
#[derive(Debug, Clone)]
pub struct SqreenLayer {
    agent: Agent,
}

impl<S> Layer<S> for SqreenLayer {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded {
            agent: self.agent.clone(),
            inner,
        }
    }
}

/// A service whose requests an agent sees and refuses.
#[derive(Debug, Clone)]
pub struct Guarded<S> {
    agent: Agent,
    inner: S,
}

impl<S, B, ResBody> Service<HttpRequest<B>> for Guarded<S>
where
    S: Service<HttpRequest<B>, Response = Response<ResBody>>,
    ResBody: Body,
{
    type Response = Response<GuardedBody<ResBody>>;
    type Error = S::Error;
    type Future = Handling<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, http: HttpRequest<B>) -> Handling<S::Future> {
        if !self.agent.is_enabled() {
            return Handling::off(self.inner.call(http));
        }
        let address = self.client(&http);
        let pipeline = Arc::clone(self.agent.pipeline());
        let agent = http.headers().get(USER_AGENT).cloned();
        let any_page = pipeline.bans().any_page();
        let mut request = Request::new(pipeline, address, agent);
        if any_page {
            request = request.at(http.uri().path());
        }
        let request = Arc::new(request);
        let answer = Answer {
            accept: http.headers().get(ACCEPT).cloned(),
            status: self.agent.settings().refusal_status,
        };
        if let Some(ban) = request.ban_of_address() {
            let refused = request.close(&ban, RefusalPoint::Request, None);
            return Handling::refused(answer, refused);
        }
        let mut slot = Some(request);
        let handler = {
            // Services may do their work in `call`; nothing they do there can be stopped.
            let _entered = Entered::new(&mut slot, false);
            self.inner.call(http)
        };
        Handling::running(
            handler,
            slot,
            answer,
            self.agent.settings().cancel_in_flight,
        )
    }
}

impl<S> Guarded<S> {
    fn client<B>(&self, http: &HttpRequest<B>) -> Option<Address> {
        let client = self
            .agent
            .settings()
            .client
            .resolve(peer(http), http.headers());
        match client.oddity() {
            None => {}
            Some(Oddity::NoPeer) => self.agent.pipeline().note(
                Trouble::NoAddress,
                &"the server does not tell the peer's address, so nothing is counted or banned by address: \
                  with axum, turn on the feature `axum` and serve \
                  `app.into_make_service_with_connect_info::<SocketAddr>()`",
            ),
            Some(oddity) => self.agent.pipeline().note(Trouble::BadForwarding, &oddity),
        }
        if client.is_proxy() {
            // Everybody behind the proxy would be counted and banned as one.
            return None;
        }
        client.address()
    }
}

/// The peer's address, from wherever the server left it.
fn peer<B>(http: &HttpRequest<B>) -> Option<IpAddr> {
    let extensions = http.extensions();
    #[cfg(feature = "axum")]
    if let Some(info) = extensions.get::<::axum::extract::ConnectInfo<SocketAddr>>() {
        return Some(info.0.ip());
    }
    let socket = || extensions.get::<SocketAddr>().map(SocketAddr::ip);
    socket().or_else(|| extensions.get::<IpAddr>().copied())
}
