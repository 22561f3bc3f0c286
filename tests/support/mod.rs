//! What the behaviour tests share: people, clients, a server on a real socket, and ways to wait.

#![allow(dead_code, unreachable_pub, reason = "each test uses a part of it")]

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body::Frame;
use http_body_util::BodyExt;
use serde_json::Value;
use sqreen::event::{DecisionId, Event, ManualClock, Timestamp, What};
use sqreen::pipeline::{Diagnostic, Trouble};
use sqreen::{Agent, UserIdentifiers};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::ServiceExt;

pub const ALICE: &str = "alice@example.com";
pub const BOB: &str = "bob@example.com";
/// Where Alice lives, Bob lives, and the attacker sits.
pub const HOME: &str = "198.51.100.7";
pub const NEXT_DOOR: &str = "198.51.100.8";
pub const ATTACKER: &str = "203.0.113.9";

/// Longer than anything here takes, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// An agent as anybody starts it.
pub fn agent() -> Agent {
    Agent::builder().build().unwrap()
}

pub fn user(email: &str) -> UserIdentifiers {
    UserIdentifiers::new("email", email).unwrap()
}

pub fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Bans somebody until a person pardons.
pub fn ban(agent: &Agent, subject: impl Into<sqreen::event::Subject>) -> DecisionId {
    agent.ban(subject, sqreen::Ending::WhenPardoned, "a test")
}

/// A clock that stands at an hour of a day.
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(Timestamp::from_millis(1_800_000_000_000)))
}

/// A request to come.
pub struct Call {
    request: Request<Body>,
}

pub fn visit(path: &str) -> Call {
    Call::new(Method::GET, path)
}

pub fn submit(path: &str) -> Call {
    Call::new(Method::POST, path)
}

impl Call {
    fn new(method: Method, path: &str) -> Self {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty());
        Self {
            request: request.unwrap(),
        }
        .from(HOME)
    }

    pub fn from_request(request: Request<Body>) -> Self {
        Self { request }
    }

    /// The peer's address.
    pub fn from(mut self, peer: &str) -> Self {
        self.request
            .extensions_mut()
            .insert(SocketAddr::new(address(peer), 4711));
        self
    }

    /// A server that does not tell the peer's address.
    pub fn without_peer(mut self) -> Self {
        self.request.extensions_mut().remove::<SocketAddr>();
        self
    }

    /// One more line of a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request
            .headers_mut()
            .append(name, value.parse().unwrap());
        self
    }

    /// A text as the body.
    pub fn body(mut self, text: impl Into<String>) -> Self {
        *self.request.body_mut() = Body::from(text.into());
        self
    }

    pub fn into_request(self) -> Request<Body> {
        self.request
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self, app: &Router) -> Answer {
        let answer = within(app.clone().oneshot(self.request)).await.unwrap();
        Answer::read(answer).await
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    async fn read(answer: axum::response::Response) -> Self {
        let (head, body) = answer.into_parts();
        let body = within(body.collect()).await.unwrap().to_bytes();
        let body = String::from_utf8(body.into()).unwrap();
        Self {
            status: head.status,
            headers: head.headers,
            body,
        }
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    pub fn is_refusal(&self) -> bool {
        self.status == StatusCode::FORBIDDEN && self.json()["decision"].is_string()
    }

    /// The decision that a refusal names.
    pub fn decision(&self) -> DecisionId {
        self.json()["decision"].as_str().unwrap().parse().unwrap()
    }
}

/// Not for ever: what hangs fails.
pub async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("it hangs")
}

/// Waits for a condition.
pub async fn until(what: &str, condition: impl Fn() -> bool) {
    let met = async {
        while !condition() {
            // Not what is waited for, only room for others to bring it about.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, met)
        .await
        .unwrap_or_else(|_| panic!("never: {what}"));
}

/// The kinds of events, told apart.
pub async fn events(agent: &Agent) -> Vec<Arc<Event>> {
    agent.flush().await;
    agent
        .events()
        .into_iter()
        .map(|entry| entry.event)
        .collect()
}

/// All logins, in order.
pub async fn logins(agent: &Agent) -> Vec<sqreen::event::Attempt> {
    let login = |event: &Arc<Event>| match &event.what {
        What::Login(attempt) => Some(attempt.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(login).collect()
}

/// Serves one request whose handler is `told`, and gives what happened.
pub async fn serve<R>(
    agent: &Agent,
    told: impl Fn(sqreen::Sqreen) -> R + Clone + Send + Sync + 'static,
) -> Answer
where
    R: Future<Output = ()> + Send + 'static,
{
    let app = Router::new()
        .route(
            "/",
            axum::routing::get(async move |sqreen: sqreen::Sqreen| told(sqreen).await),
        )
        .layer(agent.layer());
    visit("/").send(&app).await
}

/// All sessions, in order.
pub async fn sessions(agent: &Agent) -> Vec<sqreen::event::Session> {
    let session = |event: &Arc<Event>| match &event.what {
        What::Session(session) => Some(session.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(session).collect()
}

/// All custom events, in order.
pub async fn customs(agent: &Agent) -> Vec<sqreen::event::Custom> {
    let custom = |event: &Arc<Event>| match &event.what {
        What::Custom(custom) => Some(custom.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(custom).collect()
}

/// All refusals, in order.
pub async fn refusals(agent: &Agent) -> Vec<sqreen::event::Refusal> {
    let refusal = |event: &Arc<Event>| match &event.what {
        What::Refusal(refusal) => Some(refusal.clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(refusal).collect()
}

/// All decisions of playbooks, in order.
pub async fn decisions(agent: &Agent) -> Vec<sqreen::event::Decision> {
    let decision = |event: &Arc<Event>| match &event.what {
        What::Decision(decision) => Some(decision.as_ref().clone()),
        _ => None,
    };
    events(agent).await.iter().filter_map(decision).collect()
}

/// How often there was one kind of trouble.
pub fn trouble(agent: &Agent, kind: Trouble) -> u64 {
    diagnostic(agent, kind).map_or(0, |diagnostic| diagnostic.count)
}

/// One kind of trouble.
pub fn diagnostic(agent: &Agent, kind: Trouble) -> Option<Diagnostic> {
    agent
        .diagnostics()
        .into_iter()
        .find(|diagnostic| diagnostic.trouble == kind)
}

/// Counts what happened, from wherever.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<AtomicUsize>);

impl Tally {
    pub fn hit(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Counts what lives and what was dropped.
#[derive(Clone, Debug, Default)]
pub struct Gauge {
    made: Tally,
    dropped: Tally,
}

impl Gauge {
    /// Something that lives until it is dropped.
    pub fn guard(&self) -> Guard {
        self.made.hit();
        Guard(self.clone())
    }

    pub fn made(&self) -> usize {
        self.made.count()
    }

    pub fn live(&self) -> usize {
        self.made.count() - self.dropped.count()
    }
}

/// Something that lives until it is dropped.
#[derive(Debug)]
pub struct Guard(Gauge);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.dropped.hit();
    }
}

/// A body whose frames come from a channel, and which knows whether it is still there.
pub struct Frames {
    frames: tokio::sync::mpsc::UnboundedReceiver<&'static str>,
    _alive: Guard,
}

impl Frames {
    pub fn new(alive: &Gauge) -> (tokio::sync::mpsc::UnboundedSender<&'static str>, Self) {
        let (send, frames) = tokio::sync::mpsc::unbounded_channel();
        (
            send,
            Self {
                frames,
                _alive: alive.guard(),
            },
        )
    }
}

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.frames
            .poll_recv(cx)
            .map(|text| text.map(|text| Ok(Frame::data(text.into()))))
    }
}

/// Polls futures side by side, each with a waker of its own, as `FuturesUnordered` does.
pub struct SideBySide<'a>(Vec<Pin<Box<dyn Future<Output = ()> + Send + 'a>>>);

impl<'a> SideBySide<'a> {
    pub fn new() -> Self {
        Self(Vec::new())
    }

    pub fn and(mut self, future: impl Future<Output = ()> + Send + 'a) -> Self {
        self.0.push(Box::pin(future));
        self
    }
}

struct Forward(Waker);

impl Wake for Forward {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
    }
}

impl Future for SideBySide<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.retain_mut(|future| {
            let waker = Waker::from(Arc::new(Forward(cx.waker().clone())));
            future
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        });
        if self.0.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Runs a future to its end on this thread, as code does that is not async.
pub fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = std::pin::pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let since = std::time::Instant::now();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park_timeout(PATIENCE),
        }
        assert!(since.elapsed() < PATIENCE, "it hangs");
    }
}

/// An application on a socket of this machine.
pub struct Server {
    pub address: SocketAddr,
    stop: tokio::sync::oneshot::Sender<()>,
    served: tokio::task::JoinHandle<()>,
}

impl Server {
    pub async fn start(app: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self::on(listener, app)
    }

    pub fn on(listener: TcpListener, app: Router) -> Self {
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let served = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            axum::serve(listener, app)
                .with_graceful_shutdown(stopped)
                .await
                .unwrap();
        });
        Self {
            address,
            stop,
            served,
        }
    }

    /// Takes no more connections and waits for those that are open: one that leaked would hang here.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        within(self.served).await.unwrap();
    }

    /// A connection from the loopback address with this last number: all of 127.0.0.0/8 is this machine.
    pub async fn connect(&self, last: u8) -> Connection {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind((Ipv4Addr::new(127, 0, 0, last), 0).into())
            .unwrap();
        let stream = within(socket.connect((Ipv4Addr::LOCALHOST, self.address.port()).into()))
            .await
            .unwrap();
        Connection {
            stream,
            read: Vec::new(),
        }
    }

    /// One request on a connection of its own: the status, and all that came back.
    pub async fn request(&self, last: u8, request: &str) -> (u16, String) {
        let mut connection = self.connect(last).await;
        connection.send(request, "connection: close\r\n").await;
        let answer = connection.read_to_end().await;
        (status(&answer), answer)
    }
}

/// The status of an answer as it came over the wire.
pub fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0)
}

/// A client's end of a connection, byte by byte.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    /// Sends a request such as `GET /path`, with more header lines.
    pub async fn send(&mut self, request: &str, headers: &str) {
        self.send_raw(&format!(
            "{request} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"
        ))
        .await;
    }

    pub async fn send_raw(&mut self, text: &str) {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            within(self.stream.writable()).await.unwrap();
            match self.stream.try_write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Reads until what came holds `text`, and takes it out up to there.
    pub async fn read_until(&mut self, text: &str) -> String {
        loop {
            let found = self
                .read
                .windows(text.len())
                .position(|part| part == text.as_bytes());
            if let Some(at) = found {
                let taken = self.read.drain(..at + text.len()).collect();
                return String::from_utf8(taken).unwrap();
            }
            assert!(self.read_some().await, "ended before {text:?}");
        }
    }

    /// Reads until the server closes.
    pub async fn read_to_end(&mut self) -> String {
        while self.read_some().await {}
        String::from_utf8(std::mem::take(&mut self.read)).unwrap()
    }

    /// Whether there was more before the end.
    async fn read_some(&mut self) -> bool {
        loop {
            within(self.stream.readable()).await.unwrap();
            let mut buffer = [0; 4096];
            match self.stream.try_read(&mut buffer) {
                Ok(0) => return false,
                Ok(read) => {
                    self.read.extend_from_slice(&buffer[..read]);
                    return true;
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                // A connection that is cut off is one that has ended.
                Err(_) => return false,
            }
        }
    }
}
