//! The body of an answer: the handler's, which ends early when its reader is banned, or a refusal.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::request::{Entered, Refused, Request};

pin_project! {
    /// The body of an answer.
    pub struct GuardedBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<B> {
        Refusal { text: Option<Bytes> },
        Handler {
            #[pin]
            body: B,
            // `None` where the agent is switched off.
            request: Option<Arc<Request>>,
            // How many bans there were when the answer was decided on: the attempt that leads to a ban is
            // answered like those before it.
            bans_made: u64,
            // There once the body was not ready.
            banned: Option<Pin<Box<dyn Future<Output = Refused> + Send>>>,
        },
    }
}

/// What a client has before a ban could cut it off, in bytes.
const SHORT: u64 = 64 * 1024;

type BoxError = Box<dyn Error + Send + Sync>;

impl<B> GuardedBody<B> {
    pub(super) fn off(body: B) -> Self {
        Self {
            kind: Kind::Handler {
                body,
                request: None,
                bans_made: 0,
                banned: None,
            },
        }
    }

    /// A body that is short was decided on with the answer; a stream has to be watched.
    pub(super) fn guarded(body: B, request: &Arc<Request>) -> Self
    where
        B: Body,
    {
        if body.size_hint().exact().is_some_and(|size| size <= SHORT) {
            return Self::off(body);
        }
        let bans_made = request.pipeline().bans_made();
        let request = Some(Arc::clone(request));
        Self {
            kind: Kind::Handler {
                body,
                request,
                bans_made,
                banned: None,
            },
        }
    }

    pub(super) fn empty() -> Self {
        Self {
            kind: Kind::Refusal { text: None },
        }
    }

    pub(super) fn refusal(text: String) -> Self {
        Self {
            kind: Kind::Refusal {
                text: Some(text.into()),
            },
        }
    }
}

impl<B> Body for GuardedBody<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    /// Streams end with an error when a ban comes, so that no client takes what it has for all there is.
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let (body, request, seen, banned) = match self.project().kind.project() {
            KindProj::Refusal { text } => {
                return Poll::Ready(text.take().map(|text| Ok(Frame::data(text))));
            }
            KindProj::Handler {
                body,
                request,
                bans_made,
                banned,
            } => (body, request, bans_made, banned),
        };
        let Some(watched) = &*request else {
            return body.poll_frame(cx).map_err(Into::into);
        };
        let made = watched.pipeline().bans_made();
        if made != std::mem::replace(seen, made)
            && let Some(refused) = watched.look_again()
        {
            return Poll::Ready(Some(Err(refused.into())));
        }
        if let Some(banned) = banned
            && let Poll::Ready(refused) = banned.as_mut().poll(cx)
        {
            return Poll::Ready(Some(Err(refused.into())));
        }
        let polled = {
            let _entered = Entered::new(request, false);
            body.poll_frame(cx)
        };
        if let (Poll::Pending, None, Some(request)) = (&polled, &*banned, &*request) {
            let request = Arc::clone(request);
            let waiting = banned.insert(Box::pin(async move { request.banned().await }));
            if let Poll::Ready(refused) = waiting.as_mut().poll(cx) {
                return Poll::Ready(Some(Err(refused.into())));
            }
        }
        polled.map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Refusal { text } => text.is_none(),
            Kind::Handler { body, .. } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Refusal { text } => {
                SizeHint::with_exact(text.as_ref().map_or(0, Bytes::len) as u64)
            }
            Kind::Handler { body, .. } => body.size_hint(),
        }
    }
}

/// So that the layer can stand below others that make empty answers of their own.
impl<B: Default> Default for GuardedBody<B> {
    fn default() -> Self {
        Self::off(B::default())
    }
}

impl<B> fmt::Debug for GuardedBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.kind {
            Kind::Refusal { .. } => "GuardedBody(refusal)",
            Kind::Handler { .. } => "GuardedBody(handler)",
        })
    }
}
