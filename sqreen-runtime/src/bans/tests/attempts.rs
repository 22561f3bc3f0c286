//! Which bans keep somebody from logging in, or from opening an account.

use super::*;

#[test]
fn a_user_banned_at_an_address_cannot_log_in_there_and_that_is_all() {
    let bans = bans();
    let id = decide(&bans, 1, pair(1, "1.2.3.4"), Reach::Everything);
    assert_eq!(login(&bans, 1, "1.2.3.4"), Some(id));
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.4", true), Some(id));
    assert_eq!(login(&bans, 1, "1.2.3.5"), None, "elsewhere");
    assert_eq!(login(&bans, 2, "1.2.3.4"), None, "somebody else");
    assert_eq!(sign_up(&bans, 1, "1.2.3.4"), None);
    assert_eq!(nobody(&bans, LOGIN, Named::Nobody, "1.2.3.4"), None);
    let wide = decide(&bans, 2, pair(3, "1:2::/32"), Reach::Everything);
    assert_eq!(login(&bans, 3, "1:2:3::4"), Some(wide));
    assert_eq!(login(&bans, 3, "1:3::4"), None);
    bans.sweep(at(60));
    assert_eq!(login(&bans, 1, "1.2.3.4"), None, "it has ended");
}

#[test]
fn a_pair_is_freed_with_the_user_with_the_network_and_by_itself_and_with_nobody_else() {
    for (subject, lifts) in [
        (user(1).into(), true),
        (network("1.2.3.4"), true),
        (network("1.2.0.0/16"), true),
        (pair(1, "1.2.3.4"), true),
        (pair(1, "1.2.0.0/16"), true),
        (user(2).into(), false),
        (network("1.2.3.5"), false),
        (pair(2, "1.2.3.4"), false),
        (pair(1, "1.2.3.5"), false),
    ] {
        let pardon = What::Pardon {
            subject: subject.clone(),
        };
        let allow = What::Allow {
            subject: subject.clone(),
        };
        for (what, for_ever) in [(pardon, false), (allow, true)] {
            let bans = bans();
            ban(&bans, 1, pair(1, "1.2.3.4"), None);
            bans.apply(&event(what));
            assert_eq!(login(&bans, 1, "1.2.3.4").is_none(), lifts, "{subject}");
            assert_eq!(bans.count(), usize::from(!lifts), "{subject}");
            ban(&bans, 2, pair(1, "1.2.3.4"), None);
            let free = login(&bans, 1, "1.2.3.4").is_none();
            assert_eq!(free, lifts && for_ever, "{subject}");
        }
    }
}

#[test]
fn neither_a_user_nor_a_network_is_freed_with_a_pair() {
    let bans = bans();
    ban(&bans, 1, user(1).into(), None);
    ban(&bans, 2, network("1.2.3.4"), None);
    for what in [
        What::Pardon {
            subject: pair(1, "1.2.3.4"),
        },
        What::Allow {
            subject: pair(1, "1.2.3.4"),
        },
    ] {
        bans.apply(&event(what));
        assert_eq!(bans.count(), 2);
        assert!(login(&bans, 1, "1.2.3.4").is_some());
    }
}

#[test]
fn what_is_allowed_inside_of_a_wider_ban_may_be_tried() {
    let bans = bans();
    for subject in [network("1.2.3.9"), pair(2, "1.2.3.5")] {
        bans.apply(&event(What::Allow { subject }));
    }
    decide(&bans, 1, network("1.2.3.0/24"), Reach::UnfamiliarLogins);
    ban(&bans, 2, pair(2, "1.2.3.0/24"), None);
    assert_eq!(login(&bans, 1, "1.2.3.9"), None, "the address is allowed");
    assert_eq!(sign_up(&bans, 1, "1.2.3.9"), None);
    assert_eq!(login(&bans, 2, "1.2.3.5"), None, "the pair is allowed");
    assert_eq!(sign_up(&bans, 2, "1.2.3.5"), None);
    assert!(login(&bans, 2, "1.2.3.6").is_some());
    assert!(login(&bans, 1, "1.2.3.5").is_some());
}

#[test]
fn an_address_closed_to_unfamiliar_logins_is_open_to_those_at_home_there() {
    let bans = bans();
    let id = decide(&bans, 1, network("1.2.3.4"), Reach::UnfamiliarLogins);
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.4", false), Some(id));
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.4", true), None);
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.5", false), None);
    assert_eq!(nobody(&bans, LOGIN, Named::Nobody, "1.2.3.4"), Some(id));
    assert_eq!(nobody(&bans, LOGIN, Named::NotYet, "1.2.3.4"), None);
}

#[test]
fn who_cannot_log_in_as_a_stranger_can_open_an_account() {
    let bans = bans();
    decide(&bans, 1, network("1.2.3.4"), Reach::UnfamiliarLogins);
    assert_eq!(sign_up(&bans, 1, "1.2.3.4"), None);
    assert_eq!(nobody(&bans, SIGN_UP, Named::Nobody, "1.2.3.4"), None);
}

#[test]
fn a_closed_account_asks_more_of_its_user_than_a_closed_address() {
    let (bans, alice) = (bans(), super::user(1));
    let asked = |bans: &Bans| {
        let attempting = Attempting {
            kind: LOGIN,
            named: Named::User(&alice),
            address: "1.2.3.4".parse().ok(),
        };
        let mut asked = None;
        bans.of_attempt(
            &attempting,
            || at(0),
            |standard| asked.replace(standard).is_none(),
        );
        asked
    };
    decide(&bans, 1, network("1.2.3.4"), Reach::UnfamiliarLogins);
    assert_eq!(asked(&bans), Some(Standard::AsUsual));
    decide(&bans, 2, user(1).into(), Reach::UnfamiliarLogins);
    assert_eq!(asked(&bans), Some(Standard::AtHome));
}

#[test]
fn a_user_closed_to_unfamiliar_logins_can_log_in_at_home_and_sign_up() {
    let bans = bans();
    let id = decide(&bans, 1, user(1).into(), Reach::UnfamiliarLogins);
    assert_eq!(login(&bans, 1, "1.2.3.4"), Some(id));
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.4", true), None);
    assert_eq!(sign_up(&bans, 1, "1.2.3.4"), None);
    assert_eq!(login(&bans, 2, "1.2.3.4"), None);
}

#[test]
fn a_ban_from_signing_up_refuses_that_and_no_login() {
    for subject in [network("1.2.3.4"), user(1).into(), pair(1, "1.2.3.4")] {
        let bans = bans();
        let id = decide(&bans, 1, subject.clone(), Reach::SignUps);
        let familiar = attempt(&bans, SIGN_UP, 1, "1.2.3.4", true);
        assert_eq!(familiar, Some(id), "{subject}");
        assert_eq!(login(&bans, 1, "1.2.3.4"), None, "{subject}");
        assert_eq!(sign_up(&bans, 2, "1.2.3.5"), None, "{subject}");
    }
    let bans = bans();
    let id = decide(&bans, 1, network("1.2.3.4"), Reach::SignUps);
    assert_eq!(nobody(&bans, SIGN_UP, Named::NotYet, "1.2.3.4"), Some(id));
    assert_eq!(nobody(&bans, LOGIN, Named::Nobody, "1.2.3.4"), None);
}

#[test]
fn a_ban_without_a_condition_is_found_behind_one_that_has_one() {
    let bans = bans();
    decide(&bans, 1, network("1.2.3.4"), Reach::UnfamiliarLogins);
    let at_once = decide(&bans, 2, pair(1, "1.2.3.4"), Reach::Everything);
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.4", true), Some(at_once));
    assert_eq!(attempt(&bans, LOGIN, 1, "1.2.3.4", false), Some(at_once));
}
