//! What a playbook says, from how it is written.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use crate::event::{RedirectTarget, RedirectTargetError, Severity};
use crate::policy::{
    After, Conditions, CountryIs, Counts, Over, Playbook, Policy, PolicyError, Test, UserIs, When,
};

use super::mistake::{Mistake, Problem, nearest};
use super::value::Entry;
use super::words::{self, WordOrProperty, word};
use super::{Node, PLAYBOOKS, Value, conditions};

/// What can be written of a playbook, in the order in which it is written.
pub(crate) const KEYS: [&str; 23] = [
    "about",
    "template",
    "when",
    "if",
    "unless",
    "by",
    "counts",
    "reaching",
    "within",
    "leaking",
    "after",
    "share",
    "sparing",
    "above-usual",
    "redeemed-by-success",
    "starts-over",
    "cool-down",
    "then",
    "redirect",
    "lasting",
    "at-most",
    "severity",
    "mode",
];

/// What can be written of what has to go before.
pub(crate) const AFTER: [&str; 5] = ["when", "if", "counts", "reaching", "within"];

/// How a table of playbooks is told from what is none.
const TABLES: &str = "a table for each playbook, as in [playbooks.credential-stuffing]";
const TABLE: &str = "a table, as in [playbooks.credential-stuffing]";

impl Policy {
    /// Changes playbooks, adds and removes some, as the table `[playbooks]` of a file says.
    pub(crate) fn change(&mut self, playbooks: &Node) -> Result<(), Mistake> {
        let tables = playbooks.table(TABLES)?;
        let mut tables: Vec<&Entry> = tables.iter().collect();
        // Not all parsers keep the order, and it is the order in which new ones are asked.
        tables.sort_by_key(|table| table.at);
        for table in &tables {
            let base = self.base_of(table)?;
            let place = self
                .playbooks
                .iter()
                .position(|playbook| playbook.name == table.key);
            let read = one(base, table).map_err(|mistake| mistake.below(&table.key))?;
            match (read, place) {
                (Some(playbook), Some(place)) => self.playbooks[place] = playbook,
                (Some(playbook), None) => self.playbooks.push(playbook),
                (None, Some(place)) => {
                    self.playbooks.remove(place);
                }
                (None, None) => {}
            }
        }
        self.validate().map_err(|error| {
            let name = match &error {
                PolicyError::TooMany { name } | PolicyError::Duplicate { name } => Some(name),
                PolicyError::Playbook(_) => None,
            };
            let table = name.and_then(|name| tables.iter().find(|table| table.key == *name));
            Mistake::policy(table.map_or(playbooks.at, |table| table.at), error)
        })
    }

    /// What a table starts from.
    fn base_of(&self, table: &Entry) -> Result<Playbook, Mistake> {
        let name = &*table.key;
        let there = |policy: &Self| (policy.playbooks.iter().find(|p| *p.name == *name)).cloned();
        // One that was switched off can be switched on again.
        let there = there(self).or_else(|| there(&Self::default()));
        let entries = table
            .node
            .table(TABLE)
            .map_err(|mistake| mistake.below(name))?;
        match (find(entries, "template"), there) {
            (Some(template), Some(_)) => {
                let expected =
                    "left out: a playbook of this name is there already, and is changed as it is";
                let mistake = Mistake::value(&template.node, expected);
                Err(mistake.below("template").below(name))
            }
            (None, Some(playbook)) => Ok(playbook),
            (_, None) => fresh(name, entries)
                .map_err(|mistake| mistake.below(name))?
                .ok_or_else(|| self.unknown(table)),
        }
    }

    /// A playbook that is not there and says too little to be one: most probably a typing error.
    fn unknown(&self, table: &Entry) -> Mistake {
        let name = &*table.key;
        let built_in = Self::default();
        let there = self.playbooks.iter().chain(&built_in.playbooks);
        let there: BTreeSet<&str> = there.map(|playbook| &*playbook.name).collect();
        let templates = Self::templates();
        let mut templates = templates.iter().map(|template| &*template.name);
        let own = "one of your own needs `when`, or a `template`";
        let instead = if templates.any(|template| template == name) {
            format!(", but a template of that name: add `template = \"{name}\"`")
        } else if let Some(nearest) = nearest(name, there) {
            format!("; did you mean `{nearest}`? ({own})")
        } else {
            format!(" among the built-in playbooks; {own}")
        };
        Mistake {
            at: table.at,
            path: vec![name.into()],
            problem: Problem::Unknown { instead },
        }
    }
}

/// A policy that stands by itself.
pub(super) fn policy(node: &Node) -> Result<Policy, Mistake> {
    let example = "a table of playbooks, as in {\"playbooks\": {}}";
    let mut policy = Policy::none();
    for entry in node.table(example)? {
        if &*entry.key != PLAYBOOKS {
            return Err(Mistake::unknown(entry.at, &entry.key, [PLAYBOOKS]));
        }
        for table in entry
            .node
            .table(TABLES)
            .map_err(|mistake| mistake.below(PLAYBOOKS))?
        {
            let read = || {
                let entries = table.node.table(TABLE)?;
                let base = fresh(&table.key, entries)?.ok_or_else(|| needs_when(table.at))?;
                one(base, table)
            };
            let read: Result<_, Mistake> = read();
            let read = read.map_err(|mistake| mistake.below(&table.key).below(PLAYBOOKS))?;
            policy.playbooks.extend(read);
        }
    }
    match policy.validate() {
        Ok(()) => Ok(policy),
        Err(error) => Err(Mistake::policy(0, error)),
    }
}

/// A playbook that stands by itself, with its name among its keys.
pub(super) fn named(node: &Node) -> Result<Playbook, Mistake> {
    let entries = node.table("a playbook, as in {\"name\": \"…\", \"when\": \"login\"}")?;
    let Some(name) = find(entries, "name") else {
        return Err(Mistake::missing(
            node.at,
            "name",
            "decisions are found by it",
        ));
    };
    let named = name
        .node
        .text("a text")
        .map_err(|mistake| mistake.below("name"))?;
    let others = entries.iter().filter(|entry| &*entry.key != "name");
    let table = Entry {
        key: named.into(),
        at: name.at,
        node: Value::Table(others.cloned().collect()).into(),
    };
    let base = fresh(named, entries)?.ok_or_else(|| needs_when(node.at))?;
    let mode = find(entries, "mode").map_or(node, |entry| &entry.node);
    one(base, &table)?
        .ok_or_else(|| Mistake::value(mode, "\"enforce\" or \"observe\"").below("mode"))
}

fn needs_when(at: usize) -> Mistake {
    Mistake::missing(
        at,
        "when",
        "it says what a playbook waits for, as in \"login\"",
    )
}

/// A new playbook: from a template, or from its event; none where neither is named.
fn fresh(name: &str, entries: &[Entry]) -> Result<Option<Playbook>, Mistake> {
    if let Some(entry) = find(entries, "template") {
        let template = template(&entry.node).map_err(|mistake| mistake.below("template"))?;
        return Ok(Some(Playbook {
            name: name.into(),
            ..template
        }));
    }
    let Some(when) = find(entries, "when") else {
        return Ok(None);
    };
    let when = When::read(&when.node).map_err(|mistake| mistake.below("when"))?;
    Ok(Some(Playbook::new(name, when)))
}

/// A named template, or a built-in playbook to make another of.
fn template(node: &Node) -> Result<Playbook, Mistake> {
    let text = node.text("the name of a template")?;
    let all = Policy::templates();
    let built_in = Policy::default();
    let all = || all.iter().chain(&built_in.playbooks);
    if let Some(template) = all().find(|template| *template.name == *text) {
        return Ok(template.clone());
    }
    let names: Vec<&str> = all().map(|template| &*template.name).collect();
    let instead = match nearest(text, names.iter().copied()) {
        Some(nearest) => format!("; did you mean \"{nearest}\"?"),
        None => format!(": {}", names.join(", ")),
    };
    Err(Mistake::value(
        node,
        format!("the name of a template or of a built-in playbook{instead}"),
    ))
}

/// A playbook with what its table changes, unless that switches it off.
fn one(mut playbook: Playbook, table: &Entry) -> Result<Option<Playbook>, Mistake> {
    let entries = table.node.table(TABLE)?;
    let mut on = true;
    for entry in entries {
        if !KEYS.contains(&&*entry.key) {
            return Err(Mistake::unknown(entry.at, &entry.key, KEYS));
        }
        set(&mut playbook, entry, &mut on).map_err(|mistake| mistake.below(&entry.key))?;
    }
    if !on {
        return Ok(None);
    }
    if let (Some(within), Some(leaking)) = (find(entries, "within"), find(entries, "leaking")) {
        let later = if within.at > leaking.at {
            within
        } else {
            leaking
        };
        let one = "left out: `within` and `leaking` are two ways to count in the course of time";
        return Err(Mistake::value(&later.node, one).below(&later.key));
    }
    if find(entries, "at-most").is_none() {
        playbook.at_most = playbook.at_most.max(playbook.lasting);
    }
    if let (Some(template), Some((key, example))) =
        (find(entries, "template"), waits_for(&playbook))
    {
        let expected = format!("this template needs it, as in {example}");
        return Err(Mistake::missing(template.at, key, expected).below("if"));
    }
    match playbook.validate() {
        Ok(()) => Ok(Some(playbook)),
        Err(error) => {
            let at = find(entries, error.key()).map_or(table.at, |entry| entry.at);
            Err(Mistake::policy(at, error))
        }
    }
}

fn find<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| &*entry.key == key)
}

fn set(playbook: &mut Playbook, entry: &Entry, on: &mut bool) -> Result<(), Mistake> {
    let node = &entry.node;
    match &*entry.key {
        "about" => playbook.about = node.text("a text")?.into(),
        "when" => playbook.when = When::read(node)?,
        "if" => conditions::change(&mut playbook.only_if, node)?,
        "unless" => conditions::change(&mut playbook.unless, node)?,
        "by" => playbook.by = WordOrProperty::read(node)?,
        "counts" => playbook.counts = WordOrProperty::read(node)?,
        "reaching" => playbook.reaching = threshold(node)?,
        "within" => playbook.over = Over::Within(node.duration()?),
        "leaking" => playbook.over = Over::Leaking(node.duration()?),
        "after" => playbook.after = after(node, playbook.after.take())?,
        "share" => playbook.share = node.unless_taken_back(per_cent)?,
        "sparing" => playbook.sparing = node.unless_taken_back(per_cent)?,
        "above-usual" => playbook.above_usual = node.unless_taken_back(threshold)?,
        "redeemed-by-success" => playbook.redeemed_by_success = node.boolean()?,
        "starts-over" => playbook.starts_over = node.boolean()?,
        "cool-down" => {
            let silent = node.unless_taken_back(Node::duration)?;
            playbook.cool_down = silent.unwrap_or_default();
        }
        "then" => playbook.then = words::words(node)?,
        "redirect" => playbook.redirect = node.unless_taken_back(redirect)?,
        "lasting" => playbook.lasting = node.duration()?,
        "at-most" => playbook.at_most = node.duration()?,
        "severity" => playbook.severity = word::<Severity>(node)?,
        "mode" => match word(node)? {
            Some(mode) => playbook.mode = mode,
            None => *on = false,
        },
        // From the template the playbook was made, and there are no other keys.
        _ => {}
    }
    Ok(())
}

fn threshold(node: &Node) -> Result<NonZeroU32, Mistake> {
    let number = node.whole::<u32>("a whole number of at least 1")?;
    NonZeroU32::new(number).ok_or_else(|| Mistake::value(node, "a whole number of at least 1"))
}

fn per_cent(node: &Node) -> Result<u8, Mistake> {
    node.whole("a whole number of per cent, from 1 to 100, or false")
}

fn redirect(node: &Node) -> Result<RedirectTarget, Mistake> {
    let expected = "a path such as \"/banned\", or a URL that begins with \"https://\"";
    let target = node.text(expected)?.parse();
    target
        .map_err(|error: RedirectTargetError| Mistake::value(node, format!("{expected} ({error})")))
}

fn after(node: &Node, now: Option<After>) -> Result<Option<After>, Mistake> {
    if node.is_taken_back() {
        return Ok(None);
    }
    let example = "a table, as in { when = \"login\", if = { outcome = \"failure\" }, reaching = 5, within = \"1h\" }";
    let entries = node.table(example)?;
    let mut after = match now {
        Some(after) => after,
        None => {
            let needed = |key| {
                let missing = || Mistake::missing(node.at, key, format!("write {example}"));
                find(entries, key)
                    .ok_or_else(missing)
                    .map(|entry| &entry.node)
            };
            After {
                when: When::read(needed("when")?).map_err(|mistake| mistake.below("when"))?,
                only_if: Conditions::default(),
                counts: Counts::Events,
                reaching: NonZeroU32::MIN,
                within: needed("within")?
                    .duration()
                    .map_err(|mistake| mistake.below("within"))?,
            }
        }
    };
    for entry in entries {
        let node = &entry.node;
        let set = match &*entry.key {
            "when" => When::read(node).map(|when| after.when = when),
            "if" => conditions::change(&mut after.only_if, node),
            "counts" => WordOrProperty::read(node).map(|counts| after.counts = counts),
            "reaching" => threshold(node).map(|reaching| after.reaching = reaching),
            "within" => node.duration().map(|within| after.within = within),
            unknown => return Err(Mistake::unknown(entry.at, unknown, AFTER)),
        };
        set.map_err(|mistake| mistake.below(&entry.key))?;
    }
    Ok(Some(after))
}

/// What a template asks for in `if`, leaves to whoever uses it, and was not given: it would never respond.
fn waits_for(playbook: &Playbook) -> Option<(&'static str, &'static str)> {
    let asked = &playbook.only_if;
    if asked.country == Some(CountryIs::OneOf(Vec::new())) {
        return Some(("country", "`if.country = [\"FR\"]` or `{ not = [\"FR\"] }`"));
    }
    if asked.user == Some(UserIs::OneOf(Vec::new())) {
        return Some(("user", "`if.user = [\"admin\"]`"));
    }
    let no_end = |test: &Test| matches!(test, Test::EndsNotWith(end) if end.is_empty());
    (asked.properties.values().any(no_end)).then_some((
        "properties",
        "`if.properties = { email = { ends-not-with = \"@example.com\" } }`",
    ))
}
