//! A budget as people read it: a table, on a terminal or in a page of Markdown, and how each figure was got.

use comfy_table::Table;

use super::{Budget, Figure};
use crate::table::{indented, markdown, table, thousands};

/// The heads of the columns.
const HEADS: [&str; 4] = [
    "an attacker with",
    "in the first minute",
    "a day",
    "a day on one account",
];

/// How many of the playbooks that limit a figure are named.
const NAMED: usize = 3;

impl Budget {
    /// As a table of Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown(self.table())
    }

    /// As a table for a terminal, and how each figure was got.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = indented(&self.table());
        text += "\nGuesses that are looked at, in any 24 hours. ≥: an attack got as many. ≤: proven. \
                 Otherwise exact.\n";
        for row in &self.rows {
            let minute = (row.first_minute.as_ref()).map(|figure| ("in the first minute", figure));
            let rest = [("a day", &row.in_all), ("on one account", &row.on_account)];
            text += &format!("\n{}\n", row.from);
            for (what, figure) in minute.into_iter().chain(rest) {
                text += &format!("  {what}: {figure}\n    {}\n", figure.strategy);
                if let Some(limits) = limits(figure) {
                    text += &format!("    limited by {limits}\n");
                }
            }
        }
        text
    }

    fn table(&self) -> Table {
        let mut table = table(&HEADS, 1);
        for row in &self.rows {
            let minute = row.first_minute.as_ref().map(ToString::to_string);
            table.add_row([
                row.from.to_string(),
                minute.unwrap_or_default(),
                row.in_all.to_string(),
                row.on_account.to_string(),
            ]);
        }
        table
    }
}

/// The strictest playbooks that limit a figure, and what each allows.
pub(super) fn limits(figure: &Figure) -> Option<String> {
    let strictest = figure.bounded_by.iter().take(NAMED);
    let each = strictest.map(|bound| {
        format!(
            "`{}` (at most {})",
            bound.playbook,
            thousands(bound.at_most)
        )
    });
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| each.join(", "))
}
