//! Work that the layer does not poll comes past a refused `identify`, and the answer is still replaced.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use sqreen::{RequestExt, Sqreen, shield};
use tokio::sync::Notify;

use super::current_user;
use crate::support::{self, *};

/// Work started by the handler comes past `identify`, says whether it was refused, and the answer is
/// replaced.
async fn finishes<F>(work: impl Fn(Sqreen, Tally) -> F + Clone + Send + Sync + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (agent, refused, done) = (agent(), Tally::default(), Arc::new(Notify::new()));
    let (tally, waiting) = (refused.clone(), done.clone());
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                work(sqreen, tally.clone()).await;
                waiting.notified().await;
                "hello"
            }),
        )
        .layer(agent.layer());
    let id = ban(&agent, user(ALICE));
    let running = tokio::spawn(async move { visit("/").send(&app).await });
    until("the work is past `identify`", || refused.count() == 1).await;
    done.notify_one();
    let answer = within(running).await.unwrap();
    assert!(answer.is_refusal(), "{answer:?}");
    assert_eq!(answer.decision(), id);
}

#[tokio::test]
async fn identify_in_a_plainly_spawned_task_never_parks() {
    finishes(async |sqreen, refused| {
        tokio::spawn(async move {
            if sqreen.identify(("email", ALICE)).await.is_err() {
                refused.hit();
            }
        });
    })
    .await;
}

#[tokio::test]
async fn identify_in_a_task_spawned_with_the_request_never_parks() {
    finishes(async |_, refused| {
        sqreen::spawn(async move {
            let stopped = sqreen::identify(("email", ALICE)).await.is_err();
            if stopped && current_user(ALICE).await.is_none() {
                refused.hit();
            }
        });
    })
    .await;
    finishes(async |_, refused| {
        let work = async move {
            tokio::task::yield_now().await;
            if current_user(ALICE).await.is_none() {
                refused.hit();
            }
        };
        tokio::spawn(work.in_request());
    })
    .await;
}

#[tokio::test]
async fn identify_on_a_blocking_thread_never_parks() {
    finishes(async |sqreen, refused| {
        tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Handle::current();
            if runtime
                .block_on(within(sqreen.identify(("email", ALICE))))
                .is_err()
            {
                refused.hit();
            }
        });
    })
    .await;
    finishes(async |sqreen, refused| {
        std::thread::spawn(move || {
            if block_on(sqreen.identify(("email", ALICE))).is_err() {
                refused.hit();
            }
        });
    })
    .await;
}

#[tokio::test]
async fn identify_in_a_block_on_inside_the_handler_never_parks() {
    finishes(async |_, refused| {
        if block_on(sqreen::identify(("email", ALICE))).is_err() {
            refused.hit();
        }
        if block_on(current_user(ALICE)).is_none() {
            // Both went on.
        } else {
            panic!("a refused session is nobody's");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn identify_in_a_block_on_of_the_runtime_inside_the_handler_never_parks() {
    finishes(async |_, refused| {
        let result = tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(within(sqreen::identify(("email", ALICE))))
        });
        if result.is_err() {
            refused.hit();
        }
    })
    .await;
}

#[tokio::test]
async fn identify_in_a_block_on_beside_a_shielded_block_never_parks() {
    finishes(async |_, refused| {
        let beside = shield(async { tokio::task::yield_now().await });
        let blocking = async {
            if block_on(sqreen::identify(("email", ALICE))).is_err() {
                refused.hit();
            }
        };
        tokio::join!(biased; beside, blocking);
    })
    .await;
}

#[tokio::test]
async fn work_that_was_spawned_without_the_request_is_nobodys() {
    let agent = agent();
    let user = Arc::new(Mutex::new(None));
    let says = user.clone();
    let app = Router::new()
        .route(
            "/",
            get(async move |sqreen: Sqreen| {
                let plain = tokio::spawn(async { Sqreen::current().request().is_some() })
                    .await
                    .unwrap();
                let kept = sqreen::spawn(async { Sqreen::current().request().is_some() })
                    .await
                    .unwrap();
                sqreen::spawn(async { sqreen::identify(("email", ALICE)).await })
                    .await
                    .unwrap()
                    .unwrap();
                *says.lock().unwrap() = Some((plain, kept, sqreen.user().map(|user| user.user)));
            }),
        )
        .layer(agent.layer());
    assert_eq!(visit("/").send(&app).await.status, StatusCode::OK);
    assert_eq!(
        *user.lock().unwrap(),
        Some((false, true, Some(support::user(ALICE))))
    );
}
