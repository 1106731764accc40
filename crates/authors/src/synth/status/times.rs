//! Points in time and how they are written.

use serde_json::Value;

use crate::js;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::scope::Field;

/// How a field writes a point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writing {
    /// As the contract wants it.
    Rfc3339,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// A date and time without a zone that documents state to be UTC.
    Utc,
}

/// From 2001 to 2096 in seconds: numbers elsewhere are no times.
const SECONDS: std::ops::Range<f64> = 1.0e9..4.0e9;

/// The contract's form.
pub(super) fn is_rfc3339(value: &Value) -> bool {
    value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok())
}

/// How the field's values are written; nothing when they are no points in time.
pub(super) fn writing(field: &Field<'_>, documents: &Documents) -> Option<Writing> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let within = |scale: f64| {
        field.all(|value| number(value).is_some_and(|n| SECONDS.contains(&(n / scale))))
    };
    if field.is_empty() {
        return None;
    }
    if field.all(is_rfc3339) {
        Some(Writing::Rfc3339)
    } else if within(1.0) {
        Some(Writing::Seconds)
    } else if within(1000.0) {
        Some(Writing::Milliseconds)
    } else {
        let says_utc = documents
            .statements
            .iter()
            .any(|s| s.has_word("utc") && (s.names(&field.path) || s.terms.is_empty()));
        (says_utc && field.all(is_local)).then_some(Writing::Utc)
    }
}

fn is_local(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| is_rfc3339(&Value::String(format!("{}Z", text.replacen(' ', "T", 1)))))
}

/// Writes `occurredAt`.
pub(super) fn write(field: &Field<'_>, documents: &Documents, script: &mut Script) {
    let Some(writing) = writing(field, documents) else { return };
    let (read, place) = (field.js(), js::text(&field.place()));
    let value = match writing {
        Writing::Rfc3339 => {
            script.uses(Helper::Text);
            format!("text({read})")
        }
        Writing::Seconds => {
            script.uses(Helper::Moment);
            format!("moment({read}, 1000, {place})")
        }
        Writing::Milliseconds => {
            script.uses(Helper::Moment);
            format!("moment({read}, 1, {place})")
        }
        Writing::Utc => {
            script.uses(Helper::Text);
            format!("text({read})?.replace(\" \", \"T\").concat(\"Z\")")
        }
    };
    let note = match writing {
        Writing::Rfc3339 => "",
        Writing::Seconds => ", seconds since 1970",
        Writing::Milliseconds => ", milliseconds since 1970",
        Writing::Utc => ", which is UTC",
    };
    script.comment(&format!("{}{note}", field.place()));
    script.line(format!("occurredAt: {value},"));
}
