//! Playbooks in files: what they change, and what is told of a mistake in them.

use super::*;
use crate::event::Severity;
use crate::policy::{
    By, CountryIs, Counts, Habit, Limit, Over, Playbook, Test, Then, UserIs, When,
};

fn playbook(text: &str, name: &str) -> Playbook {
    let config = file(text).unwrap();
    let found = config
        .policy
        .playbooks()
        .iter()
        .find(|playbook| *playbook.name == *name);
    found.unwrap().clone()
}

fn built_in(name: &str) -> Playbook {
    Policy::default().get_mut(name).unwrap().clone()
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

#[test]
fn of_a_built_in_playbook_only_what_is_named_changes() {
    let text =
        "[playbooks.credential-stuffing]\nreaching = 20\nmode = \"observe\"\nif.user = \"unknown\"";
    let mut expected = built_in("credential-stuffing");
    expected.reaching = 20.try_into().unwrap();
    expected.mode = Mode::Observe;
    expected.only_if.user = Some(UserIs::Unknown);
    assert_eq!(playbook(text, "credential-stuffing"), expected);
    let count = |config: Config| config.policy.playbooks().len();
    assert_eq!(count(file(text).unwrap()), count(Config::default()));
}

#[test]
fn what_goes_before_changes_by_key_as_well() {
    let text = "[playbooks.takeover-after-cracking]\nafter = { reaching = 5 }";
    let mut expected = built_in("takeover-after-cracking");
    expected.after.as_mut().unwrap().reaching = 5.try_into().unwrap();
    assert_eq!(playbook(text, "takeover-after-cracking"), expected);
}

#[test]
fn false_takes_back_what_a_built_in_playbook_says() {
    let text = r#"
        [playbooks.credential-stuffing]
        sparing = false
        if.place = false
        [playbooks.takeover-after-cracking]
        after = false
        if = false
        [playbooks.guessing-all-day]
        cool-down = false
        redeemed-by-success = false
    "#;
    let mut stuffing = built_in("credential-stuffing");
    (stuffing.sparing, stuffing.only_if.place) = (None, None);
    assert_eq!(playbook(text, "credential-stuffing"), stuffing);
    let takeover = playbook(text, "takeover-after-cracking");
    assert!(takeover.after.is_none() && takeover.only_if.is_empty());
    let all_day = playbook(text, "guessing-all-day");
    assert!(all_day.cool_down.is_zero() && !all_day.redeemed_by_success);
}

#[test]
fn a_playbook_that_is_off_is_gone_and_can_come_back() {
    let mut config = file("[playbooks.tor]\nmode = \"off\"").unwrap();
    assert!(config.policy.get_mut("tor").is_none());
    config
        .read_toml(
            "[playbooks.tor]\nseverity = \"high\"",
            Path::new("more.toml"),
        )
        .unwrap();
    assert_eq!(
        config.policy.get_mut("tor").unwrap().severity,
        Severity::High
    );
}

#[test]
fn a_playbook_of_ones_own_says_all_there_is_to_say() {
    let text = r#"
        [playbooks.slow-guessing]
        about = "after an example"
        when = "login"
        if = { outcome = ["failure"], country = { not = ["FR", "de"] }, traits.role = "admin" }
        unless = { from = ["192.0.2.0/24"], address = "tor" }
        by = "address"
        counts = "users"
        reaching = 11
        leaking = "60s"
        after = { when = "login", if = { outcome = "failure" }, counts = "users", reaching = 5, within = "1h" }
        share = 50
        sparing = 10
        starts-over = false
        cool-down = "5m"
        then = ["ban-address", "notify"]
        redirect = "/slow-down"
        lasting = "15m"
        at-most = "12h"
        severity = "high"
        mode = "observe"
    "#;
    let read = playbook(text, "slow-guessing");
    assert_eq!(&*read.about, "after an example");
    assert_eq!(read.when, When::Login);
    let country = |code: &str| code.parse().unwrap();
    let abroad = CountryIs::NoneOf(vec![country("FR"), country("DE")]);
    assert_eq!(read.only_if.country, Some(abroad));
    assert_eq!(
        read.only_if.traits["role"],
        Test::OneOf(vec!["admin".into()])
    );
    assert_eq!(read.unless.from, ["192.0.2.0/24".parse().unwrap()]);
    assert_eq!((&read.by, &read.counts), (&By::Address, &Counts::Users));
    assert_eq!(read.over, Over::Leaking(minutes(1)));
    let after = read.after.as_ref().unwrap();
    assert_eq!((after.reaching.get(), after.within), (5, minutes(60)));
    assert_eq!((read.share, read.sparing), (Some(50), Some(10)));
    assert!(!read.starts_over);
    assert_eq!(read.cool_down, minutes(5));
    assert_eq!(read.then, [Then::BanAddress, Then::Notify]);
    assert_eq!(read.redirect, "/slow-down".parse().ok());
    assert_eq!((read.lasting, read.at_most), (minutes(15), minutes(720)));
    assert_eq!((read.severity, read.mode), (Severity::High, Mode::Observe));
}

#[test]
fn lasting_longer_than_at_most_raises_it() {
    let read = playbook(
        "[playbooks.mine]\nwhen = \"login\"\nlasting = \"2h\"",
        "mine",
    );
    assert_eq!((read.lasting, read.at_most), (minutes(120), minutes(120)));
    let shorter = mistake("[playbooks.mine]\nwhen = \"login\"\nlasting = \"2h\"\nat-most = \"1h\"");
    assert!(
        shorter.starts_with("sqreen.toml:4: the playbook `mine` needs an `at-most`"),
        "{shorter}"
    );
}

#[test]
fn a_template_is_changed_as_a_built_in_playbook_is() {
    let text = "[playbooks.my-invites]\nreaching = 3\ntemplate = \"unusual-invitations\"\nwhen = \"team.joined\"";
    let mut expected = Policy::template("unusual-invitations").unwrap();
    expected.name = "my-invites".into();
    expected.reaching = 3.try_into().unwrap();
    expected.when = When::Custom(crate::event::EventName::new("team.joined").unwrap());
    assert_eq!(playbook(text, "my-invites"), expected);

    let stricter =
        "[playbooks.admins]\ntemplate = \"rapid-guessing\"\nif.user = [\"root\"]\nreaching = 3";
    assert_eq!(playbook(stricter, "admins").only_if.place, Some(Habit::New));
}

#[test]
fn playbooks_of_ones_own_are_asked_in_the_order_of_the_file() {
    let text = "[playbooks.zebra]\nwhen = \"login\"\n[playbooks.ant]\nwhen = \"login\"";
    let config = file(text).unwrap();
    let names: Vec<&str> = config
        .policy
        .playbooks()
        .iter()
        .map(|one| &*one.name)
        .collect();
    assert!(names.ends_with(&["zebra", "ant"]), "{names:?}");
}

/// A text, and what is told of it.
#[test]
fn a_mistake_names_its_line_its_key_and_the_word_that_was_meant() {
    for (text, told) in [
        (
            "[playbooks.mine]\nwhen = \"login\"\n\n[playbooks.mine.if]\noutcom = \"failure\"",
            "sqreen.toml:5: there is no `playbooks.mine.if.outcom`; did you mean `outcome`?",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nif = { outcome = [\n  \"failure\",\n  \"sucess\",\n] }",
            "sqreen.toml:5: `playbooks.mine.if.outcome` is \"sucess\", but should be \"success\", \"failure\", \
             \"error\", \"cancelled\" or \"panicked\"; did you mean \"success\"?",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\ncool_down = \"5m\"",
            "sqreen.toml:3: there is no `playbooks.mine.cool_down`; did you mean `cool-down`?",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nby = \"ip\"",
            "sqreen.toml:3: `playbooks.mine.by` is \"ip\", but should be \"address\", \"network\", \"user\", \
             \"user-and-address\", \"device\", \"session\", \"secret\" or \"everything\", or { property = \"…\" }",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nthen = [\"notify\", \"ban-adress\"]",
            "sqreen.toml:3: `playbooks.mine.then` is \"ban-adress\", but should be \"notify\", \"ban-address\", \
             \"ban-network\", \"close-sign-ups\", \"ban-user\", \"close-user\", \"step-up\" or \"at-risk\"; did you \
             mean \"ban-address\"?",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nif.country = \"UK\"",
            "sqreen.toml:3: `playbooks.mine.if.country` is \"UK\", but should be the two letters of a country (ISO \
             3166-1), such as \"FR\"; did you mean \"GB\"?",
        ),
        (
            "[playbooks.credential-stufing]\nreaching = 3",
            "sqreen.toml:1: there is no `playbooks.credential-stufing`; did you mean `credential-stuffing`? (one of \
             your own needs `when`, or a `template`)",
        ),
        (
            "[playbooks.something-else]\nreaching = 3",
            "sqreen.toml:1: there is no `playbooks.something-else` among the built-in playbooks; one of your own \
             needs `when`, or a `template`",
        ),
        (
            "[playbooks.free-plan-abuse]\nreaching = 3",
            "sqreen.toml:1: there is no `playbooks.free-plan-abuse`, but a template of that name: add `template = \
             \"free-plan-abuse\"`",
        ),
        (
            "[playbooks.mine]\ntemplate = \"free-plan-abus\"",
            "sqreen.toml:2: `playbooks.mine.template` is \"free-plan-abus\", but should be the name of a template or \
             of a built-in playbook; did you mean \"free-plan-abuse\"?",
        ),
        (
            "[playbooks.tor]\ntemplate = \"free-plan-abuse\"",
            "sqreen.toml:2: `playbooks.tor.template` is \"free-plan-abuse\", but should be left out: a playbook of \
             this name is there already, and is changed as it is",
        ),
        (
            "[playbooks.blocked]\nreaching = 1\ntemplate = \"sign-ups-geoblocked\"",
            "sqreen.toml:3: `playbooks.blocked.if.country` is missing: this template needs it, as in `if.country = \
             [\"FR\"]` or `{ not = [\"FR\"] }`",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nwithin = \"1h\"\nleaking = \"1m\"",
            "sqreen.toml:4: `playbooks.mine.leaking` is \"1m\", but should be left out: `within` and `leaking` are \
             two ways to count in the course of time",
        ),
        (
            "[playbooks.mine]\nwhen = \"session\"\nreaching = 2\nif.outcome = \"failure\"",
            "sqreen.toml:4: the playbook `mine` asks for an outcome, which only logins and sign-ups have",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nafter = { when = \"login\" }",
            "sqreen.toml:3: `playbooks.mine.after.within` is missing: write a table, as in { when = \"login\", if = \
             { outcome = \"failure\" }, reaching = 5, within = \"1h\" }",
        ),
        (
            "[playbooks.mine]\nwhen = \"order.paid\"\nif.properties.total = { abve = 3 }",
            "sqreen.toml:3: there is no `playbooks.mine.if.properties.total.abve`; did you mean `above`?",
        ),
        (
            "[playbooks.mine]\nwhen = \"order.paid\"\nif.properties.\"to\\ntal\" = 1979-05-27",
            "sqreen.toml:3: `playbooks.mine.if.properties.\"to\\ntal\"` is a date or time, but should be a text, a \
             number, true or false, a list of them, or a test such as { above = 100 }",
        ),
        (
            "[playbooks.mine]\nwhen = \"login\"\nif.from = [\"10.0.0.0/8\",\n\"10.0.0.0/40\"]",
            "sqreen.toml:4: `playbooks.mine.if.from` is \"10.0.0.0/40\", but should be an address or a network, such \
             as \"192.0.2.0/24\" (",
        ),
        (
            "playbooks.tor = 1",
            "sqreen.toml:1: `playbooks.tor` is 1, but should be a table",
        ),
    ] {
        let found = mistake(text);
        assert!(found.starts_with(told), "\n{found}\nfor\n{told}");
    }
}

#[test]
fn a_playbook_with_more_than_fits_names_the_first_that_does_not() {
    let mut text = String::new();
    for n in 0..Policy::MAX_MARKS {
        text += &format!("[playbooks.number-{n}]\nwhen = \"login\"\nby = {{ property = \"p\" }}\n");
    }
    let one_too_many = text.clone() + "[playbooks.last]\nwhen = \"login\"\nby = \"device\"\n";
    assert!(mistake(&text).contains("looks at a property"));
    let text = one_too_many.replace("by = { property = \"p\" }", "by = \"device\"");
    let found = mistake(&text);
    assert!(
        found.contains("one too many that counts by the same"),
        "{found}"
    );
}

#[test]
fn a_policy_file_holds_playbooks_and_nothing_else() {
    let folder = crate::testing::Folder::new();
    let path = folder.write("playbooks.toml", "[playbooks.tor]\nmode = \"observe\"");
    let mut config = Config::default();
    config.read_policy(&path).unwrap();
    assert_eq!(config.policy.get_mut("tor").unwrap().mode, Mode::Observe);

    folder.write(
        "playbooks.toml",
        "[playbooks.tor]\nmode = \"off\"\n[playbook]\n",
    );
    let mistake = config.read_policy(&path).unwrap_err().to_string();
    assert!(
        mistake.ends_with("playbooks.toml:3: there is no `playbook`; did you mean `playbooks`?"),
        "{mistake}"
    );
    assert!(
        config.policy.get_mut("tor").is_some(),
        "nothing of it is taken in"
    );
}

#[test]
fn the_policy_file_lies_beside_the_file_that_names_it() {
    let mut config = Config::default();
    config
        .read_toml(
            "policy = \"playbooks.toml\"",
            Path::new("/etc/sqreen/sqreen.toml"),
        )
        .unwrap();
    assert_eq!(
        config.policy_file.as_deref(),
        Some(Path::new("/etc/sqreen/playbooks.toml"))
    );
    assert!(mistake("policy = [\"a\"]").ends_with("but should be a path in quotes"));
}

#[test]
fn limits_stand_beside_the_playbooks_and_change_none_of_them() {
    let text = "[limits]\nguesses-a-day-from-an-address = 60\n[playbooks.tor]\nreaching = 2";
    let config = file(text).unwrap();
    assert_eq!(config.limits.get(Limit::DayFromAddress), Some(60));
    assert_eq!(config.limits.get(Limit::DayOnAccount), None);
    assert_eq!(
        file("[playbooks.tor]\nreaching = 2").unwrap().policy,
        config.policy
    );

    let folder = crate::testing::Folder::new();
    folder.write("playbooks.toml", text);
    let mut config = Config::default();
    config.read_policy(&folder.path("playbooks.toml")).unwrap();
    assert_eq!(config.limits.get(Limit::DayFromAddress), Some(60));

    folder.write(
        "playbooks.toml",
        "[limits]\nguesses-a-day-on-an-account = 5\n[playbook.tor]",
    );
    config
        .read_policy(&folder.path("playbooks.toml"))
        .unwrap_err();
    assert_eq!(
        config.limits.get(Limit::DayOnAccount),
        None,
        "all of a file or nothing"
    );
}

#[test]
fn a_mistake_in_a_limit_names_its_line_and_what_to_write() {
    assert_eq!(
        mistake("[limits]\nguesses-a-day-from-an-adress = 50"),
        "sqreen.toml:2: there is no `limits.guesses-a-day-from-an-adress`; did you mean \
         `guesses-a-day-from-an-address`?"
    );
    assert_eq!(
        mistake("[limits]\n\nguesses-a-day-from-an-address = \"50\""),
        "sqreen.toml:3: `limits.guesses-a-day-from-an-address` is \"50\", but should be a whole number of \
         guesses, at least 1"
    );
}
