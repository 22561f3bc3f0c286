//! An agent put together in code.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use thiserror::Error;

use crate::bans::{Bans, StepUp};
use crate::config::{Config, ConfigError};
use crate::engine::Engine;
use crate::event::{
    AddressError, Clock, Decision, DigestKey, Event, Network, Origin, Subject, SystemClock, What,
};
use crate::identity::{Pseudonymizer, WeakKey};
use crate::intel::{Intel, Sources, UnreadableSource};
use crate::log::{Entry, Log};
use crate::pipeline::{AnyLive, Followers, Parts as PipelineParts, Pipeline};
use crate::policy::{Policy, PolicyError};
use crate::registry;
use crate::request::{ClientAddress, Header, TrustedProxies, TrustedProxiesError};

use super::worker::{Work, Worker};
use super::{Agent, Parts, Running, Settings};

/// Puts an [`Agent`] together. What is wrong with what it is given, it says in [`Builder::build`].
///
/// ```
/// use sqreen_runtime::Agent;
///
/// let agent = Agent::builder()
///     .trusted_proxies(["10.0.0.0/8"])
///     .allow(["192.0.2.7"])
///     .on_event(|entry| println!("{entry:?}"))
///     .build()?;
/// # Ok::<(), sqreen_runtime::StartError>(())
/// ```
pub struct Builder {
    config: Config,
    clock: Arc<dyn Clock>,
    seed: Option<u64>,
    followers: Followers,
    proxy_on_unix_socket: bool,
    problem: Option<StartError>,
}

impl Default for Builder {
    fn default() -> Self {
        Config::default().into()
    }
}

impl From<Config> for Builder {
    fn from(config: Config) -> Self {
        Self {
            config,
            clock: Arc::new(SystemClock),
            seed: None,
            followers: Followers::default(),
            proxy_on_unix_socket: false,
            problem: None,
        }
    }
}

/// Why an agent cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An address or a network given in code is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A list of trusted proxies is none, or would trust everybody.
    #[error(transparent)]
    TrustedProxies(#[from] TrustedProxiesError),
    /// The playbooks are no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A file with facts about addresses is not there, or cannot be read.
    #[error(transparent)]
    Intel(#[from] UnreadableSource),
    /// The secret for pseudonyms is too short.
    #[error(transparent)]
    WeakKey(#[from] WeakKey),
    /// The secret for digests is too short.
    #[error("for digests, {0}")]
    DigestSecret(WeakKey),
    /// The status of refusals is not one of a client's error.
    #[error("refusals cannot have the status {status}: give one from 400 to 499")]
    RefusalStatus {
        /// The status.
        status: u16,
    },
    /// The file that events are recorded to cannot be made, or cannot be written to.
    #[cfg(feature = "ndjson")]
    #[error("cannot record events to {}", path.display())]
    Record {
        /// The file, as it was named.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The agent's thread could not be started.
    #[error("cannot start the agent's thread")]
    Thread(#[source] std::io::Error),
}

impl Builder {
    /// Networks of the application's own proxies: their word for the client's address is taken. None unless
    /// this is called, and never more than your own: whoever is trusted can choose their address.
    #[must_use]
    pub fn trusted_proxies<S: AsRef<str>>(mut self, networks: impl IntoIterator<Item = S>) -> Self {
        match TrustedProxies::parse(networks) {
            Ok(proxies) => self.config.trusted_proxies = proxies,
            Err(error) => {
                self.problem.get_or_insert(error.into());
            }
        }
        self
    }

    /// The header those proxies set. Unless this is called, `X-Forwarded-For`.
    #[must_use]
    pub fn client_address_header(mut self, header: Header) -> Self {
        self.config.client_address_header = header;
        self
    }

    /// The application listens on a Unix socket that only its own proxy can open: requests without a peer's
    /// address are the proxy's, and its header is believed. Not for an application that listens on TCP too.
    #[must_use]
    pub fn proxy_on_unix_socket(mut self) -> Self {
        self.proxy_on_unix_socket = true;
        self
    }

    /// Networks that are never banned.
    #[must_use]
    pub fn allow<S: AsRef<str>>(mut self, networks: impl IntoIterator<Item = S>) -> Self {
        self.config.allow = self.networks(networks);
        self
    }

    fn networks<S: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = S>) -> Vec<Network> {
        let mut networks = Vec::new();
        for text in texts {
            match text.as_ref().parse() {
                Ok(network) => networks.push(network),
                Err(error) => {
                    self.problem.get_or_insert(StartError::Address(error));
                }
            }
        }
        networks
    }

    /// The files with facts about addresses: Tor exits, data centres, countries and so on, read again when they
    /// change. Without any, only private, loopback and other special addresses are known.
    ///
    /// They take the place of those in the configuration; to add to them, start from
    /// [`Config::intel`](crate::config::Config::intel).
    #[must_use]
    pub fn intel(mut self, sources: Sources) -> Self {
        self.config.intel = sources;
        self
    }

    /// The playbooks. Those that `sqreen.toml` has are then neither used nor followed.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.config.policy = policy;
        self
    }

    /// A file with more playbooks, and changes to those there are: see `docs/playbooks.md`. It is read when the
    /// agent is built, and again when it changes.
    #[cfg(feature = "config-file")]
    #[must_use]
    pub fn policy_file(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.config.policy_file = Some(path.into());
        self
    }

    /// The status of a refusal, 403 unless this is called.
    #[must_use]
    pub fn refusal_status(mut self, status: u16) -> Self {
        self.config.refusal_status = status;
        self
    }

    /// Whether a ban also stops requests of its subject that are already running, where they stand. Otherwise
    /// they finish and only their answer is replaced. [`shield`](crate::request::shield()) protects a block of
    /// code from it.
    #[must_use]
    pub fn cancel_in_flight(mut self, cancel: bool) -> Self {
        self.config.cancel_in_flight = cancel;
        self
    }

    /// Users leave the process (in log lines, and to followers of the stream) under a hash keyed with this
    /// secret, of at least 16 random bytes.
    #[must_use]
    pub fn pseudonyms(mut self, secret: &[u8]) -> Self {
        match Pseudonymizer::new(secret) {
            Ok(pseudonyms) => self.config.pseudonyms = Some(pseudonyms),
            Err(weak) => {
                self.problem.get_or_insert(weak.into());
            }
        }
        self
    }

    /// Digests of secrets and of sessions are made with a key of this secret, of at least 16 random bytes.
    /// Give all instances of an application the same, so that they see one password tried on many accounts,
    /// whichever of them is asked. Unless this is called, each agent has a random key of its own.
    #[must_use]
    pub fn digest_secret(mut self, secret: &[u8]) -> Self {
        match DigestKey::shared(secret) {
            Ok(key) => self.config.digests = Some(key),
            Err(weak) => {
                self.problem.get_or_insert(StartError::DigestSecret(weak));
            }
        }
        self
    }

    /// Writes all events, from the first on, to a file that `log::Reader` reads: on the agent's own thread, and
    /// under pseudonyms where those are set. See `docs/events.md`.
    ///
    /// Nothing is overwritten: where something is at `path`, the file gets the next free name, such as
    /// `events-2.ndjson`; [`Agent::recording`] tells it.
    ///
    /// ```no_run
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::{fs::File, io::BufReader};
    /// use sqreen_runtime::{Agent, log::Reader};
    ///
    /// let agent = Agent::builder().record("events.ndjson").build()?;
    /// // …
    /// agent.flush().await;
    /// if let Some(path) = agent.recording() {
    ///     for event in Reader::new(BufReader::new(File::open(path)?))? {
    ///         println!("{:?}", event?);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "ndjson")]
    #[must_use]
    pub fn record(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.config.record = Some(path.into());
        self
    }

    /// Shows each event of the stream to `follower`, in order, on the agent's own thread.
    #[must_use]
    pub fn on_event(mut self, follower: impl FnMut(&Entry) + Send + 'static) -> Self {
        self.followers.events.push(Box::new(follower));
        self
    }

    /// Calls `notify` for each decision, those that are only observed included, on the agent's own thread: to
    /// send a message to whoever is on duty. Users are under pseudonyms where those are set.
    ///
    /// ```
    /// use sqreen_runtime::Agent;
    /// use sqreen_runtime::event::Severity;
    ///
    /// let agent = Agent::builder()
    ///     .on_decision(|decision| {
    ///         if decision.enforced && decision.severity >= Severity::High {
    ///             println!("{}: see decision {}", decision.playbook, decision.id);
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok::<(), sqreen_runtime::StartError>(())
    /// ```
    #[must_use]
    pub fn on_decision(mut self, notify: impl FnMut(&Decision) + Send + 'static) -> Self {
        self.followers.decisions.push(Box::new(notify));
        self
    }

    /// Calls `ask` when a decision has a user prove themselves once more, on the agent's own thread: to mark
    /// their sessions, or to write to them. Called for each decision that asks it, not for observed ones.
    ///
    /// Requests of the user can see it too, by [`step_up_required`](crate::step_up_required); tell with
    /// [`stepped_up`](crate::stepped_up) when they have.
    ///
    /// The user is named as the application names them, also where pseudonyms are set: nobody else could be
    /// asked.
    ///
    /// ```
    /// use sqreen_runtime::Agent;
    ///
    /// let agent = Agent::builder()
    ///     .on_step_up(|step_up| {
    ///         let (_, email) = step_up.user.primary_key();
    ///         println!("ask {email} for a code");
    ///     })
    ///     .build()?;
    /// # Ok::<(), sqreen_runtime::StartError>(())
    /// ```
    #[must_use]
    pub fn on_step_up(mut self, ask: impl FnMut(&StepUp) + Send + 'static) -> Self {
        self.followers.step_ups.push(Box::new(ask));
        self
    }

    /// Where the time is read. For tests of what happens when it passes.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The engine's seed, random unless this is called. For tests that compare streams.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Starts the agent and makes it the process's: [`build`](Self::build) and [`Agent::install`].
    ///
    /// What [`start`](crate::start) does, with something of your own:
    ///
    /// ```no_run
    /// use sqreen_runtime::{Builder, config::Config};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let agent = Builder::from(Config::load()?).allow(["192.0.2.7"]).start()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn start(self) -> Result<Agent, StartError> {
        let agent = self.build()?;
        agent.install();
        Ok(agent)
    }

    /// Starts the agent. It serves the requests of its own layer; to make it the process's agent, call
    /// [`Agent::install`].
    ///
    /// # Errors
    ///
    /// Where something it was given is wrong, or its thread cannot be started.
    pub fn build(self) -> Result<Agent, StartError> {
        if let Some(problem) = self.problem {
            return Err(problem);
        }
        #[cfg_attr(
            not(feature = "config-file"),
            expect(unused_mut, reason = "only a file changes it")
        )]
        let mut config = self.config;
        #[cfg_attr(
            not(any(feature = "config-file", feature = "ndjson")),
            expect(unused_mut, reason = "it has to do with files only")
        )]
        let mut work = Work {
            followers: self.followers,
            ..Work::default()
        };
        #[cfg(feature = "config-file")]
        if config.enabled {
            work.chores.extend(super::reload::chore(&mut config)?);
        }
        config.policy.validate()?;
        let settings = settings(&config, self.proxy_on_unix_socket)?;
        let seed = self.seed.unwrap_or_else(random);
        // Switching the agent off must work whatever has become of the files.
        let sources = if config.enabled {
            config.intel.clone()
        } else {
            Sources::new()
        };
        let intel = Intel::read(&sources, self.clock.now())?;
        // Last of all that can be wrong with the settings: an agent that does not start leaves no file.
        #[cfg(feature = "ndjson")]
        let recording = match &config.record {
            Some(path) if config.enabled => {
                let (path, afterwards) = super::record::start(path, &mut work.followers)?;
                work.afterwards = Some(afterwards);
                Some(path)
            }
            _ => None,
        };
        let pipeline = Arc::new(Pipeline::new(PipelineParts {
            engine: Engine::with_capacity(config.policy.clone(), seed, config.max_subjects),
            log: Log::new(config.kept_events),
            bans: Bans::new(random(), config.max_bans),
            intel,
            clock: self.clock,
            hide: config.pseudonyms.clone(),
            digests: config.digests.clone().unwrap_or_else(random_key),
            seed,
            followed: work.followers.followed(),
        }));
        pipeline.check_intel(pipeline.now());
        for network in config.allow.iter().copied() {
            let what = What::Allow {
                subject: Subject::Network(network),
            };
            pipeline.record(Event {
                at: pipeline.now(),
                origin: Origin::default(),
                what,
            });
        }
        let running = if config.enabled {
            registry::check_formats(&pipeline);
            let worker = Worker::start(&pipeline, work).map_err(StartError::Thread)?;
            Some(Running {
                worker,
                #[cfg(feature = "ndjson")]
                recording,
                _live: AnyLive::hold(),
            })
        } else {
            None
        };
        Ok(Agent(Arc::new(Parts {
            pipeline,
            settings,
            config,
            running,
        })))
    }
}

fn settings(config: &Config, proxy_on_unix_socket: bool) -> Result<Settings, StartError> {
    let status = config.refusal_status;
    let refusal_status = http::StatusCode::from_u16(status)
        .ok()
        .filter(http::StatusCode::is_client_error)
        .ok_or(StartError::RefusalStatus { status })?;
    let client = ClientAddress::new(
        config.trusted_proxies.clone(),
        config.client_address_header.clone(),
    );
    Ok(Settings {
        client: if proxy_on_unix_socket {
            client.trusting_headers_of_requests_without_peer()
        } else {
            client
        },
        refusal_status,
        cancel_in_flight: config.cancel_in_flight,
    })
}

/// The standard library's hash seeds are 128 bits of the operating system's; each number depends on all of them.
fn random_key() -> DigestKey {
    let random: [[u8; 8]; 4] = std::array::from_fn(|_| random().to_le_bytes());
    DigestKey::new(random.as_flattened())
}

/// From the operating system, by way of the standard library's hash seeds.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
