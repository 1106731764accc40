//! Keeping samples and documents.

use client::{ClientError, escaped};
use domain::{DocumentName, ProviderSlug, SampleName, Topic};
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::fields;
use crate::forge::Forge;
use crate::said::Said;

/// A sample to keep.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddSample {
    /// The vendor: lower-case letters, digits and dashes, such as "square" or "my-till".
    #[schemars(schema_with = "super::provider")]
    provider: ProviderSlug,
    /// What the adapter does.
    #[schemars(schema_with = "super::topic")]
    topic: Topic,
    /// A name among the samples, like a file's, such as "menu.json".
    #[schemars(with = "String")]
    name: SampleName,
    /// The payload as the vendor sends it, whole.
    #[serde(default)]
    #[schemars(schema_with = "super::any_json")]
    payload: Option<Value>,
    /// Recorded calls and their answers, where the adapter has to call the vendor.
    #[serde(default)]
    #[schemars(schema_with = "super::exchanges")]
    http: Vec<Value>,
    /// The exact output that is wanted, where somebody who knows has said so.
    #[serde(default)]
    #[schemars(schema_with = "super::any_json")]
    expected: Option<Value>,
}

/// A document to keep.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddDocument {
    /// The vendor: lower-case letters, digits and dashes, such as "square" or "my-till".
    #[schemars(schema_with = "super::provider")]
    provider: ProviderSlug,
    /// A name among the documents, like a file's, such as "api.md".
    #[schemars(with = "String")]
    name: DocumentName,
    /// The text; leave it out where you give a url.
    #[serde(default)]
    content: Option<String>,
    /// Where the text is published; leave it out where you give content.
    #[serde(default)]
    url: Option<String>,
}

pub(crate) async fn add_sample(forge: &dyn Forge, what: AddSample) -> Result<Said, ClientError> {
    let AddSample { provider, topic, name, payload, http, expected } = what;
    let path = format!("/api/v1/knowledge/{provider}/{topic}/samples/{}", escaped(name.as_str()));
    let http = (!http.is_empty()).then_some(Value::Array(http));
    let body = fields([("payload", payload), ("http", http), ("expected", expected)]);
    forge.call(Method::PUT, &path, Some(body)).await?;
    Ok(Said::new(format!(
        "Sample {name} of {provider} {topic} is kept. Add further ones that differ from it, or call generate."
    )))
}

pub(crate) async fn add_document(
    forge: &dyn Forge,
    what: AddDocument,
) -> Result<Said, ClientError> {
    let AddDocument { provider, name, content, url } = what;
    let path = format!("/api/v1/knowledge/{provider}/documents/{}", escaped(name.as_str()));
    let body =
        fields([("content", content.map(|text| json!(text))), ("url", url.map(|url| json!(url)))]);
    forge.call(Method::PUT, &path, Some(body)).await?;
    Ok(Said::new(format!(
        "Document {name} of {provider} is kept. Next: add_sample where there is none yet, or generate."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::MockForge;

    #[tokio::test]
    async fn a_sample_goes_to_its_place_with_what_was_given() {
        let mut forge = MockForge::new();
        forge.expect_call().times(1).returning(|method, path, body| {
            assert_eq!(method, Method::PUT);
            assert_eq!(path, "/api/v1/knowledge/my-till/sync_products/samples/men%C3%BC%201.json");
            assert_eq!(body.unwrap(), json!({"payload": {"a": 1}}));
            Ok(json!({}))
        });
        let sample = json!({"provider": "my-till", "topic": "sync_products", "name": "menü 1.json",
            "payload": {"a": 1}});
        let said = add_sample(&forge, serde_json::from_value(sample).unwrap()).await.unwrap();
        assert!(format!("{said:?}").contains("generate"));
    }

    #[test]
    fn what_is_no_sample_says_what_would_be() {
        let wrong =
            |sample: Value| serde_json::from_value::<AddSample>(sample).unwrap_err().to_string();
        let unknown = wrong(json!({"provider": "a", "topic": "menus", "name": "a"}));
        assert!(unknown.contains("sync_products"), "{unknown}");
        let upper = wrong(json!({"provider": "A B", "topic": "sync_products", "name": "a"}));
        assert!(upper.contains("provider must be"), "{upper}");
        let more = wrong(json!({"provider": "a", "topic": "sync_products", "name": "a", "x": 1}));
        assert!(more.contains("unknown field `x`"), "{more}");
    }
}
