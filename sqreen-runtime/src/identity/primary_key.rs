//! Which of several identifiers people know a user by.

/// In order of preference, as the seed product had it.
const KEYWORDS: [&str; 5] = ["email", "mail", "e-mail", "username", "login"];

/// The pair with the primary key, from pairs sorted by key. `None` only where there is no pair.
///
/// Where two keys differ by case alone, the one that sorts first is taken, so that the choice never depends
/// on the order in which pairs were given.
pub(super) fn choose<'a, V: Copy>(
    pairs: impl Iterator<Item = (&'a str, V)>,
) -> Option<(&'a str, V)> {
    let mut best: Option<(usize, (&str, V))> = None;
    for (key, value) in pairs {
        let rank = rank(key);
        if best.is_none_or(|(standing, _)| rank < standing) {
            best = Some((rank, (key, value)));
        }
    }
    best.map(|(_, pair)| pair)
}

/// The place of `key` among the keywords; all others share the last.
pub(super) fn rank(key: &str) -> usize {
    KEYWORDS
        .iter()
        .position(|keyword| keyword.eq_ignore_ascii_case(key))
        .unwrap_or(KEYWORDS.len())
}
