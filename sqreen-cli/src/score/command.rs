//! The subcommand.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sqreen::policy::Policy;
use thiserror::Error;

use super::card::Card;
use super::counting::Scorer;
use super::document::{self, DocumentError};
use super::goals::Goals;
use super::{PlotError, html, png, report, svg};
use crate::policy_file::{PolicyChoice, PolicyChoiceError};
use crate::simulate::labels::{self, OpenError};
use crate::simulate::{Labelled, Scenario};
use crate::stream::{Stream, StreamError};

/// Score a policy: what it finds, what gets through, and whom it hits, on made-up streams with every attack.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// The policy that decides: `built-in`, or a policy file.
    #[arg(long, value_name = "FILE", default_value = "built-in")]
    policy: PolicyChoice,

    /// Score on this stream, instead of made-up ones.
    #[arg(long, value_name = "FILE", requires = "labels", conflicts_with_all = ["seeds", "people", "days", "campaigns"])]
    stream: Option<PathBuf>,

    /// Whose the events of the stream are.
    #[arg(long, value_name = "FILE", requires = "stream")]
    labels: Option<PathBuf>,

    /// Score on the streams of these seeds, added up.
    #[arg(long = "seed", value_name = "NUMBER", default_values_t = SEEDS)]
    seeds: Vec<u64>,

    /// Honest people in each stream.
    #[arg(long, value_name = "NUMBER", default_value_t = PEOPLE, value_parser = clap::value_parser!(u32).range(100..))]
    people: u32,

    /// The length of each stream.
    #[arg(long, value_name = "DAYS", default_value_t = DAYS, value_parser = clap::value_parser!(u32).range(7..=366))]
    days: u32,

    /// Campaigns of each kind of attack in each stream.
    #[arg(long, value_name = "NUMBER", default_value_t = CAMPAIGNS)]
    campaigns: u32,

    /// Draw the scores into this file: `.svg` or `.png`.
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,

    /// Write the scores as a page to look at.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    json: bool,

    /// Fail where a goal is missed, or where the tables in this document are not what comes out.
    #[arg(long, value_name = "DOCUMENT")]
    check: Option<PathBuf>,

    /// Write the tables into this document.
    #[arg(long, value_name = "DOCUMENT", conflicts_with = "check")]
    write: Option<PathBuf>,
}

/// What the published scores are of: three times three months of an application that 100,000 people have accounts
/// with.
const SEEDS: [u64; 3] = [1, 2, 3];
const PEOPLE: u32 = 100_000;
const DAYS: u32 = 84;
const CAMPAIGNS: u32 = 5;

const EXAMPLES: &str = "\
Examples:
  sqreen score
  sqreen score --policy stricter.toml --html scores.html
  sqreen score --people 10000 --seed 7 --plot scores.png";

/// Why there are no scores.
#[derive(Debug, Error)]
pub enum ScoreError {
    /// The policy.
    #[error(transparent)]
    Policy(#[from] PolicyChoiceError),
    /// The stream.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// Its labels.
    #[error(transparent)]
    Labels(#[from] OpenError),
    /// The picture.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// It would have to be drawn in a way that is not known.
    #[error("{} can be no plot: name a file that ends in .svg or .png", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The document's tables.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Goals are missed.
    #[error("the policy misses its goals:\n  {0}")]
    Missed(String),
    /// The scores could not be printed.
    #[error("the scores cannot be printed")]
    Print(#[from] io::Error),
}

impl ScoreError {
    /// Whether a check failed, rather than the scoring.
    #[must_use]
    pub fn is_of_a_check(&self) -> bool {
        matches!(
            self,
            Self::Missed(_) | Self::Document(DocumentError::Stale { .. })
        )
    }
}

impl Command {
    /// Scores, and prints the scores.
    ///
    /// # Errors
    ///
    /// See [`ScoreError`].
    pub fn run(&self, mut to: impl Write) -> Result<(), ScoreError> {
        let policy = self.policy.load()?;
        let card = match self.stream.as_ref().zip(self.labels.as_ref()) {
            Some((stream, labels)) => score_stream(policy, stream, labels)?,
            None => {
                let cards = self
                    .seeds
                    .iter()
                    .map(|seed| score(&policy, &self.scenario(*seed)));
                cards.fold(Card::default(), Card::and)
            }
        };
        if self.json {
            serde_json::to_writer_pretty(&mut to, &card).map_err(io::Error::from)?;
            writeln!(to)?;
        } else {
            writeln!(to, "{}\n\n{}", self.about(), report::text(&card))?;
        }
        self.draw(&card)?;
        if let Some(path) = &self.write {
            document::write(path, &report::page(&card))?;
        }
        if let Some(path) = &self.check {
            document::check(path, &report::page(&card))?;
            let missed = Goals::default().missed(&card);
            if !missed.is_empty() {
                let missed: Vec<_> = missed.iter().map(ToString::to_string).collect();
                return Err(ScoreError::Missed(missed.join("\n  ")));
            }
        }
        Ok(())
    }

    fn scenario(&self, seed: u64) -> Scenario {
        Scenario {
            seed,
            people: self.people,
            days: self.days,
            campaigns: self.campaigns,
            ..Scenario::default()
        }
    }

    fn about(&self) -> String {
        if let Some(stream) = &self.stream {
            return format!("Policy: {}, on {}.", self.policy, stream.display());
        }
        let seeds: Vec<_> = self.seeds.iter().map(ToString::to_string).collect();
        format!(
            "Policy: {}, on streams of {} days and {} people with {} campaigns of each kind, seeds {}.",
            self.policy,
            self.days,
            crate::table::thousands(self.people.into()),
            self.campaigns,
            seeds.join(", ")
        )
    }

    fn draw(&self, card: &Card) -> Result<(), ScoreError> {
        if let Some(path) = &self.html {
            write(path, &html(card, &self.about())?)?;
        }
        let Some(path) = &self.plot else {
            return Ok(());
        };
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("svg") => write(path, &svg(card)?),
            Some("png") => Ok(png(card, path)?),
            _ => Err(ScoreError::Picture { path: path.clone() }),
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), ScoreError> {
    fs::write(path, text).map_err(|source| ScoreError::Write {
        path: path.to_owned(),
        source,
    })
}

/// The scores of a policy on the stream of a scenario.
#[must_use]
pub fn score(policy: &Policy, scenario: &Scenario) -> Card {
    let mut scorer = Scorer::new(policy.clone(), scenario.seed, scenario.campaigns());
    let progress = spinner(scenario.seed);
    for (n, labelled) in scenario.events().enumerate() {
        scorer.take_in(&labelled);
        if n % 10_000 == 0 {
            progress.set_position(n as u64);
        }
    }
    progress.finish_and_clear();
    scorer.finish()
}

/// The scores of a policy on a stream in a file. What cannot be read of it is left out, and told.
fn score_stream(policy: Policy, stream: &Path, labels: &Path) -> Result<Card, ScoreError> {
    let labels = labels::open(labels)?;
    let mut stream = Stream::open(stream)?;
    let mut scorer = Scorer::new(policy, 1, labels.campaigns().to_vec());
    while let Some((place, event)) = stream.next_event()? {
        let label = labels.label(place);
        scorer.take_in(&Labelled { event, label });
    }
    if let Some(unread) = stream.unread() {
        writeln!(io::stderr(), "{unread}")?;
    }
    Ok(scorer.finish())
}

/// For somebody who watches; nothing where nobody does.
fn spinner(seed: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(format!("seed {seed}"));
    match ProgressStyle::with_template("{spinner} {msg}: {human_pos} events, {per_sec}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
