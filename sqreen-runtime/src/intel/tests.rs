//! What the room does as a whole: tables of several sources, and files that change.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;
use std::sync::atomic::AtomicUsize;

use proptest::prelude::*;

use super::ranges::Range;
use super::*;
use crate::event::AddressKinds;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// A directory of its own, that goes when the test does.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("sqreen-intel-{}-{n}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    /// As a careful download does it.
    fn write_and_rename(&self, name: &str, text: impl AsRef<[u8]>) {
        let new = self.write("new", text);
        fs::rename(new, self.path(name)).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What looks at the files from time to time, and the time.
struct Watched {
    intel: Intel,
    now: Timestamp,
}

impl Watched {
    fn new(sources: Sources) -> Self {
        let intel = Intel::read(&sources, NOW).unwrap();
        Self { intel, now: NOW }
    }

    /// One look later.
    fn look(&mut self) -> Vec<String> {
        self.now = self.now.plus(CHECKED_EVERY);
        let mut problems = self.intel.check(self.now);
        self.intel.wait();
        problems.extend(self.intel.check(self.now));
        problems.into_iter().map(|problem| problem.cause).collect()
    }

    /// As many looks as a change takes that stands still.
    fn settle(&mut self) -> Vec<String> {
        let mut problems = self.look();
        problems.extend(self.look());
        problems
    }

    fn knows(&self, address: &str, kind: AddressKind) -> bool {
        self.intel
            .facts(address.parse().unwrap())
            .kinds
            .contains(kind)
    }
}

#[test]
fn a_list_is_read_again_when_it_changes_however_it_is_written() {
    let folder = Folder::new();
    let list = folder.write("tor", "198.18.0.1\n");
    let mut watched = Watched::new(Sources::new().tor(&list));
    assert!(watched.knows("198.18.0.1", AddressKind::Tor));

    folder.write_and_rename("tor", "198.18.0.2\n");
    assert_eq!(watched.settle(), [""; 0]);
    assert!(!watched.knows("198.18.0.1", AddressKind::Tor));
    assert!(watched.knows("198.18.0.2", AddressKind::Tor));

    folder.write("tor", "198.18.0.3\n");
    assert_eq!(watched.settle(), [""; 0]);
    assert!(watched.knows("198.18.0.3", AddressKind::Tor));
    assert_eq!(watched.intel.status()[0].loaded, Some(watched.now));
}

#[test]
fn a_file_that_is_being_written_is_left_alone_until_it_stands_still() {
    let folder = Folder::new();
    let list = folder.write("tor", "198.18.0.1\n");
    let mut watched = Watched::new(Sources::new().tor(&list));
    for half in ["198.18.0.2\n198.", "198.18.0.2\n198.18.0.3\n1", ""] {
        folder.write("tor", half);
        assert_eq!(watched.look(), [""; 0], "{half:?} is not looked into");
        assert!(watched.knows("198.18.0.1", AddressKind::Tor));
    }
    folder.write("tor", "198.18.0.4\n");
    watched.settle();
    assert!(watched.knows("198.18.0.4", AddressKind::Tor));
}

#[test]
fn a_file_that_becomes_unusable_is_reported_once_and_what_was_read_before_stays() {
    let folder = Folder::new();
    let list = folder.write("tor", "198.18.0.1\n198.18.0.2\n");
    let mut watched = Watched::new(Sources::new().tor(&list));
    let path = list.display();
    for (text, wrong) in [
        (
            &b"198.18.0.3\n<html>\n"[..],
            format!(
                "{path}:2: \"<html>\" is not an IP address or network; write one such as 203.0.113.9, \
                 10.0.0.0/8 or 2001:db8::/32; what was read before, 2 entries, stays in use"
            ),
        ),
        (
            b"",
            format!(
                "{path}: no address is in it, as after a download that failed; if the list is to be empty, \
                 say so in a line that begins with `#`; what was read before, 2 entries, stays in use"
            ),
        ),
        (
            b"\xFF\xFE1\0.\0",
            format!(
                "{path}:1: \"\\u{{fffd}}\\u{{fffd}}1\\u{{0}}.\\u{{0}}\" is not an IP address or network; \
                 write one such as 203.0.113.9, 10.0.0.0/8 or 2001:db8::/32; what was read before, \
                 2 entries, stays in use"
            ),
        ),
    ] {
        folder.write_and_rename("tor", text);
        assert_eq!(watched.settle(), std::slice::from_ref(&wrong));
        assert_eq!(watched.settle(), [""; 0], "not again");
        let [status] = &watched.intel.status()[..] else {
            panic!("one file")
        };
        assert_eq!(status.problem.as_ref().unwrap().cause, wrong);
        assert_eq!((status.entries, status.loaded), (2, Some(NOW)));
        assert!(watched.knows("198.18.0.1", AddressKind::Tor));
    }
    folder.write_and_rename("tor", "198.18.0.4\n");
    assert_eq!(watched.settle(), [""; 0]);
    assert_eq!(watched.intel.status()[0].problem, None);
    assert!(watched.knows("198.18.0.4", AddressKind::Tor));
}

#[test]
fn a_file_that_vanishes_is_reported_and_taken_up_when_it_is_back() {
    let folder = Folder::new();
    let list = folder.write("tor", "198.18.0.1\n");
    let mut watched = Watched::new(Sources::new().tor(&list));
    fs::remove_file(&list).unwrap();
    let problems = watched.settle();
    assert!(
        matches!(&problems[..], [one] if one.starts_with(&format!("{}: cannot read it: ", list.display()))),
        "{problems:?}"
    );
    assert_eq!(watched.settle(), [""; 0], "not again");
    assert!(watched.knows("198.18.0.1", AddressKind::Tor));
    folder.write("tor", "198.18.0.1\n");
    assert_eq!(watched.settle(), [""; 0]);
    assert_eq!(watched.intel.status()[0].problem, None);
}

#[test]
fn a_file_that_is_replaced_between_two_looks_never_seems_gone() {
    let folder = Folder::new();
    let list = folder.write("tor", "198.18.0.1\n");
    let mut watched = Watched::new(Sources::new().tor(&list));
    fs::remove_file(&list).unwrap();
    assert_eq!(watched.look(), [""; 0]);
    folder.write("tor", "198.18.0.2\n");
    assert_eq!(watched.settle(), [""; 0]);
    assert!(watched.knows("198.18.0.2", AddressKind::Tor));
}

#[test]
fn files_are_looked_at_every_two_seconds_and_when_the_clock_is_set_back() {
    let folder = Folder::new();
    let list = folder.write("tor", "198.18.0.1\n");
    let intel = Intel::read(&Sources::new().tor(&list), NOW).unwrap();
    let knows = |address: &str| !intel.facts(address.parse().unwrap()).kinds.is_empty();
    folder.write_and_rename("tor", "1.1.1.1\n");
    for millis in 0..1_999 {
        intel.check(NOW.plus(Duration::from_millis(millis)));
        intel.wait();
    }
    assert!(!knows("1.1.1.1"));
    for back in [1_000_000, 900_000] {
        intel.check(Timestamp::from_millis(back));
        intel.wait();
    }
    assert!(knows("1.1.1.1"));
}

#[test]
fn what_is_not_there_at_the_start_is_an_error_that_names_it() {
    let folder = Folder::new();
    let missing = folder.path("nowhere");
    let error = Intel::read(&Sources::new().vpn(&missing), NOW).unwrap_err();
    let expected = format!(
        "cannot read {}, which `vpn` of [intel] names",
        missing.display()
    );
    assert_eq!(error.to_string(), expected);
    assert!(std::error::Error::source(&error).is_some());

    let error = Intel::read(&Sources::new().proxy(&folder.0), NOW).unwrap_err();
    assert!(error.source.to_string().contains("not a file"), "{error:?}");
}

#[test]
fn what_holds_nonsense_at_the_start_is_reported_and_done_without() {
    let folder = Folder::new();
    let bad = folder.write("vpn", "10.0.0.0/1\n");
    let good = folder.write("tor", "198.18.0.1\n");
    let mut watched = Watched::new(Sources::new().vpn(&bad).tor(&good));
    let [problem] = &watched.intel.check(NOW)[..] else {
        panic!("one is bad")
    };
    let expected = format!(
        "{}:1: this is more than belongs to anybody: a line can hold as much as a /8 of IPv4 or a /12 of \
         IPv6; nothing of it is in use",
        bad.display()
    );
    assert_eq!(problem.cause, expected);
    assert!(watched.knows("198.18.0.1", AddressKind::Tor));
    folder.write("vpn", "10.0.0.0/8\n");
    assert_eq!(watched.settle(), [""; 0]);
    assert!(watched.knows("10.1.2.3", AddressKind::Vpn));
    assert!(
        watched.knows("10.1.2.3", AddressKind::Private),
        "kinds add up"
    );
}

#[test]
fn lists_of_one_kind_add_up_and_lose_only_what_is_theirs() {
    let folder = Folder::new();
    let one = folder.write("one", "1.2.0.0/16\n2a00::/32\n");
    let other = folder.write("other", "1.2.3.0/24\n::ffff:9.9.9.0/120\n");
    let mut watched = Watched::new(Sources::new().hosting(&one).hosting(&other).vpn(&other));
    for (address, hosting, vpn) in [
        ("1.2.0.0", true, false),
        ("1.2.3.4", true, true),
        ("1.2.4.0", true, false),
        ("1.3.0.0", false, false),
        ("9.9.9.9", true, true),
        ("::ffff:1.2.3.4", true, true),
        ("2a00:0:ffff::1", true, false),
        ("2a00:1::", false, false),
    ] {
        assert_eq!(
            watched.knows(address, AddressKind::Hosting),
            hosting,
            "{address}"
        );
        assert_eq!(watched.knows(address, AddressKind::Vpn), vpn, "{address}");
    }
    folder.write("one", "# none any more\n");
    watched.settle();
    assert!(!watched.knows("1.2.4.0", AddressKind::Hosting));
    assert!(watched.knows("1.2.3.4", AddressKind::Hosting));
}

/// Networks of both families in a small part of the addresses, so that they often touch and nest.
fn ranges() -> impl Strategy<Value = Vec<Range>> {
    let four = (any::<u8>(), 0..40_u8).prop_map(|(first, more)| {
        let first = u32::from_be_bytes([9, 0, 0, first]);
        Range::V4(first, first + u32::from(more))
    });
    let six = (any::<u8>(), 0..40_u8).prop_map(|(first, more)| {
        let first = u128::from(first) << 60;
        Range::V6(first, first + (u128::from(more) << 58))
    });
    let ends = prop_oneof![
        Just(Range::V4(0, 0)),
        Just(Range::V4(u32::MAX, u32::MAX)),
        Just(Range::V4(0, u32::MAX)),
        Just(Range::V6(u128::MAX - 1, u128::MAX)),
        Just(Range::V6(0, 5)),
    ];
    prop::collection::vec(prop_oneof![8 => four, 8 => six, 1 => ends], 0..120)
}

fn holds(range: Range, ip: IpAddr) -> bool {
    match (range, ip) {
        (Range::V4(first, last), IpAddr::V4(ip)) => (first..=last).contains(&ip.to_bits()),
        (Range::V6(first, last), IpAddr::V6(ip)) => (first..=last).contains(&ip.to_bits()),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_tells_what_a_walk_over_all_ranges_tells(
        one in ranges(),
        other in ranges(),
        same in ranges(),
        four: Ipv4Addr,
        six: Ipv6Addr,
    ) {
        let sources = [
            (AddressKind::Tor, one),
            (AddressKind::Vpn, other),
            (AddressKind::Tor, same),
        ];
        let joined: Vec<(AddressKind, Ranges)> =
            sources.iter().map(|(kind, of)| (*kind, of.iter().copied().collect())).collect();
        let table = Table::new(&joined.iter().map(|(kind, of)| (*kind, of)).collect::<Vec<_>>());

        // Each end of each range and what lies beside it: elsewhere nothing can change.
        let near4 = |end: u32| [end.wrapping_sub(1), end, end.wrapping_add(1)];
        let near6 = |end: u128| [end.wrapping_sub(1), end, end.wrapping_add(1)];
        let mut addresses: Vec<IpAddr> = vec![four.into(), six.into()];
        for range in sources.iter().flat_map(|(_, ranges)| ranges) {
            match *range {
                Range::V4(first, last) => addresses.extend(
                    near4(first).into_iter().chain(near4(last)).map(|n| IpAddr::from(Ipv4Addr::from_bits(n))),
                ),
                Range::V6(first, last) => addresses.extend(
                    near6(first).into_iter().chain(near6(last)).map(|n| IpAddr::from(Ipv6Addr::from_bits(n))),
                ),
            }
        }
        for address in addresses.into_iter().map(Address::from) {
            let naive = |ranges: &[Range]| ranges.iter().any(|range| holds(*range, address.ip()));
            let holding = sources.iter().filter(|(_, ranges)| naive(ranges));
            let expected: AddressKinds = holding.map(|(kind, _)| *kind).collect();
            prop_assert_eq!(table.kinds(address), expected, "{}", address);
            for ((_, ranges), (_, joined)) in sources.iter().zip(&joined) {
                prop_assert_eq!(joined.contain(address), naive(ranges));
            }
        }
    }

    #[test]
    fn a_large_table_tells_the_same(firsts in prop::collection::vec(any::<u32>(), 500..1_500)) {
        let fours = firsts.iter().map(|first| Range::V4(*first, first.saturating_add(first % 300)));
        let sixes = firsts.iter().map(|first| {
            let block = [0x2001, 0x2a00, 0x2a01, 0x3fff, 0xfd00][*first as usize % 5];
            let first = (block << 112) | (u128::from(*first) << 80);
            // Some are of a few addresses, some of several /64s.
            let more = if first & (1 << 81) == 0 { 5 } else { 3 << 64 };
            Range::V6(first, first + more)
        });
        let all: Vec<Range> = fours.chain(sixes).collect();
        let ranges: Ranges = all.iter().copied().collect();
        let table = Table::new(&[(AddressKind::Hosting, &ranges)]);
        for range in &all {
            let (inside, outside): ([IpAddr; 2], [IpAddr; 2]) = match *range {
                Range::V4(first, last) => (
                    [Ipv4Addr::from_bits(first).into(), Ipv4Addr::from_bits(last).into()],
                    [first.wrapping_sub(1), last.wrapping_add(1)].map(|ip| Ipv4Addr::from_bits(ip).into()),
                ),
                Range::V6(first, last) => (
                    [Ipv6Addr::from_bits(first).into(), Ipv6Addr::from_bits(last).into()],
                    [first.wrapping_sub(1), last.wrapping_add(1)].map(|ip| Ipv6Addr::from_bits(ip).into()),
                ),
            };
            for ip in inside {
                prop_assert!(!table.kinds(ip.into()).is_empty());
            }
            for ip in outside {
                prop_assert_eq!(!table.kinds(ip.into()).is_empty(), ranges.contain(ip.into()));
            }
        }
    }
}

#[cfg(feature = "geoip")]
#[test]
fn a_database_is_read_again_when_it_changes_and_kept_when_it_is_half() {
    use mmdb_writer::{Value, Writer};

    let database = |code: &str| {
        let mut writer = Writer::new("Country");
        let record = Value::map([("country_code", Value::from(code))]);
        let ends = ["1.2.3.0", "1.2.3.255"].map(|ip| ip.parse().unwrap());
        writer.insert_range(ends[0], ends[1], &record).unwrap();
        writer.to_bytes().unwrap()
    };
    let folder = Folder::new();
    let path = folder.write("country.mmdb", database("FR"));
    let tor = folder.write("tor", "1.2.3.4\n");
    let mut watched = Watched::new(Sources::new().tor(tor).database(&path));
    let country = |watched: &Watched| {
        let facts = watched.intel.facts("1.2.3.4".parse().unwrap());
        assert!(facts.kinds.contains(AddressKind::Tor));
        facts.country.unwrap().to_string()
    };
    assert_eq!(country(&watched), "FR");

    let other = database("DE");
    folder.write_and_rename("country.mmdb", &other[..other.len() / 2]);
    let problems = watched.settle();
    assert!(
        matches!(&problems[..], [one] if one.starts_with(&format!("{}: invalid database", path.display()))),
        "{problems:?}"
    );
    assert_eq!(country(&watched), "FR");

    folder.write_and_rename("country.mmdb", other);
    assert_eq!(watched.settle(), [""; 0]);
    assert_eq!(country(&watched), "DE");
    let status = &watched.intel.status()[1];
    assert_eq!(status.database.as_deref(), Some("Country"));
    assert!(status.built.is_some() && status.entries > 0 && status.problem.is_none());
}
