//! Addresses, whose query has names and values like an object.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// All that could mean something in a part of an address.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The text with each address in it mapped, and with what stands between them.
pub(super) fn in_text(
    text: &str,
    url: &dyn Fn(&str) -> String,
    between: &dyn Fn(&str) -> String,
) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = first_scheme(rest).and_then(|at| rest.split_at_checked(at)) {
        let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '`');
        let (found, after) = from.split_at(from.find(ends).unwrap_or(from.len()));
        whole.push_str(&between(before));
        whole.push_str(&url(found));
        rest = after;
    }
    whole.push_str(&between(rest));
    whole
}

/// Where the first address begins.
fn first_scheme(text: &str) -> Option<usize> {
    let schemes = ["https://", "http://"];
    schemes.into_iter().filter_map(|scheme| text.find(scheme)).min()
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
    fn addresses_in_a_text_are_told_from_what_stands_between_them() {
        let text = "<https://a.example/x>; rel=\"next\", see http://b.example";
        let mapped = in_text(text, &|url| format!("({})", url.len()), &str::to_uppercase);
        assert_eq!(mapped, "<(19)>; REL=\"NEXT\", SEE (16)");
        assert_eq!(in_text("none", &|_| String::new(), &str::to_uppercase), "NONE");
    }

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
