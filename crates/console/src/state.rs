//! The router of the console and what its pages work with.

use std::num::NonZeroU32;
use std::sync::Arc;

use api::{ApiSettings, KeyLimiter, Services};
use axum::Router;
use axum::middleware::map_response;
use engine::{Evidence, Overview, Sessions};

use crate::sign_in_limit::SignInLimit;
use crate::{assets, guard, pages};

/// The use cases that only the console offers.
#[derive(Clone)]
pub struct Desk {
    /// Of those who are signed in.
    pub sessions: Arc<Sessions>,
    /// Of everything at a glance.
    pub overview: Arc<Overview>,
    /// Of reviews.
    pub evidence: Arc<Evidence>,
}

/// Bounds of the console.
#[derive(Debug, Clone, Copy)]
pub struct ConsoleSettings {
    /// Those of one request, which are the API's.
    pub api: ApiSettings,
    /// Tries to sign in with one key in a minute.
    pub sign_ins_per_minute: NonZeroU32,
}

/// What every page can reach.
#[derive(Clone)]
pub(crate) struct ConsoleState {
    pub(crate) services: Services,
    pub(crate) desk: Desk,
    pub(crate) settings: ConsoleSettings,
    pub(crate) sign_ins: Arc<SignInLimit>,
    pub(crate) key_limiter: Option<Arc<KeyLimiter>>,
}

/// The console, to be served beside the API.
pub fn router(services: Services, desk: Desk, settings: ConsoleSettings) -> Router {
    let state = ConsoleState {
        services,
        desk,
        settings,
        sign_ins: Arc::new(SignInLimit::per_minute(settings.sign_ins_per_minute)),
        key_limiter: settings.api.key_limit.map(|limit| Arc::new(KeyLimiter::new(limit))),
    };
    Router::new()
        .merge(pages::routes())
        .merge(assets::routes())
        .layer(map_response(guard::harden))
        .with_state(state)
}
