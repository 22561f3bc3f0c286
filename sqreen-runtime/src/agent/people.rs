//! What people ask about people: who is at risk, who attacks, and how it stands with one user.

use crate::bans::{AtRisk, Attacker, StepUp, UserStanding};
use crate::event::{Address, Subject};
use crate::identity::UserIdentifiers;

use super::Agent;

impl Agent {
    /// The users who are at risk, the worst first, each with a score and the decisions behind it: whose account is
    /// guessed at, who has to step up, and whose account may be in other hands. They are victims, whatever is
    /// done in their name.
    ///
    /// A risk ends by itself, and when the user is pardoned. When the application tells that they have
    /// [`stepped_up`](crate::stepped_up), what is left is that others guess at the account, as long as they do.
    /// Playbooks that only observe put nobody at risk.
    ///
    /// Applications that ask about the user of a request ask [`risk`](crate::risk()), which tells of accounts in
    /// other hands only.
    ///
    /// ```
    /// use sqreen_runtime::Agent;
    ///
    /// let agent = Agent::builder().build()?;
    /// for victim in agent.at_risk() {
    ///     println!("{}, {} of 100", victim.user, victim.score);
    ///     for reason in &victim.causes {
    ///         println!("  {reason}");
    ///     }
    /// }
    /// # Ok::<(), sqreen_runtime::StartError>(())
    /// ```
    #[must_use]
    pub fn at_risk(&self) -> Vec<AtRisk> {
        let pipeline = self.pipeline();
        pipeline.bans().at_risk(pipeline.now())
    }

    /// The addresses, networks and users who attack, the worst first, each with a score and the decisions behind
    /// it.
    ///
    /// An address or a network attacks where a playbook has banned it, from whatever. A user attacks where a
    /// playbook has banned them from everything, or told people of what they do ([`Decision::suspects_user`]).
    /// That an account is guessed at or taken over is never held against its user, even where the same decision
    /// bans them. Playbooks that only observe accuse nobody; bans by people are not counted, for they need no
    /// score.
    ///
    /// It goes on when the ban has ended: the score halves every twelve hours, and whoever has come to nothing is
    /// no longer listed. A pardon and an allowance end it at once.
    ///
    /// [`Decision::suspects_user`]: crate::event::Decision::suspects_user
    ///
    /// ```
    /// use sqreen_runtime::Agent;
    ///
    /// let agent = Agent::builder().build()?;
    /// for attacker in agent.attackers() {
    ///     println!("{}, {} of 100, since {}", attacker.subject, attacker.score, attacker.since);
    ///     if let Some(user) = &attacker.inferred {
    ///         println!("  {user} was the last to log in from there, and need not have to do with it");
    ///     }
    /// }
    /// # Ok::<(), sqreen_runtime::StartError>(())
    /// ```
    #[must_use]
    pub fn attackers(&self) -> Vec<Attacker> {
        let pipeline = self.pipeline();
        let mut attackers = pipeline.bans().attackers(pipeline.now());
        for attacker in &mut attackers {
            attacker.inferred = self.last_login_from(&attacker.subject);
        }
        attackers
    }

    /// Of a wider network it is not known.
    fn last_login_from(&self, subject: &Subject) -> Option<UserIdentifiers> {
        let Subject::Network(network) = subject else {
            return None;
        };
        let address = Address::from(network.base());
        let is_one = address.network() == *network;
        is_one.then(|| self.pipeline().last_login_from(address))?
    }

    /// How it stands with one user: at risk, attacking, asked to step up, banned, each with its reasons.
    ///
    /// It looks through all bans: for people to ask, not for each request.
    ///
    /// ```
    /// use std::time::Duration;
    /// use sqreen_runtime::Agent;
    /// use sqreen_runtime::identity::UserIdentifiers;
    ///
    /// let agent = Agent::builder().build()?;
    /// let alice = UserIdentifiers::new("email", "alice@example.com")?;
    /// agent.ban(&alice, Duration::from_secs(3600), "asked us to lock it");
    ///
    /// let standing = agent.user(&alice);
    /// assert_eq!(&*standing.bans[0].because, "asked us to lock it");
    /// assert!(standing.at_risk.is_none() && standing.attacks.is_none() && standing.step_up.is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn user(&self, user: &UserIdentifiers) -> UserStanding {
        let pipeline = self.pipeline();
        pipeline.bans().user(user, pipeline.now())
    }

    /// The users who have to prove themselves once more, those of whom it is asked for longest first. It ends by
    /// itself, when the user is pardoned, and with [`stepped_up`](crate::stepped_up).
    #[must_use]
    pub fn step_ups(&self) -> Vec<StepUp> {
        let pipeline = self.pipeline();
        pipeline.bans().asked_to_step_up(pipeline.now())
    }
}
