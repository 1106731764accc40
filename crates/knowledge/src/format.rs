//! What kind of text a document is. The text decides; its name helps only where the text is silent.

use domain::Document;
use serde_json::Value;

use crate::data;

/// The kinds of documents that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Text with Markdown's headings, lists or fences.
    Markdown,
    /// Any other text.
    PlainText,
    /// A web page.
    Html,
    /// OpenAPI 3.x, JSON or YAML.
    OpenApi,
    /// Swagger 2, JSON or YAML.
    Swagger,
    /// A Postman collection, v2.x.
    Postman,
}

impl Format {
    /// The format of a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        detect(document.name.as_str(), document.content.trim_start_matches('\u{feff}')).0
    }
}

/// The format, and the parsed value where it is a description of an API.
pub(crate) fn detect(name: &str, text: &str) -> (Format, Option<Value>) {
    let start = text.trim_start();
    if let Some((format, value)) = described(start, text) {
        return (format, Some(value));
    }
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    let format = match extension.as_deref() {
        Some("html" | "htm" | "xhtml") => Format::Html,
        Some("md" | "markdown" | "mdown") if !is_page(start) => Format::Markdown,
        _ if is_page(start) => Format::Html,
        _ if is_markdown(text) => Format::Markdown,
        _ => Format::PlainText,
    };
    (format, None)
}

fn described(start: &str, text: &str) -> Option<(Format, Value)> {
    let value = if start.starts_with('{') {
        // YAML's flow style looks like JSON, but nobody writes a description of an API in it.
        data::json(start)?
    } else if text.lines().any(names_a_version) {
        data::yaml(text)?
    } else {
        return None;
    };
    let format = if version(&value, "openapi").is_some_and(|version| version.starts_with('3')) {
        Format::OpenApi
    } else if version(&value, "swagger").is_some_and(|version| version.starts_with('2')) {
        Format::Swagger
    } else if is_collection(&value) {
        Format::Postman
    } else {
        return None;
    };
    Some((format, value))
}

fn names_a_version(line: &str) -> bool {
    let line = line.trim_start_matches(['"', '\'']);
    ["openapi", "swagger"].iter().any(|key| {
        line.strip_prefix(key)
            .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    })
}

/// The version as a text: `swagger: 2.0` without quotes is a number.
fn version(value: &Value, key: &str) -> Option<String> {
    match value.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Exported files carry the schema's address; files that the API answers with wrap the collection.
fn is_collection(value: &Value) -> bool {
    let value = value.get("collection").unwrap_or(value);
    let info = value.get("info");
    let marked = info.is_some_and(|info| {
        info.get("_postman_id").is_some()
            || info
                .get("schema")
                .and_then(Value::as_str)
                .is_some_and(|schema| schema.contains("getpostman.com") && schema.contains("v2"))
    });
    marked && value.get("item").is_some_and(Value::is_array)
}

fn is_page(start: &str) -> bool {
    let head: String = start.chars().take(200).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.starts_with(tag))
        || (head.starts_with("<?xml") && head.contains("<html"))
        || (head.starts_with("<!--") && head.contains("<html"))
}

fn is_markdown(text: &str) -> bool {
    text.lines().any(|line| {
        let marks = line.chars().take_while(|c| *c == '#').count();
        let heading = (1..=6).contains(&marks)
            && line.trim_start_matches('#').starts_with(char::is_whitespace);
        heading
            || line.starts_with("```")
            || (line.starts_with("===") || line.starts_with("---")) && line.len() > 3
    })
}
