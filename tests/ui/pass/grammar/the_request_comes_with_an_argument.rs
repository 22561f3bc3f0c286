//! `context = argument`: the request, where the code runs that no request is known to, such as on a thread.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::sync::Arc;

use sqreen::{Request, Sqreen};

#[sqreen::track_auth(user = email, context = sqreen)]
fn on_a_thread(sqreen: Sqreen, email: &str, password: &str) -> bool {
    sqreen.request().is_none() && email.len() < password.len()
}

#[sqreen::track_auth(user = email, context = request)]
fn of_a_request(request: &Option<Arc<Request>>, email: &str) -> bool {
    request.is_none() && email.is_empty()
}

#[sqreen::identify(user = session, context = request)]
async fn current_user(request: Option<Arc<Request>>, session: u64) -> Option<u64> {
    request.is_none().then_some(session)
}

#[sqreen::track("report.made", context = job.sqreen)]
fn report(job: Job) -> usize {
    job.lines
}

struct Job {
    sqreen: Sqreen,
    lines: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let sqreen = Sqreen::current();
    assert!(std::thread::spawn(|| on_a_thread(sqreen, "alice", "correct horse")).join().is_ok_and(|right| right));
    assert!(of_a_request(&None, ""));
    assert_eq!(current_user(None, 7).await, Some(7));
    assert_eq!(report(Job { sqreen: Sqreen::current(), lines: 3 }), 3);
}
