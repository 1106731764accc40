//! Addresses, whose query has names and values like an object.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All that could mean something in a part of an address.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Whether a text is one, and not a sentence with one in it.
pub(super) fn is_url(text: &str) -> bool {
    let has_scheme = text.starts_with("https://") || text.starts_with("http://");
    has_scheme && !text.contains(char::is_whitespace)
}

/// The address with each part of its path and each value of its query mapped, the latter by its name.
/// What does not change stays as it was written.
pub(super) fn map(url: &str, map: &dyn Fn(Option<&str>, &str) -> String) -> String {
    let (rest, fragment) = cut(url, '#');
    let (path, query) = cut(rest, '?');
    let (origin, path) = match path.find("://") {
        Some(scheme) => {
            let host = scheme + "://".len();
            let end = path.get(host..).and_then(|after| after.find('/')).unwrap_or(path.len());
            path.split_at_checked(host + end).unwrap_or((path, ""))
        }
        None => ("", path),
    };
    let parts: Vec<String> = path.split('/').map(|part| encoded(part, |p| map(None, p))).collect();
    let mut whole = format!("{origin}{}", parts.join("/"));
    if let Some(query) = query {
        let pair = |pair: &str| match pair.split_once('=') {
            Some((name, value)) => {
                let plain = decoded(name);
                format!("{name}={}", encoded(value, |value| map(Some(&plain), value)))
            }
            None => pair.to_owned(),
        };
        let pairs: Vec<String> = query.split('&').map(pair).collect();
        whole.push('?');
        whole.push_str(&pairs.join("&"));
    }
    if let Some(fragment) = fragment {
        whole.push('#');
        whole.push_str(fragment);
    }
    whole
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn encoded(part: &str, map: impl Fn(&str) -> String) -> String {
    let plain = decoded(part);
    let mapped = map(&plain);
    if mapped == plain { part.to_owned() } else { utf8_percent_encode(&mapped, PART).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_mapped_and_the_rest_stays_as_it_was_written() {
        let shout = |name: Option<&str>, value: &str| match name {
            Some("mail") => "a b".to_owned(),
            None if value == "maria" => "x/y".to_owned(),
            _ => value.to_owned(),
        };
        for (url, mapped) in [
            (
                "https://v.example/u/maria?mail=m%40x&q=a+b%20c#top",
                "https://v.example/u/x%2Fy?mail=a%20b&q=a+b%20c#top",
            ),
            ("/u/maria", "/u/x%2Fy"),
            ("https://v.example", "https://v.example"),
            ("/a?b&c=", "/a?b&c="),
        ] {
            assert_eq!(map(url, &shout), mapped);
        }
    }
}
