//! Text about a vendor.

use axum::extract::{FromRequest, Request, State};
use domain::{Document, DocumentName, FetchState, ProviderSlug};
use engine::KnownDocument;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody};
use crate::extract::{Caller, Json, MediaType, Path, Read, Write, read_text};
use crate::reply::{Nothing, Reply};
use crate::router::ApiState;
use crate::routes::document_body::{Given, TextOrAddress};
use crate::routes::views::rfc3339;
use crate::schemas;

pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put, get, delete))
}

/// Which vendor.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OfProvider {
    #[param(schema_with = schemas::provider)]
    provider: ProviderSlug,
}

/// Which document.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OneDocument {
    #[param(schema_with = schemas::provider)]
    provider: ProviderSlug,
    #[param(schema_with = schemas::file_name)]
    name: DocumentName,
}

/// A document in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentSummary {
    name: String,
    /// Bytes of the text.
    size: usize,
    /// Where the text is fetched from; empty for one that was uploaded.
    url: String,
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
    params(OfProvider),
    responses((status = 200, description = "The documents", body = Reply<DocumentList>))
)]
async fn list(
    _: Caller<Read>,
    State(state): State<ApiState>,
    Path(OfProvider { provider }): Path<OfProvider>,
) -> Result<Reply<DocumentList>, ApiError> {
    let documents = state.services.knowledge.documents(&provider).await?;
    let summary = |document: KnownDocument| DocumentSummary {
        name: document.name.into(),
        size: document.content.len(),
        url: document.link.map(|link| link.url.into()).unwrap_or_default(),
    };
    let documents: Vec<DocumentSummary> = documents.into_iter().map(summary).collect();
    Ok(Reply::new(format!("documents of {provider}"), DocumentList { documents }))
}

/// A document as a body gives it: plain text, or JSON with the text or its address.
pub(crate) struct Body(Given);

impl FromRequest<ApiState> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        match MediaType::of(request.headers(), &[MediaType::Text, MediaType::Json])? {
            MediaType::Text => Ok(Self(Given::Text(read_text(request, state, "content").await?))),
            MediaType::Json => {
                let Json(body) = Json::<TextOrAddress>::from_request(request, state).await?;
                Ok(Self(body.given("")?))
            }
        }
    }
}

/// Add or replace a document
///
/// By its text, or by its address: then the text is fetched when the next job of the vendor is worked
/// on, and again when it is no longer fresh. A file that is JSON itself, such as an OpenAPI description
/// or a Postman collection, is sent as `text/plain`, or within `content`.
#[utoipa::path(
    put,
    path = "/api/v1/knowledge/{provider}/documents/{name}",
    operation_id = "put-document",
    tag = "knowledge",
    params(OneDocument),
    request_body(content(
        (String = "text/plain"), (String = "text/markdown"), (String = "text/html"),
        (String = "application/yaml"), (TextOrAddress = "application/json"),
    )),
    responses((status = 200, description = "It is kept", body = Reply<Nothing>))
)]
async fn put(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    Path(OneDocument { provider, name }): Path<OneDocument>,
    Body(given): Body,
) -> Result<Reply<Nothing>, ApiError> {
    let (by, knowledge) = (&caller.actor(), &state.services.knowledge);
    let message = match given {
        Given::Text(content) => {
            let message = format!("document {name} of {provider} is kept");
            knowledge.put_document(by, &provider, Document { name, content }).await?;
            message
        }
        Given::Address(url) => {
            let url = knowledge.address("url", &url)?;
            let message = format!("document {name} of {provider} will be fetched");
            knowledge.put_link(by, &provider, name, url).await?;
            message
        }
    };
    Ok(Reply::done(message))
}

/// A document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentFound {
    document: DocumentView,
}

/// A document with its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentView {
    name: String,
    /// Bytes of the text.
    size: usize,
    /// The text; empty for one that was not fetched yet.
    content: String,
    /// Where the text is fetched from; empty for one that was uploaded.
    url: String,
    /// When the text was last known to be fresh, in RFC 3339; empty where it is to be fetched.
    fetched_at: String,
    /// What the server said stands for the text; empty when it said nothing.
    etag: String,
    /// When the server said that the text changed last, in its own words; empty when it said nothing.
    last_modified: String,
    /// Why the last fetch failed; empty when it did not.
    fetch_error: String,
}

impl From<KnownDocument> for DocumentView {
    fn from(document: KnownDocument) -> Self {
        let KnownDocument { name, content, link } = document;
        let (url, state) = match link {
            Some(link) => (link.url.into(), link.state),
            None => (String::new(), FetchState::default()),
        };
        Self {
            name: name.into(),
            size: content.len(),
            content,
            url,
            fetched_at: state.fetched_at.map(rfc3339).unwrap_or_default(),
            etag: state.etag,
            last_modified: state.last_modified,
            fetch_error: state.error,
        }
    }
}

/// Get a document
#[utoipa::path(
    get,
    path = "/api/v1/knowledge/{provider}/documents/{name}",
    operation_id = "get-document",
    tag = "knowledge",
    params(OneDocument),
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
    let known = state.services.knowledge.document(&provider, &name).await?;
    let message = format!("document {name} of {provider}");
    Ok(Reply::new(message, DocumentFound { document: known.into() }))
}

/// Remove a document
#[utoipa::path(
    delete,
    path = "/api/v1/knowledge/{provider}/documents/{name}",
    operation_id = "delete-document",
    tag = "knowledge",
    params(OneDocument),
    responses(
        (status = 200, description = "It is removed", body = Reply<Nothing>),
        (status = 404, description = "There is no such document", body = ErrorBody),
    )
)]
async fn delete(
    caller: Caller<Write>,
    State(state): State<ApiState>,
    Path(OneDocument { provider, name }): Path<OneDocument>,
) -> Result<Reply<Nothing>, ApiError> {
    state.services.knowledge.delete_document(&caller.actor(), &provider, &name).await?;
    Ok(Reply::done(format!("document {name} of {provider} is removed")))
}
