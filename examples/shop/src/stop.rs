//! When the shop closes: on Ctrl-C, and on SIGTERM from whoever supervises it.

use std::time::Duration;

/// How long a request that is being answered may hold up the closing.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) async fn asked_to_stop() {
    tokio::select! {
        () = interrupted() => {}
        () = terminated() => {}
    }
}

/// Ends when the shop was asked to stop and still had not after a while.
pub(crate) async fn out_of_patience() {
    asked_to_stop().await;
    tokio::time::sleep(PATIENCE).await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // No handler could be set: the signal then ends the process by itself.
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
