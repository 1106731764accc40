//! OpenAPI 3.x and Swagger 2 as a description of an API. The two differ in where things stand, not
//! in what they say.

use std::cell::Cell;
use std::sync::Arc;

use domain::{DocumentName, HttpMethod};
use serde_json::{Map, Value};

use crate::description::{
    ApiDescription, AuthScheme, Body, Example, ExampleOrigin, Operation, OperationKind, Parameter,
    Place,
};
use crate::schema;

/// The largest APIs have a thousand; what comes after these is not read.
const MAX_OPERATIONS: usize = 5_000;
/// The schemas that may be visited to put examples together, over the whole document.
const MAX_VISITS: usize = 500_000;

/// What the document says.
pub(crate) fn description(document: &DocumentName, root: Arc<Value>) -> ApiDescription {
    let mut reader = Reader { root: &root, visits: Cell::new(MAX_VISITS), operations: Vec::new() };
    reader.items(root.get("paths"), OperationKind::Call);
    for key in ["webhooks", "x-webhooks"] {
        reader.items(root.get(key), OperationKind::Webhook);
    }
    let operations = reader.operations;
    ApiDescription {
        document: document.clone(),
        title: text(root.pointer("/info/title")),
        about: text(root.pointer("/info/description")),
        base_urls: base_urls(&root),
        auth: auth(&root),
        operations,
        root,
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).map(str::trim).unwrap_or_default().to_owned()
}

fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool) == Some(true)
}

fn base_urls(root: &Value) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    let servers = root.get("servers").and_then(Value::as_array).into_iter().flatten();
    urls.extend(servers.filter_map(server));
    if let Some(host) = root.get("host").and_then(Value::as_str) {
        let path = text(root.get("basePath"));
        let schemes = root.get("schemes").and_then(Value::as_array);
        let names: Vec<&str> = schemes.into_iter().flatten().filter_map(Value::as_str).collect();
        // A document that names no scheme is read over the one that everybody uses.
        let names = if names.is_empty() { vec!["https"] } else { names };
        urls.extend(names.iter().map(|scheme| format!("{scheme}://{host}{path}")));
    }
    for url in &mut urls {
        url.truncate(url.trim_end_matches('/').len());
    }
    urls.retain(|url| !url.is_empty());
    // Swagger documents often name http before https.
    urls.sort_by_key(|url| url.starts_with("http:"));
    urls.dedup();
    urls
}

/// The address of a server with the default of each variable.
fn server(server: &Value) -> Option<String> {
    let mut url = server.get("url")?.as_str()?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object).into_iter().flatten();
    for (name, variable) in variables.take(16) {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), default);
    }
    (url.len() < 2_000).then_some(url)
}

fn auth(root: &Value) -> Vec<AuthScheme> {
    let schemes = root
        .pointer("/components/securitySchemes")
        .or_else(|| root.get("securityDefinitions"))
        .and_then(Value::as_object);
    let mut found = Vec::new();
    for scheme in schemes.into_iter().flat_map(Map::values) {
        let Some(scheme) = schema::resolve(root, scheme) else { continue };
        let name = text(scheme.get("name"));
        let is = |key: &str, word: &str| {
            scheme.get(key).and_then(Value::as_str).is_some_and(|s| s.eq_ignore_ascii_case(word))
        };
        let kind = text(scheme.get("type"));
        let read = match kind.to_ascii_lowercase().as_str() {
            "apikey" if is("in", "header") => AuthScheme::ApiKeyHeader(name),
            "apikey" if is("in", "query") => AuthScheme::ApiKeyQuery(name),
            "apikey" if is("in", "cookie") => AuthScheme::ApiKeyCookie(name),
            "http" if is("scheme", "bearer") => AuthScheme::Bearer,
            "http" if is("scheme", "basic") => AuthScheme::Basic,
            "http" => AuthScheme::Other(text(scheme.get("scheme"))),
            "basic" => AuthScheme::Basic,
            "oauth2" => AuthScheme::OAuth2 { token_url: token_url(scheme) },
            _ => AuthScheme::Other(kind),
        };
        if !found.contains(&read) {
            found.push(read);
        }
    }
    found
}

fn token_url(scheme: &Value) -> Option<String> {
    let flows = scheme.get("flows").and_then(Value::as_object).into_iter().flat_map(Map::values);
    std::iter::once(scheme)
        .chain(flows)
        .find_map(|flow| Some(flow.get("tokenUrl")?.as_str()?.to_owned()))
}

struct Reader<'v> {
    root: &'v Value,
    visits: Cell<usize>,
    operations: Vec<Operation>,
}

impl<'v> Reader<'v> {
    /// The operations of a map from paths, or names of webhooks, to path items.
    fn items(&mut self, items: Option<&'v Value>, kind: OperationKind) {
        for (path, item) in items.and_then(Value::as_object).into_iter().flatten() {
            let Some(item) = schema::resolve(self.root, item) else { continue };
            for method in HttpMethod::ALL {
                let Some(operation) = item.get(method.as_str().to_ascii_lowercase()) else {
                    continue;
                };
                if self.operations.len() >= MAX_OPERATIONS {
                    return;
                }
                let read = self.operation(kind, method, path, item, operation);
                self.operations.push(read);
                // A callback of a callback is nobody's.
                if kind == OperationKind::Call {
                    self.callbacks(operation);
                }
            }
        }
    }

    /// Callbacks are known by their names; the expressions that say where they go are not for
    /// people.
    fn callbacks(&mut self, operation: &'v Value) {
        let callbacks = operation.get("callbacks").and_then(Value::as_object);
        for (name, callback) in callbacks.into_iter().flatten() {
            let Some(callback) = schema::resolve(self.root, callback) else { continue };
            let first = self.operations.len();
            self.items(Some(callback), OperationKind::Webhook);
            for operation in self.operations.iter_mut().skip(first) {
                operation.path.clone_from(name);
            }
        }
    }

    fn operation(
        &self,
        kind: OperationKind,
        method: HttpMethod,
        path: &str,
        item: &'v Value,
        operation: &'v Value,
    ) -> Operation {
        let all = self.parameters(item, operation);
        let security = operation.get("security").or_else(|| self.root.get("security"));
        let tags = operation.get("tags").and_then(Value::as_array).into_iter().flatten();
        let mut tags: Vec<String> = tags.filter_map(Value::as_str).map(str::to_owned).collect();
        tags.truncate(16);
        Operation {
            kind,
            method,
            path: path.to_owned(),
            name: text(operation.get("operationId")),
            summary: text(operation.get("summary")),
            text: text(operation.get("description")),
            tags,
            // An empty object among the ways to sign in is the way of not doing so.
            open: security.and_then(Value::as_array).is_some_and(|ways| {
                ways.is_empty() || ways.iter().any(|way| way.as_object().is_some_and(Map::is_empty))
            }),
            parameters: all.iter().filter_map(|given| self.parameter(given)).collect(),
            request: self.request(operation, &all),
            response: self.response(operation),
        }
    }

    /// The parameters of an operation and those of its path that it does not replace.
    fn parameters(&self, item: &'v Value, operation: &'v Value) -> Vec<&'v Value> {
        let mut found: Vec<&Value> = Vec::new();
        for owner in [operation, item] {
            let list = owner.get("parameters").and_then(Value::as_array).into_iter().flatten();
            for parameter in list.filter_map(|given| schema::resolve(self.root, given)).take(100) {
                let key = |value: &Value| (text(value.get("name")), text(value.get("in")));
                if !found.iter().any(|known| key(known) == key(parameter)) {
                    found.push(parameter);
                }
            }
        }
        found
    }

    fn parameter(&self, given: &'v Value) -> Option<Parameter> {
        let place = match given.get("in")?.as_str()? {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            "cookie" => Place::Cookie,
            _ => return None,
        };
        let shape = given.get("schema").and_then(|shape| schema::resolve(self.root, shape));
        let example = [Some(given), shape].into_iter().flatten().find_map(|from| {
            from.get("example").or_else(|| from.get("x-example")).or_else(|| from.get("default"))
        });
        Some(Parameter {
            name: text(given.get("name")),
            place,
            required: flag(given, "required") || place == Place::Path,
            example: example.cloned(),
            text: text(given.get("description")),
        })
    }

    fn request(&self, operation: &'v Value, parameters: &[&'v Value]) -> Body {
        // Swagger 2 has the body among the parameters.
        if let Some(body) = parameters.iter().find(|p| text(p.get("in")) == "body") {
            return self.complete(body.get("schema"), Body::default());
        }
        let body = operation.get("requestBody").and_then(|body| schema::resolve(self.root, body));
        body.map_or_else(Body::default, |body| self.content(body))
    }

    /// The first answer that is a success, with a body if there is one.
    fn response(&self, operation: &'v Value) -> Body {
        let responses = operation.get("responses").and_then(Value::as_object);
        let good = responses.into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
        let mut bodies = good
            .filter_map(|(_, response)| schema::resolve(self.root, response))
            .map(|response| self.content(response));
        bodies.find(|body| body.schema.is_some() || !body.examples.is_empty()).unwrap_or_default()
    }

    /// The JSON of a request or response.
    fn content(&self, holder: &'v Value) -> Body {
        let is_json = |kind: &str| kind.contains("json") || kind == "*/*";
        let mut body = Body::default();
        if let Some(examples) = holder.get("examples").and_then(Value::as_object) {
            examples
                .iter()
                .filter(|(kind, _)| is_json(kind))
                .for_each(|(_, value)| body.given(value.clone()));
        }
        let content = holder.get("content").and_then(Value::as_object);
        let media = content.into_iter().flatten().find(|(kind, _)| is_json(kind)).map(|(_, m)| m);
        if let Some(example) = media.and_then(|media| media.get("example")) {
            body.given(example.clone());
        }
        let named = media.and_then(|media| media.get("examples")).and_then(Value::as_object);
        for example in named.into_iter().flat_map(Map::values).take(Body::MAX_EXAMPLES) {
            let value =
                schema::resolve(self.root, example).and_then(|example| example.get("value"));
            if let Some(value) = value {
                body.given(value.clone());
            }
        }
        let shape = media.map_or_else(|| holder.get("schema"), |media| media.get("schema"));
        self.complete(shape, body)
    }

    /// The body with its schema, and with an example from it where it has no other.
    fn complete(&self, shape: Option<&'v Value>, mut body: Body) -> Body {
        let Some(shape) = shape else { return body };
        if body.examples.is_empty() {
            if let Some(example) = schema::own_example(self.root, shape) {
                body.given(example.clone());
            } else if let Some(value) = schema::put_together(self.root, shape, &self.visits) {
                body.examples.push(Example { value, origin: ExampleOrigin::PutTogether });
            }
        }
        body.schema = Some(shape.clone());
        body
    }
}
