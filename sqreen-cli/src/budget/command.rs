//! `sqreen budget`.

use std::io::{self, IsTerminal, Write};

use clap::Args;
use thiserror::Error;

use super::{Budget, Effort};
use crate::policy_file::{PolicyChoice, PolicyChoiceError};

/// What an attacker gets under a policy who knows it: how many guesses a day, from how many addresses.
#[derive(Debug, Args)]
pub struct Command {
    /// The policy: `built-in`, or a policy file
    #[arg(long, value_name = "FILE", default_value = "built-in")]
    policy: PolicyChoice,
    /// Writes JSON, with how each figure is got
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// Writes a table of Markdown
    #[arg(long)]
    markdown: bool,
    /// Looks for attacks for a few seconds only, as the check does
    #[arg(long)]
    quick: bool,
}

/// Why a budget could not be told.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The policy file is none.
    #[error(transparent)]
    Policy(#[from] PolicyChoiceError),
    /// It could not be written down.
    #[error("cannot write the budget")]
    Write(#[from] io::Error),
    /// It could not be written as JSON.
    #[error("cannot write the budget as JSON")]
    Json(#[from] serde_json::Error),
}

impl Command {
    /// Computes the budget and writes it to `out`.
    ///
    /// # Errors
    ///
    /// Where the policy file cannot be read or is wrong, or `out` cannot be written to.
    pub fn run(&self, out: &mut impl Write) -> Result<(), CommandError> {
        let policy = self.policy.load()?;
        let effort = if self.quick {
            Effort::QUICK
        } else {
            Effort::FULL
        };
        let mut progress = Progress::new();
        let budget = Budget::of(&policy, effort, |what| progress.tell(what));
        progress.clear();
        if self.json {
            serde_json::to_writer_pretty(&mut *out, &budget)?;
            writeln!(out)?;
        } else if self.markdown {
            out.write_all(budget.markdown().as_bytes())?;
        } else {
            out.write_all(budget.text().as_bytes())?;
        }
        Ok(())
    }
}

/// One line on a terminal that says what is being done, and nothing elsewhere.
struct Progress {
    terminal: Option<io::Stderr>,
}

impl Progress {
    fn new() -> Self {
        let stderr = io::stderr();
        Self {
            terminal: stderr.is_terminal().then_some(stderr),
        }
    }

    fn tell(&mut self, what: &str) {
        if let Some(terminal) = &mut self.terminal {
            // Nobody misses a line that could not be shown.
            let _ = write!(terminal, "\r\x1b[Klooking for attacks from {what} …");
            let _ = terminal.flush();
        }
    }

    fn clear(&mut self) {
        if let Some(terminal) = &mut self.terminal {
            let _ = write!(terminal, "\r\x1b[K");
            let _ = terminal.flush();
        }
    }
}
