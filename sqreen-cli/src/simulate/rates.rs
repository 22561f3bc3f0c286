//! How often what happens: the figures of the generator, each with where it comes from.
//!
//! What nobody has published is assumed, and says so. `docs/simulation.md` has the same table for people.

use super::dice::Share;

pub(super) const SECOND: u64 = 1_000;
pub(super) const MINUTE: u64 = 60 * SECOND;
pub(super) const HOUR: u64 = 60 * MINUTE;
pub(super) const DAY: u64 = 24 * HOUR;

/// When every stream begins: Monday, 5 January 2026, 00:00 UTC.
pub(super) const BEGINNING: u64 = 1_767_571_200_000;

/// How often those log in who are in no office: tenths of a login a year, of twenty equal parts of the
/// people. With offices and gatherings everybody has 9.5 on average: 31.3 million logins of 3.3 million users
/// in a year (Wiefling et al., "Pump Up Password Security!", ACM TOPS 2022, and its RBA data set). How they
/// are spread is assumed: the middle has two a year, the most active twentieth 41.
pub(super) const LOGINS_OF_TWENTIETHS: [u32; 20] = [
    2, 3, 5, 7, 9, 10, 12, 15, 18, 20, 24, 28, 33, 40, 50, 65, 90, 130, 230, 410,
];

/// How much more happens on a day of the week than on the average one, in per cent, Monday first. Assumed.
pub(super) const WEEK: [u32; 7] = [115, 112, 110, 108, 105, 75, 75];

/// When people log in at home, by the hour of their day. Assumed: nights are quiet, evenings busy.
pub(super) const HOURS: [u32; 24] = [
    10, 6, 4, 3, 3, 5, 12, 25, 40, 50, 55, 55, 55, 52, 52, 52, 54, 58, 62, 68, 70, 60, 40, 20,
];

/// Who works in an office whose people log in each workday. Assumed; with [`AT_WORK`] this is 3.5 of the 9.5
/// logins.
pub(super) const OFFICE_WORKERS: Share = Share::per_mille(15);
/// On a workday, who of an office logs in. Assumed.
pub(super) const AT_WORK: Share = Share::percent(90);
/// Sizes of offices, largest first and around again. Of 1..5,000 behind one address (carrier NAT is the
/// rest).
pub(super) const OFFICES: [u32; 8] = [500, 200, 100, 50, 25, 12, 8, 5];

/// Every so many days people of the largest city gather behind one address for a morning: a conference, a
/// training. Assumed, so that a network whose many people have never been there is part of what must not be
/// refused.
pub(super) const GATHERING_EVERY_DAYS: u32 = 28;
/// How many gather at most, and which share of all people at most.
pub(super) const GATHERING: (u32, Share) = (500, Share::percent(5));

/// Logins that begin with a wrong password. With those that are wrong again this makes some 10 % of all
/// attempts fail; published shares are from 5 to 15 %. 8 % is the office of 500 people that the policy
/// promises to bear.
pub(super) const MISTYPED: Share = Share::percent(8);
/// Wrong again, after having been wrong. Assumed.
pub(super) const WRONG_AGAIN: Share = Share::percent(30);
/// The most attempts that anybody makes in a row. Assumed.
pub(super) const PATIENCE: u32 = 6;
/// Of those who were wrong: who gives up for that day. Assumed; within a day, 3 % of Dropbox's users failed
/// to get in for typos that could have been corrected (Chatterjee et al., "Password Typos and How to Correct
/// Them Securely", IEEE S&P 2016).
pub(super) const GIVES_UP: Share = Share::percent(8);
/// Of those who were wrong: who has a new password sent, and logs in with that. Assumed.
pub(super) const RESETS: Share = Share::percent(15);
/// Of wrong attempts, those with a typo in the name rather than in the password. Assumed.
pub(super) const WRONG_NAME: Share = Share::percent(12);
/// Of wrong passwords, those that are one of the popular ones: people who forgot which one they took here.
/// Assumed.
pub(super) const POPULAR_TYPED: Share = Share::percent(2);
/// Of wrong passwords, those that are the user's for another site. Assumed.
pub(super) const OTHER_SITES: Share = Share::percent(30);

/// Logins with credentials that are on lists of stolen ones: 1.5 % of 21 million (Thomas et al., "Protecting
/// accounts from credential stuffing with password breach alerting", USENIX Security 2019).
pub(super) const BREACHED: Share = Share::per_mille(15);
/// Of a stolen list, how many credentials are right: one in a thousand to one in a hundred (Datadog,
/// "Managing account theft"). In millionths, from and to.
pub(super) const HITS: (u64, u64) = (1_000, 10_000);
/// Of a stolen list, which names have an account here. Assumed.
pub(super) const LISTED_HERE: Share = Share::percent(40);

/// Homes by how many people in them have accounts: 1, 2, 3, 4. Assumed.
pub(super) const HOMES: [u32; 4] = [60, 26, 9, 5];
/// Of those who live with others, who uses one computer with them. Assumed.
pub(super) const SHARES_DEVICE: Share = Share::percent(40);
/// Homes whose provider puts many behind one IPv4 address. Assumed: a minority of fixed lines, while nearly
/// all mobile networks do so, as Richter et al. find ("A Multi-perspective Analysis of Carrier-Grade NAT
/// Deployment", IMC 2016).
pub(super) const HOMES_BEHIND_NAT: Share = Share::percent(17);
/// So many homes are behind one such address. Assumed; Cloudflare ("One IP address, many users", 2025) counts
/// more than a hundred devices behind those it finds.
pub(super) const HOMES_AT_NAT: u32 = 32;
/// A mobile provider's NAT has one address in a city for so much of the city's weight: six in the largest,
/// one in many, behind each of which are some people of a small site and thousands of a large one. Assumed.
pub(super) const CITY_AT_MOBILE_ADDRESS: u32 = 20;
/// How long a phone keeps its mobile address. Assumed.
pub(super) const ATTACHED: u64 = 6 * HOUR;
/// Homes and mobile networks with IPv6. Offices have it more rarely, so that 45 % of what comes is IPv6:
/// between the 42 % of people that APNIC Labs measures and the 50 % of Google (blog.apnic.net, April 2026).
pub(super) const IPV6: Share = Share::percent(57);
/// One office in so many has it. Assumed.
pub(super) const OFFICE_WITH_IPV6: u16 = 3;

/// Who has a phone and uses it here, and who a computer; who would have neither has a computer. Assumed.
pub(super) const PHONE: Share = Share::percent(75);
pub(super) const COMPUTER: Share = Share::percent(65);
/// What a phone does outside of its owner's home network. Assumed.
pub(super) const PHONE_ON_THE_MOVE: Share = Share::percent(45);
/// What a computer does in a café or library. Assumed.
pub(super) const COMPUTER_ELSEWHERE: Share = Share::percent(4);
/// How many days a device is used before another takes its place: some three years. Assumed.
pub(super) const DEVICE_LASTS_DAYS: u64 = 1_100;

/// Who uses a VPN regularly. Surveys say up to a third of people have one; this is who has it on for a site
/// like this. Assumed.
pub(super) const VPN: Share = Share::percent(6);
/// Who uses Tor: some 2 million (metrics.torproject.org) of some 5 billion people online, and more of those
/// who come to a site that people guard. Assumed.
pub(super) const TOR: Share = Share::per_mille(2);
/// Whose way leads through a data centre: remote desktops, companies' gateways. Assumed.
pub(super) const FROM_HOSTING: Share = Share::per_mille(8);
/// Who has a program of their own log in for them. Assumed.
pub(super) const SCRIPTS: Share = Share::per_mille(2);
/// How often they do so rather than not: VPN, Tor, hosting, script. Assumed.
pub(super) const BY_HABIT: Share = Share::percent(70);

/// Who travels in a stretch of [`TRIP_STRETCH_DAYS`]: some four journeys a year. Assumed.
pub(super) const TRAVELS: Share = Share::percent(35);
pub(super) const TRIP_STRETCH_DAYS: u64 = 30;
/// How many days a journey lasts. Assumed.
pub(super) const TRIP_DAYS: (u64, u64) = (1, 12);
/// Journeys abroad, of all. Assumed.
pub(super) const ABROAD: Share = Share::percent(40);
/// Travellers whose phone roams, which shows an address of its home network; the others use the networks they
/// find. Assumed.
pub(super) const ROAMS: Share = Share::percent(40);
/// What a journey takes beside the flight, and how fast that is: an airliner's 900 km an hour at the most.
pub(super) const ON_THE_GROUND: u64 = 2 * HOUR;
pub(super) const FLIGHT_KILOMETRES_AN_HOUR: u64 = 800;

/// Who opens their account while the stream runs, of all people in 28 days. Assumed.
pub(super) const NEWCOMERS_IN_28_DAYS: Share = Share::percent(3);
/// Sign-ups that fail first: the name is taken, the password too weak. Assumed.
pub(super) const SIGN_UP_FAILS: Share = Share::percent(10);

/// How many events a session has, by equal probability: some people look once, some come back for weeks.
/// Assumed.
pub(super) const SESSION_EVENTS: [u32; 10] = [1, 1, 2, 2, 3, 3, 4, 6, 9, 14];
/// Of these, those in the minutes after the login; the others are spread over the session's life. Assumed.
pub(super) const SAME_VISIT: Share = Share::percent(55);
/// How long a session lives. Assumed: the two weeks of Django's default.
pub(super) const SESSION_LIVES_DAYS: u64 = 14;
