//! What a document holds, whatever its format.

use std::sync::Arc;

use domain::Document;

use crate::format::{self, Format};
use crate::section::Section;
use crate::{ApiDescription, api_sections, html, markdown, openapi, postman};

/// Larger descriptions of APIs exist nowhere; what comes after so many bytes is not read.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// A document, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Content {
    /// What kind of text it is.
    pub format: Format,
    /// Its parts.
    pub sections: Vec<Section>,
    /// What it says of the vendor's API, where it is an OpenAPI file, a Swagger file or a Postman
    /// collection.
    pub description: Option<ApiDescription>,
}

/// Reads a document. A text that is not what it claims to be is read as prose.
#[must_use]
pub fn read(document: &Document) -> Content {
    let text = start_of(document.content.trim_start_matches('\u{feff}'));
    let name = &document.name;
    let (format, value) = format::detect(name.as_str(), text);
    let description = match (format, value) {
        (Format::OpenApi | Format::Swagger, Some(value)) => {
            Some(openapi::description(name, Arc::new(value)))
        }
        (Format::Postman, Some(value)) => Some(postman::description(name, &value)),
        _ => None,
    };
    let sections = match &description {
        Some(description) => api_sections::sections(description),
        None => match format {
            Format::Html => html::sections(name, text),
            Format::Markdown => markdown::sections(name, text),
            _ => markdown::plain(name, text),
        },
    };
    Content { format, sections, description }
}

fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or(text)
}
