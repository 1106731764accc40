//! The console of the real binary: who gets in, what a session is worth, and what pages never do.

use std::process::Command;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::json;

use crate::support::{Server, TestDatabase, binary, plain_request};

/// Far above what an event takes.
const LONGEST: Duration = Duration::from_secs(90);
const HOSTILE: &str = "</code><script>alert(1)</script><img src=x onerror=alert(2)>";

/// A browser of a kind: it holds cookies and follows nothing.
struct Browser<'a> {
    server: &'a Server,
    http: Client,
    cookies: Vec<String>,
}

impl<'a> Browser<'a> {
    fn new(server: &'a Server) -> Self {
        let http = Client::builder().redirect(redirect::Policy::none()).build().unwrap();
        Self { server, http, cookies: Vec::new() }
    }

    /// The same cookies at another server.
    fn at(&self, server: &'a Server) -> Self {
        Self { server, http: self.http.clone(), cookies: self.cookies.clone() }
    }

    fn with_cookies(&self, request: RequestBuilder) -> RequestBuilder {
        request.header("cookie", self.cookies.join("; "))
    }

    async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.server.base));
        self.with_cookies(request).send().await.unwrap()
    }

    async fn text(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.unwrap()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut encoded = reqwest::Url::parse("http://form/").unwrap();
        encoded.query_pairs_mut().extend_pairs(fields);
        let request = self
            .http
            .post(format!("{}{path}", self.server.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded.query().unwrap_or_default().to_owned());
        self.with_cookies(request).send().await.unwrap()
    }

    /// Sends a form with the token that stands on the page `on`.
    async fn send(&self, on: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let token = form_token(&self.text(on).await);
        let fields: Vec<_> =
            std::iter::once(("form_token", token.as_str())).chain(fields.to_vec()).collect();
        self.post(path, &fields).await
    }

    fn keep_cookies(&mut self, response: &Response) {
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
            let name = cookie.split('=').next().unwrap().to_owned();
            self.cookies.retain(|kept| kept.split('=').next() != Some(&name));
            self.cookies.push(cookie);
        }
    }

    async fn sign_in(&mut self, key: &str) -> StatusCode {
        let page = self.get("/sign-in").await;
        self.keep_cookies(&page);
        let token = form_token(&page.text().await.unwrap());
        let response = self.post("/sign-in", &[("form_token", &token), ("key", key)]).await;
        self.keep_cookies(&response);
        response.status()
    }

    fn is_sent_to_sign_in(response: &Response) -> bool {
        let location = response.headers().get("location").map(|value| value.to_str().unwrap());
        response.status() == 303 && location.is_some_and(|to| to.starts_with("/sign-in"))
    }
}

fn form_token(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"form_token\" value=\"").expect("a form");
    rest.split('"').next().unwrap().to_owned()
}

fn keys(database: &TestDatabase, arguments: &[&str]) -> String {
    let mut command: Command = binary();
    command.env("FORGE__DATABASE__URL", &database.url).arg("keys").args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn a_session_holds_on_every_server_and_after_a_restart_until_its_key_is_revoked() {
    for database in TestDatabase::every().await {
        let server = Server::start(&database, None, &[]);
        let (admin, team) = (
            server.key.clone(),
            keys(&database, &["create", "--name", "till team", "--scope", "jobs:read"]),
        );
        let mut browser = Browser::new(&server);
        assert!(Browser::is_sent_to_sign_in(&browser.get("/jobs").await));
        assert_eq!(browser.sign_in(&team.replace('_', "-")).await, 401);
        assert_eq!(browser.sign_in(&team).await, 303);
        assert!(browser.text("/jobs").await.contains("till team"));
        let secret = team.rsplit('_').next().unwrap();
        assert!(browser.cookies.iter().all(|cookie| !cookie.contains(secret)));
        let session = browser.cookies.iter().find(|c| c.starts_with("forge_session=")).unwrap();
        let token = session.split('=').nth(1).unwrap();
        assert!(!database.dump().await.contains(token), "the database holds no token");

        let other = Server::start(&database, Some(&admin), &[]);
        let elsewhere = browser.at(&other);
        assert_eq!(elsewhere.get("/jobs").await.status(), 200);
        let cookies = browser.cookies.clone();
        server.terminate();
        let restarted = Server::start(&database, Some(&admin), &[]);
        let mut browser = Browser::new(&restarted);
        browser.cookies = cookies;
        assert_eq!(browser.get("/jobs").await.status(), 200);

        keys(&database, &["revoke", team.split('_').nth(1).unwrap()]);
        for browser in [&browser, &browser.at(&other)] {
            assert!(Browser::is_sent_to_sign_in(&browser.get("/jobs").await));
        }
        drop((restarted, other));
        database.remove().await;
    }
}

#[tokio::test]
async fn whoever_signs_out_is_out_on_every_server() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let mut browser = Browser::new(&server);
    browser.sign_in(&server.key).await;
    let kept = browser.at(&server);
    let response = browser.send("/jobs", "/sign-out", &[]).await;
    assert!(Browser::is_sent_to_sign_in(&response));
    assert!(Browser::is_sent_to_sign_in(&kept.get("/jobs").await));
}

#[tokio::test]
async fn no_form_does_anything_without_the_token_of_its_session() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let job = server.generate(&json!({"provider": "my-till", "topic": "sync_products"})).await;
    server.job_at_rest(job).await;
    let mut browser = Browser::new(&server);
    browser.sign_in(&server.key).await;
    let cancel = format!("/jobs/{job}/cancel");
    let mut other = Browser::new(&server);
    other.sign_in(&server.key).await;
    let foreign = form_token(&other.text("/jobs").await);
    for token in ["", "0", &foreign] {
        assert_eq!(browser.post(&cancel, &[("form_token", token)]).await.status(), 403);
    }
    assert_eq!(server.job(job).await["status"], "needs_clarification");
    assert_eq!(browser.send("/jobs", &cancel, &[]).await.status(), 303);
    assert_eq!(server.job(job).await["status"], "failed");
}

#[tokio::test]
async fn what_a_key_may_not_do_is_neither_offered_nor_done() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let job = server.generate(&plain_request("my-till", 3)).await;
    let script = server.job_at_rest(job).await["resultScriptId"].as_i64().unwrap();
    let page = format!("/scripts/{script}");
    let reader = keys(&database, &["create", "--name", "reader", "--scope", "jobs:read"]);
    let mut browser = Browser::new(&server);
    browser.sign_in(&reader).await;
    let text = browser.text(&page).await;
    assert!(!text.contains("value=\"activate\"") && !text.contains("/try"), "{text}");
    let refused = browser.send(&page, &format!("{page}/review"), &[("action", "activate")]).await;
    assert_eq!(refused.status(), 403);
    let (_, answer) = server.get(&format!("/api/v1/adapter-scripts/{script}")).await;
    assert_eq!(answer["script"]["status"], "candidate");
}

#[tokio::test]
async fn what_vendors_and_authors_send_stays_text() {
    let database = TestDatabase::sqlite();
    let server = Server::start(&database, None, &[]);
    let payload = json!({"items": [{"id": 1, "name": HOSTILE, "price": 1}]});
    let source = format!("// {HOSTILE}\nfunction transform() {{ throw new Error({HOSTILE:?}); }}");
    let body = json!({"provider": "my-till", "topic": "sync_products", "source": source,
        "draft": true, "samples": [{"name": "s", "payload": payload}]});
    let (_, answer) = server.post("/api/v1/adapter-scripts", &body).await;
    let script = answer["scriptId"].as_i64().unwrap();
    let sample = json!({"payload": payload, "expected": {HOSTILE: HOSTILE}});
    let path = "/api/v1/knowledge/my-till/sync_products/samples/s";
    assert_eq!(server.call(reqwest::Method::PUT, path, Some(&sample)).await.0, 200);
    let mut browser = Browser::new(&server);
    browser.sign_in(&server.key).await;
    for path in [
        format!("/scripts/{script}"),
        format!("/scripts/{script}/samples/s"),
        "/providers/my-till/sync_products/samples/s".to_owned(),
    ] {
        let response = browser.get(&path).await;
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        let page = response.text().await.unwrap();
        assert!(!page.contains("<script>alert") && !page.contains("<img"), "{path}: {page}");
        assert!(page.contains("&#60;img src=x onerror=alert(2)&#62;"), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_job_is_followed_until_its_end_and_no_longer_than_the_session_holds() {
    let database = TestDatabase::sqlite();
    let server =
        Server::start(&database, None, &[("FORGE__SERVER__LISTENER_HEARTBEAT_SECONDS", "1")]);
    let job = server.generate(&json!({"provider": "my-till", "topic": "sync_products"})).await;
    server.job_at_rest(job).await;
    let mut browser = Browser::new(&server);
    browser.sign_in(&server.key).await;
    let events = format!("/jobs/{job}/events");
    let mut followed = browser.get(&events).await;
    let mut text = String::new();
    while !text.contains("It asks") {
        let chunk = tokio::time::timeout(LONGEST, followed.chunk()).await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(&chunk.expect("the stream ended early")).unwrap());
    }
    let team = keys(&database, &["create", "--name", "leaver", "--scope", "jobs:read"]);
    let mut leaver = Browser::new(&server);
    leaver.sign_in(&team).await;
    let mut cut = leaver.get(&events).await;
    keys(&database, &["revoke", team.split('_').nth(1).unwrap()]);
    let rest = async { while let Ok(Some(_)) = cut.chunk().await {} };
    tokio::time::timeout(LONGEST, rest).await.expect("a stream outlived its key");

    browser.send(&format!("/jobs/{job}"), &format!("/jobs/{job}/cancel"), &[]).await;
    let rest = async {
        while let Ok(Some(chunk)) = followed.chunk().await {
            text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    tokio::time::timeout(LONGEST, rest).await.expect("the stream outlived its job");
    assert!(text.contains("event: last\n") && text.contains("cancelled by first key"), "{text}");
}
