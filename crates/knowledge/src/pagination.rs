//! How a list comes in pages.

use serde_json::Value;

use crate::description::{ApiDescription, Operation, Place};
use crate::{schema, words};

/// Names of query parameters that choose a page, and of fields that lead to the next one, without
/// their word separators.
const PARAMETERS: [&str; 22] = [
    "page",
    "pageno",
    "pagenumber",
    "pageindex",
    "cursor",
    "limit",
    "offset",
    "pagesize",
    "perpage",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "continuationtoken",
    "startingafter",
    "endingbefore",
    "startafter",
    "skip",
    "take",
    "after",
    "startindex",
    "maxresults",
    "count",
];
const FIELDS: [&str; 23] = [
    "next",
    "nextpage",
    "nexturl",
    "nextlink",
    "nextcursor",
    "nexttoken",
    "nextpagetoken",
    "cursor",
    "hasmore",
    "hasnext",
    "hasnextpage",
    "more",
    "totalpages",
    "totalcount",
    "totalitems",
    "pagecount",
    "lastpage",
    "currentpage",
    "continuationtoken",
    "endcursor",
    "pagetoken",
    "pageinfo",
    "odatanextlink",
];
/// Such fields stand at the top of an answer or in an object or two below it.
const MAX_DEPTH: usize = 3;

/// What tells that an operation answers in pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pagination {
    /// Query parameters that choose the page.
    pub parameters: Vec<String>,
    /// Fields of the answer that lead to the next page, as paths like `meta.next`.
    pub fields: Vec<String>,
}

impl Pagination {
    /// Whether nothing tells of pages.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.parameters.is_empty() && self.fields.is_empty()
    }
}

impl ApiDescription {
    /// What tells that the operation, one of this description's, answers in pages.
    #[must_use]
    pub fn pagination(&self, operation: &Operation) -> Pagination {
        let queries = operation.parameters.iter().filter(|given| given.place == Place::Query);
        let names = queries.map(|given| given.name.clone());
        let mut found = Pagination {
            parameters: names.filter(|name| is_among(name, &PARAMETERS)).collect(),
            fields: Vec::new(),
        };
        if let Some(shape) = &operation.response.schema {
            of_schema(&self.root, shape, "", 0, &mut found.fields);
        }
        for example in &operation.response.examples {
            of_value(&example.value, "", 0, &mut found.fields);
        }
        found
    }
}

fn is_among(name: &str, known: &[&str]) -> bool {
    known.contains(&words::split(name).concat().as_str())
}

fn path(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

fn note(path: String, name: &str, found: &mut Vec<String>) {
    if is_among(name, &FIELDS) && !found.contains(&path) && found.len() < 10 {
        found.push(path);
    }
}

fn of_schema(root: &Value, shape: &Value, above: &str, depth: usize, found: &mut Vec<String>) {
    let Some(shape) = schema::resolve(root, shape).filter(|_| depth < MAX_DEPTH) else { return };
    for (name, property) in schema::fields(root, shape).properties {
        let here = path(above, name);
        of_schema(root, property, &here, depth + 1, found);
        note(here, name, found);
    }
}

fn of_value(value: &Value, above: &str, depth: usize, found: &mut Vec<String>) {
    let Some(fields) = value.as_object().filter(|_| depth < MAX_DEPTH) else { return };
    for (name, inner) in fields {
        let here = path(above, name);
        of_value(inner, &here, depth + 1, found);
        note(here, name, found);
    }
}
