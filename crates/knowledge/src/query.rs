//! What is looked for: the words of a topic, or anybody's.

use std::collections::BTreeMap;

use domain::{Contract, ProviderSlug, Topic};
use serde_json::Value;

use crate::words;

/// Words with how much each counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    terms: BTreeMap<String, f64>,
}

/// How much the topic's own words, the names of the contract's fields, and the words about calling
/// any API count.
const TOPIC: f64 = 3.0;
const FIELD: f64 = 1.0;
const CALLING: f64 = 0.5;

/// How a call is made and answered, whatever it is about.
const CALLING_WORDS: &str =
    "authentication authorization header bearer token api key base url pagination cursor page";

impl Query {
    /// The words that a text about the topic has: the trade's words for it, the names of the
    /// contract's fields, and a little about calls. The provider's name counts too: documents that
    /// speak of several vendors name the one they mean.
    #[must_use]
    pub fn for_topic(provider: &ProviderSlug, topic: Topic) -> Self {
        let mut query = Self { terms: BTreeMap::new() };
        query.add(trade_words(topic), TOPIC);
        query.add(provider.as_str(), FIELD);
        let contract = Contract::of(topic);
        let mut names = String::new();
        for shape in [Some(contract.output_schema()), contract.payload_schema()].iter().flatten() {
            field_names(shape, &mut names);
        }
        query.add(&names, FIELD);
        query.add(CALLING_WORDS, CALLING);
        query
    }

    /// The words of a text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut query = Self { terms: BTreeMap::new() };
        query.add(text, FIELD);
        query
    }

    /// A word that counts twice counts as much as its better place says.
    fn add(&mut self, text: &str, weight: f64) {
        for word in words::stems(text) {
            let known = self.terms.entry(word).or_insert(weight);
            *known = known.max(weight);
        }
    }

    /// The stems, in a fixed order.
    pub(crate) fn terms(&self) -> impl Iterator<Item = (&str, f64)> {
        self.terms.iter().map(|(word, weight)| (word.as_str(), *weight))
    }
}

/// What the trade calls the topic's things and acts.
const fn trade_words(topic: Topic) -> &'static str {
    match topic {
        Topic::TestConnection => {
            "connection test ping verify credentials authenticate authentication whoami me account \
             merchant profile unauthorized 401 403"
        }
        Topic::ListRemoteOutlets => {
            "location locations outlet store shop restaurant venue branch site merchant list"
        }
        Topic::SyncOutlet => {
            "location outlet store shop restaurant venue branch site opening hours schedule business \
             hours weekday open close timezone address"
        }
        Topic::SyncProducts => {
            "menu menus catalog catalogue product item article dish plu sku skus price category modifier option \
             variation addon topping availability"
        }
        Topic::OrderDispatch => {
            "order create submit place inject ticket check sale line item modifier customer total tax \
             tip discount pickup delivery"
        }
        Topic::OrderStatusUpdate => {
            "order status state webhook callback event notification accepted preparing ready completed \
             cancelled rejected reason"
        }
        Topic::SnoozeItems => {
            "availability available unavailable snooze unsnooze suspend 86 stock sold out inventory \
             hide disable enable item until"
        }
    }
}

/// The names of all properties of a schema.
fn field_names(shape: &Value, out: &mut String) {
    for (name, property) in shape.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        out.push_str(name);
        out.push(' ');
        field_names(property, out);
    }
    if let Some(items) = shape.get("items") {
        field_names(items, out);
    }
}
