//! What makes two requests the same request.

use http::Method;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A digest of method, path and body, in hexadecimal digits. The order of an object's fields does
/// not count.
///
/// # Errors
/// When the body cannot be written as JSON.
pub(crate) fn fingerprint(
    method: &Method,
    path: &str,
    body: &impl Serialize,
) -> Result<String, serde_json::Error> {
    let mut body = serde_json::to_value(body)?;
    body.sort_all_objects();
    let mut digest = Sha256::new();
    digest.update(format!("{method} {path}\n"));
    digest.update(serde_json::to_vec(&body)?);
    Ok(hex::encode(digest.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_does_not_count_but_everything_else_does() {
        let of = |method: &Method, path: &str, body| fingerprint(method, path, &body).unwrap();
        let one = of(&Method::POST, "/a", json!({"x": 1, "y": {"p": 1, "q": 2}}));
        assert_eq!(one, of(&Method::POST, "/a", json!({"y": {"q": 2, "p": 1}, "x": 1})));
        assert_ne!(one, of(&Method::POST, "/b", json!({"x": 1, "y": {"p": 1, "q": 2}})));
        assert_ne!(one, of(&Method::PUT, "/a", json!({"x": 1, "y": {"p": 1, "q": 2}})));
        assert_ne!(one, of(&Method::POST, "/a", json!({"x": 2, "y": {"p": 1, "q": 2}})));
        assert_ne!(of(&Method::POST, "/a", json!([1, 2])), of(&Method::POST, "/a", json!([2, 1])));
    }
}
