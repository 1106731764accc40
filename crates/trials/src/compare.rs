//! An output against the one that a careful engineer wants.

use domain::bounded;
use serde_json::Value;

/// Numbers this close are equal: what is left of decimal fractions in binary.
const CLOSE: f64 = 1e-9;
/// Characters of a value in a message.
const SHOWN_MAX: usize = 120;
/// The fields that name a record, in the contracts' words.
const NAMES: [&str; 3] = ["itemCode", "externalId", "code"];

/// The first `max` places where `got` is not `wanted`, each as `path: got X, wanted Y`.
pub(crate) fn differences(got: &Value, wanted: &Value, max: usize) -> Vec<String> {
    let mut found = Vec::new();
    compare(got, wanted, "", max, &mut found);
    found
}

fn compare(got: &Value, wanted: &Value, path: &str, max: usize, found: &mut Vec<String>) {
    if found.len() >= max {
        return;
    }
    let at = if path.is_empty() { "output" } else { path };
    match (got, wanted) {
        (Value::Object(got), Value::Object(wanted)) => {
            let field = |key: &str| {
                if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
            };
            for (key, wanted) in wanted {
                match got.get(key) {
                    Some(got) => compare(got, wanted, &field(key), max, found),
                    None => {
                        found.push(format!("{}: missing, wanted {}", field(key), shown(wanted)));
                    }
                }
            }
            for (key, value) in got.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
                found.push(format!("{}: got {}, wanted no such field", field(key), shown(value)));
            }
        }
        (Value::Array(got), Value::Array(wanted)) => compare_lists(got, wanted, path, max, found),
        (got, wanted) if same(got, wanted) => {}
        (got, wanted) => found.push(format!("{at}: got {}, wanted {}", shown(got), shown(wanted))),
    }
    found.truncate(max);
}

fn compare_lists(got: &[Value], wanted: &[Value], path: &str, max: usize, found: &mut Vec<String>) {
    let same_length = got.len() == wanted.len();
    if !same_length {
        let at = if path.is_empty() { "output" } else { path };
        let counts = format!("{at}: got {} entries, wanted {}", got.len(), wanted.len());
        let named = |word: &str, names: &[&str]| match names {
            [] => String::new(),
            names => format!("; {word}: {}", bounded(&names.join(", "), SHOWN_MAX)),
        };
        let lacking = named("missing", &only_in(wanted, got));
        let surplus = named("not wanted", &only_in(got, wanted));
        found.push(format!("{counts}{lacking}{surplus}"));
    }
    for (index, wanted) in wanted.iter().enumerate() {
        // In lists of different lengths the record of the same name is the one to compare with.
        let place = match name_of(wanted) {
            Some(name) if !same_length => {
                got.iter().position(|record| name_of(record) == Some(name))
            }
            Some(_) | None => Some(index),
        };
        if let Some((place, got)) = place.and_then(|place| Some((place, got.get(place)?))) {
            compare(got, wanted, &format!("{path}[{place}]"), max, found);
        }
    }
}

fn name_of(record: &Value) -> Option<&str> {
    NAMES.iter().find_map(|key| record.get(key)?.as_str())
}

/// The names of the records that are in `list` and not in `other`.
fn only_in<'a>(list: &'a [Value], other: &[Value]) -> Vec<&'a str> {
    let known: Vec<&str> = other.iter().filter_map(name_of).collect();
    list.iter().filter_map(name_of).filter(|name| !known.contains(name)).collect()
}

fn same(got: &Value, wanted: &Value) -> bool {
    match (got.as_f64(), wanted.as_f64()) {
        (Some(a), Some(b)) => got == wanted || (a - b).abs() <= CLOSE,
        (Some(_) | None, Some(_) | None) => got == wanted,
    }
}

fn shown(value: &Value) -> String {
    bounded(&value.to_string(), SHOWN_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn equal_outputs_have_no_difference_whatever_the_order_of_their_fields() {
        let got = json!({"a": 1, "b": [0.1 + 0.2, "x"]});
        let wanted = json!({"b": [0.3, "x"], "a": 1.0});
        assert_eq!(differences(&got, &wanted, 9), [""; 0]);
    }

    #[test]
    fn a_difference_names_its_path_and_both_values() {
        let cases = [
            (
                json!({"p": [{"price": 450}]}),
                json!({"p": [{"price": 4.5}]}),
                "p[0].price: got 450, wanted 4.5",
            ),
            (json!({}), json!({"a": {"b": 1}}), r#"a: missing, wanted {"b":1}"#),
            (json!({"a": {"b": 1}}), json!({"a": {}}), "a.b: got 1, wanted no such field"),
            (json!({"a": "1"}), json!({"a": 1}), r#"a: got "1", wanted 1"#),
            (json!([]), json!({}), "output: got [], wanted {}"),
            (json!({"a": null}), json!({"a": false}), "a: got null, wanted false"),
        ];
        for (got, wanted, message) in cases {
            assert_eq!(differences(&got, &wanted, 9), [message]);
        }
    }

    #[test]
    fn lists_of_different_lengths_say_which_records_and_compare_the_rest_by_name() {
        let got = json!({"products": [{"itemCode": "b", "price": 2}, {"itemCode": "x"}, {"itemCode": "y"}]});
        let wanted = json!({"products": [{"itemCode": "a"}, {"itemCode": "b", "price": 3}]});
        assert_eq!(
            differences(&got, &wanted, 9),
            [
                "products: got 3 entries, wanted 2; missing: a; not wanted: x, y",
                "products[0].price: got 2, wanted 3",
            ]
        );
    }

    #[test]
    fn only_the_first_differences_are_told() {
        let got = json!(vec![1; 50]);
        let wanted = json!(vec![2; 50]);
        assert_eq!(differences(&got, &wanted, 3).len(), 3);
    }
}
