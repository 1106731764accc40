//! Postman collections, v2.x, as a description of an API.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{DocumentName, HttpMethod};
use serde_json::Value;

use crate::data;
use crate::description::{
    ApiDescription, AuthScheme, Body, Operation, OperationKind, Parameter, Place,
};
use crate::schema;

const MAX_REQUESTS: usize = 5_000;
const MAX_DEPTH: usize = 16;

/// What the collection says. Its types are those of its examples.
pub(crate) fn description(document: &DocumentName, root: &Value) -> ApiDescription {
    let root = root.get("collection").unwrap_or(root);
    let mut reader = Reader {
        variables: variables(root),
        base_urls: Vec::new(),
        auth: Vec::new(),
        operations: Vec::new(),
    };
    reader.auth(root);
    reader.items(root, &[], 0);
    ApiDescription {
        document: document.clone(),
        title: text(root.pointer("/info/name")),
        about: described(root.get("info")),
        base_urls: reader.base_urls,
        auth: reader.auth,
        operations: reader.operations,
        root: Arc::new(Value::Null),
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).map(str::trim).unwrap_or_default().to_owned()
}

/// A description is a text, or an object that holds one.
fn described(owner: Option<&Value>) -> String {
    let description = owner.and_then(|owner| owner.get("description"));
    text(description.and_then(|given| given.get("content")).or(description))
}

fn list<'v>(owner: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    owner.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn variables(root: &Value) -> BTreeMap<String, String> {
    list(root, "variable")
        .take(1_000)
        .map(|variable| {
            let name = variable.get("key").or_else(|| variable.get("id"));
            (text(name), text(variable.get("value")))
        })
        .filter(|(name, value)| !name.is_empty() && !value.is_empty())
        .collect()
}

struct Reader {
    variables: BTreeMap<String, String>,
    base_urls: Vec<String>,
    auth: Vec<AuthScheme>,
    operations: Vec<Operation>,
}

impl Reader {
    fn items(&mut self, owner: &Value, folders: &[String], depth: usize) {
        for item in list(owner, "item") {
            if self.operations.len() >= MAX_REQUESTS || depth > MAX_DEPTH {
                return;
            }
            self.auth(item);
            if let Some(request) = item.get("request") {
                self.request(item, request, folders);
            } else {
                let folders: Vec<String> =
                    folders.iter().cloned().chain([text(item.get("name"))]).collect();
                self.items(item, &folders, depth + 1);
            }
        }
    }

    fn request(&mut self, item: &Value, request: &Value, folders: &[String]) {
        self.auth(request);
        let method = match request.get("method") {
            None => HttpMethod::Get,
            Some(method) => match text(Some(method)).parse() {
                Ok(method) => method,
                Err(_) => return,
            },
        };
        // A request may be its address alone, and an address its text alone.
        let url = request.get("url").unwrap_or(request);
        let raw = self.filled(&text(Some(url.get("raw").unwrap_or(url))));
        let Some((base, path)) = parted(&raw) else { return };
        if !base.is_empty() && !base.contains("{{") && !self.base_urls.contains(&base) {
            self.base_urls.push(base);
        }
        let mut response = Body::default();
        for saved in list(item, "response") {
            let good = saved.get("code").and_then(Value::as_u64).is_none_or(|c| c / 100 == 2);
            if let Some(value) = saved.get("body").and_then(parsed).filter(|_| good) {
                response.given(value);
            }
        }
        let mut sent = Body::default();
        if let Some(value) = request.pointer("/body/raw").and_then(parsed) {
            sent.given(value);
        }
        for body in [&mut sent, &mut response] {
            body.schema = body.examples.first().map(|example| schema::of_example(&example.value));
        }
        let open = request.pointer("/auth/type").and_then(Value::as_str) == Some("noauth");
        self.operations.push(Operation {
            kind: OperationKind::Call,
            method,
            parameters: parameters(url, &path),
            path,
            name: text(item.get("name")),
            summary: String::new(),
            text: described(Some(request)),
            tags: folders.to_vec(),
            open,
            request: sent,
            response,
        });
    }

    /// The text with the collection's variables filled in, also those within variables.
    fn filled(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..4 {
            for (name, value) in &self.variables {
                let place = format!("{{{{{name}}}}}");
                if text.contains(&place) {
                    text = text.replace(&place, value);
                }
                if text.len() > 4_000 {
                    return String::new();
                }
            }
        }
        text
    }

    fn auth(&mut self, owner: &Value) {
        let Some(auth) = owner.get("auth") else { return };
        let kind = text(auth.get("type"));
        // v2.1 has a list of key and value, v2.0 an object.
        let setting = |key: &str| {
            let settings = auth.get(&kind)?;
            let listed = settings.as_array().and_then(|list| {
                list.iter().find(|entry| entry.get("key").and_then(Value::as_str) == Some(key))
            });
            let value = listed.map_or_else(|| settings.get(key), |entry| entry.get("value"))?;
            Some(self.filled(value.as_str()?))
        };
        let scheme = match kind.as_str() {
            "" | "noauth" => return,
            "bearer" => AuthScheme::Bearer,
            "basic" => AuthScheme::Basic,
            "apikey" => {
                let name = setting("key").unwrap_or_default();
                match setting("in").as_deref() {
                    Some("query") => AuthScheme::ApiKeyQuery(name),
                    _ => AuthScheme::ApiKeyHeader(name),
                }
            }
            "oauth2" => AuthScheme::OAuth2 {
                token_url: setting("accessTokenUrl").filter(|url| !url.is_empty()),
            },
            _ => AuthScheme::Other(kind.clone()),
        };
        if !self.auth.contains(&scheme) && self.auth.len() < 16 {
            self.auth.push(scheme);
        }
    }
}

fn parsed(body: &Value) -> Option<Value> {
    data::json(body.as_str()?)
}

/// Where an address begins, and its path with parameters in braces and without its query.
fn parted(raw: &str) -> Option<(String, String)> {
    let address = raw.split(['?', '#']).next()?;
    let host = address.find("://").map_or(0, |at| at + 3);
    let rest = address.get(host..)?;
    let slash = rest.find('/').unwrap_or(rest.len());
    let base = address.get(..host + slash)?.to_owned();
    let segments = rest.get(slash..)?.split('/').filter(|segment| !segment.is_empty());
    let path: String = segments
        .map(|segment| match segment.strip_prefix(':') {
            Some(name) => format!("/{{{name}}}"),
            // A variable without a value is a parameter.
            None => format!("/{}", segment.replace("{{", "{").replace("}}", "}")),
        })
        .collect();
    let path = if path.is_empty() { "/".to_owned() } else { path };
    (!raw.is_empty()).then_some((base, path))
}

fn parameters(url: &Value, path: &str) -> Vec<Parameter> {
    let in_path =
        path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let mut found: Vec<Parameter> = in_path
        .map(|name| Parameter {
            name: name.to_owned(),
            place: Place::Path,
            required: true,
            example: None,
            text: String::new(),
        })
        .collect();
    found.extend(list(url, "query").take(100).map(|entry| Parameter {
        name: text(entry.get("key")),
        place: Place::Query,
        required: false,
        example: entry.get("value").filter(|value| value.is_string()).cloned(),
        text: described(Some(entry)),
    }));
    found
}
