//! Text about a provider.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::{DocumentName, Timestamp};

/// Vendor documentation, an OpenAPI file, somebody's notes. Data for authors, never instructions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name within the provider.
    pub name: DocumentName,
    /// The text.
    pub content: String,
}

/// A document that is known by its address. Its text is fetched when it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    /// The document's name within the provider.
    pub name: DocumentName,
    /// Where its text is.
    pub url: Url,
    /// What is known of its last fetch.
    pub state: FetchState,
}

/// What is known of the last fetch of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchState {
    /// What the server said stands for the text that is kept; empty when it said nothing.
    pub etag: String,
    /// When the text was last known to be fresh; none before the first fetch.
    pub fetched_at: Option<Timestamp>,
    /// Why the last try failed; empty when it did not.
    pub error: String,
}
