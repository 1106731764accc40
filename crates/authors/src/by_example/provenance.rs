//! Where each field of the output comes from, for the reviewer.

use domain::FieldSource;

use super::emit::access;
use super::expression::Expr;
use super::nodes::Node;
use super::space::{Scope, Space};

/// One entry for each leaf of the output.
pub(super) fn of(space: &Space<'_>, node: &Node) -> Vec<FieldSource> {
    let mut sources = Vec::new();
    walk(space, node, "", "", &mut sources);
    sources
}

fn walk(space: &Space<'_>, node: &Node, field: &str, when: &str, sources: &mut Vec<FieldSource>) {
    match node {
        Node::Leaf(leaf) => {
            let constant = matches!(leaf.expr, Expr::Const(_));
            sources.push(FieldSource {
                field: field.to_owned(),
                source: describe(space, &leaf.expr),
                reason: format!("{}{when}", leaf.reason),
                confidence: if constant { leaf.confidence.min(0.8) } else { leaf.confidence },
                runner_up: leaf.runner_up.clone(),
            });
        }
        Node::Object(fields) => {
            for (key, inner) in fields {
                let dot = if field.is_empty() { "" } else { "." };
                walk(space, inner, &format!("{field}{dot}{key}"), when, sources);
            }
        }
        Node::Each { list, scope, item, .. } => {
            let mut inner = Space { scopes: space.scopes.clone(), ..space.clone() };
            inner
                .scopes
                .push(Scope { variable: space.element_place(list).join("."), ..scope.clone() });
            walk(&inner, item, &format!("{field}[]"), when, sources);
        }
        Node::Fixed(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(space, item, &format!("{field}[{index}]"), when, sources);
            }
        }
        Node::OrNull(inner) => walk(space, inner, field, when, sources),
        Node::When(condition, inner) => {
            let place = space.place(condition.path()).join(".");
            walk(space, inner, field, &format!("{when}; depends on {place}"), sources);
        }
        Node::Either(flag, yes, no) => {
            let place = space.place(flag).join(".");
            walk(space, yes, field, &format!("{when}; when {place} is true"), sources);
            walk(space, no, field, &format!("{when}; when {place} is false"), sources);
        }
    }
}

/// An expression in short, by the places that it reads.
fn describe(space: &Space<'_>, expr: &Expr) -> String {
    match expr {
        Expr::Const(value) => domain::bounded(&value.to_string(), 120),
        Expr::Path(path) => access_place(space, path),
        Expr::Apply(..)
        | Expr::Join(..)
        | Expr::Template(_)
        | Expr::Lookup(..)
        | Expr::Count(_)
        | Expr::Sum { .. }
        | Expr::Default(..)
        | Expr::NonZero(_) => {
            let mut places: Vec<String> = Vec::new();
            for path in expr.paths() {
                let place = access_place(space, path);
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            places.join(" + ")
        }
    }
}

fn access_place(space: &Space<'_>, path: &super::space::Path) -> String {
    let place = space.place(path);
    if place.is_empty() { access(space, path, true) } else { place.join(".") }
}
