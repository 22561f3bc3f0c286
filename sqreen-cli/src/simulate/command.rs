//! The subcommand `simulate`: a scenario as files.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressStyle};
use sqreen::event::{Outcome, What};
use sqreen::log;
use thiserror::Error;

use super::rates::{BEGINNING, DAY};
use super::{AttackKind, Campaign, Label, Labelled, Scenario, labels};

/// Make up a stream of events: honest people, and attacks among them, with labels that tell which is which.
///
/// The same arguments write the same files, byte for byte.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// What chance starts from: another seed, other people and attackers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many people have accounts.
    #[arg(long, default_value_t = 10_000, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(Scenario::MAX_PEOPLE)))]
    people: u32,
    /// For how many days the stream runs.
    #[arg(long, default_value_t = 28, value_name = "N",
          value_parser = clap::value_parser!(u32).range(1..=i64::from(Scenario::MAX_DAYS)))]
    days: u32,
    /// A kind of attack; can be given several times. All of them, where none is.
    #[arg(long = "attack", value_name = "NAME", value_parser = attack_kinds(), hide_possible_values = true)]
    attacks: Vec<AttackKind>,
    /// How many campaigns there are of each kind; 0 for honest people only.
    #[arg(long, default_value_t = 1, value_name = "N",
          value_parser = clap::value_parser!(u32).range(..=i64::from(Scenario::MAX_CAMPAIGNS)))]
    campaigns: u32,
    /// Where to write the stream of events.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where to write the labels.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
}

fn attack_kinds() -> impl TypedValueParser<Value = AttackKind> {
    let names = AttackKind::all().iter().map(|kind| kind.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<AttackKind>())
}

/// Why there are no files.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// A file cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The labels would overwrite the stream.
    #[error("--out and --labels are the same file, {}: give each its own", path.display())]
    SameFile {
        /// Which.
        path: PathBuf,
    },
}

impl Command {
    /// Writes both files, shows on standard error how far it is where that is a terminal, and tells on
    /// standard output what it wrote.
    ///
    /// # Errors
    ///
    /// See [`SimulateError`].
    pub fn run(&self) -> Result<(), SimulateError> {
        let summary = self.write()?;
        // Whoever has stopped reading has read enough.
        let _ = write!(io::stdout().lock(), "{summary}");
        Ok(())
    }

    /// Writes both files.
    fn write(&self) -> Result<Summary, SimulateError> {
        if self.out == self.labels {
            let path = self.out.clone();
            return Err(SimulateError::SameFile { path });
        }
        let scenario = self.scenario();
        let mut summary = Summary::new(scenario.campaigns());
        let of_stream = |source| failed(&self.out, source);
        let of_labels = |source| failed(&self.labels, source);
        let create = |path: &Path| File::create(path).map(BufWriter::new);
        let mut stream = create(&self.out)
            .and_then(log::Writer::new)
            .map_err(of_stream)?;
        let file = create(&self.labels).map_err(of_labels)?;
        let mut labels = labels::Writer::new(file, &summary.campaigns).map_err(of_labels)?;
        let progress = progress(scenario.days);
        for (place, labelled) in (1..).zip(scenario.events()) {
            stream.write(&labelled.event).map_err(of_stream)?;
            labels.write(place, labelled.label).map_err(of_labels)?;
            progress.set_position((labelled.event.at.as_millis() - BEGINNING) / DAY);
            summary.count(&labelled);
        }
        stream.flush().map_err(of_stream)?;
        labels.flush().map_err(of_labels)?;
        progress.finish_and_clear();
        Ok(summary)
    }

    fn scenario(&self) -> Scenario {
        let all = || AttackKind::all().to_vec();
        let attacks = if self.attacks.is_empty() {
            all()
        } else {
            self.attacks.clone()
        };
        Scenario {
            seed: self.seed,
            people: self.people,
            days: self.days,
            attacks,
            campaigns: self.campaigns,
        }
    }
}

fn failed(path: &Path, source: io::Error) -> SimulateError {
    SimulateError::Write {
        path: path.into(),
        source,
    }
}

/// Draws nothing where standard error is no terminal.
fn progress(days: u32) -> ProgressBar {
    let bar = ProgressBar::new(days.into());
    match ProgressStyle::with_template("day {pos} of {len} {wide_bar} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// How many events of whom were written.
#[derive(Debug)]
struct Summary {
    campaigns: Vec<Campaign>,
    honest: BTreeMap<&'static str, u64>,
}

impl Summary {
    fn new(campaigns: Vec<Campaign>) -> Self {
        Self {
            campaigns,
            honest: BTreeMap::new(),
        }
    }

    fn count(&mut self, labelled: &Labelled) {
        if labelled.label == Label::Honest {
            *self.honest.entry(name(&labelled.event.what)).or_default() += 1;
        }
    }
}

fn name(what: &What) -> &'static str {
    match what {
        What::Login(attempt) if attempt.outcome == Outcome::Success => "logins",
        What::Login(_) => "failed logins",
        What::SignUp(_) => "sign-ups",
        What::Session(_) => "requests of sessions",
        _ => "requests for a new password",
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let honest: u64 = self.honest.values().sum();
        writeln!(f, "{honest} events of honest people:")?;
        for (what, count) in &self.honest {
            writeln!(f, "  {count:>9} {what}")?;
        }
        let of_attacks: u64 = self.campaigns.iter().map(|campaign| campaign.events).sum();
        writeln!(
            f,
            "{of_attacks} events of {} campaigns:",
            self.campaigns.len()
        )?;
        for campaign in &self.campaigns {
            writeln!(
                f,
                "  {:>9} {:<24} {} to {}, {} addresses, {} accounts, {} taken over",
                campaign.events,
                campaign.kind,
                campaign.first,
                campaign.last,
                campaign.addresses,
                campaign.accounts,
                campaign.victims.len(),
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Arguments {
        #[command(flatten)]
        command: Command,
    }

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        let all = ["simulate", "--out", "events", "--labels", "labels"];
        let arguments = Arguments::try_parse_from(all.iter().chain(arguments));
        arguments
            .map(|arguments| arguments.command)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn all_attacks_are_in_it_unless_some_are_named() {
        assert_eq!(parsed(&[]).unwrap().scenario(), Scenario::default());
        let some = parsed(&["--attack", "low-and-slow", "--attack", "session-theft"]).unwrap();
        let expected = [AttackKind::LowAndSlow, AttackKind::SessionTheft];
        assert_eq!(some.scenario().attacks, expected);
    }

    #[test]
    fn bad_values_are_refused_with_the_good_ones() {
        let error = parsed(&["--attack", "low-and-slo"]).unwrap_err();
        assert!(
            error.contains("credential-cracking") && error.contains("'low-and-slow'"),
            "{error}"
        );
        let error = parsed(&["--people", "0"]).unwrap_err();
        assert!(error.contains("0 is not in 1..=1000000"), "{error}");
        let error = parsed(&["--days", "4000"]).unwrap_err();
        assert!(error.contains("4000 is not in 1..=3650"), "{error}");
    }

    #[test]
    fn stream_and_labels_cannot_be_one_file() {
        let command = Command {
            labels: "events".into(),
            ..parsed(&[]).unwrap()
        };
        let error = command.run().unwrap_err().to_string();
        assert_eq!(
            error,
            "--out and --labels are the same file, events: give each its own"
        );
    }
}
