//! Scripts that read what a vendor sends, learnt from samples with their expected outputs.
//!
//! Names matter only where values leave a choice: records are known by the values that they share
//! with the output's, and a field is whatever gives its expected value on every record.

mod emit;
mod expr;
mod helpers;
mod names;
mod nodes;
mod reads;
mod rows;
mod search;
mod shapes;
mod sources;
mod steps;
#[cfg(test)]
mod tests;

use domain::{Brief, DraftScript, FieldSource, OpenPoint};
use serde_json::Value;

use self::emit::Emitter;
use self::expr::Expr;
use self::nodes::Node;
use self::rows::{Payloads, Row};
use self::search::{Scope, Space};
use super::answers;
use super::expression::same;

/// The inside of `transform`, what stands beside it, and where its fields come from.
#[derive(Debug)]
pub(crate) struct Learnt {
    /// Lines after the one that declares `payload`.
    pub(crate) lines: Vec<String>,
    /// Functions to be added to the script.
    pub(crate) helpers: String,
    pub(crate) provenance: Vec<FieldSource>,
}

impl Learnt {
    /// The draft that a script with its header and its `payload` becomes.
    pub(crate) fn draft(self, script: &str) -> DraftScript {
        DraftScript { source: format!("{script}{}", self.helpers), provenance: self.provenance }
    }
}

/// Learns from the payloads, one for each of the brief's samples. Nothing when no sample says what
/// is expected; the open points when they leave a choice.
pub(crate) fn learn(brief: &Brief, payloads: &[&Value]) -> Option<Result<Learnt, Vec<OpenPoint>>> {
    if payloads.len() != brief.samples.len() {
        return None;
    }
    let (given, expected): (Vec<Value>, Vec<&Value>) = payloads
        .iter()
        .zip(brief.samples.iter())
        .filter_map(|(payload, sample)| Some(((*payload).clone(), sample.expected.as_ref()?)))
        .unzip();
    if expected.is_empty() {
        return None;
    }
    let maps = rows::maps(&given);
    let given: Vec<Value> =
        given.iter().map(|payload| rows::with_lists(payload, "", &maps)).collect();
    let borrowed: Vec<&Value> = given.iter().collect();
    let known = Payloads::read(&borrowed);
    let scopes = vec![Scope { variable: "payload".to_owned(), place: Vec::new() }];
    let rows = borrowed
        .iter()
        .enumerate()
        .map(|(sample, payload)| Row { sample, elements: vec![payload] })
        .collect();
    let answers = answers::of(&brief.rounds);
    let space = Space { payloads: &known, answers: &answers, scopes, rows };
    let targets: Vec<Option<&Value>> = expected.iter().copied().map(Some).collect();
    let found = nodes::node(&space, &[], &targets);
    if !found.points.is_empty() {
        return Some(Err(found.points));
    }
    let differs = space.rows.iter().zip(&expected).position(|(row, expected)| {
        !found.what.eval(row, &known).is_some_and(|given| same(&given, expected))
    });
    if differs.is_some() {
        return Some(Err(vec![OpenPoint {
            field: "$".to_owned(),
            prompt: "the best reading of the samples does not give their expected outputs; does one contradict another?".to_owned(),
            choices: Vec::new(),
        }]));
    }
    let mut emitter = Emitter::new(&known, &maps);
    let body = emitter.node(&space.scopes, &found.what, "", true);
    let mut lines: Vec<String> = Vec::new();
    for (name, declared) in &emitter.declared {
        for (index, line) in declared.iter().enumerate() {
            lines.push(if index == 0 { format!("const {name} = {line}") } else { line.clone() });
        }
    }
    lines.extend(body);
    // A fixed part of the output that holds a credential must come from the connection.
    let secrets =
        brief.samples.iter().flat_map(|s| [&s.connection.api_key, &s.connection.api_secret]);
    if secrets
        .filter(|secret| secret.len() >= 4)
        .any(|secret| lines.iter().any(|line| line.contains(secret.as_str())))
    {
        return Some(Err(vec![OpenPoint {
            field: "$".to_owned(),
            prompt: "a fixed part of the output holds the connection's credential, which a script must not; where does it come from?".to_owned(),
            choices: Vec::new(),
        }]));
    }
    let mut provenance = Vec::new();
    sources_of(&space, &found.what, "", &mut provenance);
    Some(Ok(Learnt { lines, helpers: helpers::sources(&emitter.helpers), provenance }))
}

fn sources_of(space: &Space<'_, '_>, node: &Node, field: &str, out: &mut Vec<FieldSource>) {
    match node {
        Node::Leaf(leaf) => {
            let source = match &leaf.expr {
                Expr::Const(value) => domain::bounded(&value.to_string(), 120),
                read => space.source(read),
            };
            out.push(FieldSource {
                field: field.to_owned(),
                source,
                reason: leaf.reason.to_owned(),
                confidence: leaf.confidence,
                runner_up: leaf.runner_up.clone(),
            });
        }
        Node::Object(fields) => {
            for (key, inner) in fields {
                sources_of(space, inner, &rows::joined(field, key), out);
            }
        }
        Node::One(inner) => sources_of(space, inner, &format!("{field}[]"), out),
        Node::Each { scopes, item, .. } => {
            let inner = Space { scopes: scopes.clone(), rows: Vec::new(), ..space.clone() };
            sources_of(&inner, item, &format!("{field}[]"), out);
        }
    }
}
