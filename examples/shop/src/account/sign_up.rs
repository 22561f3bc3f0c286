//! Signing up.

use serde::Deserialize;

use super::{User, one_spelling};
use crate::shop::{Shop, ShopError};

/// Long enough that no list of well-known passwords helps.
const SHORTEST_PASSWORD: usize = 12;
/// What is hashed has an end, or hashing becomes a way to keep the shop busy.
const LONGEST_PASSWORD: usize = 200;
const LONGEST_NAME: usize = 60;
const LONGEST_EMAIL: usize = 254;

/// What a person fills in to get an account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignUp {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: String,
}

impl SignUp {
    /// The form as it is kept and compared.
    pub(crate) fn tidied(self) -> Self {
        SignUp {
            name: self.name.trim().to_owned(),
            email: one_spelling(&self.email),
            password: self.password,
        }
    }

    /// What the person has to change first.
    pub(crate) fn complaint(&self) -> Option<&'static str> {
        if self.name.is_empty() || self.name.chars().count() > LONGEST_NAME {
            return Some("Please tell us your name, in at most 60 letters.");
        }
        if !looks_like_an_address(&self.email) {
            return Some("That does not look like an e-mail address.");
        }
        if self.password.chars().count() < SHORTEST_PASSWORD {
            return Some(
                "Please choose a password of at least 12 characters. Four words are good.",
            );
        }
        if self.password.len() > LONGEST_PASSWORD {
            return Some("That password is too long for us: 200 bytes are the most.");
        }
        None
    }
}

/// `None`: this address has an account already.
///
/// The page says so to whoever asks. A shop that sends mail answers "look into your
/// mailbox" both ways instead, and tells the owner there.
#[sqreen::track_signup(user = "form.email")]
pub(crate) async fn sign_up(shop: &Shop, form: &SignUp) -> Result<Option<User>, ShopError> {
    let password_hash = shop.passwords.hash(&form.password).await?;
    Ok(shop
        .database
        .add_account(&form.email, &form.name, &password_hash)
        .await?)
}

fn looks_like_an_address(email: &str) -> bool {
    let dotted =
        |domain: &str| domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    email.len() <= LONGEST_EMAIL
        && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        && email
            .split_once('@')
            .is_some_and(|(name, domain)| !name.is_empty() && dotted(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, email: &str, password: &str) -> SignUp {
        SignUp {
            name: name.into(),
            email: email.into(),
            password: password.into(),
        }
    }

    #[test]
    fn each_field_has_its_own_complaint() {
        let good = "kettle on the hob";
        assert_eq!(form("Zoe", "zoe@example.com", good).complaint(), None);
        for wrong in [
            form("", "zoe@example.com", good),
            form("Zoe", "zoe", good),
            form("Zoe", "zoe@localhost", good),
            form("Zoe", "zo e@example.com", good),
            form("Zoe", "zoe@example.com", "short"),
            form("Zoe", "zoe@example.com", &"x".repeat(201)),
        ] {
            assert!(wrong.complaint().is_some(), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn an_address_gets_one_account() {
        let shop = Shop::for_test().await;
        let form = form("Zoe", "zoe@example.com", "kettle on the hob");
        assert_eq!(
            sign_up(&shop, &form).await.unwrap().unwrap().email,
            "zoe@example.com"
        );
        assert_eq!(sign_up(&shop, &form).await.unwrap(), None);
    }
}
