//! The command line.

use std::path::PathBuf;

use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
A small shop that sqreen protects.

    cargo run -p shop -- [OPTIONS]

    --port PORT          where to listen on 127.0.0.1; 0 takes a free one  [3000]
    --data DIRECTORY     where shop.db is kept                  [a temporary one]
    --fresh              start over with an empty shop.db
    --memory             keep everything in memory, write no shop.db
    --help

sqreen itself reads sqreen.toml and SQREEN_* variables, for example:

    SQREEN_ENABLED=false              no protection, to see the difference
    SQREEN_TRUSTED_PROXIES=127.0.0.1  clients' addresses come in X-Forwarded-For
    SQREEN_RECORD=events.ndjson       all that happens is written to this file

RUST_LOG says how much is logged: RUST_LOG=warn, RUST_LOG=sqreen=debug.
";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) port: u16,
    pub(crate) data: PathBuf,
    pub(crate) fresh: bool,
    pub(crate) memory: bool,
}

/// Where the attack example looks for the operator's token as well.
pub(crate) fn usual_data() -> PathBuf {
    std::env::temp_dir().join("sqreen-shop")
}

/// `None`: somebody asked for help.
pub(crate) fn read(mut words: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let mut args = Args {
        port: 3000,
        data: usual_data(),
        fresh: false,
        memory: false,
    };
    while let Some(word) = words.next()? {
        match word {
            Long("port") => args.port = words.value()?.parse()?,
            Long("data") => args.data = words.value()?.into(),
            Long("fresh") => args.fresh = true,
            Long("memory") => args.memory = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(args))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &[&str]) -> Result<Option<Args>, lexopt::Error> {
        read(lexopt::Parser::from_args(words))
    }

    #[test]
    fn without_words_the_shop_opens_at_port_3000() {
        let args = read_words(&[]).unwrap().unwrap();
        assert_eq!((args.port, args.memory, args.fresh), (3000, false, false));
    }

    #[test]
    fn a_misspelt_option_is_an_error() {
        assert!(read_words(&["--prot", "80"]).is_err());
        assert!(read_words(&["--port", "http"]).is_err());
    }
}
