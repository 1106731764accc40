//! Where real samples contradict a description. The samples are right; a reader of the log should
//! know that the document is not.

use domain::{Topic, bounded};
use serde_json::Value;

use crate::description::{ApiDescription, OperationKind};
use crate::schema;

/// More would be a wrong operation, or a document that nobody keeps.
const MAX_SENTENCES: usize = 10;
/// The values looked at in all samples together.
const MAX_VALUES: usize = 50_000;
/// The characters of a value in a sentence.
const SHOWN: usize = 40;

/// What the samples have that the descriptions deny, a sentence each, at most ten. A sample is held
/// against the fitting operation that it resembles most, and against none that it does not resemble.
#[must_use]
pub fn disagreements(
    payloads: &[&Value],
    descriptions: &[ApiDescription],
    topic: Topic,
) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut left = MAX_VALUES;
    for description in descriptions {
        let root: &Value = &description.root;
        for payload in payloads {
            let shapes = description.fits(topic).into_iter().filter_map(|(_, operation)| {
                let body = match operation.kind {
                    OperationKind::Call => &operation.response,
                    OperationKind::Webhook => &operation.request,
                };
                let shape = schema::resolve(root, body.schema.as_ref()?)?;
                Some((likeness(root, shape, payload)?, operation, shape))
            });
            // The first of equals fits the topic best.
            let best = shapes.reduce(|best, next| if next.0 > best.0 { next } else { best });
            let Some((_, operation, shape)) = best else { continue };
            let mut check = Check { root, found: Vec::new(), left };
            check.value(shape, payload, "$", 0);
            left = check.left;
            for found in check.found {
                let sentence = format!("{}, {operation}: {found}", description.document);
                if !sentences.contains(&sentence) && sentences.len() < MAX_SENTENCES {
                    sentences.push(sentence);
                }
            }
        }
    }
    sentences
}

/// How many of a payload's fields the schema knows, in hundredths; none where it is not half.
fn likeness(root: &Value, shape: &Value, payload: &Value) -> Option<usize> {
    let (shape, record) = match payload {
        Value::Array(items) => (schema::resolve(root, shape.get("items")?)?, items.first()?),
        _ => (shape, payload),
    };
    let fields = record.as_object().filter(|fields| !fields.is_empty())?;
    let described = schema::fields(root, shape).properties;
    let known = fields.keys().filter(|key| described.iter().any(|(name, _)| name == key)).count();
    Some(known * 100 / fields.len()).filter(|share| *share >= 50)
}

struct Check<'v> {
    root: &'v Value,
    found: Vec<String>,
    left: usize,
}

impl<'v> Check<'v> {
    fn value(&mut self, shape: &'v Value, value: &Value, path: &str, depth: usize) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        let shape = schema::resolve(self.root, shape);
        let Some(shape) = shape.filter(|_| depth < schema::MAX_DEPTH) else { return };
        // Which of several shapes is meant is the vendor's to say.
        if shape.get("oneOf").is_some() || shape.get("anyOf").is_some() {
            return;
        }
        let types = schema::types(shape);
        if !types.is_empty() && !types.iter().any(|kind| is_a(value, kind)) {
            let said = types.join(" or ");
            self.say(format!("{path} is said to be {said}; a sample has {}", shown(value)));
            return;
        }
        if let Some(choices) = shape.get("enum").and_then(Value::as_array)
            && !value.is_null()
            && !choices.contains(value)
        {
            let said: Vec<String> = choices.iter().take(8).map(shown_short).collect();
            let more = if choices.len() > 8 { ", …" } else { "" };
            let said = said.join(", ");
            self.say(format!(
                "{path} is said to be one of {said}{more}; a sample has {}",
                shown(value)
            ));
        }
        match value {
            Value::Object(given) => {
                let fields = schema::fields(self.root, shape);
                for (name, property) in fields.properties {
                    let here = format!("{path}.{name}");
                    let sent = property.get("writeOnly").and_then(Value::as_bool) == Some(true);
                    match given.get(name) {
                        Some(inner) => self.value(property, inner, &here, depth + 1),
                        None if fields.required.contains(&name) && !sent => {
                            self.say(format!(
                                "{here} is said to be always there; a sample leaves it out"
                            ));
                        }
                        None => {}
                    }
                }
            }
            Value::Array(items) => {
                if let Some(shape) = shape.get("items") {
                    let here = format!("{path}[]");
                    for item in items {
                        self.value(shape, item, &here, depth + 1);
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Each place is spoken of once, however many records it has.
    fn say(&mut self, sentence: String) {
        let place = |text: &str| text.split("; a sample").next().map(str::to_owned);
        let known = self.found.iter().any(|known| place(known) == place(&sentence));
        if !known && self.found.len() < MAX_SENTENCES {
            self.found.push(sentence);
        }
    }
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        // 4.0 is written by systems that know no integers.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        // A type that JSON does not have denies nothing.
        _ => true,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => format!("the boolean {value}"),
        Value::Number(_) => format!("the number {value}"),
        Value::String(_) => format!("the string {}", shown_short(value)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn shown_short(value: &Value) -> String {
    bounded(&value.to_string(), SHOWN)
}
