//! Style, script and icon: in the binary, and kept by browsers until they change.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest, Sha256};

use api::ApiError;

use crate::error::PageError;
use crate::state::ConsoleState;

const STYLE: &str = include_str!("../assets/console.css");
const SCRIPT: &str = include_str!("../assets/console.js");
const ICON: &str = include_str!("../assets/icon.svg");

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut digest = Sha256::new();
    for file in [STYLE, SCRIPT, ICON] {
        digest.update(file);
    }
    hex::encode(digest.finalize()).chars().take(12).collect()
});

/// What changes with any of the files: a part of their addresses.
pub(crate) fn version() -> &'static str {
    &VERSION
}

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/assets/{version}/{file}", get(file))
}

async fn file(Path((asked, file)): Path<(String, String)>) -> Result<Response, PageError> {
    let (media_type, text) = match file.as_str() {
        "console.css" => ("text/css; charset=utf-8", STYLE),
        "console.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return Err(ApiError::not_found("there is no such file").into()),
    };
    // Another version is one of another server during an upgrade: not to be kept.
    let keep = if asked == version() { "public, max-age=31536000, immutable" } else { "no-cache" };
    Ok(([(CONTENT_TYPE, media_type), (CACHE_CONTROL, keep)], text).into_response())
}
