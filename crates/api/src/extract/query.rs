//! Query parameters.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use store::PageRequest;

use super::fields::from_value;
use crate::error::ApiError;
use crate::router::ApiState;

/// Items of a page where the caller says nothing.
const DEFAULT_LIMIT: u32 = 20;
/// The most items that a caller may ask for.
const MAX_LIMIT: u32 = 100;

/// A query that is a `T`. Every field of `T` is read from text.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        let axum::extract::Query(pairs) =
            axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
                .map_err(|error| ApiError::invalid("", error.body_text()))?;
        let mut fields = Map::new();
        for (name, value) in pairs {
            if fields.insert(name.clone(), Value::String(value)).is_some() {
                let message = format!("the parameter {name} is given twice; give it once");
                return Err(ApiError::invalid(name, message));
            }
        }
        from_value(Value::Object(fields)).map(Self)
    }
}

/// Which page the texts `limit` and `cursor` ask for.
///
/// # Errors
/// A 400 that names the one that is wrong.
pub(crate) fn page_request(
    limit: Option<&str>,
    cursor: Option<&str>,
) -> Result<PageRequest, ApiError> {
    let limit = match limit {
        None => DEFAULT_LIMIT,
        Some(text) => {
            text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or_else(|| {
                ApiError::invalid("limit", format!("limit must be from 1 to {MAX_LIMIT}"))
            })?
        }
    };
    let before = match cursor.filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(text.parse().ok().filter(|id: &i64| *id > 0).ok_or_else(|| {
            ApiError::invalid("cursor", "cursor must be the nextCursor of the page before")
        })?),
    };
    Ok(PageRequest { before, limit })
}

/// The text that `cursor` takes for the page after one; empty after the last.
pub(crate) fn next_cursor(next: Option<i64>) -> String {
    next.map_or_else(String::new, |next| next.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_bounded_and_starts_where_the_last_one_ended() {
        let page = |limit, cursor| page_request(limit, cursor).ok();
        assert_eq!(page(None, None), Some(PageRequest { before: None, limit: 20 }));
        assert_eq!(page(Some("100"), Some("7")), Some(PageRequest { before: Some(7), limit: 100 }));
        assert_eq!(page(None, Some("")), Some(PageRequest { before: None, limit: 20 }));
        for limit in ["0", "101", "-1", "1000000000", "ten", "", "1.5"] {
            assert_eq!(page(Some(limit), None), None, "{limit}");
        }
        for cursor in ["0", "-1", "x", "9223372036854775808", "1'"] {
            assert_eq!(page(None, Some(cursor)), None, "{cursor}");
        }
    }
}
