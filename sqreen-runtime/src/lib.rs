//! The runtime of [sqreen](https://docs.rs/sqreen): engine, bans, request layer and SDK.
//!
//! Applications use the crate `sqreen`, which adds the attributes. The modules are rooms of one house; each
//! uses those below it and none above:
//!
//! | module | is the only place that knows |
//! |---|---|
//! | [`web`] | a web framework's types |
//! | [`agent`], [`config`] | how the parts are put together, started and stopped |
//! | [`sdk`], [`registry`] | what applications and expanded attributes call |
//! | [`request`] | the request being served: client, identity, whether it is closed |
//! | [`pipeline`] | the way of one event: engine, bans, log |
//! | [`log`] | where events are kept |
//! | [`engine`] | how events become decisions: windows, playbooks |
//! | [`policy`] | what a playbook can say; the built-in ones |
//! | [`intel`] | facts about an address: network, country, Tor, hosting |
//! | [`bans`] | who is refused now, and until when |
//! | [`event`], [`identity`] | what happened; who a user is |

#![cfg_attr(
    not(feature = "tower"),
    allow(
        dead_code,
        unused_imports,
        reason = "some of a request is there for a layer only"
    )
)]

pub mod agent;
pub mod bans;
pub mod config;
pub mod engine;
pub mod event;
pub mod identity;
pub mod intel;
pub mod log;
pub mod pipeline;
pub mod policy;
pub mod registry;
pub mod request;
pub mod sdk;
#[cfg(test)]
#[cfg(any(feature = "config-file", feature = "ndjson"))]
mod testing;
#[cfg(any(feature = "tower", feature = "actix-web", feature = "rocket"))]
pub mod web;

pub use agent::{Agent, Ban, Builder, Ending, StartError, start};
pub use sdk::{
    Checkpoint, LoginOptions, LoginOutcome, Receipt, Rejected, RequestContext, SecretValue,
    SessionOptions, Sqreen, TrackOptions, auth_track, auth_track_with, identify, identify_with,
    login_risk, risk, signup_track, step_up_required, stepped_up, track, user_is_banned,
};

/// What expanded attributes use. Not for anybody else: it changes with any version.
#[doc(hidden)]
pub mod __private {
    pub use inventory;

    pub use crate::__sqreen_site as site;
    pub use crate::identity::{Capture, IdentifierValue, Identity};
    pub use crate::registry::{Site, SiteKind, SiteRef};
    pub use crate::sdk::attribute::{Attempt, Early, Session, Told, custom, session, session_of};
    pub use crate::sdk::outcome::*;
}
