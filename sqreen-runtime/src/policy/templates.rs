//! Playbooks to start from: those the seed product had beside its own detections. None is on by default, because
//! they wait for events that only the application can tell, or do what only some want.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::event::{AddressKind, EventName, Outcome, Severity};

use super::{By, Conditions, CountryIs, Over, Playbook, Test, Then, When};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);

pub(super) fn playbooks() -> Vec<Playbook> {
    vec![
        admin_role_granted(),
        user_outside_domain(),
        unusual_profile_updates(),
        unusual_invitations(),
        unusual_deletions(),
        unusual_account_deletions(),
        multiple_sign_ups(),
        tor_blocked(),
        sign_ups_geoblocked(),
        admin_login_from_overseas(),
        password_reset_abuse(),
        failed_payments(),
        microwires(),
        content_abuse(),
        free_plan_abuse(),
        costly_features(),
        sensitive_data_leak(),
    ]
}

fn admin_role_granted() -> Playbook {
    Playbook {
        about: "Somebody becomes an administrator (Sqreen's \"Admin role granted\"). It needs the custom event \
                `user.role_granted` with the property `role`."
            .into(),
        only_if: property("role", Test::OneOf(vec!["admin".into()])),
        by: By::User,
        severity: Severity::High,
        ..custom("admin-role-granted", "user.role_granted")
    }
}

fn user_outside_domain() -> Playbook {
    Playbook {
        about: "Somebody outside of your organisation is let in (Sqreen's \"Adding user outside of organization \
                domain\"): give the domain as `if.properties`. It needs the custom event `user.invited` with the \
                property `email`."
            .into(),
        only_if: property("email", Test::EndsNotWith("".into())),
        by: By::User,
        severity: Severity::High,
        ..custom("user-outside-domain", "user.invited")
    }
}

fn unusual_profile_updates() -> Playbook {
    Playbook {
        about: "A user whose profile changes again and again (Sqreen's \"Unusual volume of user profile updates\"; \
                the figure is ours). It needs the custom event `user.updated`."
            .into(),
        by: By::User,
        reaching: at(20),
        over: Over::Within(HOUR),
        cool_down: HOUR,
        ..custom("unusual-profile-updates", "user.updated")
    }
}

fn unusual_invitations() -> Playbook {
    Playbook {
        about: "A user who invites many (Sqreen's \"Unusual volume of user invited\"; the figure is ours). It needs \
                the custom event `user.invited`."
            .into(),
        by: By::User,
        reaching: at(20),
        over: Over::Within(HOUR),
        cool_down: HOUR,
        ..custom("unusual-invitations", "user.invited")
    }
}

fn unusual_deletions() -> Playbook {
    Playbook {
        about: "A user who deletes much (Sqreen's \"Unusual volume of deletion performed\"; the figure is ours). It \
                needs the custom event `item.deleted`."
            .into(),
        by: By::User,
        reaching: at(50),
        over: Over::Within(HOUR),
        cool_down: HOUR,
        severity: Severity::High,
        ..custom("unusual-deletions", "item.deleted")
    }
}

fn unusual_account_deletions() -> Playbook {
    Playbook {
        about: "Accounts deleted from one address (Sqreen's \"Unusual volume of accounts deleted\"): more than five \
                in five minutes, Datadog's figure. It needs the custom event `user.deleted`."
            .into(),
        reaching: at(6),
        over: Over::Within(5 * MINUTE),
        cool_down: HOUR,
        severity: Severity::High,
        ..custom("unusual-account-deletions", "user.deleted")
    }
}

fn multiple_sign_ups() -> Playbook {
    Playbook {
        about: "Several accounts opened from one address (Sqreen's \"Notify on multiple signups from an IP\"; five in \
                ten minutes is where Arcjet advises to stop)."
            .into(),
        only_if: Conditions {
            outcome: vec![Outcome::Success],
            ..Conditions::default()
        },
        reaching: at(5),
        cool_down: HOUR,
        severity: Severity::Low,
        ..Playbook::new("multiple-sign-ups", When::SignUp)
    }
}

fn tor_blocked() -> Playbook {
    Playbook {
        about: "Whoever tries to log in through Tor (Sqreen's \"Block users connecting from TOR\"). For services \
                whose people have no reason to use it; it needs a list of Tor's exits."
            .into(),
        only_if: Conditions {
            address: AddressKind::Tor.into(),
            ..Conditions::default()
        },
        then: vec![Then::BanAddress],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        ..Playbook::new("tor-blocked", When::Login)
    }
}

fn sign_ups_geoblocked() -> Playbook {
    Playbook {
        about: "Sign-ups from countries you do not serve (Sqreen's \"User signups geoblocking\"): give them as \
                `if.country`. It needs a database of countries."
            .into(),
        only_if: Conditions {
            country: Some(CountryIs::OneOf(Vec::new())),
            ..Conditions::default()
        },
        then: vec![Then::CloseSignUps],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        severity: Severity::Low,
        ..Playbook::new("sign-ups-geoblocked", When::SignUp)
    }
}

fn admin_login_from_overseas() -> Playbook {
    Playbook {
        about: "An administrator logs in from abroad (Sqreen's \"Monitor admin login from overseas\"): give the \
                countries at home as `if.country = { not = […] }`. It needs a database of countries, and `role` \
                among the traits of a login."
            .into(),
        only_if: Conditions {
            outcome: vec![Outcome::Success],
            country: Some(CountryIs::OneOf(Vec::new())),
            traits: [("role".into(), Test::OneOf(vec!["admin".into()]))].into(),
            ..Conditions::default()
        },
        by: By::User,
        severity: Severity::High,
        ..Playbook::new("admin-login-from-overseas", When::Login)
    }
}

fn password_reset_abuse() -> Playbook {
    Playbook {
        about: "Password resets from one address in quick succession (Sqreen's \"Reset password abuse\"; three in a \
                minute is the figure of Sqreen's own demonstration). It needs the custom event `password.reset`."
            .into(),
        reaching: at(3),
        over: Over::Within(MINUTE),
        cool_down: HOUR,
        ..custom("password-reset-abuse", "password.reset")
    }
}

fn failed_payments() -> Playbook {
    Playbook {
        about: "Stolen cards being tried (Sqreen's \"Unusual volume of failed payment attempts\", OWASP OAT-001): \
                more than three in five minutes from one address, Datadog's figure. It needs the custom event \
                `payment.failed`."
            .into(),
        reaching: at(4),
        over: Over::Within(5 * MINUTE),
        cool_down: HOUR,
        ..custom("failed-payments", "payment.failed")
    }
}

fn microwires() -> Playbook {
    Playbook {
        about: "Many tiny transfers, by which accounts are tried out (Sqreen's \"Suspicious volume of microwires\"; \
                the figures are ours). It needs the custom event `wire.sent` with the property `amount`."
            .into(),
        only_if: property("amount", Test::Below(1.0)),
        by: By::User,
        reaching: at(5),
        over: Over::Within(HOUR),
        cool_down: HOUR,
        ..custom("microwires", "wire.sent")
    }
}

fn content_abuse() -> Playbook {
    Playbook {
        about: "A user who posts like a machine (Sqreen's \"Content abuse\", OWASP OAT-017; the figure is ours). It \
                needs the custom event `content.posted`."
            .into(),
        by: By::User,
        reaching: at(20),
        cool_down: HOUR,
        severity: Severity::Low,
        ..custom("content-abuse", "content.posted")
    }
}

fn free_plan_abuse() -> Playbook {
    Playbook {
        about: "Seats of a free plan handed out in quick succession (Sqreen's \"Free plan abuse\", with its figures: \
                two invitations in five minutes). It needs the custom event `user.invited`."
            .into(),
        by: By::User,
        reaching: at(2),
        over: Over::Within(5 * MINUTE),
        cool_down: HOUR,
        severity: Severity::Low,
        ..custom("free-plan-abuse", "user.invited")
    }
}

fn costly_features() -> Playbook {
    Playbook {
        about: "A user who uses up what costs you money (Sqreen's \"Abuse of costly features\"; ten in 300 seconds \
                is the figure of Sqreen's own demonstration). It needs the custom event `feature.used`."
            .into(),
        by: By::User,
        reaching: at(10),
        over: Over::Within(5 * MINUTE),
        cool_down: HOUR,
        ..custom("costly-features", "feature.used")
    }
}

fn sensitive_data_leak() -> Playbook {
    Playbook {
        about: "A user who reads more records about people than anybody needs to (Sqreen's \"Potential leak of \
                sensitive data\"; the figure is ours). It needs the custom event `sensitive_data.read`."
            .into(),
        by: By::User,
        reaching: at(100),
        over: Over::Within(HOUR),
        cool_down: HOUR,
        severity: Severity::High,
        ..custom("sensitive-data-leak", "sensitive_data.read")
    }
}

fn custom(name: &str, event: &'static str) -> Playbook {
    Playbook::new(name, When::Custom(EventName::of_ours(event)))
}

fn property(name: &str, test: Test) -> Conditions {
    Conditions {
        properties: [(name.into(), test)].into(),
        ..Conditions::default()
    }
}

fn at(threshold: u32) -> NonZeroU32 {
    NonZeroU32::new(threshold).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn the_templates_are_valid_also_beside_the_built_in_playbooks() {
        let mut all = Policy::default().playbooks().to_vec();
        all.extend(playbooks());
        assert_eq!(Policy::new(all.clone()).unwrap().playbooks(), all);
    }

    #[test]
    fn the_events_they_wait_for_have_valid_names() {
        for template in playbooks() {
            if let When::Custom(name) = &template.when {
                assert_eq!(EventName::new(name.as_str().to_owned()).as_ref(), Ok(name));
            }
        }
    }

    #[test]
    fn each_says_whose_it_was_and_for_which_event_it_waits() {
        for template in playbooks() {
            assert!(template.about.contains("Sqreen's"), "{}", template.name);
            if let When::Custom(event) = &template.when {
                assert!(
                    template.about.contains(&format!("`{event}`")),
                    "{}",
                    template.name
                );
            }
        }
    }

    #[test]
    fn a_template_is_found_by_its_name() {
        for template in Policy::templates() {
            assert_eq!(Policy::template(&template.name), Some(template));
        }
        assert_eq!(
            Policy::template("credential-stuffing"),
            None,
            "it is on already"
        );
    }
}
