//! What a login costs the engine as there are more and more users and addresses, beside one check of a rate
//! limiter by address; and what becomes of the engine under a flood of ten million.
//!
//! `growth [PLOT.svg]` prints both, and plots the first.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]
#![allow(clippy::unwrap_used, reason = "a benchmark may fail")]

use std::alloc::System;
use std::hint::black_box;
use std::net::Ipv4Addr;
use std::time::Instant;

use plotters::prelude::*;
use sqreen::UserIdentifiers;
use sqreen::engine::Engine;
use sqreen::event::{Address, Attempt, Event, Origin, Outcome, Timestamp, UserAgent, What};
use sqreen::policy::Policy;
use sqreen_benches::{limit, watch};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How many users, and as many addresses.
const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

/// Logins in one batch, and batches for each size.
const BATCH: usize = 1_000;
const BATCHES: usize = 300;

/// What an engine is told to hold in the flood, and how many come.
const CEILING: usize = 100_000;
const FLOOD: u32 = 10_000_000;

/// One size: what a login and a check take, in nanoseconds, and what a user and an address take in memory.
struct Measured {
    size: usize,
    login: f64,
    check: f64,
    bytes: f64,
}

type Figure = fn(&Measured) -> f64;

fn main() {
    println!("users and addresses   a login   one check   a user and an address");
    let measured: Vec<Measured> = SIZES.into_iter().map(measure).collect();
    if let Some(file) = std::env::args().nth(1) {
        plot(&file, &measured).unwrap();
    }
    flood();
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn measure(size: usize) -> Measured {
    let region = Region::new(ALLOCATOR);
    let mut watched = watch(size);
    let held = region.change();
    let limiter = limit(size);
    let (mut logins, mut checks) = (Vec::new(), Vec::new());
    // In turns, so that both meet the same machine.
    for _ in 0..BATCHES {
        let events = watched.quiet_day(BATCH);
        let engine = watched.engine();
        logins.push(timed(|| {
            for event in &events {
                black_box(engine.observe(black_box(event)));
            }
        }));
        checks.push(timed(|| {
            for event in &events {
                let address = black_box(event).origin.address.unwrap().ip();
                black_box(limiter.check_key(&address).is_ok());
            }
        }));
    }
    let measured = Measured {
        size,
        login: median(logins),
        check: median(checks),
        bytes: held.bytes_allocated.saturating_sub(held.bytes_deallocated) as f64 / size as f64,
    };
    let Measured {
        login,
        check,
        bytes,
        ..
    } = measured;
    println!("{size:>19}   {login:>4.0} ns   {check:>6.0} ns   {bytes:>15.0} bytes");
    measured
}

/// Nanoseconds for each of a batch.
#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn timed(batch: impl FnOnce()) -> f64 {
    let began = Instant::now();
    batch();
    began.elapsed().as_nanos() as f64 / BATCH as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Ten million users fail from as many addresses, and between a thousand of them one attacker each time.
fn flood() {
    let region = Region::new(ALLOCATOR);
    let mut engine = Engine::with_capacity(Policy::default(), 1, CEILING);
    let (mut most, mut caught) = (0, None);
    for n in 0..FLOOD {
        // Among the flood's own networks are ones that are found too.
        engine.observe(&failure(n.wrapping_mul(0x9E37_79B1), n));
        if n % 1_000 == 0 && caught.is_none() {
            let decisions = engine.observe(&failure(u32::MAX, n));
            let attacker = Address::from(Ipv4Addr::from_bits(u32::MAX));
            let found = decisions
                .iter()
                .any(|decision| decision.address == Some(attacker));
            caught = found.then_some(n / 1_000 + 1);
        }
        if n % 100_000 == 0 {
            let held = region.change();
            most = most.max(held.bytes_allocated.saturating_sub(held.bytes_deallocated));
        }
    }
    println!(
        "{FLOOD} users fail from as many addresses, with room for {CEILING}: at most {:.0} MB; the attacker \
         among them is found at attempt {caught:?}",
        f64::from(u32::try_from(most / 1_000).unwrap()) / 1_000.0
    );
}

fn failure(address: u32, user: u32) -> Event {
    Event {
        at: Timestamp::from_millis(1_792_000_000_000 + u64::from(user) / 10),
        origin: Origin {
            address: Some(Ipv4Addr::from_bits(address).into()),
            user_agent: Some(UserAgent::from_bytes(b"a flood")),
            facts: None,
        },
        what: What::Login(Attempt::new(
            Outcome::Failure,
            UserIdentifiers::new("email", &format!("user{user:08x}@example.com")).ok(),
        )),
    }
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn plot(file: &str, measured: &[Measured]) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::new(file, (720, 420)).into_drawing_area();
    root.fill(&WHITE)?;
    let most = measured
        .iter()
        .map(|at| at.login.max(at.check))
        .fold(0.0, f64::max);
    let sizes = SIZES[0] as f64..SIZES[SIZES.len() - 1] as f64;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(sizes.log_scale(), 0.0..most * 1.1)?;
    chart
        .configure_mesh()
        .x_desc("users, and as many addresses")
        .y_desc("nanoseconds")
        .draw()?;
    let lines: [(&str, RGBColor, Figure); 2] = [
        ("a login through all built-in playbooks", BLUE, |at| {
            at.login
        }),
        ("governor, one check by address", RED, |at| at.check),
    ];
    for (name, color, figure) in lines {
        let points = measured.iter().map(|at| (at.size as f64, figure(at)));
        chart
            .draw_series(LineSeries::new(points.clone(), color.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color));
        chart.draw_series(points.map(|point| Circle::new(point, 3, color.filled())))?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK.mix(0.2))
        .background_style(WHITE)
        .draw()?;
    root.present()?;
    Ok(())
}
