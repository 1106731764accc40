//! Credentials have no business in what is told about a run.

use domain::Sample;
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
}
