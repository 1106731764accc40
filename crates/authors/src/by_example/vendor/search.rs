//! The simplest expression that gives a scalar of the output on every row.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Choice, OpenPoint};
use serde_json::Value;

use super::expr::{Expr, Read};
use super::names::alike;
use super::reads;
use super::rows::{Payloads, Row};
use super::shapes;
use super::steps::Step;
use crate::by_example::answers::{Answer, CONSTANT, names};
use crate::by_example::expression::same;

/// Readings nearer than this are equally good.
const TIE: f64 = 0.04;
/// So many bits of agreement are no chance.
const ENOUGH_BITS: f64 = 12.0;
/// What a field costs that nothing explains.
pub(super) const UNKNOWN: f64 = 50.0;
/// Values with a gap that another value is looked for to fill.
const MAX_GAPS: usize = 3;
/// Only so many readings are combined in pairs.
const MAX_PAIRED: usize = 40;

/// One scope: its variable in the script and its place in the payload.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    pub(super) variable: String,
    pub(super) place: Vec<String>,
}

/// All that can be read for one part of the output.
#[derive(Debug, Clone)]
pub(super) struct Space<'p, 'a> {
    pub(super) payloads: &'p Payloads<'a>,
    pub(super) answers: &'p BTreeMap<String, Answer>,
    pub(super) scopes: Vec<Scope>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A scalar with the reasons for it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) expr: Expr,
    pub(super) reason: &'static str,
    pub(super) confidence: f64,
    pub(super) runner_up: String,
}

/// A reading with how far-fetched it is and what is open about it.
#[derive(Debug, Clone)]
pub(super) struct Found<T> {
    pub(super) what: T,
    pub(super) cost: f64,
    pub(super) points: Vec<OpenPoint>,
}

/// One value for each row, none where it is left out.
pub(super) type Targets<'t> = [Option<&'t Value>];

#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) expr: Expr,
    pub(super) cost: f64,
    alike: f64,
}

impl Space<'_, '_> {
    /// Where something is read, as people write it.
    pub(super) fn place(&self, read: &Read) -> Vec<String> {
        let path = read.path();
        let mut place =
            self.scopes.get(path.scope).map(|scope| scope.place.clone()).unwrap_or_default();
        place.extend(path.keys.iter().cloned());
        let mark = |place: &mut Vec<String>| {
            if let Some(last) = place.last_mut() {
                last.push_str("[]");
            }
        };
        match read {
            Read::Path(_) | Read::Count(_) => {}
            Read::Joined { table, keys, .. } => {
                let table = self.payloads.tables.get(*table);
                place = Vec::new();
                for step in table.iter().flat_map(|table| &table.route) {
                    place.extend(step.iter().cloned());
                    mark(&mut place);
                }
                place.extend(keys.iter().cloned());
            }
            Read::Of { keys, .. } | Read::Pick { keys, .. } => {
                mark(&mut place);
                place.extend(keys.iter().cloned());
            }
        }
        place
    }

    pub(super) fn source(&self, expr: &Expr) -> String {
        let mut places: Vec<String> = Vec::new();
        for read in expr.reads() {
            let place = self.place(read).join(".");
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places.join(" + ")
    }

    pub(super) fn alike(&self, field: &[String], expr: &Expr) -> f64 {
        // Of two values that are read together both have to be called like it.
        let reads = expr.reads();
        let sum: f64 = reads.iter().map(|read| alike(field, &self.place(read))).sum();
        sum / count(reads.len().max(1))
    }

    pub(super) fn point(&self, field: &[String], prompt: &str, exprs: &[&Expr]) -> OpenPoint {
        let choices: Vec<Choice> = exprs
            .iter()
            .map(|expr| {
                let value = self.source(expr);
                let shown = self.rows.iter().find_map(|row| expr.eval(row, self.payloads));
                let shown = shown.map(|shown| domain::bounded(&shown.to_string(), 60));
                let label = shown
                    .map_or_else(|| value.clone(), |shown| format!("{value} (such as {shown})"));
                Choice { value, label }
            })
            .collect();
        let mut choices: Vec<Choice> = choices;
        choices.dedup_by(|later, earlier| later.value == earlier.value);
        OpenPoint { field: field.join("."), prompt: prompt.to_owned(), choices }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful")]
const fn count(reads: usize) -> f64 {
    reads as f64
}

/// How much agreement with the targets proves, in bits.
fn bits(targets: &Targets<'_>) -> f64 {
    let mut counts: BTreeMap<String, f64> = BTreeMap::new();
    for target in targets {
        *counts.entry(target.map_or_else(String::new, ToString::to_string)).or_default() += 1.0;
    }
    let all: f64 = counts.values().sum();
    let telling = |text: &String| {
        text.len() > 5
            || text
                .trim_matches('"')
                .parse::<f64>()
                .is_ok_and(|n| n.fract() != 0.0 || n.abs() >= 10.0)
    };
    let entropy: f64 = counts.values().map(|n| -n * (n / all).log2()).sum();
    entropy * all + counts.keys().map(|text| if telling(text) { 12.0 } else { 0.0 }).sum::<f64>()
}

/// The candidate if it gives every target, with a default or a value that means nothing.
pub(super) fn fit(values: &[Option<Value>], targets: &Targets<'_>) -> Option<Fit> {
    let mut fit = Fit { missing: None, gaps: false, none: Vec::new(), hits: 0 };
    for (value, target) in values.iter().zip(targets) {
        match (value, target) {
            (Some(value), Some(target)) if same(value, target) => fit.hits += 1,
            (None, None) => {}
            (None, Some(target)) => {
                fit.gaps |= fit.missing.as_ref().is_some_and(|known| !same(known, target));
                fit.missing = Some((*target).clone());
            }
            (Some(value), None) => {
                if !fit.none.contains(value) {
                    fit.none.push(value.clone());
                }
            }
            (Some(_), Some(_)) => return None,
        }
    }
    let taken =
        targets.iter().flatten().any(|target| fit.none.iter().any(|none| same(none, target)));
    (fit.hits > 0 && !taken).then_some(fit)
}

pub(super) struct Fit {
    missing: Option<Value>,
    gaps: bool,
    none: Vec<Value>,
    hits: usize,
}

/// Finds the expression of a scalar, or the question to ask about it.
pub(super) fn leaf(space: &Space<'_, '_>, field: &[String], targets: &Targets<'_>) -> Found<Leaf> {
    let mut found = candidates(space, field, targets);
    let answer = space.answers.get(&field.join("."));
    if let Some(Answer::Place(place)) = answer {
        found.retain(|one| one.expr.reads().iter().any(|read| names(place, &space.place(read))));
    }
    if answer == Some(&Answer::Constant) {
        found.clear();
    }
    found.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    found.dedup_by(|later, earlier| later.expr == earlier.expr);
    let mut found = found.into_iter();
    let Some(best) = found.next() else {
        return unexplained(space, field, targets, answer.is_some());
    };
    let others: Vec<Candidate> = found.collect();
    let second = others.first();
    let mut points = Vec::new();
    let is_elsewhere = |other: &&Candidate| space.source(&other.expr) != space.source(&best.expr);
    let near = second.filter(|other| other.cost - best.cost < TIE).filter(is_elsewhere);
    // That something is there tells less than what a rival says, however simple it is.
    let is_chance = best.alike <= 0.0 && best.expr.is_presence();
    let tie = near.or_else(|| others.iter().find(is_elsewhere).filter(|_| is_chance));
    if answer.is_none() {
        if bits(targets) < ENOUGH_BITS && best.alike <= 0.0 {
            points.push(space.point(
                field,
                "so few values tell too little about where it comes from; which one is it?",
                &std::iter::once(&best.expr).chain(second.map(|s| &s.expr)).collect::<Vec<_>>(),
            ));
        } else if let Some(second) = tie {
            points.push(space.point(
                field,
                "several values of the payload are equal to it on every record; which one is it?",
                &[&best.expr, &second.expr],
            ));
        }
    }
    let (reason, confidence) = match (answer.is_some(), best.alike > 0.0) {
        (true, _) => ("a person named this source", 1.0),
        (_, true) => ("gives the expected value on every record, and the names agree", 0.95),
        (_, false) => ("gives the expected value on every record", 0.8),
    };
    let runner_up = second.map(|other| space.source(&other.expr)).unwrap_or_default();
    let cost = if points.is_empty() { best.cost.max(0.1) } else { UNKNOWN / 2.0 };
    Found {
        cost,
        points,
        what: Leaf {
            expr: shapes::by_contract(field, best.expr, targets),
            reason,
            confidence,
            runner_up,
        },
    }
}

/// A constant, where it can be one.
fn unexplained(
    space: &Space<'_, '_>,
    field: &[String],
    targets: &Targets<'_>,
    answered: bool,
) -> Found<Leaf> {
    let first = targets.iter().flatten().next();
    let steady = first.is_some_and(|first| {
        targets.iter().all(|target| target.is_some_and(|target| same(target, first)))
    });
    let own = field.last().map_or("", String::as_str);
    let particular = [
        "itemCode",
        "code",
        "name",
        "externalId",
        "externalOrderId",
        "status",
        "occurredAt",
        "description",
    ];
    let constant = steady && (answered || !particular.contains(&own));
    let mut points = Vec::new();
    if !constant {
        let mut point = space.point(
            field,
            "no expression of the payload gives its expected values on every record; where does it come from?",
            &[],
        );
        if steady {
            let label = "always this value".to_owned();
            point.choices.push(Choice { value: CONSTANT.to_owned(), label });
        }
        points.push(point);
    }
    Found {
        cost: if constant { 8.0 } else { UNKNOWN },
        points,
        what: Leaf {
            expr: Expr::Const(first.map(|value| (*value).clone()).unwrap_or_default()),
            reason: "a constant: the same on every record, and nothing in the payload explains it",
            confidence: 0.5,
            runner_up: String::new(),
        },
    }
}

/// Every expression that gives the targets.
pub(super) fn candidates(
    space: &Space<'_, '_>,
    field: &[String],
    targets: &Targets<'_>,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut gaps: Vec<(Candidate, Vec<bool>)> = Vec::new();
    let mut values: Vec<(Read, f64, Vec<Option<Value>>)> = Vec::new();
    let reads = reads::all(space);
    for (read, cost) in reads {
        // A read is tried under some ten changes.
        if !space.payloads.spend(space.rows.len() * 10) {
            return Vec::new();
        }
        let own: Vec<Option<Value>> =
            space.rows.iter().map(|row| read.get(row, space.payloads)).collect();
        if own.iter().any(Option::is_some) {
            values.push((read, cost, own));
        }
    }
    for (read, base, own) in &values {
        for (steps, extra) in shapes::chains(field, own, targets) {
            let made: Vec<Option<Value>> = own
                .iter()
                .map(|value| steps.iter().fold(value.clone(), |v, step| step.apply(v.as_ref())))
                .collect();
            // A value that a step cannot take is not a missing one.
            let refused = own.iter().zip(&made).any(|(own, made)| own.is_some() && made.is_none());
            let Some(fit) = fit(&made, targets).filter(|_| !refused) else { continue };
            let expr = Expr::Made(read.clone(), steps.clone());
            let alike = space.alike(field, &expr);
            // Countries of time zones or towns are a table of the sample's, not of the world's.
            let is_table = matches!(steps.last(), Some(Step::Table(_)));
            let own = field.last().map_or("", String::as_str);
            if is_table && alike <= 0.0 && matches!(own, "country" | "currency") {
                continue;
            }
            if steps.last().is_some_and(|step| is_of_sample(step, &values)) {
                continue;
            }
            let cost = base + extra - 0.6 * alike;
            let candidate = Candidate { expr, cost, alike };
            if fit.gaps {
                if fit.none.is_empty() {
                    gaps.push((candidate, made.iter().map(Option::is_some).collect()));
                }
            } else {
                if fit.missing.is_some() && fit.none.is_empty() {
                    gaps.push((candidate.clone(), made.iter().map(Option::is_some).collect()));
                }
                found.extend(completed(candidate, fit, steps, &space.payloads.stand_ins));
            }
        }
    }
    // A flag says yes or no: another in its stead is no reading that anyone would write.
    gaps.retain(|_| !targets.iter().flatten().any(|target| target.is_boolean()));
    gaps.sort_by(|one, other| one.0.cost.total_cmp(&other.0.cost));
    for (first, there) in gaps.into_iter().take(MAX_GAPS) {
        found.extend(otherwise(space, &first, &there, &values, field, targets));
    }
    if found.is_empty() {
        found = shapes::pairs(&values, targets)
            .into_iter()
            .map(|(expr, cost)| {
                let alike = space.alike(field, &expr);
                Candidate { cost: cost - 0.6 * alike, alike, expr }
            })
            .collect();
    }
    found
}

/// Whether text around a value is another value of the sample: it holds for one record alone.
fn is_of_sample(step: &Step, values: &[(Read, f64, Vec<Option<Value>>)]) -> bool {
    const SHORT: usize = 3;
    let Step::Affix(before, after) = step else { return false };
    let around = [before, after].map(|text| text.trim_matches(|c: char| !c.is_alphanumeric()));
    values
        .iter()
        .flat_map(|(_, _, own)| own.iter().flatten())
        .filter_map(Value::as_str)
        .any(|text| text.len() > SHORT && around.contains(&text))
}

/// With a default or a value that stands for nothing, where the rows show one.
fn completed(
    candidate: Candidate,
    fit: Fit,
    mut steps: Vec<Step>,
    stand_ins: &[String],
) -> Option<Candidate> {
    let Candidate { expr, cost, alike } = candidate;
    let Expr::Made(read, _) = expr else { return None };
    let mut extra = 0.0;
    match fit.none.as_slice() {
        [] => {}
        [one] if one.as_f64() == Some(0.0) || one.as_f64() == Some(-1.0) => {
            steps.push(if one.as_f64() == Some(0.0) {
                Step::Above
            } else {
                Step::Unless(one.clone())
            });
            extra += 0.5;
        }
        // One shop's address is another's no more: only a piece that documents name is known for all.
        several if several.iter().all(is_address) => {
            let is_in_all = |piece: &&String| {
                several
                    .iter()
                    .all(|one| one.as_str().is_some_and(|one| one.contains(piece.as_str())))
            };
            steps.push(Step::Lacking(stand_ins.iter().find(is_in_all)?.clone()));
            extra += 0.5;
        }
        [one] if fit.hits > 1 => {
            steps.push(Step::Unless(one.clone()));
            extra += 1.0;
        }
        _ => return None,
    }
    let expr = Expr::Made(read, steps);
    let expr = match fit.missing {
        None => expr,
        // Nothing and a value for nothing cannot both be told from one field.
        Some(_) if extra > 0.0 => return None,
        Some(Value::String(_)) => return None,
        Some(other) => {
            extra += 0.8;
            Expr::Else(Box::new(expr), Box::new(Expr::Const(other)))
        }
    };
    Some(Candidate { expr, cost: cost + extra, alike })
}

/// Whether a value is an address on the web.
fn is_address(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
}

/// Another value where the first is missing.
fn otherwise(
    space: &Space<'_, '_>,
    first: &Candidate,
    there: &[bool],
    values: &[(Read, f64, Vec<Option<Value>>)],
    field: &[String],
    targets: &Targets<'_>,
) -> Vec<Candidate> {
    let missing = |index: usize| there.get(index) == Some(&false);
    let wanted: Vec<Option<&Value>> =
        targets.iter().enumerate().filter(|(index, _)| missing(*index)).map(|(_, t)| *t).collect();
    let mut found = Vec::new();
    for (read, base, own) in values {
        let own: Vec<Option<Value>> = own
            .iter()
            .enumerate()
            .filter(|(index, _)| missing(*index))
            .map(|(_, value)| value.clone())
            .collect();
        for (steps, extra) in shapes::chains(field, &own, &wanted) {
            let made: Vec<Option<Value>> = own
                .iter()
                .map(|value| steps.iter().fold(value.clone(), |v, step| step.apply(v.as_ref())))
                .collect();
            let exact = made.iter().zip(&wanted).all(|(made, wanted)| match (made, wanted) {
                (Some(made), Some(wanted)) => same(made, wanted),
                (None, None) => true,
                _ => false,
            });
            if exact {
                let second = Expr::Made(read.clone(), steps);
                let alike = space.alike(field, &second);
                let expr = Expr::Else(Box::new(first.expr.clone()), Box::new(second));
                let cost = first.cost + 1.0 + 0.4 * (base + extra - 0.6 * alike);
                found.push(Candidate { expr, cost, alike: first.alike.max(alike) });
            }
        }
    }
    found.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    found.truncate(2);
    found
}

/// The readings that are worth being combined.
pub(super) fn paired(
    values: &[(Read, f64, Vec<Option<Value>>)],
) -> Vec<&(Read, f64, Vec<Option<Value>>)> {
    let mut seen = BTreeSet::new();
    values.iter().filter(|(_, _, own)| seen.insert(format!("{own:?}"))).take(MAX_PAIRED).collect()
}
