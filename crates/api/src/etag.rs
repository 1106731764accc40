//! Entity tags: how a poller learns that nothing has changed.

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderValue};

/// A strong entity tag that stands for a version number.
pub(crate) struct ETag(String);

impl ETag {
    /// The tag of a record at `version`.
    pub(crate) fn of_version(version: i64) -> Self {
        Self(format!("\"{version}\""))
    }

    /// Whether the caller has this very version, by `If-None-Match`. The comparison is the weak one
    /// that HTTP asks for here.
    pub(crate) fn is_known_to_caller(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.0)
    }
}

impl TryFrom<ETag> for HeaderValue {
    type Error = http::header::InvalidHeaderValue;

    fn try_from(tag: ETag) -> Result<Self, Self::Error> {
        tag.0.try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(header: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(header))]);
        ETag::of_version(7).is_known_to_caller(&headers)
    }

    #[test]
    fn a_list_with_the_tag_or_a_star_matches() {
        for header in ["\"7\"", "W/\"7\"", "\"6\", \"7\"", "*"] {
            assert!(known(header), "{header}");
        }
        for header in ["\"8\"", "7", "", "\"77\""] {
            assert!(!known(header), "{header}");
        }
    }
}
