//! One value, from a file or a variable, and what it can be read as.

use std::fmt;
use std::path::PathBuf;

use crate::event::Network;
use crate::request::{Header, TrustedProxies};

/// A value as it was written.
pub(super) enum Setting {
    /// Of a variable, which has no types: lists are separated by commas.
    Variable(String),
    /// The others are of a file.
    Text(String),
    Boolean(bool),
    Integer(i64),
    List(Vec<Setting>),
    /// Something no setting can be.
    Other(&'static str),
    /// Not to be repeated in an error.
    Secret,
}

/// Errors say what should stand there instead.
type Read<T> = Result<T, String>;

impl Setting {
    pub(super) fn boolean(&self) -> Read<bool> {
        match self {
            Self::Boolean(value) => Ok(*value),
            Self::Variable(text) => match text.as_str() {
                "true" | "1" | "yes" | "on" => Ok(true),
                "false" | "0" | "no" | "off" => Ok(false),
                _ => Err("true or false".into()),
            },
            _ => Err("true or false".into()),
        }
    }

    pub(super) fn count(&self) -> Read<usize> {
        let number = match self {
            Self::Integer(number) => usize::try_from(*number).ok(),
            Self::Variable(text) => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number| *number > 0)
            .ok_or_else(|| "a whole number of at least 1".into())
    }

    pub(super) fn status(&self) -> Read<u16> {
        let status = self
            .count()
            .ok()
            .and_then(|number| u16::try_from(number).ok());
        status
            .filter(|status| (400..500).contains(status))
            .ok_or_else(|| "a status from 400 to 499".into())
    }

    pub(super) fn text(&self) -> Read<&str> {
        match self {
            Self::Variable(text) | Self::Text(text) => Ok(text),
            _ => Err("a text in quotes".into()),
        }
    }

    pub(super) fn header(&self) -> Read<Header> {
        let header = self.text().ok().and_then(|text| text.parse().ok());
        header.ok_or_else(|| "`x-forwarded-for`, `forwarded`, or the name of a header".into())
    }

    pub(super) fn networks(&self) -> Read<Vec<Network>> {
        match self {
            Self::Variable(text) => text
                .split(',')
                .filter(|text| !text.trim().is_empty())
                .map(network)
                .collect(),
            Self::List(values) => values.iter().map(|value| network(value.text()?)).collect(),
            _ => Err("a list, as in [\"10.0.0.0/8\"]".into()),
        }
    }

    /// One path, or a list of them.
    pub(super) fn paths(&self) -> Read<Vec<PathBuf>> {
        let expected = || "a path in quotes, or a list of them".to_owned();
        let path = |text: &str| match text.trim() {
            "" => Err(expected()),
            text => Ok(PathBuf::from(text)),
        };
        match self {
            Self::Variable(text) => text
                .split(',')
                .filter(|text| !text.trim().is_empty())
                .map(path)
                .collect(),
            Self::Text(text) => Ok(vec![path(text)?]),
            Self::List(values) => {
                let texts = values
                    .iter()
                    .map(|value| value.text().map_err(|_| expected()));
                texts.map(|text| path(text?)).collect()
            }
            _ => Err(expected()),
        }
    }

    pub(super) fn proxies(&self) -> Read<TrustedProxies> {
        let wrong = |error| format!("a list of your proxies' networks ({error})");
        TrustedProxies::new(self.networks()?).map_err(wrong)
    }

    pub(super) fn path(&self) -> Read<PathBuf> {
        match self.text().map(str::trim) {
            Ok(path) if !path.is_empty() => Ok(path.into()),
            _ => Err("a path in quotes".into()),
        }
    }
}

fn network(text: &str) -> Read<Network> {
    text.trim()
        .parse()
        .map_err(|error| format!("a list of addresses and networks ({error})"))
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(text) | Self::Text(text) => write!(f, "\"{}\"", text.escape_debug()),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::List(values) => {
                f.write_str("[")?;
                for (n, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if n == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Other(kind) => write!(f, "a TOML {kind}"),
            Self::Secret => f.write_str("not repeated here"),
        }
    }
}
