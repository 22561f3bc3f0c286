//! The playbooks that every agent has unless it is told otherwise, each with where its figures come from.
//!
//! What they promise together: one address gets at most ten guesses in its first minute and some forty a day, one
//! account at most a hundred a day from however many addresses; nobody is refused where they are at home
//! because others fail elsewhere; an office of 500 people of whom 8 % mistype is never turned away; bans begin with a
//! quarter of an hour and end after twelve.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::event::{AddressKind, AddressKinds, EventName, Outcome, Severity};

use super::{
    After, By, Conditions, CountryIs, Counts, Habit, Over, Playbook, RiskIs, Then, TravelIs,
    UserIs, When,
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const WEEK: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The longest automatic ban of an address: what Datadog's guide to account theft advises after an attack.
const HALF_A_DAY: Duration = Duration::from_secs(12 * 60 * 60);

/// The custom event that says that somebody asked for a new password.
/// A custom event whose user is whom it is done to: anybody can ask for a reset of anybody's password.
pub(super) const PASSWORD_RESET: &str = "password.reset";

pub(super) fn playbooks() -> Vec<Playbook> {
    vec![
        credential_cracking(),
        credential_stuffing(),
        rapid_guessing(),
        guessing_all_day(),
        cracking_all_day(),
        low_and_slow(),
        stuffing_from_a_network(),
        distributed_cracking(),
        account_guessed_all_day(),
        spraying(),
        distributed_guessing(),
        shared_client(),
        takeover_after_cracking(),
        takeover_after_stuffing(),
        impossible_travel(),
        tor(),
        anonymous_network(),
        new_country(),
        unusual_network(),
        risky_login(),
        takeover_in_a_wave(),
        session_taken_over(),
        mass_sign_up(),
        sign_ups_all_day(),
        distributed_sign_up(),
        resets_of_many(),
        resets_of_one(),
        honey_account(),
    ]
}

/// A failed login in the name of somebody who has not logged in from there: of what people do at home, nothing
/// is held against their address.
fn failed_elsewhere() -> Conditions {
    Conditions {
        place: Some(Habit::New),
        ..failed()
    }
}

fn failed() -> Conditions {
    Conditions {
        outcome: vec![Outcome::Failure],
        ..Conditions::default()
    }
}

fn succeeded() -> Conditions {
    Conditions {
        outcome: vec![Outcome::Success],
        ..Conditions::default()
    }
}

/// A successful login of somebody who has logged in before.
fn back_again() -> Conditions {
    Conditions {
        user: Some(UserIs::Known),
        ..succeeded()
    }
}

fn credential_cracking() -> Playbook {
    Playbook {
        about: "Credential cracking (OWASP OAT-007, MITRE ATT&CK T1110.001) from one address: ten failures in a \
                row for one user, the default of Auth0, Clerk, Stytch and Okta."
            .into(),
        only_if: failed(),
        by: By::UserAndAddress,
        reaching: at(10),
        over: Over::Within(10 * MINUTE),
        redeemed_by_success: true,
        then: vec![Then::BanAddress],
        at_most: HALF_A_DAY,
        ..Playbook::new("credential-cracking", When::Login)
    }
}

fn credential_stuffing() -> Playbook {
    Playbook {
        about: "Credential stuffing (OWASP OAT-008, MITRE ATT&CK T1110.004): one address tries many accounts. \
                AWS WAF ATP fires at ten failures in ten minutes, Datadog at five accounts and 30 failures. Where \
                people are at home, as many have to fail as there are: of the first few of an office whose people \
                all come at once, a third may have mistyped."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Address,
        counts: Counts::Users,
        reaching: at(10),
        over: Over::Within(10 * MINUTE),
        sparing: Some(100),
        redeemed_by_success: true,
        then: vec![Then::BanAddress],
        at_most: HALF_A_DAY,
        ..Playbook::new("credential-stuffing", When::Login)
    }
}

fn rapid_guessing() -> Playbook {
    Playbook {
        about: "Ten guesses in a minute from one address (MITRE ATT&CK T1110), on however many accounts: the \
                first minute of a tool that mixes cracking and stuffing to stay below both. Where people are at \
                home it asks for as many guesses as there are, as `credential-stuffing` does."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Address,
        reaching: at(10),
        over: Over::Within(MINUTE),
        sparing: Some(100),
        redeemed_by_success: true,
        then: vec![Then::BanAddress],
        at_most: HALF_A_DAY,
        ..Playbook::new("rapid-guessing", When::Login)
    }
}

fn guessing_all_day() -> Playbook {
    Playbook {
        about: "What one address may guess in a day (MITRE ATT&CK T1110), however it spreads its guesses: 40, \
                where the defaults of others allow from 100 (Auth0) to 8,640 (CrowdSec)."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Address,
        reaching: at(40),
        over: Over::Within(DAY),
        sparing: Some(20),
        redeemed_by_success: true,
        starts_over: false,
        cool_down: HALF_A_DAY,
        then: vec![Then::BanAddress],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        ..Playbook::new("guessing-all-day", When::Login)
    }
}

fn cracking_all_day() -> Playbook {
    Playbook {
        about: "What may be guessed in a day on one account from one address, be it one where the account's owner \
                is at home (OWASP OAT-007): 20 without one success."
            .into(),
        only_if: failed(),
        by: By::UserAndAddress,
        reaching: at(20),
        over: Over::Within(DAY),
        redeemed_by_success: true,
        starts_over: false,
        cool_down: HALF_A_DAY,
        then: vec![Then::BanAddress],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        ..Playbook::new("credential-cracking-all-day", When::Login)
    }
}

fn low_and_slow() -> Playbook {
    Playbook {
        about: "Low and slow: what one address may guess in a week (MITRE ATT&CK T1110). CrowdSec looks for gaps of \
                more than ten minutes and back for two hours."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Address,
        reaching: at(60),
        over: Over::Within(WEEK),
        sparing: Some(20),
        redeemed_by_success: true,
        starts_over: false,
        cool_down: HALF_A_DAY,
        then: vec![Then::BanAddress],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        ..Playbook::new("low-and-slow", When::Login)
    }
}

fn stuffing_from_a_network() -> Playbook {
    Playbook {
        about: "Credential stuffing (OWASP OAT-008, MITRE ATT&CK T1110.004) from one network whose addresses take \
                turns: 30 accounts, Datadog's figure, in ten minutes."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Network,
        counts: Counts::Users,
        reaching: at(30),
        over: Over::Within(10 * MINUTE),
        sparing: Some(20),
        redeemed_by_success: true,
        then: vec![Then::BanNetwork],
        at_most: 4 * HOUR,
        severity: Severity::High,
        ..Playbook::new("network-credential-stuffing", When::Login)
    }
}

fn distributed_cracking() -> Playbook {
    Playbook {
        about: "Credential cracking (OWASP OAT-007, MITRE ATT&CK T1110.001) from however many addresses: 20 \
                failures on one user, Datadog's figure. The account is closed to logins from where its owner has \
                never logged in; the owner's own places are not touched, so that nobody can lock them out, which \
                Keycloak's manual warns of for its own lockout."
            .into(),
        only_if: failed_elsewhere(),
        by: By::User,
        reaching: at(20),
        over: Over::Within(HOUR),
        then: vec![Then::CloseUser],
        at_most: HALF_A_DAY,
        severity: Severity::High,
        ..Playbook::new("distributed-credential-cracking", When::Login)
    }
}

fn account_guessed_all_day() -> Playbook {
    Playbook {
        about: "What may be guessed on one account in a day from however many addresses: 70, and with what is \
                guessed at its owner's home less than the 100 of NIST SP 800-63B, 5.2.2, which are for ever."
            .into(),
        only_if: failed_elsewhere(),
        by: By::User,
        reaching: at(70),
        over: Over::Within(DAY),
        starts_over: false,
        cool_down: HALF_A_DAY,
        then: vec![Then::CloseUser],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        severity: Severity::High,
        ..Playbook::new("account-guessed-all-day", When::Login)
    }
}

fn spraying() -> Playbook {
    Playbook {
        about: "Password spraying (MITRE ATT&CK T1110.003): one password fails on many accounts, Microsoft's signal. \
                It needs `secret = …` at the login, and only tells people: on large sites many mistype alike."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Secret,
        counts: Counts::Users,
        reaching: at(10),
        over: Over::Within(DAY),
        cool_down: HOUR,
        severity: Severity::High,
        ..Playbook::new("password-spraying", When::Login)
    }
}

fn distributed_guessing() -> Playbook {
    Playbook {
        about: "Credential stuffing (OWASP OAT-008, MITRE ATT&CK T1110.004) with about one attempt for each address \
                and account, 1.01 in the campaigns Datadog describes: more logins fail at unfamiliar places than is \
                usual for this application, by four standard deviations."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Everything,
        reaching: at(30),
        over: Over::Within(15 * MINUTE),
        above_usual: Some(at(4)),
        cool_down: HOUR,
        severity: Severity::High,
        ..Playbook::new("distributed-credential-stuffing", When::Login)
    }
}

fn shared_client() -> Playbook {
    Playbook {
        about: "A distributed attack by what its attempts share (MITRE ATT&CK T1110.004): one user agent fails from \
                50 addresses in ten minutes, and hardly ever logs in. Datadog clusters attackers by user agent."
            .into(),
        only_if: failed_elsewhere(),
        by: By::Device,
        counts: Counts::Addresses,
        reaching: at(50),
        over: Over::Within(10 * MINUTE),
        share: Some(90),
        cool_down: HOUR,
        severity: Severity::High,
        ..Playbook::new("attacking-client", When::Login)
    }
}

fn takeover_after_cracking() -> Playbook {
    Playbook {
        about: "A login at an unfamiliar place after ten failures at such places (MITRE ATT&CK T1078): somebody \
                guessed the password. Datadog's rule is ten failures for each success."
            .into(),
        only_if: Conditions {
            place: Some(Habit::New),
            ..succeeded()
        },
        by: By::User,
        after: Some(After {
            when: When::Login,
            only_if: failed_elsewhere(),
            counts: Counts::Events,
            reaching: at(10),
            within: DAY,
        }),
        then: vec![Then::AtRisk, Then::StepUp],
        lasting: DAY,
        at_most: DAY,
        severity: Severity::Critical,
        ..Playbook::new("takeover-after-cracking", When::Login)
    }
}

fn takeover_after_stuffing() -> Playbook {
    Playbook {
        about: "A login from an address that has just failed on five other accounts (MITRE ATT&CK T1078): of stolen \
                passwords one in a hundred to a thousand is right (Datadog's guide to account theft)."
            .into(),
        only_if: Conditions {
            place: Some(Habit::New),
            ..succeeded()
        },
        by: By::Address,
        after: Some(After {
            when: When::Login,
            only_if: failed_elsewhere(),
            counts: Counts::Users,
            reaching: at(5),
            within: HOUR,
        }),
        sparing: Some(20),
        redeemed_by_success: true,
        then: vec![Then::AtRisk, Then::StepUp],
        lasting: DAY,
        at_most: DAY,
        severity: Severity::Critical,
        ..Playbook::new("takeover-after-stuffing", When::Login)
    }
}

fn impossible_travel() -> Playbook {
    Playbook {
        about: "Impossible travel (OWASP AppSensor AE13, MITRE ATT&CK T1078): two logins farther apart than 300 km, \
                beyond what is unsure about both places, and faster than the 900 km an hour of an airliner."
            .into(),
        only_if: Conditions {
            travel: Some(TravelIs {
                kilometres: 300,
                kilometres_an_hour: 900,
            }),
            ..succeeded()
        },
        by: By::User,
        then: vec![Then::AtRisk],
        lasting: DAY,
        at_most: DAY,
        severity: Severity::High,
        ..Playbook::new("impossible-travel", When::Login)
    }
}

fn tor() -> Playbook {
    Playbook {
        about:
            "A login through Tor (MITRE ATT&CK T1090.003) of somebody who has never used it here."
                .into(),
        only_if: Conditions {
            address: AddressKind::Tor.into(),
            kind: Some(Habit::New),
            ..back_again()
        },
        by: By::User,
        then: vec![Then::AtRisk],
        lasting: DAY,
        at_most: DAY,
        ..Playbook::new("tor", When::Login)
    }
}

fn anonymous_network() -> Playbook {
    Playbook {
        about: "A login from a data centre, a VPN or a proxy (MITRE ATT&CK T1090) of somebody who has never used one \
                here."
            .into(),
        only_if: Conditions {
            address: AddressKinds::ANONYMOUS.difference(AddressKind::Tor.into()),
            kind: Some(Habit::New),
            ..back_again()
        },
        by: By::User,
        then: vec![Then::AtRisk],
        lasting: DAY,
        at_most: DAY,
        severity: Severity::Low,
        ..Playbook::new("anonymous-network", When::Login)
    }
}

fn new_country() -> Playbook {
    Playbook {
        about: "A login from a country the user has not logged in from (MITRE ATT&CK T1078)."
            .into(),
        only_if: Conditions {
            country: Some(CountryIs::Habit(Habit::New)),
            ..back_again()
        },
        by: By::User,
        severity: Severity::Low,
        ..Playbook::new("new-country", When::Login)
    }
}

fn unusual_network() -> Playbook {
    Playbook {
        about: "A login from a network and with a user agent that are both new for the user (Freeman et al., NDSS \
                2016, judge a login by these two)."
            .into(),
        only_if: Conditions {
            network: Some(Habit::New),
            device: Some(Habit::New),
            ..back_again()
        },
        by: By::User,
        severity: Severity::Low,
        ..Playbook::new("unusual-network", When::Login)
    }
}

fn risky_login() -> Playbook {
    Playbook {
        about: "A login that an attacker is more than three times as likely to have made as the user, by where it comes from, \
                with what and when (MITRE ATT&CK T1078; Freeman et al., NDSS 2016, and Wiefling et al., ACM TOPS \
                2022). Hours and habits alone get no farther than that. So are seven of a thousand logins of honest \
                people on made-up traffic, and most of those with a stolen password from anywhere."
            .into(),
        only_if: Conditions {
            risk: Some(RiskIs { above: 75 }),
            ..back_again()
        },
        by: By::User,
        then: vec![Then::AtRisk, Then::Notify],
        lasting: DAY,
        at_most: DAY,
        ..Playbook::new("risky-login", When::Login)
    }
}

fn takeover_in_a_wave() -> Playbook {
    Playbook {
        about: "A login that is likelier an attacker's than the user's, while logins fail at unfamiliar places \
                everywhere (MITRE ATT&CK T1078): of the many addresses of a stuffing attack, the one that was right. \
                30 accounts in a quarter of an hour are few for a large application, which will want more."
            .into(),
        only_if: Conditions {
            place: Some(Habit::New),
            risk: Some(RiskIs { above: 60 }),
            ..back_again()
        },
        by: By::Everything,
        after: Some(After {
            when: When::Login,
            only_if: failed_elsewhere(),
            counts: Counts::Users,
            reaching: at(30),
            within: 15 * MINUTE,
        }),
        redeemed_by_success: true,
        then: vec![Then::AtRisk, Then::StepUp],
        lasting: DAY,
        at_most: DAY,
        severity: Severity::High,
        ..Playbook::new("takeover-during-stuffing", When::Login)
    }
}

fn session_taken_over() -> Playbook {
    Playbook {
        about: "A session whose network changes within an hour, and with it the user agent or the country (OWASP \
                AppSensor SE5 and SE6, MITRE ATT&CK T1539). It needs `session = …` where the session's user is identified."
            .into(),
        by: By::Session,
        counts: Counts::Handovers,
        over: Over::Within(HOUR),
        then: vec![Then::AtRisk, Then::StepUp],
        lasting: DAY,
        at_most: DAY,
        severity: Severity::High,
        ..Playbook::new("session-taken-over", When::Session)
    }
}

fn mass_sign_up() -> Playbook {
    Playbook {
        about: "Mass sign-up (OWASP OAT-019, MITRE ATT&CK T1585): ten accounts in ten minutes from one address. \
                Arcjet advises to stop at five, Datadog's older rule fired at eleven."
            .into(),
        only_if: succeeded(),
        by: By::Address,
        reaching: at(10),
        over: Over::Within(10 * MINUTE),
        then: vec![Then::CloseSignUps],
        at_most: HALF_A_DAY,
        ..Playbook::new("mass-sign-up", When::SignUp)
    }
}

fn sign_ups_all_day() -> Playbook {
    Playbook {
        about: "How many accounts may be opened from one address in a day (OWASP OAT-019): 40."
            .into(),
        only_if: succeeded(),
        by: By::Address,
        reaching: at(40),
        over: Over::Within(DAY),
        starts_over: false,
        cool_down: HALF_A_DAY,
        then: vec![Then::CloseSignUps],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        ..Playbook::new("sign-up-all-day", When::SignUp)
    }
}

fn distributed_sign_up() -> Playbook {
    Playbook {
        about: "Mass sign-up (OWASP OAT-019) from many addresses: more accounts are opened in half an hour than is \
                usual for this application, by four standard deviations."
            .into(),
        only_if: succeeded(),
        by: By::Everything,
        reaching: at(20),
        over: Over::Within(30 * MINUTE),
        above_usual: Some(at(4)),
        cool_down: HOUR,
        ..Playbook::new("distributed-sign-up", When::SignUp)
    }
}

fn resets_of_many() -> Playbook {
    Playbook {
        about: "User enumeration through password resets (OWASP OAT-018, MITRE ATT&CK T1589): more than five users \
                in five minutes from one address, Datadog's figure. It needs the custom event `password.reset`."
            .into(),
        by: By::Address,
        counts: Counts::Users,
        reaching: at(6),
        over: Over::Within(5 * MINUTE),
        sparing: Some(20),
        then: vec![Then::BanAddress],
        at_most: HALF_A_DAY,
        ..Playbook::new("password-reset-enumeration", password_reset())
    }
}

fn resets_of_one() -> Playbook {
    Playbook {
        about: "A flood of password resets of one user (MITRE ATT&CK T1586): more than ten in five minutes, \
                Datadog's figure. It needs the custom event `password.reset`."
            .into(),
        by: By::User,
        reaching: at(11),
        over: Over::Within(5 * MINUTE),
        cool_down: HOUR,
        ..Playbook::new("password-reset-flood", password_reset())
    }
}

fn honey_account() -> Playbook {
    Playbook {
        about: "An attempt on an account that nobody uses (OWASP AppSensor HT): give their names as `if.user`.".into(),
        only_if: Conditions {
            user: Some(UserIs::OneOf(Vec::new())),
            ..Conditions::default()
        },
        by: By::Address,
        then: vec![Then::BanAddress],
        lasting: HALF_A_DAY,
        at_most: HALF_A_DAY,
        severity: Severity::High,
        ..Playbook::new("honey-account", When::Login)
    }
}

fn password_reset() -> When {
    When::Custom(EventName::of_ours(PASSWORD_RESET))
}

fn at(threshold: u32) -> NonZeroU32 {
    NonZeroU32::new(threshold).unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    #[test]
    fn no_policy_can_ban_for_ever() {
        let mut policy = Policy::default();
        if let Some(playbook) = policy.get_mut("credential-stuffing") {
            playbook.at_most = Duration::MAX;
        }
        assert!(policy.validate().is_err());
        assert!(crate::Agent::builder().policy(policy).build().is_err());
    }

    #[test]
    fn the_built_in_playbooks_are_valid() {
        let built_in = Policy::default();
        assert_eq!(Policy::new(built_in.playbooks().to_vec()), Ok(built_in));
    }

    #[test]
    fn each_names_what_it_finds_by_a_name_of_the_field() {
        for playbook in playbooks() {
            let about = &playbook.about;
            let named = ["OAT-", "T1", "AppSensor", "NDSS", "NIST"];
            assert!(
                named.iter().any(|name| about.contains(name)),
                "{}: {about}",
                playbook.name
            );
        }
    }

    #[test]
    fn bans_begin_with_a_quarter_of_an_hour_and_end_after_half_a_day() {
        for playbook in playbooks() {
            let bans = playbook.then.iter().any(|then| then.is_of_address());
            assert!(!bans || playbook.at_most <= HALF_A_DAY, "{}", playbook.name);
            assert!(playbook.lasting >= Playbook::SHORTEST, "{}", playbook.name);
        }
    }

    #[test]
    fn only_what_users_do_themselves_makes_them_suspects() {
        let mut all = playbooks();
        all.extend(Policy::templates());
        all.retain(Playbook::suspects_its_user);
        let suspect: Vec<_> = all.iter().map(|playbook| &*playbook.name).collect();
        let expected = [
            "admin-role-granted",
            "user-outside-domain",
            "unusual-profile-updates",
            "unusual-invitations",
            "unusual-deletions",
            "microwires",
            "content-abuse",
            "free-plan-abuse",
            "costly-features",
            "sensitive-data-leak",
        ];
        assert_eq!(suspect, expected);
    }

    #[test]
    fn the_custom_events_they_wait_for_have_valid_names() {
        assert_eq!(
            EventName::new(PASSWORD_RESET).map(When::Custom),
            Ok(password_reset())
        );
    }
}
