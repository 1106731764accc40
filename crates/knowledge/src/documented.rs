//! Samples from documentation, for where there are no real ones.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::{Connection, DocumentName, HttpExchange, Sample, SampleName, Topic, bounded};
use serde_json::Value;

use crate::description::{ApiDescription, AuthScheme, ExampleOrigin, Operation, OperationKind};
use crate::words;

/// Records stand at the top of an answer or in an object or two below it.
const RECORD_DEPTH: usize = 4;
/// What the fields are named in which a product's price stands.
static PRICES: LazyLock<Vec<String>> =
    LazyLock::new(|| ["price", "amount", "cost"].into_iter().map(words::stem).collect());
/// Stands for the credential in exchanges that nobody recorded.
const KEY: &str = "documented-api-key";

/// A sample that a document's example gives. It shows what the vendor says, not what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentedSample {
    /// The sample; never with an `expected` output.
    pub sample: Sample,
    /// The document.
    pub document: DocumentName,
    /// The operation, like `GET /v1/items`.
    pub operation: String,
    /// Whether the document gives the example or only its parts.
    pub origin: ExampleOrigin,
}

/// The samples that the descriptions give for a topic, from the best fitting operation of each that
/// has one. Topics whose payload is the standard's have none: no document knows the standard.
#[must_use]
pub fn samples_from_descriptions(
    descriptions: &[ApiDescription],
    topic: Topic,
) -> Vec<DocumentedSample> {
    let mut found = Vec::new();
    for description in descriptions {
        let operations = description.fits(topic).into_iter().filter(|(fit, _)| fit.exact);
        let mut samples = operations
            .map(|(_, operation)| of_operation(description, operation, topic))
            .filter(|samples| !samples.is_empty());
        let mut best = samples.next().unwrap_or_default();
        if topic == Topic::SyncProducts && !best.iter().any(is_priced) {
            // What costs nothing is no product: it may be a page of other things.
            best = samples.find(|samples| samples.iter().any(is_priced)).unwrap_or(best);
        }
        found.extend(best);
    }
    name_each(&mut found);
    found
}

fn of_operation(
    description: &ApiDescription,
    operation: &Operation,
    topic: Topic,
) -> Vec<DocumentedSample> {
    let body = match operation.kind {
        OperationKind::Call => &operation.response,
        OperationKind::Webhook => &operation.request,
    };
    let fitting = body.examples.iter().filter(|example| holds_record(&example.value, topic));
    fitting
        .filter_map(|example| {
            let (payload, http, connection) = match topic {
                Topic::OrderDispatch | Topic::SnoozeItems => return None,
                Topic::TestConnection => {
                    let (exchange, connection) = exchange(description, operation, &example.value);
                    (None, vec![exchange], connection)
                }
                Topic::ListRemoteOutlets
                | Topic::SyncOutlet
                | Topic::SyncProducts
                | Topic::OrderStatusUpdate => {
                    (Some(example.value.clone()), Vec::new(), Connection::default())
                }
            };
            let name = sample_name(operation, 1)?;
            Some(DocumentedSample {
                sample: Sample { name, payload, http, connection, expected: None },
                document: description.document.clone(),
                operation: operation.to_string(),
                origin: example.origin,
            })
        })
        .collect()
}

/// Whether a price stands in it.
fn is_priced(documented: &DocumentedSample) -> bool {
    documented.sample.payload.as_ref().is_some_and(holds_price)
}

fn holds_price(value: &Value) -> bool {
    let is_price = |name: &String| words::stems(name).iter().any(|word| PRICES.contains(word));
    match value {
        Value::Array(items) => items.iter().any(holds_price),
        Value::Object(fields) => {
            fields.iter().any(|(name, inner)| is_price(name) || holds_price(inner))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Whether a value has what the topic is about: a list of records for lists, fields for the rest.
fn holds_record(value: &Value, topic: Topic) -> bool {
    match topic {
        Topic::ListRemoteOutlets | Topic::SyncProducts => holds_list(value, RECORD_DEPTH),
        _ => value.as_object().is_some_and(|fields| !fields.is_empty()),
    }
}

fn holds_list(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => {
            items.iter().any(|item| item.as_object().is_some_and(|fields| fields.len() > 1))
        }
        Value::Object(fields) if depth > 0 => {
            fields.values().any(|inner| holds_list(inner, depth - 1))
        }
        _ => false,
    }
}

/// The call with the credential where the document says that it goes.
fn exchange(
    description: &ApiDescription,
    operation: &Operation,
    body: &Value,
) -> (HttpExchange, Connection) {
    let absolute = description.base_urls.iter().find(|url| url.starts_with("http"));
    let base_url = absolute.cloned().unwrap_or_else(|| "https://vendor.example".to_owned());
    let mut url = format!("{base_url}{}", operation.path);
    let mut request_headers = BTreeMap::new();
    match description.auth.first() {
        Some(AuthScheme::ApiKeyHeader(name)) => {
            request_headers.insert(name.clone(), KEY.to_owned());
        }
        Some(AuthScheme::ApiKeyQuery(name)) => url = format!("{url}?{name}={KEY}"),
        Some(AuthScheme::Bearer | AuthScheme::OAuth2 { .. }) => {
            request_headers.insert("Authorization".to_owned(), format!("Bearer {KEY}"));
        }
        // A pair of credentials, a cookie or a signature cannot be shown with one key.
        Some(AuthScheme::Basic | AuthScheme::ApiKeyCookie(_) | AuthScheme::Other(_)) | None => {}
    }
    let exchange = HttpExchange {
        method: operation.method,
        url,
        request_headers,
        request_body: None,
        status_code: 200,
        headers: BTreeMap::new(),
        body: body.clone(),
    };
    (exchange, Connection { base_url, api_key: KEY.to_owned(), ..Connection::default() })
}

/// A name that says where the sample comes from: `documented-get-v1-items-1`.
fn sample_name(operation: &Operation, number: usize) -> Option<SampleName> {
    let words: Vec<String> = operation
        .to_string()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let middle: String = words.join("-").chars().take(90).collect();
    format!("documented-{middle}-{number}").parse().ok()
}

/// Names are unique within a job.
fn name_each(found: &mut [DocumentedSample]) {
    for (place, documented) in found.iter_mut().enumerate() {
        let name = documented.sample.name.as_str();
        let stem = name.strip_suffix("-1").unwrap_or(name);
        if let Ok(name) = bounded(&format!("{stem}-{}", place + 1), 128).parse() {
            documented.sample.name = name;
        }
    }
}
