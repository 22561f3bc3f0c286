//! What came of an attack, and the table of all of them.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::verdict::Verdict;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    pub(crate) attack: &'static str,
    pub(crate) attempts: usize,
    /// As the shop counted them, less the honest ones.
    pub(crate) reached_password_check: u64,
    /// As seen from here: attempts that were answered otherwise than by a refusal.
    pub(crate) answered: u64,
    pub(crate) accounts_taken: Vec<String>,
    /// The attempt after which the next was refused. 0: the first one was already.
    pub(crate) ban_after_attempt: Option<usize>,
    pub(crate) honest_logins: u64,
    pub(crate) honest_refused: u64,
}

impl Report {
    pub(crate) fn new(attack: &'static str) -> Self {
        Report {
            attack,
            attempts: 0,
            reached_password_check: 0,
            answered: 0,
            accounts_taken: Vec::new(),
            ban_after_attempt: None,
            honest_logins: 0,
            honest_refused: 0,
        }
    }

    pub(crate) fn attempt(&mut self, email: &str, verdict: Verdict) {
        if verdict == Verdict::Refused {
            self.ban_after_attempt.get_or_insert(self.attempts);
        } else {
            self.answered += 1;
        }
        if verdict == Verdict::Passed && !self.accounts_taken.iter().any(|taken| taken == email) {
            self.accounts_taken.push(email.to_owned());
        }
        self.attempts += 1;
    }

    /// No account was taken, and nobody honest paid for it.
    pub(crate) fn held(&self) -> bool {
        self.accounts_taken.is_empty() && self.honest_refused == 0
    }
}

/// The table, and a sentence under it.
#[derive(Debug)]
pub(crate) struct Table<'a>(pub(crate) &'a [Report]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        row(
            f,
            [
                "",
                "",
                "reached the",
                "accounts",
                "ban after",
                "honest",
                "honest",
            ],
        )?;
        row(
            f,
            [
                "attack",
                "attempts",
                "password check",
                "taken",
                "attempt",
                "logins",
                "refused",
            ],
        )?;
        writeln!(f, "  {}", "-".repeat(110))?;
        for report in self.0 {
            let ban = report
                .ban_after_attempt
                .map_or_else(|| "never".to_owned(), |attempt| attempt.to_string());
            row(
                f,
                [
                    report.attack,
                    &report.attempts.to_string(),
                    &report.reached_password_check.to_string(),
                    &report.accounts_taken.len().to_string(),
                    &ban,
                    &report.honest_logins.to_string(),
                    &report.honest_refused.to_string(),
                ],
            )?;
        }
        writeln!(f, "\n  {}", sentence(self.0))
    }
}

fn row(f: &mut fmt::Formatter<'_>, cells: [&str; 7]) -> fmt::Result {
    let [attack, attempts, reached, taken, ban, logins, refused] = cells;
    writeln!(
        f,
        "  {attack:<42}{attempts:>9}{reached:>16}{taken:>10}{ban:>12}{logins:>10}{refused:>10}"
    )
}

fn sentence(reports: &[Report]) -> String {
    let taken: Vec<_> = reports
        .iter()
        .flat_map(|report| &report.accounts_taken)
        .map(String::as_str)
        .collect();
    let refused: u64 = reports.iter().map(|report| report.honest_refused).sum();

    let mut sentence = match taken[..] {
        [] => "No account was taken".to_owned(),
        _ => format!("TAKEN: {}", taken.join(", ")),
    };
    match refused {
        0 => sentence.push_str("; no honest customer was refused."),
        // Writing to a string does not fail.
        _ => drop(write!(
            sentence,
            "; honest customers were REFUSED {refused} times."
        )),
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(verdicts: &[Verdict]) -> Report {
        let mut report = Report::new("test");
        for &verdict in verdicts {
            report.attempt("alice@example.com", verdict);
        }
        report
    }

    #[test]
    fn the_ban_falls_with_the_attempt_before_the_first_refusal() {
        let report = report(&[
            Verdict::WrongPassword,
            Verdict::WrongPassword,
            Verdict::Refused,
            Verdict::Refused,
        ]);
        assert_eq!(
            (report.ban_after_attempt, report.attempts, report.answered),
            (Some(2), 4, 2)
        );
        assert!(report.held());
    }

    #[test]
    fn an_account_is_taken_once_however_often_one_gets_in() {
        let report = report(&[Verdict::Passed, Verdict::Passed]);
        assert_eq!(report.accounts_taken, ["alice@example.com"]);
        assert_eq!(report.ban_after_attempt, None);
        assert!(!report.held());
    }

    #[test]
    fn an_honest_customer_who_is_refused_is_a_failure_too() {
        let mut report = report(&[Verdict::Refused]);
        report.honest_refused = 1;
        assert!(!report.held());
        assert!(Table(&[report]).to_string().contains("REFUSED 1 times"));
    }
}
