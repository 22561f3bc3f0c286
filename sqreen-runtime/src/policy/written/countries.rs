//! The codes of countries, so that a typing error is not taken for a country where nobody is.

use crate::event::Country;

use super::mistake::Mistake;
use super::{Node, Value};

/// ISO 3166-1 alpha-2, officially assigned, as of 2025: 249 codes.
pub(super) const ASSIGNED: &str = "\
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY \
    BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR \
    IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK \
    ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF \
    TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// What people write instead, and what they mean.
const MEANT: [(&str, &str); 14] = [
    ("UK", "GB"),
    ("EL", "GR"),
    ("USA", "US"),
    ("GBR", "GB"),
    ("DEU", "DE"),
    ("GER", "DE"),
    ("FRA", "FR"),
    ("ESP", "ES"),
    ("ITA", "IT"),
    ("CHN", "CN"),
    ("RUS", "RU"),
    ("IND", "IN"),
    ("BRA", "BR"),
    ("JPN", "JP"),
];

/// One country.
pub(super) fn read(node: &Node) -> Result<Country, Mistake> {
    let Value::Text(text) = &node.value else {
        return Err(Mistake::value(node, expected(None)));
    };
    let country: Option<Country> = text.parse().ok();
    country
        .filter(|country| is_one(country.as_str()))
        .ok_or_else(|| Mistake::value(node, expected(meant(text))))
}

fn expected(meant: Option<&str>) -> String {
    let meant = match meant {
        Some(code) => format!("; did you mean \"{code}\"?"),
        None => String::new(),
    };
    format!("the two letters of a country (ISO 3166-1), such as \"FR\"{meant}")
}

/// Databases of places use the codes that ISO leaves to its users too: `XK` is Kosovo.
fn is_one(code: &str) -> bool {
    let assigned = || ASSIGNED.split(' ').any(|one| one == code);
    let of_users = || match code.as_bytes() {
        [b'A', b'A'] | [b'Z', b'Z'] | [b'X', _] => true,
        [b'Q', second] => (b'M'..=b'Z').contains(second),
        _ => false,
    };
    assigned() || of_users()
}

/// The code that was probably meant.
pub(super) fn meant(text: &str) -> Option<&'static str> {
    let meant = MEANT
        .iter()
        .find(|(code, _)| code.eq_ignore_ascii_case(text));
    meant.map(|(_, code)| *code)
}
