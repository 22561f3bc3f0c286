//! The way of one event: through the engine, into the bans and the log.
//!
//! A pipeline is what the SDK and a request hold on to. Logins, sign-ups and what people decide go
//! through at once, under one lock, because the next request depends on them; what happens on every request
//! goes through a queue.

mod diagnostics;
mod followers;
mod formats;
mod installed;
mod queue;
mod replay;

pub use diagnostics::{Diagnostic, Trouble};
pub(crate) use followers::{Followed, Followers};
pub(crate) use formats::Formats;
pub(crate) use installed::{
    AnyLive, Installed, WITHOUT_AGENT, any_live, install, installed, uninstall,
};
pub use replay::{Replay, Replayed};

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Waker;
use std::thread::Thread;

use crate::bans::{Attempting, Bans, Standing, StepUp};
use crate::engine::{Engine, Memory};
use crate::event::{
    Address, Clock, Decision, DecisionId, DigestKey, Event, LoginRisk, Origin, PolicyChange,
    Response, Subject, Timestamp, What,
};
use crate::identity::{Pseudonymizer, UserIdentifiers};
use crate::intel::Intel;
use crate::log::{Entry, Log};
use crate::policy::Policy;

use diagnostics::Diagnostics;
use followers::Outbox;
use queue::{Pushed, Queue};

/// How many ticks a task waits: a quarter of a second.
const PATIENCE: u64 = 25;

type Task = Box<dyn FnOnce() + Send>;

/// Engine, bans and log of one agent, and the order between them.
pub(crate) struct Pipeline {
    stream: Mutex<Stream>,
    bans: Bans,
    intel: Intel,
    queue: Arc<Queue>,
    clock: Arc<dyn Clock>,
    /// The time of the worker's last tick, for events that need no better one.
    recently: AtomicU64,
    /// How many ticks there were.
    ticks: AtomicU64,
    diagnostics: Diagnostics,
    /// The keys by which this application names users.
    pub(crate) formats: Formats,
    hide: Option<Pseudonymizer>,
    digests: DigestKey,
    seed: u64,
    closed: AtomicBool,
    /// Futures that wait for the layer to drop them, or else for the next tick.
    parked: Mutex<Vec<Waker>>,
    /// What is to be done at which tick, soonest first.
    tasks: Mutex<VecDeque<(u64, Task)>>,
    /// Wakes whatever has to look at the bans again.
    pub(crate) bans_changed: tokio::sync::Notify,
    /// How many bans there have been.
    bans_made: AtomicU64,
    worker: OnceLock<Thread>,
}

/// What is in one order.
struct Stream {
    engine: Engine,
    log: Log,
    outbox: Outbox,
}

/// What a pipeline is made of.
pub(crate) struct Parts {
    pub(crate) engine: Engine,
    pub(crate) log: Log,
    pub(crate) bans: Bans,
    pub(crate) intel: Intel,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hide: Option<Pseudonymizer>,
    pub(crate) digests: DigestKey,
    pub(crate) seed: u64,
    /// What of the stream anybody follows.
    pub(crate) followed: Followed,
}

/// What came of a person's word.
pub(crate) struct ByPerson {
    pub(crate) id: DecisionId,
    /// Bans before and after it.
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Pipeline {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            recently: AtomicU64::new(parts.clock.now().as_millis()),
            ticks: AtomicU64::new(0),
            stream: Mutex::new(Stream {
                engine: parts.engine,
                log: parts.log,
                outbox: Outbox::new(parts.followed),
            }),
            bans: parts.bans,
            intel: parts.intel,
            queue: Queue::new(),
            clock: parts.clock,
            diagnostics: Diagnostics::new(),
            formats: Formats::default(),
            hide: parts.hide,
            digests: parts.digests,
            seed: parts.seed,
            closed: AtomicBool::new(false),
            parked: Mutex::default(),
            tasks: Mutex::default(),
            bans_changed: tokio::sync::Notify::new(),
            bans_made: AtomicU64::new(0),
            worker: OnceLock::new(),
        }
    }

    /// The time now.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time some milliseconds ago at most, without asking the system.
    #[inline]
    pub(crate) fn recently(&self) -> Timestamp {
        Timestamp::from_millis(self.recently.load(Ordering::Relaxed))
    }

    /// What digests of secrets and of sessions are made with.
    pub(crate) fn digests(&self) -> &DigestKey {
        &self.digests
    }

    pub(crate) fn bans(&self) -> &Bans {
        &self.bans
    }

    /// How many bans there have been: while it stays the same, nobody who was not banned is.
    #[inline]
    pub(crate) fn bans_made(&self) -> u64 {
        self.bans_made.load(Ordering::Acquire)
    }

    pub(crate) fn note(&self, trouble: Trouble, cause: &dyn fmt::Display) {
        self.diagnostics.note(trouble, cause);
    }

    /// The same, logged each time.
    pub(crate) fn note_each(&self, trouble: Trouble, cause: &str) {
        self.diagnostics.note_each(trouble, cause);
    }

    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut diagnostics = installed::WITHOUT_AGENT.list();
        diagnostics.extend(self.diagnostics.list());
        diagnostics
    }

    /// The ban that turns this address away.
    #[inline]
    pub(crate) fn ban_of_address(&self, address: Option<Address>) -> Option<Arc<Standing>> {
        self.bans.of_address(address?, || self.now())
    }

    /// The ban that turns this user away.
    #[inline]
    pub(crate) fn ban_of_user(&self, user: &UserIdentifiers) -> Option<Arc<Standing>> {
        self.bans.of_user(user, || self.now())
    }

    /// The ban that keeps somebody, who comes from there, from logging in or from opening an account.
    pub(crate) fn ban_of_attempt(
        &self,
        attempting: &Attempting<'_>,
        origin: impl FnOnce() -> Origin,
    ) -> Option<Arc<Standing>> {
        let is_known = |standard| {
            let Some(user) = attempting.named.user() else {
                return false;
            };
            let mut origin = origin();
            self.stamp(&mut origin);
            self.stream().engine.knows(user, &origin, standard)
        };
        self.bans.of_attempt(attempting, || self.now(), is_known)
    }

    /// Takes an event in at once: when this returns, its consequences are in force. Returns the risk of a login, of
    /// which there is one where it was a known user's and succeeded.
    pub(crate) fn record(&self, mut event: Event) -> Option<LoginRisk> {
        if self.is_closed() {
            self.came_too_late();
            return None;
        }
        self.stamp(&mut event.origin);
        let mut stream = self.stream();
        let decisions = self.take_in(&mut stream, event);
        let risk = stream.engine.login_risk();
        drop(stream);
        self.tell(&decisions);
        risk
    }

    /// Writes on an origin what is known of its address, before the engine sees it. Called without the lock of the
    /// stream: looking up an address takes longer than most of what is done under it.
    fn stamp(&self, origin: &mut Origin) {
        if let (Some(address), None) = (origin.address, &origin.facts) {
            let facts = self.intel.facts(address);
            origin.facts = (!facts.is_empty()).then(|| Box::new(facts));
        }
    }

    #[cold]
    fn came_too_late(&self) {
        self.note(
            Trouble::AfterShutdown,
            &"an event came after the agent was shut down",
        );
    }

    /// Runs `task` on the agent's thread, a quarter of a second from now.
    pub(crate) fn soon(&self, task: impl FnOnce() + Send + 'static) {
        lock(&self.tasks).push_back((self.ticks() + PATIENCE, Box::new(task)));
    }

    /// Hands an event to the queue.
    pub(crate) fn enqueue(&self, event: Event) {
        if self.is_closed() {
            return self.came_too_late();
        }
        match self.queue.push(event) {
            Pushed::Queued => {}
            Pushed::HalfFull => self.wake_worker(),
            Pushed::Full => self.note(
                Trouble::QueueFull,
                &"more events than the agent can take in: some are dropped",
            ),
        }
    }

    /// A ban, a pardon or an allowance by a person. Returns the id under which a ban can be found, and how
    /// many bans stood before and stand after it.
    pub(crate) fn by_person(&self, what: impl FnOnce(DecisionId) -> What) -> ByPerson {
        let mut stream = self.stream();
        self.bans.sweep(self.now());
        let before = self.bans.count();
        // The last number of the place: an engine's own decisions count from zero.
        let id = DecisionId::new(self.seed, stream.log.next_place(), u8::MAX);
        let event = Event {
            at: self.now(),
            origin: Origin::default(),
            what: what(id),
        };
        let decisions = self.take_in(&mut stream, event);
        let after = self.bans.count();
        drop(stream);
        self.tell(&decisions);
        self.bans_changed.notify_waiters();
        ByPerson { id, before, after }
    }

    /// Decides by another policy from the next event on. That it does so is an event itself, unless it is the same
    /// policy.
    pub(crate) fn adopt(&self, policy: Policy) -> PolicyChange {
        let mut stream = self.stream();
        let before = stream.engine.policy().version();
        let change = stream.engine.adopt(policy);
        if change.version == before {
            return change;
        }
        let event = Event {
            at: self.now(),
            origin: Origin::default(),
            what: What::Policy(change.clone()),
        };
        let decisions = self.take_in(&mut stream, event);
        drop(stream);
        self.tell(&decisions);
        let PolicyChange {
            version,
            changed,
            removed,
        } = &change;
        tracing::info!(
            target: "sqreen", %version, ?changed, ?removed,
            "another policy decides from now on"
        );
        change
    }

    /// The policy that decides now.
    pub(crate) fn policy(&self) -> Policy {
        self.stream().engine.policy().clone()
    }

    /// Takes in an event and the decisions it leads to, and returns those: they are told once the lock is
    /// free, since whoever listens may take their time.
    fn take_in(&self, stream: &mut Stream, event: Event) -> Vec<Decision> {
        let decisions = stream.engine.observe(&event);
        let at = event.at;
        self.follow(stream, event);
        for decision in &decisions {
            let what = What::Decision(Box::new(decision.clone()));
            let event = Event {
                at,
                origin: Origin::default(),
                what,
            };
            stream.engine.observe(&event);
            self.follow(stream, event);
        }
        decisions
    }

    /// Bans and log follow the engine.
    fn follow(&self, stream: &mut Stream, event: Event) {
        let refuses = match &event.what {
            What::Decision(decision) => bans_anybody(decision),
            what => matches!(what, What::Ban(_)),
        };
        self.bans.apply(&event);
        let entry = stream.log.append(event);
        stream.outbox.push(entry);
        if refuses {
            self.bans_made.fetch_add(1, Ordering::Release);
        }
    }

    /// Called without any lock: whoever is woken, or listens to the log, may do anything.
    fn tell(&self, decisions: &[Decision]) {
        if decisions.iter().any(bans_anybody) {
            self.bans_changed.notify_waiters();
        }
        for decision in decisions {
            self.tell_of(decision);
        }
    }

    fn tell_of(&self, decision: &Decision) {
        let Decision {
            id,
            playbook,
            enforced,
            evidence,
            ..
        } = decision;
        let counted = evidence.counted;
        let within = humantime::format_duration(evidence.within);
        if decision.responses.is_empty() {
            tracing::warn!(target: "sqreen", decision = %id, "{playbook} counted {counted} within {within}");
        }
        for response in &decision.responses {
            let (subject, until) = match response {
                Response::Ban { subject, until, .. } => (subject.clone(), until),
                Response::StepUp { user, until } | Response::AtRisk { user, until } => {
                    (user.into(), until)
                }
            };
            let verb = verb(response);
            let subject = self.shown(&subject);
            let only = if *enforced {
                ""
            } else {
                " (this playbook only observes: nothing was done)"
            };
            tracing::warn!(
                target: "sqreen", decision = %id, %until,
                "{subject} {verb}: {playbook} counted {counted} within {within}{only}",
            );
        }
    }

    /// A subject as it may leave the process.
    pub(crate) fn shown(&self, subject: &Subject) -> Subject {
        match (subject, &self.hide) {
            (Subject::User(user), Some(hide)) => Subject::User(hide.identifiers(user)),
            (Subject::UserAt { user, network }, Some(hide)) => Subject::UserAt {
                user: hide.identifiers(user),
                network: *network,
            },
            _ => subject.clone(),
        }
    }

    /// The user who last logged in from an address.
    pub(crate) fn last_login_from(&self, address: Address) -> Option<UserIdentifiers> {
        self.stream().engine.last_login_from(address).cloned()
    }

    /// Looks at the most recent events.
    pub(crate) fn with_log<R>(&self, look: impl FnOnce(&Log) -> R) -> R {
        look(&self.stream().log)
    }

    pub(crate) fn memory(&self) -> Memory {
        self.stream().engine.memory()
    }

    /// Wakes a future at the next tick.
    pub(crate) fn wake_at_next_tick(&self, waker: Waker) {
        lock(&self.parked).push(waker);
    }

    pub(crate) fn ticks(&self) -> u64 {
        self.ticks.load(Ordering::Acquire)
    }

    fn due_task(&self) -> Option<Task> {
        let mut tasks = lock(&self.tasks);
        let due = tasks.front().is_some_and(|(tick, _)| *tick <= self.ticks());
        due.then(|| tasks.pop_front())?.map(|(_, task)| task)
    }

    /// What the worker does at each tick.
    pub(crate) fn tick(&self, followers: &mut Followers) {
        let now = self.now();
        self.recently.store(now.as_millis(), Ordering::Relaxed);
        self.ticks.fetch_add(1, Ordering::Release);
        let mut queued = Vec::new();
        self.queue.drain(|event| queued.push(event));
        for mut event in queued {
            self.stamp(&mut event.origin);
            let decisions = self.take_in(&mut self.stream(), event);
            self.tell(&decisions);
        }
        while let Some(task) = self.due_task() {
            task();
        }
        self.bans.sweep(now);
        self.check_intel(now);
        let (outbox, unshown) = self.stream().outbox.take();
        for entry in outbox {
            self.show(followers, entry);
        }
        for _ in 0..unshown {
            self.note(
                Trouble::Follower,
                &"followers are too slow: events were not shown to them",
            );
        }
        for waker in std::mem::take(&mut *lock(&self.parked)) {
            waker.wake();
        }
    }

    /// Has files with facts about addresses read again where they have changed.
    pub(crate) fn check_intel(&self, now: Timestamp) {
        for problem in self.intel.check(now) {
            self.note_each(Trouble::Intel, &problem.cause);
        }
    }

    pub(crate) fn intel(&self) -> &Intel {
        &self.intel
    }

    fn show(&self, followers: &mut Followers, entry: Entry) {
        let asked = self.asked_by(&entry.event);
        for _ in 0..followers.show(entry, &asked, self.hide.as_ref()) {
            self.note(Trouble::Follower, &"a follower of the stream panicked");
        }
    }

    /// Who has to prove themselves once more because of this event.
    fn asked_by(&self, event: &Event) -> Vec<StepUp> {
        match &event.what {
            What::Decision(decision) if decision.enforced => StepUp::asked_by(decision, event.at)
                .filter(|step_up| !self.bans.is_allowed(&Subject::from(&step_up.user)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// From now on events are refused, and counted.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.wake_worker();
    }

    #[inline]
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn set_worker(&self, worker: Thread) {
        // A pipeline has one worker, started once.
        let _ = self.worker.set(worker);
    }

    pub(crate) fn wake_worker(&self) {
        if let Some(worker) = self.worker.get() {
            worker.unpark();
        }
    }

    fn stream(&self) -> MutexGuard<'_, Stream> {
        lock(&self.stream)
    }
}

/// What a response does to somebody, in words.
fn verb(response: &Response) -> &'static str {
    match response {
        Response::Ban {
            redirect: Some(_), ..
        } => "is sent elsewhere",
        Response::Ban { subject, reach, .. } => reach.verb(subject),
        Response::StepUp { .. } => "has to prove themselves once more",
        Response::AtRisk { .. } => "is at risk",
    }
}

/// Whether anybody is turned away by it.
fn bans_anybody(decision: &Decision) -> bool {
    let ban = |response: &Response| matches!(response, Response::Ban { .. });
    decision.enforced && decision.responses.iter().any(ban)
}

// A panic while a lock is held leaves at worst one event half taken in; going on protects more than stopping.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("closed", &self.is_closed())
            .finish_non_exhaustive()
    }
}
