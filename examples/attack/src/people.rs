//! The shop's customers, as the shop itself seeds them (`seed.rs` there), and what they
//! do while their shop is under attack: log in, look at their account, sometimes mistype.

use serde_json::Value;

use crate::client::{Ask, ClientError};
use crate::origin::{Origin, Origins};
use crate::target::Target;
use crate::verdict::Verdict;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) email: &'static str,
    pub(crate) password: &'static str,
    /// The last part of the address they come from, always the same.
    pub(crate) home: u8,
}

pub(crate) static ALICE: Person = Person {
    email: "alice@example.com",
    password: "correct horse battery staple",
    home: 1,
};
pub(crate) static BOB: Person = Person {
    email: "bob@example.com",
    password: "two sugars and a biscuit",
    home: 2,
};
pub(crate) static CAROL: Person = Person {
    email: "carol@example.com",
    password: "kettle singing in winter",
    home: 3,
};
pub(crate) static DAVE: Person = Person {
    email: "dave@example.com",
    password: "never before nine in the morning",
    home: 4,
};
pub(crate) static ERIN: Person = Person {
    email: "erin@example.com",
    password: "the blue cup is mine",
    home: 5,
};
pub(crate) static FRANK: Person = Person {
    email: "frank@example.com",
    password: "milk first, no apologies",
    home: 6,
};

pub(crate) static EVERYBODY: [&Person; 6] = [&ALICE, &BOB, &CAROL, &DAVE, &ERIN, &FRANK];

/// One visit of an honest customer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    pub(crate) who: &'static Person,
    pub(crate) mistypes: bool,
}

/// How a visit went.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Visited {
    /// Logins that ended as they should.
    pub(crate) logins: u64,
    /// Logins, and pages of somebody who is logged in, that were refused.
    pub(crate) refused: u64,
    /// Password checks that the shop ran for this visit.
    pub(crate) checks: u64,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum VisitError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(
        "{who} logged in with the right password and was answered {answer}. Is this the example shop, with its own customers?"
    )]
    Unexpected { who: &'static str, answer: Verdict },
}

/// The login form as the shop's page sends it, for customers and attackers alike.
pub(crate) fn log_in(email: &str, password: &str) -> Ask {
    Ask::post("/login", &[("email", email), ("password", password)])
}

impl Person {
    pub(crate) fn origin(&self, origins: Origins) -> Origin {
        origins.of_customer(self.home)
    }
}

impl Visit {
    pub(crate) async fn make(
        self,
        target: Target,
        origins: Origins,
    ) -> Result<Visited, VisitError> {
        let Visit { who, mistypes } = self;
        let from = who.origin(origins);
        let mut visited = Visited::default();

        if mistypes {
            let answer = log_in(who.email, &mistyped(who.password))
                .send(target, from)
                .await?;
            visited.count(Verdict::of(answer.status));
        }
        let answer = log_in(who.email, who.password).send(target, from).await?;
        match Verdict::of(answer.status) {
            Verdict::Refused => {
                visited.count(Verdict::Refused);
                return Ok(visited);
            }
            Verdict::Passed => visited.count(Verdict::Passed),
            answer => {
                return Err(VisitError::Unexpected {
                    who: who.email,
                    answer,
                });
            }
        }
        let page = Ask::get("/account")
            .with_cookie(answer.cookie)
            .send(target, from)
            .await?;
        let is_theirs = page.json.pointer("/user/email").and_then(Value::as_str) == Some(who.email);
        if !is_theirs {
            visited.refused += 1;
        }
        Ok(visited)
    }
}

impl Visited {
    fn count(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Refused => self.refused += 1,
            Verdict::Passed => {
                self.logins += 1;
                self.checks += 1;
            }
            Verdict::WrongPassword => self.checks += 1,
            Verdict::Other(_) => {}
        }
    }
}

/// The last letter is missing: an honest mistake.
fn mistyped(password: &str) -> String {
    let mut password = password.to_owned();
    password.pop();
    password
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_a_home_of_their_own() {
        let mut homes = EVERYBODY.map(|person| person.home);
        homes.sort_unstable();
        assert!(homes.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_refusal_is_no_password_check() {
        let mut visited = Visited::default();
        visited.count(Verdict::WrongPassword);
        visited.count(Verdict::Refused);
        assert_eq!(
            visited,
            Visited {
                logins: 0,
                refused: 1,
                checks: 1
            }
        );
    }
}
