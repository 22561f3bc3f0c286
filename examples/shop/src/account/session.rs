//! Sessions: how the shop recognises who is logged in from one request to the next.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration as CookieDuration;
use tower_sessions::{Expiry, MemoryStore, Session, SessionManagerLayer, session::Error};

use super::User;
use crate::shop::{Shop, ShopError};

pub(crate) const COOKIE: &str = "shop_session";
pub(crate) const IDLE_MINUTES: i64 = 120;

const USER_ID: &str = "user_id";
const SINCE: &str = "since";

/// The cookie is out of scripts' reach, and `SameSite=Lax`: another site's form that
/// posts to the shop comes without it, hence as nobody. As every change here is made
/// by a POST, that is the whole protection against forged requests that it needs.
pub(crate) fn layer() -> SessionManagerLayer<MemoryStore> {
    SessionManagerLayer::new(MemoryStore::default())
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        // The example speaks plain HTTP on the loopback. On the internet: `true`.
        .with_secure(false)
        .with_expiry(Expiry::OnInactivity(CookieDuration::minutes(IDLE_MINUTES)))
}

/// Who this session belongs to. Every page asks, through the `Visitor` extractor.
#[sqreen::identify]
pub(crate) async fn current_user(
    shop: &Shop,
    session: &Session,
) -> Result<Option<User>, ShopError> {
    let Some(id) = session.get::<i64>(USER_ID).await? else {
        return Ok(None);
    };
    Ok(shop.database.user(id).await?)
}

/// Logs the user in. The session gets a new id, so that one that somebody planted in
/// the browser before is worth nothing after.
pub(crate) async fn begin(session: &Session, user: &User) -> Result<(), Error> {
    session.cycle_id().await?;
    session.insert(USER_ID, user.id).await?;
    session.insert(SINCE, unix_seconds()).await
}

pub(crate) async fn end(session: &Session) -> Result<(), Error> {
    session.flush().await
}

/// For how long the user has been logged in.
pub(crate) async fn since(session: &Session) -> Result<Duration, Error> {
    let began = session
        .get::<u64>(SINCE)
        .await?
        .unwrap_or_else(unix_seconds);
    Ok(Duration::from_secs(unix_seconds().saturating_sub(began)))
}

fn unix_seconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
