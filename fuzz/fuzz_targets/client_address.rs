//! Whatever is in a forwarding header, the client address is found without a panic, a
//! trusted proxy in a list is never taken for a client, and what our own proxy appended counts.

#![no_main]

use std::net::IpAddr;
use std::sync::LazyLock;

use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use sqreen_runtime::request::{ClientAddress, Header, TrustedProxies};

const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 9));

/// How our proxy writes that 203.0.113.9 connected, for each kind of header.
const LISTS: [(Header, &[&str]); 2] = [
    (
        Header::XForwardedFor,
        &[
            "203.0.113.9",
            "203.0.113.9:80",
            "::ffff:203.0.113.9, 10.0.0.2",
        ],
    ),
    (
        Header::Forwarded,
        &[
            "for=203.0.113.9",
            "by=\"[::1]:80\";for=\"203.0.113.9:80\"; proto=https",
            "for=\"203.0.113.9\";host=\"a,b\\\"c\\\\\", for=10.0.0.2",
        ],
    ),
];

static RESOLVERS: LazyLock<[ClientAddress; 4]> = LazyLock::new(|| {
    [
        Header::XForwardedFor,
        Header::Forwarded,
        HeaderName::from_static("cf-connecting-ip").into(),
        HeaderName::from_static("cloudfront-viewer-address").into(),
    ]
    .map(|header| ClientAddress::new(proxies(), header))
});

fn proxies() -> TrustedProxies {
    TrustedProxies::parse(["10.0.0.0/8", "2001:db8::/32"]).expect("these are networks")
}

/// The input as header lines, one at each line break, without what no header can hold.
fn lines(input: &[u8]) -> impl Iterator<Item = HeaderValue> {
    input
        .split(|byte| *byte == b'\n')
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
}

fuzz_target!(|input: &[u8]| {
    for resolver in RESOLVERS.iter() {
        let mut headers = HeaderMap::new();
        for line in lines(input) {
            headers.append(resolver.header().name(), line);
        }
        let resolved = resolver.resolve(Some(PEER), &headers);
        let address = resolved.address().expect("the peer has one");
        // A header with a single address may name a client in the range of the proxies.
        let named = matches!(resolver.header(), Header::Single(_)) && resolved.oddity().is_none();
        let trusted = resolver.proxies().contains(address);
        assert_eq!(resolved.is_proxy(), trusted && !named);
        assert_eq!(resolved.is_proxy(), resolved.oddity().is_some());

        for (_, appended) in LISTS.iter().filter(|(list, _)| list == resolver.header()) {
            for appended in *appended {
                let mut spoofed = headers.clone();
                let mut line = match lines(input).last() {
                    Some(line) => line.as_bytes().to_vec(),
                    None => Vec::new(),
                };
                line.extend_from_slice(b", ");
                line.extend_from_slice(appended.as_bytes());
                let line = HeaderValue::from_bytes(&line).expect("both parts are values");
                spoofed.append(resolver.header().name(), line);

                let resolved = resolver.resolve(Some(PEER), &spoofed);
                let client = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
                assert_eq!(resolved.address(), Some(client.into()), "{spoofed:?}");
                assert_eq!(resolved.oddity(), None);
            }
        }
    }
});
