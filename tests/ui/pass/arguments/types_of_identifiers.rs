//! Everything that has a text by nature identifies a user.
#![deny(warnings)]

use std::borrow::Cow;

#[sqreen::track_auth(user(a = a, b = b, c = c, d = d, e = e, f = f, g = g, h = h))]
#[allow(clippy::too_many_arguments)]
fn all(
    a: &str,
    b: String,
    c: &mut String,
    d: Cow<'_, str>,
    e: Box<str>,
    f: Option<&str>,
    g: u64,
    h: &&i32,
) -> Option<usize> {
    c.push('!');
    let h = usize::try_from(**h).ok()?;
    Some(a.len() + b.len() + c.len() + d.len() + e.len() + f?.len() + usize::try_from(g).ok()? + h)
}

fn main() {
    let total = all("a", "b".into(), &mut "c".into(), "d".into(), "e".into(), Some("f"), 1, &&1);
    assert_eq!(total, Some(9));
}
