//! The request layer, for everything built on [tower](https://docs.rs/tower-service), and what other
//! frameworks' answers say.
//!
//! The only place that knows a web framework's types.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
#[cfg(feature = "tower")]
mod body;
#[cfg(feature = "tower")]
mod handling;
#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "tower")]
mod refusal;
#[cfg(feature = "rocket")]
mod rocket;

#[cfg(feature = "tower")]
pub use body::GuardedBody;
#[cfg(feature = "tower")]
pub use handling::Handling;
#[cfg(feature = "tower")]
pub use layer::{Guarded, SqreenLayer};
