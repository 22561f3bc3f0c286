#[cfg(feature = "config-file")]
use std::{path::Path, time::Duration};

use super::*;
#[cfg(feature = "config-file")]
use crate::{intel::SourceKind, policy::Mode};

fn variables(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    let owned = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    config.read_variables(owned)?;
    Ok(config)
}

#[cfg(feature = "config-file")]
fn file(text: &str) -> Result<Config, ConfigError> {
    let mut config = Config::default();
    config.read_toml(text, Path::new("sqreen.toml"))?;
    Ok(config)
}

#[cfg(feature = "config-file")]
fn mistake(text: &str) -> String {
    file(text).unwrap_err().to_string()
}

#[test]
fn every_key_can_be_a_variable() {
    let config = variables(&[
        ("SQREEN_ENABLED", "false"),
        ("SQREEN_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.1"),
        ("SQREEN_CLIENT_ADDRESS_HEADER", "Forwarded"),
        ("SQREEN_ALLOW", "192.0.2.7"),
        ("SQREEN_REFUSAL_STATUS", "401"),
        ("SQREEN_CANCEL_IN_FLIGHT", "yes"),
        ("SQREEN_PSEUDONYM_SECRET", "sixteen bytes ok"),
        ("SQREEN_DIGEST_SECRET", "sixteen bytes ok"),
        ("SQREEN_MAX_SUBJECTS", "10"),
        ("SQREEN_MAX_BANS", "20"),
        ("SQREEN_KEPT_EVENTS", "30"),
        #[cfg(feature = "ndjson")]
        ("SQREEN_RECORD", "events.ndjson"),
        #[cfg(feature = "config-file")]
        ("SQREEN_POLICY", "policies/playbooks.toml"),
    ])
    .unwrap();
    assert!(!config.enabled && config.cancel_in_flight && config.pseudonyms.is_some());
    assert!(config.digests.is_some());
    assert_eq!(config.trusted_proxies.networks().len(), 2);
    assert_eq!(config.client_address_header, Header::Forwarded);
    assert_eq!(config.refusal_status, 401);
    assert_eq!(
        (config.max_subjects, config.max_bans, config.kept_events),
        (10, 20, 30)
    );
    #[cfg(feature = "ndjson")]
    assert_eq!(config.record.unwrap().to_str(), Some("events.ndjson"));
    #[cfg(feature = "config-file")]
    assert_eq!(
        config.policy_file.as_deref(),
        Some(Path::new("policies/playbooks.toml"))
    );
}

#[cfg(not(feature = "ndjson"))]
#[test]
fn a_recording_needs_the_feature_that_writes_it() {
    assert_eq!(
        variables(&[("SQREEN_RECORD", "events.ndjson")])
            .unwrap_err()
            .to_string(),
        "the variable SQREEN_RECORD: `record` needs the feature `ndjson` of the crate sqreen, which is not in this \
         build"
    );
}

#[cfg(all(feature = "ndjson", feature = "config-file"))]
#[test]
fn a_recording_lies_beside_the_file_that_names_it() {
    let mut config = Config::default();
    let path = Path::new("/etc/sqreen/sqreen.toml");
    config
        .read_toml("record = \"log/events.ndjson\"", path)
        .unwrap();
    let recorded = Path::new("/etc/sqreen/log/events.ndjson");
    assert_eq!(config.record.as_deref(), Some(recorded));
    assert_eq!(
        mistake("record = true"),
        "sqreen.toml:1: `record` is true, but should be a path in quotes"
    );
}

#[cfg(not(feature = "config-file"))]
#[test]
fn a_build_that_reads_no_files_refuses_the_name_of_one() {
    let mistake = variables(&[("SQREEN_POLICY", "playbooks.toml")]).unwrap_err();
    assert!(
        mistake
            .to_string()
            .starts_with("SQREEN_POLICY names a file")
    );
}

#[test]
fn a_mistake_in_a_variable_names_it_and_what_to_write() {
    let mistake = |name, value| variables(&[(name, value)]).unwrap_err().to_string();
    assert_eq!(
        mistake("SQREEN_TRUSTED_PROXY", ""),
        "the variable SQREEN_TRUSTED_PROXY: there is no `SQREEN_TRUSTED_PROXY`; did you mean `SQREEN_TRUSTED_PROXIES`?"
    );
    assert_eq!(
        mistake("SQREEN_ENABLED", "maybe"),
        "the variable SQREEN_ENABLED: `enabled` is \"maybe\", but should be true or false"
    );
    assert!(mistake("SQREEN_REFUSAL_STATUS", "200").contains("from 400 to 499"));
    assert!(mistake("SQREEN_TRUSTED_PROXIES", "0.0.0.0/0").contains("every IPv4 address"));
    assert!(
        variables(&[("SQREEN_SERVICE_HOST", "10.0.0.1")]).is_ok(),
        "somebody else's"
    );
}

#[test]
fn a_short_secret_is_refused_and_not_repeated() {
    for (name, key) in [
        ("SQREEN_PSEUDONYM_SECRET", "pseudonym_secret"),
        ("SQREEN_DIGEST_SECRET", "digest_secret"),
    ] {
        let error = variables(&[(name, "hunter2")]).unwrap_err();
        let mistake = error.to_string();
        assert!(
            mistake.contains(key) && mistake.contains("7 bytes"),
            "{mistake}"
        );
        assert!(!format!("{mistake}{error:?}").contains("hunter2"));
    }
}

#[test]
fn a_secret_is_not_shown_with_the_settings() {
    let secret = "correct horse battery staple";
    let config = variables(&[
        ("SQREEN_PSEUDONYM_SECRET", secret),
        ("SQREEN_DIGEST_SECRET", secret),
    ])
    .unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains(secret), "{shown}");
}

#[cfg(feature = "config-file")]
#[test]
fn a_file_sets_what_it_names_and_leaves_the_rest() {
    let config = file(
        r#"
        trusted_proxies = ["10.0.0.0/8"]
        refusal_status = 404

        [playbooks.credential-stuffing]
        reaching = 20
        within = "1h 30m"
        mode = "observe"
        "#,
    )
    .unwrap();
    let stuffing = &config.policy.playbooks()[1];
    assert_eq!(config.refusal_status, 404);
    assert_eq!(stuffing.reaching.get(), 20);
    assert_eq!(
        stuffing.over,
        crate::policy::Over::Within(Duration::from_secs(5400))
    );
    assert_eq!(stuffing.mode, Mode::Observe);
    assert_eq!(
        stuffing.lasting,
        Config::default().policy.playbooks()[1].lasting
    );
}

#[cfg(feature = "config-file")]
#[test]
fn a_mistake_in_a_file_names_its_line_and_what_to_write() {
    assert_eq!(
        mistake("\n\nenabeld = true"),
        "sqreen.toml:3: there is no `enabeld`; did you mean `enabled`?"
    );
    assert_eq!(
        mistake("enabled = 1"),
        "sqreen.toml:1: `enabled` is 1, but should be true or false"
    );
    assert_eq!(
        mistake("[playbooks.credential-stufing]"),
        "sqreen.toml:1: there is no `playbooks.credential-stufing`; did you mean `credential-stuffing`? (one of your own needs \
         `when`, or a `template`)"
    );
    assert_eq!(
        mistake("[playbooks.credential-stuffing]\nwithin = 5"),
        "sqreen.toml:2: `playbooks.credential-stuffing.within` is 5, but should be a duration such as \"15m\" or \"1h 30m\""
    );
    assert_eq!(
        mistake("[playbooks.credential-stuffing]\nlastng = \"5m\""),
        "sqreen.toml:2: there is no `playbooks.credential-stuffing.lastng`; did you mean `lasting`?"
    );
    assert!(
        mistake("[playbooks.credential-stuffing]\nlasting = \"2days\"").contains("at most a day")
    );
    assert!(mistake("allow = [\"1.2.3.4/35\"]").contains("1.2.3.4/35"));
    assert!(mistake("enabled = ").starts_with("sqreen.toml is not valid TOML"));
    assert!(mistake("playbooks = 1").contains("a table for each playbook"));
}

#[cfg(feature = "config-file")]
#[test]
fn a_file_that_is_named_and_not_there_is_an_error() {
    let error = Config::default()
        .read_file(Path::new("/nowhere/sqreen.toml"))
        .unwrap_err();
    assert_eq!(error.to_string(), "cannot read /nowhere/sqreen.toml");
    assert!(std::error::Error::source(&error).is_some());
}

#[cfg(feature = "config-file")]
#[test]
fn a_file_that_is_no_toml_is_told_without_what_stands_in_it() {
    let mistake =
        mistake("enabled = true\npseudonym_secret = \"hunter2 and more of it\nallow = []");
    assert!(
        mistake.contains("line 2") && !mistake.contains("hunter2"),
        "{mistake}"
    );
}

#[test]
fn files_with_facts_can_be_variables() {
    let config = variables(&[
        ("SQREEN_INTEL_TOR", "/var/lib/sqreen/torbulkexitlist"),
        ("SQREEN_INTEL_HOSTING", "/var/lib/v4.txt, v6.txt"),
    ])
    .unwrap();
    let expected = Sources::new()
        .tor("/var/lib/sqreen/torbulkexitlist")
        .hosting("/var/lib/v4.txt")
        .hosting("v6.txt");
    assert_eq!(config.intel, expected);

    let mistake = variables(&[("SQREEN_INTEL_TORR", "x")])
        .unwrap_err()
        .to_string();
    assert_eq!(
        mistake,
        "the variable SQREEN_INTEL_TORR: there is no `SQREEN_INTEL_TORR`; did you mean `SQREEN_INTEL_TOR`?"
    );
    assert!(
        variables(&[("SQREEN_INTEL_SERVICE_PORT_HTTP", "80")]).is_ok(),
        "somebody else's"
    );
}

#[cfg(feature = "config-file")]
#[test]
fn files_with_facts_lie_beside_the_file_that_names_them() {
    let mut config = Config::default();
    let text = r#"
        [intel]
        tor = "tor/torbulkexitlist"
        vpn = ["vpn.txt", "/var/lib/vpn.txt"]
        proxy = []
    "#;
    config
        .read_toml(text, Path::new("/etc/sqreen/sqreen.toml"))
        .unwrap();
    let expected = Sources::new()
        .tor("/etc/sqreen/tor/torbulkexitlist")
        .vpn("/etc/sqreen/vpn.txt")
        .vpn("/var/lib/vpn.txt");
    assert_eq!(config.intel, expected);

    let variable = ("SQREEN_INTEL_TOR".to_owned(), "other".to_owned());
    config.read_variables([variable]).unwrap();
    assert_eq!(
        config
            .intel
            .iter()
            .filter(|(kind, _)| *kind == SourceKind::Tor)
            .count(),
        1
    );
}

#[cfg(feature = "config-file")]
#[test]
fn a_mistake_among_the_files_with_facts_names_its_line_and_what_to_write() {
    assert_eq!(
        mistake("[intel]\nhostng = \"x\""),
        "sqreen.toml:2: there is no `hostng`; did you mean `hosting`?"
    );
    assert_eq!(
        mistake("[intel]\nasn = \"x\""),
        "sqreen.toml:2: there is no `asn`; there are: tor, hosting, vpn, proxy, databases"
    );
    assert_eq!(
        mistake("[intel]\n\ntor = true"),
        "sqreen.toml:3: `tor` is true, but should be a path in quotes, or a list of them"
    );
    assert_eq!(
        mistake("[intel]\nvpn = [\"a\", 7]"),
        "sqreen.toml:2: `vpn` is [\"a\", 7], but should be a path in quotes, or a list of them"
    );
    assert!(mistake("[intel]\ntor = \"\"").contains("a path in quotes"));
    assert_eq!(
        mistake("intel = \"tor.txt\""),
        "sqreen.toml:1: `intel` is \"tor.txt\", but should be a table, as in [intel]"
    );
    assert_eq!(
        mistake("[intell]"),
        "sqreen.toml:1: there is no `intell`; did you mean `intel`?"
    );
}

#[cfg(all(feature = "config-file", not(feature = "geoip")))]
#[test]
fn databases_need_the_feature_that_reads_them() {
    assert_eq!(
        mistake("[intel]\ndatabases = \"GeoLite2-City.mmdb\""),
        "sqreen.toml:2: `databases` needs the feature `geoip` of the crate sqreen, which is not in this build"
    );
}

#[cfg(feature = "geoip")]
#[test]
fn databases_are_files_with_facts_too() {
    let config = variables(&[("SQREEN_INTEL_DATABASES", "city.mmdb,asn.mmdb")]).unwrap();
    let expected = Sources::new().database("city.mmdb").database("asn.mmdb");
    assert_eq!(config.intel, expected);
}
#[cfg(feature = "config-file")]
mod document;
#[cfg(feature = "config-file")]
mod playbooks;
#[cfg(feature = "config-file")]
mod schema;
