//! Text about a vendor.

use axum::extract::{FromRequest, Request, State};
use domain::{Document, DocumentName, ProviderSlug};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, MediaType, Path, Read, Write, read_text};
use crate::reply::{Nothing, Reply};
use crate::router::ApiState;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, get, delete))
}

/// Which vendor.
#[derive(Debug, Deserialize)]
struct OfProvider {
    provider: ProviderSlug,
}

/// Which document.
#[derive(Debug, Deserialize)]
struct OneDocument {
    provider: ProviderSlug,
    name: DocumentName,
}

/// A document in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentSummary {
    name: String,
    /// Bytes of the text.
    size: usize,
}

/// The documents of a vendor.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentList {
    documents: Vec<DocumentSummary>,
}

/// List a vendor's documents by name
#[utoipa::path(
    get,
    path = "/api/v1/knowledge/{provider}/documents",
    operation_id = "list-documents",
    tag = "knowledge",
    params(("provider" = String, Path, description = "The vendor")),
    responses((status = 200, description = "The documents", body = Reply<DocumentList>))
)]
async fn list(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Path(OfProvider { provider }): Path<OfProvider>,
) -> Result<Reply<DocumentList>, ApiError> {
    let documents = state.services.knowledge.documents(&provider).await?;
    let summary = |document: &Document| DocumentSummary {
        name: document.name.to_string(),
        size: document.content.len(),
    };
    let documents: Vec<DocumentSummary> = documents.iter().map(summary).collect();
    Ok(Reply::new(format!("documents of {provider}"), DocumentList { documents }))
}

/// A document's text: plain, or as JSON.
pub(crate) struct Text(String);

/// A document's text as JSON.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextBody {
    content: String,
}

impl FromRequest<ApiState> for Text {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        match MediaType::of(request.headers(), &[MediaType::Text, MediaType::Json])? {
            MediaType::Text => Ok(Self(read_text(request, state, "content").await?)),
            MediaType::Json => {
                let Json(body) = Json::<TextBody>::from_request(request, state).await?;
                Ok(Self(body.content))
            }
        }
    }
}

/// Add or replace a document
#[utoipa::path(
    put,
    path = "/api/v1/knowledge/{provider}/documents/{name}",
    operation_id = "put-document",
    tag = "knowledge",
    params(
        ("provider" = String, Path, description = "The vendor"),
        ("name" = String, Path, description = "The document's name, such as api.md"),
    ),
    request_body(content(
        (String = "text/plain"), (String = "text/markdown"), (TextBody = "application/json"),
    )),
    responses((status = 200, description = "It is kept", body = Reply<Nothing>))
)]
async fn put(
    _: Caller<Write>,
    State(state): State<ApiState>,
    Path(OneDocument { provider, name }): Path<OneDocument>,
    Text(content): Text,
) -> Result<Reply<Nothing>, ApiError> {
    let message = format!("document {name} of {provider} is kept");
    state.services.knowledge.put_document(&provider, Document { name, content }).await?;
    Ok(Reply::done(message))
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentFound {
    document: DocumentView,
}

/// A document with its text.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentView {
    name: String,
    /// Bytes of the text.
    size: usize,
    content: String,
}

/// Get a document
#[utoipa::path(
    get,
    path = "/api/v1/knowledge/{provider}/documents/{name}",
    operation_id = "get-document",
    tag = "knowledge",
    params(
        ("provider" = String, Path, description = "The vendor"),
        ("name" = String, Path, description = "The document's name"),
    ),
    responses(
        (status = 200, description = "The document", body = Reply<DocumentFound>),
        (status = 404, description = "There is no such document", body = ErrorBody),
    )
)]
async fn get(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Path(OneDocument { provider, name }): Path<OneDocument>,
) -> Result<Reply<DocumentFound>, ApiError> {
    let Document { name, content } = state.services.knowledge.document(&provider, &name).await?;
    let message = format!("document {name} of {provider}");
    let document = DocumentView { name: name.into(), size: content.len(), content };
    Ok(Reply::new(message, DocumentFound { document }))
}

/// Remove a document
#[utoipa::path(
    delete,
    path = "/api/v1/knowledge/{provider}/documents/{name}",
    operation_id = "delete-document",
    tag = "knowledge",
    params(
        ("provider" = String, Path, description = "The vendor"),
        ("name" = String, Path, description = "The document's name"),
    ),
    responses(
        (status = 200, description = "It is removed", body = Reply<Nothing>),
        (status = 404, description = "There is no such document", body = ErrorBody),
    )
)]
async fn delete(
    _: Caller<Write>,
    State(state): State<ApiState>,
    Path(OneDocument { provider, name }): Path<OneDocument>,
) -> Result<Reply<Nothing>, ApiError> {
    state.services.knowledge.delete_document(&provider, &name).await?;
    Ok(Reply::done(format!("document {name} of {provider} is removed")))
}
