//! The subcommand.

use std::io::{self, IsTerminal, Write};

use clap::Args;
use indicatif::ProgressBar;
use thiserror::Error;

use super::{Budget, Effort};
use crate::policy_file::{PolicyChoice, PolicyChoiceError};

/// Tell an attacker's budget: how many guesses a day a policy leaves to somebody who knows it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// The policy: `built-in`, or a policy file.
    #[arg(long, value_name = "FILE", default_value = "built-in")]
    policy: PolicyChoice,

    /// Look for attacks for some seconds only, as the check of a policy does.
    #[arg(long)]
    quick: bool,

    /// Print JSON, with how each figure is got.
    #[arg(long, conflicts_with = "markdown")]
    json: bool,

    /// Print the table alone, as Markdown.
    #[arg(long)]
    markdown: bool,
}

const EXAMPLES: &str = "\
Examples:
  sqreen budget
  sqreen budget --policy stricter.toml --quick";

/// Why there is no budget.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BudgetError {
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyChoiceError),
    /// The budget could not be printed.
    #[error("the budget cannot be printed")]
    Print(#[from] io::Error),
}

impl Command {
    /// Computes the budget, and prints it.
    ///
    /// # Errors
    ///
    /// See [`BudgetError`].
    pub fn run(&self, mut to: impl Write) -> Result<(), BudgetError> {
        let policy = self.policy.load()?;
        let effort = if self.quick {
            Effort::QUICK
        } else {
            Effort::FULL
        };
        let bar = spinner();
        let budget = Budget::of(&policy, effort, |from| {
            bar.set_message(format!("looking for attacks from {from}"));
            bar.tick();
        });
        bar.finish_and_clear();
        if self.json {
            let json = serde_json::to_string_pretty(&budget).map_err(io::Error::from)?;
            writeln!(to, "{json}")?;
        } else if self.markdown {
            write!(to, "{}", budget.markdown())?;
        } else {
            write!(to, "{}", budget.text())?;
        }
        Ok(to.flush()?)
    }
}

/// For somebody who watches; nothing where nobody does.
fn spinner() -> ProgressBar {
    if io::stderr().is_terminal() {
        ProgressBar::new_spinner()
    } else {
        ProgressBar::hidden()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::fs;

    use clap::Parser;
    use sqreen::policy::Policy;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        command: Command,
    }

    fn run(arguments: &[&str]) -> Result<String, BudgetError> {
        let arguments = [&["budget"], arguments].concat();
        let mut printed = Vec::new();
        let command = Arguments::try_parse_from(arguments).unwrap().command;
        command.run(&mut printed)?;
        Ok(String::from_utf8(printed).unwrap())
    }

    #[test]
    fn a_policy_whose_playbooks_are_all_off_leaves_no_bound_in_any_format() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("off.toml");
        let mut off = String::new();
        for playbook in Policy::default().playbooks() {
            writeln!(off, "[playbooks.{}]\nmode = \"off\"", playbook.name).unwrap();
        }
        fs::write(&file, off).unwrap();
        let policy = ["--policy", file.to_str().unwrap(), "--quick"];

        let text = run(&policy).unwrap();
        assert!(text.contains("a day: no bound\n"), "{text}");
        let markdown = run(&[&policy[..], &["--markdown"]].concat()).unwrap();
        assert!(markdown.contains("| a /48 "), "{markdown}");
        assert!(!markdown.contains("\n\n"), "{markdown}");
        let json = run(&[&policy[..], &["--json"]].concat()).unwrap();
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let rows = json["rows"].as_array().unwrap();
        assert_eq!(rows.len(), Budget::ROWS.len());
        for row in rows {
            assert_eq!(row["in_all"]["no_bound"], true, "{row}");
            assert_eq!(row["on_account"]["no_bound"], true, "{row}");
        }
    }

    #[test]
    fn a_policy_file_that_is_wrong_is_told_and_nothing_is_printed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("wrong.toml");
        fs::write(&file, "[limits]\nguesses-a-day-from-a-25 = 5").unwrap();
        let wrong = run(&["--policy", file.to_str().unwrap()]).unwrap_err();
        let told = wrong.to_string();
        assert!(
            told.ends_with("did you mean `guesses-a-day-from-a-24`?"),
            "{told}"
        );
    }
}
