//! Scripts that read what a vendor sends, learnt from samples with their expected outputs.
//!
//! Names matter only where values leave a choice: records are known by the values that they share
//! with the output's, and a field is whatever gives its expected value on every record.

mod emit;
mod expr;
mod helpers;
mod names;
mod nodes;
mod optional;
mod reads;
mod rows;
mod search;
mod shapes;
mod sources;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use domain::{Brief, DraftScript, FieldSource, OpenPoint};
use serde_json::Value;

use self::emit::Emitter;
use self::expr::Expr;
use self::nodes::Node;
use self::rows::{Payloads, Row};
use self::search::{Scope, Space};
use super::answers::{self, Answer};
use super::expression::same;
use crate::synth;

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

/// The payloads of the samples that say what is expected, with that.
struct Shown<'b> {
    given: Vec<Value>,
    expected: Vec<&'b Value>,
    maps: BTreeSet<String>,
}

/// Nothing when no sample says what is expected.
fn shown<'b>(brief: &'b Brief, payloads: &[&Value]) -> Option<Shown<'b>> {
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
    let given = given.iter().map(|payload| rows::with_lists(payload, "", &maps)).collect();
    Some(Shown { given, expected, maps })
}

fn whole<'p, 'a>(
    known: &'p Payloads<'a>,
    answers: &'p BTreeMap<String, Answer>,
    given: &'a [Value],
) -> Space<'p, 'a> {
    let scopes = vec![Scope { variable: "payload".to_owned(), place: Vec::new() }];
    let row = |(sample, payload)| Row { sample, elements: vec![payload] };
    let rows = given.iter().enumerate().map(row).collect();
    Space { payloads: known, answers, scopes, rows }
}

/// Where the expected values alone say that lists and fields of the output stand, for those that
/// they leave no doubt about.
pub(crate) fn settled(brief: &Brief, payloads: &[&Value]) -> Vec<FieldSource> {
    let Some(shown) = shown(brief, payloads) else { return Vec::new() };
    let borrowed: Vec<&Value> = shown.given.iter().collect();
    let known = Payloads::read(&borrowed, synth::stand_ins(brief));
    let answers = answers::of(&brief.rounds);
    let space = whole(&known, &answers, &shown.given);
    let targets: Vec<Option<&Value>> = shown.expected.iter().copied().map(Some).collect();
    let found = nodes::node(&space, &[], &targets);
    let mut sources = Vec::new();
    lists_of(&found.what, "", &mut sources);
    sources_of(&space, &found.what, "", &mut sources);
    let is_open = |field: &str| found.points.iter().any(|point| point.field == field);
    sources.retain(|known| !known.source.is_empty() && !is_open(&known.field));
    sources
}

/// The lists of the payload that those of the output follow.
fn lists_of(node: &Node, field: &str, out: &mut Vec<FieldSource>) {
    match node {
        Node::Leaf(_) => {}
        Node::Object(fields) => {
            for (key, inner) in fields {
                lists_of(inner, &rows::joined(field, key), out);
            }
        }
        Node::One(inner) => lists_of(inner, &format!("{field}[]"), out),
        Node::Each { scopes, item, .. } => {
            out.push(FieldSource {
                field: field.to_owned(),
                source: scopes.last().map(|scope| scope.place.join(".")).unwrap_or_default(),
                reason: "its records have the expected values".to_owned(),
                confidence: 0.8,
                runner_up: String::new(),
            });
            lists_of(item, &format!("{field}[]"), out);
        }
    }
}

/// Learns from the payloads, one for each of the brief's samples. Nothing when no sample says what
/// is expected; the open points when they leave a choice.
pub(crate) fn learn(brief: &Brief, payloads: &[&Value]) -> Option<Result<Learnt, Vec<OpenPoint>>> {
    let Shown { given, expected, maps } = shown(brief, payloads)?;
    let borrowed: Vec<&Value> = given.iter().collect();
    let known = Payloads::read(&borrowed, synth::stand_ins(brief));
    let answers = answers::of(&brief.rounds);
    let space = whole(&known, &answers, &given);
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
