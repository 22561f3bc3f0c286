//! Prints how many events of a recorded stream are read and decided about in a second: `replay [EVENTS]`, a
//! million unless it is told otherwise. The stream is in memory, so that no disk is measured.
//!
//! *Read ahead* is on a second thread; what this one, which decides, takes is what bounds the rate then.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]
#![allow(clippy::unwrap_used, reason = "a benchmark may fail")]

use std::hint::black_box;
use std::io::Cursor;
use std::time::{Duration, Instant};

use sqreen::engine::Engine;
use sqreen::event::Event;
use sqreen::log::{Reader, Writer};
use sqreen::policy::Policy;
use sqreen_benches::{login, stream};

/// Of so many runs the best is printed: whatever else the machine does can only slow one down.
const RUNS: usize = 5;

fn main() {
    let events = match std::env::args().nth(1) {
        Some(text) => text.parse().unwrap(),
        None => 1_000_000,
    };
    let file = stream(events);
    println!(
        "{events} logins of as many users and addresses, one in ten fails, {} bytes each",
        file.len() / events
    );

    let logins = || (0..events).map(|n| login(n, events)).collect::<Vec<_>>();
    measure("written", events, logins, |logins| {
        let mut writer = Writer::new(Vec::with_capacity(file.len())).unwrap();
        logins.iter().for_each(|event| writer.write(event).unwrap());
        (logins, writer.into_inner())
    });
    measure(
        "read",
        events,
        || (),
        |()| {
            Reader::new(&file[..])
                .unwrap()
                .map(|read| read.unwrap())
                .map(black_box)
                .count()
        },
    );
    measure(
        "read ahead",
        events,
        || file.clone(),
        |file| {
            let ahead = Reader::new(Cursor::new(file)).unwrap().ahead().unwrap();
            ahead.map(|read| read.unwrap()).map(black_box).count()
        },
    );
    measure(
        "decided about",
        events,
        || {
            Reader::new(&file[..])
                .unwrap()
                .collect::<Result<Vec<_>, _>>()
                .unwrap()
        },
        decisions,
    );
    measure(
        "read and decided about",
        events,
        || (),
        |()| decisions(Reader::new(&file[..]).unwrap().map(|read| read.unwrap())),
    );
    measure(
        "read ahead and decided about",
        events,
        || file.clone(),
        |file| {
            let ahead = Reader::new(Cursor::new(file)).unwrap().ahead().unwrap();
            decisions(ahead.map(|read| read.unwrap()))
        },
    );
}

/// How many decisions a new engine takes.
fn decisions(events: impl IntoIterator<Item = Event>) -> usize {
    let mut engine = Engine::new(Policy::default(), 1);
    events
        .into_iter()
        .map(|event| engine.observe(&event).len())
        .sum()
}

/// Times `call`. Neither what it is given nor what it gives back is part of it, to make or to drop.
#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn measure<P, T>(what: &str, events: usize, prepare: impl Fn() -> P, call: impl Fn(P) -> T) {
    let runs = (0..RUNS).map(|_| {
        let prepared = prepare();
        let (began, worked) = (Instant::now(), processor_time());
        let result = black_box(call(prepared));
        let took = (began.elapsed(), processor_time().saturating_sub(worked));
        drop(result);
        took
    });
    let (took, worked): (Vec<_>, Vec<_>) = runs.unzip();
    let best = |times: Vec<Duration>| times.into_iter().min().unwrap_or_default().as_secs_f64();
    let (best, worked) = (best(took), best(worked) / events as f64 * 1e9);
    let (rate, each) = (events as f64 / best, best / events as f64 * 1e9);
    println!(
        "{what:<30} {rate:>10.0} a second, {each:>6.0} ns each, {worked:>6.0} ns of this thread"
    );
}

/// How long this thread has had a processor, where the system tells: unlike the time that passes, it is no
/// longer on a machine that has other work.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}
