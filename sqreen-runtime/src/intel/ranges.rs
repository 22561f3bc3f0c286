//! Ranges of addresses, and the table that tells in which of them an address lies.
//!
//! Serves the lists and the special ranges, which are one table: however many lists there are, an address is
//! looked up once.

use std::net::IpAddr;

use crate::event::{Address, AddressKind, AddressKinds, Network};

/// Ranges of addresses: first and last, in order, with a gap between any two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ranges {
    v4: Vec<(u32, u32)>,
    v6: Vec<(u128, u128)>,
}

/// One range: its first and its last address, which are of one family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    V4(u32, u32),
    V6(u128, u128),
}

impl Range {
    /// From the first to the last address, where they are of one family and in this order.
    pub(super) fn between(first: Address, last: Address) -> Option<Self> {
        match (first.ip(), last.ip()) {
            (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
                Some(Self::V4(first.to_bits(), last.to_bits()))
            }
            (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
                Some(Self::V6(first.to_bits(), last.to_bits()))
            }
            _ => None,
        }
    }

    /// The range of one address.
    pub(super) fn one(address: Address) -> Self {
        match address.ip() {
            IpAddr::V4(ip) => Self::V4(ip.to_bits(), ip.to_bits()),
            IpAddr::V6(ip) => Self::V6(ip.to_bits(), ip.to_bits()),
        }
    }

    /// Whether it has more addresses than a network with this prefix, the first for IPv4, the other for IPv6.
    pub(super) fn is_wider_than(self, v4: u32, v6: u32) -> bool {
        match self {
            Self::V4(first, last) => last - first > u32::MAX.checked_shr(v4).unwrap_or(0),
            Self::V6(first, last) => last - first > u128::MAX.checked_shr(v6).unwrap_or(0),
        }
    }
}

impl From<Network> for Range {
    fn from(network: Network) -> Self {
        // A shift by all bits leaves nothing: the network of one address.
        let prefix = u32::from(network.prefix());
        match network.base() {
            IpAddr::V4(base) => {
                let rest = u32::MAX.checked_shr(prefix);
                Self::V4(base.to_bits(), base.to_bits() | rest.unwrap_or(0))
            }
            IpAddr::V6(base) => {
                let rest = u128::MAX.checked_shr(prefix);
                Self::V6(base.to_bits(), base.to_bits() | rest.unwrap_or(0))
            }
        }
    }
}

impl FromIterator<Range> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range>>(ranges: I) -> Self {
        let mut all = Self::default();
        for range in ranges {
            match range {
                Range::V4(first, last) => all.v4.push((first, last)),
                Range::V6(first, last) => all.v6.push((first, last)),
            }
        }
        join(&mut all.v4);
        join(&mut all.v6);
        all
    }
}

impl Ranges {
    /// Whether `address` lies in one of them.
    pub(super) fn contain(&self, address: Address) -> bool {
        fn within<T: Number>(ranges: &[(T, T)], number: T) -> bool {
            let after = ranges.partition_point(|(first, _)| *first <= number);
            after > 0 && number <= ranges[after - 1].1
        }
        match address.ip() {
            IpAddr::V4(ip) => within(&self.v4, ip.to_bits()),
            IpAddr::V6(ip) => within(&self.v6, ip.to_bits()),
        }
    }
}

/// Sorts ranges, and makes one of those that overlap or touch.
fn join<T: Number>(ranges: &mut Vec<(T, T)>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, range| {
        let touches = range.1.after().is_none_or(|after| next.0 <= after);
        if touches {
            range.1 = range.1.max(next.1);
        }
        touches
    });
    ranges.shrink_to_fit();
}

/// An address as a number.
trait Number: Copy + Ord {
    const ZERO: Self;

    fn after(self) -> Option<Self>;
}

impl Number for u32 {
    const ZERO: Self = 0;

    fn after(self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl Number for u128 {
    const ZERO: Self = 0;

    fn after(self) -> Option<Self> {
        self.checked_add(1)
    }
}

/// The kinds of every address there is.
#[derive(Debug)]
pub(super) struct Table {
    v4: Table4,
    v6: Table6,
}

impl Table {
    pub(super) fn new(sources: &[(AddressKind, &Ranges)]) -> Self {
        let v4 = sources.iter().map(|(kind, of)| (*kind, &*of.v4));
        let v6 = sources.iter().map(|(kind, of)| (*kind, &*of.v6));
        Self {
            v4: Table4::new(Segments::new(v4)),
            v6: Table6::new(Segments::new(v6)),
        }
    }

    #[inline]
    pub(super) fn kinds(&self, address: Address) -> AddressKinds {
        match address.ip() {
            IpAddr::V4(ip) => self.v4.kinds(ip.to_bits()),
            IpAddr::V6(ip) => self.v6.kinds(ip.to_bits()),
        }
    }
}

/// All addresses of a family in a row, cut where the kinds change.
#[derive(Debug)]
struct Segments<T> {
    /// The first addresses of the segments, in order. The first of all is zero.
    starts: Box<[T]>,
    /// The kinds of each, none where nothing is known.
    kinds: Box<[AddressKinds]>,
}

impl<T: Number> Segments<T> {
    fn new<'a>(sources: impl Iterator<Item = (AddressKind, &'a [(T, T)])>) -> Self
    where
        T: 'a,
    {
        let mut edges: Vec<(T, AddressKind, bool)> = Vec::new();
        for (kind, ranges) in sources {
            for (first, last) in ranges {
                edges.push((*first, kind, true));
                edges.extend(last.after().map(|after| (after, kind, false)));
            }
        }
        edges.sort_unstable();

        let (mut starts, mut kinds) = (vec![T::ZERO], vec![AddressKinds::NONE]);
        // How many ranges of each kind are open: sources of one kind may overlap.
        let mut open = [0_u32; AddressKind::ALL.len()];
        for edges in edges.chunk_by(|one, other| one.0 == other.0) {
            for (_, kind, opens) in edges {
                let count = &mut open[*kind as usize];
                // Closing comes first at one point; wrapping keeps the sum right in any order.
                *count = count.wrapping_add(if *opens { 1 } else { u32::MAX });
            }
            let of_all = AddressKind::ALL.into_iter();
            let now: AddressKinds = of_all.filter(|kind| open[*kind as usize] > 0).collect();
            let at = edges[0].0;
            if at == T::ZERO {
                kinds[0] = now;
            } else if kinds.last() != Some(&now) {
                starts.push(at);
                kinds.push(now);
            }
        }
        Self {
            starts: starts.into(),
            kinds: kinds.into(),
        }
    }

    /// The kinds of the last segment of the first `count`, which are at least one.
    #[inline]
    fn last_of(&self, count: usize) -> AddressKinds {
        let at = count.wrapping_sub(1);
        self.kinds.get(at).copied().unwrap_or(AddressKinds::NONE)
    }
}

/// IPv4: the leading bits of an address lead to the few segments among which it is searched for.
#[derive(Debug)]
struct Table4 {
    segments: Segments<u32>,
    /// How many segments start before the addresses with these leading bits, and one more at the end.
    index: Box<[u32]>,
    /// How far an address is shifted to leave its leading bits: 16 to 28.
    shift: u32,
}

impl Table4 {
    fn new(segments: Segments<u32>) -> Self {
        // About one place for each segment, up to 2^16: with those, 100,000 networks are found among 3 segments
        // each, and more places would push the segments out of the cache.
        let bits = segments.starts.len().ilog2().clamp(4, 16);
        let shift = u32::BITS - bits;
        let mut index = Vec::with_capacity((1 << bits) + 1);
        let mut before = 0;
        for place in 0..1_u32 << bits {
            let rest = &segments.starts[before..];
            before += rest
                .iter()
                .take_while(|start| **start >> shift < place)
                .count();
            index.push(before);
        }
        index.push(segments.starts.len());
        let index = index.into_iter().map(count).collect();
        Self {
            segments,
            index,
            shift,
        }
    }

    #[inline]
    fn kinds(&self, address: u32) -> AddressKinds {
        let place = (address >> self.shift) as usize;
        let Some([before, after]) = self.index.get(place..place + 2) else {
            return AddressKinds::NONE;
        };
        let (before, after) = (*before as usize, *after as usize);
        let Some(near) = self.segments.starts.get(before..after) else {
            return AddressKinds::NONE;
        };
        self.segments
            .last_of(before + near.partition_point(|start| *start <= address))
    }
}

/// IPv6: nearly all networks are a /64 or wider, so it is searched for by the first half of an address, and by all
/// of it only where a /64 is in parts.
#[derive(Debug)]
struct Table6 {
    /// The first /64s of the segments, in order; the first of all is zero.
    starts: Box<[u64]>,
    /// The kinds of each; none where they differ inside of the /64, which is a segment of its own then.
    kinds: Box<[Option<AddressKinds>]>,
    /// For each /16 of 2000::/3, the block that is routed, where its part of `index` is. What is routed lies in few
    /// of them, so each has a part as large as it needs. Empty where there is little to search.
    blocks: Box<[Block]>,
    /// How many segments start before the addresses with these leading bits of their block.
    index: Box<[u32]>,
    /// All of it, for the /64s in parts.
    whole: Segments<u128>,
}

/// The part of an index that is of one /16.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Where it begins. It ends with the count of all that start before the next block.
    at: u32,
    /// How far the 48 bits of an address behind its /16 are shifted to leave the place in it: 32 to 48.
    shift: u32,
}

/// The /16s of 2000::/3.
const BLOCKS: std::ops::Range<u64> = 0x2000..0x4000;

/// How many segments are searched without an index, which would take 64 KiB: what fits the fastest cache.
const FEW: usize = 1_000;

impl Table6 {
    fn new(whole: Segments<u128>) -> Self {
        let (mut starts, mut kinds) = (Vec::new(), Vec::new());
        let mut push = |start: u64, of: Option<AddressKinds>| {
            while starts.last().is_some_and(|last| *last >= start) {
                starts.pop();
                kinds.pop();
            }
            starts.push(start);
            kinds.push(of);
        };
        for (start, of) in whole.starts.iter().zip(&whole.kinds) {
            let network = (start >> 64) as u64;
            if *start == u128::from(network) << 64 {
                push(network, Some(*of));
                continue;
            }
            push(network, None);
            if let Some(next) = network.checked_add(1) {
                push(next, Some(*of));
            }
        }
        let (mut blocks, mut index) = (Vec::new(), Vec::new());
        if starts.len() > FEW {
            index_blocks(&starts, &mut blocks, &mut index);
        }
        Self {
            starts: starts.into(),
            kinds: kinds.into(),
            blocks: blocks.into(),
            index: index.into(),
            whole,
        }
    }

    #[inline]
    fn kinds(&self, address: u128) -> AddressKinds {
        let network = (address >> 64) as u64;
        let near = self.near(network);
        let (before, near) = near.unwrap_or((0, &self.starts));
        let after = before + near.partition_point(|start| *start <= network);
        match self.kinds.get(after.wrapping_sub(1)) {
            Some(Some(kinds)) => *kinds,
            _ => {
                let starts = &self.whole.starts;
                self.whole
                    .last_of(starts.partition_point(|start| *start <= address))
            }
        }
    }

    /// The segments among which a /64 is searched for, and how many start before them.
    #[inline]
    fn near(&self, network: u64) -> Option<(usize, &[u64])> {
        let block = (network >> 48).checked_sub(BLOCKS.start)?;
        let Block { at, shift } = *self.blocks.get(block as usize)?;
        let place = at as usize + ((network & LOW_48) >> shift) as usize;
        let [before, after] = self.index.get(place..place + 2)? else {
            return None;
        };
        let (before, after) = (*before as usize, *after as usize);
        Some((before, self.starts.get(before..after)?))
    }
}

/// What is behind the /16 of a /64.
const LOW_48: u64 = (1 << 48) - 1;

/// Fills the blocks, and an index with about one place for each segment.
fn index_blocks(starts: &[u64], blocks: &mut Vec<Block>, index: &mut Vec<u32>) {
    let mut before = starts.partition_point(|start| start >> 48 < BLOCKS.start);
    for block in BLOCKS {
        let inside = starts[before..].partition_point(|start| start >> 48 <= block);
        let bits = inside.checked_ilog2().unwrap_or(0).min(16);
        let shift = 48 - bits;
        blocks.push(Block {
            at: count(index.len()),
            shift,
        });
        let (of_block, mut seen) = (&starts[before..before + inside], 0);
        for place in 0..1_u64 << bits {
            let rest = of_block[seen..].iter();
            seen += rest
                .take_while(|start| (**start & LOW_48) >> shift < place)
                .count();
            index.push(count(before + seen));
        }
        before += inside;
        index.push(count(before));
    }
}

/// A count in 32 bits, so that an index is half as large: more segments than that do not fit a file that is read.
fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
