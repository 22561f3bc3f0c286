//! What `tonic-build` makes of a service with three methods, by hand: nothing here is an application's.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::uri::PathAndQuery;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service};
use tonic::server::UnaryService;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower::ServiceExt;
use tower::util::BoxService;

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct LoginRequest {
    #[prost(string, tag = "1")]
    pub(crate) email: String,
    #[prost(string, tag = "2")]
    pub(crate) password: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct RegisterRequest {
    #[prost(string, tag = "1")]
    pub(crate) email: String,
    #[prost(string, tag = "2")]
    pub(crate) password: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct LoginReply {
    #[prost(string, tag = "1")]
    pub(crate) token: String,
}

#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct WhoAmIRequest {}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct WhoAmIReply {
    #[prost(string, tag = "1")]
    pub(crate) email: String,
}

#[tonic::async_trait]
pub(crate) trait Auth: Send + Sync + 'static {
    async fn login(&self, request: Request<LoginRequest>) -> Result<Response<LoginReply>, Status>;

    async fn register(
        &self,
        request: Request<RegisterRequest>,
    ) -> Result<Response<LoginReply>, Status>;

    async fn who_am_i(
        &self,
        request: Request<WhoAmIRequest>,
    ) -> Result<Response<WhoAmIReply>, Status>;
}

/// An [`Auth`] as a service of HTTP requests.
pub(crate) struct AuthServer<T>(Arc<T>);

impl<T: Auth> AuthServer<T> {
    pub(crate) fn new(service: T) -> Self {
        Self(Arc::new(service))
    }
}

impl<T: Auth> Service<http::Request<Body>> for AuthServer<T> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let service = Arc::clone(&self.0);
        Box::pin(async move {
            Ok(match request.uri().path() {
                "/auth.Auth/Login" => {
                    let method = unary(move |request| {
                        let service = Arc::clone(&service);
                        async move { service.login(request).await }
                    });
                    answer(method, request).await
                }
                "/auth.Auth/Register" => {
                    let method = unary(move |request| {
                        let service = Arc::clone(&service);
                        async move { service.register(request).await }
                    });
                    answer(method, request).await
                }
                "/auth.Auth/WhoAmI" => {
                    let method = unary(move |request| {
                        let service = Arc::clone(&service);
                        async move { service.who_am_i(request).await }
                    });
                    answer(method, request).await
                }
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

/// A function as a method of one request and one reply.
struct Unary<F>(F);

fn unary<F, R, Req, Rep>(method: F) -> Unary<F>
where
    F: Fn(Request<Req>) -> R,
    R: Future<Output = Result<Response<Rep>, Status>>,
{
    Unary(method)
}

impl<F, R, Req, Rep> UnaryService<Req> for Unary<F>
where
    F: Fn(Request<Req>) -> R,
    R: Future<Output = Result<Response<Rep>, Status>> + Send + 'static,
{
    type Response = Rep;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Rep>, Status>> + Send>>;

    fn call(&mut self, request: Request<Req>) -> Self::Future {
        Box::pin((self.0)(request))
    }
}

async fn answer<S, Req>(method: S, request: http::Request<Body>) -> http::Response<Body>
where
    S: UnaryService<Req>,
    Req: prost::Message + Default + Send + 'static,
    S::Response: prost::Message + Default + Send + 'static,
{
    let codec = ProstCodec::<S::Response, Req>::default();
    tonic::server::Grpc::new(codec).unary(method, request).await
}

/// Calls an [`AuthServer`], whatever stands around it.
pub(crate) struct AuthClient(
    tonic::client::Grpc<BoxService<http::Request<Body>, http::Response<Body>, Infallible>>,
);

impl AuthClient {
    pub(crate) fn new<S>(server: S) -> Self
    where
        S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
            + Send
            + 'static,
        S::Future: Send + 'static,
    {
        Self(tonic::client::Grpc::new(server.boxed()))
    }

    pub(crate) async fn login(
        &mut self,
        email: &str,
        password: &str,
    ) -> Result<LoginReply, Status> {
        let request = LoginRequest {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        self.call("/auth.Auth/Login", Request::new(request)).await
    }

    pub(crate) async fn register(
        &mut self,
        email: &str,
        password: &str,
    ) -> Result<LoginReply, Status> {
        let request = RegisterRequest {
            email: email.to_owned(),
            password: password.to_owned(),
        };
        self.call("/auth.Auth/Register", Request::new(request))
            .await
    }

    pub(crate) async fn who_am_i(&mut self, token: &str) -> Result<WhoAmIReply, Status> {
        let mut request = Request::new(WhoAmIRequest {});
        let token = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", token);
        self.call("/auth.Auth/WhoAmI", request).await
    }

    async fn call<Req, Rep>(
        &mut self,
        method: &'static str,
        request: Request<Req>,
    ) -> Result<Rep, Status>
    where
        Req: prost::Message + Default + Send + 'static,
        Rep: prost::Message + Default + Send + 'static,
    {
        let codec = ProstCodec::<Req, Rep>::default();
        let path = PathAndQuery::from_static(method);
        self.0.ready().await.unwrap();
        let reply = self.0.unary(request, path, codec).await?;
        Ok(reply.into_inner())
    }
}
