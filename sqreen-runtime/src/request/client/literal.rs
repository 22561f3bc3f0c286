//! IP addresses in text, read from bytes as the standard library reads them.
//!
//! Every request behind a proxy pays for this. `str::from_utf8` and `IpAddr::from_str`
//! together take three times as many instructions for IPv4 and twice as many for IPv6;
//! and what is taken for an address here is, by test, exactly what they take.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The address that `text` is, to the last byte.
#[inline]
pub(super) fn parse(text: &[u8]) -> Option<IpAddr> {
    match ipv4_at_end(text) {
        Some((four, [])) => Some(IpAddr::V4(four)),
        _ => parse_ipv6(text).map(IpAddr::V6),
    }
}

/// The IPv4 address that `text` ends in, and what is before it: nothing, or something
/// that ends in neither a digit nor a dot.
///
/// From the right, as hops are read, so that the search for the comma costs nothing more.
#[inline]
pub(super) fn ipv4_at_end(text: &[u8]) -> Option<(Ipv4Addr, &[u8])> {
    let (fourth, rest) = octet_at_end(text)?;
    let (third, rest) = octet_at_end(rest.strip_suffix(b".")?)?;
    let (second, rest) = octet_at_end(rest.strip_suffix(b".")?)?;
    let (first, rest) = octet_at_end(rest.strip_suffix(b".")?)?;
    match rest {
        [.., b'0'..=b'9' | b'.'] => None,
        _ => Some((Ipv4Addr::new(first, second, third, fourth), rest)),
    }
}

/// One to three digits, no more than 255, no leading zero: octal to some.
#[inline]
fn octet_at_end(text: &[u8]) -> Option<(u8, &[u8])> {
    let (ones, rest) = digit_at_end(text)?;
    let Some((tens, rest)) = digit_at_end(rest) else {
        return Some((ones, rest));
    };
    let two = tens * 10 + ones;
    match digit_at_end(rest) {
        None if tens > 0 => Some((two, rest)),
        Some((1, rest)) => Some((100 + two, rest)),
        Some((2, rest)) if two <= 55 => Some((200 + two, rest)),
        _ => None,
    }
}

#[inline]
fn digit_at_end(text: &[u8]) -> Option<(u8, &[u8])> {
    let (byte, rest) = text.split_last()?;
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some((digit, rest))
}

/// Groups of up to four hexadecimal digits, `::` for as many zero groups as are missing.
#[inline(never)]
fn parse_ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let mut groups = 0_u128;
    let mut count = 0_u32;
    let mut group = 0_u128;
    let mut digits = 0_u32;
    // How many groups stand before the `::`.
    let mut before_gap = None;

    let rest = match text {
        [b':', b':', rest @ ..] => {
            before_gap = Some(0);
            rest
        }
        [b':', ..] => return None,
        _ => text,
    };
    for byte in rest {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            b':' if digits > 0 => {
                groups = groups << 16 | group;
                count += 1;
                (group, digits) = (0, 0);
                continue;
            }
            b':' if before_gap.is_none() => {
                before_gap = Some(count);
                continue;
            }
            // The last two groups may be written as IPv4. Rare: proxies mean IPv4 then.
            b'.' => return str::from_utf8(text).ok()?.parse().ok(),
            _ => return None,
        };
        digits += 1;
        if digits > 4 || count > 7 {
            return None;
        }
        group = group << 4 | u128::from(digit);
    }
    if digits > 0 {
        groups = groups << 16 | group;
        count += 1;
    } else if before_gap != Some(count) {
        // Ends in a single colon, or is empty.
        return None;
    }
    let bits = match before_gap {
        None if count == 8 => groups,
        // The gap stands for one group at least.
        Some(before) if count < 8 => {
            let behind = 16 * (count - before);
            let head = groups >> behind;
            let tail = groups & !(u128::MAX << behind);
            head.checked_shl(16 * (8 - before)).unwrap_or(0) | tail
        }
        _ => return None,
    };
    Some(Ipv6Addr::from_bits(bits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn standard(text: &[u8]) -> Option<IpAddr> {
        str::from_utf8(text).ok()?.parse().ok()
    }

    #[test]
    fn what_the_standard_library_takes_is_taken_and_nothing_else() {
        for text in [
            "",
            ".",
            "...",
            "0",
            "0.0.0.0",
            "255.255.255.255",
            "256.0.0.0",
            "0.0.0.256",
            "1.2.3.4",
            "01.2.3.4",
            "1.2.3.00",
            "1.2.3.4.",
            ".1.2.3.4",
            "1.2.3.4.5",
            "1.2.3",
            "1..3.4",
            "1.2.3.-4",
            "1.2.3.4 ",
            "1.2.3.4:80",
            "4294967297.0.0.1",
            ":",
            "::",
            ":::",
            "::1",
            "1::",
            "1:",
            ":1",
            "1::2",
            "1::2::3",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1::3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8::",
            "1:2:3:4:5:6:7:8:",
            "1::2:",
            "1:2:::3",
            "12345::",
            "0001::",
            "00001::",
            "ABCD:ef01::",
            "g::",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "::ffff:1.2.3.4.5",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1.2.3.4::",
            "::ffff:01.2.3.4",
            "fe80::1%1",
            "[::1]",
            "１.2.3.4",
            "1.2.3.0000000000004",
            "1.2.3.00000000000000000000000000000000000004",
            "4294967300.2.3.4",
            "1.2.3.4,",
            "x1.2.3.4",
        ] {
            assert_eq!(parse(text.as_bytes()), standard(text.as_bytes()), "{text}");
        }
        assert_eq!(parse(b"\xff"), None);
        assert_eq!(parse(b"::\xff."), None);
    }

    #[test]
    fn an_ipv4_address_is_cut_off_the_end() {
        let four = Ipv4Addr::new(10, 200, 30, 4);
        for before in ["", ",", "x", "::ffff:", "1.2.3.4, ", "\u{ff}"] {
            assert_eq!(
                ipv4_at_end(format!("{before}10.200.30.4").as_bytes()),
                Some((four, before.as_bytes()))
            );
        }
        for text in [
            "",
            "1.",
            "9.10.200.30.4",
            "9210.200.30.4",
            ".10.200.30.4",
            "10.200.30.4 ",
            "010.200.30.4",
        ] {
            assert_eq!(ipv4_at_end(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn every_address_is_read_as_displayed(ip: IpAddr) {
            prop_assert_eq!(parse(ip.to_string().as_bytes()), Some(ip));
        }

        #[test]
        fn every_ipv6_address_is_read_however_its_zeros_are_written(
            groups in prop::array::uniform8(prop_oneof![Just(0_u16), any::<u16>()]),
            gap in 0..8_usize,
            length in 0..4_usize,
        ) {
            let hex = |groups: &[u16]| {
                let groups: Vec<String> = groups.iter().map(|group| format!("{group:X}")).collect();
                groups.join(":")
            };
            let end = (gap + length).min(8);
            for text in [hex(&groups), format!("{}::{}", hex(&groups[..gap]), hex(&groups[end..]))] {
                prop_assert_eq!(parse(text.as_bytes()), standard(text.as_bytes()), "{}", text);
            }
        }

        #[test]
        fn nothing_is_read_otherwise_than_by_the_standard_library(
            text in prop::collection::vec(prop::sample::select(&b"0123459afF::::....%"[..]), 0..24),
        ) {
            prop_assert_eq!(parse(&text), standard(&text));
        }

        #[test]
        fn an_address_with_one_byte_changed_is_read_as_by_the_standard_library(
            ip: IpAddr,
            at: prop::sample::Index,
            byte in prop::sample::select(&b"0129afF:.% \xff"[..]),
        ) {
            let mut text = ip.to_string().into_bytes();
            let at = at.index(text.len());
            text[at] = byte;
            prop_assert_eq!(parse(&text), standard(&text));
            text.remove(at);
            prop_assert_eq!(parse(&text), standard(&text));
        }
    }
}
