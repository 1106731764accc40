//! A reviewer's decision on a script.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::{Actor, Reason, ReviewAction, Scope};
use engine::Activation;
use http::StatusCode;

use api::ApiError;

use super::script::{Besides, Said, page, script_of};
use crate::error::PageError;
use crate::form::Sent;
use crate::state::ConsoleState;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new().route("/scripts/{id}/review", post(review))
}

async fn review(
    State(state): State<ConsoleState>,
    Path(id): Path<String>,
    Sent { viewer, fields }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::ScriptsReview)?;
    let id = script_of(&id)?;
    let wanted = fields.text("action");
    let action = ReviewAction::ALL.into_iter().find(|action| action.as_str() == wanted);
    let action = action.ok_or_else(|| {
        ApiError::invalid(
            "action",
            "a script can be activated, deprecated, archived or rolled back",
        )
    })?;
    let by = Actor::from(&viewer.key);
    let reason = match fields.text("reason").trim() {
        "" => None,
        text => Some(
            text.parse::<Reason>()
                .map_err(|error| ApiError::invalid("reason", error.to_string()))?,
        ),
    };
    let force = fields.text("force") == "yes";
    let scripts = &state.services.scripts;
    let decided = match (action, reason) {
        (ReviewAction::Activate, reason) => {
            scripts.activate(&by, id, Activation { reason, force }).await
        }
        (ReviewAction::Deprecate, reason) => scripts.deprecate(&by, id, reason.as_ref()).await,
        (ReviewAction::Archive, reason) => scripts.archive(&by, id, reason.as_ref()).await,
        (ReviewAction::RollBack, Some(reason)) => scripts.roll_back(&by, id, reason, force).await,
        (ReviewAction::RollBack, None) => {
            return Err(ApiError::invalid("reason", "say why it is rolled back").into());
        }
    };
    match decided {
        Ok(script) => {
            Ok(Redirect::to(&format!("/scripts/{id}?now={}", script.status)).into_response())
        }
        Err(error) => {
            let error = ApiError::from(error);
            if !matches!(error.status(), StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY) {
                return Err(error.into());
            }
            let besides = Besides { said: Said::from(&error), ..Besides::default() };
            Ok((error.status(), page(&viewer, &state, id, besides).await?).into_response())
        }
    }
}
