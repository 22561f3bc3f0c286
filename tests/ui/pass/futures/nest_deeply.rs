//! A chain of 12 watched functions is built within the default recursion limit. The compiler's own limit,
//! for functions with nothing but a nested `async` block, is 15 to 17.
#![deny(warnings)]

macro_rules! chain {
    ($last:ident) => {
        #[sqreen::track_auth]
        pub async fn $last(email: &str) -> Result<usize, String> {
            std::future::ready(()).await;
            Ok(email.len())
        }
    };
    ($name:ident $next:ident $($rest:ident)*) => {
        #[sqreen::track_auth]
        pub async fn $name(email: &str) -> Result<usize, String> {
            Ok($next(email).await? + 1)
        }
        chain!($next $($rest)*);
    };
}
chain!(a01 a02 a03 a04 a05 a06 a07 a08 a09 a10 a11 a12);

fn is_send<T: Send>(_: T) {}

fn main() {
    is_send(a01("a"));
}
