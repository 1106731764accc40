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

/// What a caller gives with a job: a text, or where it is. Kept as `{name, content}` or `{name, url}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GivenDocument {
    /// The text itself.
    Text(Document),
    /// Its address; the text is fetched whenever the job is gathered.
    Linked {
        /// Its name within the job.
        name: DocumentName,
        /// Where its text is.
        #[serde(with = "address")]
        url: Url,
    },
}

/// An address as its text, in the same form as elsewhere in what is stored.
mod address {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};
    use url::Url;

    pub(super) fn serialize<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(url.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Url, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error| D::Error::custom(format!("{text:?} is no address: {error}")))
    }
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
    /// When the server said that the text changed last, in its own words; empty when it said nothing.
    pub last_modified: String,
    /// When the text was last known to be fresh; none before the first fetch.
    pub fetched_at: Option<Timestamp>,
    /// Why the last try failed; empty when it did not.
    pub error: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn a_given_document_is_kept_as_its_text_or_its_address() {
        for kept in [
            json!({"name": "api.md", "content": "# API"}),
            json!({"name": "api.md", "url": "https://docs.till.example/api"}),
        ] {
            let given: GivenDocument = from_value(kept.clone()).unwrap();
            assert_eq!(matches!(given, GivenDocument::Text(_)), kept.get("content").is_some());
            assert_eq!(to_value(&given).unwrap(), kept);
        }
        assert!(from_value::<GivenDocument>(json!({"name": "api.md", "url": "docs"})).is_err());
    }
}
