//! Locals before arguments, arguments from the last to the first, `self` after them.
#![deny(warnings)]

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

type Log = Rc<RefCell<Vec<&'static str>>>;

struct Noisy(&'static str, Log);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.1.borrow_mut().push(self.0);
    }
}

struct Pair {
    first: Noisy,
    second: Noisy,
}

fn plain(a: Noisy, b: Noisy, _c: Noisy, email: &str) -> bool {
    let _local = Noisy("local", Rc::clone(&a.1));
    let first = b.0;
    let _ = (&a.0, first);
    email.is_empty()
}

#[sqreen::track_auth]
fn tracked(a: Noisy, b: Noisy, _c: Noisy, email: &str) -> bool {
    let _local = Noisy("local", Rc::clone(&a.1));
    let first = b.0;
    let _ = (&a.0, first);
    email.is_empty()
}

async fn plain_async(a: Noisy, Pair { first, second }: Pair, b: Noisy, email: &str) -> bool {
    let _local = Noisy("local", Rc::clone(&b.1));
    std::future::ready(()).await;
    let _ = (second.0, a.0, first.0);
    email.is_empty()
}

#[sqreen::track_auth]
async fn tracked_async(a: Noisy, Pair { first, second }: Pair, b: Noisy, email: &str) -> bool {
    let _local = Noisy("local", Rc::clone(&b.1));
    std::future::ready(()).await;
    let _ = (second.0, a.0, first.0);
    email.is_empty()
}

impl Pair {
    fn plain(self, b: Noisy, email: &str) -> bool {
        let _ = (b.0, self.second.0);
        email.is_empty()
    }

    #[sqreen::track_auth]
    fn tracked(self, b: Noisy, email: &str) -> bool {
        let _ = (b.0, self.second.0);
        email.is_empty()
    }
}

fn order(run: impl FnOnce(&dyn Fn(&'static str) -> Noisy)) -> Vec<&'static str> {
    let log = Log::default();
    run(&|name| Noisy(name, Rc::clone(&log)));
    log.take()
}

fn finish<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("ready futures only"),
    }
}

fn main() {
    let pair = |noisy: &dyn Fn(&'static str) -> Noisy| Pair { first: noisy("first"), second: noisy("second") };

    let expected = order(|n| assert!(plain(n("a"), n("b"), n("c"), "")));
    assert_eq!(expected, ["local", "c", "b", "a"]);
    assert_eq!(order(|n| assert!(tracked(n("a"), n("b"), n("c"), ""))), expected);

    let expected = order(|n| assert!(finish(plain_async(n("a"), pair(n), n("b"), ""))));
    assert_eq!(expected, ["local", "b", "second", "first", "a"]);
    assert_eq!(order(|n| assert!(finish(tracked_async(n("a"), pair(n), n("b"), "")))), expected);

    let expected = order(|n| assert!(pair(n).plain(n("b"), "")));
    assert_eq!(expected, ["b", "first", "second"]);
    assert_eq!(order(|n| assert!(pair(n).tracked(n("b"), ""))), expected);
}
