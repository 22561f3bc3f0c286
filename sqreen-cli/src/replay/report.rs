//! What a replay came to, for people.

use std::fmt::{self, Display, Write};
use std::time::Duration;

use sqreen::event::{Severity, Subject, Timestamp};

use super::diff::{Difference, Moved};
use super::tally::{Banned, Outcomes, Tally};
use crate::table::{counted, indented, table, thousands};

/// How many of many are shown.
const SHOWN: usize = 10;

/// What one policy does to a stream.
#[derive(Debug)]
pub struct Report<'a> {
    /// What people call the policy.
    pub name: &'a str,
    /// What it did.
    pub tally: &'a Tally,
}

impl Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, tally } = self;
        writeln!(f, "Under {name} ({}):\n", tally.policy)?;
        attempts(f, tally)?;
        playbooks(f, tally)?;
        banned(f, "Banned", tally.banned.iter())?;
        refused_users(f, tally)?;
        honest(f, tally)?;
        if !tally.at_risk.is_empty() {
            let accounts = counted(tally.at_risk.len() as u64, "account");
            writeln!(f, "At risk, or asked for a second proof: {accounts}.\n")?;
        }
        recorded(f, tally)
    }
}

fn attempts(f: &mut fmt::Formatter<'_>, tally: &Tally) -> fmt::Result {
    let mut rows = table(
        &["logins and sign-ups", "recorded", "refused", "got through"],
        1,
    );
    let of = |name: &str, of: fn(Outcomes) -> u64| {
        let (all, refused) = (of(tally.attempts), of(tally.refused));
        [
            name.to_owned(),
            thousands(all),
            thousands(refused),
            thousands(all - refused),
        ]
    };
    rows.add_row(of("successes", |outcomes| outcomes.successes));
    rows.add_row(of("failures", |outcomes| outcomes.failures));
    if tally.attempts.others > 0 {
        rows.add_row(of("without an outcome", |outcomes| outcomes.others));
    }
    writeln!(f, "{}", indented(&rows))?;
    if tally.refused_others > 0 {
        let others = thousands(tally.refused_others);
        writeln!(
            f,
            "{others} requests of sessions and custom events were refused as well.\n"
        )?;
    }
    Ok(())
}

fn playbooks(f: &mut fmt::Formatter<'_>, tally: &Tally) -> fmt::Result {
    if tally.playbooks.is_empty() {
        return writeln!(f, "No playbook decided anything.");
    }
    let mut rows = table(
        &[
            "playbook",
            "severity",
            "does",
            "decisions",
            "first at",
            "on event",
        ],
        3,
    );
    for (name, decided) in &tally.playbooks {
        rows.add_row([
            name.to_string(),
            severity(decided.severity).to_owned(),
            if decided.enforced { "acts" } else { "observes" }.to_owned(),
            thousands(decided.decisions),
            decided.first.to_string(),
            thousands(decided.place),
        ]);
    }
    writeln!(f, "{}", indented(&rows))
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

fn banned<'a>(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    all: impl ExactSizeIterator<Item = (&'a Subject, &'a Banned)>,
) -> fmt::Result {
    let count = all.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(f, "{title}: {}", thousands(count as u64))?;
    // Those whose guesses got through first: they are why somebody looks at this.
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(_, banned)| (std::cmp::Reverse(banned.guesses), banned.first));
    let mut rows = table(
        &["who", "by", "first at", "times", "guesses that got through"],
        3,
    );
    for (subject, banned) in all.iter().take(SHOWN) {
        rows.add_row([
            subject.to_string(),
            banned.playbook.to_string(),
            banned.first.to_string(),
            thousands(banned.times),
            thousands(banned.guesses),
        ]);
    }
    write!(f, "{}", indented(&rows))?;
    more(f, count)
}

fn more(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    match count.checked_sub(SHOWN) {
        None | Some(0) => writeln!(f),
        Some(rest) => writeln!(f, "  … and {} more\n", thousands(rest as u64)),
    }
}

fn refused_users(f: &mut fmt::Formatter<'_>, tally: &Tally) -> fmt::Result {
    let users = &tally.refused_users;
    if users.is_empty() {
        return writeln!(f, "No login that succeeded would have been refused.");
    }
    writeln!(
        f,
        "Logins that succeeded would have been refused for {}, honest or not:",
        counted(users.len() as u64, "user")
    )?;
    for user in users.iter().take(SHOWN) {
        writeln!(f, "  {user}")?;
    }
    more(f, users.len())
}

fn honest(f: &mut fmt::Formatter<'_>, tally: &Tally) -> fmt::Result {
    let Some(honest) = &tally.honest else {
        return Ok(());
    };
    let events = counted(honest.events, "event");
    writeln!(
        f,
        "\nOf {events} of honest people {} were refused.",
        thousands(honest.refused)
    )?;
    for user in honest.users.iter().take(SHOWN) {
        writeln!(f, "  {user}")?;
    }
    more(f, honest.users.len())
}

fn recorded(f: &mut fmt::Formatter<'_>, tally: &Tally) -> fmt::Result {
    let recorded = tally.recorded;
    if recorded.refusals == 0 {
        return Ok(());
    }
    writeln!(
        f,
        "The application itself refused {} while this was recorded. What those requests would have done is not\n\
         known, so a policy that is milder than the one it had looks better here than it is.",
        counted(recorded.refusals, "request")
    )
}

/// What the second of two policies does otherwise.
#[derive(Debug)]
pub struct DifferenceReport<'a> {
    /// What people call the policies.
    pub names: (&'a str, &'a str),
    /// How they differ.
    pub difference: &'a Difference,
}

impl Display for DifferenceReport<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self { difference, .. }, (before, after)) = (self, self.names);
        if difference.is_none() {
            return writeln!(f, "On this stream {after} does what {before} does.");
        }
        writeln!(f, "What {after} does otherwise than {before}:\n")?;
        let (first, second) = difference.guesses;
        if first != second {
            let [first, second] = [first, second].map(thousands);
            writeln!(
                f,
                "Failed logins that got through: {second} instead of {first}.\n"
            )?;
        }
        users(
            f,
            "Logins that succeeded, refused now for",
            &difference.users_refused,
        )?;
        users(
            f,
            "Logins that succeeded, not refused any more for",
            &difference.users_admitted,
        )?;
        if let Some((refused, admitted)) = &difference.honest {
            let counted = |users: usize| counted(users as u64, "honest user");
            writeln!(
                f,
                "Refused now: {} who were not; not refused any more: {}.\n",
                counted(refused.len()),
                counted(admitted.len())
            )?;
        }
        let pairs = |(subject, banned): &'_ (Subject, Banned)| (subject.clone(), banned.clone());
        for (title, all) in [
            ("Banned that were not", &difference.banned),
            ("Not banned any more", &difference.spared),
        ] {
            let all: Vec<_> = all.iter().map(pairs).collect();
            banned(
                f,
                title,
                all.iter().map(|(subject, banned)| (subject, banned)),
            )?;
        }
        moved(f, &difference.moved)?;
        decisions(f, difference)
    }
}

fn users<'a>(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    users: impl IntoIterator<Item = &'a sqreen::UserIdentifiers, IntoIter: ExactSizeIterator>,
) -> fmt::Result {
    let users = users.into_iter();
    let count = users.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(f, "{title} {}:", counted(count as u64, "user"))?;
    for user in users.take(SHOWN) {
        writeln!(f, "  {user}")?;
    }
    more(f, count)
}

fn moved(f: &mut fmt::Formatter<'_>, all: &[Moved]) -> fmt::Result {
    if all.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "Banned by both, otherwise: {}",
        thousands(all.len() as u64)
    )?;
    let mut rows = table(
        &["who", "first banned", "guesses that got through", "", "now"],
        2,
    );
    let mut all: Vec<_> = all.iter().collect();
    all.sort_by_key(|moved| std::cmp::Reverse(moved.guesses.0.abs_diff(moved.guesses.1)));
    for moved in all.iter().take(SHOWN) {
        rows.add_row([
            moved.subject.to_string(),
            when(moved.first),
            thousands(moved.guesses.0),
            "→".to_owned(),
            thousands(moved.guesses.1),
        ]);
    }
    write!(f, "{}", indented(&rows))?;
    more(f, all.len())
}

fn when((before, after): (Timestamp, Timestamp)) -> String {
    let apart = |time: Duration| humantime::format_duration(time).to_string();
    match after.cmp(&before) {
        std::cmp::Ordering::Less => format!("{} earlier", apart(before.since(after))),
        std::cmp::Ordering::Equal => "at the same time".to_owned(),
        std::cmp::Ordering::Greater => format!("{} later", apart(after.since(before))),
    }
}

fn decisions(f: &mut fmt::Formatter<'_>, difference: &Difference) -> fmt::Result {
    if difference.decisions.is_empty() {
        return Ok(());
    }
    let mut rows = table(&["playbook", "decisions", "", "now"], 1);
    for (name, before, after) in &difference.decisions {
        rows.add_row([
            name.to_string(),
            thousands(*before),
            "→".to_owned(),
            thousands(*after),
        ]);
    }
    f.write_str(&indented(&rows))?;
    f.write_char('\n')
}
