//! What the body declares or imports does not reach our tokens, nor do ours reach the body.
#![deny(warnings)]
#![allow(unused_imports)]

mod other {
    pub struct User;
    pub enum Result {}
    pub enum Option {}
    pub struct Value;
    pub struct Outcome;
}

pub struct User;
pub struct Value;

#[sqreen::track_auth]
fn imports_over_the_return_type(email: &str) -> Result<User, Value> {
    use other::*;
    macro_rules! yes {
        () => {
            Ok(crate::User)
        };
    }
    const NOBODY: &str = "";
    struct Local;
    impl Local {
        fn value() -> crate::Value {
            crate::Value
        }
    }
    fn nested() -> bool {
        true
    }
    if email == NOBODY || !nested() { Err(Local::value()) } else { yes!() }
}

#[sqreen::track_auth]
async fn imports_over_the_return_type_async(email: &str) -> Result<User, Value> {
    use other::*;
    if email.is_empty() { Err(crate::Value) } else { Ok(crate::User) }
}

#[sqreen::track_auth(user = __out)]
fn names_like_ours(__out: &str, __attempt: u32, __who: &str, __value: u8, __refused: (), __early: u8, __held: u8) -> bool {
    let () = __refused;
    __out == __who && __attempt == 1 && __value == __early && __held == 0
}

#[sqreen::track_auth(user = r#type)]
async fn r#match(r#type: &str, __future: u8) -> bool {
    r#type.len() == usize::from(__future)
}

fn main() {
    assert!(imports_over_the_return_type("a").is_ok());
    assert!(names_like_ours("a", 1, "a", 2, (), 2, 0));
    drop((imports_over_the_return_type_async("a"), r#match("a", 1)));
}
