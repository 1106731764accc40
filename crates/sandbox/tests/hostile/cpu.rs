//! Attacks on time. Those marked "deaf" never ask the engine's interrupt: only a kill ends them.

use super::Expected::{Output, Report, Threw, TimedOut, TooManyCalls};
use super::{Attack, body, source};
use sandbox::RunError;
use serde_json::json;

pub(crate) fn attacks() -> Vec<Attack> {
    vec![
        body("endless_loop", "while (true) {}", TimedOut),
        source("endless_loop_at_the_top", "while (true) {}", TimedOut),
        body(
            "endless_loop_that_catches",
            "for (;;) { try { while (true) {} } catch (e) {} finally { continue } }",
            TimedOut,
        ),
        body("endless_await", "return (async () => { while (true) await null })()", TimedOut),
        body(
            "endless_chain_of_promises",
            "const next = () => Promise.resolve().then(next); return next()",
            TimedOut,
        ),
        body(
            "exponential_regular_expression",
            "return /^(a+)+$/.test('a'.repeat(40) + '!')",
            TimedOut,
        ),
        body("quadratic_regular_expression", "return 'a'.repeat(3e5).search(/a*b/)", TimedOut),
        body("deaf_array_to_string", "return new Array(1e9) + ''", TimedOut),
        body(
            "deaf_reverse",
            "return Array.prototype.reverse.call({length: 2 ** 53 - 1})",
            TimedOut,
        ),
        body("deaf_shift", "return Array.prototype.shift.call({length: 2 ** 53 - 1})", TimedOut),
        body(
            "deaf_unshift",
            "return Array.prototype.unshift.call({length: 2 ** 53 - 2}, 1)",
            TimedOut,
        ),
        body(
            "deaf_splice",
            "return Array.prototype.splice.call({length: 2 ** 53 - 1}, 0, 1)",
            TimedOut,
        ),
        body(
            "deaf_copy_within",
            "return Array.prototype.copyWithin.call({length: 2 ** 53 - 1}, 1)",
            TimedOut,
        ),
        body(
            "deaf_concat",
            "return [].concat({length: 2 ** 53 - 2, [Symbol.isConcatSpreadable]: true})",
            TimedOut,
        ),
        body(
            "deaf_sort_of_an_array_like",
            "return Array.prototype.sort.call({length: 2 ** 32 - 1})",
            TimedOut,
        ),
        body("deaf_sort_of_a_sparse_array", "const a = []; a[2 ** 32 - 2] = 1; a.sort()", TimedOut),
        body("deaf_join", "return Array.prototype.join.call({length: 2 ** 32 - 1}, '')", TimedOut),
        body("deaf_flat", "return Array.prototype.flat.call({length: 2 ** 53 - 1})", TimedOut),
        body(
            "deaf_slice",
            "return Array.prototype.slice.call({length: 2 ** 53 - 1}, 0, 2 ** 32 - 1)",
            TimedOut,
        ),
        body(
            "deaf_iterator_drop",
            "return [].values.call({length: 2 ** 53 - 1}).drop(2 ** 50).next()",
            TimedOut,
        ),
        body("deaf_index_of", "return 'a'.repeat(1e6).indexOf('a'.repeat(5e5) + 'b')", TimedOut),
        body("deaf_includes", "return 'a'.repeat(1e6).includes('a'.repeat(5e5) + 'b')", TimedOut),
        body("deaf_split", "return 'a'.repeat(1e6).split('a'.repeat(5e5) + 'b')", TimedOut),
        body(
            "deaf_replace_all",
            "return 'a'.repeat(1e6).replaceAll('a'.repeat(5e5) + 'b', '')",
            TimedOut,
        ),
        body(
            "long_bigint_to_text",
            "return (2n ** 9000000n).toString()",
            Report(|report| {
                matches!(report.outcome, Err(RunError::TimedOut { .. } | RunError::Threw { .. }))
            }),
        ),
        body(
            "getter_that_loops_when_the_output_is_read",
            "return {get a() { while (true) {} }}",
            TimedOut,
        ),
        body("to_json_that_loops", "return {toJSON() { while (true) {} }}", TimedOut),
        body("then_that_loops", "return {get then() { while (true) {} }}", TimedOut),
        body("then_that_never_calls", "return {then() {}}", super::Expected::NeverSettled),
        body(
            "proxy_that_loops_when_the_output_is_read",
            "return new Proxy({}, {ownKeys() { while (true) {} }})",
            Threw("Proxy is not defined"),
        ),
        body(
            "thrown_error_whose_message_loops",
            "throw {__proto__: Error.prototype, get message() { while (true) {} }}",
            TimedOut,
        ),
        body(
            "thrown_value_whose_text_loops",
            "throw {toJSON() { throw 1 }, toString() { while (true) {} }}",
            TimedOut,
        ),
        body(
            "logged_value_whose_text_loops",
            "context.log({toJSON() { while (true) {} }})",
            TimedOut,
        ),
        body(
            "header_whose_text_loops",
            "context.http.get('/a', {h: {toString() { while (true) {} }}})",
            TimedOut,
        ),
        body(
            "stack_hook_that_loops",
            "Error.prepareStackTrace = () => { while (true) {} }; null.x",
            Threw("TypeError"),
        ),
        body(
            "iterator_that_loops_when_it_is_closed",
            "for (const x of {[Symbol.iterator]: () => ({next: () => ({value: 1}), return() { while (true) {} }})}) break",
            TimedOut,
        ),
        body("finally_that_loops", "try { throw 1 } finally { while (true) {} }", TimedOut),
        body("call_that_is_never_answered", "return context.http.get('/never')", TimedOut),
        body("too_many_calls", "for (;;) context.http.get('/a')", TooManyCalls),
        body(
            "too_many_calls_that_catch",
            "for (;;) { try { context.http.get('/a') } catch (e) {} }",
            TooManyCalls,
        ),
        body(
            "too_many_calls_that_return",
            "try { for (;;) context.http.get('/a') } catch (e) { return 1 }",
            TooManyCalls,
        ),
        body(
            "batch_of_a_hundred_thousand",
            "return context.http.getBatch(Array(1e5).fill('/a'))",
            TooManyCalls,
        ),
        body("pages_without_end", "return context.http.getAll('/grow/0')", TooManyCalls),
        body(
            "page_that_is_its_own_next",
            "return context.http.getAll('/self')",
            Output(json!([1])),
        ),
        body(
            "promise_that_never_settles",
            "return new Promise(() => {})",
            super::Expected::NeverSettled,
        ),
        source(
            "await_that_never_settles",
            "async function transform() { await new Promise(() => {}); return 1 }",
            super::Expected::NeverSettled,
        ),
    ]
}
