//! The words for what can be one of a few things, each in one place.

use std::time::Duration;

use crate::event::{AddressKind, EventName, EventNameError, Outcome, Severity};
use crate::policy::{By, Counts, Habit, Mode, Then, When};

use super::mistake::Mistake;
use super::{Node, Value, nearest};

/// What is written as one of a few words.
pub(crate) trait Word: Clone + PartialEq + Sized + 'static {
    /// Each word, and what it means.
    const WORDS: &'static [(&'static str, Self)];
}

impl Word for Outcome {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("success", Self::Success),
        ("failure", Self::Failure),
        ("error", Self::Error),
        ("cancelled", Self::Cancelled),
        ("panicked", Self::Panicked),
    ];
}

impl Word for Habit {
    const WORDS: &'static [(&'static str, Self)] = &[("new", Self::New), ("usual", Self::Usual)];
}

impl Word for AddressKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("tor", Self::Tor),
        ("hosting", Self::Hosting),
        ("vpn", Self::Vpn),
        ("proxy", Self::Proxy),
        ("residential-proxy", Self::ResidentialProxy),
        ("private", Self::Private),
        ("carrier-nat", Self::CarrierNat),
        ("loopback", Self::Loopback),
        ("documentation", Self::Documentation),
        ("reserved", Self::Reserved),
    ];
}

/// Without properties, which are written as `{ property = "…" }`.
impl Word for By {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("address", Self::Address),
        ("network", Self::Network),
        ("user", Self::User),
        ("user-and-address", Self::UserAndAddress),
        ("device", Self::Device),
        ("session", Self::Session),
        ("secret", Self::Secret),
        ("everything", Self::Everything),
    ];
}

/// Without properties, which are written as `{ property = "…" }`.
impl Word for Counts {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("events", Self::Events),
        ("users", Self::Users),
        ("addresses", Self::Addresses),
        ("networks", Self::Networks),
        ("countries", Self::Countries),
        ("devices", Self::Devices),
        ("secrets", Self::Secrets),
        ("handovers", Self::Handovers),
    ];
}

/// Without custom events, which are written as their name, or as `{ event = "…" }`.
impl Word for When {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("login", Self::Login),
        ("sign-up", Self::SignUp),
        ("session", Self::Session),
    ];
}

impl Word for Then {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("notify", Self::Notify),
        ("ban-address", Self::BanAddress),
        ("ban-network", Self::BanNetwork),
        ("close-sign-ups", Self::CloseSignUps),
        ("ban-user", Self::BanUser),
        ("close-user", Self::CloseUser),
        ("step-up", Self::StepUp),
        ("at-risk", Self::AtRisk),
    ];
}

impl Word for Severity {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("low", Self::Low),
        ("medium", Self::Medium),
        ("high", Self::High),
        ("critical", Self::Critical),
    ];
}

/// `off` takes the playbook out of the policy.
impl Word for Option<Mode> {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("enforce", Some(Mode::Enforce)),
        ("observe", Some(Mode::Observe)),
        ("off", None),
    ];
}

/// The word for this, where it has one.
pub(super) fn word_for<W: Word>(meant: &W) -> Option<&'static str> {
    W::WORDS
        .iter()
        .find(|(_, meaning)| meaning == meant)
        .map(|(word, _)| *word)
}

/// What the words can be, as an error says it.
pub(crate) fn listed<W: Word>() -> String {
    let words: Vec<String> = W::WORDS
        .iter()
        .map(|(word, _)| format!("\"{word}\""))
        .collect();
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => words.concat(),
    }
}

fn known<W: Word>(text: &str) -> Option<W> {
    W::WORDS
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, meant)| meant.clone())
}

/// What can stand there, and the word that was probably meant.
pub(super) fn expected<W: Word>(node: &Node, more: &str) -> Mistake {
    let words = W::WORDS.iter().map(|(word, _)| *word);
    let meant = match &node.value {
        Value::Text(text) => nearest(text, words),
        _ => None,
    };
    let meant = meant.map(|word| format!("; did you mean \"{word}\"?"));
    Mistake::value(
        node,
        format!("{}{more}{}", listed::<W>(), meant.unwrap_or_default()),
    )
}

pub(super) fn word<W: Word>(node: &Node) -> Result<W, Mistake> {
    try_word(node).ok_or_else(|| expected::<W>(node, ""))
}

pub(super) fn try_word<W: Word>(node: &Node) -> Option<W> {
    match &node.value {
        Value::Text(text) => known(text),
        _ => None,
    }
}

/// One word, or a list of them. A mistake in a list is about the one that is wrong.
pub(super) fn words<W: Word>(node: &Node) -> Result<Vec<W>, Mistake> {
    match &node.value {
        Value::List(nodes) => nodes.iter().map(word).collect(),
        _ => try_word(node)
            .map(|word| vec![word])
            .ok_or_else(|| expected::<W>(node, ", or a list of them")),
    }
}

/// A list, or one alone as itself.
pub(super) fn one_or_list<T>(all: &[T], write: impl Fn(&T) -> Node) -> Node {
    match all {
        [one] => write(one),
        all => Value::List(all.iter().map(write).collect()).into(),
    }
}

impl Node {
    pub(super) fn text(&self, expected: &str) -> Result<&str, Mistake> {
        match &self.value {
            Value::Text(text) => Ok(text),
            _ => Err(Mistake::value(self, expected)),
        }
    }

    pub(super) fn boolean(&self) -> Result<bool, Mistake> {
        match &self.value {
            Value::Boolean(value) => Ok(*value),
            _ => Err(Mistake::value(self, "true or false")),
        }
    }

    pub(super) fn whole<N: TryFrom<i128>>(&self, expected: &str) -> Result<N, Mistake> {
        let number = match &self.value {
            Value::Integer(number) => N::try_from(*number).ok(),
            _ => None,
        };
        number.ok_or_else(|| Mistake::value(self, expected))
    }

    pub(super) fn duration(&self) -> Result<Duration, Mistake> {
        let duration = match &self.value {
            Value::Text(text) => humantime::parse_duration(text).ok(),
            _ => None,
        };
        duration.ok_or_else(|| Mistake::value(self, "a duration such as \"15m\" or \"1h 30m\""))
    }

    /// `false` takes back what a playbook had said.
    pub(super) fn is_taken_back(&self) -> bool {
        self.value == Value::Boolean(false)
    }

    /// What an optional key says, or that it says nothing.
    pub(super) fn unless_taken_back<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, Mistake>,
    ) -> Result<Option<T>, Mistake> {
        if self.is_taken_back() {
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// The only key of a table with one key, which is this one.
    pub(super) fn only(&self, key: &str) -> Option<&Self> {
        match &self.value {
            Value::Table(entries) => match &entries[..] {
                [entry] if &*entry.key == key => Some(&entry.node),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn table(&self, expected: &str) -> Result<&[super::value::Entry], Mistake> {
        match &self.value {
            Value::Table(entries) => Ok(entries),
            _ => Err(Mistake::value(self, expected)),
        }
    }
}

impl When {
    pub(super) fn read(node: &Node) -> Result<Self, Mistake> {
        let more = ", or the name of a custom event";
        let wrong = |error: EventNameError| {
            Mistake::value(node, format!("{}{more} ({error})", listed::<Self>()))
        };
        let custom = |name: &str| {
            EventName::new(name.to_owned())
                .map(Self::Custom)
                .map_err(wrong)
        };
        if let Some(name) = node.only("event") {
            return custom(
                name.text("the name of a custom event")
                    .map_err(|mistake| mistake.below("event"))?,
            );
        }
        if let Some(word) = try_word(node) {
            return Ok(word);
        }
        let Value::Text(name) = &node.value else {
            return Err(expected::<Self>(node, more));
        };
        match nearly(name) {
            Some(word) => Err(Mistake::value(
                node,
                format!(
                    "{}{more}; did you mean \"{word}\"? An event of that name is written {{ event = \"{}\" }}",
                    listed::<Self>(),
                    name.escape_debug(),
                ),
            )),
            None => custom(name),
        }
    }

    pub(super) fn written(&self) -> Node {
        match self {
            Self::Custom(name) if word_like(name.as_str()) => {
                super::write::one_key("event", name.as_str())
            }
            Self::Custom(name) => name.as_str().into(),
            when => word_for(when).unwrap_or_default().into(),
        }
    }
}

/// The word that the name of an event looks like: `signup` is hardly a custom event.
fn nearly(name: &str) -> Option<&'static str> {
    nearest(name, When::WORDS.iter().map(|(word, _)| *word))
}

fn word_like(name: &str) -> bool {
    nearly(name).is_some()
}

/// What is written as a word, or as `{ property = "…" }`.
pub(super) trait WordOrProperty: Word {
    fn of_property(name: Box<str>) -> Self;
    fn property(&self) -> Option<&str>;

    fn read(node: &Node) -> Result<Self, Mistake> {
        if let Some(name) = node.only("property") {
            let name = name
                .text("the name of a property")
                .map_err(|mistake| mistake.below("property"))?;
            return Ok(Self::of_property(name.into()));
        }
        try_word(node).ok_or_else(|| expected::<Self>(node, ", or { property = \"…\" }"))
    }

    fn written(&self) -> Node {
        match self.property() {
            Some(name) => super::write::one_key("property", name),
            None => word_for(self).unwrap_or_default().into(),
        }
    }
}

impl WordOrProperty for By {
    fn of_property(name: Box<str>) -> Self {
        Self::Property(name)
    }

    fn property(&self) -> Option<&str> {
        match self {
            Self::Property(name) => Some(name),
            _ => None,
        }
    }
}

impl WordOrProperty for Counts {
    fn of_property(name: Box<str>) -> Self {
        Self::Property(name)
    }

    fn property(&self) -> Option<&str> {
        match self {
            Self::Property(name) => Some(name),
            _ => None,
        }
    }
}
