//! Attempts to get out, to confuse the host, or to leave something for the next run.

use super::Expected::{Output, Report, Threw};
use super::{Attack, body, source};
use sandbox::RunError;
use serde_json::json;

/// Ruins every built-in object that the host might use, then uses the host.
const RUIN: &str = "
    for (const root of [Object, Function.prototype, Array, String, RegExp, Promise, Map, Set, Number, Symbol, Error, JSON, Reflect]) {
      for (const holder of [root, root.prototype]) {
        if (!holder) continue;
        for (const key of Object.getOwnPropertyNames(holder)) {
          if (holder === Object && key === 'getOwnPropertyNames') continue;
          try { holder[key] = () => { throw new Error('ruined ' + key) } } catch (e) {}
        }
      }
    }
    Object.prototype.get = () => 'ruined';
    Object.prototype.toJSON = () => 'ruined';
    Array.prototype[Symbol.iterator] = () => { throw new Error('ruined') };
";

pub(crate) fn attacks() -> Vec<Attack> {
    vec![
        body(
            "function_constructor",
            "return (() => {}).constructor('return globalThis')()",
            Threw("code cannot be made from text"),
        ),
        body(
            "async_function_constructor",
            "return (async () => {}).constructor('return 1')()",
            Threw("code cannot be made from text"),
        ),
        body(
            "generator_function_constructor",
            "return (function* () {}).constructor('return 1')()",
            Threw("code cannot be made from text"),
        ),
        body(
            "new_function",
            "return new Function('return 1')()",
            Threw("code cannot be made from text"),
        ),
        body("indirect_eval", "return (0, eval)('1')", Threw("ReferenceError")),
        body("eval_through_the_global_object", "return globalThis.eval('1')", Threw("TypeError")),
        source(
            "import_of_a_system_module",
            "async function transform() { return await import('os') }",
            Threw(""),
        ),
        source(
            "import_of_a_file",
            "async function transform() { return await import('file:///etc/passwd') }",
            Threw(""),
        ),
        source(
            "static_import",
            "import os from 'os'; function transform() {}",
            Report(|report| matches!(report.outcome, Err(RunError::Syntax { line: 1, .. }))),
        ),
        body("require", "return require('fs')", Threw("ReferenceError")),
        body("process", "return process.env", Threw("ReferenceError")),
        body("fetch", "return fetch('http://127.0.0.1')", Threw("ReferenceError")),
        body(
            "system_modules_by_name",
            "return [typeof std, typeof os, typeof Worker, typeof navigator, typeof bjson]",
            Output(json!(["undefined", "undefined", "undefined", "undefined", "undefined"])),
        ),
        body(
            "shared_memory",
            "return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
            Threw("ReferenceError"),
        ),
        body(
            "clocks",
            "return [typeof performance, typeof FinalizationRegistry, typeof WeakRef]",
            Output(json!(["undefined", "undefined", "undefined"])),
        ),
        body(
            "ruined_built_ins_before_a_call",
            &format!(
                "{RUIN} const r = context.http.post('/a', {{x: 1}}, {{h: 'v'}}); context.log('logged'); return r.body.asked.method"
            ),
            Report(|report| report.logs == ["logged"] && report.http_calls.len() == 1),
        ),
        body(
            "ruined_built_ins_before_pages",
            &format!("{RUIN} return context.http.getAll('/grow/0')"),
            super::Expected::TooManyCalls,
        ),
        body(
            "ruined_built_ins_before_the_output",
            "JSON.stringify = () => 'forged'; Object.prototype.toJSON = undefined; Promise.prototype.then = () => 'forged'; globalThis.JSON = {stringify: () => 'forged'}; return {a: [1]}",
            Output(json!({"a": [1]})),
        ),
        body(
            "then_of_every_object",
            "Object.defineProperty(Object.prototype, 'then', {get() { return undefined }, configurable: true}); return context.http.get('/a').statusCode",
            Output(json!(200)),
        ),
        body(
            "then_that_enters_a_generator_again",
            "function* g() { try { yield 1 } finally { yield 2 } } const it = g(); it.next(); Object.defineProperty(Object.prototype, 'then', {get() { try { it.return(5) } catch (e) {} return undefined }, configurable: true}); return (async () => { await {}; return 1 })()",
            Output(json!(1)),
        ),
        body(
            "array_that_shrinks_while_it_is_sorted",
            "const b = new ArrayBuffer(64, {maxByteLength: 1024}); const a = new Uint8Array(b); a.sort(() => { b.resize(8); return 1 }); return 1",
            Threw("ArrayBuffer is not defined"),
        ),
        body(
            "changed_context",
            "context.http.get = () => 'forged'; context.log = 1; return typeof context.http.get('/a').statusCode",
            Output(json!("number")),
        ),
        body("replaced_context", "'use strict'; context.http = {}", Threw("read-only")),
        body(
            "credentials_in_the_context",
            "return [JSON.stringify(context), Object.getOwnPropertyNames(context.http).sort(), Object.getOwnPropertyNames(context).sort()]",
            Output(json!([
                "{\"http\":{}}",
                ["delete", "get", "getAll", "getBatch", "patch", "post", "put"],
                ["basicAuth", "hmacSha256", "http", "log"]
            ])),
        ),
        body(
            "names_on_the_global_object",
            "return Object.getOwnPropertyNames(globalThis).filter((name) => /native|sandbox|prelude|call|limits/i.test(name))",
            Output(json!([])),
        ),
        body(
            "caller_of_the_script",
            "return [typeof transform.caller, typeof arguments.callee]",
            Report(|report| !format!("{:?}", report.outcome).contains("Native")),
        ),
        body(
            "forged_protocol_output",
            "print('forged'); console.log('forged')",
            Threw("ReferenceError"),
        ),
        body(
            "forged_frame_in_the_log",
            "context.log('\\u0002\\u0000\\u0000\\u0000o\\u0001\\u0000\\u0000\\u000042'); return 'own'",
            Output(json!("own")),
        ),
        body(
            "forged_frame_in_the_output",
            "return '\\u0001\\u0002o\\u0003{}'",
            Output(json!("\u{1}\u{2}o\u{3}{}")),
        ),
        body(
            "forged_frame_in_a_call",
            "return context.http.get('/\\u0000\\u0000\\u0000\\u0000r').statusCode",
            Output(json!(200)),
        ),
        body(
            "call_that_is_no_call",
            "return context.http.get({toString: () => '/a'})",
            Threw("url must be a string"),
        ),
        body(
            "headers_that_are_none",
            "return context.http.get('/a', 'Authorization: x')",
            Threw("headers must be an object"),
        ),
        body(
            "batch_that_is_none",
            "return context.http.getBatch({length: 2 ** 53})",
            Threw("urls must be an array"),
        ),
        body(
            "body_that_contains_itself",
            "const a = {}; a.a = a; return context.http.post('/a', a)",
            Threw("circular"),
        ),
        body("null_thrown", "throw null", Report(|report| report.outcome.is_err())),
        body(
            "thrown_proxy",
            "throw new Proxy(new Error('x'), {get() { throw new Error('trap') }, getPrototypeOf() { throw 1 }})",
            Threw(""),
        ),
        source(
            "transform_that_is_a_getter",
            "Object.defineProperty(globalThis, 'transform', {get() { return 1 }})",
            Report(|report| report.outcome == Err(RunError::NoTransform)),
        ),
        source(
            "transform_that_is_a_class",
            "class T {} globalThis.transform = T",
            Threw("TypeError"),
        ),
    ]
}
