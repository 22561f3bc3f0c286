//! A budget as people read it: a table for a terminal, or for a page of Markdown.

use super::{Budget, Figure};

/// The heads of the columns.
const HEADS: [&str; 4] = [
    "an attacker with",
    "in the first minute",
    "a day",
    "a day on one account",
];

impl Budget {
    /// As a table of Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let line = |cells: [String; 4]| format!("| {} |\n", cells.join(" | "));
        let heads = line(HEADS.map(Into::into));
        let rows = self.cells().into_iter().map(line);
        [heads, "|---|---|---|---|\n".into()]
            .into_iter()
            .chain(rows)
            .collect()
    }

    /// As a table for a terminal, and how each figure is got.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = vec![HEADS.map(String::from)];
        lines.extend(self.cells());
        let width = |column: usize| {
            let cells = lines.iter().map(|cells| cells[column].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths = [0, 1, 2, 3].map(width);
        let mut text = String::new();
        for cells in &lines {
            let padded: Vec<String> = { cells.iter().zip(widths) }
                .map(|(cell, width)| format!("{cell:<width$}"))
                .collect();
            text += padded.join("  ").trim_end();
            text.push('\n');
        }
        text += "\nGuesses that are looked at in any 24 hours. ≥: an attack got as many; ≤: proven; \
                 otherwise exact.\n";
        for row in &self.rows {
            let minute = row
                .first_minute
                .as_ref()
                .map(|figure| ("in the first minute", figure));
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

    fn cells(&self) -> Vec<[String; 4]> {
        let cells = self.rows.iter().map(|row| {
            [
                row.from.to_string(),
                row.first_minute
                    .as_ref()
                    .map_or(String::new(), ToString::to_string),
                row.in_all.to_string(),
                row.on_account.to_string(),
            ]
        });
        cells.collect()
    }
}

/// The strictest playbooks that limit a figure, and what each allows.
pub(super) fn limits(figure: &Figure) -> Option<String> {
    let strictest = figure.bounded_by.iter().take(3);
    let each =
        strictest.map(|bound| format!("`{}` (at most {})", bound.playbook, grouped(bound.at_most)));
    let each: Vec<String> = each.collect();
    (!each.is_empty()).then(|| each.join(", "))
}

/// A number with its thousands told apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
