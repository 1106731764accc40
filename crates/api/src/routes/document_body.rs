//! A document as a caller gives it: its text, or where the text is.

use std::collections::HashSet;

use domain::{Document, DocumentName, GivenDocument};
use engine::Knowledge;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::ApiError;

/// Addresses that come with one job: each is a call before the job goes on.
const ADDRESSES_MAX: usize = 20;

/// A text about the vendor, or its address; one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextOrAddress {
    /// The text.
    content: Option<String>,
    /// Where the text is: it is fetched.
    #[schema(example = "https://developer.vendor.example/api.yaml")]
    url: Option<String>,
}

/// One of the two.
#[derive(Debug)]
pub(crate) enum Given {
    Text(String),
    Address(String),
}

impl TextOrAddress {
    /// What is given; `place` stands before the names of fields in an error.
    ///
    /// # Errors
    /// A 400 unless exactly one of text and address is there.
    pub(crate) fn given(self, place: &str) -> Result<Given, ApiError> {
        match (self.content, self.url) {
            (Some(content), None) => Ok(Given::Text(content)),
            (None, Some(url)) => Ok(Given::Address(url)),
            (None, None) => Err(ApiError::invalid(
                format!("{place}content"),
                "a document needs its text as content, or its address as url",
            )),
            (Some(_), Some(_)) => Err(ApiError::invalid(
                format!("{place}url"),
                "a document has content or url, not both; leave one out",
            )),
        }
    }
}

/// A document that comes with a job: its text, or its address; one of the two.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentBody {
    #[schema(value_type = String, example = "api.md")]
    name: DocumentName,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    /// Where the text is: it is fetched.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// The documents, each with a name of its own and an address that may be called.
///
/// # Errors
/// A 400 that names the document that is none.
pub(crate) fn given(
    bodies: Vec<DocumentBody>,
    knowledge: &Knowledge,
) -> Result<Vec<GivenDocument>, ApiError> {
    let mut taken = HashSet::new();
    let mut documents = Vec::with_capacity(bodies.len());
    let mut addresses = 0;
    for (index, DocumentBody { name, content, url }) in bodies.into_iter().enumerate() {
        let place = format!("documents[{index}].");
        if !taken.insert(name.clone()) {
            return Err(ApiError::invalid(
                format!("{place}name"),
                format!("there is another document named {name}; give each its own name"),
            ));
        }
        documents.push(match (TextOrAddress { content, url }).given(&place)? {
            Given::Text(content) => GivenDocument::Text(Document { name, content }),
            Given::Address(text) => {
                addresses += 1;
                if addresses > ADDRESSES_MAX {
                    return Err(ApiError::invalid(
                        format!("{place}url"),
                        format!(
                            "a job takes at most {ADDRESSES_MAX} documents by address; give the \
                             others as content"
                        ),
                    ));
                }
                let url = knowledge.address(&format!("{place}url"), &text)?;
                GivenDocument::Linked { name, url }
            }
        });
    }
    Ok(documents)
}
