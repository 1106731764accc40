//! Signing in and out.

use axum::body::Body;
use domain::{Scope, SessionToken, Timestamp};
use http::Request;

use crate::support::*;

fn visit() -> SessionToken {
    "v".repeat(SessionToken::LENGTH).parse().unwrap()
}

fn form(key: &str, then: &str) -> String {
    format!("form_token={}&key={key}&then={then}", visit().form_token())
}

fn sign_in(cookie: &str) -> http::request::Builder {
    Request::builder()
        .method("POST")
        .uri("/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie)
}

fn sent(body: String) -> Request<Body> {
    let cookie = format!("forge_visit={}", visit().reveal());
    sign_in(&cookie).body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_the_form_and_back() {
    for path in ["/", "/jobs/7", "/scripts?status=active", "/providers/my-till", "/jobs/new"] {
        let nobody = Request::builder().uri(path).body(Body::empty()).unwrap();
        let answer = send(Below::with(&[Scope::Admin]).router(), nobody).await;
        assert_eq!(answer.status, 303, "{path}");
        let then = path.replace('/', "%2F").replace('?', "%3F").replace('=', "%3D");
        assert_eq!(answer.header("location"), format!("/sign-in?then={then}"));
    }
}

/// A browser that is sent to a page where it listens for events complains of the page's type.
#[tokio::test]
async fn a_listener_who_is_not_signed_in_is_refused_and_not_sent_to_a_form() {
    let listener = Request::builder().uri("/jobs/7/events").header("accept", "text/event-stream");
    let answer =
        send(Below::with(&[Scope::Admin]).router(), listener.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.headers.contains_key("location"));
}

#[tokio::test]
async fn the_form_sets_a_cookie_of_its_own_and_carries_what_belongs_to_it() {
    let page = Request::builder().uri("/sign-in?then=/jobs").body(Body::empty()).unwrap();
    let answer = send(Below::with(&[]).router(), page).await;
    let [cookie] = answer.cookies().try_into().unwrap();
    for part in ["forge_visit=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let token = cookie.split(['=', ';']).nth(1).unwrap().parse::<SessionToken>().unwrap();
    assert!(answer.text.contains(&token.form_token()));
    assert!(answer.text.contains("name=\"then\" value=\"/jobs\""));
}

#[tokio::test]
async fn a_valid_key_begins_a_session_whose_cookie_holds_no_key() {
    let mut below = Below::with(&[Scope::JobsRead]);
    below
        .sessions
        .expect_insert()
        .withf(|session| session.key_prefix == "abcDEF12" && session.token_hash.len() == 64)
        .times(1)
        .returning(|_| Ok(()));
    let answer = send(below.router(), sent(form(&api_token().reveal(), "/jobs"))).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/jobs"));
    let cookies = answer.cookies();
    let session = cookies.iter().find(|cookie| cookie.starts_with("forge_session=")).unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=3600"] {
        assert!(session.contains(part), "{session}");
    }
    assert!(!session.contains("Secure") && !session.contains("sss"), "{session}");
}

#[tokio::test]
async fn by_https_the_cookie_is_for_https_and_this_host_alone() {
    let mut below = Below::with(&[Scope::JobsRead]);
    below.sessions.expect_insert().returning(|_| Ok(()));
    let cookie = format!("__Host-forge_visit={}", visit().reveal());
    let request = sign_in(&cookie)
        .header("x-forwarded-proto", "https")
        .body(Body::from(form(&api_token().reveal(), "/")))
        .unwrap();
    let answer = send(below.router(), request).await;
    let cookies = answer.cookies();
    let session = cookies.iter().find(|c| c.starts_with("__Host-forge_session=")).unwrap();
    assert!(session.contains("Secure") && session.contains("Path=/"), "{session}");
}

#[tokio::test]
async fn a_wrong_key_says_so_and_begins_nothing() {
    let wrong = format!("afk_abcDEF12_{}", "x".repeat(43));
    for key in [wrong.as_str(), "", "nonsense", "%3Cscript%3E"] {
        let answer = send(Below::with(&[]).router(), sent(form(key, "/"))).await;
        assert_eq!(answer.status, 401, "{key}");
        assert!(answer.text.contains("not valid") && !answer.text.contains(&wrong));
        assert!(answer.cookies().iter().all(|cookie| !cookie.contains("session")));
    }
}

#[tokio::test]
async fn a_form_that_this_browser_was_not_shown_signs_nobody_in() {
    let valid = api_token().reveal();
    let foreign = format!("form_token={}&key={valid}", token().form_token());
    let cookie = format!("forge_visit={}", visit().reveal());
    for request in [
        sent(foreign),
        sent(format!("key={valid}")),
        sign_in("").body(Body::from(form(&valid, "/"))).unwrap(),
        sign_in(&cookie)
            .header("sec-fetch-site", "cross-site")
            .body(Body::from(form(&valid, "/")))
            .unwrap(),
    ] {
        let answer = send(Below::with(&[Scope::Admin]).router(), request).await;
        assert_eq!(answer.status, 403, "{}", answer.text);
    }
}

#[tokio::test]
async fn too_many_tries_are_slowed_down() {
    let mut below = Below::with(&[]);
    below.sign_ins = 2;
    let router = below.router();
    for _ in 0..2 {
        assert_eq!(send(router.clone(), sent(form("nonsense", "/"))).await.status, 401);
    }
    let answer = send(router, sent(form("nonsense", "/"))).await;
    assert_eq!(answer.status, 429);
    assert!(answer.text.contains("try again in"), "{}", answer.text);
}

#[tokio::test]
async fn with_the_key_its_sessions_end() {
    let mut below = Below::with(&[Scope::Admin]);
    below.key.revoked_at = Some(Timestamp::UNIX_EPOCH);
    let answer = send(below.router(), get("/jobs")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/sign-in?then=%2Fjobs"));
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie() {
    let mut below = Below::with(&[Scope::JobsRead]);
    let hash = token().hash();
    below.sessions.expect_delete().withf(move |ended| ended == hash).times(1).returning(|_| Ok(()));
    let answer = send(below.router(), post("/sign-out", "")).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/sign-in"));
    let [cookie] = answer.cookies().try_into().unwrap();
    assert!(cookie.starts_with("forge_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
}
