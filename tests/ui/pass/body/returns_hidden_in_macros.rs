//! `return` and `?` that a `macro_rules!` writes end the body and nothing more.
#![deny(warnings)]
#![forbid(unsafe_code)]

macro_rules! bail {
    ($($words:tt)*) => {
        return Err(format!($($words)*).into())
    };
}

macro_rules! ensure {
    ($condition:expr, $($words:tt)*) => {
        if !$condition {
            bail!($($words)*);
        }
    };
}

macro_rules! try_option {
    ($value:expr) => {
        match $value {
            Some(value) => value,
            None => return None,
        }
    };
}

macro_rules! question {
    ($value:expr) => {
        $value?
    };
}

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[sqreen::track_auth]
fn ensured(email: &str) -> Result<usize, Failed> {
    ensure!(!email.is_empty(), "no {} given", "address");
    if email == "-" {
        bail!("{email} is no address");
    }
    Ok(question!(email.parse::<usize>()))
}

#[sqreen::track_auth]
async fn ensured_later(email: &str) -> Result<usize, Failed> {
    ensure!(!email.is_empty(), "no {} given", "address");
    std::future::ready(()).await;
    if email == "-" {
        bail!("{email} is no address");
    }
    Ok(question!(email.parse::<usize>()))
}

#[sqreen::track_auth]
async fn tried(email: Option<&str>) -> Option<usize> {
    let email = try_option!(email);
    Some(try_option!(email.find('@')))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = |result: Result<usize, Failed>| result.map_err(|error| error.to_string());
    assert_eq!(text(ensured("7")), Ok(7));
    assert_eq!(text(ensured("")), Err("no address given".to_owned()));
    assert_eq!(text(ensured_later("-").await), Err("- is no address".to_owned()));
    assert!(ensured_later("x").await.is_err());
    assert_eq!(tried(Some("a@")).await, Some(1));
    assert_eq!(tried(None).await, None);
}
