//! The shop's SQLite: the only place with SQL in it.

use std::path::PathBuf;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
};
use sqlx::{FromRow, Row};

use crate::account::User;
use crate::catalog::Product;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    File(PathBuf),
    /// Gone with the process.
    Memory,
}

#[derive(Clone, Debug)]
pub(crate) struct Database {
    pool: SqlitePool,
}

/// A user, and what it takes to log in as them.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) user: User,
    pub(crate) password_hash: String,
}

#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) product: &'static Product,
    pub(crate) day: String,
}

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS account (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        password_hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS purchase (
        id INTEGER PRIMARY KEY,
        account INTEGER NOT NULL REFERENCES account,
        product TEXT NOT NULL,
        day TEXT NOT NULL DEFAULT (date('now'))
    ) STRICT;
    CREATE INDEX IF NOT EXISTS purchase_of ON purchase (account);
";

impl Database {
    pub(crate) async fn open(storage: &Storage) -> Result<Self, sqlx::Error> {
        let pool = match storage {
            Storage::File(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal);
                SqlitePoolOptions::new().connect_with(options).await?
            }
            // Each connection would open a database of its own: there is one, and it stays.
            Storage::Memory => {
                let options = SqliteConnectOptions::new()
                    .in_memory(true)
                    .foreign_keys(true);
                let pool = SqlitePoolOptions::new()
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None);
                pool.connect_with(options).await?
            }
        };
        sqlx::raw_sql(SCHEMA).execute(&pool).await?;
        Ok(Database { pool })
    }

    pub(crate) async fn account(&self, email: &str) -> Result<Option<Account>, sqlx::Error> {
        sqlx::query_as("SELECT id, email, name, password_hash FROM account WHERE email = ?")
            .bind(email)
            .fetch_optional(&self.pool)
            .await
    }

    pub(crate) async fn user(&self, id: i64) -> Result<Option<User>, sqlx::Error> {
        sqlx::query_as("SELECT id, email, name FROM account WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// `None` when the address has an account already.
    pub(crate) async fn add_account(
        &self,
        email: &str,
        name: &str,
        password_hash: &str,
    ) -> Result<Option<User>, sqlx::Error> {
        let insert = "INSERT INTO account (email, name, password_hash) VALUES (?, ?, ?)
            ON CONFLICT (email) DO NOTHING RETURNING id, email, name";
        sqlx::query_as(insert)
            .bind(email)
            .bind(name)
            .bind(password_hash)
            .fetch_optional(&self.pool)
            .await
    }

    pub(crate) async fn add_order(
        &self,
        user: &User,
        product: &Product,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO purchase (account, product) VALUES (?, ?)")
            .bind(user.id)
            .bind(product.slug)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The user's orders, the newest first.
    pub(crate) async fn orders(&self, user: &User) -> Result<Vec<Order>, sqlx::Error> {
        sqlx::query_as(
            "SELECT product, day FROM purchase WHERE account = ? ORDER BY id DESC LIMIT 50",
        )
        .bind(user.id)
        .fetch_all(&self.pool)
        .await
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl<'r> FromRow<'r, SqliteRow> for Account {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Account {
            user: User::from_row(row)?,
            password_hash: row.try_get("password_hash")?,
        })
    }
}

impl<'r> FromRow<'r, SqliteRow> for Order {
    fn from_row(row: &'r SqliteRow) -> Result<Self, sqlx::Error> {
        // Products are not deleted here; one that were would end the listing, not lie in it.
        let slug = row.try_get::<String, _>("product")?;
        let product = Product::find(&slug).ok_or(sqlx::Error::RowNotFound)?;
        Ok(Order {
            product,
            day: row.try_get("day")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PRODUCTS;

    #[tokio::test]
    async fn orders_belong_to_the_one_who_made_them() {
        let database = Database::open(&Storage::Memory).await.unwrap();
        let ann = database
            .add_account("ann@example.com", "Ann", "-")
            .await
            .unwrap()
            .unwrap();
        let ben = database
            .add_account("ben@example.com", "Ben", "-")
            .await
            .unwrap()
            .unwrap();

        database.add_order(&ann, &PRODUCTS[0]).await.unwrap();

        assert_eq!(database.orders(&ann).await.unwrap().len(), 1);
        assert!(database.orders(&ben).await.unwrap().is_empty());
    }
}
