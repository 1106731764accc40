//! A sample that a person pasted as an answer.

use domain::Sample;
use serde_json::Value;

/// Its name.
const PASTED: &str = "answer";

/// The first JSON object or list in an answer, as a sample. One that has a sample's form is taken
/// as one; anything else is the payload.
pub(super) fn pasted(response: &str) -> Option<Sample> {
    let starts = response.char_indices().filter(|(_, c)| matches!(c, '{' | '['));
    let json = starts.filter_map(|(start, _)| response.get(start..)).find_map(|text| {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let value = values.next()?.ok()?;
        // "see [1]" pastes nothing.
        let records = |value: &Value| match value {
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => items.iter().any(Value::is_object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        };
        records(&value).then_some(value)
    })?;
    let name = PASTED.parse().ok()?;
    if json.get("payload").is_some() || json.get("http").is_some() {
        let mut whole = json.clone();
        whole.as_object_mut()?.insert("name".to_owned(), Value::from(PASTED));
        if let Ok(sample) = serde_json::from_value::<Sample>(whole) {
            return Some(sample);
        }
    }
    Some(Sample {
        name,
        payload: Some(json),
        http: Vec::new(),
        connection: domain::Connection::default(),
        expected: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_payload_is_found_in_an_answer() {
        let payload = |text: &str| pasted(text).and_then(|sample| sample.payload);
        assert_eq!(payload("go on"), None);
        assert_eq!(payload("see [1] and {}"), None);
        assert_eq!(payload("here: {\"items\": [1]} bye"), Some(json!({"items": [1]})));
        assert_eq!(payload("```json\n[{\"id\": 1}]\n```"), Some(json!([{"id": 1}])));
        assert_eq!(payload("{broken {\"a\": 1}"), Some(json!({"a": 1})));
    }

    #[test]
    fn an_answer_in_a_sample_s_form_is_that_sample() {
        let sample = pasted("{\"payload\": {\"a\": 1}, \"expected\": {\"b\": 2}}").unwrap();
        assert_eq!(sample.payload, Some(json!({"a": 1})));
        assert_eq!(sample.expected, Some(json!({"b": 2})));
    }
}
