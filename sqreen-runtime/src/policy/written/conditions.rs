//! How `if` and `unless` are written.

use std::collections::BTreeMap;

use crate::event::Network;
use crate::policy::{Conditions, CountryIs, Habit, RiskIs, Test, TravelIs, UserIs};

use super::mistake::Mistake;
use super::value::Entry;
use super::words::{Word, expected, one_or_list, try_word, word, word_for, words};
use super::write::{Table, one_key};
use super::{Node, Value, countries};

/// What can be asked, in the order in which it is written.
pub(crate) const KEYS: [&str; 13] = [
    "outcome",
    "user",
    "place",
    "network",
    "country",
    "device",
    "address",
    "kind",
    "from",
    "travel",
    "risk",
    "properties",
    "traits",
];

/// What a property or a trait can be tested for.
pub(crate) const TESTS: [&str; 6] = [
    "not",
    "above",
    "below",
    "ends-with",
    "ends-not-with",
    "present",
];

/// What a journey is told by.
pub(crate) const TRAVEL: [&str; 2] = ["kilometres", "kilometres-an-hour"];

/// What a risk is told by.
pub(crate) const RISK: [&str; 1] = ["above"];

/// Changes what is named of some conditions; `false` for all of them asks nothing any more.
pub(super) fn change(conditions: &mut Conditions, node: &Node) -> Result<(), Mistake> {
    if node.is_taken_back() {
        *conditions = Conditions::default();
        return Ok(());
    }
    for entry in node.table("a table, as in { outcome = \"failure\" }")? {
        set(conditions, entry)?;
    }
    Ok(())
}

fn set(conditions: &mut Conditions, entry: &Entry) -> Result<(), Mistake> {
    let node = &entry.node;
    let set = match &*entry.key {
        "outcome" => node
            .unless_taken_back(words)
            .map(|outcomes| conditions.outcome = outcomes.unwrap_or_default()),
        "user" => node
            .unless_taken_back(user)
            .map(|user| conditions.user = user),
        "place" => habit(node).map(|habit| conditions.place = habit),
        "network" => habit(node).map(|habit| conditions.network = habit),
        "country" => node
            .unless_taken_back(country)
            .map(|country| conditions.country = country),
        "device" => habit(node).map(|habit| conditions.device = habit),
        "address" => node
            .unless_taken_back(words)
            .map(|kinds| conditions.address = kinds.unwrap_or_default().into_iter().collect()),
        "kind" => habit(node).map(|habit| conditions.kind = habit),
        "from" => node
            .unless_taken_back(networks)
            .map(|networks| conditions.from = networks.unwrap_or_default()),
        "travel" => travel(node, conditions.travel).map(|travel| conditions.travel = travel),
        "risk" => node
            .unless_taken_back(risk)
            .map(|risk| conditions.risk = risk),
        "properties" => node
            .unless_taken_back(tests)
            .map(|tests| conditions.properties = tests.unwrap_or_default()),
        "traits" => node
            .unless_taken_back(tests)
            .map(|tests| conditions.traits = tests.unwrap_or_default()),
        unknown => return Err(Mistake::unknown(entry.at, unknown, KEYS)),
    };
    set.map_err(|mistake| mistake.below(&entry.key))
}

fn habit(node: &Node) -> Result<Option<Habit>, Mistake> {
    node.unless_taken_back(word)
}

/// Without names, which are written as a list.
impl Word for UserIs {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("known", Self::Known),
        ("unknown", Self::Unknown),
        ("nobody", Self::Nobody),
    ];
}

fn user(node: &Node) -> Result<UserIs, Mistake> {
    let more = ", or a list of names, as in [\"admin\"]";
    if let Value::List(names) = &node.value {
        let names = names.iter().map(|name| name.text("a name").map(Into::into));
        return names.collect::<Result<_, _>>().map(UserIs::OneOf);
    }
    try_word(node).ok_or_else(|| expected::<UserIs>(node, more))
}

fn country(node: &Node) -> Result<CountryIs, Mistake> {
    let all = |node: &Node| match &node.value {
        Value::List(nodes) => nodes.iter().map(countries::read).collect(),
        _ => countries::read(node).map(|country| vec![country]),
    };
    if let Some(none) = node.only("not") {
        return all(none)
            .map(CountryIs::NoneOf)
            .map_err(|mistake| mistake.below("not"));
    }
    if let Some(habit) = try_word(node) {
        return Ok(CountryIs::Habit(habit));
    }
    match &node.value {
        Value::List(_) => all(node).map(CountryIs::OneOf),
        Value::Text(text) if text.len() == 2 => all(node).map(CountryIs::OneOf),
        Value::Text(text) if countries::meant(text).is_some() => all(node).map(CountryIs::OneOf),
        _ => {
            let more = ", the two letters of a country such as \"FR\", a list of them, or { not = [\"FR\"] }";
            Err(expected::<Habit>(node, more))
        }
    }
}

fn networks(node: &Node) -> Result<Vec<Network>, Mistake> {
    let network = |node: &Node| {
        let what = "an address or a network, such as \"192.0.2.0/24\"";
        let text = node.text(what)?;
        text.parse()
            .map_err(|error| Mistake::value(node, format!("{what} ({error})")))
    };
    match &node.value {
        Value::List(nodes) => nodes.iter().map(network).collect(),
        _ => network(node).map(|network| vec![network]),
    }
}

fn travel(node: &Node, now: Option<TravelIs>) -> Result<Option<TravelIs>, Mistake> {
    if node.is_taken_back() {
        return Ok(None);
    }
    let example = "a table, as in { kilometres = 300, kilometres-an-hour = 900 }";
    let (mut far, mut fast) = (
        now.map(|travel| travel.kilometres),
        now.map(|travel| travel.kilometres_an_hour),
    );
    for entry in node.table(example)? {
        let side = match &*entry.key {
            "kilometres" => &mut far,
            "kilometres-an-hour" => &mut fast,
            unknown => return Err(Mistake::unknown(entry.at, unknown, TRAVEL)),
        };
        let number = entry.node.whole("a whole number");
        *side = Some(number.map_err(|mistake| mistake.below(&entry.key))?);
    }
    match (far, fast) {
        (Some(kilometres), Some(kilometres_an_hour)) => Ok(Some(TravelIs {
            kilometres,
            kilometres_an_hour,
        })),
        _ => Err(Mistake::value(node, example)),
    }
}

fn risk(node: &Node) -> Result<RiskIs, Mistake> {
    let example = "a table, as in { above = 80 }";
    let [Entry { key, at, node }] = node.table(example)? else {
        return Err(Mistake::value(node, example));
    };
    if **key != *RISK[0] {
        return Err(Mistake::unknown(*at, key, RISK));
    }
    let above = node.whole("a whole number from 0 to 99");
    let above = above.map_err(|mistake| mistake.below(key))?;
    Ok(RiskIs { above })
}

fn tests(node: &Node) -> Result<BTreeMap<Box<str>, Test>, Mistake> {
    let entries = node.table("a table, as in { plan = \"free\" }")?;
    let named = entries.iter().map(|entry| {
        let test = test(&entry.node).map_err(|mistake| mistake.below(&entry.key))?;
        Ok((entry.key.clone(), test))
    });
    named.collect()
}

fn test(node: &Node) -> Result<Test, Mistake> {
    if let Value::Table(entries) = &node.value {
        let [Entry { key, at, node }] = &entries[..] else {
            let one = "one of them: { above = 100 }, { below = 1 }, { not = \"free\" }, \
                       { ends-with = \"@example.com\" }, { ends-not-with = … } or { present = true }";
            return Err(Mistake::value(node, one));
        };
        let test = match &**key {
            "not" => texts(node).map(Test::NoneOf),
            "above" => number(node).map(Test::Above),
            "below" => number(node).map(Test::Below),
            "ends-with" => node.text("a text").map(|end| Test::EndsWith(end.into())),
            "ends-not-with" => node.text("a text").map(|end| Test::EndsNotWith(end.into())),
            "present" => node.boolean().map(|there| match there {
                true => Test::Present,
                false => Test::Absent,
            }),
            unknown => return Err(Mistake::unknown(*at, unknown, TESTS)),
        };
        return test.map_err(|mistake| mistake.below(key));
    }
    texts(node).map(Test::OneOf)
}

/// Values as the engine compares them: as text.
fn texts(node: &Node) -> Result<Vec<Box<str>>, Mistake> {
    let text = |node: &Node| match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Boolean(value) => Ok(value.to_string().into()),
        Value::Integer(number) => Ok(number.to_string().into()),
        Value::Number(number) => Ok(number.to_string().into()),
        _ => Err(Mistake::value(
            node,
            "a text, a number, true or false, a list of them, or a test such as { above = 100 }",
        )),
    };
    match &node.value {
        Value::List(nodes) => nodes.iter().map(text).collect(),
        _ => text(node).map(|text| vec![text]),
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a limit beyond 2^53 is no sharper where it is compared"
)]
fn number(node: &Node) -> Result<f64, Mistake> {
    match node.value {
        Value::Integer(number) => Ok(number as f64),
        Value::Number(number) if number.is_finite() => Ok(number),
        _ => Err(Mistake::value(node, "a number")),
    }
}

/// What is asked; nothing for what asks nothing.
pub(super) fn written(conditions: &Conditions) -> Option<Node> {
    let mut table = Table::default();
    if !conditions.outcome.is_empty() {
        table.put("outcome", one_or_list(&conditions.outcome, plain));
    }
    table.put_some("user", conditions.user.as_ref().map(written_user));
    table.put_some("place", conditions.place.as_ref().map(plain));
    table.put_some("network", conditions.network.as_ref().map(plain));
    table.put_some("country", conditions.country.as_ref().map(written_country));
    table.put_some("device", conditions.device.as_ref().map(plain));
    if !conditions.address.is_empty() {
        let kinds: Vec<_> = conditions.address.iter().collect();
        table.put("address", one_or_list(&kinds, plain));
    }
    table.put_some("kind", conditions.kind.as_ref().map(plain));
    if !conditions.from.is_empty() {
        let network = |network: &Network| network.to_string().as_str().into();
        table.put("from", one_or_list(&conditions.from, network));
    }
    let journey = |travel: TravelIs| {
        let mut table = Table::default();
        table.put("kilometres", travel.kilometres);
        table.put("kilometres-an-hour", travel.kilometres_an_hour);
        table.done()
    };
    table.put_some("travel", conditions.travel.map(journey));
    let risk = |risk: RiskIs| one_key("above", u32::from(risk.above));
    table.put_some("risk", conditions.risk.map(risk));
    table.put_some("properties", written_tests(&conditions.properties));
    table.put_some("traits", written_tests(&conditions.traits));
    (!table.is_empty()).then(|| table.done())
}

fn plain<W: Word>(value: &W) -> Node {
    word_for(value).unwrap_or_default().into()
}

fn list(texts: impl Iterator<Item = impl AsRef<str>>) -> Node {
    Value::List(texts.map(|text| text.as_ref().into()).collect()).into()
}

fn written_user(user: &UserIs) -> Node {
    match user {
        UserIs::OneOf(names) => list(names.iter()),
        user => plain(user),
    }
}

fn written_country(country: &CountryIs) -> Node {
    match country {
        CountryIs::Habit(habit) => plain(habit),
        CountryIs::OneOf(countries) => list(countries.iter().map(|country| country.as_str())),
        CountryIs::NoneOf(countries) => one_key(
            "not",
            list(countries.iter().map(|country| country.as_str())),
        ),
    }
}

fn written_tests(tests: &BTreeMap<Box<str>, Test>) -> Option<Node> {
    let mut table = Table::default();
    for (name, test) in tests {
        let texts = |texts: &[Box<str>]| one_or_list(texts, |text| (&**text).into());
        let test = match test {
            Test::Present => one_key("present", Value::Boolean(true)),
            Test::Absent => one_key("present", Value::Boolean(false)),
            Test::OneOf(values) => texts(values),
            Test::NoneOf(values) => one_key("not", texts(values)),
            Test::Above(limit) => one_key("above", Value::Number(*limit)),
            Test::Below(limit) => one_key("below", Value::Number(*limit)),
            Test::EndsWith(end) => one_key("ends-with", &**end),
            Test::EndsNotWith(end) => one_key("ends-not-with", &**end),
        };
        table.put(name, test);
    }
    (!table.is_empty()).then(|| table.done())
}
