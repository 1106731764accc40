//! Which operations of an API serve a topic, judged by what their paths name.

mod shape;

use std::cmp::Reverse;
use std::sync::LazyLock;

use domain::{HttpMethod, Topic};
use serde_json::Value;

use crate::description::{ApiDescription, Operation, OperationKind};
use crate::{schema, words};
use shape::{READING, Shape, Stems, stemmed};

/// The trade's words for each thing, as stems are compared: the plural is the same.
static PRODUCTS: Stems = LazyLock::new(|| {
    stemmed(&["item", "product", "article", "dish", "plu", "plus", "good", "sku", "skus"])
});
static CATALOGS: Stems =
    LazyLock::new(|| stemmed(&["menu", "menus", "catalog", "catalogue", "assortment", "carte"]));
static OUTLETS: Stems = LazyLock::new(|| {
    stemmed(&[
        "location",
        "outlet",
        "store",
        "shop",
        "restaurant",
        "venue",
        "branch",
        "site",
        "establishment",
    ])
});
static ORDERS: Stems = LazyLock::new(|| stemmed(&["order", "ticket", "check", "sale", "bill"]));
static STATUSES: Stems = LazyLock::new(|| {
    stemmed(&[
        "status",
        "state",
        "update",
        "change",
        "accept",
        "cancel",
        "cancellation",
        "complete",
        "ready",
        "event",
        "reject",
    ])
});
static AVAILABILITY: Stems = LazyLock::new(|| {
    stemmed(&[
        "availability",
        "available",
        "unavailable",
        "snooze",
        "unsnooze",
        "stock",
        "86",
        "suspend",
        "visibility",
        "soldout",
        "outofstock",
    ])
});
static CALLERS: Stems = LazyLock::new(|| {
    stemmed(&["me", "whoami", "account", "profile", "merchant", "verify", "self"])
});
static PINGS: Stems = LazyLock::new(|| {
    stemmed(&["ping", "auth", "token", "session", "company", "business", "organization"])
});
/// Things that a list of products or outlets may stand under or be part of without being one.
static OTHERS: Stems = LazyLock::new(|| {
    stemmed(&[
        "order",
        "customer",
        "cart",
        "basket",
        "purchase",
        "supplier",
        "employee",
        "invoice",
        "ticket",
        "check",
        "loyalty",
        "report",
        "sale",
        "transaction",
        "refund",
    ])
});
/// Addresses of the caller's own side.
static HOOKS: Stems = LazyLock::new(|| stemmed(&["webhook", "callback", "notification"]));

/// How well an operation serves a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fit {
    /// Whether it is the very thing, so that its example stands for a payload. Decides first.
    pub(crate) exact: bool,
    score: i32,
}

impl ApiDescription {
    /// The operations that serve a topic, best first; those that serve it equally well in the
    /// document's order.
    #[must_use]
    pub fn operations_for(&self, topic: Topic) -> Vec<&Operation> {
        self.fits(topic).into_iter().map(|(_, operation)| operation).collect()
    }

    pub(crate) fn fits(&self, topic: Topic) -> Vec<(Fit, &Operation)> {
        let judged = self.operations.iter();
        let mut found: Vec<(Fit, &Operation)> = judged
            .filter_map(|operation| Some((fit(&self.root, operation, topic)?, operation)))
            .collect();
        found.sort_by_key(|(fit, _)| Reverse(*fit));
        found
    }
}

fn fit(root: &Value, operation: &Operation, topic: Topic) -> Option<Fit> {
    let shape = Shape::of(operation);
    if operation.kind == OperationKind::Webhook {
        return (topic == Topic::OrderStatusUpdate).then(|| webhook(operation)).flatten();
    }
    let mut fit = match topic {
        Topic::SyncProducts => products(operation.method, &shape),
        Topic::ListRemoteOutlets => outlets(operation.method, &shape),
        Topic::SyncOutlet => outlet(operation.method, &shape),
        Topic::OrderStatusUpdate => status(operation, &shape),
        Topic::OrderDispatch => dispatch(operation.method, &shape),
        Topic::SnoozeItems => snooze(root, operation, &shape),
        Topic::TestConnection => connection(operation, &shape),
    }?;
    fit.score -= 3 * shape.required_queries.min(5);
    Some(fit)
}

/// It is the very thing.
const fn exact(score: i32) -> Fit {
    Fit { exact: true, score }
}

/// It comes near.
const fn near(score: i32) -> Fit {
    Fit { exact: false, score }
}

fn products(method: HttpMethod, shape: &Shape) -> Option<Fit> {
    if !shape.reads(method) || shape.names(&OTHERS) || shape.names(&AVAILABILITY) {
        return None;
    }
    let catalog = shape.head_is(&CATALOGS);
    if !catalog && !shape.head_is(&PRODUCTS) {
        return None;
    }
    // One menu is a whole catalogue, one item is not.
    match (shape.ends_with_parameter, catalog) {
        (true, false) => None,
        (true, true) => Some(exact(11)),
        (false, _) => Some(exact(if method == HttpMethod::Get { 14 } else { 11 })),
    }
}

fn outlets(method: HttpMethod, shape: &Shape) -> Option<Fit> {
    let lists = shape.reads(method) && !shape.names(&OTHERS) && shape.head_is(&OUTLETS);
    if !lists || shape.ends_with_parameter {
        return None;
    }
    // `/store` is the one that the credential belongs to.
    if shape.singular && shape.verbs.is_empty() { Some(near(8)) } else { Some(exact(14)) }
}

fn outlet(method: HttpMethod, shape: &Shape) -> Option<Fit> {
    if method != HttpMethod::Get || shape.names(&OTHERS) || !shape.head_is(&OUTLETS) {
        return None;
    }
    match (shape.ends_with_parameter, shape.singular) {
        (true, _) => Some(exact(14)),
        (false, true) => Some(exact(12)),
        (false, false) => Some(near(6)),
    }
}

/// A webhook is known by its name, its operation's name and its summary.
fn webhook(operation: &Operation) -> Option<Fit> {
    let said = [&operation.path, &operation.name, &operation.summary];
    let words: Vec<String> = said.into_iter().flat_map(|text| words::stems(text)).collect();
    let has = |known: &[String]| known.iter().any(|word| words.contains(word));
    match (has(&ORDERS), has(&STATUSES)) {
        (true, true) => Some(exact(20)),
        (true, false) => Some(near(12)),
        (false, _) => None,
    }
}

fn status(operation: &Operation, shape: &Shape) -> Option<Fit> {
    if shape.names(&HOOKS) {
        return Some(near(if shape.names(&ORDERS) { 11 } else { 9 }));
    }
    if !shape.names(&ORDERS) {
        return None;
    }
    match operation.method {
        HttpMethod::Get if shape.head_is(&STATUSES) => Some(near(6)),
        HttpMethod::Get if shape.head_is(&ORDERS) && shape.ends_with_parameter => Some(near(5)),
        HttpMethod::Post | HttpMethod::Put | HttpMethod::Patch if shape.head_is(&STATUSES) => {
            Some(near(4))
        }
        _ => None,
    }
}

fn dispatch(method: HttpMethod, shape: &Shape) -> Option<Fit> {
    let makes = matches!(method, HttpMethod::Post | HttpMethod::Put) && !shape.does(&READING);
    if !makes || !shape.head_is(&ORDERS) || shape.names(&HOOKS) {
        return None;
    }
    match (method, shape.ends_with_parameter) {
        (HttpMethod::Post, false) => Some(exact(if shape.head == "order" { 14 } else { 12 })),
        // `PUT /orders/{id}` with an id of the caller's own.
        (HttpMethod::Put, true) => Some(near(6)),
        _ => None,
    }
}

fn snooze(root: &Value, operation: &Operation, shape: &Shape) -> Option<Fit> {
    let writes = operation.method != HttpMethod::Get && !shape.does(&READING);
    if !writes || shape.names(&OTHERS) {
        return None;
    }
    let about_products = shape.names(&PRODUCTS) || shape.names(&CATALOGS);
    if shape.names(&AVAILABILITY) {
        return Some(exact(if about_products { 14 } else { 11 }));
    }
    let changes = matches!(operation.method, HttpMethod::Put | HttpMethod::Patch);
    let sent = operation.request.schema.as_ref().and_then(|sent| schema::resolve(root, sent));
    let mut fields = sent.into_iter().flat_map(|sent| schema::fields(root, sent).properties);
    let says =
        fields.any(|(name, _)| words::stems(name).iter().any(|word| AVAILABILITY.contains(word)));
    match (changes && shape.head_is(&PRODUCTS), says) {
        (true, true) => Some(near(8)),
        (true, false) => Some(near(5)),
        (false, _) => None,
    }
}

/// Cheap, read-only, and refused without a credential.
fn connection(operation: &Operation, shape: &Shape) -> Option<Fit> {
    let plain = operation.method == HttpMethod::Get && !shape.has_parameters;
    if !plain || shape.required_queries > 0 || shape.parts.is_empty() {
        return None;
    }
    let length = i32::try_from(shape.parts.len().min(4)).unwrap_or(4);
    // What answers everybody tells nothing about a credential.
    let open = if operation.open { 8 } else { 0 };
    let score = if shape.head_is(&CALLERS) {
        16
    } else if shape.head_is(&PINGS) {
        13
    } else if shape.head_is(&OUTLETS) {
        11
    } else {
        return Some(near(4 - length - open));
    };
    Some(Fit { exact: open == 0, score: score - length - open })
}
