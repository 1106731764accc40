//! What holds for every page and every form.

use axum::body::Body;
use domain::Scope;

use crate::support::*;

/// Every form there is, by its address.
const FORMS: [&str; 6] = [
    "/sign-out",
    "/jobs/new",
    "/jobs/7/respond",
    "/jobs/7/cancel",
    "/scripts/3/review",
    "/scripts/3/try",
];

#[tokio::test]
async fn a_form_without_the_sessions_token_does_nothing() {
    for path in FORMS {
        for body in ["", "form_token=", &format!("form_token={}", token().hash())] {
            // What it would do is set up nowhere: a call would panic.
            let answer =
                send(Below::with(&[Scope::Admin]).router(), post_as_it_is(path, body.to_owned()))
                    .await;
            assert_eq!(answer.status, 403, "{path} {body}");
        }
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing_even_with_the_token() {
    for path in FORMS {
        for site in ["cross-site", "same-site"] {
            let body = format!("form_token={}", token().form_token());
            let request = request("POST", path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", site)
                .body(Body::from(body))
                .unwrap();
            let answer = send(Below::with(&[Scope::Admin]).router(), request).await;
            assert_eq!(answer.status, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn what_a_key_may_not_do_is_refused_whatever_was_offered() {
    for (path, scope) in [
        ("/jobs/new", "jobs:write"),
        ("/jobs/7/respond", "jobs:write"),
        ("/jobs/7/cancel", "jobs:write"),
        ("/scripts/3/review", "scripts:review"),
        ("/scripts/3/try", "jobs:write"),
    ] {
        let answer = send(Below::with(&[Scope::JobsRead]).router(), post(path, "")).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text.contains(scope), "{}", answer.text);
    }
    for path in [
        "/",
        "/jobs",
        "/jobs/7",
        "/jobs/7/events",
        "/jobs/events",
        "/scripts",
        "/scripts/3",
        "/scripts/3/samples/menu.json",
        "/providers/my-till",
    ] {
        let answer = send(Below::with(&[Scope::AdaptersRun]).router(), get(path)).await;
        assert_eq!(answer.status, 403, "{path}");
        // Nobody is stuck with a key that opens nothing.
        if !path.ends_with("/events") {
            assert!(answer.text.contains("href=\"/sign-in\""), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn every_answer_keeps_to_itself() {
    for path in ["/", "/sign-in", "/jobs/x", "/assets/x/console.css", "/assets/x/none"] {
        let answer = send(Below::with(&[Scope::Admin]).router(), get(path)).await;
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        for inline in ["style=", "<style", "onclick=", "javascript:"] {
            let is_file = path.starts_with("/assets");
            assert!(is_file || !answer.text.contains(inline), "{path} has {inline}");
        }
    }
}

#[tokio::test]
async fn files_of_this_version_are_kept_and_others_asked_for_again() {
    let page = send(Below::with(&[Scope::Admin]).router(), get("/")).await.text;
    let (_, rest) = page.split_once("href=\"/assets/").unwrap();
    let version = rest.split('/').next().unwrap();
    for file in ["console.css", "console.js", "icon.svg"] {
        let path = format!("/assets/{version}/{file}");
        let answer = send(Below::with(&[]).router(), get(&path)).await;
        assert!(answer.header("cache-control").contains("immutable"), "{file}");
        assert!(!answer.text.contains("http://") || file == "icon.svg", "{file}");
    }
    let other = send(Below::with(&[]).router(), get("/assets/0/console.css")).await;
    assert_eq!(other.header("cache-control"), "no-cache");
}
