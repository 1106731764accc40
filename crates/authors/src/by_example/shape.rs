//! The search for the shape of the output: which list follows which, and what is there when.

use serde_json::{Map, Value};

use super::expression::{Expr, same};
use super::nodes::{Condition, Node, chosen};
use super::search::{Found, Leaf, UNKNOWN_COST, field_name, leaf};
use super::space::{MAX_ROWS, Path, Row, Scope, Space};
use super::words::likeness;
use super::world::World;

/// Lists are tried in the order of their likeness; more than this many are never close.
const MAX_LISTS: usize = 4;
/// Longer lists of one length are hardly written by hand.
const MAX_FIXED: usize = 6;

/// Finds what gives the targets, one for each of the space's rows.
pub(super) fn node<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Found<Node> {
    let given = || targets.iter().flatten().filter(|value| !value.is_null());
    let filled = |value: &&&Value| match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if given().any(|value| filled(&value)) {
        if targets.iter().flatten().any(|value| value.is_null()) {
            let bare: Vec<Option<&Value>> =
                targets.iter().map(|target| target.filter(|value| !value.is_null())).collect();
            return node(world, space, field, &bare).map(|part| Node::OrNull(Box::new(part)));
        }
        if given().all(|value| value.is_object()) {
            return conditional(world, space, field, targets, object);
        }
        if targets.iter().flatten().all(|value| value.is_array()) {
            return list(world, space, field, targets);
        }
    }
    scalar(world, space, field, targets)
}

fn scalar<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Found<Node> {
    let whole = leaf(world, space, field, targets).map(Node::Leaf);
    if whole.points.is_empty() && targets.iter().all(Option::is_some)
        || whole.cost < UNKNOWN_COST && !is_const(&whole.what)
    {
        return whole;
    }
    let under_condition =
        conditional(world, space, field, targets, |world, space, field, targets| {
            leaf(world, space, field, targets).map(Node::Leaf)
        });
    if under_condition.points.is_empty() { under_condition } else { whole }
}

const fn is_const(node: &Node) -> bool {
    matches!(node, Node::Leaf(Leaf { expr: Expr::Const(_), .. }))
}

impl<T> Found<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Found<U> {
        Found { what: change(self.what), cost: self.cost, points: self.points }
    }
}

/// Solves the rows that have the part, then finds out when it is there.
fn conditional<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
    solve: impl Fn(&World<'a>, &Space<'a>, &[String], &[Option<&Value>]) -> Found<Node>,
) -> Found<Node> {
    let there: Vec<bool> = targets.iter().map(Option::is_some).collect();
    let rows = space.rows.iter().zip(&there).filter(|(_, there)| **there);
    let part = space.with_rows(rows.map(|(row, _)| row.clone()).collect());
    let given: Vec<Option<&Value>> =
        targets.iter().filter(|target| target.is_some()).copied().collect();
    let found = solve(world, &part, field, &given);
    let agrees = |node: &Node| {
        space.rows.iter().zip(&there).all(|(row, there)| node.eval(row).is_some() == *there)
    };
    if !found.points.is_empty() || agrees(&found.what) {
        return found;
    }
    let present = space.atoms.iter().chain(&space.lists).cloned().map(Condition::Present);
    let words = space.atoms.iter().flat_map(|path| {
        let words = world.words(space, path).unwrap_or_default();
        words.iter().map(|word| Condition::Is(path.clone(), word.clone()))
    });
    let mut fitting: Vec<Condition> = present
        .chain(words)
        .filter(|condition| {
            space.rows.iter().zip(&there).all(|(row, there)| condition.holds(row) == *there)
        })
        .collect();
    fitting.sort_by(|one, other| {
        let alike = |condition: &Condition| likeness(field, &space.place(condition.path()));
        alike(other).total_cmp(&alike(one))
    });
    match fitting.into_iter().next() {
        Some(condition) => Found {
            cost: found.cost + 1.0,
            points: found.points,
            what: Node::When(condition, Box::new(found.what)),
        },
        None => Found {
            cost: UNKNOWN_COST,
            points: vec![domain::OpenPoint {
                field: field_name(field),
                prompt: "some samples have it and some have not, and nothing in the input says when; what does it depend on?".to_owned(),
                choices: Vec::new(),
            }],
            what: found.what,
        },
    }
}

fn object<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Found<Node> {
    let mut keys: Vec<&String> = Vec::new();
    for key in targets.iter().flatten().filter_map(|value| value.as_object()).flat_map(Map::keys) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut whole = Found { what: Vec::new(), cost: 0.0, points: Vec::new() };
    for key in keys {
        let inner = [field, std::slice::from_ref(key)].concat();
        let values: Vec<Option<&Value>> =
            targets.iter().map(|target| target.and_then(|value| value.get(key))).collect();
        let found = node(world, space, &inner, &values);
        whole.cost += found.cost;
        whole.points.extend(found.points);
        whole.what.push((key.clone(), found.what));
    }
    whole.map(Node::Object)
}

fn list<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Found<Node> {
    let mut lists: Vec<&Path> = space.lists.iter().collect();
    lists.sort_by(|one, other| {
        let alike = |path: &Path| likeness(field, &space.place(path));
        (other.scope, alike(other))
            .partial_cmp(&(one.scope, alike(one)))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut found: Vec<Found<Node>> = Vec::new();
    for list in lists {
        let element = element_space(space, list);
        let own_flags = element.atoms.iter().filter(|path| path.scope == element.innermost());
        let flags: Vec<Path> = own_flags
            .filter(|path| {
                element.rows.iter().filter_map(|row| row.get(path)).all(Value::is_boolean)
            })
            .cloned()
            .collect();
        let filters = std::iter::once(None).chain(
            flags.iter().flat_map(|flag| [Some((flag.clone(), true)), Some((flag.clone(), false))]),
        );
        for only in filters {
            found.extend(each(world, space, field, targets, list, only));
        }
        if found.len() >= MAX_LISTS {
            break;
        }
    }
    found.extend(fixed(world, space, field, targets));
    found
        .into_iter()
        .reduce(|best, other| if other.cost < best.cost { other } else { best })
        .unwrap_or_else(|| Found {
            what: Node::Fixed(Vec::new()),
            cost: UNKNOWN_COST,
            points: vec![domain::OpenPoint {
                field: field_name(field),
                prompt: "no list of the input has as many elements; what does it list?".to_owned(),
                choices: Vec::new(),
            }],
        })
}

fn element_scopes(space: &Space<'_>, list: &Path) -> Vec<Scope> {
    let name = list.keys.last().map_or("element", String::as_str);
    let single =
        name.strip_suffix('s').filter(|stem| stem.chars().all(|c| c.is_ascii_alphabetic()));
    let taken = |variable: &str| {
        space.scopes.iter().any(|scope| scope.variable == variable)
            || matches!(
                variable,
                "" | "input"
                    | "context"
                    | "payload"
                    | "config"
                    | "value"
                    | "new"
                    | "clas"
                    | "thi"
                    | "cas"
                    | "doe"
            )
    };
    let variable = single
        .filter(|variable| !taken(variable))
        .map_or_else(|| format!("element{}", space.scopes.len()), str::to_owned);
    let mut scopes = space.scopes.clone();
    scopes.push(Scope { variable, place: space.element_place(list) });
    scopes
}

fn element_space<'a>(space: &Space<'a>, list: &Path) -> Space<'a> {
    let rows = space.rows.iter().flat_map(|row| row.list(list).iter().map(|e| row.enter(e)));
    Space::new(element_scopes(space, list), rows.take(MAX_ROWS).collect())
}

/// The list as an image of one of the input's.
fn each<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
    list: &Path,
    only: Option<(Path, bool)>,
) -> Option<Found<Node>> {
    let mut rows = Vec::new();
    let mut items = Vec::new();
    let (mut empty_kept, mut empty_left_out) = (false, false);
    for (row, target) in space.rows.iter().zip(targets) {
        let kept: Vec<Row<'a>> = row
            .list(list)
            .iter()
            .map(|element| row.enter(element))
            .filter(|row| chosen(row, only.as_ref()))
            .collect();
        let wanted = target.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if kept.len() != wanted.len() {
            return None;
        }
        if kept.is_empty() {
            empty_kept |= target.is_some();
            empty_left_out |= target.is_none();
        }
        rows.extend(kept);
        items.extend(wanted.iter().map(Some));
    }
    if items.is_empty() || (empty_kept && empty_left_out) {
        return None;
    }
    rows.truncate(MAX_ROWS);
    items.truncate(MAX_ROWS);
    let scopes = element_scopes(space, list);
    let scope = scopes.last()?.clone();
    let inner = Space::new(scopes, rows);
    let mut place = field.to_vec();
    if let Some(last) = place.last_mut() {
        last.push_str("[]");
    }
    let mut found = node(world, &inner, &place, &items);
    let exact = inner.rows.iter().zip(&items).all(|(row, item)| {
        let given = found.what.eval(row);
        item.is_some_and(|item| given.is_some_and(|given| same(&given, item)))
    });
    if (!found.points.is_empty() || !exact)
        && let Some(split) = either(world, &inner, &place, &items)
    {
        found = split;
    }
    // What reads nothing of the element is no image of the list.
    let level = inner.innermost();
    let reads =
        found.what.leaves().iter().any(|leaf| leaf.expr.paths().iter().any(|p| p.scope == level));
    let near = likeness(field, &space.place(list)).min(1.0);
    let cost = found.cost
        + if reads { 0.0 } else { UNKNOWN_COST }
        + if only.is_some() { 1.5 } else { 0.0 }
        - 0.5 * near;
    let keep_empty = empty_kept || world.relies_on(space, list) && only.is_none();
    let item = Box::new(found.what);
    Some(Found {
        what: Node::Each { list: list.clone(), scope, only, item, keep_empty },
        cost,
        points: found.points,
    })
}

/// Two shapes of elements, told apart by a flag of theirs.
fn either<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Option<Found<Node>> {
    let flags = space.atoms.iter().filter(|path| {
        let mut values = space.rows.iter().map(|row| row.get(path).and_then(Value::as_bool));
        values.all(|value| value.is_some())
    });
    for flag in flags {
        let side = |wanted: bool| {
            let (rows, values): (Vec<Row<'a>>, Vec<Option<&Value>>) = space
                .rows
                .iter()
                .zip(targets)
                .filter(|(row, _)| row.get(flag).and_then(Value::as_bool) == Some(wanted))
                .map(|(row, target)| (row.clone(), *target))
                .unzip();
            (!rows.is_empty()).then(|| node(world, &space.with_rows(rows), field, &values))
        };
        if let (Some(yes), Some(no)) = (side(true), side(false))
            && yes.points.is_empty()
            && no.points.is_empty()
        {
            return Some(Found {
                cost: yes.cost + no.cost + 1.0,
                points: Vec::new(),
                what: Node::Either(flag.clone(), Box::new(yes.what), Box::new(no.what)),
            });
        }
    }
    None
}

/// The list as so many elements written one by one.
fn fixed<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Option<Found<Node>> {
    let lengths: Vec<usize> =
        targets.iter().map(|target| target.and_then(Value::as_array).map_or(0, Vec::len)).collect();
    let length = *lengths.first()?;
    if length == 0 || length > MAX_FIXED || lengths.iter().any(|other| *other != length) {
        return None;
    }
    let mut whole = Found { what: Vec::new(), cost: 0.0, points: Vec::new() };
    for index in 0..length {
        let mut inner = field.to_vec();
        if let Some(last) = inner.last_mut() {
            *last = if length == 1 { format!("{last}[]") } else { format!("{last}[{index}]") };
        }
        let values: Vec<Option<&Value>> =
            targets.iter().map(|target| target.and_then(|value| value.get(index))).collect();
        let found = node(world, space, &inner, &values);
        whole.cost += found.cost + 1.0;
        whole.points.extend(found.points);
        whole.what.push(found.what);
    }
    Some(whole.map(Node::Fixed))
}
