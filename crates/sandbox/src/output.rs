//! What a script returned.

use domain::{Glance, LeanValue, nul_path};
use serde_json::Value;

use crate::RunError;

/// An output as the text that it came in: a large one takes several times as much as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// JSON, as [`Output::read`] and the conversion from a value made sure.
    json: String,
}

impl Output {
    /// Takes what a script returned.
    ///
    /// # Errors
    /// When it is no JSON, is nested too deeply, or holds a character that cannot be stored.
    pub(crate) fn read(json: Vec<u8>) -> Result<Self, RunError> {
        let unreadable = |error: &dyn std::fmt::Display| RunError::Crashed {
            how: format!("its output is no JSON that can be read: {error}"),
        };
        let json = String::from_utf8(json).map_err(|error| unreadable(&error))?;
        let glance: Glance = serde_json::from_str(&json).map_err(|error| unreadable(&error))?;
        let output = Self { json };
        if glance.has_nul {
            let path = nul_path(&output.value()).unwrap_or_else(|| "$".to_owned());
            return Err(RunError::OutputNotJson { reason: format!("a NUL character at {path}") });
        }
        Ok(output)
    }

    /// Its JSON text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.json
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> Value {
        // It was read once already, so that reading it cannot fail.
        serde_json::from_str(&self.json).map(|LeanValue(value)| value).unwrap_or_default()
    }
}

impl From<&Value> for Output {
    fn from(value: &Value) -> Self {
        Self { json: value.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_output_keeps_its_text_and_its_value() {
        let output = Output::read(b"{\"b\": 1.50, \"a\": []}".to_vec()).unwrap();
        assert_eq!(output.text(), "{\"b\": 1.50, \"a\": []}");
        assert_eq!(output.value(), json!({"b": 1.5, "a": []}));
    }

    #[test]
    fn what_cannot_be_stored_or_read_is_refused() {
        let nul = Output::read(b"{\"a\": [\"\\u0000\"]}".to_vec());
        assert!(
            matches!(&nul, Err(RunError::OutputNotJson { reason }) if reason.contains("$.a[0]")),
            "{nul:?}"
        );
        for bad in [&b"{"[..], b"", b"\"\xff\"", &b"[".repeat(200)] {
            assert!(matches!(Output::read(bad.to_vec()), Err(RunError::Crashed { .. })));
        }
    }
}
