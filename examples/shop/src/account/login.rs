//! Logging in.

use super::User;
use crate::shop::{Shop, ShopError};

/// `None`: there is no such account, or this is not its password; nobody is told which.
///
/// An error is neither. A database that is down is no reason to suspect anybody.
#[sqreen::track_auth(user = "email")]
pub(crate) async fn login(
    shop: &Shop,
    email: &str,
    password: &str,
) -> Result<Option<User>, ShopError> {
    let account = shop.database.account(email).await?;
    let expected = account
        .as_ref()
        .map(|account| account.password_hash.as_str());
    let right = shop.passwords.check(password, expected).await?;
    Ok(account.filter(|_| right).map(|account| account.user))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unknown_account_costs_a_password_check_like_a_known_one() {
        let shop = Shop::for_test().await;

        assert_eq!(
            login(&shop, "alice@example.com", "wrong").await.unwrap(),
            None
        );
        assert_eq!(
            login(&shop, "nobody@example.com", "wrong").await.unwrap(),
            None
        );
        let checks = shop.passwords.checks();
        assert_eq!((checks.wrong, checks.unknown_account), (1, 1));
    }

    #[tokio::test]
    async fn the_right_password_gives_the_user() {
        let shop = Shop::for_test().await;
        let user = login(&shop, "alice@example.com", "correct horse battery staple")
            .await
            .unwrap();
        assert_eq!(user.unwrap().name, "Alice");
    }

    #[tokio::test]
    async fn a_database_that_is_down_is_an_error_and_no_failed_login() {
        let shop = Shop::for_test().await;
        shop.database.close().await;
        assert!(login(&shop, "alice@example.com", "wrong").await.is_err());
    }
}
