//! Documents of invented vendors, for the tests.

use domain::Document;

pub(crate) fn document(name: &str, content: &str) -> Document {
    Document { name: name.parse().unwrap(), content: content.to_owned() }
}

/// OpenAPI 3.1, YAML.
pub(crate) const KASSANDRA: &str = include_str!("testing/kassandra.yaml");
/// Swagger 2, JSON.
pub(crate) const BONWERK: &str = include_str!("testing/bonwerk.json");
/// Postman 2.1.
pub(crate) const TILLIUM: &str = include_str!("testing/tillium.postman.json");
