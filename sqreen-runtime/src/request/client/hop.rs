//! How one hop is written: the address of whoever connected to a proxy, as the proxy
//! put it down. `X-Forwarded-For`, `Forwarded` and single-address headers share it.

use std::net::IpAddr;

use super::literal;
use crate::event::Address;

/// What one entry of a forwarding header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hop {
    /// Who connected.
    Address(Address),
    /// The proxy does not say, and says so: `unknown`, `_hidden` (RFC 7239, 6.2 and 6.3).
    Hidden,
    /// Nothing that can be read.
    Garbage,
}

/// Reads one entry. Bytes, because a header need not be text.
#[inline]
pub(super) fn parse(entry: &[u8]) -> Hop {
    match literal::parse(entry) {
        Some(ip) => Hop::Address(ip.into()),
        None => parse_with_surroundings(entry),
    }
}

/// Reads one entry that always ends in a port, also where the address is IPv6 without
/// brackets: `2001:db8::1:443` could be an address of its own.
pub(super) fn parse_before_port(entry: &[u8]) -> Hop {
    match split_port(entry) {
        Some(([b'[', six @ .., b']'], _port)) => parse_zoned(six),
        Some((node, _port)) => match literal::parse(node) {
            Some(ip) => Hop::Address(ip.into()),
            None => Hop::Garbage,
        },
        None => Hop::Garbage,
    }
}

/// What is not an address alone: brackets, a zone, a port, or a proxy that hides it.
///
/// Lenient where the address is beyond doubt. The entry that matters was written by
/// our own proxy, and refusing it for a port of 98746 would attribute the request to
/// that proxy.
#[inline(never)]
fn parse_with_surroundings(entry: &[u8]) -> Hop {
    let node = split_port(entry).map_or(entry, |(node, _port)| node);
    match node {
        [b'[', six @ .., b']'] => parse_zoned(six),
        _ if is_hidden(node) => Hop::Hidden,
        // The whole entry was tried before, so this is `1.2.3.4:80`, or an IPv6 address of
        // eight groups and the port as a ninth.
        _ => match literal::parse(node) {
            Some(ip) => Hop::Address(ip.into()),
            None => parse_zoned(entry),
        },
    }
}

/// An IPv6 address, perhaps with its zone, `fe80::1%eth0`: Go's reverse proxy names
/// link-local clients so. The zone says where the address was seen, not whose it is.
fn parse_zoned(six: &[u8]) -> Hop {
    let address = match six.iter().position(|byte| *byte == b'%') {
        Some(percent) if percent + 1 == six.len() => return Hop::Garbage,
        Some(percent) => &six[..percent],
        None => six,
    };
    match literal::parse(address) {
        Some(ip @ IpAddr::V6(_)) => Hop::Address(ip.into()),
        _ => Hop::Garbage,
    }
}

/// What stands before and behind the last colon, when that is a port: digits, however
/// many, or an obfuscated one. Which number it is does not matter.
fn split_port(entry: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = entry.iter().rposition(|byte| *byte == b':')?;
    let (node, port) = (&entry[..colon], &entry[colon + 1..]);
    let is_port = port.iter().all(u8::is_ascii_digit) || is_obfuscated(port);
    is_port.then_some((node, port))
}

/// RFC 7239, 6.2 and 6.3: `unknown`, or an underscore and a made-up name.
fn is_hidden(node: &[u8]) -> bool {
    node.eq_ignore_ascii_case(b"unknown") || is_obfuscated(node)
}

/// RFC 7239, 6.3: `obfnode`, which `obfport` is written like.
fn is_obfuscated(text: &[u8]) -> bool {
    let [b'_', name @ ..] = text else {
        return false;
    };
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !name.is_empty() && name.iter().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entry: &str) -> Hop {
        parse(entry.as_bytes())
    }

    fn address(text: &str) -> Hop {
        Hop::Address(text.parse().unwrap())
    }

    #[test]
    fn an_address_is_read_bare_bracketed_and_with_a_port() {
        for (entry, expected) in [
            ("152.23.231.25", "152.23.231.25"),
            ("152.23.231.25:4321", "152.23.231.25"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:3333", "2001:db8::1"),
            ("2001:db8:0:0:0:0:0:1:3333", "2001:db8::1"),
            ("::ffff:8.8.8.8", "8.8.8.8"),
            ("[::ffff:8.8.8.8]:80", "8.8.8.8"),
            ("::ffff:808:808", "8.8.8.8"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:80", "fe80::1"),
        ] {
            assert_eq!(read(entry), address(expected), "{entry}");
        }
    }

    #[test]
    fn an_invalid_port_number_is_tolerated() {
        for entry in [
            "152.23.231.25:98746",
            "152.23.231.25:99999999999999999999",
            "152.23.231.25:",
            "152.23.231.25:_hidden",
        ] {
            assert_eq!(read(entry), address("152.23.231.25"), "{entry}");
        }
        assert_eq!(read("[2001:db8::1]:98746"), address("2001:db8::1"));
        assert_eq!(read("2001:db8::1:98746"), address("2001:db8::1"));
    }

    #[test]
    fn a_proxy_that_hides_the_client_is_understood() {
        for entry in [
            "unknown",
            "Unknown",
            "UNKNOWN:80",
            "unknown:_p",
            "_hidden",
            "_SEVKISEK",
            "_a.b-c_d:_port",
        ] {
            assert_eq!(read(entry), Hop::Hidden, "{entry}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_garbage() {
        for entry in [
            "",
            ":",
            ":80",
            "::1::",
            "_",
            "_:80",
            "_hid den",
            "hidden",
            "unknown2",
            "-",
            "(null)",
            "unix:",
            "localhost",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.4:http",
            "1.2.3.4:80:80",
            "1.2.3.4/32",
            "[1.2.3.4]",
            "[1.2.3.4]:80",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]80",
            "[2001:db8::1]:http",
            "[]",
            "[]:80",
            "fe80::1%",
            "1.2.3.4%eth0",
            "\"1.2.3.4\"",
            "1.2.3.4 5.6.7.8",
            "<script>",
            "１.2.3.4",
        ] {
            assert_eq!(read(entry), Hop::Garbage, "{entry:?}");
        }
        assert_eq!(parse(b"\xff\xfe1.2.3.4"), Hop::Garbage);
        assert_eq!(parse_before_port(b"\xff:80"), Hop::Garbage);
    }

    #[test]
    fn a_port_that_is_always_there_is_never_taken_for_a_part_of_the_address() {
        for (entry, expected) in [
            ("198.51.100.10:46532", "198.51.100.10"),
            ("2001:db8::1:4653", "2001:db8::1"),
            ("2001:db8:1:2:3:4:5:6:4653", "2001:db8:1:2:3:4:5:6"),
            ("[2001:db8::1]:4653", "2001:db8::1"),
        ] {
            assert_eq!(
                parse_before_port(entry.as_bytes()),
                address(expected),
                "{entry}"
            );
        }
        for entry in ["", "198.51.100.10", "2001:db8::g:1", "2001:db8::1:port"] {
            assert_eq!(parse_before_port(entry.as_bytes()), Hop::Garbage, "{entry}");
        }
    }
}
