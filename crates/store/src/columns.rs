//! How values become columns and come back. Both databases get the same: text and big integers.

use std::fmt::Display;
use std::str::FromStr;

use chrono::DateTime;
use domain::{Timestamp, nul_path};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// A moment, to the millisecond.
pub(crate) const fn from_time(time: Timestamp) -> i64 {
    time.timestamp_millis()
}

/// Reads what [`from_time`] wrote.
pub(crate) fn to_time(column: &str, ms: i64) -> Result<Timestamp, StoreError> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| corrupt(column, "no moment in time"))
}

/// A structure as JSON text. A NUL character in it is written as an escape, which every database
/// keeps.
pub(crate) fn from_json<T: Serialize>(column: &str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| corrupt(column, error))
}

/// Reads what [`from_json`] wrote.
pub(crate) fn to_json<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| corrupt(column, error))
}

/// A word or name.
pub(crate) fn to_word<T>(column: &str, text: &str) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    text.parse().map_err(|error| corrupt(column, error))
}

/// A count.
pub(crate) fn to_count(column: &str, number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| corrupt(column, "out of range"))
}

/// That a column cannot be read back.
pub(crate) fn corrupt(column: &str, reason: impl Display) -> StoreError {
    StoreError::Corrupt(format!("{column}: {reason}"))
}

/// Refuses a text with a NUL character, which PostgreSQL cannot keep. `field` is what the caller
/// is told.
pub(crate) fn refuse_nul(field: &str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') { Err(StoreError::Nul { field: field.to_owned() }) } else { Ok(()) }
}

/// [`from_json`] for what came from outside: a NUL character anywhere in it is refused.
pub(crate) fn from_json_without_nul<T: Serialize>(
    field: &str,
    value: &T,
) -> Result<String, StoreError> {
    let text = from_json(field, value)?;
    // Where the escape is not in the text, no NUL is in the value. Where it is, it may be an
    // innocent backslash before `u0000`, so only the value itself decides.
    if text.contains("\\u0000")
        && let Some(path) = nul_path(&to_json(field, &text)?)
    {
        return Err(StoreError::Nul { field: path.replacen('$', field, 1) });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn moments_keep_their_milliseconds() {
        for ms in [0, 1_763_000_000_123, -1] {
            assert_eq!(from_time(to_time("created_at", ms).unwrap()), ms);
        }
        assert!(matches!(to_time("created_at", i64::MAX), Err(StoreError::Corrupt(_))));
    }

    #[test]
    fn numbers_read_back_to_the_last_digit() {
        let value = json!([0.1, 2.220_446_049_250_313e-16, 31.245_270_191_439_438, u64::MAX]);
        let text = from_json("x", &value).unwrap();
        assert_eq!(to_json::<Value>("x", &text).unwrap(), value);
    }

    #[test]
    fn a_nul_is_named_by_its_path_and_its_escape_is_no_nul() {
        let nul = from_json_without_nul("samples", &json!([{"payload": {"a": "x\0"}}]));
        assert!(
            matches!(&nul, Err(StoreError::Nul { field }) if field == "samples[0].payload.a"),
            "{nul:?}"
        );
        assert!(from_json_without_nul("samples", &json!("\\u0000")).is_ok());
    }

    #[test]
    fn what_cannot_be_read_names_its_column() {
        let error = to_json::<u32>("logs", "{").unwrap_err();
        assert!(error.to_string().contains("logs: "), "{error}");
    }
}
