//! The playbooks that every agent has unless it is told otherwise, each with where its figures come from.

use std::num::NonZeroU32;
use std::time::Duration;

use super::{By, Counts, Mode, Playbook, Then, When};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Automatic bans begin with a quarter of an hour: what Datadog's guide to account theft advises for
/// attackers that can change their address.
const BAN: Duration = Duration::from_secs(15 * 60);

// The compiler evaluates these: a zero would not build.
const TEN: NonZeroU32 = NonZeroU32::new(10).unwrap();
const TWENTY: NonZeroU32 = NonZeroU32::new(20).unwrap();
const FOUR: NonZeroU32 = NonZeroU32::new(4).unwrap();

pub(super) fn playbooks() -> Vec<Playbook> {
    vec![
        guessing_from_one_address(),
        stuffing(),
        guessing_from_many_addresses(),
    ]
}

/// Credential cracking (OWASP OAT-007, MITRE ATT&CK T1110.001) from one address.
///
/// Ten failures in a row for one user from one address: the default of Auth0, Clerk, Stytch and Okta. A
/// success in between means that somebody who knows the password mistyped it (NIST SP 800-63B §5.2.2).
fn guessing_from_one_address() -> Playbook {
    Playbook {
        name: "credential-cracking".into(),
        when: When::LoginFailed,
        by: By::AddressAndUser,
        counts: Counts::Events,
        reaching: TEN,
        within: 10 * MINUTE,
        outnumbering: None,
        reset_by_success: true,
        then: Then::BanAddress,
        lasting: BAN,
        mode: Mode::Enforce,
    }
}

/// Credential stuffing (OWASP OAT-008, MITRE ATT&CK T1110.004): one address tries many accounts.
///
/// Datadog fires at five accounts and 30 failures, 15 where the address has a bad name; AWS WAF ATP at ten
/// failures in ten minutes. Failing users have to outnumber those who log in by four to one, so that an
/// office of 500 people behind one address, of whom 8 % mistype, is never banned.
fn stuffing() -> Playbook {
    Playbook {
        name: "credential-stuffing".into(),
        when: When::LoginFailed,
        by: By::Address,
        counts: Counts::Users,
        reaching: TEN,
        within: 10 * MINUTE,
        outnumbering: Some(FOUR),
        reset_by_success: false,
        then: Then::BanAddress,
        lasting: BAN,
        mode: Mode::Enforce,
    }
}

/// Credential cracking (OWASP OAT-007, MITRE ATT&CK T1110.001) from however many addresses.
///
/// Datadog fires at 20 failures on one user from more than five addresses. The account is closed to logins
/// from addresses its owner has never logged in from; the owner's own are not touched, so that nobody can be
/// locked out by an attacker (Keycloak's manual warns of just that for its own lockout).
fn guessing_from_many_addresses() -> Playbook {
    Playbook {
        name: "distributed-credential-cracking".into(),
        when: When::LoginFailed,
        by: By::User,
        counts: Counts::Events,
        reaching: TWENTY,
        within: HOUR,
        outnumbering: None,
        reset_by_success: false,
        then: Then::BanUnfamiliarLogins,
        lasting: BAN,
        mode: Mode::Enforce,
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    #[test]
    fn no_policy_can_ban_for_ever() {
        let mut policy = Policy::default();
        if let Some(playbook) = policy.get_mut("credential-stuffing") {
            playbook.lasting = std::time::Duration::MAX;
        }
        assert!(policy.validate().is_err());
        assert!(crate::Agent::builder().policy(policy).build().is_err());
    }

    #[test]
    fn the_built_in_playbooks_are_valid() {
        let built_in = Policy::default();
        assert_eq!(Policy::new(built_in.playbooks().to_vec()), Ok(built_in));
    }
}
