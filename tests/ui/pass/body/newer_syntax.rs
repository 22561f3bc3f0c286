//! `let … else`, chains of `if let`, async closures, nested futures and blocks of constants.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
fn let_else(email: &str) -> Option<&str> {
    let Some((name, _)) = email.split_once('@') else {
        return None;
    };
    Some(name)
}

#[sqreen::track_auth]
async fn chains(email: Option<&str>) -> bool {
    if let Some(email) = email
        && let Some((name, host)) = email.split_once('@')
        && name == host
    {
        return true;
    }
    false
}

#[sqreen::track_auth]
async fn async_closures(email: String) -> Result<usize, String> {
    let length = async || if email.is_empty() { Err("nobody".to_owned()) } else { Ok(email.len()) };
    let twice = async move |number: usize| number * 2;
    Ok(twice(length().await?).await)
}

#[sqreen::track_auth]
async fn blocks(email: &str) -> Result<usize, std::num::ParseIntError> {
    let number = async { email.parse::<usize>() }.await;
    let sum: Result<usize, std::num::ParseIntError> = async { Ok(email.parse::<usize>()? + const { 1 + 1 }) }.await;
    Ok(number? + sum?)
}

#[sqreen::track_auth]
async fn borrowed_over_an_await(mut email: String) -> Option<usize> {
    let borrowed = &mut email;
    borrowed.push('!');
    tokio::task::yield_now().await;
    borrowed.push('!');
    Some(borrowed.len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(let_else("a@b"), Some("a"));
    assert!(chains(Some("a@a")).await);
    assert_eq!(async_closures("abc".to_owned()).await, Ok(6));
    assert_eq!(blocks("3").await, Ok(8));
    assert_eq!(borrowed_over_an_await("a".to_owned()).await, Some(3));
}
