//! The agent of the process: what attributes and functions use where no request says which.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::Pipeline;
use super::diagnostics::Diagnostics;

/// How many agents there are. While there is none, an attribute costs this one load.
static LIVE: AtomicUsize = AtomicUsize::new(0);

static INSTALLED: RwLock<Installed> = RwLock::new(Installed::None);

/// What attributes and functions use where no request says which agent.
#[derive(Debug, Clone)]
pub(crate) enum Installed {
    /// Nobody installed one, which is worth telling.
    None,
    /// It was switched off by configuration.
    Disabled,
    Agent(Arc<Pipeline>),
}

/// Trouble of calls that found no agent to tell.
pub(crate) static WITHOUT_AGENT: Diagnostics = Diagnostics::new();

/// Whether there is any agent in this process.
#[inline]
pub(crate) fn any_live() -> bool {
    LIVE.load(Ordering::Relaxed) != 0
}

/// Held by an agent as long as it is there.
#[derive(Debug)]
pub(crate) struct AnyLive(());

impl AnyLive {
    pub(crate) fn hold() -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for AnyLive {
    fn drop(&mut self) {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Makes this the process's agent; the one before it is so no longer.
pub(crate) fn install(agent: Installed) {
    *INSTALLED.write().unwrap_or_else(PoisonError::into_inner) = agent;
}

/// The process's agent.
pub(crate) fn installed() -> Installed {
    INSTALLED
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Takes this agent out, if it is the process's.
pub(crate) fn uninstall(agent: &Arc<Pipeline>) {
    let mut installed = INSTALLED.write().unwrap_or_else(PoisonError::into_inner);
    if matches!(&*installed, Installed::Agent(present) if Arc::ptr_eq(present, agent)) {
        *installed = Installed::None;
    }
}
