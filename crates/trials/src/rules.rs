//! The rules of the contracts that no JSON Schema can say.

use std::collections::HashMap;

use domain::Topic;
use serde_json::{Map, Value};

/// Decimals of the currencies with the most (dinars): a finer amount is a float that was not
/// rounded.
const MAX_DECIMALS: i32 = 3;
/// What JavaScript makes of a value that is not there when it is put into a text.
const JUNK: [&str; 3] = ["undefined", "null", "NaN"];

/// What in `output` breaks a rule, each as `path: what`. The output fits the schema.
pub(crate) fn rule_violations(topic: Topic, output: &Value) -> Vec<String> {
    let mut found = Vec::new();
    match topic {
        Topic::TestConnection => {}
        Topic::ListRemoteOutlets => {
            let outlets = list(output, "outlets");
            unique(outlets, "externalId", "outlets", &mut found);
            filled(output, "", &["outlets"], &mut found);
        }
        Topic::SyncOutlet => {
            filled(output, "", &[], &mut found);
            opening_hours(list(output, "openingHours"), &mut found);
        }
        Topic::SyncProducts => products(output, &mut found),
        Topic::OrderDispatch => request(output, "", &mut found),
        Topic::OrderStatusUpdate => filled(output, "", &[], &mut found),
        Topic::SnoozeItems => {
            for (index, one) in list(output, "requests").iter().enumerate() {
                request(one, &format!("requests[{index}]."), &mut found);
            }
        }
    }
    found
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn products(output: &Value, found: &mut Vec<String>) {
    let products = list(output, "products");
    unique(products, "itemCode", "products", found);
    // A group without options is told by its required, empty list.
    filled(output, "", &["products", "options"], found);
    for (index, product) in products.iter().enumerate() {
        let path = format!("products[{index}]");
        money(product, &path, found);
        let groups = list(product, "modifierGroups");
        unique(groups, "code", &format!("{path}.modifierGroups"), found);
        for (index, group) in groups.iter().enumerate() {
            let path = format!("{path}.modifierGroups[{index}]");
            let bound = |key| group.get(key).and_then(Value::as_f64);
            if let (Some(min), Some(max)) = (bound("minSelect"), bound("maxSelect"))
                && min > max
            {
                found.push(format!("{path}: minSelect {min} is above maxSelect {max}"));
            }
            let options = list(group, "options");
            unique(options, "code", &format!("{path}.options"), found);
            for (index, option) in options.iter().enumerate() {
                money(option, &format!("{path}.options[{index}]"), found);
            }
        }
    }
}

/// An order refers to a record by its code, so two with the same one cannot be told apart.
fn unique(records: &[Value], key: &str, path: &str, found: &mut Vec<String>) {
    let mut first: HashMap<&str, usize> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        let Some(code) = record.get(key).and_then(Value::as_str) else { continue };
        match first.get(code) {
            Some(earlier) => found.push(format!(
                "{path}[{index}].{key}: \"{code}\" is also that of {path}[{earlier}]; codes must be unique"
            )),
            None => {
                first.insert(code, index);
            }
        }
    }
}

fn money(record: &Value, path: &str, found: &mut Vec<String>) {
    let Some(price) = record.get("price").and_then(Value::as_f64) else { return };
    let scaled = price * 10_f64.powi(MAX_DECIMALS);
    // Exact decimals differ from their nearest float by far less than this.
    if (scaled - scaled.round()).abs() > 1e-6 * scaled.abs().max(1.0) {
        found.push(format!(
            "{path}.price: {price} has more than {MAX_DECIMALS} decimals; round it to the currency's"
        ));
    }
}

/// Closing before opening is a night that ends the next day; closing as one opens is nothing.
fn opening_hours(hours: &[Value], found: &mut Vec<String>) {
    for (index, entry) in hours.iter().enumerate() {
        let text = |key| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let (open, close) = (text("openTime"), text("closeTime"));
        if open == close {
            found.push(format!(
                "openingHours[{index}]: opens and closes at {open}; a whole day is 00:00 to 24:00"
            ));
        }
        if close > "24:00" {
            found.push(format!("openingHours[{index}].closeTime: {close} is past 24:00"));
        }
    }
}

/// Optional fields are left out where there is nothing to say. `required` names the lists that may
/// be empty because they must be there.
fn filled(value: &Value, path: &str, required: &[&str], found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let empty = match field {
                    Value::Null => Some("null"),
                    Value::String(text) if text.trim().is_empty() => Some("empty text"),
                    Value::Array(items) if items.is_empty() => {
                        (!required.contains(&key.as_str())).then_some("an empty list")
                    }
                    Value::Object(fields) if fields.is_empty() => Some("an empty object"),
                    Value::String(text) if is_junk(text) => Some("no real value"),
                    Value::Bool(_)
                    | Value::Number(_)
                    | Value::String(_)
                    | Value::Array(_)
                    | Value::Object(_) => None,
                };
                match empty {
                    Some(what) => found.push(format!(
                        "{path}: {field} is {what}; leave the field out where the payload has nothing"
                    )),
                    None => filled(field, &path, required, found),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                filled(item, &format!("{path}[{index}]"), required, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_junk(text: &str) -> bool {
    JUNK.contains(&text) || text.contains("[object Object]")
}

/// A request to the vendor. Its body is the vendor's own shape, which only `expected` can judge.
fn request(request: &Value, path: &str, found: &mut Vec<String>) {
    let empty = Map::new();
    let fields = request.as_object().unwrap_or(&empty);
    let method = fields.get("method").and_then(Value::as_str).unwrap_or_default();
    if fields.get("body").is_some_and(Value::is_null) && !matches!(method, "GET" | "DELETE") {
        found.push(format!("{path}body: null in a {method}; only GET and DELETE have no body"));
    }
    let url = fields.get("url").and_then(Value::as_str).unwrap_or_default();
    if url.contains("[object Object]")
        || url.split(['/', '?', '&', '=']).any(|part| JUNK.contains(&part))
    {
        found.push(format!("{path}url: \"{url}\" was made from a value that is not there"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn product(changes: &Value) -> Value {
        let mut product = json!({"itemCode": "1", "name": "Tea", "price": 4.5});
        for (key, value) in changes.as_object().unwrap() {
            product[key] = value.clone();
        }
        product
    }

    #[test]
    fn products_that_keep_the_rules_pass() {
        let group =
            json!({"code": "g", "name": "Milk", "minSelect": 0, "maxSelect": 2, "options": []});
        let good = [
            json!({}),
            json!({"price": 0}),
            json!({"price": 1.125}),
            json!({"price": 1_234_567.89}),
            json!({"price": 0.1 + 0.2}),
            json!({"modifierGroups": [group]}),
            json!({"isAvailable": false}),
        ];
        for changes in good {
            let output = json!({"products": [product(&changes)]});
            assert_eq!(rule_violations(Topic::SyncProducts, &output), [""; 0], "{changes}");
        }
        assert_eq!(rule_violations(Topic::SyncProducts, &json!({"products": []})), [""; 0]);
    }

    #[test]
    fn products_that_break_a_rule_are_told_by_path() {
        let group = |min: u32, codes: &[&str]| {
            let options: Vec<Value> =
                codes.iter().map(|code| json!({"code": code, "name": "x", "price": 0})).collect();
            json!({"code": "g", "name": "Milk", "minSelect": min, "maxSelect": 1, "options": options})
        };
        let bad = [
            (json!({"price": 4.123_45}), "products[0].price: 4.12345 has more than 3 decimals"),
            (json!({"description": ""}), "products[0].description: \"\" is empty text"),
            (json!({"description": null}), "products[0].description: null is null"),
            (json!({"categories": []}), "products[0].categories: [] is an empty list"),
            (json!({"name": "undefined"}), "products[0].name: \"undefined\" is no real value"),
            (json!({"modifierGroups": [group(2, &[])]}), "minSelect 2 is above maxSelect 1"),
            (
                json!({"modifierGroups": [group(0, &["a", "a"])]}),
                "products[0].modifierGroups[0].options[1].code: \"a\" is also that of",
            ),
            (
                json!({"modifierGroups": [group(0, &["a"]), group(0, &["a"])]}),
                "products[0].modifierGroups[1].code: \"g\"",
            ),
        ];
        for (changes, wanted) in bad {
            let output = json!({"products": [product(&changes)]});
            let found = rule_violations(Topic::SyncProducts, &output);
            assert!(found.len() == 1 && found[0].contains(wanted), "{found:?}, wanted {wanted}");
        }
    }

    #[test]
    fn two_records_with_one_code_are_found() {
        let output = json!({"products": [product(&json!({})), product(&json!({}))]});
        let found = rule_violations(Topic::SyncProducts, &output);
        assert_eq!(
            found,
            ["products[1].itemCode: \"1\" is also that of products[0]; codes must be unique"]
        );
        let outlet = json!({"externalId": "7", "name": "North"});
        let output = json!({"outlets": [outlet, outlet]});
        assert_eq!(rule_violations(Topic::ListRemoteOutlets, &output).len(), 1);
    }

    #[test]
    fn a_night_that_ends_the_next_day_is_allowed_and_no_time_at_all_is_not() {
        let outlet = |open: &str, close: &str| {
            let hours = json!([{"dayOfWeek": 1, "openTime": open, "closeTime": close}]);
            json!({"externalId": "1", "name": "North", "openingHours": hours})
        };
        for (open, close, violations) in [
            ("09:00", "17:00", 0),
            ("22:00", "02:00", 0),
            ("00:00", "24:00", 0),
            ("09:00", "09:00", 1),
            ("09:00", "24:30", 1),
        ] {
            let found = rule_violations(Topic::SyncOutlet, &outlet(open, close));
            assert_eq!(found.len(), violations, "{open} {close}: {found:?}");
        }
    }

    #[test]
    fn a_request_needs_a_body_and_an_address_without_holes() {
        let request = |method: &str, url: &str, body: Value| json!({"method": method, "url": url, "headers": {}, "body": body});
        for (one, violations) in [
            (request("POST", "https://a.example/orders", json!({"note": null})), 0),
            (request("DELETE", "https://a.example/orders/1", Value::Null), 0),
            (request("POST", "https://a.example/orders", Value::Null), 1),
            (request("DELETE", "https://a.example/orders/undefined", Value::Null), 1),
        ] {
            assert_eq!(rule_violations(Topic::OrderDispatch, &one).len(), violations, "{one}");
            let many = json!({"requests": [one]});
            assert_eq!(rule_violations(Topic::SnoozeItems, &many).len(), violations);
        }
    }
}
