//! Type, lifetime and constant parameters, bounds and `where` clauses; none is added.
#![deny(warnings)]
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::fmt::Debug;
use std::marker::PhantomData;

use sqreen::IdentifierValue;

struct Plain;

#[sqreen::track_auth]
fn without_bounds<T, E>(email: &str, found: T, error: E) -> Result<T, E> {
    if email.is_empty() { Err(error) } else { Ok(found) }
}

#[sqreen::track_auth]
async fn without_bounds_later<T>(email: &str, found: T) -> Option<T> {
    (!email.is_empty()).then_some(found)
}

#[sqreen::track_auth]
fn unsized_type<T: ?Sized>(email: &str, found: &T) -> bool {
    size_of_val(found) == email.len()
}

#[sqreen::track_auth]
fn with_constants<const N: usize, const YES: bool>(found: [u8; N], login: &str) -> Option<[u8; N]> {
    (YES && login.len() == N).then_some(found)
}

#[sqreen::track_auth]
async fn with_a_where_clause<'a, 'b, T, U>(email: T, other: &'a U) -> Result<&'a U, <T as TryInto<u8>>::Error>
where
    'b: 'a,
    T: IdentifierValue + TryInto<u8> + 'b,
    U: ?Sized + PartialEq + Debug + 'a,
    for<'c> &'c U: PartialEq,
{
    email.try_into().map(|_| other)
}

#[sqreen::identify(user = email)]
async fn at_a_session<T>(email: &str, found: T) -> Option<T>
where
    T: Sized,
{
    (!email.is_empty()).then_some(found)
}

struct Store<'s, T, const N: usize = 1>(&'s str, PhantomData<T>);

impl<'s, T, const N: usize> Store<'s, T, N>
where
    T: From<&'s str>,
{
    const NAME: &'static str = "store";

    #[sqreen::track_auth(user(email = email, store = self.name()))]
    fn login(&self, email: &str) -> Option<[T; N]> {
        (email == Self::NAME).then(|| std::array::from_fn(|_| T::from(self.0)))
    }

    #[sqreen::track_auth]
    async fn made<U: Into<String>>(email: &'s str, more: U) -> Result<Self, String> {
        if email.is_empty() { Err(more.into()) } else { Ok(Self(email, PhantomData)) }
    }

    fn name(&self) -> &'static str {
        Self::NAME
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(without_bounds("a", Plain, Cell::new(1)).is_ok());
    assert!(without_bounds_later("", Plain).await.is_none());
    assert!(unsized_type("abc", "abc") && unsized_type::<dyn Debug>("a", &1_u8));
    assert_eq!(with_constants::<2, true>([1, 2], "ab"), Some([1, 2]));
    assert_eq!(with_a_where_clause(7_u64, "a").await.ok(), Some("a"));
    assert!(at_a_session("a", Plain).await.is_some());
    let store = Store::<String, 2>("s", PhantomData);
    assert_eq!(store.login("store"), Some(["s".to_owned(), "s".to_owned()]));
    assert!(Store::<&str>::made("", "nobody").await.is_err_and(|error| error == "nobody"));
}
