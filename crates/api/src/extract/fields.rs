//! From a JSON value to a type, with the path of the field that does not fit.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ApiError;

/// Makes a `T` of `value`, whose parts move: a body may be megabytes.
///
/// # Errors
/// A 400 whose field is the path to what does not fit, such as `samples[1].name`.
pub(crate) fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, ApiError> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = match error.path().to_string() {
            root if root == "." => String::new(),
            path => path,
        };
        let message = error.into_inner().to_string();
        ApiError::invalid(field_of(&path, &message), message)
    })
}

/// An unknown or a missing field is not part of the path, since there was no value to step into;
/// serde names it between backticks, first of all.
fn field_of(path: &str, message: &str) -> String {
    let named = ["unknown field `", "missing field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split('`').next());
    match named {
        None => path.to_owned(),
        Some(name) if path.is_empty() => name.to_owned(),
        Some(name) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        Some(name) => format!("{path}.{name}"),
    }
}
