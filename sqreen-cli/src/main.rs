//! The program `sqreen`: replays streams of events, makes them up, and scores policies by them.

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use sqreen_cli::{budget, replay, score, simulate};

/// What a policy of sqreen would have decided, on recorded streams and on made-up ones.
#[derive(Debug, Parser)]
#[command(name = "sqreen", version, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Budget(budget::Command),
    Replay(replay::Command),
    Score(score::Command),
    Simulate(simulate::Command),
}

const CHECK_FAILED: u8 = 1;
/// What was asked for could not be done.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    match run(&Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_of_a_reader_who_left(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody can be told, the exit code is left.
            let _ = writeln!(io::stderr(), "sqreen: {}", in_full(&*error));
            ExitCode::from(if is_of_a_check(&*error) {
                CHECK_FAILED
            } else {
                COULD_NOT_RUN
            })
        }
    }
}

/// Whether a check failed, rather than what was checked could not be.
fn is_of_a_check(error: &(dyn Error + 'static)) -> bool {
    let replay = error.downcast_ref::<replay::ReplayError>();
    let score = error.downcast_ref::<score::ScoreError>();
    replay.is_some_and(replay::ReplayError::is_of_a_check)
        || score.is_some_and(score::ScoreError::is_of_a_check)
}

/// An error and what it rests on.
fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

/// `sqreen replay … | head` has seen enough.
fn is_of_a_reader_who_left(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>();
        if io.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return true;
        }
        cause = error.source();
    }
    false
}

fn run(command: &Command) -> Result<(), Box<dyn Error>> {
    let to = io::stdout().lock();
    match command {
        Command::Budget(budget) => Ok(budget.run(to)?),
        Command::Replay(replay) => Ok(replay.run(to)?),
        Command::Score(score) => Ok(score.run(to)?),
        Command::Simulate(simulate) => Ok(simulate.run()?),
    }
}
