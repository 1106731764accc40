//! A reviewer's decision on a script.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::{Reason, ReviewAction, Scope, Script, ScriptId};
use engine::Activation;
use http::StatusCode;

use api::ApiError;

use super::script::{Besides, Said, page, script_of};
use crate::error::PageError;
use crate::form::{Fields, Sent};
use crate::state::ConsoleState;
use crate::viewer::Viewer;

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
    let decided = decide(&viewer, &state, id, &fields).await;
    match decided {
        // Of a roll back, the script that is in use again.
        Ok(script) => {
            let (id, status) = (script.id, script.status);
            Ok(Redirect::to(&format!("/scripts/{id}?now={status}")).into_response())
        }
        Err(error) => refusal(&viewer, &state, id, &fields, error).await,
    }
}

async fn decide(
    viewer: &Viewer,
    state: &ConsoleState,
    id: ScriptId,
    fields: &Fields,
) -> Result<Script, ApiError> {
    let wanted = fields.text("action");
    let action = ReviewAction::ALL.into_iter().find(|action| action.as_str() == wanted);
    let action = action.ok_or_else(|| {
        ApiError::invalid(
            "action",
            "a script can be activated, rolled back, deprecated or archived",
        )
    })?;
    let reason = match fields.text("reason") {
        "" => None,
        text => Some(
            text.parse::<Reason>()
                .map_err(|error| ApiError::invalid("reason", error.to_string()))?,
        ),
    };
    let force = fields.is_checked("force");
    let (scripts, by) = (&state.services.scripts, viewer.actor());
    let decided = match action {
        ReviewAction::Activate => scripts.activate(&by, id, Activation { reason, force }).await,
        ReviewAction::RollBack => {
            let reason = reason
                .ok_or_else(|| ApiError::invalid("reason", "say why the script is rolled back"))?;
            scripts.roll_back(&by, id, reason, force).await
        }
        ReviewAction::Deprecate => scripts.deprecate(&by, id, reason.as_ref()).await,
        ReviewAction::Archive => scripts.archive(&by, id, reason.as_ref()).await,
    };
    Ok(decided?)
}

/// A refusal that the page can show where the form was; others have a page of their own.
async fn refusal(
    viewer: &Viewer,
    state: &ConsoleState,
    id: ScriptId,
    fields: &Fields,
    error: ApiError,
) -> Result<Response, PageError> {
    let status = error.status();
    let is_shown_here = matches!(
        status,
        StatusCode::BAD_REQUEST
            | StatusCode::FORBIDDEN
            | StatusCode::CONFLICT
            | StatusCode::UNPROCESSABLE_ENTITY
    );
    if !is_shown_here {
        return Err(error.into());
    }
    let besides = Besides {
        said: Said::from(&error),
        reason: fields.text("reason").to_owned(),
        must_be_forced: status == StatusCode::UNPROCESSABLE_ENTITY || fields.is_checked("force"),
        ..Besides::default()
    };
    Ok((status, page(viewer, state, id, besides).await?).into_response())
}
