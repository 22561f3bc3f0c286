//! Lists of addresses as people publish them: what stands in a file, and what is wrong with it.
//!
//! One grammar for all lists, so that nobody has to say which they have: an address or a network a line; a
//! range as `first-last` or as the first two columns of CSV; the blocks of the Tor project's `exit-addresses`.

use thiserror::Error;

use super::ranges::{Range, Ranges};
use crate::event::{Address, AddressError, Network};

/// The prefix of the widest range a list may hold: the largest blocks of IPv4 that were ever given to one
/// organisation are /8s. What is wider is a mistake, or half a line: `10.0.0.0/1` for `10.0.0.0/16`.
const WIDEST_V4: u32 = 8;
/// The same for IPv6: IANA gives /12s at most, to a whole region.
const WIDEST_V6: u32 = 12;

/// What the lines of an `exit-addresses` file begin with, beside `ExitAddress`.
/// <https://metrics.torproject.org/collector.html#type-tordnsel>
const OTHER_LINES_OF_EXIT_ADDRESSES: [&str; 5] =
    ["ExitNode", "Published", "LastStatus", "Downloaded", "@type"];

/// A list of addresses, read from text.
///
/// ```
/// use sqreen_runtime::event::Address;
/// use sqreen_runtime::intel::List;
///
/// let list = List::parse(
///     b"# a data centre\r\n\
///       198.18.0.0/16       # a network\r\n\
///       2001:2::1\n\
///       198.19.0.7-198.19.0.9\n\
///       198.19.1.0,198.19.1.255,XX\n",
/// )?;
/// assert_eq!(list.len(), 4);
/// assert!(list.contains("198.19.0.8".parse::<Address>().unwrap()));
///
/// let error = List::parse(b"198.18.0.1\n<html>\n").unwrap_err();
/// assert_eq!(error.line, Some(2));
/// # Ok::<(), sqreen_runtime::intel::ListError>(())
/// ```
///
/// Empty lines do not count, nor does what follows a `#` or a `;`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    ranges: Ranges,
    entries: usize,
}

/// Why a text is no list, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{problem}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct ListError {
    /// The line, from one; none where it is about the whole.
    pub line: Option<usize>,
    /// What is wrong with it.
    pub problem: ListProblem,
}

/// What is wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ListProblem {
    /// What should be an address or a network is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Behind an address stands something that is not the last address of a range.
    #[error("behind {first} the last address of a range is wanted, and {problem}")]
    Last {
        /// The address that stands first.
        first: Address,
        /// What is wrong with the second.
        problem: AddressError,
    },
    /// A range that ends before it begins, or in the other family.
    #[error("{last} does not follow {first}: write the first address of the range, then the last")]
    Backwards {
        /// The address that stands first.
        first: Address,
        /// The address that stands last.
        last: Address,
    },
    /// A range wider than any that belongs to one owner.
    #[error(
        "this is more than belongs to anybody: a line can hold as much as a /{WIDEST_V4} of IPv4 or a \
         /{WIDEST_V6} of IPv6"
    )]
    TooWide,
    /// There is no address in it, and no comment that says so.
    #[error(
        "no address is in it, as after a download that failed; if the list is to be empty, say so in a \
         line that begins with `#`"
    )]
    Empty,
}

impl List {
    /// Reads a list.
    ///
    /// # Errors
    ///
    /// Where a line is none of what a list can hold, and where there is no line at all: half a list is none.
    pub fn parse(text: &[u8]) -> Result<Self, ListError> {
        // Some editors begin a file with the mark of UTF-8.
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        let mut ranges = Vec::new();
        let (mut empty, mut header_may_come) = (true, true);
        for (n, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            let comment = line.iter().position(|byte| matches!(byte, b'#' | b';'));
            let entry = line[..comment.unwrap_or(line.len())].trim_ascii();
            if entry.is_empty() {
                // A comment alone says that somebody wrote this, and meant it.
                empty &= comment.is_none();
                continue;
            }
            let entry = text_of(entry);
            if std::mem::take(&mut header_may_come) && is_header(&entry) {
                continue;
            }
            match range(&entry) {
                Ok(range) => ranges.extend(range),
                Err(problem) => {
                    let line = Some(n + 1);
                    return Err(ListError { line, problem });
                }
            }
        }
        // A header, or relays without an exit, are no reason to believe in an empty list.
        if ranges.is_empty() && (empty || !header_may_come) {
            let problem = ListProblem::Empty;
            return Err(ListError {
                line: None,
                problem,
            });
        }
        Ok(Self {
            entries: ranges.len(),
            ranges: ranges.into_iter().collect(),
        })
    }

    /// How many addresses, networks and ranges were in the text.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries
    }

    /// Whether there were none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// Whether an address is on the list.
    #[must_use]
    pub fn contains(&self, address: impl Into<Address>) -> bool {
        self.ranges.contain(address.into())
    }

    pub(super) fn ranges(&self) -> &Ranges {
        &self.ranges
    }
}

/// An entry as text. What is not is refused with the rest, so its beginning is enough to show.
fn text_of(entry: &[u8]) -> std::borrow::Cow<'_, str> {
    const SHOWN: usize = 256;
    match str::from_utf8(entry) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(&entry[..entry.len().min(SHOWN)]),
    }
}

/// Whether these are the names of columns, as in `start_ip,end_ip,country`.
fn is_header(line: &str) -> bool {
    let is_name = |field: &str| {
        let field = field.trim_matches(['"', ' ']);
        field.starts_with(|first: char| first.is_ascii_alphabetic())
            && field
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    line.contains(',') && line.split(',').all(is_name)
}

/// What a line holds, if it is not one of those that hold nothing.
fn range(line: &str) -> Result<Option<Range>, ListProblem> {
    let mut words = line.split_ascii_whitespace();
    let range = match words.next() {
        Some("ExitAddress") => Range::one(words.next().unwrap_or_default().parse()?),
        Some(word) if OTHER_LINES_OF_EXIT_ADDRESSES.contains(&word) => return Ok(None),
        _ => match line.split_once([',', '-']) {
            Some((first, rest)) => columns(first, rest)?,
            None => line.parse::<Network>()?.into(),
        },
    };
    if range.is_wider_than(WIDEST_V4, WIDEST_V6) {
        return Err(ListProblem::TooWide);
    }
    Ok(Some(range))
}

/// A line of several columns: a network and whatever else is told of it, or the ends of a range.
fn columns(first: &str, rest: &str) -> Result<Range, ListProblem> {
    let field = |text: &str| text.trim_matches(['"', ' ', '\t']).to_owned();
    let first = field(first);
    if first.contains('/') {
        return Ok(first.parse::<Network>()?.into());
    }
    let first: Address = first.parse()?;
    let last = field(rest.split(',').next().unwrap_or_default());
    let last = last
        .parse()
        .map_err(|problem| ListProblem::Last { first, problem })?;
    Range::between(first, last).ok_or(ListProblem::Backwards { first, last })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(text: &str) -> List {
        List::parse(text.as_bytes()).unwrap()
    }

    fn mistake(text: &str) -> String {
        List::parse(text.as_bytes()).unwrap_err().to_string()
    }

    fn holds(list: &List, address: &str) -> bool {
        list.contains(address.parse::<Address>().unwrap())
    }

    #[test]
    fn the_bulk_list_of_the_tor_project_is_an_address_a_line() {
        let tor = list("102.130.113.9\n102.130.117.167\n2a0b:f4c2:2::36\n");
        assert_eq!(tor.len(), 3);
        assert!(holds(&tor, "102.130.117.167") && holds(&tor, "2a0b:f4c2:2::36"));
        assert!(!holds(&tor, "102.130.113.10") && !holds(&tor, "2a0b:f4c2:2::37"));
    }

    #[test]
    fn of_the_exit_addresses_of_the_tor_project_the_addresses_count() {
        let tor = list(
            "@type tordnsel 1.0\n\
             Downloaded 2026-11-22 10:02:00\n\
             ExitNode 0011BD2485AD45D984EC4159C88FC066E5E3300E\n\
             Published 2026-11-21 16:30:51\n\
             LastStatus 2026-11-22 09:00:00\n\
             ExitAddress 162.247.74.201 2026-11-22 09:06:22\n\
             ExitNode 0111BA9B604669E636FFD5B503F382A4B7AD6E80\n\
             Published 2026-11-21 14:00:03\n\
             LastStatus 2026-11-22 09:00:00\n\
             ExitAddress 176.10.104.240 2026-11-22 09:11:31\n\
             ExitAddress 176.10.104.243 2026-11-22 09:12:11\n",
        );
        assert_eq!(tor.len(), 3);
        assert!(holds(&tor, "176.10.104.243") && !holds(&tor, "176.10.104.241"));
    }

    #[test]
    fn exit_addresses_without_an_address_are_no_list() {
        let mistake = mistake("ExitNode 0011BD2485AD45D984EC4159C88FC066E5E3300E\n");
        assert!(mistake.starts_with("no address is in it"), "{mistake}");
        let mistake = self::mistake("ExitAddress\n");
        assert!(
            mistake.starts_with("line 1: \"\" is not an IP address"),
            "{mistake}"
        );
    }

    #[test]
    fn comments_blank_lines_and_line_ends_of_any_system_do_not_matter() {
        let text =
            "\u{feff}# hosting\r\n\r\n  1.2.3.0/24 ; SBL1\r\n\t5.6.7.8# one\r\n;\r\n2a00::/32";
        let hosting = list(text);
        assert_eq!(hosting.len(), 3);
        assert!(
            holds(&hosting, "1.2.3.255")
                && holds(&hosting, "5.6.7.8")
                && holds(&hosting, "2a00::1")
        );
    }

    #[test]
    fn ranges_come_with_a_dash_or_as_columns() {
        let ranges = list(
            "\"start_ip\",\"end_ip\",\"country\"\n\
             1.0.0.0,1.0.0.255,AU\n\
             \"1.0.4.0\",\"1.0.7.255\",\"AU\"\n\
             1.0.9.3 - 1.0.9.7\n\
             2a00::5-2a00::9\n\
             1.0.16.0/20,Example Hosting,DE\n",
        );
        assert_eq!(ranges.len(), 5);
        for (address, held) in [
            ("1.0.0.255", true),
            ("1.0.1.0", false),
            ("1.0.6.0", true),
            ("1.0.9.2", false),
            ("1.0.9.3", true),
            ("1.0.9.8", false),
            ("2a00::9", true),
            ("2a00::a", false),
            ("1.0.31.255", true),
        ] {
            assert_eq!(holds(&ranges, address), held, "{address}");
        }
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_what_to_write() {
        assert_eq!(
            mistake("1.2.3.4\n\n1.2.3.4/35"),
            "line 3: the prefix length of \"1.2.3.4/35\" is not a number from 0 to 32; write 1.2.3.4/32 or a \
             shorter prefix"
        );
        assert_eq!(
            mistake("1.2.3.4,US"),
            "line 1: behind 1.2.3.4 the last address of a range is wanted, and \"US\" is not an IP address; \
             write one such as 203.0.113.9 or 2001:db8::1"
        );
        assert_eq!(
            mistake("1.2.3.4-1.2.3.3"),
            "line 1: 1.2.3.3 does not follow 1.2.3.4: write the first address of the range, then the last"
        );
        assert!(mistake("1.2.3.4-::5").contains("does not follow"));
        for wide in [
            "0.0.0.0/0",
            "8.0.0.0/7",
            "::/0",
            "2000::/11",
            "1.0.0.0-2.0.0.0",
        ] {
            let mistake = mistake(wide);
            assert!(
                mistake.starts_with("line 1: this is more than belongs to"),
                "{wide}: {mistake}"
            );
        }
        assert_eq!(
            list("8.0.0.0/8\n2000::/12\n1.128.0.0-2.127.255.255").len(),
            3
        );
    }

    #[test]
    fn what_a_failed_download_leaves_is_no_list() {
        for text in ["", "\n\r\n", "start,end\n"] {
            let mistake = mistake(text);
            assert!(
                mistake.starts_with("no address is in it"),
                "{text:?}: {mistake}"
            );
        }
        for text in [
            "<!DOCTYPE html>",
            "Not Found",
            "{\"error\":\"limit, reached\"}",
            "1.2.3.4 5.6.7.8",
        ] {
            let mistake = mistake(text);
            assert!(mistake.starts_with("line 1: "), "{text:?}: {mistake}");
        }
        assert!(list("# none at present\n").is_empty());
    }

    #[test]
    fn a_header_is_taken_for_one_in_the_first_line_only() {
        assert!(mistake("1.2.3.4\nstart,end\n").starts_with("line 2: \"start\" is not"));
    }

    #[test]
    fn a_line_of_a_megabyte_is_refused_in_a_line() {
        for line in [
            vec![b'1'; 1 << 20],
            vec![0xFF; 1 << 20],
            vec![b','; 1 << 20],
            vec![b'a'; 1 << 20],
        ] {
            let error = List::parse(&line).unwrap_err().to_string();
            assert!(error.len() < 1_000, "{} bytes", error.len());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_list_or_a_short_error(bytes: Vec<u8>) {
            if let Err(error) = List::parse(&bytes) {
                prop_assert!(error.to_string().len() < 1_000);
            }
        }

        #[test]
        fn each_network_that_is_written_is_on_the_list(
            networks in prop::collection::vec((any::<std::net::IpAddr>(), 12..=128_u8), 1..50),
        ) {
            let networks: Vec<Network> = networks
                .into_iter()
                .map(|(ip, prefix)| (ip.to_canonical(), prefix))
                .filter_map(|(ip, prefix)| {
                    let prefix = if ip.is_ipv4() { 8 + prefix % 25 } else { prefix };
                    Network::new(ip, prefix).ok()
                })
                .collect();
            let lines: Vec<String> = networks.iter().map(ToString::to_string).collect();
            prop_assume!(!lines.is_empty());
            let list = List::parse(lines.join("\n").as_bytes()).unwrap();
            prop_assert_eq!(list.len(), networks.len());
            for network in networks {
                prop_assert!(list.contains(network.base()), "{}", network);
            }
        }
    }
}
