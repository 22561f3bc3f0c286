//! Whom the engine takes for whom they say they are, where strangers come and go.

use super::*;
use crate::event::{AddressKind, AddressKinds, Facts, UserAgent};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const PROVIDER: u32 = 64_496;

/// At an address of a kind, of a provider, with a client.
fn origin(from: u32, kinds: impl Into<AddressKinds>, system: u32, agent: &str) -> Origin {
    Origin {
        address: Some(address(from)),
        user_agent: Some(UserAgent::from_bytes(agent.as_bytes())),
        facts: Some(Box::new(Facts {
            kinds: kinds.into(),
            system: Some(system),
            ..Facts::default()
        })),
    }
}

fn no_kind() -> AddressKinds {
    AddressKinds::default()
}

/// Whether Alice, who has logged in from one place, is known at another.
fn is_known(once: &Origin, now: &Origin) -> bool {
    let mut stream = Stream::new(Policy::none());
    let mut event = login(stream.now, 0, ALICE, Outcome::Success);
    event.origin = once.clone();
    stream.engine.observe(&event);
    stream.engine.knows(&email(ALICE), now, Standard::AsUsual)
}

#[test]
fn who_comes_by_the_same_vpn_with_the_same_client_is_known() {
    let once = origin(1, AddressKind::Vpn, PROVIDER, FIREFOX);
    for (system, agent, known) in [
        (PROVIDER, FIREFOX, true),
        (PROVIDER, "curl/8.15.0", false),
        (PROVIDER + 1, FIREFOX, false),
    ] {
        let now = origin(2, AddressKind::Vpn, system, agent);
        assert_eq!(is_known(&once, &now), known, "{system} {agent}");
    }
}

#[test]
fn who_comes_through_tor_as_before_is_known_at_any_exit() {
    let once = origin(1, AddressKind::Tor, PROVIDER, FIREFOX);
    let now = origin(2, AddressKind::Tor, PROVIDER + 1, FIREFOX);
    assert!(is_known(&once, &now));
}

#[test]
fn a_neighbour_at_the_providers_proxy_is_not_taken_for_who_never_used_one() {
    let home = origin(1, no_kind(), PROVIDER, FIREFOX);
    for kind in [
        AddressKind::ResidentialProxy,
        AddressKind::Proxy,
        AddressKind::Vpn,
    ] {
        let now = origin(2, kind, PROVIDER, FIREFOX);
        assert!(!is_known(&home, &now), "{kind:?}");
    }
}
