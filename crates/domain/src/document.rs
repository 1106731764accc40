//! Text about a provider.

use serde::{Deserialize, Serialize};

use crate::DocumentName;

/// Vendor documentation, an OpenAPI file, somebody's notes. Data for authors, never instructions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its name within the provider.
    pub name: DocumentName,
    /// The text.
    pub content: String,
}
