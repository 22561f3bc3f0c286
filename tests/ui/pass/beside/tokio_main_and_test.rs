//! `#[tokio::main]` and `#[tokio::test]` above and below an attribute.
#![deny(warnings)]
#![forbid(unsafe_code)]

#[sqreen::track_auth]
#[tokio::main(flavor = "current_thread")]
async fn below(email: &str) -> bool {
    std::future::ready(()).await;
    !email.is_empty()
}

#[tokio::main(flavor = "current_thread")]
#[sqreen::track_auth]
async fn above(email: &str) -> Result<usize, String> {
    std::future::ready(()).await;
    if email.is_empty() { Err("nobody".to_owned()) } else { Ok(email.len()) }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    #[sqreen::track("test.run")]
    async fn above() {}
}

fn main() {
    assert!(below("alice"));
    assert_eq!(above("alice"), Ok(5));
}
