//! What people see when a page cannot be shown. What an error means, and its status, is `api`'s.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{ACCEPT, RETRY_AFTER};
use http::request::Parts;
use http::{Method, StatusCode};
use url::form_urlencoded::byte_serialize;

use api::ApiError;
use engine::EngineError;

use crate::cookies::Theme;
use crate::layout::{self, html};

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Nobody is signed in. Afterwards they come back to the page that they wanted.
    SignIn { then: String },
    /// Something else.
    Failed(ApiError),
}

impl PageError {
    /// The way to the sign-in, and back to a page that was to be read. Who listens to events, which
    /// every `EventSource` says, can read no page there and is refused.
    pub(crate) fn sign_in(parts: &Parts) -> Self {
        if parts.headers.get(ACCEPT).is_some_and(|accept| accept == "text/event-stream") {
            return EngineError::Unauthenticated.into();
        }
        let wanted = parts.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
        Self::SignIn {
            then: if parts.method == Method::GET { wanted.to_owned() } else { "/".to_owned() },
        }
    }
}

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

impl From<EngineError> for PageError {
    fn from(error: EngineError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        tracing::error!(%error, "a page cannot be rendered");
        Self::Failed(ApiError::internal())
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    layout: layout::Bare,
    status: u16,
    heading: &'a str,
    message: &'a str,
    details: &'a str,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let error = match self {
            Self::SignIn { then } => {
                let then: String = byte_serialize(then.as_bytes()).collect();
                return Redirect::to(&format!("/sign-in?then={then}")).into_response();
            }
            Self::Failed(error) => error,
        };
        let status = error.status();
        let page = ErrorPage {
            layout: layout::Bare::new(Theme::System),
            status: status.as_u16(),
            heading: heading(status),
            message: error.message(),
            details: error.details(),
        };
        let mut response = match html(&page) {
            Ok(page) => (status, page).into_response(),
            // It was logged where it was made.
            Err(_) => status.into_response(),
        };
        response.headers_mut().extend(error.retry_after().map(|wait| (RETRY_AFTER, wait.into())));
        response
    }
}

const fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "There is no such page",
        StatusCode::FORBIDDEN => "Not with this key",
        StatusCode::CONFLICT => "Not as things stand",
        StatusCode::TOO_MANY_REQUESTS => "A moment, please",
        StatusCode::SERVICE_UNAVAILABLE => "Not at the moment",
        StatusCode::INTERNAL_SERVER_ERROR => "Something went wrong",
        _ => "That did not work",
    }
}
