//! Where requests seem to come from.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};

use tokio::net::{TcpSocket, TcpStream};

use crate::target::Target;

/// One address that requests come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// This machine as it is.
    Direct,
    /// The connection itself comes from this loopback address.
    Bound(Ipv4Addr),
    /// A proxy on this machine says so in `X-Forwarded-For`; this program plays the proxy.
    Forwarded(Ipv4Addr),
}

/// How addresses are come by. One machine has a whole /8 of loopback addresses, so
/// that attackers and customers can each have their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    Bound,
    Forwarded,
}

impl Origins {
    /// Customers' addresses; the same person comes from the same address each time.
    pub(crate) fn of_customer(self, number: u8) -> Origin {
        match self {
            Origins::Bound => Origin::Bound(Ipv4Addr::new(127, 0, 1, number)),
            // TEST-NET-2 and TEST-NET-3 are for documentation: nobody lives there.
            Origins::Forwarded => Origin::Forwarded(Ipv4Addr::new(198, 51, 100, number)),
        }
    }

    pub(crate) fn of_attacker(self, number: u8) -> Origin {
        match self {
            Origins::Bound => Origin::Bound(Ipv4Addr::new(127, 0, 2, number)),
            Origins::Forwarded => Origin::Forwarded(Ipv4Addr::new(203, 0, 113, number)),
        }
    }
}

impl Origin {
    /// What the shop takes for the client's address.
    pub(crate) fn address(self) -> Ipv4Addr {
        match self {
            Origin::Direct => Ipv4Addr::LOCALHOST,
            Origin::Bound(address) | Origin::Forwarded(address) => address,
        }
    }

    pub(crate) async fn connect(self, target: Target) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        let own = match self {
            Origin::Bound(address) => address,
            Origin::Direct | Origin::Forwarded(_) => Ipv4Addr::LOCALHOST,
        };
        socket.bind(SocketAddrV4::new(own, 0).into())?;
        socket.connect(target.socket().into()).await
    }
}

/// Whether connections can come from any loopback address. Linux has them all; other
/// systems have 127.0.0.1 and know no second one.
pub(crate) fn any_loopback_address_can_be_bound() -> bool {
    let somewhere = SocketAddrV4::new(Ipv4Addr::new(127, 0, 2, 1), 0);
    std::net::TcpListener::bind(somewhere).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attacker_never_comes_from_a_customers_address() {
        for origins in [Origins::Bound, Origins::Forwarded] {
            for number in 1..=u8::MAX {
                assert_ne!(
                    origins.of_customer(number).address(),
                    origins.of_attacker(number).address()
                );
            }
        }
    }
}
