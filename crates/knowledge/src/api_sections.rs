//! A description of an API as sections: one for each operation and each schema.

use std::fmt::Write as _;

use serde_json::Value;

use crate::description::{ApiDescription, Body, Operation};
use crate::section::{Outline, Section};
use crate::{overview, schema};

/// What stands below this is told by the section of the schema that it names.
const MAX_DEPTH: usize = 4;
/// The lines for one body; more would drown the rest.
const MAX_LINES: usize = 150;

/// The sections, operations first.
pub(crate) fn sections(description: &ApiDescription) -> Vec<Section> {
    let mut outline = Outline::new(&description.document);
    outline.heading(1, &description.title);
    outline.body(&format!("{}\n\n{}", description.about, overview::facts(description)));
    for operation in &description.operations {
        let title = [operation.summary.as_str(), operation.name.as_str()];
        let title = title.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        outline.heading(2, &format!("{operation} {title}"));
        outline.body(&operation_text(&description.root, operation));
    }
    let schemas = description
        .root
        .pointer("/components/schemas")
        .or_else(|| description.root.get("definitions"))
        .and_then(Value::as_object);
    for (name, shape) in schemas.into_iter().flatten() {
        outline.heading(2, &format!("Schema {name}"));
        let mut text = String::new();
        Lines { root: &description.root, out: &mut text, left: MAX_LINES, within: Vec::new() }
            .schema(shape, 0);
        outline.body(&text);
    }
    outline.sections()
}

fn operation_text(root: &Value, operation: &Operation) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        if !text.is_empty() {
            out.push_str(text);
            out.push('\n');
        }
    };
    line(&operation.name);
    line(&operation.tags.join(", "));
    line(&operation.text);
    for parameter in &operation.parameters {
        let required = if parameter.required { ", required" } else { "" };
        line(&format!(
            "- {} ({:?} parameter{required}) {}",
            parameter.name, parameter.place, parameter.text
        ));
    }
    for (what, body) in [("Request", &operation.request), ("Response", &operation.response)] {
        body_text(root, what, body, &mut out);
    }
    out
}

fn body_text(root: &Value, what: &str, body: &Body, out: &mut String) {
    if let Some(shape) = &body.schema {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n{what}:");
        Lines { root, out, left: MAX_LINES, within: Vec::new() }.schema(shape, 0);
    }
    if let Some(example) = body.examples.first() {
        let _ = writeln!(out, "\n{what} example: {}", example.value);
    }
}

/// A schema as a list of its properties, a line each.
struct Lines<'v, 'o> {
    root: &'v Value,
    out: &'o mut String,
    left: usize,
    within: Vec<*const Value>,
}

impl<'v> Lines<'v, '_> {
    fn schema(&mut self, given: &'v Value, depth: usize) {
        let Some(shape) = schema::resolve(self.root, given) else { return };
        if depth == 0 {
            let own = Self::about(shape);
            if !own.is_empty() {
                let _ = writeln!(self.out, "{own}");
            }
        }
        let shape = match shape.get("items").and_then(|items| schema::resolve(self.root, items)) {
            Some(items) => items,
            None => shape,
        };
        // A schema within itself was told.
        let address = std::ptr::from_ref(shape);
        if self.within.contains(&address) {
            return;
        }
        self.within.push(address);
        let fields = schema::fields(self.root, shape);
        for (name, property) in fields.properties {
            let Some(left) = self.left.checked_sub(1) else { break };
            self.left = left;
            let resolved = schema::resolve(self.root, property).unwrap_or(property);
            let mut kind = schema::types(resolved).join(" or ");
            let element = resolved.get("items").unwrap_or(property);
            if let Some(named) = schema::name(element) {
                let _ = write!(kind, " {named}");
            }
            let required = if fields.required.contains(&name) { ", required" } else { "" };
            let indent = "  ".repeat(depth);
            let about = Self::about(resolved);
            let _ = writeln!(self.out, "{indent}- {name} ({kind}{required}) {about}");
            if depth + 1 < MAX_DEPTH {
                self.schema(property, depth + 1);
            }
        }
        self.within.pop();
    }

    /// The description and the choices.
    fn about(shape: &Value) -> String {
        let mut about = shape
            .get("description")
            .and_then(Value::as_str)
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .unwrap_or_default();
        if let Some(choices) = shape.get("enum").and_then(Value::as_array) {
            let words: Vec<String> = choices
                .iter()
                .take(50)
                .map(|choice| choice.as_str().map_or_else(|| choice.to_string(), str::to_owned))
                .collect();
            let _ = write!(about, " one of {}", words.join(", "));
        }
        if shape
            .as_object()
            .is_some_and(|shape| shape.get("deprecated") == Some(&Value::Bool(true)))
        {
            about.push_str(" deprecated");
        }
        about.trim().to_owned()
    }
}
