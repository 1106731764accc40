//! Credentials have no business in what is told about a run.

use domain::{Sample, Topic};
use serde_json::{Map, Value};

/// Characters from which a credential is hidden. A shorter one is a test value that stands in other
/// words as well.
const CREDENTIAL_MIN: usize = 6;
/// Parts of the names of settings that hold credentials, without case and marks.
const SECRET_NAMES: [&str; 9] = [
    "secret",
    "token",
    "password",
    "passphrase",
    "credential",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
];

/// A secret of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Where a script reads it, such as `apiKey` or `config.token`.
    pub name: String,
    /// The secret.
    pub value: String,
}

/// The credentials of the samples, each once, the longest first: one may be a part of another.
#[must_use]
pub fn credentials(samples: &[Sample]) -> Vec<Credential> {
    let mut found: Vec<Credential> = Vec::new();
    for Sample { connection, .. } in samples {
        let mut add = |name: String, value: &str| {
            let is_new = found.iter().all(|known| known.value != value);
            if is_new && value.chars().count() >= CREDENTIAL_MIN {
                found.push(Credential { name, value: value.to_owned() });
            }
        };
        add("apiKey".to_owned(), &connection.api_key);
        add("apiSecret".to_owned(), &connection.api_secret);
        of_settings(&connection.config, "config", &mut add);
    }
    found.sort_by_key(|credential| std::cmp::Reverse(credential.value.len()));
    found
}

/// Whether a setting or field of this name holds a credential.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    SECRET_NAMES.iter().any(|part| plain.contains(part))
}

fn of_settings(settings: &Map<String, Value>, path: &str, add: &mut dyn FnMut(String, &str)) {
    for (key, value) in settings {
        let path = format!("{path}.{key}");
        match value {
            Value::String(text) if is_secret_name(key) => add(path, text),
            Value::Object(below) => of_settings(below, &path, add),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => {}
        }
    }
}

/// `text` with the samples' credentials hidden: what is told about a run is read by more people than
/// may see them.
#[must_use]
pub fn without_credentials(text: String, samples: &[Sample]) -> String {
    credentials(samples)
        .iter()
        .fold(text, |text, credential| text.replace(&credential.value, "[credential]"))
}

/// The credential of the sample that an output holds as JSON. None where the output is a request to the
/// vendor, and where the vendor sent it.
pub(crate) fn leaked(topic: Topic, sample: &Sample, output: &str) -> Option<Credential> {
    match topic {
        Topic::OrderDispatch | Topic::SnoozeItems => return None,
        Topic::TestConnection
        | Topic::ListRemoteOutlets
        | Topic::SyncOutlet
        | Topic::SyncProducts
        | Topic::OrderStatusUpdate => {}
    }
    let holds = |text: &str, credential: &Credential| {
        let json = Value::from(credential.value.as_str()).to_string();
        json.get(1..json.len() - 1).is_some_and(|value| text.contains(value))
    };
    let sent = || serde_json::to_string(&(&sample.payload, &sample.http)).unwrap_or_default();
    credentials(std::slice::from_ref(sample))
        .into_iter()
        .find(|credential| holds(output, credential) && !holds(&sent(), credential))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_and_secret_settings_are_credentials_and_other_settings_are_not() {
        let sample: Sample = serde_json::from_value(json!({"name": "a", "connection": {
            "apiKey": "key-123456", "apiSecret": "short",
            "config": {"store": "store-77", "oauth": {"access_token": "key-1234567", "ttl": "3600000"}},
        }}))
        .unwrap();
        let samples = [sample];
        let found = credentials(&samples);
        let names: Vec<&str> = found.iter().map(|credential| credential.name.as_str()).collect();
        assert_eq!(names, ["config.oauth.access_token", "apiKey"]);
        let text = "key-1234567 key-123456 store-77 short".to_owned();
        assert_eq!(without_credentials(text, &samples), "[credential] [credential] store-77 short");
    }

    #[test]
    fn an_output_holds_no_credential_but_where_the_vendor_sent_it_or_gets_it() {
        let sample = |payload: Value| -> Sample {
            serde_json::from_value(json!({
                "name": "a", "payload": payload, "connection": {"apiKey": "key-\"123456"}
            }))
            .unwrap()
        };
        let output = json!({"name": "Tea key-\"123456"}).to_string();
        let name = |topic, sample: &Sample| leaked(topic, sample, &output).map(|found| found.name);
        let plain = sample(json!({"name": "Tea"}));
        assert_eq!(name(Topic::SyncProducts, &plain).as_deref(), Some("apiKey"));
        assert_eq!(name(Topic::OrderDispatch, &plain), None);
        assert_eq!(name(Topic::SyncProducts, &sample(json!({"name": "Tea key-\"123456"}))), None);
        assert_eq!(leaked(Topic::SyncProducts, &plain, "{}"), None);
    }
}
