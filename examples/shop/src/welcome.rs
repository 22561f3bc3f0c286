//! The first screen: where the shop is, who can log in, and what to try.
#![expect(
    clippy::print_stdout,
    reason = "the screen is the program's output; its log goes to stderr"
)]

use std::net::SocketAddr;

use crate::seed::SEEDS;
use crate::token::Token;

/// What the commands on the screen depend on.
pub(crate) struct Welcome<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) token: &'a Token,
    pub(crate) behind_proxy: bool,
    /// Whether the attack example finds the token by itself.
    pub(crate) token_is_at_hand: bool,
}

impl Welcome<'_> {
    pub(crate) fn print(&self) {
        println!("{}", screen(self));
    }
}

fn screen(welcome: &Welcome<'_>) -> String {
    let Welcome {
        address,
        behind_proxy,
        token_is_at_hand,
        ..
    } = *welcome;
    let token = welcome.token.reveal();
    let url = format!("http://{address}");
    // Behind a trusted proxy the client is whom the proxy names; here curl plays the proxy.
    let (from, banned) = match behind_proxy {
        true => (" -H 'X-Forwarded-For: 203.0.113.7'", "203.0.113.7"),
        false => ("", "127.0.0.1"),
    };
    let customers: String = SEEDS
        .iter()
        .map(|seed| format!("    {:<20} {}\n", seed.email, seed.password))
        .collect();
    let mut attack = String::from("cargo run -p attack");
    if address.port() != 3000 || !token_is_at_hand {
        attack += &format!(" -- --target {url} --token {token}");
    }

    format!(
        "
  Leaf & Kettle is open:  {url}

  Customers to log in as
{customers}
  Now try this in another terminal.

  1  A login that fails (401):

     curl -i{from} -H 'Accept: application/json' {url}/login -d email=alice@example.com -d password=guess

  2  Keep guessing. After some guesses the address is banned: the very next request
     is refused (403), and so is every other page:

     for guess in $(seq 15); do curl -s -o /dev/null -w '%{{http_code}} '{from} {url}/login -d email=alice@example.com -d password=$guess; done
     curl -i{from} {url}/

  3  See who is banned and why, and pardon the address:

     curl -H 'Authorization: Bearer {token}' {url}/operator/bans
     curl -H 'Authorization: Bearer {token}' {url}/operator/pardon -d address={banned}

  4  Real attacks, with honest customers in between, and a table of what came of them:

     {attack}

  5  The same without protection, to see the difference. Stop the shop (Ctrl-C), then:

     SQREEN_ENABLED=false cargo run -p shop

     Or as behind a proxy that names the client in X-Forwarded-For:

     SQREEN_TRUSTED_PROXIES=127.0.0.1 cargo run -p shop

     Or with all that happens in a file, one event a line:

     SQREEN_RECORD=events.ndjson cargo run -p shop
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen_of(port: u16, behind_proxy: bool, token_is_at_hand: bool) -> (String, Token) {
        let token = Token::draw().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let screen = screen(&Welcome {
            address,
            token: &token,
            behind_proxy,
            token_is_at_hand,
        });
        (screen, token)
    }

    #[test]
    fn every_customer_is_on_the_screen() {
        let (screen, _) = screen_of(3000, false, true);
        for seed in &SEEDS {
            assert!(screen.contains(seed.email) && screen.contains(seed.password));
        }
    }

    #[test]
    fn the_attack_is_told_what_it_cannot_find_out() {
        assert!(
            screen_of(3000, false, true)
                .0
                .contains("cargo run -p attack\n")
        );
        for (port, token_is_at_hand) in [(3001, true), (3000, false)] {
            let (screen, token) = screen_of(port, false, token_is_at_hand);
            let command = format!(
                "attack -- --target http://127.0.0.1:{port} --token {}\n",
                token.reveal()
            );
            assert!(screen.contains(&command));
        }
    }

    #[test]
    fn behind_a_proxy_the_client_is_whom_the_header_names() {
        assert!(
            screen_of(3000, false, true)
                .0
                .contains("pardon -d address=127.0.0.1\n")
        );
        assert!(
            screen_of(3000, true, true)
                .0
                .contains("pardon -d address=203.0.113.7\n")
        );
    }
}
