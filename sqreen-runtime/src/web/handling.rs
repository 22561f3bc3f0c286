//! One request on its way through the inner service.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use crate::event::Outcome;
use crate::request::{Entered, Refused, Request};

use super::body::GuardedBody;
use super::refusal::Answer;

pin_project! {
    /// The answer to come. Each poll serves the request as the current one, and ends with a look at whether
    /// it has been closed: if so the handler is dropped where it stands, and the refusal is the answer.
    #[must_use = "futures do nothing unless polled"]
    pub struct Handling<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProj]
    #[project_replace = StateReplaced]
    enum State<F> {
        /// The agent is switched off.
        Off { #[pin] handler: F },
        /// The address is banned; the handler was never made.
        Refused { answer: Answer, refused: Refused },
        /// The handler runs.
        Running { #[pin] running: Running<F> },
        /// The answer was given.
        Done,
    }
}

pin_project! {
    struct Running<F> {
        #[pin]
        handler: F,
        // `None` only during a poll, while the thread has it.
        request: Option<Arc<Request>>,
        answer: Answer,
        cancel_in_flight: bool,
        banned: Option<Pin<Box<Banned>>>,
    }
}

/// Ready when the request's user or address is banned.
type Banned = dyn Future<Output = Refused> + Send;

impl<F> Handling<F> {
    pub(super) fn off(handler: F) -> Self {
        Self {
            state: State::Off { handler },
        }
    }

    pub(super) fn refused(answer: Answer, refused: Refused) -> Self {
        Self {
            state: State::Refused { answer, refused },
        }
    }

    pub(super) fn running(
        handler: F,
        request: Option<Arc<Request>>,
        answer: Answer,
        cancel_in_flight: bool,
    ) -> Self {
        let running = Running {
            handler,
            request,
            answer,
            cancel_in_flight,
            banned: None,
        };
        Self {
            state: State::Running { running },
        }
    }
}

impl<F, B, E> Future for Handling<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<GuardedBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        let end = match state.as_mut().project() {
            StateProj::Off { handler } => {
                return handler
                    .poll(cx)
                    .map_ok(|response| response.map(GuardedBody::off));
            }
            StateProj::Refused { answer, refused } => Ok(answer.refusal(refused)),
            StateProj::Running { running } => match running.poll(cx) {
                Poll::Ready(end) => end,
                Poll::Pending => return Poll::Pending,
            },
            StateProj::Done => return Poll::Pending,
        };
        // The handler, if it has not ended by itself, is dropped here.
        state.project_replace(State::Done);
        Poll::Ready(end)
    }
}

impl<F> Running<F> {
    fn poll<B, E>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Response<GuardedBody<B>>, E>>
    where
        F: Future<Output = Result<Response<B>, E>>,
        B: Body,
    {
        let this = self.project();
        if let Some(request) = &*this.request {
            request.polled();
        }
        let polled = {
            let _entered = Entered::new(this.request, true);
            this.handler.poll(cx)
        };
        let Some(request) = this.request else {
            // Not reached: what was entered above is left again.
            return polled.map_ok(|response| response.map(GuardedBody::off));
        };
        match polled {
            Poll::Pending => {
                if *this.cancel_in_flight && request.refused().is_none() {
                    wait_for_ban(this.banned, request, cx);
                }
                match request.refused() {
                    Some(refused) if !request.is_shielded() => {
                        request.settle(Outcome::Failure);
                        Poll::Ready(Ok(this.answer.refusal(&refused)))
                    }
                    _ => Poll::Pending,
                }
            }
            Poll::Ready(end) => {
                // First what others did meanwhile, then what this answer means.
                let refused = request.look_at_the_end();
                let failed = request.answered(end.as_ref().ok().map(Response::status));
                let refused = refused.or(failed);
                Poll::Ready(match (refused, end) {
                    (Some(refused), _) => Ok(this.answer.refusal(&refused)),
                    (None, Ok(response)) => {
                        Ok(response.map(|body| GuardedBody::guarded(body, request)))
                    }
                    (None, Err(error)) => Err(error),
                })
            }
        }
    }
}

/// A ban that comes closes the request.
fn wait_for_ban(
    banned: &mut Option<Pin<Box<Banned>>>,
    request: &Arc<Request>,
    cx: &mut Context<'_>,
) {
    let waiting = banned.get_or_insert_with(|| {
        let request = Arc::clone(request);
        Box::pin(async move { request.banned().await })
    });
    if waiting.as_mut().poll(cx).is_ready() {
        *banned = None;
    }
}

impl<F> fmt::Debug for Handling<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Off { .. } => "Handling(off)",
            State::Refused { .. } => "Handling(refused)",
            State::Running { .. } => "Handling(running)",
            State::Done => "Handling(done)",
        })
    }
}
