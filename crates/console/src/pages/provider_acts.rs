//! What can be done on a provider's page: a connection is tried, and what is done about drift is set.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::{ConnectionSlug, Owner, RepairPolicy, Scope};
use http::StatusCode;

use api::ApiError;

use super::provider::{page, provider_of};
use crate::error::PageError;
use crate::form::Sent;
use crate::state::ConsoleState;

pub(crate) fn routes() -> Router<ConsoleState> {
    Router::new()
        .route("/providers/{provider}/policy", post(set_policy))
        .route("/providers/{provider}/connections/{slug}/test", post(test))
}

async fn set_policy(
    State(state): State<ConsoleState>,
    Path(provider): Path<String>,
    Sent { viewer, fields }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::ScriptsReview)?;
    let provider = provider_of(&provider)?;
    let repair: RepairPolicy =
        fields.text("repair").parse().map_err(|error: domain::UnknownRepairPolicy| {
            ApiError::invalid("repair", error.to_string())
        })?;
    state.services.drifts.put_policy(&viewer.actor(), &provider, repair).await?;
    Ok(Redirect::to(&format!("/providers/{provider}#drift")).into_response())
}

/// Tries a connection of the viewer's. What the vendor says stands on the page afterwards.
async fn test(
    State(state): State<ConsoleState>,
    Path((provider, slug)): Path<(String, String)>,
    Sent { viewer, .. }: Sent,
) -> Result<Response, PageError> {
    viewer.must(Scope::AdaptersRun)?;
    let provider = provider_of(&provider)?;
    let slug: ConnectionSlug = slug
        .parse()
        .map_err(|error| ApiError::not_found(format!("there is no such connection: {error}")))?;
    let owner = Owner::named(viewer.key.name.clone());
    let tested = state.services.adapters.test(&owner, &slug).await.map_err(ApiError::from);
    match tested {
        Ok(_) => Ok(Redirect::to(&format!("/providers/{provider}#connections")).into_response()),
        // What is missing can be seen on the page.
        Err(error) if error.status() == StatusCode::CONFLICT => {
            let problem = error.message().to_owned();
            Ok((error.status(), page(&viewer, &state, &provider, problem).await?).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
