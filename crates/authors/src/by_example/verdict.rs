//! What `test_connection` says about the vendor's answer.

use domain::OpenPoint;
use serde_json::Value;

use super::connection_test::root;
use super::emit::Emitter;
use super::expression::Expr;
use super::greeting;
use super::nodes::Node;
use super::search::leaf;
use super::space::{Row, Scope, Space};
use super::world::World;
use crate::js;

const WORKS: &str = "The connection works.";
const STATUS: &str = "`The vendor answered with status ${response.statusCode}.`";

/// A vendor's answer with the verdict that a person expects.
pub(super) struct Answered<'v> {
    pub(super) input: &'v Value,
    pub(super) response: &'v Value,
    pub(super) expected: &'v Value,
}

/// Three expressions of the script.
pub(super) struct Verdict {
    pub(super) ok: String,
    pub(super) success: String,
    pub(super) failure: String,
}

enum Message {
    Fixed(String),
    /// May be without a value.
    Read(String),
}

impl Answered<'_> {
    fn ok(&self) -> Option<bool> {
        self.expected.get("ok").and_then(Value::as_bool)
    }

    fn accepted(&self) -> bool {
        is_accepted(self.response)
    }
}

fn is_accepted(response: &Value) -> bool {
    let code = response.get("statusCode").and_then(Value::as_u64);
    code.is_some_and(|code| (200..300).contains(&code))
}

fn accepted_bodies<'v>(responses: &[&'v Value]) -> Vec<&'v Value> {
    let accepted = responses.iter().filter(|response| is_accepted(response));
    accepted.filter_map(|response| response.get("body")).collect()
}

fn space<'a>(answered: &[&Answered<'a>]) -> Space<'a> {
    let response = Scope { variable: "response".to_owned(), place: vec!["response".to_owned()] };
    let rows = answered.iter().map(|one| Row { elements: vec![one.input, one.response] }).collect();
    Space::new(vec![root(), response], rows)
}

/// Learns the verdict from the answers; without any it goes by the status, the documents
/// and the vendor's words in the recorded `responses`.
pub(super) fn verdict<'a>(
    world: &World<'a>,
    emitter: &mut Emitter<'_, '_>,
    answered: &[Answered<'a>],
    responses: &[&Value],
) -> Result<Verdict, Vec<OpenPoint>> {
    let by_status = answered.iter().all(|one| one.ok().is_none_or(|ok| ok == one.accepted()));
    let ok = if by_status {
        "response.statusCode >= 200 && response.statusCode < 300".to_owned()
    } else {
        let all: Vec<&Answered<'_>> = answered.iter().collect();
        let values: Vec<Option<&Value>> = all.iter().map(|one| one.expected.get("ok")).collect();
        let space = space(&all);
        let found = leaf(world, &space, &["ok".to_owned()], &values);
        if !found.points.is_empty() {
            return Err(found.points);
        }
        format!("({}) === true", emitter.expr(&space, &found.what.expr))
    };
    let works = js::text(WORKS);
    let success = match message(world, emitter, answered, true)? {
        Some(Message::Fixed(text)) => text,
        Some(Message::Read(text)) => format!("({text}) ?? {works}"),
        None => match greeting::key(world, &accepted_bodies(responses))? {
            Some(key) => format!("said(response.body, {}) ?? {works}", js::text(&key)),
            None => works,
        },
    };
    let failure = match message(world, emitter, answered, false)? {
        Some(Message::Fixed(text)) => text,
        Some(Message::Read(text)) => {
            format!("({text}) ?? vendorMessage(response.body) ?? {STATUS}")
        }
        None => format!("vendorMessage(response.body) ?? {STATUS}"),
    };
    Ok(Verdict { ok, success, failure })
}

/// The message of the good or the bad answers; none when it is to be searched for at run time.
fn message<'a>(
    world: &World<'a>,
    emitter: &mut Emitter<'_, '_>,
    answered: &[Answered<'a>],
    ok: bool,
) -> Result<Option<Message>, Vec<OpenPoint>> {
    let chosen: Vec<&Answered<'_>> = answered.iter().filter(|one| one.ok() == Some(ok)).collect();
    let values: Vec<Option<&Value>> =
        chosen.iter().map(|one| one.expected.get("message")).collect();
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    let space = space(&chosen);
    let found = leaf(world, &space, &["message".to_owned()], &values);
    let exposed = world.exposed(&Node::Leaf(found.what.clone()));
    if !exposed.is_empty() {
        return Err(exposed);
    }
    // The words are the answer's own, though not at a place that a path leads to.
    let quoted = || {
        let pairs = chosen.iter().zip(&values);
        pairs.into_iter().all(|(one, text)| text.is_some_and(|text| has(one.response, text)))
    };
    let fixed = matches!(found.what.expr, Expr::Const(_));
    if !ok && (!found.points.is_empty() || fixed) && quoted() {
        return Ok(None);
    }
    if !found.points.is_empty() {
        return Err(found.points);
    }
    let text = emitter.expr(&space, &found.what.expr);
    Ok(Some(if fixed { Message::Fixed(text) } else { Message::Read(text) }))
}

fn has(value: &Value, text: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| has(item, text)),
        Value::Object(fields) => fields.values().any(|item| has(item, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value == text,
    }
}
