//! A gRPC service in tonic: answers are always a 200, so only the status inside tells how a login went.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod auth_api;

use std::net::SocketAddr;

use http::Request as HttpRequest;
use sqreen::Agent;
use sqreen_applications::accounts::{Account, Accounts, RIGHT, WRONG};
use sqreen_applications::story::story;
use sqreen_applications::support::*;
use sqreen_applications::{password, sealed};
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};
use tower::{Layer, ServiceExt};

use auth_api::{
    Auth, AuthClient, AuthServer, LoginReply, LoginRequest, RegisterRequest, WhoAmIReply,
    WhoAmIRequest,
};

struct AuthService {
    accounts: Accounts,
}

impl AuthService {
    /// Whose token this is.
    #[sqreen::identify(user_from = |account| account.email)]
    async fn authenticated(&self, metadata: &MetadataMap) -> Result<Account, Status> {
        let email = metadata
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .and_then(sealed::open)
            .ok_or_else(|| Status::unauthenticated("no valid token"))?;
        self.accounts
            .by_email(email)
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?
            .ok_or_else(|| Status::unauthenticated("no valid token"))
    }
}

#[tonic::async_trait]
impl Auth for AuthService {
    #[sqreen::track_auth(
        user = request.get_ref().email,
        failure = status if status.code() == Code::Unauthenticated,
    )]
    #[tracing::instrument(skip_all, err)]
    async fn login(
        &self,
        request: tonic::Request<LoginRequest>,
    ) -> Result<tonic::Response<LoginReply>, tonic::Status> {
        let LoginRequest { email, password } = request.into_inner();
        let account = self
            .accounts
            .by_email(&email)
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?
            .filter(|account| password::verify(&password, &account.password_hash))
            .ok_or_else(|| Status::unauthenticated("wrong email or password"))?;
        Ok(tonic::Response::new(LoginReply {
            token: sealed::seal(&account.email),
        }))
    }

    #[sqreen::track_signup(
        user = request.get_ref().email,
        failure = status if matches!(status.code(), Code::AlreadyExists | Code::InvalidArgument),
    )]
    async fn register(
        &self,
        request: tonic::Request<RegisterRequest>,
    ) -> Result<tonic::Response<LoginReply>, Status> {
        let request = request.into_inner();
        if !request.email.contains('@') {
            return Err(Status::invalid_argument("this is no email address"));
        }
        match self
            .accounts
            .add(&request.email, password::hash(&request.password))
            .await
        {
            Ok(Some(account)) => Ok(tonic::Response::new(LoginReply {
                token: sealed::seal(&account.email),
            })),
            Ok(None) => Err(Status::already_exists("there is an account")),
            Err(error) => Err(Status::unavailable(error.to_string())),
        }
    }

    async fn who_am_i(
        &self,
        request: tonic::Request<WhoAmIRequest>,
    ) -> Result<tonic::Response<WhoAmIReply>, Status> {
        let account = self.authenticated(request.metadata()).await?;
        Ok(tonic::Response::new(WhoAmIReply {
            email: account.email,
        }))
    }
}

fn client(agent: &Agent, accounts: &Accounts) -> AuthClient {
    let server = AuthServer::new(AuthService {
        accounts: accounts.clone(),
    });
    let from_home = |mut request: HttpRequest<tonic::body::Body>| {
        let home = SocketAddr::new(address(HOME), 4711);
        request.extensions_mut().insert(home);
        request
    };
    AuthClient::new(
        agent
            .layer()
            .layer(server)
            .map_request(from_home)
            .map_response(|response| response.map(tonic::body::Body::new)),
    )
}

fn code<T>(reply: Result<T, Status>) -> Code {
    reply.err().map_or(Code::Ok, |status| status.code())
}

#[tokio::test]
async fn a_login_fails_where_its_status_says_so_and_errs_where_it_says_something_else() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let mut client = client(&agent, &accounts);
    let token = client.login(ALICE, RIGHT).await.unwrap().token;
    assert_eq!(client.who_am_i(&token).await.unwrap().email, ALICE);
    assert_eq!(code(client.who_am_i("forged").await), Code::Unauthenticated);
    assert_eq!(
        code(client.login(ALICE, WRONG).await),
        Code::Unauthenticated
    );
    accounts.go_down();
    assert_eq!(code(client.login(ALICE, RIGHT).await), Code::Unavailable);
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "login failure email=alice@example.com",
            "login error email=alice@example.com",
            "session email=alice@example.com",
        ]
    );
    assert_eq!(agent.diagnostics(), []);
}

#[tokio::test]
async fn a_sign_up_fails_with_either_of_two_codes() {
    let (agent, accounts) = (agent(), Accounts::of_alice_and_bob());
    let mut client = client(&agent, &accounts);
    client.register("carol@example.com", RIGHT).await.unwrap();
    assert_eq!(
        code(client.register(ALICE, RIGHT).await),
        Code::AlreadyExists
    );
    assert_eq!(
        code(client.register("carol", RIGHT).await),
        Code::InvalidArgument
    );
    accounts.go_down();
    assert_eq!(code(client.register(BOB, RIGHT).await), Code::Unavailable);
    assert_eq!(
        story(&agent).await,
        [
            "sign-up success email=carol@example.com",
            "sign-up failure email=alice@example.com",
            "sign-up failure email=carol",
            "sign-up error email=bob@example.com",
        ]
    );
}

#[tokio::test]
async fn a_banned_user_is_refused_at_each_method() {
    let agent = agent();
    let mut client = client(&agent, &Accounts::of_alice_and_bob());
    let token = client.login(ALICE, RIGHT).await.unwrap().token;
    ban(&agent, user(ALICE));
    assert!(client.login(ALICE, RIGHT).await.is_err());
    assert!(client.register(ALICE, RIGHT).await.is_err());
    assert!(client.who_am_i(&token).await.is_err());
    client.login(BOB, RIGHT).await.unwrap();
    assert_eq!(
        story(&agent).await,
        [
            "login success email=alice@example.com",
            "login success email=bob@example.com",
            "ban of email=alice@example.com",
            "refusal at login email=alice@example.com",
            "refusal at sign-up email=alice@example.com",
            "refusal at session email=alice@example.com",
        ]
    );
}
