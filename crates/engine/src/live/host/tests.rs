use std::sync::atomic::AtomicU32;

use domain::{ConnectionStatus, ManualClock, Owner, ProviderConnection, Secret, Timestamp};
use egress::{Egress, EgressError, HeaderMap, MockEgress};
use serde_json::json;

use super::super::account::Exits;
use super::super::pace::Pace;
use super::*;

const KEY: &str = "sk-live-1234";

fn account(egress: MockEgress) -> Account {
    let egress: Arc<dyn Egress> = Arc::new(egress);
    let exits: Exits = Arc::new(move |_| Arc::clone(&egress));
    let connection = ProviderConnection {
        owner: Owner::named("team"),
        slug: "till".parse().unwrap(),
        provider: "my-till".parse().unwrap(),
        status: ConnectionStatus::Untested,
        message: String::new(),
        base_url: "https://till.example/v1".to_owned(),
        webhook_url: String::new(),
        allow_hosts: Vec::new(),
        config: json!({"store": "7", "oauth": {"token": ""}}).as_object().unwrap().clone(),
        tested_at: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    };
    let secret = |text: &str| Secret::new(text.to_owned());
    let secrets = vec![
        ("apiKey".to_owned(), secret(KEY)),
        ("/oauth/token".to_owned(), secret("tok-live-99")),
    ];
    Account::open(connection, secrets, &exits).unwrap()
}

/// A host whose vendor answers by turn, and how often it was asked.
fn host(answers: Vec<Result<Response, EgressError>>) -> (LiveHost, Arc<AtomicU32>) {
    let mut egress = MockEgress::new();
    egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
    let asked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&asked);
    egress.expect_send().returning(move |_| {
        let turn = counted.fetch_add(1, Ordering::SeqCst) as usize;
        answers[turn.min(answers.len() - 1)].clone()
    });
    let paces = Paces::new(Pace { every: Duration::ZERO, burst: 1 });
    (LiveHost::new(account(egress), Arc::new(paces), Arc::new(ManualClock::default())), asked)
}

#[expect(clippy::unnecessary_wraps, reason = "an answer as the client gives it")]
fn answer(
    status: u16,
    headers: &[(&'static str, &str)],
    body: &str,
) -> Result<Response, EgressError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    Ok(Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body: body.to_owned().into(),
        url: "https://till.example/v1/x".parse().unwrap(),
    })
}

async fn get(host: &LiveHost, url: &str) -> Result<HttpReply, HttpCallError> {
    let (method, url) = (HttpMethod::Get, url.to_owned());
    host.call(HttpCall { method, url, headers: BTreeMap::new(), body: Value::Null }).await
}

#[tokio::test(start_paused = true)]
async fn a_vendor_without_time_is_asked_again_when_it_said() {
    let (host, asked) =
        host(vec![answer(429, &[("retry-after", "7")], ""), answer(200, &[], "[1]")]);
    let start = Instant::now();
    assert_eq!(get(&host, "/x").await.unwrap().body, json!([1]));
    assert_eq!((start.elapsed().as_secs(), asked.load(Ordering::SeqCst)), (7, 2));
    assert_eq!(host.calls().len(), 1, "one call of the script, whatever it took");
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_wants_a_long_rest_is_left_alone_and_the_script_is_told() {
    let (host, asked) = host(vec![answer(429, &[("retry-after", "99999999")], "")]);
    let start = Instant::now();
    assert_eq!(get(&host, "/x").await.unwrap().status_code, 429);
    let refused = get(&host, "/x").await.unwrap_err().to_string();
    assert!(refused.contains("has to wait 3600 s"), "{refused}");
    assert_eq!((start.elapsed().as_secs(), asked.load(Ordering::SeqCst)), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_rest_that_makes_no_sense_is_a_second() {
    for wanted in ["-1", "soon", "Wed, 21 Oct 1960 07:28:00 GMT", "0"] {
        let busy = answer(429, &[("retry-after", wanted)], "");
        let (host, asked) = host(vec![busy]);
        let start = Instant::now();
        assert_eq!(get(&host, "/x").await.unwrap().status_code, 429);
        assert_eq!((start.elapsed().as_secs(), asked.load(Ordering::SeqCst)), (2, 3), "{wanted}");
    }
}

#[tokio::test]
async fn what_comes_back_has_stand_ins_where_secrets_were() {
    let echo = format!("{{\"you\": \"{KEY}\"}}");
    let (host, _) = host(vec![answer(200, &[("x-you", KEY)], &echo), answer(200, &[], KEY)]);
    let seen = host.account().seen();
    assert_eq!(seen.config["store"], "7");
    assert!(seen.config["oauth"]["token"].as_str().unwrap().len() > 30);
    let reply = get(&host, "/x").await.unwrap();
    assert_eq!(reply.body, json!({"you": seen.api_key}));
    assert_eq!(reply.headers["x-you"], seen.api_key);
    assert_eq!(get(&host, "/x").await.unwrap().body, json!(seen.api_key), "as text too");
}

#[tokio::test]
async fn a_call_that_failed_is_told_without_query_and_secrets() {
    let host_name = "till.example".to_owned();
    let (host, _) = host(vec![Err(EgressError::Broken { host: host_name })]);
    let key = host.account().seen().api_key;
    let error = get(&host, &format!("/{key}/x?k={key}")).await.unwrap_err().to_string();
    assert_eq!(
        error,
        "HTTP call failed: GET till.example/v1/[apiKey]/x: till.example did not answer with a whole \
         HTTP response"
    );
    let call = host.calls().pop().unwrap();
    assert_eq!((call.path.as_str(), call.status), ("/v1/[apiKey]/x", None));
}

#[tokio::test]
async fn all_answers_of_a_run_are_bounded_together() {
    let (host, _) = host(vec![answer(200, &[], &"x".repeat(RUN_BYTES / 2 + 1))]);
    assert!(get(&host, "/x").await.is_ok());
    assert!(get(&host, "/x").await.unwrap_err().to_string().contains("larger than"));
}

#[tokio::test]
async fn a_run_without_a_connection_calls_nobody() {
    let paces = Paces::new(Pace { every: Duration::ZERO, burst: 1 });
    let clock = Arc::new(ManualClock::default());
    let host = LiveHost::new(Account::none(), Arc::new(paces), clock);
    let error = get(&host, "https://till.example/x").await.unwrap_err().to_string();
    assert!(error.contains("no connection"), "{error}");
}

#[tokio::test]
async fn a_signature_is_made_with_the_real_secret() {
    let (host, _) = host(vec![answer(200, &[], "")]);
    let signing = |secret: String| Signing {
        secret,
        text: "order".to_owned(),
        encoding: sandbox::SignatureEncoding::Hex,
    };
    let made = host.sign(signing(host.account().seen().api_key)).await;
    assert_eq!(made, signing(KEY.to_owned()).signature());
}
