//! The subcommand.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use clap::Args;
use sqreen::event::{Decision, Event, Origin, What};
use sqreen::log::Writer;
use sqreen::pipeline::Replayed;
use sqreen::policy::Policy;
use thiserror::Error;

use super::diff::Difference;
use super::report::{DifferenceReport, Report};
use super::tally::{Run, Tally};
use crate::budget;
use crate::policy_file::{PolicyChoice, PolicyChoiceError};
use crate::simulate::labels::{self, OpenError};
use crate::stream::{Stream, StreamError};

/// Replay a recorded stream: what would have been decided, and refused.
///
/// An application records its stream with `record = "events.ndjson"` in sqreen.toml, or SQREEN_RECORD.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// The stream, a file of one event a line; `-` is the standard input.
    #[arg(required_unless_present = "check")]
    stream: Option<PathBuf>,

    /// The policy that decides: `built-in`, or a policy file.
    #[arg(long, value_name = "FILE", default_value = "built-in")]
    policy: PolicyChoice,

    /// Show what the policy does otherwise than this one.
    #[arg(long, value_name = "FILE")]
    against: Option<PolicyChoice>,

    /// Labels that tell whose the events are: says how many honest people are refused.
    #[arg(long, value_name = "FILE", requires = "stream")]
    labels: Option<PathBuf>,

    /// Fail where the policy lets an attacker guess more than its `[limits]` allow, or 50 times a day from one
    /// address and 100 times on one account.
    #[arg(long)]
    check: bool,

    /// Write the decisions to this file, as a stream of their own.
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,

    /// The engine's seed: ids of decisions depend on it, and nothing else.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  sqreen replay events.ndjson
  sqreen replay events.ndjson --policy stricter.toml --against built-in
  sqreen replay --check --policy stricter.toml";

/// Why a replay came to nothing.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The stream.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// A policy.
    #[error(transparent)]
    Policy(#[from] PolicyChoiceError),
    /// Decisions could not be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The labels.
    #[error(transparent)]
    Labels(#[from] OpenError),
    /// The policy lets attackers guess more than its author says.
    #[error("the policy lets attackers guess too much:\n  {0}")]
    Exceeded(String),
    /// What it came to could not be printed.
    #[error("the result cannot be printed")]
    Print(#[from] io::Error),
}

impl ReplayError {
    /// Whether a check failed, rather than the replay.
    #[must_use]
    pub fn is_of_a_check(&self) -> bool {
        matches!(self, Self::Exceeded(_))
    }
}

impl Command {
    /// Replays, and prints what it came to; checks, where that is asked for.
    ///
    /// # Errors
    ///
    /// See [`ReplayError`].
    pub fn run(&self, mut to: impl Write) -> Result<(), ReplayError> {
        let (policy, limits) = self.policy.load_with_limits()?;
        if let Some(stream) = &self.stream {
            self.replay(stream, policy.clone(), &mut to)?;
        }
        if self.check {
            let exceeded = budget::check(&policy, &limits);
            if !exceeded.is_empty() {
                let exceeded: Vec<_> = exceeded.iter().map(ToString::to_string).collect();
                return Err(ReplayError::Exceeded(exceeded.join("\n  ")));
            }
            let policy = &self.policy;
            writeln!(
                to,
                "{policy} lets attackers guess no more than its limits allow."
            )?;
        }
        Ok(())
    }

    fn replay(&self, path: &Path, policy: Policy, to: &mut impl Write) -> Result<(), ReplayError> {
        let labels = self.labels.as_deref().map(labels::open).transpose()?;
        let labels = labels.map(Rc::new);
        let mut run = Run::new(policy, self.seed, labels.clone());
        let mut against = match &self.against {
            Some(policy) => Some(Run::new(policy.load()?, self.seed, labels)),
            None => None,
        };
        let mut decisions = Decisions::create(self.decisions.as_deref())?;
        let mut stream = Stream::open(path)?;
        while let Some((place, event)) = stream.next_event()? {
            if let Some(against) = &mut against {
                against.take_in(place, &event);
            }
            if let Replayed::TookPlace(made) = run.take_in(place, &event) {
                decisions.write(&event, &made)?;
            }
        }
        decisions.finish()?;
        let (tally, against) = (run.finish(), against.map(Run::finish));
        if self.json {
            self.print_json(to, &tally, against.as_ref())?;
        } else {
            self.print(to, &tally, against.as_ref())?;
        }
        if let Some(unread) = stream.unread() {
            complain(&unread)?;
        }
        Ok(())
    }

    fn print(&self, to: &mut impl Write, tally: &Tally, against: Option<&Tally>) -> io::Result<()> {
        if let Some((first, last)) = tally.span {
            let events = crate::table::thousands(tally.events);
            writeln!(to, "{events} events from {first} to {last}\n")?;
        }
        let name = self.policy.to_string();
        match (&self.against, against) {
            (Some(choice), Some(against)) => {
                let difference = Difference::between(against, tally);
                let names = (&*choice.to_string(), &*name);
                let difference = &difference;
                write!(to, "{}", DifferenceReport { names, difference })
            }
            _ => write!(to, "{}", Report { name: &name, tally }),
        }
    }

    fn print_json(
        &self,
        to: &mut impl Write,
        tally: &Tally,
        against: Option<&Tally>,
    ) -> io::Result<()> {
        let difference = against.map(|against| Difference::between(against, tally));
        let all = serde_json::json!({
            "policy": { "name": self.policy.to_string(), "tally": tally },
            "against": against.map(|tally| serde_json::json!({
                "name": self.against.as_ref().map(ToString::to_string),
                "tally": tally,
            })),
            "difference": difference,
        });
        serde_json::to_writer_pretty(&mut *to, &all)?;
        writeln!(to)
    }
}

fn complain(problem: &str) -> io::Result<()> {
    writeln!(io::stderr(), "{problem}")
}

/// Where decisions are written, if anywhere.
struct Decisions(Option<(PathBuf, Writer<BufWriter<File>>)>);

impl Decisions {
    fn create(path: Option<&Path>) -> Result<Self, ReplayError> {
        let Some(path) = path else {
            return Ok(Self(None));
        };
        let writer = File::create(path).and_then(|file| Writer::new(BufWriter::new(file)));
        match writer {
            Ok(writer) => Ok(Self(Some((path.to_owned(), writer)))),
            Err(source) => Err(ReplayError::Write {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn write(&mut self, event: &Event, made: &[Decision]) -> Result<(), ReplayError> {
        let Some((path, writer)) = &mut self.0 else {
            return Ok(());
        };
        for decision in made {
            let event = Event {
                at: event.at,
                origin: Origin::default(),
                what: What::Decision(Box::new(decision.clone())),
            };
            writer.write(&event).map_err(|source| ReplayError::Write {
                path: path.clone(),
                source,
            })?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), ReplayError> {
        match self.0 {
            None => Ok(()),
            Some((path, mut writer)) => writer
                .flush()
                .map_err(|source| ReplayError::Write { path, source }),
        }
    }
}
