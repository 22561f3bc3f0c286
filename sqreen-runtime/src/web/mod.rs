//! The request layer, for everything built on [tower](https://docs.rs/tower-service).
//!
//! The only place that knows a web framework's types.

#[cfg(feature = "axum")]
mod axum;
mod body;
mod handling;
mod layer;
mod refusal;

pub use body::GuardedBody;
pub use handling::Handling;
pub use layer::{Guarded, SqreenLayer};
