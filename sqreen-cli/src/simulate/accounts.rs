//! What accounts are called. People and the names on stolen lists that nobody here has are named alike.

use sqreen::UserIdentifiers;

use super::dice::mix;

/// How to name accounts by number. The first numbers are those of the people of a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Accounts {
    bits: u32,
    people: u32,
    salt: u64,
}

const FIRST: [&str; 64] = [
    "emma", "noah", "olivia", "liam", "ava", "lucas", "mia", "leon", "sofia", "hugo", "anna",
    "jonas", "lena", "paul", "clara", "felix", "maria", "jose", "lucia", "mateo", "julia", "pedro",
    "laura", "marco", "giulia", "luca", "chloe", "louis", "manon", "jules", "camille", "arthur",
    "wei", "jing", "hiro", "yuki", "min", "jisoo", "priya", "arjun", "ananya", "rohan", "fatima",
    "omar", "aisha", "yusuf", "ingrid", "lars", "astrid", "erik", "zofia", "jakub", "katya",
    "ivan", "elena", "nikos", "ana", "joao", "grace", "james", "ruby", "jack", "amara", "kofi",
];

const LAST: [&str; 64] = [
    "smith", "johnson", "brown", "jones", "miller", "davis", "wilson", "taylor", "clark", "lewis",
    "walker", "young", "mueller", "schmidt", "weber", "wagner", "becker", "martin", "bernard",
    "dubois", "petit", "moreau", "rossi", "russo", "ferrari", "bianchi", "garcia", "lopez",
    "perez", "sanchez", "torres", "silva", "santos", "costa", "pereira", "nguyen", "tran", "wang",
    "li", "zhang", "chen", "tanaka", "sato", "suzuki", "kim", "park", "lee", "singh", "patel",
    "kumar", "sharma", "khan", "ali", "hassan", "hansen", "olsen", "nilsson", "jansen", "devries",
    "kowalski", "nowak", "ivanov", "okafor", "mensah",
];

/// Mail providers that do not exist, the larger ones more often.
const DOMAINS: [&str; 8] = [
    "mail.example",
    "mail.example",
    "mail.example",
    "post.example",
    "post.example",
    "inbox.example",
    "letters.example",
    "work.example",
];

impl Accounts {
    /// For so many people.
    pub(super) fn new(seed: u64, people: u32) -> Self {
        let enough = u64::from(people).saturating_mul(4).next_power_of_two();
        Self {
            bits: enough.trailing_zeros().clamp(18, 32),
            people,
            salt: mix(seed),
        }
    }

    /// One of the names that nobody here has, by any number.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "less than the number of names, 2³² at most"
    )]
    pub(super) fn stranger(self, number: u64) -> u32 {
        let strangers = (1_u64 << self.bits) - u64::from(self.people);
        (u64::from(self.people) + number % strangers) as u32
    }

    /// The name of an account; `slip` is 0, or where somebody typed a letter twice.
    pub(super) fn user(self, account: u32, slip: u8) -> UserIdentifiers {
        let code = self.scrambled(account);
        let pick = |bits: u64| usize::try_from(bits & 63).unwrap_or_default();
        let (first, last) = (FIRST[pick(code)], LAST[pick(code >> 6)]);
        let domain = DOMAINS[pick(mix(code)) % DOMAINS.len()];
        let mut name = match code >> 12 {
            0 => format!("{first}.{last}@{domain}"),
            number => format!("{first}.{last}{number}@{domain}"),
        };
        if slip > 0 {
            let at = usize::from(slip) % first.len();
            name.insert(at, char::from(first.as_bytes()[at]));
        }
        named(&name)
    }

    /// A number of as many bits that belongs to no other account, so that neighbours are not called alike.
    fn scrambled(self, account: u32) -> u64 {
        let mask = (1_u64 << self.bits) - 1;
        let half = self.bits / 2;
        // Each step can be undone, so no two numbers become one: odd factors, additions, shifts to the right.
        let mut code = u64::from(account) & mask;
        for round in 0..3_u32 {
            code = code
                .wrapping_mul(GOLDEN_ODD)
                .wrapping_add(self.salt >> (8 * round))
                & mask;
            code ^= code >> half;
        }
        code
    }
}

/// An odd number near 2³² divided by the golden ratio.
const GOLDEN_ODD: u64 = 0x9e37_79b1;

#[expect(
    clippy::expect_used,
    reason = "a pair with a key, and a value of less than a hundred bytes"
)]
fn named(name: &str) -> UserIdentifiers {
    UserIdentifiers::new("email", name).expect("a name")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_account_has_a_name_of_its_own() {
        let accounts = Accounts::new(7, 40_000);
        let mut names = BTreeSet::new();
        for account in 0..200_000 {
            assert!(names.insert(accounts.user(account, 0)), "{account}");
        }
    }

    #[test]
    fn names_that_nobody_has_are_nobodys() {
        let accounts = Accounts::new(7, 1_000);
        for number in [0, 1, u64::from(u32::MAX), u64::MAX] {
            assert!(accounts.stranger(number) >= 1_000);
        }
    }

    #[test]
    fn a_slip_is_one_letter_more() {
        let accounts = Accounts::new(7, 1_000);
        let (right, wrong) = (accounts.user(3, 0), accounts.user(3, 2));
        let length = |user: &UserIdentifiers| user.get("email").map(str::len);
        assert_eq!(length(&wrong), length(&right).map(|length| length + 1));
    }
}
