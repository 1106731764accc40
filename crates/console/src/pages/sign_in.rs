//! Signing in and out.

use askama::Template;
use axum::Router;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::SessionToken;
use engine::EngineError;
use http::StatusCode;
use rand::distr::{Alphanumeric, SampleString as _};
use serde::Deserialize;

use api::ApiError;

use crate::cookies::{Held, Theme, handed};
use crate::error::PageError;
use crate::form::{Fields, Sent, is_own};
use crate::guard;
use crate::layout::{Bare, html};
use crate::state::ConsoleState;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/sign-in", get(show).post(sign_in)).route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    layout: Bare,
    form_token: String,
    then: String,
    problem: String,
}

#[derive(Debug, Deserialize)]
struct Wanted {
    #[serde(default)]
    then: String,
}

/// Where somebody goes after they signed in: a page of ours, and no address that a link smuggled in.
fn own_page(then: &str) -> &str {
    let is_own = then.starts_with('/')
        && !then.starts_with("//")
        && !then.contains(['\\', '\r', '\n', '\t'])
        && then.bytes().all(|byte| byte.is_ascii_graphic());
    if is_own { then } else { "/" }
}

async fn show(
    headers: http::HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    page(&headers, own_page(&wanted.then), String::new(), StatusCode::OK)
}

fn page(
    headers: &http::HeaderMap,
    then: &str,
    problem: String,
    status: StatusCode,
) -> Result<Response, PageError> {
    let visit = match Held::Visit.read(headers) {
        Some(visit) => visit,
        None => new_visit()?,
    };
    let page = SignInPage {
        layout: Bare::new(Theme::read(headers)),
        form_token: visit.form_token(),
        then: then.to_owned(),
        problem,
    };
    let cookie = Held::Visit.cookie(headers, &visit, Held::visit_length());
    Ok((status, handed([cookie]), html(&page)?).into_response())
}

fn new_visit() -> Result<SessionToken, PageError> {
    let text = Alphanumeric.sample_string(&mut rand::rng(), SessionToken::LENGTH);
    text.parse().map_err(|_| ApiError::internal().into())
}

async fn sign_in(
    State(state): State<ConsoleState>,
    request: Request,
) -> Result<Response, PageError> {
    let (parts, body) = request.into_parts();
    guard::refuse_other_sites(&parts)?;
    let headers = parts.headers.clone();
    let fields = Fields::read(Request::from_parts(parts, body), &state).await?;
    let then = own_page(fields.text("then"));
    if !is_own(&fields, Held::Visit.read(&headers).as_ref()) {
        let problem = "This form was open for too long, or cookies are off. Please try again.";
        return page(&headers, then, problem.to_owned(), StatusCode::FORBIDDEN);
    }
    let presented = fields.text("key");
    if let Err(error) = state.sign_ins.check(presented) {
        return page(&headers, then, error.message().to_owned(), error.status());
    }
    match state.desk.sessions.begin(presented).await {
        Ok((token, _)) => {
            let length = state.desk.sessions.length();
            let cookies =
                [Held::Session.cookie(&headers, &token, length), Held::Visit.forget(&headers)];
            Ok((handed(cookies), Redirect::to(then)).into_response())
        }
        Err(EngineError::Unauthenticated) => {
            let problem = "This API key is not valid. It looks like afk_…, and `adapter-forge keys \
                           create` makes one.";
            page(&headers, then, problem.to_owned(), StatusCode::UNAUTHORIZED)
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_out(
    State(state): State<ConsoleState>,
    headers: http::HeaderMap,
    Sent { viewer, .. }: Sent,
) -> Result<Response, PageError> {
    state.desk.sessions.end(&viewer.token).await?;
    let cookie = Held::Session.forget(&headers);
    Ok((handed([cookie]), Redirect::to("/sign-in")).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_signing_in_nobody_is_sent_elsewhere() {
        for own in ["/", "/jobs/7", "/scripts?status=active&provider=a"] {
            assert_eq!(own_page(own), own);
        }
        for other in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:1",
            "/a\r\nb",
        ] {
            assert_eq!(own_page(other), "/", "{other:?}");
        }
    }
}
