//! The numbers of jobs, scripts and events in paths.

use std::fmt::Display;
use std::str::FromStr;

use api::ApiError;

/// The number that a path names, in its one canonical form: neither `+7` nor `007`.
///
/// # Errors
/// A 404 when it names none.
pub(super) fn number_of<N: FromStr + Display>(text: &str, of: &str) -> Result<N, ApiError> {
    let number = text.parse::<N>().ok().filter(|number| number.to_string() == text);
    let none = || format!("there is no such {of}; its id is a whole number");
    number.ok_or_else(|| ApiError::not_found(none()))
}
