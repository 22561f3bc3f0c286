//! How the parts are put together, started and stopped.

mod ban;
mod builder;
mod people;
#[cfg(feature = "ndjson")]
mod record;
#[cfg(feature = "config-file")]
mod reload;
mod worker;

pub use ban::Ban;
pub use builder::{Builder, StartError};

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::bans::Standing;
use crate::config::Config;
use crate::engine::Memory;
use crate::event::{self, Address, DecisionId, Facts, PolicyChange, Subject, What};
use crate::intel::SourceStatus;
use crate::log::Entry;
use crate::pipeline::{AnyLive, Diagnostic, Installed, Pipeline, install, uninstall};
use crate::policy::{Policy, PolicyError};
use crate::registry::{self, Instrumented};
use crate::request::ClientAddress;

use worker::Worker;

/// The agent that `start` installed lives as long as the process, whatever becomes of the handle.
static KEPT: Mutex<Option<Agent>> = Mutex::new(None);

/// Starts the process's agent, with `sqreen.toml` and the `SQREEN_*` variables, both optional.
///
/// # Errors
///
/// Where a setting is wrong: see [`StartError`].
///
/// ```no_run
/// # fn main() -> Result<(), sqreen_runtime::StartError> {
/// let agent = sqreen_runtime::start()?;
/// // let app = router.layer(agent.layer());
/// # Ok(())
/// # }
/// ```
pub fn start() -> Result<Agent, StartError> {
    Builder::from(Config::load()?).start()
}

/// A handle to one agent: an engine, its bans, its log, and the thread that feeds them.
///
/// Clones are handles to the same agent. When the last one is gone, and the layers made from it are, it stops.
#[derive(Debug, Clone)]
pub struct Agent(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    pipeline: Arc<Pipeline>,
    settings: Settings,
    config: Config,
    /// `None` where the agent is switched off.
    running: Option<Running>,
}

/// What the layer needs to know.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) client: ClientAddress,
    pub(crate) refusal_status: http::StatusCode,
    pub(crate) cancel_in_flight: bool,
}

#[derive(Debug)]
struct Running {
    worker: Worker,
    #[cfg(feature = "ndjson")]
    recording: Option<std::path::PathBuf>,
    _live: AnyLive,
}

/// When a ban by a person ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// After so long.
    After(Duration),
    /// When somebody pardons.
    WhenPardoned,
}

impl From<Duration> for Ending {
    fn from(duration: Duration) -> Self {
        Self::After(duration)
    }
}

impl Agent {
    /// An agent put together in code. It starts from the defaults and reads neither file nor variables.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// What the agent was started with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Makes this the agent of the process: the one that attributes and functions use outside of requests.
    /// Inside of a request they use the agent whose layer serves it.
    pub fn install(&self) {
        install(match &self.0.running {
            Some(_) => Installed::Agent(Arc::clone(&self.0.pipeline)),
            None => Installed::Disabled,
        });
        let before = KEPT
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(self.clone());
        // Dropped outside of the lock: it may be the last handle.
        drop(before);
    }

    /// Whether the agent does anything; see `enabled` in [`Config`].
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.0.running.is_some()
    }

    /// Bans a user, an address or a network, as a person decides; it need not end. Where a longer ban stands
    /// already, that one stays; where the subject is on the allow list, the ban has no effect.
    ///
    /// To ban from less than everything, or to send the banned elsewhere, give a [`Ban`].
    ///
    /// Returns the id that a refused client is told, and under which [`Agent::find`] finds the ban.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sqreen_runtime::{Agent, Ending};
    /// use sqreen_runtime::event::Network;
    ///
    /// let agent = Agent::builder().build()?;
    /// let network: Network = "203.0.113.0/24".parse()?;
    /// agent.ban(network, Duration::from_secs(3600), "scraping since noon");
    /// agent.ban(network, Ending::WhenPardoned, "still at it");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ban(
        &self,
        banned: impl Into<Ban>,
        ending: impl Into<Ending>,
        because: &str,
    ) -> DecisionId {
        let pipeline = &self.0.pipeline;
        let until = match ending.into() {
            Ending::After(duration) => Some(pipeline.now().plus(duration)),
            Ending::WhenPardoned => None,
        };
        let ban = banned.into();
        let shown = pipeline.shown(&ban.subject);
        let verb = ban.reach.verb(&ban.subject);
        let is_allowed = pipeline.bans().is_allowed(&ban.subject);
        let done = pipeline.by_person(|id| {
            What::Ban(event::Ban {
                id,
                subject: ban.subject,
                reach: ban.reach,
                until,
                redirect: ban.redirect,
                because: because.into(),
            })
        });
        let id = done.id;
        if is_allowed {
            tracing::warn!(target: "sqreen", %id, "{shown} is on the allow list: the ban has no effect");
        } else {
            tracing::info!(target: "sqreen", %id, "{shown} {verb}: a person said so");
        }
        id
    }

    /// Lifts all bans of a user, an address or a network, and forgets what had been counted against it. It attacks
    /// no more; a user need not step up any more, and is not at risk.
    ///
    /// Returns how many bans were lifted: none where the subject is spelled differently from the banned one.
    pub fn pardon(&self, subject: impl Into<Subject>) -> usize {
        let pipeline = &self.0.pipeline;
        let subject = subject.into();
        let pardoned = pipeline.by_person(|_| What::Pardon {
            subject: subject.clone(),
        });
        let lifted = pardoned.before - pardoned.after;
        tracing::info!(target: "sqreen", lifted, "{} is pardoned", pipeline.shown(&subject));
        lifted
    }

    /// Puts a user, an address or a network on the allow list: it is never banned, and bans of it, or inside
    /// of it, are lifted. Returns how many were. Nobody on it attacks, and no step-up is asked of a user who is.
    pub fn allow(&self, subject: impl Into<Subject>) -> usize {
        let pipeline = &self.0.pipeline;
        let subject = subject.into();
        let allowed = pipeline.by_person(|_| What::Allow {
            subject: subject.clone(),
        });
        let lifted = allowed.before - allowed.after;
        tracing::info!(target: "sqreen", lifted, "{} is never refused", pipeline.shown(&subject));
        lifted
    }

    /// The bans in force, those that end last first.
    #[must_use]
    pub fn bans(&self) -> Vec<Arc<Standing>> {
        let mut standing = self.0.pipeline.bans().standing(self.0.pipeline.now());
        Standing::last_first(&mut standing);
        standing
    }

    /// The policy that decides now. What it was at the start stands in [`Agent::config`].
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.0.pipeline.policy()
    }

    /// Decides by another policy from the next event on. Playbooks that count as they did keep what they have
    /// counted; the others begin to. Bans stay as they are.
    ///
    /// The change is an event of the stream, and the policy's version stands in the evidence of each decision.
    /// Where playbooks come from files, the files have their way again when they next change.
    ///
    /// ```
    /// use sqreen_runtime::Agent;
    /// use sqreen_runtime::policy::Mode;
    ///
    /// let agent = Agent::builder().build()?;
    /// let mut policy = agent.policy();
    /// if let Some(playbook) = policy.get_mut("credential-stuffing") {
    ///     playbook.mode = Mode::Observe;
    /// }
    /// let change = agent.set_policy(policy)?;
    /// assert_eq!(*change.changed, ["credential-stuffing".into()]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where it is not valid; see [`Policy::validate`]. The policy is then as it was.
    pub fn set_policy(&self, policy: Policy) -> Result<PolicyChange, PolicyError> {
        policy.validate()?;
        Ok(self.0.pipeline.adopt(policy))
    }

    /// The decision, or the person's ban, with this id, where its event is still kept.
    #[must_use]
    pub fn find(&self, id: DecisionId) -> Option<Entry> {
        self.0.pipeline.with_log(|log| log.find(id).cloned())
    }

    /// The most recent events, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Entry> {
        self.0
            .pipeline
            .with_log(|log| log.entries().cloned().collect())
    }

    /// The file that all events are written to, where they are: see `record` in [`Config`].
    #[cfg(feature = "ndjson")]
    #[must_use]
    pub fn recording(&self) -> Option<&std::path::Path> {
        self.0.running.as_ref()?.recording.as_deref()
    }

    /// What could not be used, how often, and why.
    #[must_use]
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.0.pipeline.diagnostics()
    }

    /// How it stands with each file that facts about addresses come from: when it was read, what is in use from
    /// it, and why the file as it is now is not.
    #[must_use]
    pub fn intel(&self) -> Vec<SourceStatus> {
        self.0.pipeline.intel().status()
    }

    /// What is known of an address, as it will be written on its next event.
    ///
    /// ```
    /// use sqreen_runtime::Agent;
    /// use sqreen_runtime::event::{Address, AddressKind};
    ///
    /// let agent = Agent::builder().build()?;
    /// let office: Address = "192.168.1.7".parse()?;
    /// assert!(agent.facts(office).kinds.contains(AddressKind::Private));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn facts(&self, address: impl Into<Address>) -> Facts {
        self.0.pipeline.intel().facts(address.into())
    }

    /// Every function that bears an attribute, and how often it has run in this process.
    #[must_use]
    pub fn instrumentation(&self) -> Vec<Instrumented> {
        registry::instrumentation()
    }

    /// What the engine holds in memory.
    #[must_use]
    pub fn memory(&self) -> Memory {
        self.0.pipeline.memory()
    }

    /// How many bans, demands for a step-up, users at risk and attackers were dropped before their end because
    /// there were more than `max_bans` of a kind.
    #[must_use]
    pub fn evicted_bans(&self) -> u64 {
        self.0.pipeline.bans().evicted()
    }

    /// Waits until everything that happened before this call is taken in, was shown to the followers, and is in
    /// the file that events are recorded to.
    pub async fn flush(&self) {
        if let Some(running) = &self.0.running {
            running.worker.flush().await;
        }
    }

    /// Takes in all that happened before this call, then no more. Bans stay in force.
    ///
    /// Call it when the server has stopped:
    ///
    /// ```no_run
    /// # async fn stop(agent: sqreen_runtime::Agent) {
    /// // axum::serve(listener, app).with_graceful_shutdown(signal).await?;
    /// agent.shutdown().await;
    /// # }
    /// ```
    pub async fn shutdown(&self) {
        self.0.pipeline.close();
        self.flush().await;
    }

    pub(crate) fn pipeline(&self) -> &Arc<Pipeline> {
        &self.0.pipeline
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        uninstall(&self.pipeline);
    }
}

#[cfg(test)]
mod tests;
