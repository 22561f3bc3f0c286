//! Which addresses are our own proxies, whose word about the client is taken.

use serde::{Deserialize, Serialize};

use crate::event::{Address, AddressError, Network};

/// Up to so many networks, asking each takes fewer instructions than a binary search.
const FEW: usize = 8;

/// The addresses from which your own proxies, load balancers or CDN connect.
///
/// Only these are believed when they say, in a header, whom they speak for. Nobody
/// is unless listed: an empty list, the default, makes every peer the client.
///
/// ```
/// use sqreen_runtime::request::TrustedProxies;
///
/// let proxies = TrustedProxies::parse(["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"])?;
/// assert!(proxies.contains("10.20.30.40".parse()?));
/// assert!(!proxies.contains("203.0.113.9".parse()?));
/// assert!(TrustedProxies::default().is_empty());
///
/// let error = TrustedProxies::parse(["0.0.0.0/0"]).unwrap_err();
/// assert!(error.to_string().starts_with("0.0.0.0/0 would trust every IPv4 address"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// List no more than what your proxies really use. A client that connects from, or
/// can have itself named as, a listed address is skipped as a proxy, and what it
/// wrote itself is believed.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Vec<Network>", into = "Vec<Network>")]
pub struct TrustedProxies {
    /// Sorted, and no network covers another, so that an address lies in the last
    /// network whose base is not above it, or in none.
    networks: Box<[Network]>,
}

impl TrustedProxies {
    /// Proxies that connect from any of `networks`.
    ///
    /// # Errors
    ///
    /// When a network is all of IPv4 or all of IPv6. Then every hop would be ours,
    /// and the client would be whoever the client says it is.
    pub fn new(networks: impl IntoIterator<Item = Network>) -> Result<Self, TrustedProxiesError> {
        let mut networks: Vec<Network> = networks.into_iter().collect();
        if let Some(everyone) = networks.iter().find(|network| network.prefix() == 0) {
            return Err(TrustedProxiesError::Everyone { network: *everyone });
        }
        networks.sort_unstable();
        // Wider ones come first, and two networks are nested or apart, never overlapping.
        networks.dedup_by(|inner, outer| outer.covers(*inner));
        Ok(Self {
            networks: networks.into(),
        })
    }

    /// Proxies that connect from any of `networks`, each written as [`Network`] reads it.
    ///
    /// # Errors
    ///
    /// When one of them is no network, and as in [`TrustedProxies::new`].
    pub fn parse<T: AsRef<str>>(
        networks: impl IntoIterator<Item = T>,
    ) -> Result<Self, TrustedProxiesError> {
        let networks: Result<Vec<Network>, AddressError> = networks
            .into_iter()
            .map(|network| network.as_ref().parse())
            .collect();
        Self::new(networks?)
    }

    /// Whether `address` is one of them.
    #[must_use]
    #[inline]
    pub fn contains(&self, address: Address) -> bool {
        if self.networks.len() <= FEW {
            return self
                .networks
                .iter()
                .any(|network| network.contains(address));
        }
        let not_above = self
            .networks
            .partition_point(|network| network.base() <= address.ip());
        not_above
            .checked_sub(1)
            .is_some_and(|last| self.networks[last].contains(address))
    }

    /// Whether nobody is trusted.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }

    /// The networks, sorted, without those that lie inside another.
    #[must_use]
    pub const fn networks(&self) -> &[Network] {
        &self.networks
    }
}

impl TryFrom<Vec<Network>> for TrustedProxies {
    type Error = TrustedProxiesError;

    fn try_from(networks: Vec<Network>) -> Result<Self, TrustedProxiesError> {
        Self::new(networks)
    }
}

impl From<TrustedProxies> for Vec<Network> {
    fn from(proxies: TrustedProxies) -> Self {
        proxies.networks.into()
    }
}

/// Why a list of trusted proxies is refused, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustedProxiesError {
    /// An entry is no address and no network.
    #[error(transparent)]
    Network(#[from] AddressError),
    /// An entry holds every address of its family.
    #[error(
        "{network} would trust every {} address, so that each client could choose the address it \
         is counted and banned by; write only the networks that your proxies connect from",
        if network.base().is_ipv4() { "IPv4" } else { "IPv6" }
    )]
    Everyone {
        /// `0.0.0.0/0` or `::/0`.
        network: Network,
    },
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nobody_is_trusted_by_default() {
        let nobody = TrustedProxies::default();
        assert!(nobody.is_empty());
        assert!(!nobody.contains(Address::from(Ipv4Addr::LOCALHOST)));
        assert_eq!(TrustedProxies::parse::<&str>([]), Ok(nobody));
    }

    #[test]
    fn a_list_keeps_each_network_once_and_none_inside_another() {
        let proxies = TrustedProxies::parse([
            "10.1.0.0/16",
            "::1",
            "10.0.0.0/8",
            "127.0.0.1",
            "::ffff:10.2.0.0/112",
            "10.0.0.0",
            "127.0.0.1/32",
        ]);
        let kept: Vec<String> = proxies
            .unwrap()
            .networks()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(kept, ["10.0.0.0/8", "127.0.0.1", "::1"]);
    }

    #[test]
    fn trusting_everyone_is_refused() {
        for everyone in ["0.0.0.0/0", "::/0", "::ffff:0:0/96"] {
            let error = TrustedProxies::parse(["127.0.0.1", everyone]).unwrap_err();
            assert!(
                matches!(error, TrustedProxiesError::Everyone { .. }),
                "{everyone}"
            );
            assert!(error.to_string().contains("write only the networks"));
        }
    }

    #[test]
    fn an_entry_that_is_no_network_is_refused_by_name() {
        let error = TrustedProxies::parse(["127.0.0.1", "localhost"]).unwrap_err();
        assert!(error.to_string().starts_with("\"localhost\" is not an IP"));
    }

    #[test]
    fn a_list_is_read_from_a_configuration_and_written_back() {
        let proxies: TrustedProxies =
            serde_json::from_str(r#"["::1", "10.0.0.1/8", "10.2.0.0/16"]"#).unwrap();
        assert_eq!(
            serde_json::to_string(&proxies).unwrap(),
            r#"["10.0.0.0/8","::1"]"#
        );
        let error = serde_json::from_str::<TrustedProxies>(r#"["::/0"]"#).unwrap_err();
        assert!(error.to_string().contains("trust every IPv6 address"));
    }

    /// Few bits differ, so that networks nest and addresses fall inside.
    fn crowded(ip: IpAddr) -> IpAddr {
        match ip {
            IpAddr::V4(four) => Ipv4Addr::from_bits(four.to_bits() & 0x0101_0103).into(),
            IpAddr::V6(six) => {
                let bits = six.to_bits() & (0b11 << 100 | 0b11 << 64 | 0b11);
                std::net::Ipv6Addr::from_bits(bits).into()
            }
        }
    }

    proptest! {
        #[test]
        fn an_address_is_trusted_when_one_of_the_networks_contains_it(
            networks in prop::collection::vec(
                (any::<IpAddr>(), prop_oneof![4 => 0..3_u8, 1 => 0..32_u8]),
                0..40,
            ),
            addresses in prop::collection::vec(any::<IpAddr>(), 1..20),
        ) {
            let networks: Vec<Network> = networks
                .into_iter()
                .filter_map(|(ip, host_bits)| {
                    let longest = if ip.is_ipv4() { 32 } else { 128 };
                    Network::new(crowded(ip), longest - host_bits).ok()
                })
                .collect();
            let proxies = TrustedProxies::new(networks.clone()).unwrap();
            let bases = networks.iter().map(|network| network.base());
            let addresses = addresses.into_iter().map(crowded).chain(bases);
            for address in addresses.map(Address::from) {
                let expected = networks.iter().any(|network| network.contains(address));
                prop_assert_eq!(proxies.contains(address), expected);
            }
        }
    }
}
