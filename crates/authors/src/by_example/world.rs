//! What the search knows besides the samples: the payload's schema, the documents, the secrets and
//! a person's answers.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Brief, Contract, OpenPoint};
use serde_json::Value;

use super::answers::{self, Answer};
use super::nodes::Node;
use super::search::Leaf;
use super::space::{Path, Space};

/// Shorter ones turn up in any text by chance.
const SECRET_LENGTH: usize = 4;

/// Shorter texts stand in a list by chance.
const LISTED_LENGTH: usize = 4;

pub(super) struct World<'a> {
    pub(super) documents: Vec<&'a str>,
    secrets: Vec<&'a str>,
    /// The texts in the lists of the samples' payloads.
    listed: BTreeSet<&'a str>,
    answers: BTreeMap<String, Answer>,
    /// Places that every payload fills.
    required: Vec<Vec<String>>,
    /// Places with a closed list of words.
    words: Vec<(Vec<String>, Vec<Value>)>,
}

impl<'a> World<'a> {
    pub(super) fn of(brief: &'a Brief) -> Self {
        let secrets = brief
            .samples
            .iter()
            .flat_map(|sample| [&sample.connection.api_key, &sample.connection.api_secret])
            .map(String::as_str)
            .filter(|secret| secret.len() >= SECRET_LENGTH)
            .collect();
        let mut world = Self {
            documents: brief.documents.iter().map(|document| document.content.as_str()).collect(),
            secrets,
            listed: brief
                .samples
                .iter()
                .filter_map(|sample| sample.payload.as_ref())
                .flat_map(|payload| listed(payload, false))
                .collect(),
            answers: answers::of(&brief.rounds),
            required: ["baseUrl", "apiKey", "apiSecret", "webhookUrl"]
                .map(|key| vec![key.to_owned()])
                .to_vec(),
            words: Vec::new(),
        };
        if let Some(schema) = Contract::of(brief.topic).payload_schema() {
            world.read_schema(&schema, &["payload".to_owned()], true);
        }
        world
    }

    fn read_schema(&mut self, schema: &Value, place: &[String], required: bool) {
        if required {
            self.required.push(place.to_vec());
        }
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            self.words.push((place.to_vec(), words.clone()));
        }
        if schema.get("type").and_then(Value::as_str) == Some("boolean") {
            self.words.push((place.to_vec(), vec![true.into(), false.into()]));
        }
        if let Some(items) = schema.get("items") {
            let mut element = place.to_vec();
            if let Some(last) = element.last_mut() {
                last.push_str("[]");
            }
            // A place in an element is required of each element, if there is one.
            self.read_schema(items, &element, true);
        }
        for (key, field) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            let needed = schema
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|keys| keys.iter().any(|name| name == key));
            let place = [place, std::slice::from_ref(key)].concat();
            self.read_schema(field, &place, required && needed);
        }
    }

    /// Whether the script may rely on a value: the schema promises it, or it belongs to the
    /// account's settings, and no sample is without it.
    pub(super) fn relies_on(&self, space: &Space<'_>, path: &Path) -> bool {
        let place = space.place(path);
        let promised =
            self.required.contains(&place) || place.first().is_some_and(|key| key == "config");
        promised && space.rows.iter().all(|row| row.get(path).is_some())
    }

    /// The words that a place may hold, where they are a closed list.
    pub(super) fn words(&self, space: &Space<'_>, path: &Path) -> Option<&[Value]> {
        let place = space.place(path);
        self.words.iter().find(|(at, _)| *at == place).map(|(_, words)| words.as_slice())
    }

    pub(super) fn answer(&self, field: &str) -> Option<&Answer> {
        self.answers.get(field)
    }

    /// Whether a text stands in a list of some sample's payload.
    pub(super) fn is_listed(&self, text: &str) -> bool {
        text.len() >= LISTED_LENGTH && self.listed.contains(text)
    }

    /// Whether a value holds a credential anywhere, in a key too.
    pub(super) fn holds_secret(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.has_secret(text),
            Value::Array(items) => items.iter().any(|item| self.holds_secret(item)),
            Value::Object(fields) => {
                fields.iter().any(|(key, item)| self.has_secret(key) || self.holds_secret(item))
            }
            Value::Number(_) => self.has_secret(&value.to_string()),
            Value::Null | Value::Bool(_) => false,
        }
    }

    /// A question for each credential that would be written into the script.
    pub(super) fn exposed(&self, node: &Node) -> Vec<OpenPoint> {
        let exposed =
            |leaf: &&Leaf| leaf.expr.constants().iter().any(|value| self.holds_secret(value));
        let keys =
            node.keys().into_iter().filter(|key| self.has_secret(key)).map(|_| "$".to_owned());
        let leaves = node.leaves().into_iter().filter(exposed).map(|_| "$".to_owned());
        let point = |field| {
            OpenPoint {
            field,
            prompt: "a fixed part of the output holds the connection's credential, which a script must not; where does it come from?".to_owned(),
            choices: Vec::new(),
        }
        };
        leaves.chain(keys).take(1).map(point).collect()
    }

    /// Whether a text holds a credential, plainly or in base64.
    pub(super) fn has_secret(&self, text: &str) -> bool {
        let plain = |text: &str| self.secrets.iter().any(|secret| text.contains(secret));
        plain(text)
            || text.split(' ').filter_map(super::template::decoded).any(|inner| plain(&inner))
    }
}

/// The texts within the lists of a value.
fn listed(value: &Value, is_within: bool) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| listed(item, true)).collect(),
        Value::Object(fields) => {
            fields.values().flat_map(|field| listed(field, is_within)).collect()
        }
        Value::String(text) if is_within => vec![text.as_str()],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
