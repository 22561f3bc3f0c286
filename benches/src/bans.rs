//! Whether an address and a user are banned.

use std::collections::HashSet;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use dashmap::DashSet;
use sqreen::UserIdentifiers;
use sqreen::bans::Bans;
use sqreen::event::{Address, Ban, DecisionId, Event, Origin, Reach, Subject, Timestamp, What};

use crate::{Batch, CALLS, Row};

/// Bans, half of them of addresses, in the small table.
pub const BANS_SMALL: usize = 10_000;
/// And in the large one.
pub const BANS_LARGE: usize = 1_000_000;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Spreads small numbers, as the real ones are.
fn spread(n: usize) -> u32 {
    let n = u32::try_from(n).unwrap_or_default();
    n.wrapping_mul(0x9E37_79B1)
}

fn address(n: usize) -> IpAddr {
    Ipv4Addr::from_bits(spread(n)).into()
}

fn email(n: usize) -> String {
    format!("user{:08x}@example.com", spread(n))
}

fn user(n: usize) -> UserIdentifiers {
    UserIdentifiers::new("email", &email(n)).unwrap()
}

/// Where bans are kept: ours, or what one would take instead.
pub trait Kept: Send + Sync + 'static {
    /// Its name in the tables.
    const NAME: &'static str;

    /// Half as many addresses as `bans`, and as many users.
    #[must_use]
    fn keep(bans: usize) -> Self;

    #[doc(hidden)]
    fn has_address(&self, client: &Client) -> bool;

    #[doc(hidden)]
    fn has_user(&self, client: &Client) -> bool;
}

impl Kept for Bans {
    const NAME: &'static str = "sqreen";

    fn keep(bans: usize) -> Self {
        let kept = Self::new(1, bans.max(1));
        for n in 0..bans / 2 {
            kept.apply(&ban(n, Address::from(address(n)).into()));
            kept.apply(&ban(n, user(n).into()));
        }
        kept
    }

    #[inline]
    fn has_address(&self, client: &Client) -> bool {
        self.of_address(client.address, || NOW).is_some()
    }

    #[inline]
    fn has_user(&self, client: &Client) -> bool {
        self.of_user(&client.user, || NOW).is_some()
    }
}

/// Two sets of the most used concurrent crate.
pub type DashSets = (DashSet<IpAddr>, DashSet<String>);

impl Kept for DashSets {
    const NAME: &'static str = "dashmap";

    fn keep(bans: usize) -> Self {
        (
            (0..bans / 2).map(address).collect(),
            (0..bans / 2).map(email).collect(),
        )
    }

    #[inline]
    fn has_address(&self, client: &Client) -> bool {
        self.0.contains(&client.ip)
    }

    #[inline]
    fn has_user(&self, client: &Client) -> bool {
        self.1.contains(&client.email)
    }
}

/// Two sets of the standard library's, behind one lock.
pub type LockedSets = RwLock<(HashSet<IpAddr>, HashSet<String>)>;

impl Kept for LockedSets {
    const NAME: &'static str = "RwLock<HashSet>";

    fn keep(bans: usize) -> Self {
        Self::new((
            (0..bans / 2).map(address).collect(),
            (0..bans / 2).map(email).collect(),
        ))
    }

    #[inline]
    fn has_address(&self, client: &Client) -> bool {
        self.read().unwrap().0.contains(&client.ip)
    }

    #[inline]
    fn has_user(&self, client: &Client) -> bool {
        self.read().unwrap().1.contains(&client.email)
    }
}

fn ban(n: usize, subject: Subject) -> Event {
    Event {
        at: NOW,
        origin: Origin::default(),
        what: What::Ban(Ban {
            id: DecisionId::new(1, n as u64, 0),
            subject,
            reach: Reach::Everything,
            until: Some(Timestamp::from_millis(NOW.as_millis() + 900_000 + n as u64)),
            redirect: None,
            because: "credential-stuffing".into(),
        }),
    }
}

/// Somebody who asks.
#[doc(hidden)]
pub struct Client {
    ip: IpAddr,
    email: String,
    address: Address,
    user: UserIdentifiers,
}

impl Client {
    fn new(n: usize) -> Self {
        Self {
            ip: address(n),
            email: email(n),
            address: address(n).into(),
            user: user(n),
        }
    }
}

/// Whose requests come in.
#[derive(Clone, Copy)]
enum Who {
    /// Of whom none is banned.
    Strangers,
    /// Of so many bans.
    Banned(usize),
}

impl Who {
    /// The `n`th of them. Those who are banned come in an order in which no two are neighbours.
    fn client(self, n: usize) -> Client {
        Client::new(match self {
            Self::Strangers => (1 << 24) + n,
            Self::Banned(bans) => n.wrapping_mul(STRIDE) % (bans / 2),
        })
    }

    /// A row in which [`CALLS`] of them ask, and the next time the next. Each was made just before, as what is
    /// known of a request is.
    fn ask<K: Kept>(
        self,
        name: &'static str,
        kept: &Arc<K>,
        question: impl Fn(&K, &Client) -> bool + Copy + Send + Sync + 'static,
    ) -> Row {
        let (kept, next) = (Arc::clone(kept), AtomicUsize::new(0));
        let prepare = move || {
            let first = next.fetch_add(CALLS, Ordering::Relaxed);
            let clients: Vec<_> = (first..first + CALLS).map(|n| self.client(n)).collect();
            let kept = Arc::clone(&kept);
            Batch::with(clients, move |clients| {
                for client in &*clients {
                    black_box(question(black_box(&*kept), black_box(client)));
                }
            })
        };
        Row::new(format!("{name}, {}", K::NAME), prepare).over("nothing asked")
    }
}

/// Prime, so that all come up.
const STRIDE: usize = 7_919;

/// Address and user, with nobody and with so many banned; somebody who is not among them, and somebody who is.
pub(crate) fn rows(bans: usize) -> Vec<Row> {
    let nobody = Arc::new(Bans::keep(0));
    let nothing = Who::Strangers.ask("", &nobody, |_, _| false);
    let nothing = Row {
        name: "nothing asked".into(),
        over: None,
        ..nothing
    };
    let mut rows = vec![
        nothing,
        Who::Strangers.ask("nobody banned, address and user", &nobody, has_either),
    ];
    rows.extend(rows_of::<Bans>(bans));
    rows.extend(rows_of::<DashSets>(bans));
    rows.extend(rows_of::<LockedSets>(bans));
    rows
}

fn rows_of<K: Kept>(bans: usize) -> [Row; 5] {
    let kept = Arc::new(K::keep(bans));
    [
        Who::Strangers.ask("miss, address and user", &kept, has_either),
        Who::Strangers.ask("miss, address", &kept, K::has_address),
        Who::Strangers.ask("miss, user", &kept, K::has_user),
        Who::Banned(bans).ask("hit, address", &kept, K::has_address),
        Who::Banned(bans).ask("hit, user", &kept, K::has_user),
    ]
}

#[inline]
fn has_either<K: Kept>(kept: &K, client: &Client) -> bool {
    kept.has_address(client) || kept.has_user(client)
}
