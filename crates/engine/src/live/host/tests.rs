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
    (live_host(egress, CallRules::default()), asked)
}

fn live_host(egress: MockEgress, rules: CallRules) -> LiveHost {
    let paces = Paces::new(Pace { every: Duration::ZERO, burst: 1 });
    let clock = Arc::new(ManualClock::default());
    LiveHost::new(account(egress), rules, Arc::new(paces), clock)
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
    let host = LiveHost::new(
        Account::none(&Owner::named("team")),
        CallRules::default(),
        Arc::new(paces),
        clock,
    );
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

/// The `Idempotency-Key` of each request that left, in their order.
type Keys = Arc<Mutex<Vec<Option<String>>>>;

/// A host that makes calls again, and the keys of the requests that it sent.
fn retrying(answers: Vec<Result<Response, EgressError>>) -> (LiveHost, Keys) {
    let mut egress = MockEgress::new();
    egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
    let keys = Keys::default();
    let seen = Arc::clone(&keys);
    egress.expect_send().returning(move |request| {
        let mut seen = seen.lock().unwrap();
        let key = request.headers().get("idempotency-key");
        seen.push(key.map(|key| key.to_str().unwrap().to_owned()));
        answers[(seen.len() - 1).min(answers.len() - 1)].clone()
    });
    (live_host(egress, CallRules { read_only: false, retry: true }), keys)
}

async fn send(host: &LiveHost, method: HttpMethod, key: &str) -> Result<u16, HttpCallError> {
    let mut headers = BTreeMap::new();
    if !key.is_empty() {
        headers.insert("idempotency-KEY".to_owned(), key.to_owned());
    }
    let call = HttpCall { method, url: "/x".to_owned(), headers, body: json!({"a": 1}) };
    host.call(call).await.map(|reply| reply.status_code)
}

fn broken() -> Result<Response, EgressError> {
    Err(EgressError::Broken { host: "till.example".to_owned() })
}

#[tokio::test(start_paused = true)]
async fn a_call_that_comes_to_nothing_is_made_again_with_one_key() {
    for method in [HttpMethod::Post, HttpMethod::Patch] {
        let busy = answer(503, &[("retry-after", "3")], "");
        let (host, keys) = retrying(vec![broken(), busy, answer(201, &[], "")]);
        let start = Instant::now();
        assert_eq!(send(&host, method, "").await, Ok(201));
        assert_eq!(start.elapsed().as_secs(), 4, "a second of ours and three of the vendor's");
        let keys = keys.lock().unwrap();
        assert!(keys.len() == 3 && keys[0].is_some(), "{keys:?}");
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }
    let (host, keys) = retrying(vec![broken(), answer(200, &[], "")]);
    assert_eq!(send(&host, HttpMethod::Post, "the script's").await, Ok(200));
    assert_eq!(*keys.lock().unwrap(), vec![Some("the script's".to_owned()); 2]);
    let (host, keys) = retrying(vec![broken(), answer(200, &[], "")]);
    assert_eq!(send(&host, HttpMethod::Put, "").await, Ok(200));
    assert_eq!(*keys.lock().unwrap(), [None, None], "its method says that it may be repeated");
}

#[tokio::test(start_paused = true)]
async fn two_calls_have_two_keys_and_tries_have_an_end() {
    let (host, keys) = retrying(vec![answer(200, &[], "")]);
    send(&host, HttpMethod::Post, "").await.unwrap();
    send(&host, HttpMethod::Post, "").await.unwrap();
    let two = keys.lock().unwrap().clone();
    assert_ne!(two[0], two[1]);
    let (host, keys) = retrying(vec![broken()]);
    assert!(send(&host, HttpMethod::Post, "").await.is_err());
    assert_eq!(keys.lock().unwrap().len(), 3);
    let refused = EgressError::LocalName { host: "localhost".to_owned() };
    let (host, keys) = retrying(vec![Err(refused)]);
    assert!(send(&host, HttpMethod::Get, "").await.is_err());
    assert_eq!(keys.lock().unwrap().len(), 1, "a refusal stays one");
}

#[tokio::test(start_paused = true)]
async fn without_leave_nothing_is_made_twice_but_what_the_vendor_had_no_time_for() {
    let (host, asked) = host(vec![broken()]);
    assert!(send(&host, HttpMethod::Get, "").await.is_err());
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let (host, asked) = self::host(vec![answer(503, &[], "")]);
    assert_eq!(send(&host, HttpMethod::Get, "").await, Ok(503));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_recording_reads_and_does_nothing_else() {
    let mut egress = MockEgress::new();
    egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
    egress.expect_send().times(1).returning(|_| answer(200, &[], "{\"a\": 1}"));
    let host = live_host(egress, CallRules { read_only: true, retry: false });
    assert_eq!(send(&host, HttpMethod::Get, "").await, Ok(200));
    for method in [HttpMethod::Post, HttpMethod::Put, HttpMethod::Patch, HttpMethod::Delete] {
        let refused = send(&host, method, "").await.unwrap_err().to_string();
        assert!(refused.contains("changes nothing at the vendor"), "{refused}");
    }
    assert_eq!(host.calls().len(), 5);
    assert_eq!(host.exchanged().len(), 1);
}

#[tokio::test]
async fn what_was_recorded_holds_test_values_and_the_headers_that_page() {
    let echo = format!("{{\"you\": \"{KEY}\"}}");
    let headers =
        [("link", "</v1/x?page=2>; rel=\"next\""), ("set-cookie", "a=b"), ("x-total-count", "9")];
    let (host, _) = host(vec![answer(200, &headers, &echo)]);
    let key = host.account().seen().api_key;
    let headers = BTreeMap::from([("Authorization".to_owned(), format!("Bearer {key}"))]);
    let (method, url) = (HttpMethod::Get, format!("/x?key={key}"));
    host.call(HttpCall { method, url, headers, body: Value::Null }).await.unwrap();
    let payload = Some(json!({"a": 1}));
    let sample = super::super::sample_of("a".parse().unwrap(), payload.clone(), &host);
    assert_eq!(sample.payload, payload);
    assert_eq!(sample.connection.api_key, "testapiKey");
    assert_eq!(sample.connection.config["oauth"]["token"], "testconfigoauthtoken");
    let exchange = &sample.http[0];
    assert_eq!(exchange.url, "/x?key=testapiKey");
    assert_eq!(exchange.request_headers["Authorization"], "Bearer testapiKey");
    assert_eq!(exchange.body, json!({"you": "testapiKey"}));
    let names: Vec<&str> = exchange.headers.keys().map(String::as_str).collect();
    assert_eq!(names, ["link", "x-total-count"]);
}
