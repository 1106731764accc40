use super::*;
use crate::Limits;

struct Nobody;

impl Outside for Nobody {
    fn http(&mut self, _: String) -> Result<Vec<u8>, RunError> {
        Ok(br#"[{"statusCode":200,"body":{"a":1},"headers":{}}]"#.to_vec())
    }
    fn sign(&mut self, signing: String) -> Result<Vec<u8>, RunError> {
        let signing: crate::Signing = serde_json::from_str(&signing).unwrap();
        Ok(serde_json::to_vec(&signing.signature()).unwrap())
    }
    fn log(&mut self, _: String) {}
}

fn outcome(source: &str) -> Result<String, RunError> {
    let input = b"{\"payload\":{\"n\":1}}".to_vec();
    let text = |json: &[u8]| String::from_utf8(json.to_vec()).unwrap();
    let mut room = Script::compile(source, Limits::TEST).room()?;
    room.prepare()?.run(input, Box::new(Nobody), text)
}

/// The outcome of a script whose `transform` returns `expression`.
fn returned(expression: &str) -> Result<String, RunError> {
    outcome(&format!("function transform(input, context) {{ return {expression}; }}"))
}

fn not_json(expression: &str) -> String {
    match returned(expression) {
        Err(RunError::OutputNotJson { reason }) => reason,
        other => panic!("{expression}: {other:?}"),
    }
}

#[test]
fn what_is_no_json_is_named_with_its_path() {
    assert_eq!(not_json("undefined"), "undefined at $");
    assert_eq!(not_json("({a: [1, undefined]})"), "undefined at $.a[1]");
    assert_eq!(not_json("({a: {c: 1}, b: NaN})"), "NaN at $.b");
    assert_eq!(not_json("[[1], [2, Infinity]]"), "Infinity at $[1][1]");
    assert_eq!(not_json("[1n]"), "a BigInt at $[0]");
    assert_eq!(not_json("({f() {}})"), "a function at $.f");
    assert_eq!(not_json("[Symbol()]"), "a symbol at $[0]");
    assert_eq!(not_json("[Promise.resolve(1)]"), "a promise; await it at $[0]");
    assert_eq!(not_json("({m: new Map()})"), "a Map at $.m");
    assert_eq!(not_json("['\\ud800']"), "half of a surrogate pair at $[0]");
    assert_eq!(
        not_json("({a: {'\\ud800': [1]}})"),
        "half of a surrogate pair in a key at $.a.\u{fffd}"
    );
    assert_eq!(
        not_json("(() => { const a = {}; a.a = {b: a}; return a; })()"),
        "an object that contains itself at $.a.b"
    );
    assert!(
        not_json("(() => { let a = 1; for (let i = 0; i < 200; i++) a = [a]; return a; })()")
            .starts_with("more than 120 levels at $[0][0]")
    );
}

#[test]
fn an_undefined_field_is_a_field_left_out() {
    assert_eq!(returned("({a: 1, b: undefined, c: {d: undefined}})").unwrap(), r#"{"a":1,"c":{}}"#);
}

#[test]
fn text_that_looks_like_half_of_a_surrogate_pair_is_text() {
    assert_eq!(returned("'\\\\ud800'").unwrap(), r#""\\ud800""#);
}

#[test]
fn the_path_to_what_is_no_json_is_bounded() {
    let reason = not_json("({['x'.repeat(1e6)]: [NaN]})");
    assert!(reason.starts_with("NaN at $.xxx") && reason.chars().count() < 400);
}

#[test]
fn many_small_values_fit_as_long_as_their_json_does() {
    let output = returned("Array(1e6).fill(1)").unwrap();
    assert_eq!(output.len(), 2_000_001);
}

#[test]
fn a_value_says_itself_what_it_is_in_json() {
    for (expression, json) in [
        ("{toJSON(key) { return [typeof key, key]; }}", r#"["string",""]"#),
        ("[0, {toJSON: (key) => key + '!'}]", r#"[0,"1!"]"#),
        ("({a: {toJSON() { return undefined; }}, b: {toJSON: 1}})", r#"{"b":{"toJSON":1}}"#),
        ("(BigInt.prototype.toJSON = function () { return Number(this); }, [7n])", "[7]"),
        ("[new String('s'), new Boolean(false), Object('t')]", r#"["s",false,"t"]"#),
        ("[JSON.rawJSON('1.50')]", "[1.50]"),
        (
            "Object.create({inherited: 1}, {own: {value: 2, enumerable: true}, hidden: {value: 3}})",
            r#"{"own":2}"#,
        ),
        ("({get a() { delete this.b; return 1; }, b: 2, 10: 0, 9: 0})", r#"{"9":0,"10":0,"a":1}"#),
        ("((x) => { x.pop = 1; return x; })([1, 2])", "[1,2]"),
    ] {
        assert_eq!(returned(&format!("({expression})")).as_deref(), Ok(json), "{expression}");
    }
    assert_eq!(not_json("[Object(1n)]"), "a BigInt at $[0]");
    assert_eq!(not_json("[, 1]"), "undefined at $[0]");
    assert_eq!(not_json("new Array(2 ** 32 - 1)"), "undefined at $[0]");
    assert_eq!(not_json("class {}"), "a function at $");
    let Err(RunError::Threw { message, .. }) = returned("({get a() { throw new Error('no') }})")
    else {
        panic!()
    };
    assert_eq!(message, "Error: no");
}

#[test]
fn numbers_are_written_as_the_language_writes_them() {
    let numbers = "[0.1, 1e20, 123456789012345680000, 1e21, 1.5e300, 1e-6, 1.5e-7, -2.5, 5e-324, 2 ** 53, 0.1 + 0.2, -1e21, 4.35, 100 * 1.1]";
    let written = returned(numbers).unwrap();
    let by_engine = returned(&format!("{numbers}.map((n) => String(n))")).unwrap();
    assert_eq!(written.replace('"', ""), by_engine.replace('"', ""));
}

#[test]
fn texts_are_written_as_the_engine_writes_them() {
    let texts =
        r"['\u0001\u001f\b\t\n\f\r\u007f', '\u2028\ud7ff\ue000\ud83d\ude00', 'a\\b\x22/', '']";
    let source = format!("(() => {{ const t = {texts}; return [t, JSON.stringify(t)]; }})()");
    let both: (serde_json::Value, String) =
        serde_json::from_str(&returned(&source).unwrap()).unwrap();
    assert_eq!(returned(texts).unwrap(), both.1);
}

#[test]
fn runs_in_one_room_share_neither_random_numbers_nor_anything_else() {
    let source = "const drawn = Math.random(); let runs = 0; function transform() { Array.prototype.at = null; globalThis.left = 1; return [drawn, Math.random(), ++runs, typeof left]; }";
    let mut room = Script::compile(source, Limits::TEST).room().unwrap();
    let mut drawn = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let text = |json: &[u8]| String::from_utf8(json.to_vec()).unwrap();
        let output = room.prepare().unwrap().run(b"{}".to_vec(), Box::new(Nobody), text).unwrap();
        let (early, late, runs, left): (f64, f64, u32, String) =
            serde_json::from_str(&output).unwrap();
        assert_eq!((runs, left.as_str()), (1, "number"));
        drawn.extend([early.to_bits(), late.to_bits()]);
        assert!((0.0..1.0).contains(&early));
    }
    assert_eq!(drawn.len(), 40);
}

#[test]
fn what_is_json_comes_out_as_it_is() {
    assert_eq!(
        returned("({a: -0, d: new Date(0), s: 'ä\\u0000\"', n: null, e: [], o: {}, same: [input, input]})").unwrap(),
        r#"{"a":0,"d":"1970-01-01T00:00:00.000Z","s":"ä\u0000\"","n":null,"e":[],"o":{},"same":[{"payload":{"n":1}},{"payload":{"n":1}}]}"#
    );
}

#[test]
fn a_syntax_error_has_the_script_s_own_line_and_column() {
    for (source, place) in [("let a = ;", (1, 9)), ("\n\n  const = 1;", (3, 9)), ("a\0", (1, 2))] {
        let Err(RunError::Syntax { line, column, message }) = outcome(source) else {
            panic!("{source}: {:?}", outcome(source))
        };
        assert_eq!((line, column), place, "{source}: {message}");
    }
}

#[test]
fn a_syntax_error_of_running_code_is_a_thrown_one() {
    let Err(RunError::Threw { message, .. }) = outcome("JSON.parse('{')") else { panic!() };
    assert!(message.starts_with("SyntaxError"), "{message}");
}

#[test]
fn a_thrown_error_has_its_message_and_a_stack_of_the_script_alone() {
    let source = "function transform(input) {\n  return deep(input);\n}\nfunction deep(x) {\n  return x.no.way;\n}";
    let Err(RunError::Threw { message, stack }) = outcome(source) else { panic!() };
    assert!(message.starts_with("TypeError: cannot read property 'way'"), "{message}");
    assert!(stack.contains("deep (script.js:5:"), "{stack}");
    assert!(stack.contains("transform (script.js:2:"), "{stack}");
    assert!(!stack.contains("sandbox"), "{stack}");
}

#[test]
fn anything_may_be_thrown() {
    for (thrown, shown) in [
        ("'x'", "x"),
        ("{code: 7}", r#"{"code":7}"#),
        ("undefined", "undefined"),
        ("Symbol('s')", "Symbol(s)"),
    ] {
        let source = format!("function transform() {{ const e = {thrown}; throw e; }}");
        let Err(RunError::Threw { message, .. }) = outcome(&source) else { panic!("{thrown}") };
        assert_eq!(message, shown);
    }
}

#[test]
fn transform_may_be_any_function() {
    for source in [
        "function transform(i) { return i.payload.n }",
        "const transform = (i) => i.payload.n",
        "var transform = async (i) => (await i).payload.n",
        "globalThis.transform = (i) => new Promise((done) => done(i.payload.n))",
        "class E extends Error { constructor() { super('m'); this.name = 'E'; } }\nfunction transform() { try { throw new E() } catch (e) { return e.name === 'E' ? 1 : 0 } }",
    ] {
        assert_eq!(outcome(source), Ok("1".to_owned()), "{source}");
    }
    assert_eq!(outcome("let transform = 1"), Err(RunError::NoTransform));
    assert_eq!(outcome(""), Err(RunError::NoTransform));
}

#[test]
fn a_reply_is_used_at_once_awaited_or_chained() {
    for source in [
        "function transform(i, c) { return c.http.get('u').body.a }",
        "async function transform(i, c) { return (await c.http.get('u')).body.a }",
        "function transform(i, c) { return c.http.get('u').then((r) => r.body.a) }",
        "async function transform(i, c) { const [r] = await Promise.all([c.http.post('u', {})]); return r.body.a }",
        "async function transform(i, c) { const [r] = await c.http.getBatch(['u']); return r.body.a }",
    ] {
        assert_eq!(outcome(source), Ok("1".to_owned()), "{source}");
    }
    assert_eq!(
        returned("context.http.get('u')").unwrap(),
        r#"{"statusCode":200,"body":{"a":1},"headers":{}}"#
    );
}

#[test]
fn what_a_script_does_not_get_is_absent() {
    for name in [
        "SharedArrayBuffer",
        "Atomics",
        "WeakRef",
        "FinalizationRegistry",
        "performance",
        "eval",
        "DisposableStack",
        "AsyncDisposableStack",
        "require",
        "process",
        "fetch",
        "Worker",
        "std",
        "os",
    ] {
        assert_eq!(returned(&format!("typeof {name}")), Ok("\"undefined\"".to_owned()), "{name}");
    }
    assert_eq!(returned("(() => 1) instanceof Function"), Ok("true".to_owned()));
}

#[test]
fn code_cannot_be_made_from_text() {
    for maker in [
        "Function",
        "(() => {}).constructor",
        "(async () => {}).constructor",
        "(function* () {}).constructor",
        "(async function* () {}).constructor",
        "Math.max.constructor",
        "(class {}).constructor",
    ] {
        let outcome = returned(&format!("({maker})('return 1')"));
        let Err(RunError::Threw { message, .. }) = outcome else { panic!("{maker}: {outcome:?}") };
        assert!(message.starts_with("TypeError: "), "{maker}: {message}");
    }
}
