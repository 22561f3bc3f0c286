//! Runs the batches that callgrind counts: `instructions TABLE [ROW]`. The script `benches/instructions`
//! calls it.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]

use sqreen_benches::{CALLS, Table};

/// Runs before the counted ones, so that tables, buffers and callsites are as they stay.
const WARM_UP: usize = 2;
const COUNTED: usize = 5;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let only = arguments.next();
    let table = Table::ALL.into_iter().find(|table| table.name() == name);
    for row in table.map(Table::rows).unwrap_or_default() {
        if only.as_ref().is_some_and(|only| *only != row.name) {
            continue;
        }
        // Each run is one part of callgrind's output, in this order.
        for _ in 0..WARM_UP + COUNTED {
            row.prepare().run_measured_batch();
        }
        let over = row.over.unwrap_or("-");
        println!("{CALLS}\t{WARM_UP}\t{COUNTED}\t{}\t{over}", row.name);
    }
}
