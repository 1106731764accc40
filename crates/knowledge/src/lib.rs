//! What is read out of a vendor's documents: sections that can be searched, and what an OpenAPI
//! file, a Swagger file or a Postman collection says of the vendor's API.
//!
//! A document comes from outside. It is data: read within bounds of size and depth, never followed
//! to another address, and never a reason to panic. What it leaves open stays open: no value is
//! made up here.
#![forbid(unsafe_code)]

mod api_sections;
mod content;
pub mod data;
mod description;
mod disagreement;
mod documented;
mod fit;
mod format;
mod html;
mod index;
mod library;
mod markdown;
mod openapi;
mod overview;
mod pagination;
mod postman;
mod query;
mod schema;
mod section;
mod words;

pub use content::{Content, read};
pub use description::{
    ApiDescription, AuthScheme, Body, Example, ExampleOrigin, Operation, OperationKind, Parameter,
    Place,
};
pub use disagreement::disagreements;
pub use documented::{DocumentedSample, samples_from_descriptions};
pub use format::Format;
pub use index::Index;
pub use library::{Indexes, Library};
pub use overview::overview;
pub use pagination::Pagination;
pub use query::Query;
pub use section::Section;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
