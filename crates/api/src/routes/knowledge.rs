//! What is known of a vendor.

mod documents;
mod record;
mod samples;

use utoipa_axum::router::OpenApiRouter;

use crate::router::ApiState;

pub(super) use samples::SampleView;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().merge(documents::routes()).merge(samples::routes()).merge(record::routes())
}
