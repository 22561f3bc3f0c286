//! The agent's own thread: it takes in what is queued, shows the stream to followers, and keeps the time.
//!
//! A thread and not a task, so that an agent works in any runtime and in none, and outlives a runtime that
//! is being shut down.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::sync::watch;

use crate::pipeline::{Followers, Pipeline};

/// What is done before each tick, beside the pipeline's own work.
pub(super) type Chore = Box<dyn FnMut(&Pipeline) + Send>;

/// What is done after each tick, told whether somebody waits for all that was shown to be in its place.
pub(super) type Afterwards = Box<dyn FnMut(&Pipeline, bool) + Send>;

/// What the thread does beside the pipeline's own work.
#[derive(Default)]
pub(super) struct Work {
    pub(super) followers: Followers,
    pub(super) chores: Vec<Chore>,
    pub(super) afterwards: Option<Afterwards>,
}

/// How often the queue is emptied. Nothing waits for it but what people look at.
const TICK: Duration = Duration::from_millis(10);

/// The handle to the thread; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    thread: thread::Thread,
    shared: Arc<Shared>,
    flushed: watch::Receiver<u64>,
}

#[derive(Debug, Default)]
struct Shared {
    stop: AtomicBool,
    /// How many flushes were asked for.
    asked: AtomicU64,
}

impl Worker {
    pub(super) fn start(pipeline: &Arc<Pipeline>, mut work: Work) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (done, flushed) = watch::channel(0);
        let thread = thread::Builder::new().name("sqreen".into()).spawn({
            let (pipeline, shared) = (Arc::clone(pipeline), Arc::clone(&shared));
            move || run(&pipeline, &shared, &done, &mut work)
        })?;
        let thread = thread.thread().clone();
        pipeline.set_worker(thread.clone());
        Ok(Self {
            thread,
            shared,
            flushed,
        })
    }

    /// Waits until all that was queued before this call is taken in.
    pub(super) async fn flush(&self) {
        let number = self.shared.asked.fetch_add(1, Ordering::AcqRel) + 1;
        self.thread.unpark();
        // An error means that the thread has ended, which it does only after taking everything in.
        let _ = self.flushed.clone().wait_for(|done| *done >= number).await;
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

fn run(pipeline: &Pipeline, shared: &Shared, done: &watch::Sender<u64>, work: &mut Work) {
    loop {
        // Read before the tick: what was queued before it was asked for is taken in by then.
        let asked = shared.asked.load(Ordering::Acquire);
        let stop = shared.stop.load(Ordering::Acquire);
        for chore in &mut work.chores {
            chore(pipeline);
        }
        pipeline.tick(&mut work.followers);
        if let Some(afterwards) = &mut work.afterwards {
            afterwards(pipeline, stop || asked > *done.borrow());
        }
        done.send_replace(asked);
        if stop {
            return;
        }
        thread::park_timeout(TICK);
    }
}
