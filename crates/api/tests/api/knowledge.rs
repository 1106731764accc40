use domain::{Document, DocumentLink, FetchState, HttpExchange, Sample, Scope, Timestamp};
use egress::EgressError;
use http::StatusCode;
use serde_json::json;

use crate::support::{Below, get, request, send, with_json};

const ADMIN: &[Scope] = &[Scope::Admin];
const DOCUMENT: &str = "/api/v1/knowledge/my-till/documents/api.md";
const SAMPLE: &str = "/api/v1/knowledge/my-till/sync_products/samples/menu";

fn keeping_document(content: &'static str) -> Below {
    let mut below = Below::default();
    below.knowledge.expect_put_document().times(1).returning(move |provider, document, _| {
        assert_eq!((provider.as_str(), document.name.as_str()), ("my-till", "api.md"));
        assert_eq!(document.content, content);
        Ok(())
    });
    below
}

#[tokio::test]
async fn a_document_comes_as_plain_text_or_as_json() {
    for (content_type, body) in [
        ("text/plain", "# API ü"),
        ("text/markdown; charset=utf-8", "# API ü"),
        ("application/json", "{\"content\": \"# API ü\"}"),
    ] {
        let put = request("PUT", DOCUMENT).header("content-type", content_type);
        let answer =
            send(keeping_document("# API ü").router(ADMIN), put.body(body.into()).unwrap());
        assert_eq!(answer.await.json()["isSuccess"], true, "{content_type}");
    }
}

#[tokio::test]
async fn a_document_is_text_without_nul() {
    for body in [&b"a\0b"[..], &b"a\xff"[..]] {
        let put = request("PUT", DOCUMENT).header("content-type", "text/plain");
        let answer = send(Below::default().router(ADMIN), put.body(body.into()).unwrap()).await;
        assert_eq!(answer.error(400).0, "content");
    }
    let nul = with_json("PUT", DOCUMENT, "{\"content\": \"\\u0000\"}");
    assert_eq!(send(Below::default().router(ADMIN), nul).await.error(400).0, "content");
    let pdf = request("PUT", DOCUMENT).header("content-type", "application/pdf");
    send(Below::default().router(ADMIN), pdf.body("%PDF".into()).unwrap()).await.error(415);
}

#[tokio::test]
async fn pages_and_yaml_are_documents_as_they_are() {
    for kind in [
        "text/html",
        "text/markdown; charset=utf-8",
        "application/yaml",
        "application/vnd.oai.openapi+yaml",
    ] {
        let mut below = Below::default();
        below.knowledge.expect_put_document().times(1).returning(|_, document, _| {
            assert_eq!(document.content, "openapi: 3.1.0");
            Ok(())
        });
        let put = request("PUT", DOCUMENT).header("content-type", kind);
        let answer = send(below.router(ADMIN), put.body("openapi: 3.1.0".into()).unwrap()).await;
        assert_eq!(answer.status, http::StatusCode::OK, "{kind}");
    }
}

fn document() -> Document {
    Document { name: "api.md".parse().unwrap(), content: "# API".to_owned() }
}

fn link() -> DocumentLink {
    DocumentLink {
        name: "api.md".parse().unwrap(),
        url: "https://docs.till.example/api".parse().unwrap(),
        state: FetchState {
            etag: "\"7\"".to_owned(),
            last_modified: "Tue, 24 Nov 2026 10:00:00 GMT".to_owned(),
            fetched_at: Some(Timestamp::UNIX_EPOCH),
            error: "the server answered 500".to_owned(),
        },
    }
}

#[tokio::test]
async fn a_document_can_be_given_by_its_address() {
    for known in [None, Some(link())] {
        let mut below = Below::default();
        below.egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
        let etag = known.as_ref().map(|link| link.state.etag.clone()).unwrap_or_default();
        below.knowledge.expect_link().returning(move |_, _| Ok(known.clone()));
        below.knowledge.expect_put_link().times(1).returning(move |_, new, _| {
            // What the text is known by stays; when it was fetched does not, so that it is again.
            assert_eq!(
                (&new.url, &new.state.etag, new.state.fetched_at),
                (&link().url, &etag, None)
            );
            Ok(())
        });
        let put = with_json("PUT", DOCUMENT, "{\"url\": \"https://docs.till.example/api\"}");
        assert_eq!(send(below.router(ADMIN), put).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_document_is_a_text_or_an_address_that_may_be_called() {
    for (body, field) in [
        ("{}", "content"),
        ("{\"content\": \"a\", \"url\": \"https://docs.till.example\"}", "url"),
        ("{\"url\": \"https://127.0.0.1/\"}", "url"),
    ] {
        let mut below = Below::default();
        below.egress.expect_check_url().returning(|_| Err(EgressError::UserInfo));
        let answer = send(below.router(ADMIN), with_json("PUT", DOCUMENT, body)).await;
        assert_eq!(answer.error(400).0, field, "{body}");
    }
}

#[tokio::test]
async fn a_document_shows_where_its_text_comes_from() {
    let mut below = Below::default();
    below.knowledge.expect_document().returning(|_, _| Ok(Some(document())));
    below.knowledge.expect_link().returning(|_, _| Ok(Some(link())));
    let answer = send(below.router(ADMIN), get(DOCUMENT)).await;
    insta::assert_json_snapshot!("linked_document", answer.json());
}

#[tokio::test]
async fn documents_are_shown_and_listed_with_their_size() {
    let mut below = Below::default();
    below.knowledge.expect_document().returning(|_, _| Ok(Some(document())));
    below.knowledge.expect_link().returning(|_, _| Ok(None));
    insta::assert_json_snapshot!("document", send(below.router(ADMIN), get(DOCUMENT)).await.json());
    let mut below = Below::default();
    below.knowledge.expect_documents().returning(|_| Ok(vec![document()]));
    let unread = DocumentLink { name: "guide.html".parse().unwrap(), ..link() };
    below.knowledge.expect_links().returning(move |_| Ok(vec![unread.clone()]));
    let list = get("/api/v1/knowledge/my-till/documents");
    insta::assert_json_snapshot!("documents", send(below.router(ADMIN), list).await.json());
}

#[tokio::test]
async fn what_is_not_there_cannot_be_shown_or_removed() {
    for (method, path) in
        [("GET", DOCUMENT), ("DELETE", DOCUMENT), ("GET", SAMPLE), ("DELETE", SAMPLE)]
    {
        let mut below = Below::default();
        below.knowledge.expect_document().returning(|_, _| Ok(None));
        below.knowledge.expect_link().returning(|_, _| Ok(None));
        below.knowledge.expect_delete_document().returning(|_, _, _| Ok(false));
        below.knowledge.expect_sample().returning(|_| Ok(None));
        below.knowledge.expect_delete_sample().returning(|_, _| Ok(false));
        let request = request(method, path).body("".into()).unwrap();
        let (_, message) = send(below.router(ADMIN), request).await.error(404);
        assert!(message.contains("my-till"), "{message}");
    }
}

#[tokio::test]
async fn what_is_there_can_be_removed() {
    for path in [DOCUMENT, SAMPLE] {
        let mut below = Below::default();
        below.knowledge.expect_delete_document().returning(|_, _, _| Ok(true));
        below.knowledge.expect_delete_sample().returning(|_, _| Ok(true));
        let request = request("DELETE", path).body("".into()).unwrap();
        assert_eq!(send(below.router(ADMIN), request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_path_that_names_nothing_possible_is_told_which_part() {
    for (path, field) in [
        ("/api/v1/knowledge/My%20Till/documents", "provider"),
        ("/api/v1/knowledge/my-till/documents/.env", "name"),
        ("/api/v1/knowledge/my-till/documents/..%2Fetc", "name"),
        ("/api/v1/knowledge/my-till/documents/a%00b", "name"),
        ("/api/v1/knowledge/my-till/documents/%E2%80%AEtxt", "name"),
        ("/api/v1/knowledge/my-till/menus/samples", "topic"),
        ("/api/v1/knowledge/my-till/sync_products/samples/a%5Cb", "name"),
        ("/api/v1/knowledge/my-till/documents/%ff", "path"),
    ] {
        let answer = send(Below::default().router(ADMIN), get(path)).await;
        assert_eq!(answer.error(400).0, field, "{path}");
    }
}

#[tokio::test]
async fn a_sample_is_kept_with_its_name_from_the_path() {
    let mut below = Below::default();
    below.knowledge.expect_put_sample().times(1).returning(|provider, topic, sample, _| {
        assert_eq!((provider.as_str(), topic.as_str()), ("my-till", "sync_products"));
        assert_eq!(sample.name.as_str(), "menu");
        assert_eq!(sample.payload, Some(json!({"items": []})));
        Ok(())
    });
    let put = with_json("PUT", SAMPLE, "{\"payload\": {\"items\": []}}");
    insta::assert_json_snapshot!(send(below.router(ADMIN), put).await.json());
}

#[tokio::test]
async fn a_sample_needs_something_to_run_on() {
    let put =
        |body: &'static str| send(Below::default().router(ADMIN), with_json("PUT", SAMPLE, body));
    assert_eq!(put("{}").await.error(400).0, "payload");
    assert_eq!(put("{\"name\": \"other\", \"payload\": 1}").await.error(400).0, "name");
}

fn sample() -> Sample {
    let exchange: HttpExchange =
        serde_json::from_value(json!({"url": "/items", "body": {"items": []}})).unwrap();
    serde_json::from_value(json!({
        "name": "menu",
        "http": [exchange],
        "connection": {"baseUrl": "https://api.example", "apiKey": "s3cret", "config": {"shop": 1}},
    }))
    .unwrap()
}

#[tokio::test]
async fn a_sample_is_shown_without_its_credentials() {
    let mut below = Below::default();
    below.knowledge.expect_sample().returning(|_| Ok(Some(sample())));
    let answer = send(below.router(ADMIN), get(SAMPLE)).await;
    assert!(!answer.text.contains("s3cret"));
    insta::assert_json_snapshot!("sample", answer.json());
    let mut below = Below::default();
    below.knowledge.expect_samples().returning(|_, _| Ok(vec![sample()]));
    let list = get("/api/v1/knowledge/my-till/sync_products/samples");
    insta::assert_json_snapshot!("samples", send(below.router(ADMIN), list).await.json());
}
