//! Tables for people: on a terminal, and as Markdown in the documentation.

use comfy_table::{CellAlignment, Table, presets};

/// A table with these headings, whose columns but the first `texts` are figures.
#[must_use]
pub fn table(headings: &[&str], texts: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(headings);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
        if column.index >= texts {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

/// The table without the blanks that end its lines, each line behind two blanks.
#[must_use]
pub fn indented(table: &Table) -> String {
    let lines = table.lines();
    lines
        .map(|line| format!("  {}\n", line.trim_end()))
        .collect()
}

/// The table as Markdown has it.
#[must_use]
pub fn markdown(mut table: Table) -> String {
    table.load_style(presets::ASCII_MARKDOWN);
    for column in table.column_iter_mut() {
        column.set_padding((1, 1));
    }
    format!("{table}\n")
}

/// `1,234,567`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 user`, `2 users`.
#[must_use]
pub fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {what}{s}", thousands(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let cases = [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ];
        for (number, text) in cases {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn figures_stand_at_the_right() {
        let mut table = table(&["who", "how many"], 1);
        table.add_row(["alice", "7"]);
        assert_eq!(indented(&table), "  who    how many\n  alice         7\n");
    }
}
