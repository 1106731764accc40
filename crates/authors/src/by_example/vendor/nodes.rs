//! The shape of the output: objects, and lists that follow lists of the payload.

use std::collections::BTreeSet;

use domain::OpenPoint;
use serde_json::{Map, Value};

use super::expr::{Expr, Read};
use super::optional;
use super::rows::{Path, Payloads, Row, fields};
use super::search::{Found, Leaf, Scope, Space, Targets, UNKNOWN, candidates, leaf};
use super::sources::{self, Source};
use super::steps::Step;
use crate::by_example::expression::{as_text, same};
use crate::by_example::words::words;

/// Readings of one list that are worked out to the end.
const MAX_TRIED: usize = 5;
/// An object with more open fields than this is read from the wrong place.
const MAX_OPEN: usize = 2;
/// A list that is so much further fetched than one that explains all is not looked at.
const FAR: f64 = 0.35;
/// Fields by which records of the output are known, the surest first.
const KNOWN_BY: [&str; 4] = ["itemCode", "code", "externalId", "name"];
/// Fewer records than this do not tell by themselves why some of them are left out.
const MIN_TOLD: usize = 7;
/// Fields that the contracts require.
pub(super) const REQUIRED: [&str; 10] = [
    "itemCode",
    "name",
    "price",
    "code",
    "externalId",
    "externalOrderId",
    "status",
    "dayOfWeek",
    "openTime",
    "closeTime",
];
/// Lists that the contract wants even when they are empty.
const KEPT_EMPTY: [&str; 3] = ["products", "outlets", "options"];

/// A part of the output.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Leaf(Leaf),
    Object(Vec<(String, Node)>),
    /// One element for each of a source's that is kept.
    Each {
        source: Source,
        scopes: Vec<Scope>,
        keep: Vec<Expr>,
        item: Box<Node>,
        empty: bool,
    },
    /// A list of the one value, if there is one.
    One(Box<Node>),
}

impl Node {
    pub(super) fn eval<'a>(&self, row: &Row<'a>, payloads: &Payloads<'a>) -> Option<Value> {
        match self {
            Self::Leaf(leaf) => leaf.expr.eval(row, payloads),
            Self::Object(fields) => {
                let filled: Map<String, Value> = fields
                    .iter()
                    .filter_map(|(key, node)| Some((key.clone(), node.eval(row, payloads)?)))
                    .collect();
                (!filled.is_empty()).then_some(Value::Object(filled))
            }
            Self::Each { source, keep, item, empty, .. } => {
                let rows = source.expand(std::slice::from_ref(row), payloads);
                let kept = rows.into_iter().flatten().filter(|row| is_kept(row, keep, payloads));
                let items: Vec<Value> = kept.filter_map(|row| item.eval(&row, payloads)).collect();
                (*empty || !items.is_empty()).then_some(Value::Array(items))
            }
            Self::One(node) => node.eval(row, payloads).map(|value| Value::Array(vec![value])),
        }
    }
}

fn is_kept(row: &Row<'_>, keep: &[Expr], payloads: &Payloads<'_>) -> bool {
    keep.iter().all(|expr| expr.eval(row, payloads) == Some(Value::Bool(true)))
}

impl<T> Found<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        Found { what: change(self.what), cost: self.cost, points: self.points }
    }
}

pub(super) fn node(space: &Space<'_, '_>, field: &[String], targets: &Targets<'_>) -> Found<Node> {
    let mut given = targets.iter().flatten();
    if targets.iter().flatten().all(|value| value.is_object()) && given.next().is_some() {
        return object(space, field, targets);
    }
    let items = || targets.iter().flatten().filter_map(|value| value.as_array()).flatten();
    if targets.iter().flatten().all(|value| value.is_array()) && items().next().is_some() {
        return list(space, field, targets);
    }
    leaf(space, field, targets).map(Node::Leaf)
}

fn object(space: &Space<'_, '_>, field: &[String], targets: &Targets<'_>) -> Found<Node> {
    let mut keys: Vec<&String> = Vec::new();
    let objects = targets.iter().flatten().filter_map(|value| value.as_object());
    for key in objects.flat_map(Map::keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut whole = Found { what: Vec::new(), cost: 0.0, points: Vec::new() };
    let is_list = |key: &str| {
        let values = targets.iter().flatten().filter_map(|value| value.get(key));
        values.into_iter().any(Value::is_array)
    };
    let order: Vec<&String> = keys.clone();
    keys.sort_by_key(|key| is_list(key));
    for key in keys {
        // Records of which nothing can be read are the wrong ones: what is below them is no help.
        if whole.points.len() >= MAX_OPEN && is_list(key) {
            break;
        }
        let inner = [field, std::slice::from_ref(key)].concat();
        let values: Vec<Option<&Value>> =
            targets.iter().map(|target| target.and_then(|value| value.get(key))).collect();
        let found = node(space, &inner, &values);
        whole.cost += found.cost;
        whole.points.extend(found.points);
        whole.what.push((key.clone(), found.what));
    }
    whole.what.sort_by_key(|(key, _)| order.iter().position(|known| *known == key));
    whole.what.extend(optional::empty(space, field, &order));
    whole.map(Node::Object)
}

fn list(space: &Space<'_, '_>, field: &[String], targets: &Targets<'_>) -> Found<Node> {
    let wanted: Vec<&[Value]> = targets
        .iter()
        .map(|target| target.and_then(Value::as_array).map_or(&[][..], Vec::as_slice))
        .collect();
    let mut found: Vec<Found<Node>> = Vec::new();
    let scalars = wanted.iter().copied().flatten().all(|item| !item.is_object());
    if scalars && wanted.iter().all(|items| items.len() <= 1) {
        let values: Vec<Option<&Value>> = wanted.iter().map(|items| items.first()).collect();
        let one = leaf(space, field, &values);
        if one.points.is_empty() && !matches!(one.what.expr, Expr::Const(_)) {
            found.push(one.map(|leaf| Node::One(Box::new(Node::Leaf(leaf)))));
        }
    }
    let mut tried = 0;
    let mut enough = f64::INFINITY;
    for (source, cost) in sources::all(space, field) {
        if cost > enough + FAR {
            break;
        }
        let rows = source.expand(&space.rows, space.payloads);
        if !space.payloads.spend(rows.iter().map(Vec::len).sum::<usize>() * 10) {
            break;
        }
        if rows.iter().zip(&wanted).any(|(rows, items)| rows.len() < items.len()) {
            continue;
        }
        for kept in alignments(space, field, &rows, &wanted) {
            let reading = each(space, field, targets, &source, &rows, &kept, cost);
            tried += usize::from(reading.is_some());
            if reading.as_ref().is_some_and(|reading| reading.points.is_empty()) {
                enough = enough.min(cost);
            }
            found.extend(reading);
        }
        if tried >= MAX_TRIED {
            break;
        }
    }
    found.sort_by(|one, other| {
        (!one.points.is_empty(), one.cost)
            .partial_cmp(&(!other.points.is_empty(), other.cost))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    found.into_iter().next().unwrap_or_else(|| Found {
        what: Node::Object(Vec::new()),
        cost: UNKNOWN * 4.0,
        points: vec![OpenPoint {
            field: field.join("."),
            prompt: "no list of the payload, and no join of two, gives as many elements in this order; what does it list?".to_owned(),
            choices: Vec::new(),
        }],
    })
}

/// Which elements the items are, by a value that both have; all, where there are as many.
fn alignments(
    space: &Space<'_, '_>,
    field: &[String],
    rows: &[Vec<Row<'_>>],
    wanted: &[&[Value]],
) -> Vec<Vec<bool>> {
    let items = || wanted.iter().copied().flatten();
    let mut names: Vec<Option<&str>> = KNOWN_BY
        .into_iter()
        .filter(|name| items().all(|item| item.get(*name).is_some()))
        .map(Some)
        .collect();
    if items().all(|item| !item.is_object()) {
        names = vec![None];
    }
    let mut found: Vec<Vec<bool>> = Vec::new();
    for name in names {
        let own = |item: &Value| name.map_or(Some(item), |name| item.get(name)).and_then(as_text);
        let outer = space.scopes.len();
        let levels = rows.iter().flatten().next().map_or(0, |row| row.elements.len());
        for scope in outer..levels {
            let elements = rows.iter().flatten().filter_map(|row| row.elements.get(scope).copied());
            for keys in fields(elements.take(200)) {
                let path = Path { scope, keys };
                let mut kept = Vec::new();
                let mut fits = true;
                for (rows, items) in rows.iter().zip(wanted) {
                    let mut items = items.iter().map(own).peekable();
                    for row in rows {
                        let text = row.get(&path).and_then(as_text);
                        let trimmed = text.as_deref().map(str::trim);
                        let hit = match items.peek() {
                            Some(Some(item)) => trimmed == Some(item.trim()),
                            _ => false,
                        };
                        if hit {
                            items.next();
                        }
                        kept.push(hit);
                    }
                    fits &= items.peek().is_none();
                }
                if fits && !found.contains(&kept) {
                    found.push(kept);
                }
            }
        }
        if !found.is_empty() {
            break;
        }
    }
    let known = KNOWN_BY.iter().any(|name| items().all(|item| item.get(*name).is_some()));
    let level = rows.iter().zip(wanted).all(|(rows, items)| rows.len() == items.len());
    if found.is_empty() && level && (!known || field.len() == 1) {
        found.push(vec![true; rows.iter().map(Vec::len).sum()]);
    }
    // The one that keeps most needs least explaining.
    found.sort_by_key(|kept| kept.iter().filter(|kept| !**kept).count());
    found.truncate(2);
    found
}

fn each<'a>(
    space: &Space<'_, 'a>,
    field: &[String],
    targets: &Targets<'_>,
    source: &Source,
    rows: &[Vec<Row<'a>>],
    kept: &[bool],
    cost: f64,
) -> Option<Found<Node>> {
    let scopes = source.scopes(space);
    let all: Vec<Row<'a>> = rows.iter().flatten().cloned().collect();
    let whole = Space { scopes: scopes.clone(), rows: all, ..space.clone() };
    let mut keep = unset(&whole, kept);
    let mut points = Vec::new();
    let mut cost = cost;
    let unexplained =
        whole.rows.iter().zip(kept).any(|(row, kept)| is_kept(row, &keep, space.payloads) != *kept);
    if unexplained {
        let (expr, more, point) = filter(&whole, field, kept)?;
        keep.retain(|own| {
            whole
                .rows
                .iter()
                .zip(kept)
                .all(|(row, kept)| !kept || is_kept(row, std::slice::from_ref(own), space.payloads))
        });
        keep.push(expr);
        cost += more;
        points.extend(point);
    }
    let inner: Vec<Row<'a>> = whole
        .rows
        .iter()
        .zip(kept)
        .filter(|(_, kept)| **kept)
        .map(|(row, _)| row.clone())
        .collect();
    let items: Vec<Option<&Value>> =
        targets.iter().flatten().filter_map(|value| value.as_array()).flatten().map(Some).collect();
    let inner = Space { rows: inner, ..whole };
    let mut place = field.to_vec();
    if let Some(last) = place.last_mut() {
        last.push_str("[]");
    }
    let found = node(&inner, &place, &items);
    let mut left_out = false;
    let mut there = false;
    let mut at = 0;
    for (rows, target) in rows.iter().zip(targets) {
        let own = kept.get(at..at + rows.len()).unwrap_or_default();
        at += rows.len();
        if own.iter().all(|kept| !kept) {
            there |= target.is_some();
            left_out |= target.is_none();
        }
    }
    if there && left_out {
        return None;
    }
    let name = field.last().map_or("", String::as_str);
    let empty = there || !left_out && KEPT_EMPTY.contains(&name);
    points.extend(found.points);
    for expr in referred(&found.what) {
        if !keep.contains(&expr) {
            keep.push(expr);
        }
    }
    let item = Box::new(found.what);
    Some(Found {
        cost: cost + found.cost,
        points,
        what: Node::Each { source: source.clone(), scopes, keep, item, empty },
    })
}

/// That what a required field is read from is in the payload: an element that refers to a record
/// that is not there cannot be told.
fn referred(item: &Node) -> Vec<Expr> {
    let Node::Object(fields) = item else { return Vec::new() };
    fields
        .iter()
        .filter(|(key, _)| REQUIRED.contains(&key.as_str()))
        .filter_map(|(_, node)| match node {
            Node::Leaf(Leaf { expr: Expr::Made(read @ Read::Joined { .. }, _), .. }) => {
                Some(Expr::Made(read.clone(), vec![Step::Present]))
            }
            _ => None,
        })
        .collect()
}

/// Records that are marked as deleted are left out by the contract, whether or not a sample has one.
fn unset(space: &Space<'_, '_>, kept: &[bool]) -> Vec<Expr> {
    let Some(scope) = space.scopes.len().checked_sub(1) else { return Vec::new() };
    let mut names: BTreeSet<&String> = BTreeSet::new();
    for record in space.rows.iter().filter_map(|row| row.elements.get(scope)?.as_object()) {
        names.extend(record.keys().filter(|key| {
            words(key).iter().any(|word| matches!(word.as_str(), "deleted" | "discarded"))
        }));
    }
    names
        .into_iter()
        .map(|key| {
            let path = Path { scope, keys: vec![key.clone()] };
            Expr::Made(Read::Path(path), vec![Step::Unset])
        })
        .filter(|expr| {
            // What a sample shows goes before the rule.
            space.rows.iter().zip(kept).all(|(row, kept)| {
                !kept || is_kept(row, std::slice::from_ref(expr), space.payloads)
            })
        })
        .collect()
}

/// What tells the kept elements from the others.
fn filter(
    space: &Space<'_, '_>,
    field: &[String],
    kept: &[bool],
) -> Option<(Expr, f64, Option<OpenPoint>)> {
    let wanted: Vec<Value> = kept.iter().map(|kept| Value::Bool(*kept)).collect();
    let wanted: Vec<Option<&Value>> = wanted.iter().map(Some).collect();
    let mut asked = field.to_vec();
    asked.push("(dropped)".to_owned());
    let mut found = candidates(space, &asked, &wanted);
    found.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    let mut found = found.into_iter();
    let best = found.next()?;
    let second = found.next();
    let named = space.alike(&asked, &best.expr) > 0.0;
    let point = second.filter(|second| {
        let differs = space.source(&second.expr) != space.source(&best.expr);
        differs && second.cost - best.cost < if named { 0.04 } else { 0.3 }
    });
    let point = point
        .map(|second| {
            space.point(
                &asked,
                "some records are left out, and several values tell which; which one is it?",
                &[&best.expr, &second.expr],
            )
        })
        .or_else(|| {
            // What cannot be ordered stays in the list: a flag that drops such records is no filter.
            let is_flag = space.alike(&["isAvailable".to_owned()], &best.expr) > 0.0;
            (!named && (is_flag || kept.len() < MIN_TOLD)).then(|| {
                space.point(
                    &asked,
                    "some records are left out; is this what tells which?",
                    &[&best.expr],
                )
            })
        });
    let exact = space.rows.iter().zip(kept).all(|(row, kept)| {
        best.expr.eval(row, space.payloads).is_some_and(|value| same(&value, &(*kept).into()))
    });
    exact.then_some((best.expr, 1.0 + best.cost, point))
}
