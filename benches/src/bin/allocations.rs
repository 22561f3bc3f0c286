//! Prints how often each row allocates, and what an entry takes in memory.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use std::alloc::System;

use sqreen::bans::Bans;
use sqreen_benches::{
    BANS_LARGE, BANS_SMALL, CALLS, DashSets, ENGINE_LARGE, ENGINE_SMALL, Kept, LockedSets, Table,
    limit, watch,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("memory") => memory(),
        Some(name) => {
            for table in Table::ALL.into_iter().filter(|table| table.name() == name) {
                calls(table);
            }
        }
        None => println!("usage: allocations TABLE|memory"),
    }
}

/// Allocations and bytes of one call. The agent's thread allocates too, but not while it is asleep: the
/// smallest of some batches is the caller's own.
fn calls(table: Table) {
    for row in table.rows() {
        let measured = (0..20).map(|_| {
            let mut batch = row.prepare();
            let region = Region::new(ALLOCATOR);
            batch.run_measured_batch();
            let change = region.change();
            (
                change.allocations + change.reallocations,
                change.bytes_allocated,
            )
        });
        let (allocations, bytes) = measured.min().unwrap_or_default();
        println!(
            "{:<12} {:<60} {:>6.2} allocations {:>8.1} bytes",
            table.name(),
            row.name,
            each(allocations, CALLS),
            each(bytes, CALLS),
        );
    }
}

fn memory() {
    for bans in [BANS_SMALL, BANS_LARGE] {
        bans_kept::<Bans>(bans);
        bans_kept::<DashSets>(bans);
        bans_kept::<LockedSets>(bans);
        println!(
            "{bans:>9} bans, the index that most checks look at alone: {:.1} bytes each",
            each(Bans::keep(bans).index_bytes(), bans)
        );
    }
    for keys in [ENGINE_SMALL, ENGINE_LARGE] {
        let (_engine, bytes) = weighed(|| watch(keys));
        println!(
            "{keys:>9} users and as many addresses, sqreen's engine: {:.0} bytes a pair",
            each(bytes, keys)
        );
        let (_limiter, bytes) = weighed(|| limit(keys));
        println!(
            "{keys:>9} addresses, governor: {:.0} bytes each",
            each(bytes, keys)
        );
    }
}

fn bans_kept<K: Kept>(bans: usize) {
    let (_kept, bytes) = weighed(|| K::keep(bans));
    println!(
        "{bans:>9} bans, {}: {:.1} bytes each",
        K::NAME,
        each(bytes, bans)
    );
}

/// What is made, and the bytes it holds.
fn weighed<T>(make: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(ALLOCATOR);
    let made = make();
    let change = region.change();
    (
        made,
        change
            .bytes_allocated
            .saturating_sub(change.bytes_deallocated),
    )
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn each(all: usize, of: usize) -> f64 {
    all as f64 / of as f64
}
