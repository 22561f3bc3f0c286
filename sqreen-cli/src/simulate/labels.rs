//! Labels as a file: which events of a stream are an attacker's.
//!
//! The only place that knows the shape of that file. It stands beside the stream, and never in it, so that
//! nothing that reads the stream can know more than an application would. JSON, one object a line: a header
//! with the campaigns, then a line for each event of an attack, by its place in the stream, in the order of
//! places. What has no line is honest.
//!
//! ```json
//! {"sqreen":"labels","version":1,"campaigns":[]}
//! {"place":17,"campaign":0}
//! ```

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Campaign, CampaignId, Label};

/// The version of the file that is written, and the only one that is read.
pub const VERSION: u64 = 1;

/// The longest line, in bytes: a header with as many campaigns as a scenario can have is a quarter of that.
const MAX_LINE: usize = 64 << 20;

/// What the header calls the file.
const LABELS: &str = "labels";

#[derive(Debug, Serialize)]
struct Header<'a> {
    sqreen: &'a str,
    version: u64,
    campaigns: &'a [Campaign],
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Line {
    place: NonZeroU64,
    campaign: CampaignId,
}

/// Writes labels while a stream is written.
///
/// ```
/// use sqreen_cli::simulate::labels::{Labels, Writer};
/// use sqreen_cli::simulate::{AttackKind, Label, Scenario};
///
/// let scenario = Scenario::default().people(100).days(3).attacks([AttackKind::MassSignUp]);
/// let mut writer = Writer::new(Vec::new(), &scenario.campaigns())?;
/// for (place, labelled) in (1..).zip(scenario.events()) {
///     writer.write(place, labelled.label)?;
/// }
/// let labels = Labels::read(&writer.into_inner()[..])?;
/// for (place, labelled) in (1..).zip(scenario.events()) {
///     assert_eq!(labels.label(place), labelled.label);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    to: W,
}

impl<W: Write> Writer<W> {
    /// Begins with the campaigns of the stream.
    ///
    /// # Errors
    ///
    /// Those of `to`.
    pub fn new(to: W, campaigns: &[Campaign]) -> io::Result<Self> {
        let mut writer = Self { to };
        writer.line(&Header {
            sqreen: LABELS,
            version: VERSION,
            campaigns,
        })?;
        Ok(writer)
    }

    /// Writes whose the event at a place is, the first of which is 1. Places come in their order.
    ///
    /// # Errors
    ///
    /// Those of what it writes to, and [`InvalidInput`](io::ErrorKind::InvalidInput) for the place 0.
    pub fn write(&mut self, place: u64, label: Label) -> io::Result<()> {
        let Label::Attack(campaign) = label else {
            return Ok(());
        };
        let place = NonZeroU64::new(place).ok_or(io::ErrorKind::InvalidInput)?;
        self.line(&Line { place, campaign })
    }

    fn line(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.to, line)?;
        self.to.write_all(b"\n")
    }

    /// Writes out what `to` holds back.
    ///
    /// # Errors
    ///
    /// Those of what it writes to.
    pub fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// What it wrote to.
    pub fn into_inner(self) -> W {
        self.to
    }
}

/// The labels of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    campaigns: Vec<Campaign>,
    /// By place.
    attacks: Vec<(NonZeroU64, CampaignId)>,
}

impl Labels {
    /// Reads a file of labels.
    ///
    /// # Errors
    ///
    /// See [`LabelsError`]; each names the line.
    pub fn read(from: impl BufRead) -> Result<Self, LabelsError> {
        let mut lines = Lines {
            from,
            line: Vec::new(),
            number: 0,
        };
        if !lines.next()? {
            return Err(LabelsError::header("the file is empty".into(), b""));
        }
        let campaigns = header(&lines.line)?;
        let mut labels = Self {
            campaigns,
            attacks: Vec::new(),
        };
        while lines.next()? {
            labels.add(lines.number, &lines.line)?;
        }
        Ok(labels)
    }

    fn add(&mut self, number: u64, text: &[u8]) -> Result<(), LabelsError> {
        let refused = |because: String| LabelsError::line(number, because, text);
        let line: Line = serde_json::from_slice(text).map_err(|error| refused(plain(&error)))?;
        if line.campaign.0 as usize >= self.campaigns.len() {
            let there_are = self.campaigns.len();
            return Err(refused(format!(
                "there is no campaign {}: the header has {there_are}, counted from 0",
                line.campaign
            )));
        }
        if let Some((before, _)) = self
            .attacks
            .last()
            .filter(|(before, _)| *before >= line.place)
        {
            return Err(refused(format!(
                "the place {} comes after {before}: write each place once, in their order",
                line.place
            )));
        }
        self.attacks.push((line.place, line.campaign));
        Ok(())
    }

    /// The campaigns, by their ids.
    #[must_use]
    pub fn campaigns(&self) -> &[Campaign] {
        &self.campaigns
    }

    /// Whose the event at a place is, the first of which is 1.
    #[must_use]
    pub fn label(&self, place: u64) -> Label {
        let found = self
            .attacks
            .binary_search_by_key(&place, |(place, _)| place.get());
        found.map_or(Label::Honest, |at| Label::Attack(self.attacks[at].1))
    }

    /// The places of attacks, in order, each with its campaign.
    pub fn attacks(&self) -> impl ExactSizeIterator<Item = (u64, CampaignId)> {
        self.attacks
            .iter()
            .map(|(place, campaign)| (place.get(), *campaign))
    }
}

/// The campaigns of a header.
fn header(text: &[u8]) -> Result<Vec<Campaign>, LabelsError> {
    /// What a header has in every version.
    #[derive(Deserialize)]
    struct Mark {
        sqreen: String,
        version: u64,
    }

    #[derive(Deserialize)]
    struct Campaigns {
        campaigns: Vec<Campaign>,
    }

    let refused = |because: String| LabelsError::header(because, text);
    let mark: Mark = serde_json::from_slice(text).map_err(|error| refused(plain(&error)))?;
    if mark.sqreen != LABELS {
        return Err(refused(format!(
            "it is a file of `{}`: give the one that `sqreen simulate --labels` wrote",
            mark.sqreen.escape_debug()
        )));
    }
    if mark.version != VERSION {
        return Err(LabelsError::Version {
            version: mark.version,
        });
    }
    let read: Campaigns = serde_json::from_slice(text).map_err(|error| refused(plain(&error)))?;
    for (n, campaign) in (0..).zip(&read.campaigns) {
        if campaign.id != CampaignId(n) {
            return Err(refused(format!(
                "the campaign after {n} others has the id {}: number them from 0, in order",
                campaign.id
            )));
        }
    }
    Ok(read.campaigns)
}

struct Lines<R> {
    from: R,
    line: Vec<u8>,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads the next line, without its end. Returns whether there is one.
    fn next(&mut self) -> Result<bool, LabelsError> {
        self.number += 1;
        self.line.clear();
        let number = self.number;
        let failed = |source| LabelsError::Io { number, source };
        let read = { (&mut self.from).take(MAX_LINE as u64 + 1) }
            .read_until(b'\n', &mut self.line)
            .map_err(failed)?;
        if self.line.last() == Some(&b'\n') {
            self.line.pop();
        } else if self.line.len() > MAX_LINE {
            return Err(LabelsError::TooLong { number });
        }
        Ok(read > 0)
    }
}

/// Reads the labels in this file.
///
/// # Errors
///
/// Where there is no such file, or no labels in it.
pub fn open(path: &Path) -> Result<Labels, OpenError> {
    let failed = |source| OpenError {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(|source| failed(LabelsError::Io { number: 1, source }))?;
    Labels::read(BufReader::new(file)).map_err(failed)
}

/// A file has no labels that can be read.
#[derive(Debug, Error)]
#[error("{} has no labels that can be read", path.display())]
pub struct OpenError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub source: LabelsError,
}

/// Why a file of labels cannot be read. What it shows of the file is short and escaped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LabelsError {
    /// The file could not be read.
    #[error("line {number} of the labels cannot be read")]
    Io {
        /// The line, counted from 1.
        number: u64,
        /// Why.
        source: io::Error,
    },
    /// The first line does not say that labels follow.
    #[error(
        "line 1 is not the header of labels, such as {{\"sqreen\":\"labels\",\"version\":{VERSION},\
         \"campaigns\":[]}}: {because}, in {shown}"
    )]
    Header {
        /// What is wrong with it.
        because: Box<str>,
        /// The beginning of the line.
        shown: Box<str>,
    },
    /// The labels are of another version.
    #[error(
        "the labels have version {version}, and this sqreen reads version {VERSION} only: read them with the \
         sqreen that wrote them, or a newer one"
    )]
    Version {
        /// The version that the header names.
        version: u64,
    },
    /// A line is too long for any label.
    #[error("line {number} of the labels is longer than {MAX_LINE} bytes")]
    TooLong {
        /// The line, counted from 1.
        number: u64,
    },
    /// A line is no label.
    #[error(
        "line {number} is no label, such as {{\"place\":17,\"campaign\":0}}: {because}, in {shown}"
    )]
    Line {
        /// The line, counted from 1; the header is line 1.
        number: u64,
        /// What is wrong with it.
        because: Box<str>,
        /// The beginning of the line.
        shown: Box<str>,
    },
}

impl LabelsError {
    fn header(because: String, text: &[u8]) -> Self {
        Self::Header {
            because: because.into(),
            shown: shown(text),
        }
    }

    fn line(number: u64, because: String, text: &[u8]) -> Self {
        Self::Line {
            number,
            because: because.into(),
            shown: shown(text),
        }
    }
}

/// How much an error shows of a line, in characters.
const SHOWN: usize = 64;

fn shown(text: &[u8]) -> Box<str> {
    let text = String::from_utf8_lossy(&text[..text.len().min(4 * SHOWN)]);
    let start: String = text.chars().take(SHOWN).collect();
    let more = if start.len() < text.len() { "..." } else { "" };
    format!("`{}{more}`", start.escape_debug()).into()
}

/// What serde_json says, without the line, which is always 1 to it, and without what would break a line.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let because: String = text.replace(&place, "").chars().take(300).collect();
    because.escape_debug().to_string().replace("\\\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::super::{AttackKind, Scenario};
    use super::*;

    const HEADER: &str = r#"{"sqreen":"labels","version":1,"campaigns":[]}"#;

    fn scenario() -> Scenario {
        let attacks = [AttackKind::BotnetStuffing, AttackKind::SessionTheft];
        Scenario::default().people(300).days(7).attacks(attacks)
    }

    fn file() -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), &scenario().campaigns()).unwrap();
        for (place, labelled) in (1..).zip(scenario().events()) {
            writer.write(place, labelled.label).unwrap();
        }
        writer.into_inner()
    }

    fn error(text: &str) -> String {
        Labels::read(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn labels_read_back_as_they_are_written() {
        let labels = Labels::read(&file()[..]).unwrap();
        assert_eq!(labels.campaigns(), scenario().campaigns());
        let mut attacks = 0;
        for (place, labelled) in (1..).zip(scenario().events()) {
            assert_eq!(labels.label(place), labelled.label);
            attacks += usize::from(labelled.label != Label::Honest);
        }
        assert_eq!(labels.attacks().len(), attacks);
        assert!(attacks > 2_000);
        assert_eq!(labels.label(0), Label::Honest);
        assert_eq!(labels.label(u64::MAX), Label::Honest);
    }

    /// `docs/simulation.md` is what people read who use the labels with other tools.
    #[test]
    fn the_example_of_the_documentation_is_read_as_it_stands() {
        let document = include_str!("../../../docs/simulation.md");
        let example = document.split("```json\n").nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let labels = Labels::read(example.as_bytes()).unwrap();
        assert_eq!(labels.campaigns()[0].kind, AttackKind::SessionTheft);
        assert_eq!(labels.attacks().len() as u64, labels.campaigns()[0].events);
        for kind in AttackKind::all() {
            let row = document
                .lines()
                .find(|line| line.starts_with(&format!("| `{kind}` |")));
            assert!(
                row.unwrap().ends_with(&format!("| {} |", kind.threat())),
                "{kind}"
            );
        }
    }

    #[test]
    fn errors_name_the_line_and_what_to_write_instead() {
        assert!(error("").starts_with("line 1 is not the header of labels, such as {\"sqreen\""));
        let events = error(r#"{"sqreen":"events","version":1}"#);
        assert!(
            events.contains("it is a file of `events`: give the one that"),
            "{events}"
        );
        let newer = error(r#"{"sqreen":"labels","version":2,"campaigns":7}"#);
        assert!(
            newer.starts_with("the labels have version 2, and this sqreen reads"),
            "{newer}"
        );
        let missing = error(&format!("{HEADER}\n{{\"place\":17}}\n"));
        assert_eq!(
            missing,
            "line 2 is no label, such as {\"place\":17,\"campaign\":0}: missing field `campaign`, in \
             `{\\\"place\\\":17}`"
        );
        let zero = error(&format!("{HEADER}\n{{\"place\":0,\"campaign\":0}}"));
        assert!(
            zero.starts_with("line 2 is no label") && zero.contains("nonzero"),
            "{zero}"
        );
    }

    #[test]
    fn a_campaign_that_the_header_does_not_have_is_refused() {
        let error = error(&format!("{HEADER}\n{{\"place\":1,\"campaign\":0}}"));
        assert!(
            error.contains("there is no campaign 0: the header has 0"),
            "{error}"
        );
    }

    #[test]
    fn places_out_of_order_are_refused() {
        let text = String::from_utf8(file()).unwrap();
        let header = text.lines().next().unwrap();
        let line = r#"{"place":5,"campaign":0}"#;
        let error = error(&format!("{header}\n{line}\n{line}\n"));
        assert!(
            error.starts_with("line 3 ") && error.contains("the place 5 comes after 5"),
            "{error}"
        );
    }

    #[test]
    fn what_an_error_shows_is_short_and_of_one_line() {
        let hostile = format!("{HEADER}\n{{\"place\":\"\u{1b}[2J{}\"", "é".repeat(5_000));
        let error = error(&hostile);
        assert!(
            error.len() < 1_000 && !error.contains(['\n', '\u{1b}']),
            "{error}"
        );
    }
}
