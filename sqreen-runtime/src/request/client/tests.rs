//! The rule as a whole; how entries are written is tested beside their parsers.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::*;
use crate::event::Network;

/// What the examples trust: 10/8 and one IPv6 network.
fn trusting(header: Header) -> ClientAddress {
    let proxies = TrustedProxies::parse(["10.0.0.0/8", "127.0.0.1", "2001:db8:f00d::/48"]);
    ClientAddress::new(proxies.unwrap(), header)
}

fn single(name: &'static str) -> Header {
    HeaderName::from_static(name).into()
}

fn headers<V: AsRef<[u8]>>(name: &Header, lines: impl IntoIterator<Item = V>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in lines {
        let value = HeaderValue::from_bytes(line.as_ref()).unwrap();
        headers.append(name.name(), value);
    }
    headers
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn resolve(header: &Header, peer: &str, lines: &[&str]) -> Resolved {
    trusting(header.clone()).resolve(Some(ip(peer)), &headers(header, lines))
}

/// The client, by `X-Forwarded-For` lines; it must be one without an oddity.
#[track_caller]
fn client(peer: &str, lines: &[&str]) -> String {
    let resolved = resolve(&Header::XForwardedFor, peer, lines);
    assert_eq!((resolved.oddity(), resolved.is_proxy()), (None, false));
    resolved.address().unwrap().to_string()
}

/// The proxy that is taken for want of a client, and why.
#[track_caller]
fn proxy(header: &Header, peer: &str, lines: &[&str]) -> (String, Oddity) {
    let resolved = resolve(header, peer, lines);
    assert!(resolved.is_proxy());
    (
        resolved.address().unwrap().to_string(),
        resolved.oddity().unwrap(),
    )
}

mod the_peer {
    use super::*;

    #[test]
    fn is_the_client_while_no_proxy_is_trusted() {
        let nobody_trusted = ClientAddress::default();
        let sent = headers(&Header::XForwardedFor, ["8.8.8.8"]);
        for peer in ["10.0.0.9", "127.0.0.1", "8.8.4.4", "2001:db8::1"] {
            let resolved = nobody_trusted.resolve(Some(ip(peer)), &sent);
            assert_eq!(resolved.address(), Some(ip(peer).into()));
            assert_eq!((resolved.oddity(), resolved.is_proxy()), (None, false));
        }
    }

    #[test]
    fn is_the_client_when_it_is_no_trusted_proxy_whatever_it_sends() {
        for lines in [&["8.8.8.8"][..], &["10.0.0.1"], &["\"garbage"], &[]] {
            assert_eq!(client("203.0.113.9", lines), "203.0.113.9");
            assert_eq!(client("2001:db8::1", lines), "2001:db8::1");
        }
    }

    #[test]
    fn is_folded_before_it_is_looked_up() {
        assert_eq!(client("::ffff:10.0.0.1", &["8.8.8.8"]), "8.8.8.8");
        assert_eq!(client("::ffff:203.0.113.9", &["8.8.8.8"]), "203.0.113.9");
    }

    #[test]
    fn is_reported_apart_from_the_client() {
        let resolved = resolve(&Header::XForwardedFor, "::ffff:10.0.0.1", &["8.8.8.8"]);
        assert_eq!(resolved.peer(), Some(ip("10.0.0.1").into()));
        assert_eq!(resolved.address(), Some(ip("8.8.8.8").into()));
    }

    #[test]
    fn that_is_missing_leaves_no_address_and_its_headers_are_not_read() {
        let sent = headers(&Header::XForwardedFor, ["8.8.8.8"]);
        let resolved = trusting(Header::XForwardedFor).resolve(None, &sent);
        assert_eq!(resolved.address(), None);
        assert_eq!(resolved.oddity(), Some(Oddity::NoPeer));
        assert!(!resolved.is_proxy());
    }

    #[test]
    fn that_is_missing_is_a_proxy_where_somebody_said_so() {
        let unix_socket =
            trusting(Header::XForwardedFor).trusting_headers_of_requests_without_peer();
        let sent = headers(&Header::XForwardedFor, ["1.1.1.1, 8.8.8.8, 10.0.0.2"]);
        let resolved = unix_socket.resolve(None, &sent);
        assert_eq!(resolved.address(), Some(ip("8.8.8.8").into()));
        assert_eq!((resolved.oddity(), resolved.peer()), (None, None));

        let resolved = unix_socket.resolve(None, &headers(&Header::XForwardedFor, ["unix:"]));
        assert_eq!(resolved.address(), None);
        assert_eq!(resolved.oddity(), Some(Oddity::Garbage));
        assert!(!resolved.is_proxy());
    }
}

mod x_forwarded_for {
    use super::*;

    #[test]
    fn names_the_client_with_its_first_address_from_the_right_that_is_no_proxy() {
        assert_eq!(client("10.0.0.9", &["8.8.8.8"]), "8.8.8.8");
        assert_eq!(
            client("10.0.0.9", &["8.8.8.8, 10.1.1.1, 10.2.2.2"]),
            "8.8.8.8"
        );
        assert_eq!(
            client("10.0.0.9", &["203.0.113.7, 8.8.8.8, 10.1.1.1"]),
            "8.8.8.8"
        );
    }

    #[test]
    fn names_nobody_with_an_address_that_the_client_put_in_front() {
        for spoofed in [
            "8.8.4.4",
            "127.0.0.1",
            "10.0.0.1",
            "unknown",
            ",,,",
            "\"",
            "\u{fe}",
        ] {
            let line = format!("{spoofed}, 203.0.113.9, 10.0.0.2");
            assert_eq!(client("10.0.0.9", &[&line]), "203.0.113.9", "{line}");
        }
    }

    #[test]
    fn may_name_a_private_address_as_the_client() {
        // A list of hops is believed for who wrote it, not for what it says: inside a
        // company the client is private, and so is a customer behind carrier-grade NAT.
        for private in [
            "192.168.1.7",
            "100.64.0.1",
            "172.16.0.1",
            "fe80::1",
            "fd00::1",
        ] {
            assert_eq!(client("10.0.0.9", &[private]), private);
        }
        assert_eq!(
            client("10.0.0.9", &["10.0.0.1, 8.8.8.8, fe80::1"]),
            "fe80::1"
        );
    }

    #[test]
    fn may_mix_families_ports_brackets_and_spellings() {
        for (line, expected) in [
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:3333", "2001:db8::1"),
            ("2001:0db8:0:0:0:0:0:1:3333", "2001:db8::1"),
            ("::ffff:8.8.8.8", "8.8.8.8"),
            ("8.8.8.8:4321", "8.8.8.8"),
            ("127.0.0.1, 152.23.231.25:98746, 10.1.2.3", "152.23.231.25"),
            ("8.8.8.8, 2001:db8::1, 10.0.0.2", "2001:db8::1"),
            ("2001:db8::1, 8.8.8.8, 2001:db8:f00d::1", "8.8.8.8"),
            ("8.8.8.8, ::ffff:10.0.0.2, [2001:DB8:F00D::1]:80", "8.8.8.8"),
        ] {
            assert_eq!(client("10.0.0.9", &[line]), expected, "{line}");
            assert_eq!(client("2001:db8:f00d::9", &[line]), expected, "{line}");
        }
    }

    #[test]
    fn is_read_over_all_its_lines_from_the_last() {
        assert_eq!(client("10.0.0.9", &["1.1.1.1", "8.8.8.8"]), "8.8.8.8");
        assert_eq!(
            client(
                "10.0.0.9",
                &["1.1.1.1, 8.8.8.8", "10.0.0.1", "", "10.0.0.2,10.0.0.3"]
            ),
            "8.8.8.8"
        );
    }

    #[test]
    fn may_have_empty_entries() {
        for line in [
            ",8.8.8.8",
            "8.8.8.8,",
            " , 8.8.8.8 ,\t, ",
            "1.1.1.1,,8.8.8.8,,10.0.0.1,",
        ] {
            assert_eq!(client("10.0.0.9", &[line]), "8.8.8.8", "{line}");
        }
    }

    #[test]
    fn of_proxies_only_names_the_left_most() {
        let xff = &Header::XForwardedFor;
        assert_eq!(
            proxy(xff, "10.0.0.9", &["10.0.0.1, 127.0.0.1", "10.0.0.3"]),
            ("10.0.0.1".into(), Oddity::OnlyProxies)
        );
    }

    #[test]
    fn with_garbage_beside_our_proxy_names_that_proxy_and_nobody_further_left() {
        let xff = &Header::XForwardedFor;
        for garbage in [
            "x",
            "-",
            "unix:",
            "1.2.3",
            "8.8.8.8:http",
            "\"1.2.3.4\"",
            "\u{fe}",
        ] {
            assert_eq!(
                proxy(xff, "10.0.0.9", &["8.8.8.8", garbage]),
                ("10.0.0.9".into(), Oddity::Garbage)
            );
            let line = format!("8.8.8.8, {garbage}, 10.0.0.2");
            assert_eq!(
                proxy(xff, "10.0.0.9", &[&line]),
                ("10.0.0.2".into(), Oddity::Garbage)
            );
        }
    }

    #[test]
    fn that_hides_the_client_names_the_proxy_that_hides_it() {
        let xff = &Header::XForwardedFor;
        for hidden in ["unknown", "_hidden"] {
            let line = format!("8.8.8.8, {hidden}, 10.0.0.2");
            assert_eq!(
                proxy(xff, "10.0.0.9", &[&line]),
                ("10.0.0.2".into(), Oddity::Hidden)
            );
        }
    }

    #[test]
    fn with_garbage_only_on_the_clients_side_is_no_oddity() {
        assert_eq!(client("10.0.0.9", &["unknown, 8.8.4.4"]), "8.8.4.4");
        assert_eq!(
            client("10.0.0.9", &["\u{fe}\"x, 8.8.4.4, 10.0.0.1"]),
            "8.8.4.4"
        );
    }

    #[test]
    fn that_is_missing_or_empty_leaves_the_proxy() {
        let xff = &Header::XForwardedFor;
        for lines in [&[][..], &[""], &[" , ", ","]] {
            assert_eq!(
                proxy(xff, "10.0.0.9", lines),
                ("10.0.0.9".into(), Oddity::NoHeader)
            );
        }
    }
}

mod forwarded {
    use super::*;

    #[test]
    fn names_the_client_by_the_same_rule() {
        for (lines, expected) in [
            (&["for=8.8.8.8"][..], "8.8.8.8"),
            (
                &["for=1.1.1.1, for=\"[2001:db8::1]:80\";by=10.0.0.9"],
                "2001:db8::1",
            ),
            (
                &["for=1.1.1.1,FOR=8.8.8.8 ; proto=https", "for=10.0.0.2"],
                "8.8.8.8",
            ),
            (&["for=1.1.1.1;x=\"", "for=8.8.8.8"], "8.8.8.8"),
            (&["for=1.1.1.1;x=\", for=8.8.8.8, for=10.0.0.2"], "8.8.8.8"),
        ] {
            let resolved = resolve(&Header::Forwarded, "10.0.0.9", lines);
            assert_eq!(resolved.address(), Some(ip(expected).into()), "{lines:?}");
            assert_eq!(resolved.oddity(), None);
        }
    }

    #[test]
    fn ends_at_what_is_hidden_or_garbage() {
        let name = &Header::Forwarded;
        for (line, expected) in [
            ("for=8.8.8.8, for=_hidden, for=10.0.0.2", Oddity::Hidden),
            ("for=8.8.8.8, for=unknown, for=10.0.0.2", Oddity::Hidden),
            ("for=8.8.8.8, proto=https, for=10.0.0.2", Oddity::Hidden),
            ("for=8.8.8.8, 8.8.4.4, for=10.0.0.2", Oddity::Garbage),
            ("for=8.8.8.8, for=1.1.1.1\", for=10.0.0.2", Oddity::Garbage),
        ] {
            assert_eq!(
                proxy(name, "10.0.0.9", &[line]),
                ("10.0.0.2".into(), expected),
                "{line}"
            );
        }
        assert_eq!(
            proxy(name, "10.0.0.9", &["for=10.0.0.1, for=10.0.0.2"]),
            ("10.0.0.1".into(), Oddity::OnlyProxies)
        );
        assert_eq!(
            proxy(name, "10.0.0.9", &[]),
            ("10.0.0.9".into(), Oddity::NoHeader)
        );
    }
}

mod a_single_address_header {
    use super::*;

    #[test]
    fn is_read_from_trusted_proxies_only() {
        let name = single("cf-connecting-ip");
        for line in ["8.8.8.8", " 8.8.8.8:80 ", "::ffff:8.8.8.8"] {
            let resolved = resolve(&name, "10.0.0.9", &[line]);
            assert_eq!(resolved.address(), Some(ip("8.8.8.8").into()));
            assert_eq!((resolved.oddity(), resolved.is_proxy()), (None, false));

            let resolved = resolve(&name, "203.0.113.9", &[line]);
            assert_eq!(resolved.address(), Some(ip("203.0.113.9").into()));
        }
    }

    #[test]
    fn with_a_list_or_twice_is_garbage() {
        let name = single("x-real-ip");
        for lines in [
            &["8.8.8.8, 1.1.1.1"][..],
            &["8.8.8.8", "1.1.1.1"],
            &["8.8.8.8", "8.8.8.8"],
            &["", "8.8.8.8"],
            &["x"],
            &["\u{fe}"],
        ] {
            assert_eq!(
                proxy(&name, "10.0.0.9", lines),
                ("10.0.0.9".into(), Oddity::Garbage),
                "{lines:?}"
            );
        }
    }

    #[test]
    fn that_says_nothing_new_leaves_the_proxy() {
        let name = single("x-real-ip");
        for (lines, expected, oddity) in [
            (&[][..], "10.0.0.9", Oddity::NoHeader),
            (&[" "], "10.0.0.9", Oddity::NoHeader),
            (&["unknown"], "10.0.0.9", Oddity::Hidden),
        ] {
            assert_eq!(proxy(&name, "10.0.0.9", lines), (expected.into(), oddity));
        }
    }

    #[test]
    fn may_name_a_client_in_the_range_of_the_proxies() {
        let resolved = resolve(&single("cf-connecting-ip"), "10.0.0.9", &["10.0.0.7"]);
        assert_eq!(resolved.address(), Some(ip("10.0.0.7").into()));
        assert!(!resolved.is_proxy());
    }

    #[test]
    fn of_cloudfront_ends_in_a_port() {
        let name = single("cloudfront-viewer-address");
        for (line, expected) in [
            ("198.51.100.10:46532", "198.51.100.10"),
            ("2001:db8::1:4653", "2001:db8::1"),
        ] {
            let resolved = resolve(&name, "10.0.0.9", &[line]);
            assert_eq!(resolved.address(), Some(ip(expected).into()), "{line}");
        }
    }
}

mod the_header_that_is_read {
    use super::*;

    fn with_both() -> HeaderMap {
        let mut both = headers(&Header::XForwardedFor, ["8.8.8.8"]);
        both.append(&FORWARDED, HeaderValue::from_static("for=1.1.1.1"));
        both
    }

    #[test]
    fn is_the_configured_one_when_the_request_has_both() {
        for (header, expected) in [
            (Header::default(), "8.8.8.8"),
            (Header::XForwardedFor, "8.8.8.8"),
            (Header::Forwarded, "1.1.1.1"),
        ] {
            let resolved = trusting(header).resolve(Some(ip("10.0.0.9")), &with_both());
            assert_eq!(resolved.address(), Some(ip(expected).into()));
            assert_eq!(resolved.oddity(), None);
        }
    }

    #[test]
    fn is_never_replaced_by_another_that_the_client_may_have_sent() {
        for (header, sent, line) in [
            (Header::XForwardedFor, Header::Forwarded, "for=8.8.8.8"),
            (Header::Forwarded, Header::XForwardedFor, "8.8.8.8"),
            (single("x-real-ip"), Header::XForwardedFor, "8.8.8.8"),
        ] {
            let resolved = trusting(header).resolve(Some(ip("10.0.0.9")), &headers(&sent, [line]));
            assert_eq!(resolved.address(), Some(ip("10.0.0.9").into()));
            assert_eq!(resolved.oddity(), Some(Oddity::OtherHeader));
            assert!(resolved.is_proxy());
        }
        // X-Real-IP is no forwarding header that a proxy was likely meant to be read by.
        let real_ip = headers(&single("x-real-ip"), ["8.8.8.8"]);
        let resolved = trusting(Header::XForwardedFor).resolve(Some(ip("10.0.0.9")), &real_ip);
        assert_eq!(resolved.oddity(), Some(Oddity::NoHeader));
    }

    #[test]
    fn is_parsed_by_its_name_in_any_case() {
        for (written, expected) in [
            ("X-Forwarded-For", Header::XForwardedFor),
            ("x-forwarded-for", Header::XForwardedFor),
            ("FORWARDED", Header::Forwarded),
            ("Fly-Client-IP", single("fly-client-ip")),
        ] {
            assert_eq!(written.parse(), Ok(expected.clone()));
            let json = serde_json::to_string(&expected).unwrap();
            assert_eq!(serde_json::from_str::<Header>(&json).unwrap(), expected);
        }
        for written in ["", "x forwarded for", "x-forwarded-for:", "\r\n"] {
            let error = written.parse::<Header>().unwrap_err();
            assert!(error.to_string().contains("write one such as"));
        }
    }

    #[test]
    fn is_read_as_a_list_however_it_was_configured() {
        let list = ClientAddress::new(
            TrustedProxies::default(),
            Header::Single(HeaderName::from_static("x-forwarded-for")),
        );
        assert_eq!(list.header(), &Header::XForwardedFor);
        let list = ClientAddress::new(TrustedProxies::default(), Header::Single(FORWARDED));
        assert_eq!(list.header(), &Header::Forwarded);
    }
}

#[test]
fn each_oddity_has_its_place_name_and_sentence() {
    for (place, oddity) in Oddity::ALL.into_iter().enumerate() {
        assert_eq!(oddity.index(), place);
        assert!(oddity.to_string().len() > oddity.as_str().len());
    }
}

mod properties {
    use super::*;

    fn networks() -> impl Strategy<Value = Vec<Network>> {
        // Half of all IPv4 addresses at most, so that hops fall on both sides.
        let network = (any::<Ipv4Addr>(), 1..=6_u8);
        prop::collection::vec(network, 1..4).prop_map(|networks| {
            networks
                .into_iter()
                .map(|(base, prefix)| Network::new(base.into(), prefix).unwrap())
                .collect()
        })
    }

    /// Bytes that a header may hold, many of them with a meaning here.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let meaningful = prop::sample::select(&b"\"\\,;=:[]._ \tforFOR0123456789abcdef"[..]);
        let any_byte = any::<u8>().prop_map(|byte| if byte < 32 || byte == 127 { 9 } else { byte });
        prop::collection::vec(prop_oneof![4 => meaningful, 1 => any_byte], 0..60)
    }

    /// `hop` as an element of `Forwarded`, one of the ways a proxy may write it.
    fn element(hop: IpAddr, style: u8) -> String {
        let node = match hop {
            IpAddr::V4(four) => four.to_string(),
            IpAddr::V6(six) => format!("[{six}]"),
        };
        match style % 4 {
            0 => format!("for=\"{node}\""),
            1 => format!("by=_us;For=\"{node}:80\";proto=https"),
            2 => format!("for=\"{node}\";host=\"a,b\\\"c\\\\\""),
            _ => format!("ext=\"=\\\",\" ;for={node}"),
        }
    }

    fn joined(header: &Header, before: &[u8], hops: &[IpAddr], style: u8) -> HeaderMap {
        let mut line = before.to_vec();
        for hop in hops {
            let hop = match header {
                Header::Forwarded => element(*hop, style),
                _ => hop.to_string(),
            };
            line.extend(format!(", {hop}").into_bytes());
        }
        headers(header, [line])
    }

    fn untrusted() -> impl Strategy<Value = IpAddr> {
        let proxies = trusting(Header::default()).proxies().clone();
        any::<IpAddr>().prop_filter("a proxy", move |ip| !proxies.contains((*ip).into()))
    }

    fn header() -> impl Strategy<Value = Header> {
        prop_oneof![
            Just(Header::XForwardedFor),
            Just(Header::Forwarded),
            Just(single("x-real-ip")),
            Just(single("cloudfront-viewer-address")),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_client_is_the_right_most_hop_that_is_not_trusted(
            networks in networks(),
            peer: Ipv4Addr,
            hops in prop::collection::vec(any::<IpAddr>(), 1..6),
            style: u8,
        ) {
            let proxies = TrustedProxies::new(networks).unwrap();
            let mut chain = hops.clone();
            chain.push(peer.into());
            let untrusted = chain
                .iter()
                .rev()
                .map(|ip| Address::from(*ip))
                .find(|address| !proxies.contains(*address));

            for header in [Header::XForwardedFor, Header::Forwarded] {
                let sent = joined(&header, b"", &hops, style);
                let resolved = ClientAddress::new(proxies.clone(), header)
                    .resolve(Some(peer.into()), &sent);
                let expected = match untrusted {
                    Some(client) => (client, None, false),
                    None => (Address::from(hops[0]), Some(Oddity::OnlyProxies), true),
                };
                let address = resolved.address().unwrap();
                prop_assert_eq!((address, resolved.oddity(), resolved.is_proxy()), expected);
            }
        }

        #[test]
        fn nothing_that_the_client_puts_in_front_changes_the_result(
            before in bytes(),
            lines_before in prop::collection::vec(bytes(), 0..3),
            client in untrusted(),
            ours in prop::collection::vec((0..=255_u8).prop_map(|last| [10, 0, 0, last]), 0..3),
            style: u8,
        ) {
            let mut hops = vec![client];
            hops.extend(ours.into_iter().map(IpAddr::from));

            for header in [Header::XForwardedFor, Header::Forwarded] {
                let resolver = trusting(header.clone());
                let clean = resolver
                    .resolve(Some(ip("10.0.0.9")), &joined(&header, b"", &hops, style));
                prop_assert_eq!(clean.address(), Some(client.into()));

                let mut spoofed = headers(&header, &lines_before);
                for line in joined(&header, &before, &hops, style).get_all(header.name()) {
                    spoofed.append(header.name(), line.clone());
                }
                let spoofed = resolver.resolve(Some(ip("10.0.0.9")), &spoofed);
                prop_assert_eq!(spoofed, clean);
            }
        }

        #[test]
        fn whatever_is_sent_an_address_that_is_trusted_is_marked_as_a_proxy(
            header in header(),
            lines in prop::collection::vec(bytes(), 0..4),
            peer: Option<IpAddr>,
            from_proxy: bool,
        ) {
            let peer = if from_proxy { Some(ip("10.0.0.9")) } else { peer };
            let resolver = trusting(header.clone());
            let resolved = resolver.resolve(peer, &headers(&header, &lines));

            let trusted = resolved
                .address()
                .is_some_and(|address| resolver.proxies().contains(address));
            // A header with a single address may name a client in the range of the proxies.
            let named = matches!(header, Header::Single(_)) && resolved.oddity().is_none();
            prop_assert_eq!(resolved.is_proxy(), trusted && !named);
            prop_assert_eq!(resolved.oddity().is_some(), (trusted && !named) || peer.is_none());
            prop_assert_eq!(resolved.peer(), peer.map(Address::from));
        }
    }
}
