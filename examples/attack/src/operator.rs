//! The shop's operator routes: the count that the table rests on, and pardons, so that
//! an attack starts from a clean slate however often it is run.

use serde::Deserialize;

use crate::client::{Answer, Ask, ClientError};
use crate::origin::Origin;
use crate::target::Target;

#[derive(Debug)]
pub(crate) struct Operator {
    target: Target,
    token: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum OperatorError {
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(
        "the shop does not take this operator's token ({0}); it prints a new one at each start: --token TOKEN"
    )]
    Refused(hyper::StatusCode),
    #[error("what answers there is not the example shop: {0}")]
    Strange(#[from] serde_json::Error),
}

/// What the shop says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Stats {
    pub(crate) password_checks: PasswordChecks,
    /// Whether the shop takes a local proxy's word on the client's address.
    pub(crate) trusts_local_proxy: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct PasswordChecks {
    pub(crate) total: u64,
}

impl Operator {
    /// Without a token, the one that a shop on this machine has left for its operator.
    pub(crate) fn new(target: Target, token: Option<String>) -> Self {
        // With none at all, the shop says that it wants one.
        let token = token
            .or_else(|| token_left_behind(target))
            .unwrap_or_default();
        Operator { target, token }
    }

    pub(crate) async fn stats(&self) -> Result<Stats, OperatorError> {
        let answer = self.send(Ask::get("/operator/stats")).await?;
        Ok(serde_json::from_value(answer.json)?)
    }

    pub(crate) async fn pardon_address(&self, address: Origin) -> Result<(), OperatorError> {
        let address = address.address().to_string();
        self.send(Ask::post("/operator/pardon", &[("address", &address)]))
            .await
            .map(drop)
    }

    pub(crate) async fn pardon_user(&self, email: &str) -> Result<(), OperatorError> {
        self.send(Ask::post("/operator/pardon", &[("user", email)]))
            .await
            .map(drop)
    }

    async fn send(&self, ask: Ask) -> Result<Answer, OperatorError> {
        let here = Origin::Direct;
        let answer = ask.with_token(&self.token).send(self.target, here).await?;
        if !answer.status.is_success() {
            return Err(OperatorError::Refused(answer.status));
        }
        Ok(answer)
    }
}

/// The shop's default place for it (`data.rs` there).
fn token_left_behind(target: Target) -> Option<String> {
    let name = format!("operator-token-{}", target.socket().port());
    let token =
        std::fs::read_to_string(std::env::temp_dir().join("sqreen-shop").join(name)).ok()?;
    Some(token.trim().to_owned())
}
