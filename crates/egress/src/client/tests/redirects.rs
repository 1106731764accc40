//! Redirects are calls like any other.

use super::*;

async fn to(status: &'static str, location: String) -> Server {
    Server::answering(move |_| page(status, &[("Location", &location)], b"moved")).await
}

#[tokio::test]
async fn a_redirect_is_followed_to_its_end() {
    let server = Server::answering(|request| {
        if request.starts_with("GET /new ") {
            page("200 OK", &[], b"here")
        } else {
            page("301 Moved Permanently", &[("Location", "/new")], b"moved")
        }
    })
    .await;
    let response = get(&client([&server]), &server.url("/old")).await.unwrap();
    assert_eq!(response.body, "here");
    assert_eq!(response.url.path(), "/new");
}

#[tokio::test]
async fn a_redirect_to_a_refused_address_is_refused() {
    for location in [
        "http://127.0.0.1:1/",
        "http://2130706433/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "//10.0.0.1/",
        "http://localhost/",
        "file:///etc/passwd",
        "http://user:pw@vendor.example/",
        "http://vendor.example:22/",
        "http://[",
        "http://vendor.example\\@evil.example/",
    ] {
        let server = to("302 Found", location.to_owned()).await;
        let error = get(&client([&server]), &server.url("/")).await.unwrap_err();
        assert!(matches!(error, EgressError::Redirect { .. }), "{location}: {error}");
        assert!(!error.is_transient());
    }
}

#[tokio::test]
async fn a_chain_without_end_is_left() {
    let server = to("302 Found", "/again".to_owned()).await;
    let error = get(&client([&server]), &server.url("/")).await.unwrap_err();
    assert_eq!(error, EgressError::TooManyRedirects { limit: 3 });
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn another_host_sees_no_credentials_and_they_do_not_come_back() {
    let end = Server::answering(|_| page("200 OK", &[], b"end")).await;
    let second = to("302 Found", end.url("/")).await;
    let first = to("302 Found", second.url("/")).await;
    let mut request = Request::get(Url::parse(&first.url("/?key=secret")).unwrap());
    for name in ["Authorization", "Cookie", "X-Vendor-Key"] {
        request = request.header(name, "secret").unwrap();
    }
    let request = request.header("Accept", "text/html").unwrap();
    let response = client([&first, &second, &end]).send(request).await.unwrap();
    assert_eq!(response.body, "end");
    assert_eq!(first.requests().concat().matches("secret").count(), 4);
    for server in [&second, &end] {
        let requests = server.requests().concat();
        assert!(!requests.contains("secret"), "{requests}");
        assert!(!requests.contains("referer"), "{requests}");
        assert!(requests.contains("accept: text/html"), "{requests}");
    }
}

#[tokio::test]
async fn a_post_becomes_a_get_or_stays_as_the_status_says() {
    for (status, line) in [("303 See Other", "GET /new "), ("307 Temporary Redirect", "POST /new ")]
    {
        let server = Server::answering(move |request| {
            if request.contains(" /new ") {
                page("200 OK", &[], b"")
            } else {
                page(status, &[("Location", "/new")], b"")
            }
        })
        .await;
        let url = Url::parse(&server.url("/")).unwrap();
        let request = Request::new(http::Method::POST, url).body("order");
        client([&server]).send(request).await.unwrap();
        let second = server.requests().remove(1);
        assert!(second.starts_with(line), "{second}");
        assert_eq!(second.ends_with("order"), line.starts_with("POST"), "{second}");
    }
}

#[tokio::test]
async fn a_body_stays_with_the_host_that_it_was_meant_for() {
    let other = Server::answering(|_| page("200 OK", &[], b"")).await;
    let server = to("307 Temporary Redirect", other.url("/")).await;
    let url = Url::parse(&server.url("/")).unwrap();
    let request = Request::new(http::Method::POST, url).body("order");
    let error = client([&server, &other]).send(request).await.unwrap_err();
    assert_eq!(error, EgressError::BodyToOtherHost { host: "127.0.0.1".to_owned() });
    assert!(other.requests().is_empty());
}
