//! The scores as tables: on a terminal and in the documentation.

use std::iter;

use comfy_table::Table;

use super::card::{AttackScore, Card, HonestResult};
use crate::table::{indented, markdown, table, thousands};

/// For a terminal.
#[must_use]
pub fn text(card: &Card) -> String {
    [
        attacks(&card.attacks),
        honest(&card.honest),
        risk(card),
        playbooks(card),
    ]
    .map(|table| indented(&table))
    .join("\n")
}

/// For the documentation.
#[must_use]
pub fn page(card: &Card) -> String {
    let honest = markdown(honest(&card.honest));
    format!("{}\n{honest}", markdown(attacks(&card.attacks)))
}

pub(super) const ATTACKS: [&str; 8] = [
    "attack",
    "found",
    "after (median, worst)",
    "attempts",
    "got through",
    "most a day from one address",
    "on one account",
    "accounts entered, noticed",
];

fn attacks(scores: &[AttackScore]) -> Table {
    let mut rows = table(&ATTACKS, 1);
    for score in scores {
        rows.add_row(attack_cells(score));
    }
    rows
}

/// One row, under [`ATTACKS`].
pub(super) fn attack_cells(score: &AttackScore) -> [String; 8] {
    [
        score.kind.name().to_owned(),
        format!("{} of {}", score.found, score.campaigns),
        found_after(score),
        thousands(score.events),
        format!(
            "{} ({})",
            thousands(score.through),
            share(score.through, score.events)
        ),
        thousands(score.most_from_an_address),
        thousands(score.most_on_an_account),
        format!("{}, {}", thousands(score.taken), thousands(score.noticed)),
    ]
}

fn found_after(score: &AttackScore) -> String {
    match (score.median_found_after(), score.found_after.last()) {
        (Some(median), Some(worst)) => format!("{}, {}", thousands(median), thousands(*worst)),
        _ => "-".to_owned(),
    }
}

fn share(part: u64, all: u64) -> String {
    match (part * 1_000).checked_div(all) {
        Some(per_mille) => format!("{}.{} %", per_mille / 10, per_mille % 10),
        None => "-".to_owned(),
    }
}

fn honest(honest: &HonestResult) -> Table {
    let mut rows = table(&["honest people", ""], 1);
    for (name, figure) in honest_rows(honest) {
        rows.add_row([name.to_owned(), figure]);
    }
    rows
}

/// The scores above which logins are shown: applications that ask for a second proof at one of these ask as many
/// honest people for it as the first row says.
pub(super) const ABOVE: [u8; 5] = [25, 50, 75, 90, 95];

fn risk(card: &Card) -> Table {
    let heads = ABOVE.map(|score| format!("above {score}"));
    let heads: Vec<&str> = ["risk of successful logins", "logins"]
        .into_iter()
        .chain(heads.iter().map(String::as_str))
        .collect();
    let mut rows = table(&heads, 1);
    for cells in risk_rows(card) {
        rows.add_row(cells);
    }
    rows
}

pub(super) fn risk_rows(card: &Card) -> Vec<Vec<String>> {
    let attackers = card
        .attacks
        .iter()
        .map(|score| (score.kind.name(), &score.risk));
    let all = iter::once(("honest people", &card.honest_risk)).chain(attackers);
    all.filter(|(_, risks)| risks.logins() > 0)
        .map(|(who, risks)| {
            let logins = risks.logins();
            let above = ABOVE.map(|score| share(risks.above(score), logins));
            [who.to_owned(), thousands(logins)]
                .into_iter()
                .chain(above)
                .collect()
        })
        .collect()
}

fn playbooks(card: &Card) -> Table {
    let mut rows = table(&PLAYBOOKS, 1);
    for (playbook, (right, wrong)) in card.playbooks() {
        rows.add_row([playbook.to_owned(), thousands(right), thousands(wrong)]);
    }
    rows
}

pub(super) const PLAYBOOKS: [&str; 3] =
    ["playbook", "decisions about attacks", "about honest people"];

pub(super) fn honest_rows(honest: &HonestResult) -> [(&'static str, String); 6] {
    [
        ("people", honest.people),
        ("their logins", honest.logins),
        ("requests refused", honest.refused),
        ("people refused", honest.users_refused),
        ("people asked for a second proof", honest.users_asked),
        ("people taken to be at risk", honest.users_at_risk),
    ]
    .map(|(name, figure)| (name, thousands(figure)))
}
