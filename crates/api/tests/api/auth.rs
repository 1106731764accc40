use domain::{ApiKeyToken, Scope};
use http::{Request, StatusCode};
use serde_json::Value;

use crate::support::{Below, SCRIPTS, get, request, send, token, with_json};

/// Every route that needs a key: method, path, and the scope that it asks for.
const ROUTES: &[(&str, &str, Option<Scope>)] = &[
    ("POST", "/api/v1/adapter-scripts/generate", Some(Scope::JobsWrite)),
    ("GET", "/api/v1/adapter-scripts/jobs", Some(Scope::JobsRead)),
    ("GET", "/api/v1/adapter-scripts/jobs/{jobId}", Some(Scope::JobsRead)),
    ("GET", "/api/v1/adapter-scripts/jobs/{jobId}/events", Some(Scope::JobsRead)),
    ("POST", "/api/v1/adapter-scripts/jobs/{jobId}/respond", Some(Scope::JobsWrite)),
    ("POST", "/api/v1/adapter-scripts/jobs/{jobId}/cancel", Some(Scope::JobsWrite)),
    ("POST", "/api/v1/adapter-scripts", Some(Scope::JobsWrite)),
    ("GET", "/api/v1/adapter-scripts", Some(Scope::JobsRead)),
    ("GET", "/api/v1/adapter-scripts/{scriptId}", Some(Scope::JobsRead)),
    ("GET", "/api/v1/adapter-scripts/{scriptId}/diff", Some(Scope::JobsRead)),
    ("POST", "/api/v1/adapter-scripts/{scriptId}/run", Some(Scope::JobsWrite)),
    ("POST", "/api/v1/adapter-scripts/{scriptId}/activate", Some(Scope::ScriptsReview)),
    ("POST", "/api/v1/adapter-scripts/{scriptId}/rollback", Some(Scope::ScriptsReview)),
    ("POST", "/api/v1/adapter-scripts/{scriptId}/deprecate", Some(Scope::ScriptsReview)),
    ("POST", "/api/v1/adapter-scripts/{scriptId}/archive", Some(Scope::ScriptsReview)),
    ("GET", "/api/v1/knowledge/{provider}/documents", Some(Scope::JobsRead)),
    ("PUT", "/api/v1/knowledge/{provider}/documents/{name}", Some(Scope::JobsWrite)),
    ("GET", "/api/v1/knowledge/{provider}/documents/{name}", Some(Scope::JobsRead)),
    ("DELETE", "/api/v1/knowledge/{provider}/documents/{name}", Some(Scope::JobsWrite)),
    ("GET", "/api/v1/knowledge/{provider}/{topic}/samples", Some(Scope::JobsRead)),
    ("PUT", "/api/v1/knowledge/{provider}/{topic}/samples/{name}", Some(Scope::JobsWrite)),
    ("GET", "/api/v1/knowledge/{provider}/{topic}/samples/{name}", Some(Scope::JobsRead)),
    ("DELETE", "/api/v1/knowledge/{provider}/{topic}/samples/{name}", Some(Scope::JobsWrite)),
    ("GET", "/api/v1/provider-connections", Some(Scope::ConnectionsRead)),
    ("PUT", "/api/v1/provider-connections/{slug}", Some(Scope::ConnectionsWrite)),
    ("GET", "/api/v1/provider-connections/{slug}", Some(Scope::ConnectionsRead)),
    ("DELETE", "/api/v1/provider-connections/{slug}", Some(Scope::ConnectionsWrite)),
    ("POST", "/api/v1/provider-connections/{slug}/test", Some(Scope::AdaptersRun)),
    ("GET", "/api/v1/provider-connections/{slug}/remote-outlets", Some(Scope::AdaptersRun)),
    ("POST", "/api/v1/adapters/{provider}/{topic}/run", Some(Scope::AdaptersRun)),
    ("GET", "/api/v1/audit", Some(Scope::ScriptsReview)),
    ("POST", "/api/v1/knowledge/{provider}/{topic}/record", Some(Scope::AdaptersRun)),
    ("GET", "/api/v1/drift", Some(Scope::JobsRead)),
    ("GET", "/api/v1/drift/{driftId}", Some(Scope::JobsRead)),
    ("POST", "/api/v1/drift/{driftId}/resolve", Some(Scope::ScriptsReview)),
    ("GET", "/api/v1/providers/{provider}/policy", Some(Scope::JobsRead)),
    ("PUT", "/api/v1/providers/{provider}/policy", Some(Scope::ScriptsReview)),
    ("GET", "/api/v1/auth/whoami", None),
];

#[test]
fn the_table_of_scopes_has_every_route_that_needs_a_key() {
    let description = serde_json::to_value(api::openapi()).unwrap();
    let mut described: Vec<(String, String)> = Vec::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["security"] != Value::Null {
                described.push((method.to_uppercase(), path.clone()));
            }
        }
    }
    let mut tabled: Vec<(String, String)> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    described.sort();
    tabled.sort();
    assert_eq!(described, tabled);
}

#[tokio::test]
async fn a_route_lets_in_its_own_scope_and_admin_alone() {
    for &(method, path, needed) in ROUTES {
        for scope in Scope::ALL {
            let allowed = needed.is_none_or(|needed| [needed, Scope::Admin].contains(&scope));
            let answer = send(Below::default().router(&[scope]), with_json(method, path, "")).await;
            if allowed {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path} {scope}");
                assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} {scope}");
            } else {
                let (_, message) = answer.error(403);
                let needed = needed.unwrap().as_str();
                assert!(message.contains(needed), "{method} {path} {scope}: {message}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_key_no_route_looks_at_anything_else() {
    for &(method, path, _) in ROUTES {
        let request = Request::builder().method(method).uri(path).body("{".into()).unwrap();
        let answer = send(Below::default().router(&[Scope::Admin]), request).await;
        answer.error(401);
        assert!(answer.header("www-authenticate").starts_with("ApiKey"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_key_that_is_not_valid_is_refused_without_telling_why() {
    let wrong_secret = format!("afk_abcDEF12_{}", "t".repeat(ApiKeyToken::SECRET_LENGTH));
    let wrong_prefix = format!("afk_00000000_{}", "s".repeat(ApiKeyToken::SECRET_LENGTH));
    let long = "k".repeat(1_000_000);
    let mut messages = Vec::new();
    for hostile in ["", "x", "ü", "a\tb", &wrong_secret, &wrong_prefix, &long] {
        let request = Request::get(format!("{SCRIPTS}/jobs"))
            .header("x-api-key", hostile)
            .body("".into())
            .unwrap();
        messages.push(send(Below::default().router(&[Scope::Admin]), request).await.error(401).1);
    }
    messages.dedup();
    assert_eq!(messages, ["the API key is not valid"]);
}

#[tokio::test]
async fn of_two_keys_none_is_taken() {
    let request = request("GET", &format!("{SCRIPTS}/jobs"))
        .header("x-api-key", token().reveal())
        .body("".into())
        .unwrap();
    send(Below::default().router(&[Scope::Admin]), request).await.error(401);
}

#[tokio::test]
async fn a_caller_learns_whose_key_it_has() {
    let router = Below::default().router(&[Scope::JobsRead, Scope::ScriptsReview]);
    insta::assert_json_snapshot!(send(router, get("/api/v1/auth/whoami")).await.json());
}

#[tokio::test]
async fn health_needs_no_key() {
    let request = |path: &str| Request::get(path).body("".into()).unwrap();
    let up = send(Below::default().router(&[]), request("/health")).await;
    assert_eq!(up.status, StatusCode::OK);
    let mut below = Below::default();
    below.jobs.expect_ping().returning(|| Ok(()));
    assert_eq!(send(below.router(&[]), request("/ready")).await.status, StatusCode::OK);
    let mut below = Below::default();
    below.jobs.expect_ping().returning(|| Err(store::StoreError::Unavailable("x".to_owned())));
    let down = send(below.router(&[]), request("/ready")).await;
    down.error(503);
    assert_eq!(down.header("retry-after"), "2");
}
