//! The canonical bytes of a user: for each pair, in order of the keys, one byte of key length, the key, two
//! bytes of value length (little endian), the value.
//!
//! Lengths stand before what they measure, so no two lists of pairs share an encoding.

use smallvec::SmallVec;

/// Room for `email` and a 40-byte address without an allocation.
pub(super) const INLINE: usize = 48;

pub(super) type Encoded = SmallVec<[u8; INLINE]>;

/// The pairs of an encoding, as bytes.
#[derive(Clone)]
pub(super) struct Pairs<'a>(&'a [u8]);

impl<'a> Pairs<'a> {
    #[inline]
    pub(super) fn of(encoded: &'a [u8]) -> Self {
        Self(encoded)
    }

    #[inline]
    fn split(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        let (&key_length, rest) = self.0.split_first()?;
        let (key, rest) = rest.split_at_checked(key_length.into())?;
        let (value_length, rest) = rest.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(u16::from_le_bytes(*value_length).into())?;
        self.0 = rest;
        Some((key, value))
    }

    /// As text, which is all that ever went in.
    pub(super) fn text(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.filter_map(|(key, value)| {
            Some((str::from_utf8(key).ok()?, str::from_utf8(value).ok()?))
        })
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a [u8], &'a [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.split()
    }
}

/// Where a pair with `key` belongs in `encoded`, or `None` where the key is there already.
#[inline]
pub(super) fn position(encoded: &[u8], key: &str) -> Option<usize> {
    let key = key.as_bytes();
    let mut pairs = Pairs::of(encoded);
    loop {
        let here = encoded.len() - pairs.0.len();
        match pairs.next() {
            Some((present, _)) if present == key => return None,
            Some((present, _)) if present < key => {}
            _ => return Some(here),
        }
    }
}

/// Appends a pair whose value `write` appends, and returns how long that value is, kept in full or not.
/// Lengths are checked by the caller: a key has at most 255 bytes, and a value that is kept 65,535.
#[inline]
#[allow(clippy::cast_possible_truncation)] // bounded by `UserIdentifiers::MAX_KEY` and `MAX_VALUE`
pub(super) fn push_pair(
    encoded: &mut Encoded,
    key: &str,
    write: impl FnOnce(&mut Encoded) -> usize,
) -> usize {
    encoded.push(key.len() as u8);
    encoded.extend_from_slice(key.as_bytes());
    let at = encoded.len();
    encoded.extend_from_slice(&[0; 2]);
    let length = write(encoded);
    encoded[at..at + 2].copy_from_slice(&(length as u16).to_le_bytes());
    length
}
