//! The command line.

use lexopt::prelude::*;

pub(crate) const HELP: &str = "\
Attacks on the example shop, with honest customers in between.
Start the shop first, in another terminal: cargo run -p shop

    cargo run -p attack -- [OPTIONS]

    --target URL           the shop; on this machine's loopback, or it is refused
                           [http://127.0.0.1:3000]
    --token TOKEN          the operator's token that the shop printed
                           [the one a shop on this machine left for us]
    --seed NUMBER          other invented passwords and addresses  [1]
    --expect-unprotected   succeed only if accounts are taken: for a shop
                           that was started with SQREEN_ENABLED=false
    --json                 the reports as JSON, and no progress
    --help

Exit code: 0 the shop held, 1 it did not, 2 the attack could not be run.
";

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Args {
    pub(crate) target: String,
    pub(crate) token: Option<String>,
    pub(crate) seed: u64,
    pub(crate) expect_unprotected: bool,
    pub(crate) json: bool,
}

/// `None`: somebody asked for help.
pub(crate) fn read(mut words: lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
    let mut args = Args {
        target: "http://127.0.0.1:3000".to_owned(),
        token: None,
        seed: 1,
        expect_unprotected: false,
        json: false,
    };
    while let Some(word) = words.next()? {
        match word {
            Long("target") => args.target = words.value()?.string()?,
            Long("token") => args.token = Some(words.value()?.string()?),
            Long("seed") => args.seed = words.value()?.parse()?,
            Long("expect-unprotected") => args.expect_unprotected = true,
            Long("json") => args.json = true,
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(args))
}
