//! What every handler works with, and what can go wrong on the shop's side.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::account::{PasswordError, Passwords};
use crate::database::{Database, Storage};

#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) database: Database,
    pub(crate) passwords: Arc<Passwords>,
}

/// The shop failed, not the customer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShopError {
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error("the session could not be read or kept: {0}")]
    Session(#[from] tower_sessions::session::Error),
}

impl Shop {
    /// Opens the shop; a new one gets the accounts that are printed at the start.
    pub(crate) async fn open(storage: &Storage) -> Result<Self, ShopError> {
        let database = Database::open(storage).await?;
        let passwords = Arc::new(Passwords::new()?);
        crate::seed::sow(&database, &passwords).await?;
        Ok(Shop {
            database,
            passwords,
        })
    }

    #[cfg(test)]
    pub(crate) async fn for_test() -> Self {
        Shop::open(&Storage::Memory).await.unwrap()
    }
}

impl IntoResponse for ShopError {
    fn into_response(self) -> Response {
        // What went wrong is for our log; a stranger learns only that it was us.
        tracing::error!(error = %self, "a request failed");
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something broke on our side. Please try again.\n",
        )
            .into_response()
    }
}
