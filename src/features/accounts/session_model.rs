//! What sessions look like in the API.

use serde::Serialize;
use utoipa::ToSchema;

use super::session_store::OpenSession;
use crate::{clock::Moment, ids::SessionId};

/// A login that still lasts. Neither its address nor its browser is kept: who knows the own logins knows them by their times.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "01930b2e-7c1a-7d7e-8a50-3c9b6f1f2a10", "created_at": "2026-03-02T02:00:00Z", "last_used_at": "2026-03-02T03:45:00Z", "idle_until": "2026-03-02T11:45:00Z", "expires_at": "2026-03-03T02:00:00Z", "current": true}))]
pub struct SessionView {
    /// The id.
    pub id: SessionId,
    /// When somebody logged in.
    pub created_at: Moment,
    /// When it was refreshed last, which a session in use is every quarter of an hour.
    pub last_used_at: Moment,
    /// When it ends unless it is refreshed.
    pub idle_until: Moment,
    /// When it ends, whatever happens.
    pub expires_at: Moment,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl SessionView {
    /// A session as the holder of another one, or of itself, sees it.
    pub fn of(
        (id, created_at, last_used_at, idle_until, expires_at): OpenSession,
        asking: &SessionId,
    ) -> Self {
        Self {
            current: id == *asking,
            id,
            created_at,
            last_used_at,
            idle_until,
            expires_at,
        }
    }
}
