//! How `Forwarded` (RFC 7239) is written, read so that no client can hide the part our
//! own proxy added.
//!
//! A proxy adds its element to what the client sent. A client that sends
//!
//! ```text
//! Forwarded: for=198.51.100.1;by="
//! ```
//!
//! through a proxy that only appends leaves us with
//!
//! ```text
//! Forwarded: for=198.51.100.1;by=", for=203.0.113.9
//! ```
//!
//! Read from the left, the quoted string swallows the element of the proxy, and a lenient
//! reader believes the client. So elements are cut off from the right, where the proxy
//! wrote. In a quoted string every inner quote has an odd number of backslashes before it,
//! and the opening one follows a `=`; therefore whoever starts behind a well-formed
//! element finds where that element begins, whatever is in front of it.

use super::hop::{self, Hop};

/// More than any address needs, with brackets, zone and port, in characters.
const LONGEST_NODE: usize = 128;

/// Cuts the right-most element off `rest` and reads it; `None` when there is none left.
pub(super) fn next_hop(rest: &mut &[u8]) -> Option<Hop> {
    loop {
        let line = rest.trim_ascii_end();
        if line.is_empty() {
            return None;
        }
        let Some(start) = start_of_last_element(line) else {
            *rest = &[];
            return Some(Hop::Garbage);
        };
        let element = line[start..].trim_ascii_start();
        *rest = &line[..start.saturating_sub(1)];
        // An empty element is none (RFC 9110, 5.6.1.2).
        if !element.is_empty() {
            return Some(read_element(element));
        }
    }
}

/// Where the right-most element begins; `None` when it ends in a quoted string that
/// never began.
fn start_of_last_element(line: &[u8]) -> Option<usize> {
    let mut at = line.len();
    while let Some(before) = at.checked_sub(1) {
        at = match line[before] {
            b',' => return Some(at),
            b'"' => opening_quote(&line[..before])?,
            _ => before,
        };
    }
    Some(0)
}

/// The right-most quote of `before` that no backslash escapes.
fn opening_quote(before: &[u8]) -> Option<usize> {
    let mut at = before.len();
    loop {
        at = before[..at].iter().rposition(|byte| *byte == b'"')?;
        let backslashes = before[..at].iter().rev().take_while(|byte| **byte == b'\\');
        if backslashes.count() % 2 == 0 {
            return Some(at);
        }
    }
}

/// `for=192.0.2.43;proto=https;by="[2001:db8::17]:4711"`, in any order.
fn read_element(element: &[u8]) -> Hop {
    let mut hop = None;
    let mut rest = element;
    loop {
        rest = rest.trim_ascii_start();
        let (name, after_name) = split_while(rest, is_token);
        if !name.is_empty() {
            let Some((value, after_value)) = split_value(after_name) else {
                return Hop::Garbage;
            };
            if name.eq_ignore_ascii_case(b"for") {
                // At most once (RFC 7239, 4). Two mean that somebody else's text got into
                // the element, an unquoted `host=` for instance, and nobody knows which
                // of the two is the proxy's.
                if hop.is_some() {
                    return Hop::Garbage;
                }
                hop = Some(value.read_node());
            }
            rest = after_value;
        }
        rest = rest.trim_ascii_start();
        rest = match rest.split_first() {
            None => break,
            Some((b';', next)) => next,
            Some(_) => return Hop::Garbage,
        };
    }
    // An element without `for` is of a proxy that does not say who connected to it.
    hop.unwrap_or(Hop::Hidden)
}

/// What stands behind a `=`.
enum Value<'a> {
    Plain(&'a [u8]),
    /// Without its quotes, escapes as they were.
    Quoted(&'a [u8]),
}

impl Value<'_> {
    fn read_node(&self) -> Hop {
        match *self {
            Self::Plain(node) => hop::parse(node),
            Self::Quoted(node) if !node.contains(&b'\\') => hop::parse(node),
            Self::Quoted(node) => {
                let mut buffer = [0; LONGEST_NODE];
                match unescape(node, &mut buffer) {
                    Some(node) => hop::parse(node),
                    None => Hop::Garbage,
                }
            }
        }
    }
}

/// Splits `=value` from what follows.
fn split_value(pair: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let value = pair.strip_prefix(b"=")?;
    let Some(quoted) = value.strip_prefix(b"\"") else {
        // The RFC wants quotes around `192.0.2.43:47011` and `[2001:db8::17]`, and no
        // parameter without a value; proxies write both, and it is clear what they mean.
        let (plain, rest) = split_while(value, is_plain);
        return Some((Value::Plain(plain), rest));
    };
    let mut escaped = false;
    let end = quoted.iter().position(|byte| {
        let closing = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closing
    })?;
    let (text, rest) = (&quoted[..end], &quoted[end + 1..]);
    // `, for=` inside a quoted string is a swallowed element: somebody in front of our
    // proxy opened the quote, and something unescaped in the proxy's element closed it.
    let swallowed = text.contains(&b',')
        && text
            .windows(4)
            .any(|window| window.eq_ignore_ascii_case(b"for="));
    (!swallowed).then_some((Value::Quoted(text), rest))
}

/// `text` without its escapes, when `buffer` can hold it.
fn unescape<'a>(text: &[u8], buffer: &'a mut [u8; LONGEST_NODE]) -> Option<&'a [u8]> {
    let mut length = 0;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        let byte = if *byte == b'\\' { bytes.next()? } else { byte };
        *buffer.get_mut(length)? = *byte;
        length += 1;
    }
    Some(&buffer[..length])
}

fn split_while(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| !belongs(*byte));
    bytes.split_at(end.unwrap_or(bytes.len()))
}

/// `tchar` of RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#'..=b'\'' | b'*' | b'+'
        | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// What an unquoted value may hold here: all but what ends it, quotes or escapes.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b';' | b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All hops of one line, from the right.
    fn hops(line: &[u8]) -> Vec<Hop> {
        let mut rest = line;
        std::iter::from_fn(|| next_hop(&mut rest)).collect()
    }

    fn address(text: &str) -> Hop {
        Hop::Address(text.parse().unwrap())
    }

    fn only(line: &str) -> Hop {
        let hops = hops(line.as_bytes());
        assert_eq!(hops.len(), 1, "{line}: {hops:?}");
        hops[0]
    }

    #[test]
    fn every_form_of_a_node_is_read() {
        for (line, expected) in [
            ("for=192.0.2.43", "192.0.2.43"),
            ("for=\"192.0.2.43\"", "192.0.2.43"),
            ("for=\"192.0.2.43:47011\"", "192.0.2.43"),
            ("for=192.0.2.43:47011", "192.0.2.43"),
            ("for=\"192.0.2.43:_port\"", "192.0.2.43"),
            ("for=\"[2001:db8:cafe::17]\"", "2001:db8:cafe::17"),
            ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=[2001:db8:cafe::17]:4711", "2001:db8:cafe::17"),
            ("for=\"[2001:db8:cafe::17]:_p\"", "2001:db8:cafe::17"),
            ("for=2001:db8:cafe::17", "2001:db8:cafe::17"),
            ("for=\"[::ffff:192.0.2.43]\"", "192.0.2.43"),
        ] {
            assert_eq!(only(line), address(expected), "{line}");
        }
    }

    #[test]
    fn parameter_names_ignore_case_and_may_stand_in_any_order() {
        for line in [
            "for=192.0.2.43",
            "For=192.0.2.43",
            "FOR=192.0.2.43",
            "for=192.0.2.43;proto=https;by=203.0.113.43",
            "proto=https;host=example.com;by=\"[::1]:80\";fOr=192.0.2.43",
            "by=_x;for=192.0.2.43;secret=egah2CGj55fSJFs==",
            "host=\"a,b;c\";for=192.0.2.43;ext=\"\\\"\\\\\"",
            "therefore=1;for=192.0.2.43;for2=1.2.3.4",
            "host=;for=192.0.2.43;by=",
        ] {
            assert_eq!(only(line), address("192.0.2.43"), "{line}");
        }
    }

    #[test]
    fn whitespace_and_empty_parts_are_tolerated() {
        for line in [
            " for=192.0.2.43\t",
            "proto=http ; for=192.0.2.43 ;by=_x",
            ";for=192.0.2.43;",
            ";;for=192.0.2.43;;proto=http",
            ", ,for=192.0.2.43,\t,",
        ] {
            assert_eq!(only(line), address("192.0.2.43"), "{line}");
        }
    }

    #[test]
    fn elements_come_from_the_right() {
        assert_eq!(
            hops(b"for=192.0.2.43, for=\"[2001:db8::17]:80\";by=\"a,b\",for=unknown , for=_x"),
            [
                Hop::Hidden,
                Hop::Hidden,
                address("2001:db8::17"),
                address("192.0.2.43"),
            ]
        );
        assert_eq!(hops(b""), []);
        assert_eq!(hops(b" , ,"), []);
    }

    #[test]
    fn escapes_in_a_quoted_string_are_resolved() {
        assert_eq!(only(r#"for="\1\9\2.0.2.43""#), address("192.0.2.43"));
        assert_eq!(
            only(r#"for="\[2001:db8::17\]:80""#),
            address("2001:db8::17")
        );
        assert_eq!(only(r#"ext="\\";for=192.0.2.43"#), address("192.0.2.43"));
        assert_eq!(only(r#"ext="\"";for=192.0.2.43"#), address("192.0.2.43"));
        assert_eq!(
            only(r#"ext="=\",\"";for=192.0.2.43"#),
            address("192.0.2.43")
        );
        assert_eq!(
            only(r#"ext="\\\",\\";for=192.0.2.43"#),
            address("192.0.2.43")
        );
        assert_eq!(
            only(&format!("for=\"{}\"", r"\1".repeat(LONGEST_NODE + 1))),
            Hop::Garbage
        );
    }

    #[test]
    fn a_proxy_that_does_not_name_its_client_is_hidden() {
        for line in [
            "for=unknown",
            "for=UNKNOWN;proto=http",
            "for=_gazonk",
            "for=\"_gazonk:800\"",
            "proto=https",
            "by=203.0.113.43;host=example.com",
            ";",
        ] {
            assert_eq!(only(line), Hop::Hidden, "{line}");
        }
    }

    #[test]
    fn what_is_not_rfc_7239_is_garbage() {
        for line in [
            "192.0.2.43",
            "for",
            "for=",
            "for=;proto=http",
            "for =192.0.2.43",
            "for= 192.0.2.43",
            "for=192.0.2.43 proto=http",
            "=192.0.2.43",
            "for=\"192.0.2.43",
            "for=\"192.0.2.43\"x",
            "for=192.0.2.43\"",
            "for=\"\"",
            "for=192.0.2.43;for=198.51.100.1",
            "for=192.0.2.43;FOR=192.0.2.43",
            "for=192.0.2.43;ext",
            "for=192.0.2.43;ext=\"\\\"",
            "for=192.0.2.43;ext=a\\b",
            "for=\"for=192.0.2.43\"",
            "for=192.0.2.43;ext=\"a, FOR=b\"",
            "f\u{f6}r=192.0.2.43",
        ] {
            assert_eq!(hops(line.as_bytes())[0], Hop::Garbage, "{line}");
        }
        assert_eq!(hops(b"for=\xff192.0.2.43"), [Hop::Garbage]);
        assert_eq!(hops(b"for=\"\xff\""), [Hop::Garbage]);
    }

    #[test]
    fn obsolete_text_in_another_parameter_does_no_harm() {
        assert_eq!(
            hops(b"host=\"caf\xe9\";for=192.0.2.43"),
            [address("192.0.2.43")]
        );
    }

    #[test]
    fn a_quote_that_the_client_opened_does_not_swallow_what_our_proxy_added() {
        for sent in [
            "for=198.51.100.1;by=\"",
            "for=198.51.100.1;by=\"\\",
            "for=\"198.51.100.1",
            "\"",
            "\\",
            "a=\\\"",
            "for=198.51.100.1;x=\", for=198.51.100.2;y=\"",
        ] {
            for added in [
                "for=203.0.113.9",
                "for=\"203.0.113.9:80\"",
                "for=203.0.113.9;host=\"a\\\"b\";proto=https",
                "by=\"[::1]\";for=203.0.113.9;ext=\"\\\\\"",
            ] {
                let line = format!("{sent}, {added}");
                assert_eq!(hops(line.as_bytes())[0], address("203.0.113.9"), "{line}");
            }
        }
    }

    #[test]
    fn an_element_swallowed_by_quotes_of_two_writers_is_garbage() {
        // The client opened a quote, and its Host, unescaped by the proxy, closed it.
        let line = b"for=198.51.100.1;x=\", for=203.0.113.9;host=a\"";
        assert_eq!(hops(line)[0], Hop::Garbage);
    }
}
