#![doc = include_str!("docs/guide.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use sqreen_macros::{Identity, auto, identify, skip, track, track_auth, track_signup};
pub use sqreen_runtime::event::{
    Address, DecisionId, LoginRisk, Network, PropertyValue, RedirectTarget, Severity, Subject,
};
pub use sqreen_runtime::identity::{
    IdentifierValue, Identity, IdentityError, IntoIdentifiers, Traits, UserIdentifiers, ValueWriter,
};
pub use sqreen_runtime::request::{Refused, Request, RequestExt, shield, spawn};
pub use sqreen_runtime::sdk::outcome::Outcome;
#[cfg(feature = "tower")]
pub use sqreen_runtime::web;
pub use sqreen_runtime::{
    Agent, Ban, Builder, Checkpoint, Ending, LoginOptions, LoginOutcome, Receipt, Rejected,
    RequestContext, SecretValue, SessionOptions, Sqreen, StartError, TrackOptions, auth_track,
    auth_track_with, identify, identify_with, login_risk, risk, signup_track, start,
    step_up_required, stepped_up, track, user_is_banned,
};
pub use sqreen_runtime::{
    bans, config, engine, event, identity, intel, log, pipeline, policy, registry, request,
};

#[doc(hidden)]
pub use sqreen_runtime::__private;

#[doc = include_str!("docs/attributes.md")]
pub mod attributes {}

/// A user with several identifiers, whose values can be of different types.
///
/// ```
/// let (email, shop) = ("alice@example.com", 7);
/// sqreen::auth_track(true, sqreen::user! { email: email, platform_id: shop });
/// ```
///
/// A key that is no Rust name stands in quotes:
///
/// ```
/// sqreen::signup_track(sqreen::user! { "e-mail": "alice@example.com" });
/// ```
#[macro_export]
macro_rules! user {
    ($($key:tt : $value:expr),+ $(,)?) => {{
        let mut capture = $crate::__private::Capture::new();
        $(capture.add($crate::user!(@key $key), &$value);)+
        capture
    }};
    (@key $key:ident) => { ::core::stringify!($key) };
    (@key $key:literal) => { $key };
}
