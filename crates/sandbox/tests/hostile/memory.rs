//! Attacks on memory, on the stack, and by the size of what comes out.

use super::Expected::{
    OutOfMemory, Output, OutputNotJson, OutputTooLarge, Report, StackOverflow, Threw, TimedOut,
};
use super::{Attack, body, source};
use sandbox::RunError;
use serde_json::json;

pub(crate) fn attacks() -> Vec<Attack> {
    vec![
        body("array_without_end", "const a = []; for (;;) a.push({x: 1, y: 2, z: 3})", OutOfMemory),
        body("string_that_doubles", "let s = 'x'; while (true) s += s", Threw("string too long")),
        body("string_of_half_a_gigabyte", "return 'x'.repeat(2 ** 29)", OutOfMemory),
        body("padding_of_a_gigabyte", "return ''.padStart(2 ** 30 - 1, 'ab')", OutOfMemory),
        body(
            "buffer_of_a_gigabyte",
            "return new ArrayBuffer(2 ** 30).byteLength",
            Threw("ArrayBuffer is not defined"),
        ),
        body(
            "memory_that_is_caught",
            "const keep = []; for (;;) { try { keep.push('x'.repeat(1e6)) } catch (e) {} }",
            TimedOut,
        ),
        body(
            "replacement_that_grows",
            "return 'a'.repeat(1e6).replaceAll('a', 'b'.repeat(1000))",
            OutOfMemory,
        ),
        body(
            "output_that_doubles",
            "let o = [1]; for (let i = 0; i < 30; i++) o = [o, o]; return o",
            OutputTooLarge,
        ),
        body(
            "map_that_grows",
            "const m = new Map(); for (let i = 0; ; i++) m.set(i, {i})",
            OutOfMemory,
        ),
        body("endless_recursion", "function f() { return f() + 1 } return f()", StackOverflow),
        body(
            "endless_recursion_that_catches",
            "function f() { try { f() } catch (e) { f() } } return f()",
            TimedOut,
        ),
        body(
            "recursion_through_a_getter",
            "const o = {get a() { return this.a }}; return o.a",
            StackOverflow,
        ),
        body(
            "deep_json_text",
            "return JSON.parse('['.repeat(5e5) + ']'.repeat(5e5))",
            StackOverflow,
        ),
        body(
            "deep_json_value",
            "let a = 1; for (let i = 0; i < 2e5; i++) a = [a]; return JSON.stringify(a)",
            StackOverflow,
        ),
        body(
            "deep_output",
            "let a = 1; for (let i = 0; i < 2e5; i++) a = [a]; return a",
            OutputNotJson("more than 120 levels"),
        ),
        body(
            "output_of_two_hundred_levels",
            "let a = 1; for (let i = 0; i < 200; i++) a = {a}; return a",
            OutputNotJson("more than 120 levels"),
        ),
        body(
            "output_of_a_hundred_levels",
            "let a = 1; for (let i = 0; i < 100; i++) a = [a]; return a",
            Report(|report| report.outcome.is_ok()),
        ),
        body(
            "nested_proxies",
            "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x",
            Threw("Proxy is not defined"),
        ),
        body(
            "nested_bound_functions",
            "let f = () => 1; for (let i = 0; i < 1e5; i++) f = f.bind(null); return f()",
            OutOfMemory,
        ),
        body(
            "flat_of_a_hundred_thousand_levels",
            "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a.flat(Infinity)",
            StackOverflow,
        ),
        source(
            "deep_source",
            &format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000)),
            Report(|report| {
                matches!(report.outcome, Err(RunError::StackOverflow | RunError::Syntax { .. }))
            }),
        ),
        body(
            "long_list_freed_at_once",
            "let l = null; for (let i = 0; i < 4e5; i++) l = {l}; l = null; return 1",
            Output(json!(1)),
        ),
        body(
            "output_of_half_a_gigabyte",
            "const s = 'x'.repeat(1e6); return Array(500).fill(s)",
            OutputTooLarge,
        ),
        body("output_one_byte_too_large", "return 'x'.repeat(8 * 1024 * 1024 - 1)", OutputTooLarge),
        body(
            "output_of_just_the_limit",
            "return 'x'.repeat(8 * 1024 * 1024 - 2)",
            Report(|report| report.outcome.is_ok()),
        ),
        body("output_that_escapes_grow", "return '\\u0001'.repeat(4e6)", OutputTooLarge),
        body(
            "log_bomb",
            "for (let i = 0; i < 2000; i++) context.log('x'.repeat(1e5))",
            Report(|report| {
                report.logs.len() == 1001
                    && report.logs.iter().all(|line| line.chars().count() <= 2000)
                    && report.logs[1000] == "(the log ends here: more than 1000 lines)"
            }),
        ),
        body(
            "log_that_forges_lines",
            "context.log('a\\nlevel=error \\u001b[31mforged\\r'); return 1",
            Report(|report| {
                report.outcome.is_ok() && report.logs == ["a\\nlevel=error \\u{1b}[31mforged\\r"]
            }),
        ),
        body("not_a_number", "return {a: [0, NaN]}", OutputNotJson("NaN at $.a[1]")),
        body("infinite_number", "return 1e400", OutputNotJson("Infinity at $")),
        body("bigint", "return {n: 1n}", OutputNotJson("a BigInt at $.n")),
        body(
            "undefined_in_a_list",
            "return {a: [undefined]}",
            OutputNotJson("undefined at $.a[0]"),
        ),
        body("nothing_returned", "", OutputNotJson("undefined at $")),
        body(
            "half_a_surrogate_pair",
            "return ['\\ud800']",
            OutputNotJson("surrogate pair at $[0]"),
        ),
        body(
            "half_a_surrogate_pair_in_a_key",
            "return {'\\ud800': 1}",
            OutputNotJson("surrogate pair"),
        ),
        body("nul_character", "return {a: 'x\\u0000y'}", OutputNotJson("NUL character at $.a")),
        body(
            "output_that_contains_itself",
            "const a = []; a.push({a}); return a",
            OutputNotJson("contains itself at $[0].a"),
        ),
        body(
            "keys_that_mean_something_elsewhere",
            r#"return JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {}}, "toJSON": "x", "a": 1, "a": 2}')"#,
            Report(|report| {
                report.outcome
                    == Ok(
                        json!({"__proto__": {"admin": true}, "constructor": {"prototype": {}}, "toJSON": "x", "a": 2}),
                    )
            }),
        ),
        body(
            "thrown_text_of_ten_megabytes",
            "throw new Error('x'.repeat(1e7))",
            Threw("Error: xxx"),
        ),
        source(
            "error_whose_stack_is_a_bomb",
            "function transform() { const e = new Error('m'); Object.defineProperty(e, 'stack', {value: 'x'.repeat(1e7)}); throw e }",
            Threw("Error: m"),
        ),
    ]
}
