//! JSON Schemas as API descriptions use them: references, properties, and values put together from
//! what they give for their parts. Nothing is made up: what a schema gives no value for is left out.

use std::cell::Cell;

use serde_json::{Map, Value};

/// More references to references than any document has; a circle of them ends here.
const MAX_HOPS: usize = 32;
/// Deeper than payloads are.
pub(crate) const MAX_DEPTH: usize = 20;

/// The value itself, or what its `$ref` points to within the document.
pub(crate) fn resolve<'v>(root: &'v Value, mut at: &'v Value) -> Option<&'v Value> {
    for _ in 0..MAX_HOPS {
        let Some(reference) = at.get("$ref").and_then(Value::as_str) else { return Some(at) };
        at = root.pointer(reference.strip_prefix('#')?)?;
    }
    None
}

/// The last part of a schema's reference: its name in the document.
pub(crate) fn name(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// The properties of an object, those of all that it is composed of included.
#[derive(Default)]
pub(crate) struct Fields<'v> {
    /// Name and schema, each name once, in the document's order.
    pub(crate) properties: Vec<(&'v str, &'v Value)>,
    /// Those that may not be left out.
    pub(crate) required: Vec<&'v str>,
}

/// The properties of a schema that is resolved.
pub(crate) fn fields<'v>(root: &'v Value, schema: &'v Value) -> Fields<'v> {
    let mut fields = Fields::default();
    // A schema composed of itself would be walked for ever; composed twice of itself, without bound.
    let left = Cell::new(64);
    gather(root, schema, &mut fields, &left, 0);
    fields
}

fn gather<'v>(
    root: &'v Value,
    schema: &'v Value,
    fields: &mut Fields<'v>,
    left: &Cell<usize>,
    depth: usize,
) {
    let Some(fewer) = left.get().checked_sub(1).filter(|_| depth < MAX_DEPTH) else { return };
    left.set(fewer);
    let parts = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
    for part in parts.filter_map(|part| resolve(root, part)) {
        gather(root, part, fields, left, depth + 1);
    }
    for (name, property) in
        schema.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        // What stands nearer says more.
        match fields.properties.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = property,
            None => fields.properties.push((name, property)),
        }
    }
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    fields.required.extend(required.filter_map(Value::as_str));
}

/// The types that a resolved schema allows, where it says; `null` among them where it may be.
pub(crate) fn types(schema: &Value) -> Vec<&str> {
    let mut types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ if schema.get("properties").is_some() => vec!["object"],
        _ if schema.get("items").is_some() => vec!["array"],
        _ => Vec::new(),
    };
    let nullable = ["nullable", "x-nullable"]
        .iter()
        .any(|key| schema.get(key).and_then(Value::as_bool) == Some(true));
    if nullable && !types.is_empty() {
        types.push("null");
    }
    types
}

/// The values that a schema gives for all of itself: examples first, then what it allows.
fn own_value(schema: &Value) -> Option<&Value> {
    let first = |key: &str| schema.get(key).and_then(Value::as_array).and_then(|list| list.first());
    schema
        .get("example")
        .or_else(|| first("examples"))
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("default"))
        .or_else(|| first("enum"))
        .filter(|value| !value.is_null())
}

/// The example that a schema holds for all of itself.
pub(crate) fn own_example<'v>(root: &'v Value, schema: &'v Value) -> Option<&'v Value> {
    let schema = resolve(root, schema)?;
    let first = schema.get("examples").and_then(Value::as_array).and_then(|list| list.first());
    schema.get("example").or(first).filter(|value| !value.is_null())
}

/// A value put together from what a schema gives for its parts, where that is most of it: nothing
/// that is required is missing, and no more properties are left out than are there. `left` bounds
/// the work over a whole document.
pub(crate) fn put_together(root: &Value, schema: &Value, left: &Cell<usize>) -> Option<Value> {
    let mut builder = Builder { root, left, within: Vec::new() };
    let part = builder.build(schema)?;
    (part.given > 0 && part.missing <= part.given).then_some(part.value)
}

struct Part {
    value: Value,
    given: usize,
    missing: usize,
}

struct Builder<'v> {
    root: &'v Value,
    left: &'v Cell<usize>,
    /// The schemas that are being built, outermost first: one within itself ends there.
    within: Vec<*const Value>,
}

impl<'v> Builder<'v> {
    fn build(&mut self, schema: &'v Value) -> Option<Part> {
        self.left.set(self.left.get().checked_sub(1)?);
        let schema = resolve(self.root, schema)?;
        if let Some(value) = own_value(schema) {
            return Some(Part { value: value.clone(), given: 1, missing: 0 });
        }
        let address = std::ptr::from_ref(schema);
        if self.within.len() >= MAX_DEPTH || self.within.contains(&address) {
            return None;
        }
        self.within.push(address);
        let part = self.parts(schema);
        self.within.pop();
        part
    }

    fn parts(&mut self, schema: &'v Value) -> Option<Part> {
        for key in ["oneOf", "anyOf"] {
            if let Some(choices) = schema.get(key).and_then(Value::as_array) {
                return choices.iter().find_map(|choice| self.build(choice));
            }
        }
        if let Some(items) = schema.get("items") {
            let item = self.build(items)?;
            return Some(Part { value: Value::Array(vec![item.value]), ..item });
        }
        let fields = fields(self.root, schema);
        if fields.properties.is_empty() {
            // Composed of one thing that is no object.
            let parts = schema.get("allOf").and_then(Value::as_array)?;
            return parts.iter().find_map(|part| self.build(part));
        }
        let mut object = Map::new();
        let (mut given, mut missing) = (0, 0);
        for (name, property) in fields.properties {
            if property.get("writeOnly").and_then(Value::as_bool) == Some(true) {
                continue;
            }
            match self.build(property) {
                Some(part) => {
                    given += part.given;
                    missing += part.missing;
                    object.insert(name.to_owned(), part.value);
                }
                None if fields.required.contains(&name) => return None,
                None => missing += 1,
            }
        }
        (!object.is_empty()).then_some(Part { value: Value::Object(object), given, missing })
    }
}

/// The types of an example as a schema, where a document has no other: without what is required
/// and without choices, which an example cannot tell.
pub(crate) fn of_example(example: &Value) -> Value {
    let kind = match example {
        // What is null in an example may be anything.
        Value::Null => return Value::Object(Map::new()),
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(items) => {
            let items = items.first().map_or_else(|| Value::Object(Map::new()), of_example);
            return serde_json::json!({"type": "array", "items": items});
        }
        Value::Object(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), of_example(value))).collect();
            return serde_json::json!({"type": "object", "properties": properties});
        }
    };
    serde_json::json!({"type": kind})
}
