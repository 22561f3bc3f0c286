//! Attacks on the example shop, over real connections, with honest customers in between.
//!
//! It shows what sqreen does, in figures that the shop itself counts. It attacks nothing
//! but this machine's loopback (`target.rs`), sends a fixed number of requests, and stops
//! by itself.

mod args;
mod campaign;
mod client;
mod dice;
mod operator;
mod origin;
mod people;
mod plan;
mod progress;
mod report;
mod target;
mod verdict;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use crate::args::Args;
use crate::campaign::Campaign;
use crate::operator::{Operator, Stats};
use crate::origin::{Origins, any_loopback_address_can_be_bound};
use crate::progress::Progress;
use crate::report::{Report, Table};
use crate::target::Target;

/// The whole of it takes seconds. A shop that hangs is no reason to go on for ever.
const LONGEST_RUN: Duration = Duration::from_secs(180);

const HELD: u8 = 0;
const DID_NOT_HOLD: u8 = 1;
const COULD_NOT_RUN: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let args = match args::read(lexopt::Parser::from_env()) {
        Ok(Some(args)) => args,
        Ok(None) => return help(),
        Err(error) => return complain(&error),
    };
    match tokio::time::timeout(LONGEST_RUN, attack(&args)).await {
        Ok(Ok(reports)) => conclude(&args, &reports),
        Ok(Err(error)) => complain(&*error),
        Err(_) => complain(&std::io::Error::other(format!(
            "gave up after {} seconds",
            LONGEST_RUN.as_secs()
        ))),
    }
}

async fn attack(args: &Args) -> Result<Vec<Report>, Box<dyn Error>> {
    let target = Target::parse(&args.target)?;
    let operator = Operator::new(target, args.token.clone());
    let stats = operator.stats().await?;
    let origins = origins(&stats, any_loopback_address_can_be_bound())?;

    let mut progress = Progress::new(args.json);
    progress.legend();
    let mut reports = Vec::new();
    for plan in [plan::one_account, plan::stolen_list, plan::botnet] {
        let campaign = Campaign {
            target,
            operator: &operator,
            origins,
        };
        reports.push(
            campaign
                .run(&plan(args.seed, origins), &mut progress)
                .await?,
        );
    }
    Ok(reports)
}

/// How everybody comes by an address of their own. As behind a proxy if the shop is run
/// like that; otherwise by connections from as many loopback addresses, which needs
/// nothing of the shop.
fn origins(stats: &Stats, can_bind: bool) -> Result<Origins, &'static str> {
    match (stats.trusts_local_proxy, can_bind) {
        (true, _) => Ok(Origins::Forwarded),
        (false, true) => Ok(Origins::Bound),
        (false, false) => Err(
            "this system has no loopback address but 127.0.0.1, so that attackers and customers would all be one. \
             Let the shop believe X-Forwarded-For instead: SQREEN_TRUSTED_PROXIES=127.0.0.1 cargo run -p shop",
        ),
    }
}

#[expect(clippy::print_stdout, reason = "the result is the program's output")]
fn conclude(args: &Args, reports: &[Report]) -> ExitCode {
    if args.json {
        println!("{}", serde_json::json!({ "attacks": reports }));
    } else {
        println!("\n{}", Table(reports));
    }
    ExitCode::from(if as_expected(args, reports) {
        HELD
    } else {
        DID_NOT_HOLD
    })
}

fn as_expected(args: &Args, reports: &[Report]) -> bool {
    if args.expect_unprotected {
        return reports
            .iter()
            .all(|report| !report.accounts_taken.is_empty());
    }
    reports.iter().all(Report::held)
}

#[expect(clippy::print_stdout, reason = "asked for on the command line")]
fn help() -> ExitCode {
    println!("{}", args::HELP);
    ExitCode::from(HELD)
}

#[expect(clippy::print_stderr, reason = "the reason why the program ends")]
fn complain(error: &dyn Error) -> ExitCode {
    eprintln!("attack: {error}");
    ExitCode::from(COULD_NOT_RUN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::PasswordChecks;

    fn shop(trusts_local_proxy: bool) -> Stats {
        Stats {
            password_checks: PasswordChecks { total: 0 },
            trusts_local_proxy,
        }
    }

    #[test]
    fn the_header_is_used_where_the_shop_believes_it_and_nowhere_else() {
        assert_eq!(origins(&shop(true), true), Ok(Origins::Forwarded));
        assert_eq!(origins(&shop(true), false), Ok(Origins::Forwarded));
        assert_eq!(origins(&shop(false), true), Ok(Origins::Bound));
    }

    #[test]
    fn without_addresses_to_bind_the_shop_has_to_believe_the_header() {
        assert!(
            origins(&shop(false), false)
                .unwrap_err()
                .contains("SQREEN_TRUSTED_PROXIES")
        );
    }
}
