//! What an honest script may rely on.

use std::sync::Arc;

use libtest_mimic::Trial;
use sandbox::{
    HttpHost, Limits, RecordedExchanges, RunError, RunReport, SandboxError, ScriptRunner,
    ScriptSession,
};
use serde_json::{Value, json};

use super::support::{Echo, QUICK, RUNNER, input, run, trial};

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("get_all_follows_the_links_of_bodies_headers_and_cursors", get_all_follows),
        trial("get_all_of_a_failed_page_throws", get_all_of_a_failed_page),
        trial("get_batch_gives_replies_in_order", get_batch),
        trial("each_method_sends_what_it_is_given", methods),
        trial("an_unrecorded_call_ends_the_run_whatever_the_script_catches", unrecorded_call),
        trial("a_syntax_error_names_the_script_s_line_and_column", syntax_error),
        trial("nothing_is_left_for_the_next_run_of_a_session", nothing_is_left),
        trial("logs_and_calls_of_a_killed_run_are_kept", logs_of_a_killed_run),
        trial("large_inputs_and_outputs_pass", large_payloads),
        trial("an_input_that_no_heap_can_hold_is_named", enormous_input),
        trial("credentials_are_made_without_a_library", credentials),
        trial("the_input_is_what_the_contract_says", the_input),
    ]
}

async fn against(exchanges: Value, source: &str) -> RunReport {
    let exchanges = serde_json::from_value(exchanges).expect("exchanges");
    let host = RecordedExchanges::new(exchanges, "https://till.example");
    let mut session = open(source).await;
    session.run(&input(Value::Null), Arc::new(host)).await.expect("a report")
}

async fn open(source: &str) -> Box<dyn ScriptSession> {
    RUNNER.open(source, Limits::TEST).await.expect("a session")
}

async fn credentials() {
    let report = against(
        json!([]),
        "const transform = (input, context) => [
            context.basicAuth(input.apiKey, 'pä:ss'), context.basicAuth('u'),
            context.hmacSha256('Jefe', 'what do ya want for nothing?'),
            context.hmacSha256('Jefe', 'what do ya want for nothing?', 'base64'),
        ];",
    )
    .await;
    let expected = json!([
        "Basic azN5OnDDpDpzcw==",
        "Basic dTo=",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
    ]);
    assert_eq!(report.outcome, Ok(expected));
    let many = "function transform(input, context) {
        try { for (;;) context.hmacSha256('a', 'b'); } catch { return 1; }
    }";
    let report = against(json!([]), many).await;
    assert!(matches!(report.outcome, Err(RunError::Threw { .. })), "{report:?}");
}

async fn get_all_follows() {
    let exchanges = json!([
        {"url": "/body", "body": {"items": [1], "next": "/body?page=2"}},
        {"url": "/body?page=2", "body": {"items": [2], "next": null}},
        {"url": "/meta", "body": {"meta": {"next": "https://till.example/meta?p=2"}, "data": {"rows": [1]}}},
        {"url": "/meta?p=2", "body": {"meta": {}, "data": {"rows": [2]}}},
        {"url": "/v1/links", "body": {"links": {"next": {"href": "?p=2"}}, "data": [1]}},
        {"url": "/v1/links?p=2", "body": {"links": [{"rel": "prev", "href": "x"}, {"rel": "next", "href": "more"}], "data": [2]}},
        {"url": "/v1/more", "body": {"data": [3]}},
        {"url": "/header", "headers": {"Link": "</a>; rel=\"prev\", <https://till.example/header?p=2>; rel=\"next\""}, "body": [1]},
        {"url": "/header?p=2", "body": [2]},
        {"url": "/cursor?limit=1", "body": {"objects": [1], "cursor": "a/b"}},
        {"url": "/cursor?limit=1&cursor=a%2Fb", "body": {"objects": [2], "cursor": "c"}},
        {"url": "/cursor?limit=1&cursor=c", "body": {"objects": [3]}},
    ]);
    let source = "async function transform(input, context) {
        const all = (path) => context.http.getAll(input.baseUrl + path);
        return [all('/body'), await all('/meta'), all('/v1/links'), all('/header'), all('/cursor?limit=1')];
    }";
    let report = against(exchanges, source).await;
    assert_eq!(report.outcome, Ok(json!([[1, 2], [1, 2], [1, 2, 3], [1, 2], [1, 2, 3]])));
    assert_eq!(report.http_calls.len(), 12);
}

async fn get_all_of_a_failed_page() {
    let exchanges = json!([{"url": "/a", "status": 500, "body": {"errors": [1]}}]);
    let source = "function transform(input, context) { return context.http.getAll('/a') }";
    let report = against(exchanges, source).await;
    let Err(RunError::Threw { message, .. }) = report.outcome else { panic!("{report:?}") };
    assert!(message.contains("/a answered with status 500"), "{message}");
}

async fn get_batch() {
    let exchanges: Vec<Value> =
        (0..30).map(|n| json!({"url": format!("/{n}"), "body": n})).collect();
    let source = "async function transform(input, context) {
        const urls = Array.from({length: 30}, (_, n) => '/' + n);
        return (await context.http.getBatch(urls)).map((reply) => reply.body)
            .concat(context.http.getBatch([]).length);
    }";
    let report = against(json!(exchanges), source).await;
    assert_eq!(report.outcome, Ok(json!((0..30).chain([0]).collect::<Vec<_>>())));
    let urls: Vec<String> = report.http_calls.into_iter().map(|call| call.url).collect();
    assert_eq!(urls, (0..30).map(|n| format!("/{n}")).collect::<Vec<_>>());
}

async fn methods() {
    let source = "function transform(input, {http}) {
        const headers = {'X-Key': 'v', n: 1, none: undefined};
        return [http.get('/', headers), http.delete('/', headers), http.post('/', {a: [1]}, headers),
            http.put('/', 'text', headers), http.patch('/', null)].map((reply) => reply.body.asked);
    }";
    let headers = json!({"X-Key": "v", "n": "1"});
    let asked = |method: &str, headers: &Value, body: Value| json!({"method": method, "url": "/", "headers": headers, "body": body});
    let report = run(&RUNNER, source, Limits::TEST, Value::Null).await;
    assert_eq!(
        report.outcome,
        Ok(json!([
            asked("GET", &headers, Value::Null),
            asked("DELETE", &headers, Value::Null),
            asked("POST", &headers, json!({"a": [1]})),
            asked("PUT", &headers, json!("text")),
            asked("PATCH", &json!({}), Value::Null),
        ]))
    );
}

async fn unrecorded_call() {
    let source = "function transform(input, context) {
        context.log('before');
        try { context.http.get('/unknown') } catch (e) {}
        return 'as if nothing had been';
    }";
    let report = against(json!([{"url": "/known"}]), source).await;
    assert_eq!(
        report.outcome,
        Err(RunError::HttpNotRecorded {
            call: "GET /unknown".to_owned(),
            recorded: "GET /known".to_owned()
        })
    );
    assert_eq!(report.logs, ["before"]);
}

async fn syntax_error() {
    let source = "function transform(input) {\n  return input.;\n}";
    let report = run(&RUNNER, source, Limits::TEST, Value::Null).await;
    let Err(RunError::Syntax { line: 2, column: 16, .. }) = report.outcome else {
        panic!("{report:?}")
    };
}

async fn nothing_is_left() {
    let source = "
        const found = [typeof leak, typeof Array.prototype.leak, Symbol.keyFor(Symbol.for('leak')) === 'leak',
            Object.isFrozen(Array), typeof ({}).then];
        function transform() {
            globalThis.leak = Array.prototype.leak = 1;
            Symbol.for('leak');
            Object.freeze(Array);
            Object.prototype.then = undefined;
            Promise.resolve().then(() => { globalThis.leak = 2 });
            return found;
        }";
    let mut session = open(source).await;
    let host: Arc<dyn HttpHost> = Arc::new(Echo);
    let first = session.run(&input(Value::Null), Arc::clone(&host)).await.expect("a report");
    let second = session.run(&input(Value::Null), host).await.expect("a report");
    assert_eq!(first.outcome, Ok(json!(["undefined", "undefined", true, false, "undefined"])));
    assert_eq!(second.outcome, first.outcome);
}

async fn logs_of_a_killed_run() {
    let source = "function transform(input, context) {
        context.log('one', {two: 2}, 3);
        context.http.get('/a');
        Array.prototype.reverse.call({length: 2 ** 53 - 1});
    }";
    let report = run(&RUNNER, source, QUICK, Value::Null).await;
    assert_eq!(report.outcome, Err(RunError::TimedOut { limit: QUICK.wall }));
    assert_eq!(report.logs, ["one {\"two\":2} 3"]);
    assert_eq!(report.http_calls.len(), 1);
    assert!(report.duration >= QUICK.wall);
}

async fn large_payloads() {
    let record = json!({"name": "x".repeat(400), "price": 12.5, "tags": ["a", "b"]});
    let payload = Value::Array(vec![record; 12_000]);
    let source = "function transform(input) { return input.payload }";
    let report = run(&RUNNER, source, Limits::TEST, payload.clone()).await;
    assert!(report.outcome == Ok(payload), "another output than the input");
}

async fn enormous_input() {
    let source = "function transform(input) { return input.payload.length }";
    let limits = Limits { memory_bytes: 8 << 20, ..Limits::TEST };
    let report = run(&RUNNER, source, limits, json!("x".repeat(9 << 20))).await;
    assert!(matches!(report.outcome, Err(RunError::OutOfMemory { .. })), "{:?}", report.outcome);

    let mut session = open(source).await;
    let error = session.run(&input(json!("x".repeat(65 << 20))), Arc::new(Echo)).await.err();
    assert!(matches!(error, Some(SandboxError::InputTooLarge { .. })), "{error:?}");
    let report = session.run(&input(json!("xyz")), Arc::new(Echo)).await.expect("a report");
    assert_eq!(report.outcome, Ok(json!(3)));
}

async fn the_input() {
    let report =
        run(&RUNNER, "function transform(input) { return input }", Limits::TEST, json!([1])).await;
    let expected = serde_json::to_value(input(json!([1]))).expect("JSON");
    assert_eq!(report.outcome, Ok(expected));
}
