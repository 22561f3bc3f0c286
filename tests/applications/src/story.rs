//! What an agent saw, an event a line.

use std::ops::Deref;

use sqreen::event::{Attempt, RefusalPoint, What};
use sqreen::{Agent, UserIdentifiers};
use tokio::sync::{Mutex, MutexGuard};

use crate::support::{agent, events};

/// The events, such as `login success email=alice@example.com`: logins and sign-ups first, then what reaches the
/// log through a queue, sessions before the rest; each in its order.
pub async fn story(agent: &Agent) -> Vec<String> {
    let mut events = events(agent).await;
    events.sort_by_key(|event| match event.what {
        What::Login(_) | What::SignUp(_) => 0,
        What::Session(_) => 1,
        _ => 2,
    });
    events.iter().map(|event| line(&event.what)).collect()
}

fn line(what: &What) -> String {
    match what {
        What::Login(login) => attempt("login", login),
        What::SignUp(sign_up) => attempt("sign-up", sign_up),
        What::Session(session) => format!("session {}", session.user),
        What::Refusal(refusal) => {
            let point = match refusal.point {
                RefusalPoint::SignUp => "sign-up".to_owned(),
                point => format!("{point:?}").to_lowercase(),
            };
            format!("refusal at {point} {}", named(refusal.user.as_ref()))
        }
        What::Ban(ban) => format!("ban of {}", ban.subject),
        other => format!("{other:?}"),
    }
}

fn attempt(kind: &str, attempt: &Attempt) -> String {
    let outcome = format!("{:?}", attempt.outcome).to_lowercase();
    format!("{kind} {outcome} {}", named(attempt.user.as_ref()))
}

fn named(user: Option<&UserIdentifiers>) -> String {
    user.map_or_else(|| "nobody".to_owned(), ToString::to_string)
}

/// The agent of the process, for frameworks whose requests have none. Tests that share a process take turns.
#[derive(Debug)]
pub struct ProcessAgent {
    agent: Agent,
    _turn: MutexGuard<'static, ()>,
}

/// Waits for its turn, and installs an agent.
pub async fn process_agent() -> ProcessAgent {
    static TURN: Mutex<()> = Mutex::const_new(());
    let turn = TURN.lock().await;
    let agent = agent();
    agent.install();
    ProcessAgent { agent, _turn: turn }
}

impl Deref for ProcessAgent {
    type Target = Agent;

    fn deref(&self) -> &Agent {
        &self.agent
    }
}
