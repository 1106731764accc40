//! The script of `test_connection`: one GET, and the verdict in the vendor's words.

use domain::{Brief, Choice, Draft, FieldSource, HttpMethod, OpenPoint, Question};
use regex::Regex;
use serde_json::{Value, json};

use super::answers::Answer;
use super::emit::Emitter;
use super::examples::{address, headers, input, skeleton};
use super::expression::{Expr, Function};
use super::greeting::SAID;
use super::nodes::Node;
use super::search::{Found, Leaf};
use super::shape::node;
use super::space::{Path, Row, Scope, Space};
use super::verdict::{Answered, Verdict, verdict};
use super::world::World;
use super::{provenance, script};

const AUTH_FIELD: &str = "headers.authorization";

const VENDOR_MESSAGE: &str = r#"
// The vendor's own words about a failure: the first text under a name that tells one.
function vendorMessage(body) {
  if (typeof body === "string") return body.trim() ? body.trim().slice(0, 500) : undefined;
  const names = ["message", "error_description", "errorMessage", "error_message", "detail", "details", "description", "msg", "reason", "title", "error"];
  let level = [body];
  for (let depth = 0; depth < 5; depth += 1) {
    const objects = level.flat().filter((value) => value !== null && typeof value === "object");
    for (const name of names) {
      const found = objects.find((object) => typeof object[name] === "string" && object[name]);
      if (found) return found[name];
    }
    level = objects.flatMap((object) => Object.values(object));
    const text = level.flat().find((value) => typeof value === "string" && value.includes(" "));
    if (text) return text;
  }
  return undefined;
}
"#;

pub(super) fn root() -> Scope {
    Scope { variable: "input".to_owned(), place: Vec::new() }
}

/// A recorded call with what it should lead to.
struct Recorded<'b> {
    input: Value,
    request: Value,
    response: Value,
    expected: Option<&'b Value>,
}

fn recorded(brief: &Brief) -> Vec<Recorded<'_>> {
    let of_sample = |sample: &'_ domain::Sample| {
        let exchange = sample.http.iter().find(|exchange| exchange.method == HttpMethod::Get)?;
        Some((
            json!({"url": address(sample, exchange), "headers": headers(exchange)}),
            json!({"statusCode": exchange.status_code, "body": exchange.body}),
        ))
    };
    let samples = brief.samples.iter();
    samples
        .filter_map(|sample| {
            let (request, response) = of_sample(sample)?;
            let expected = sample.expected.as_ref();
            Some(Recorded { input: input(brief, sample), request, response, expected })
        })
        .collect()
}

/// The script, or the question about the call or the verdict.
pub(super) fn draft(brief: &Brief, world: &World<'_>) -> Draft {
    let recorded = recorded(brief);
    let inputs: Vec<Value> = if recorded.is_empty() {
        brief.samples.iter().map(|sample| input(brief, sample)).collect()
    } else {
        recorded.iter().map(|call| call.input.clone()).collect()
    };
    let rows = inputs.iter().map(|input| Row { elements: vec![input] }).collect();
    let space = Space::new(vec![root()], rows);
    let Some(mut request) = request(world, &space, &recorded) else {
        return Draft::Question(Question::plain(format!(
            "No sample has a recorded GET request and no document names one (like \"GET /v1/me\"), so it is not known what to call. Send a sample like this one: {}",
            skeleton(brief.topic)
        )));
    };
    request.points.extend(authorise(world, &mut request.what));
    request.points.extend(world.exposed(&request.what));
    if !request.points.is_empty() {
        let text = "The call that tests the connection is not fully known.".to_owned();
        return Draft::Question(Question { text, points: request.points });
    }
    let mut emitter = Emitter::new(world);
    let (url, headers) = call(&mut emitter, &space, &request.what);
    let answered: Vec<Answered<'_>> = recorded
        .iter()
        .filter_map(|call| {
            Some(Answered {
                input: &call.input,
                response: &call.response,
                expected: call.expected?,
            })
        })
        .collect();
    let responses: Vec<&Value> = recorded.iter().map(|call| &call.response).collect();
    let verdict = match verdict(world, &mut emitter, &answered, &responses) {
        Ok(verdict) => verdict,
        Err(points) => {
            let text = "The verdict is not fully known.".to_owned();
            return Draft::Question(Question { text, points });
        }
    };
    let body = emitter.finish(String::new());
    let Verdict { ok, success, failure } = verdict;
    let words = if failure.contains("vendorMessage(") { VENDOR_MESSAGE } else { "" };
    let said = if success.starts_with("said(") { SAID } else { "" };
    let source = format!(
        "{}{}async function transform(input, context) {{\n{}  const url = {url};\n  const headers = {headers};\n  const response = await context.http.get(url, headers);\n  const ok = {ok};\n  return {{\n    ok,\n    message: ok\n      ? {success}\n      : {failure},\n  }};\n}}\n{}{said}{words}",
        script::header(brief, "One read-only call that tells whether the connection works."),
        body.tables,
        body.checks,
        body.helpers,
    );
    let mut sources = provenance::of(&space, &request.what);
    sources.extend(verdict_sources(if answered.is_empty() { 0.7 } else { 0.9 }));
    script::or_ask_again(brief, source, sources)
}

/// The recorded request as one node, or else the documented one.
fn request<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    recorded: &[Recorded<'_>],
) -> Option<Found<Node>> {
    if !recorded.is_empty() {
        let requests: Vec<Option<&Value>> =
            recorded.iter().map(|call| Some(&call.request)).collect();
        return Some(node(world, space, &[], &requests));
    }
    let fields = vec![
        ("url".to_owned(), Node::Leaf(documented_url(world, space)?)),
        ("headers".to_owned(), Node::Object(Vec::new())),
    ];
    Some(Found { what: Node::Object(fields), cost: 0.0, points: Vec::new() })
}

/// Address and headers as source.
fn call(emitter: &mut Emitter<'_, '_>, space: &Space<'_>, request: &Node) -> (String, String) {
    let mut part = |name: &str| match request {
        Node::Object(fields) => fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or_else(|| "{}".to_owned(), |(_, node)| emitter.node(space, node, 1)),
        Node::Leaf(_)
        | Node::Each { .. }
        | Node::Fixed(_)
        | Node::When(..)
        | Node::OrNull(_)
        | Node::Either(..) => "{}".to_owned(),
    };
    (part("url"), part("headers"))
}

fn verdict_sources(confidence: f64) -> [FieldSource; 2] {
    [
        ("ok", "response.statusCode", "the vendor accepted the call"),
        (
            "message",
            "response.body",
            "the vendor's own words, or a short sentence where it gave none",
        ),
    ]
    .map(|(field, source, reason)| FieldSource {
        field: field.to_owned(),
        source: source.to_owned(),
        reason: reason.to_owned(),
        confidence,
        runner_up: String::new(),
    })
}

fn known(expr: Expr, reason: &str) -> Leaf {
    Leaf { expr, reason: reason.to_owned(), confidence: 0.7, runner_up: String::new() }
}

fn input_path(keys: &[&str]) -> Expr {
    Expr::Path(Path { scope: 0, keys: keys.iter().map(|key| (*key).to_owned()).collect() })
}

/// The lightest GET that the documents name and the connection has all parts of.
fn documented_url(world: &World<'_>, space: &Space<'_>) -> Option<Leaf> {
    let call = Regex::new(
        r"GET\s+`?(?:\{[A-Za-z_]*[uU][rR][lL]\}|https?://[^/\s`]+)?(/[A-Za-z0-9_{}./-]*)",
    )
    .ok()?;
    let slot = Regex::new(r"\{([A-Za-z0-9_]+)\}").ok()?;
    let mut calls: Vec<(usize, Expr)> = Vec::new();
    for document in &world.documents {
        for found in call.captures_iter(document) {
            let Some(path) = found.get(1).map(|path| path.as_str().trim_end_matches('.')) else {
                continue;
            };
            let mut pieces = vec![input_path(&["baseUrl"]).then(Function::Base)];
            let (mut done, mut slots, mut fits) = (0, 0, true);
            for name in slot.captures_iter(path) {
                let (Some(whole), Some(name)) = (name.get(0), name.get(1)) else { continue };
                let wanted = super::words::words(name.as_str());
                let setting = space.atoms.iter().find(|atom| {
                    atom.keys.first().is_some_and(|key| key == "config")
                        && atom.keys.last().is_some_and(|key| super::words::words(key) == wanted)
                });
                fits &= setting.is_some();
                slots += 1;
                pieces.push(Expr::Const(path.get(done..whole.start()).unwrap_or_default().into()));
                pieces.extend(setting.map(|atom| Expr::Path(atom.clone()).then(Function::UrlPart)));
                done = whole.end();
            }
            pieces.push(Expr::Const(path.get(done..).unwrap_or_default().into()));
            let light = [
                "/me", "ping", "status", "health", "account", "whoami", "merchant", "location",
                "info",
            ]
            .iter()
            .any(|word| path.contains(word));
            if fits {
                calls.push((slots + if light { 0 } else { 10 }, Expr::Template(pieces)));
            }
        }
    }
    calls.sort_by_key(|(weight, _)| *weight);
    calls.into_iter().next().map(|(_, expr)| known(expr, "the documents name this call"))
}

/// Adds the header that carries the credential where the request has none; asks when it is unknown.
fn authorise(world: &World<'_>, request: &mut Node) -> Option<OpenPoint> {
    let Node::Object(fields) = request else { return None };
    if request_reads_secret(fields) {
        return None;
    }
    let answer = match world.answer(AUTH_FIELD) {
        Some(Answer::Place(way)) => Some(way.to_lowercase()),
        Some(Answer::Constant) => Some("none".to_owned()),
        None => None,
    };
    let Some((name, expr)) = (match answer {
        Some(way) if way.contains("none") => return None,
        Some(way) => Some(header_for(&way)),
        None => documented_header(world),
    }) else {
        let choice =
            |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned() };
        return Some(OpenPoint {
            field: AUTH_FIELD.to_owned(),
            prompt: "how does the vendor want the credential? Neither a recorded request nor a document says it".to_owned(),
            choices: vec![
                choice("bearer", "header Authorization: Bearer {apiKey}"),
                choice("x-api-key", "header X-Api-Key: {apiKey}"),
                choice("basic", "header Authorization: Basic, base64 of {apiKey}:{apiSecret}"),
                choice("none", "no credential is needed"),
            ],
        });
    };
    let leaf = Node::Leaf(known(
        expr,
        "the way the vendor wants the credential, from the documents or an answer",
    ));
    match fields.iter_mut().find(|(key, _)| key == "headers") {
        Some((_, Node::Object(headers))) => headers.push((name, leaf)),
        Some((_, other)) => *other = Node::Object(vec![(name, leaf)]),
        None => fields.push(("headers".to_owned(), Node::Object(vec![(name, leaf)]))),
    }
    None
}

fn request_reads_secret(fields: &[(String, Node)]) -> bool {
    fields.iter().flat_map(|(_, node)| node.leaves()).any(|leaf| {
        leaf.expr.paths().iter().any(|path| {
            path.keys.iter().any(|key| {
                let words = super::words::words(key);
                ["key", "secret", "token", "password"]
                    .iter()
                    .any(|name| words.iter().any(|word| word == name))
            })
        })
    })
}

fn header_for(way: &str) -> (String, Expr) {
    let key = || input_path(&["apiKey"]);
    let scheme = |scheme: &str, expr: Expr| {
        Expr::Template(vec![Expr::Const(format!("{scheme} ").into()), expr])
    };
    if way.contains("basic") {
        let pair = Expr::Template(vec![key(), Expr::Const(":".into()), input_path(&["apiSecret"])]);
        ("Authorization".to_owned(), scheme("Basic", pair.then(Function::Base64)))
    } else if way.contains("bearer") {
        ("Authorization".to_owned(), scheme("Bearer", key()))
    } else {
        ("X-Api-Key".to_owned(), key())
    }
}

fn documented_header(world: &World<'_>) -> Option<(String, Expr)> {
    let scheme = Regex::new(r"(?i)authorization`?\s*:\s*`?(bearer|basic)\b").ok()?;
    let named = Regex::new(r"\b((?:X-)?(?:[A-Z][A-Za-z]*-)*(?:Key|Token))\b").ok()?;
    let find = |pattern: &Regex| {
        world
            .documents
            .iter()
            .find_map(|document| Some(pattern.captures(document)?.get(1)?.as_str().to_owned()))
    };
    if let Some(way) = find(&scheme) {
        return Some(header_for(&way.to_lowercase()));
    }
    find(&named).filter(|name| name.contains('-')).map(|name| (name, input_path(&["apiKey"])))
}
