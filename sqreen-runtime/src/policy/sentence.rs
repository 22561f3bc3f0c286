//! A playbook in a line, for people: when it responds, and what it does.

use std::time::Duration;

use super::written::{Node, Value, parts};
use super::{Counts, Over, Playbook, Then};

impl Playbook {
    /// When it responds, in the words of its written form.
    ///
    /// ```
    /// use sqreen_runtime::policy::{Playbook, When};
    ///
    /// let playbook = Playbook::new("every-login", When::Login);
    /// assert_eq!(playbook.fires(), "login, by address: 1 event within 10m");
    /// ```
    #[must_use]
    pub fn fires(&self) -> String {
        let mut sentence = word(&parts::when(&self.when));
        if let Some(conditions) = parts::conditions(&self.only_if) {
            sentence += &format!(" if {}", asked(&conditions));
        }
        if let Some(conditions) = parts::conditions(&self.unless) {
            sentence += &format!(" unless {}", asked(&conditions));
        }
        sentence += &format!(", by {}: {}", word(&parts::by(&self.by)), self.count());
        if let Some(after) = &self.after {
            let (when, asks) = (
                word(&parts::when(&after.when)),
                parts::conditions(&after.only_if),
            );
            let asks = asks.map_or(String::new(), |asks| format!(" if {}", asked(&asks)));
            let counted = counted(&after.counts, after.reaching.get());
            sentence += &format!(
                ", after {counted} of {when}{asks} within {}",
                time(after.within)
            );
        }
        if let Some(share) = self.share {
            sentence += &format!(", {share} % of all at least");
        }
        if let Some(sparing) = self.sparing {
            sentence += &format!(", and {sparing} % of those who are at home there");
        }
        if let Some(above) = self.above_usual {
            sentence += &format!(", {above} standard deviations above what is usual");
        }
        if self.redeemed_by_success {
            sentence += "; a success takes back the failures before it";
        }
        sentence
    }

    /// What it does, in the words of its written form.
    ///
    /// ```
    /// use sqreen_runtime::policy::Policy;
    ///
    /// let policy = Policy::default();
    /// let playbook = &policy.playbooks()[0];
    /// assert_eq!(playbook.does(), "ban-address for 15m, 12h at most");
    /// ```
    #[must_use]
    pub fn does(&self) -> String {
        let then: Vec<String> = self
            .then
            .iter()
            .map(|then| word(&parts::then(then)))
            .collect();
        let mut sentence = then.join(", ");
        if self.then.iter().any(|then| *then != Then::Notify) {
            sentence += &format!(" for {}", time(self.lasting));
            if self.at_most > self.lasting {
                sentence += &format!(", {} at most", time(self.at_most));
            }
        }
        if !self.cool_down.is_zero() {
            sentence += &format!("; then silent for {}", time(self.cool_down));
        }
        sentence
    }

    fn count(&self) -> String {
        let counted = counted(&self.counts, self.reaching.get());
        match self.over {
            Over::Within(within) => format!("{counted} within {}", time(within)),
            Over::Leaking(leaking) => format!("{counted}, one less each {}", time(leaking)),
        }
    }
}

fn counted(counts: &Counts, number: u32) -> String {
    let counted = match counts {
        Counts::Property(name) => format!("values of {}", name.escape_debug()),
        counts => word(&parts::counts(counts)),
    };
    match (number, &*counted) {
        (1, "events") => "1 event".into(),
        (1, "handovers") => "1 handover".into(),
        _ => format!("{number} {counted}"),
    }
}

fn time(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

fn word(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.escape_debug().to_string(),
        Value::Table(entries) => match &entries[..] {
            [only] => word(&only.node),
            _ => node.value.to_string(),
        },
        value => value.to_string(),
    }
}

fn asked(conditions: &Node) -> String {
    match &conditions.value {
        Value::Table(entries) => {
            let asked = entries
                .iter()
                .map(|entry| format!("{} = {}", entry.key, entry.node.value));
            asked.collect::<Vec<_>>().join(", ")
        }
        value => value.to_string(),
    }
}
