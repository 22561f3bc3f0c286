//! Which lengths of network prefixes are banned at all, so that an address is looked up once for each of
//! those and not 33 or 129 times.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::event::{Address, Network};

const V4: usize = 33;
const V6: usize = 129;

/// How many banned networks there are of each length, and a bit for each length that occurs.
#[derive(Debug)]
pub(super) struct Prefixes {
    v4: AtomicU64,
    v6: [AtomicU64; 3],
    v4_count: [AtomicU32; V4],
    v6_count: [AtomicU32; V6],
}

impl Default for Prefixes {
    fn default() -> Self {
        Self {
            v4: AtomicU64::new(0),
            v6: [const { AtomicU64::new(0) }; 3],
            v4_count: [const { AtomicU32::new(0) }; V4],
            v6_count: [const { AtomicU32::new(0) }; V6],
        }
    }
}

impl Prefixes {
    /// Notes a banned network. Called by one writer at a time.
    pub(super) fn add(&self, network: Network) {
        let (word, bit, count) = self.place(network);
        if count.fetch_add(1, Ordering::Relaxed) == 0 {
            word.fetch_or(bit, Ordering::Release);
        }
    }

    /// Forgets a banned network. Called by one writer at a time.
    pub(super) fn remove(&self, network: Network) {
        let (word, bit, count) = self.place(network);
        if count.fetch_sub(1, Ordering::Relaxed) == 1 {
            word.fetch_and(!bit, Ordering::Release);
        }
    }

    fn place(&self, network: Network) -> (&AtomicU64, u64, &AtomicU32) {
        let length = usize::from(network.prefix());
        match network.base() {
            IpAddr::V4(_) => (&self.v4, 1 << length, &self.v4_count[length]),
            IpAddr::V6(_) => (
                &self.v6[length / 64],
                1 << (length % 64),
                &self.v6_count[length],
            ),
        }
    }

    /// The networks around `address` that could be banned, the most specific first.
    #[inline]
    pub(super) fn networks_of(&self, address: Address) -> impl Iterator<Item = Network> {
        let lengths = match address.ip() {
            IpAddr::V4(_) => Lengths {
                word: self.v4.load(Ordering::Acquire),
                rest: &[],
            },
            IpAddr::V6(_) => Lengths {
                word: self.v6[2].load(Ordering::Acquire),
                rest: &self.v6[..2],
            },
        };
        lengths.map(move |length| address.network_of(length))
    }
}

/// The set bits, from the highest down.
struct Lengths<'a> {
    word: u64,
    /// Words that come after this one, the highest last.
    rest: &'a [AtomicU64],
}

impl Iterator for Lengths<'_> {
    type Item = u8;

    #[inline]
    #[allow(clippy::cast_possible_truncation)] // at most 191
    fn next(&mut self) -> Option<u8> {
        while self.word == 0 {
            let (next, rest) = self.rest.split_last()?;
            self.word = next.load(Ordering::Acquire);
            self.rest = rest;
        }
        let bit = self.word.ilog2();
        self.word ^= 1 << bit;
        Some((self.rest.len() as u32 * 64 + bit) as u8)
    }
}
