//! What a playbook says, as it is written.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::event::RedirectTarget;
use crate::policy::{After, Counts, Over, Playbook, Policy};

use super::value::Entry;
use super::words::{WordOrProperty, one_or_list, word_for};
use super::{Node, PLAYBOOKS, Value, conditions};

/// A table that is being written.
#[derive(Default)]
pub(super) struct Table(Vec<Entry>);

impl Table {
    pub(super) fn put(&mut self, key: &str, node: impl Into<Node>) {
        self.0.push(Entry {
            key: key.into(),
            at: 0,
            node: node.into(),
        });
    }

    pub(super) fn put_some(&mut self, key: &str, node: Option<impl Into<Node>>) {
        if let Some(node) = node {
            self.put(key, node);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn done(self) -> Node {
        Value::Table(self.0).into()
    }
}

/// A table of one key.
pub(super) fn one_key(key: &str, node: impl Into<Node>) -> Node {
    let mut table = Table::default();
    table.put(key, node);
    table.done()
}

pub(super) fn policy(policy: &Policy) -> Node {
    let mut playbooks = Table::default();
    for playbook in policy.playbooks() {
        let mut table = Table::default();
        put_keys(playbook, &mut table);
        playbooks.put(&playbook.name, table.done());
    }
    one_key(PLAYBOOKS, playbooks.done())
}

pub(super) fn named(playbook: &Playbook) -> Node {
    let mut table = Table::default();
    table.put("name", &*playbook.name);
    put_keys(playbook, &mut table);
    table.done()
}

/// What makes the sentence is always written, what exempts and refines where there is any.
fn put_keys(playbook: &Playbook, table: &mut Table) {
    if !playbook.about.is_empty() {
        table.put("about", &*playbook.about);
    }
    table.put("when", playbook.when.written());
    table.put_some("if", conditions::written(&playbook.only_if));
    table.put_some("unless", conditions::written(&playbook.unless));
    table.put("by", playbook.by.written());
    table.put("counts", playbook.counts.written());
    table.put("reaching", playbook.reaching.get());
    match playbook.over {
        Over::Within(time) => table.put("within", duration(time)),
        Over::Leaking(time) => table.put("leaking", duration(time)),
    }
    table.put_some("after", playbook.after.as_ref().map(after));
    table.put_some("share", playbook.share.map(u32::from));
    table.put_some("sparing", playbook.sparing.map(u32::from));
    table.put_some("above-usual", playbook.above_usual.map(NonZeroU32::get));
    if playbook.redeemed_by_success {
        table.put("redeemed-by-success", Value::Boolean(true));
    }
    if !playbook.starts_over {
        table.put("starts-over", Value::Boolean(false));
    }
    if !playbook.cool_down.is_zero() {
        table.put("cool-down", duration(playbook.cool_down));
    }
    let then = |then: &_| word_for(then).unwrap_or_default().into();
    table.put("then", one_or_list(&playbook.then, then));
    let target = playbook.redirect.as_ref().map(RedirectTarget::as_str);
    table.put_some("redirect", target);
    table.put("lasting", duration(playbook.lasting));
    table.put("at-most", duration(playbook.at_most));
    table.put("severity", word_for(&playbook.severity).unwrap_or_default());
    table.put("mode", word_for(&Some(playbook.mode)).unwrap_or_default());
}

fn after(after: &After) -> Node {
    let mut table = Table::default();
    table.put("when", after.when.written());
    table.put_some("if", conditions::written(&after.only_if));
    if after.counts != Counts::Events {
        table.put("counts", after.counts.written());
    }
    table.put("reaching", after.reaching.get());
    table.put("within", duration(after.within));
    table.done()
}

fn duration(time: Duration) -> Node {
    humantime::format_duration(time).to_string().as_str().into()
}
