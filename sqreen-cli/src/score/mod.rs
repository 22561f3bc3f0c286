//! `sqreen score`: how well a policy tells attacks from honest people, on streams whose labels are known.

mod card;
mod command;
mod counting;
mod document;
mod goals;
mod html;
mod plot;
mod report;

pub use card::{AttackScore, Card, HonestResult};
pub use command::{Command, ScoreError, score};
pub use counting::Scorer;
pub use document::DocumentError;
pub use goals::{Goals, Missed};
pub use html::html;
pub use plot::{PlotError, png, svg};
pub use report::{page, text};
