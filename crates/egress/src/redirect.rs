//! Where a redirect leads, and what of the request goes along.

use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap,
    HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, USER_AGENT,
};
use http::{Method, StatusCode};
use url::Url;

use crate::policy::refuse_ambiguous;
use crate::{EgressError, Request};

/// What another host may see. A list of what to hold back would miss the next vendor's
/// `X-Access-Key`; these say nothing of who asks.
const FOR_EVERYONE: [HeaderName; 6] =
    [ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT];

/// The headers that describe a body.
const OF_THE_BODY: [HeaderName; 3] = [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LANGUAGE];

/// Where a response sends us; nothing where it is no redirect, or says no place.
pub(crate) fn target(
    from: &Url,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<Option<Url>, EgressError> {
    let follow = matches!(
        status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    );
    let Some(location) = headers.get(LOCATION).filter(|_| follow) else { return Ok(None) };
    let invalid = |reason: &str| EgressError::InvalidUrl { reason: reason.to_owned() };
    let text = location.to_str().map_err(|_| invalid("it is not ASCII"))?;
    refuse_ambiguous(text)?;
    let url = from.join(text).map_err(|error| invalid(&error.to_string()))?;
    Ok(Some(url))
}

/// Makes a request into the one that follows a redirect, as fetch does, with one difference: a
/// body never goes to another host. It was meant for the first one, as its credentials were.
pub(crate) fn follow(
    mut request: Request,
    status: StatusCode,
    to: Url,
) -> Result<Request, EgressError> {
    let becomes_get = match status {
        StatusCode::SEE_OTHER => request.method != Method::GET && request.method != Method::HEAD,
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => request.method == Method::POST,
        _ => false,
    };
    if becomes_get {
        request.method = Method::GET;
        request.body = None;
        for name in &OF_THE_BODY {
            request.headers.remove(name);
        }
    }
    if to.origin() != request.url.origin() {
        if request.body.is_some() {
            let host = to.host_str().unwrap_or_default().to_owned();
            return Err(EgressError::BodyToOtherHost { host });
        }
        let mut kept = HeaderMap::new();
        for name in &FOR_EVERYONE {
            for value in request.headers.get_all(name) {
                kept.append(name, value.clone());
            }
        }
        request.headers = kept;
    }
    request.url = to;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method) -> Request {
        let mut request = Request::new(method, Url::parse("https://a.example/x?y").unwrap());
        for (name, value) in [
            ("authorization", "secret"),
            ("cookie", "secret"),
            ("x-vendor-key", "secret"),
            ("accept", "text/html"),
            ("content-type", "text/plain"),
        ] {
            request = request.header(name, value).unwrap();
        }
        request
    }

    fn followed(method: Method, status: u16, to: &str) -> Result<Request, EgressError> {
        let to = Url::parse(to).unwrap();
        let request = match method {
            Method::POST | Method::PUT => request(method).body("body"),
            method => request(method),
        };
        follow(request, StatusCode::from_u16(status).unwrap(), to)
    }

    #[test]
    fn the_method_changes_only_where_it_should() {
        for (method, status, expected) in [
            (Method::GET, 301, Method::GET),
            (Method::HEAD, 303, Method::HEAD),
            (Method::POST, 301, Method::GET),
            (Method::POST, 302, Method::GET),
            (Method::POST, 303, Method::GET),
            (Method::PUT, 303, Method::GET),
            (Method::DELETE, 303, Method::GET),
            (Method::PUT, 302, Method::PUT),
            (Method::DELETE, 301, Method::DELETE),
            (Method::POST, 307, Method::POST),
            (Method::POST, 308, Method::POST),
        ] {
            let next = followed(method.clone(), status, "https://a.example/new").unwrap();
            assert_eq!(next.method, expected, "{method} {status}");
            let has_body = matches!(expected, Method::POST | Method::PUT);
            assert_eq!(next.body.is_some(), has_body, "{method} {status}");
            let typed = next.headers.contains_key("content-type");
            assert_eq!(typed, method == expected, "{method} {status}");
            assert_eq!(next.headers["authorization"], "secret");
        }
    }

    #[test]
    fn another_host_port_or_scheme_sees_no_credentials() {
        for to in ["https://b.example/", "https://a.example:8443/", "http://a.example/"] {
            let next = followed(Method::GET, 302, to).unwrap();
            let names: Vec<_> = next.headers.keys().map(HeaderName::as_str).collect();
            assert_eq!(names, ["accept", "content-type"], "{to}");
        }
    }

    #[test]
    fn a_body_never_goes_to_another_host() {
        for status in [307, 308] {
            let error = followed(Method::POST, status, "https://b.example/").unwrap_err();
            assert_eq!(error, EgressError::BodyToOtherHost { host: "b.example".to_owned() });
        }
        // As a GET it has none to take along.
        assert!(followed(Method::POST, 302, "https://b.example/").unwrap().body.is_none());
    }

    fn leads_to(status: u16, location: &str) -> Result<Option<String>, EgressError> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().unwrap());
        let from = Url::parse("https://a.example/docs/old?x=1").unwrap();
        target(&from, StatusCode::from_u16(status).unwrap(), &headers)
            .map(|url| url.map(|url| url.to_string()))
    }

    #[test]
    fn a_place_may_be_relative() {
        let to = |location| leads_to(301, location).unwrap().unwrap();
        assert_eq!(to("new"), "https://a.example/docs/new");
        assert_eq!(to("/new"), "https://a.example/new");
        assert_eq!(to("//b.example/new"), "https://b.example/new");
        assert_eq!(to("?x=2"), "https://a.example/docs/old?x=2");
    }

    #[test]
    fn what_is_no_redirect_leads_nowhere() {
        for status in [200, 201, 300, 304, 305] {
            assert_eq!(leads_to(status, "/new"), Ok(None), "{status}");
        }
        let from = Url::parse("https://a.example/").unwrap();
        assert_eq!(target(&from, StatusCode::FOUND, &HeaderMap::new()), Ok(None));
    }

    #[test]
    fn a_place_that_reads_two_ways_is_refused() {
        for location in ["https://b.example\\@c.example/", "https://b.exa\tmple/", "https://["] {
            let error = leads_to(302, location).unwrap_err();
            assert!(matches!(error, EgressError::InvalidUrl { .. }), "{location}");
        }
    }
}
