//! The methods of an `impl`, whatever stands on them, with generics and lifetimes.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]
//! A crate.

/// The accounts of a shop.
pub struct Accounts<'a, const N: usize> {
    names: [&'a str; N],
}

/// How one gets in.
#[sqreen::auto]
impl<'a, const N: usize> Accounts<'a, { N }>
where
    [(); N]: Sized,
{
    /// The most there can be.
    pub const MOST: usize = N;

    /// Logs in.
    #[must_use]
    #[inline]
    pub fn login(&self, username: &str) -> Option<&'a str> {
        self.names.iter().copied().find(|name| *name == username)
    }

    /// Logs in, as far as it will.
    #[cfg(any())]
    pub fn sign_in(&self, username: &str) -> Option<&'a str> {
        not_compiled(username)
    }

    /// Signs up.
    pub async fn register<T: Into<String>>(&mut self, email: &str, _name: T) -> Result<String, u8> {
        if email.is_empty() {
            return Err(1);
        }
        Ok(email.to_owned())
    }
}

fn main() {
    let mut accounts = Accounts { names: ["ann", "bob"] };
    assert_eq!(accounts.login("ann"), Some("ann"));
    assert_eq!(Accounts::<2>::MOST, 2);
    drop(accounts.register("ann", "Ann"));
    let watched: Vec<_> = sqreen::registry::instrumentation().iter().map(|site| site.function).collect();
    assert_eq!(watched.len(), 2, "{watched:?}");
}
