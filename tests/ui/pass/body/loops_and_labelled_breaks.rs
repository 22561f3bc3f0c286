//! Loops, labels and the values they end with, at once and later.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
fn block_with_a_label(email: &str) -> Option<usize> {
    'found: {
        if email.contains('@') {
            break 'found Some(email.len());
        }
        None
    }
}

#[sqreen::track_auth]
fn ends_in_a_loop(email: &str) -> bool {
    let mut left = email.len();
    loop {
        if left == 0 {
            return true;
        }
        left -= 1;
    }
}

#[sqreen::track_auth]
async fn ends_in_a_loop_later(email: &str) -> Result<usize, String> {
    let mut tried = 0;
    loop {
        std::future::ready(()).await;
        tried += 1;
        if tried == email.len() {
            break Ok(tried);
        }
        if tried > 10 {
            return Err(email.to_owned());
        }
    }
}

#[sqreen::track_auth]
async fn nested(email: &str) -> Option<char> {
    'outer: for word in email.split(' ') {
        for letter in word.chars() {
            if letter == '#' {
                continue 'outer;
            }
            if letter == '@' {
                break 'outer;
            }
            if letter.is_uppercase() {
                return Some(letter);
            }
        }
    }
    None
}

#[sqreen::track_auth]
fn while_let(email: String) -> Result<(), usize> {
    let mut letters = email.chars();
    while let Some(letter) = letters.next() {
        if letter == '@' {
            return Err(letters.count());
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(block_with_a_label("a@b"), Some(3));
    assert!(ends_in_a_loop("abc"));
    assert_eq!(ends_in_a_loop_later("abc").await, Ok(3));
    assert_eq!(nested("#A bC").await, Some('C'));
    assert_eq!(while_let("a@bc".to_owned()), Err(2));
}
