//! A tree of nodes as JavaScript that a person can read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::expression::{Expr, Function};
use super::helpers::Helper;
use super::nodes::{Condition, Node};
use super::phrase::tested;
use super::space::{Path, Scope, Space};
use super::world::World;
use crate::js;

/// The inside of `transform` while it is written.
pub(super) struct Emitter<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) helpers: BTreeSet<Helper>,
    pub(super) tables: Vec<(String, String)>,
    pub(super) needed: Vec<Vec<String>>,
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

/// Ends the declarations at the top of `transform`, of which `return` is the last line.
pub(super) struct Body {
    pub(super) value: String,
    pub(super) tables: String,
    pub(super) checks: String,
    pub(super) helpers: String,
}

impl<'w, 'a> Emitter<'w, 'a> {
    pub(super) const fn new(world: &'w World<'a>) -> Self {
        Self { world, helpers: BTreeSet::new(), tables: Vec::new(), needed: Vec::new() }
    }

    pub(super) fn finish(mut self, value: String) -> Body {
        let mut checks = String::new();
        if !self.needed.is_empty() {
            self.helpers.insert(Helper::Check);
            let paths: Vec<String> = self
                .needed
                .iter()
                .map(|place| {
                    let keys: Vec<String> = place.iter().map(|key| js::text(key)).collect();
                    format!("    [{}],\n", keys.join(", "))
                })
                .collect();
            checks =
                format!("  for (const path of [\n{}  ]) check(input, path);\n\n", paths.concat());
        }
        let tables: Vec<String> = self
            .tables
            .iter()
            .map(|(name, table)| format!("const {name} = {table};\n\n"))
            .collect();
        let helpers: Vec<&str> =
            self.helpers.iter().flat_map(|helper| ["\n", helper.source()]).collect();
        let (tables, helpers) = (tables.concat(), helpers.concat());
        Body { value, tables, checks, helpers }
    }

    pub(super) fn read(&mut self, space: &Space<'_>, path: &Path) -> (String, bool) {
        let relied = self.world.relies_on(space, path);
        if relied {
            let place = space.place(path);
            if place.first().is_some_and(|key| key != "response") && !self.needed.contains(&place) {
                self.needed.push(place);
            }
        }
        (access(space, path, relied), relied)
    }

    fn condition(&mut self, space: &Space<'_>, condition: &Condition) -> String {
        let (read, _) = self.read(space, condition.path());
        match condition {
            Condition::Present(path) if space.lists.contains(path) => {
                format!("({read} || []).length > 0")
            }
            Condition::Present(_) => {
                self.helpers.insert(Helper::Given);
                format!("given({read}) !== undefined")
            }
            Condition::Is(_, value) => format!("{read} === {}", js::value(value)),
        }
    }

    /// A node at a depth of indentation.
    pub(super) fn node(&mut self, space: &Space<'_>, node: &Node, depth: usize) -> String {
        match node {
            Node::Leaf(leaf) => self.expr(space, &leaf.expr),
            Node::Object(fields) => self.object(space, fields, depth),
            Node::Each { list, scope, only, item, keep_empty } => {
                let (read, relied) = self.read(space, list);
                let inner = inner_space(space, list, scope);
                let from = if relied { read } else { format!("({read} || [])") };
                let variable = &scope.variable;
                let filter = only.as_ref().map_or_else(String::new, |(flag, wanted)| {
                    let flag = access(&inner, flag, true);
                    format!(".filter(({variable}) => {flag} === {wanted})")
                });
                let item_text = self.node(&inner, item, depth);
                let body =
                    if item_text.starts_with('{') { format!("({item_text})") } else { item_text };
                let dropped = if self.may_be_missing(&inner, item) {
                    ".filter((value) => value !== undefined)"
                } else {
                    ""
                };
                let mapped = format!("{from}{filter}.map(({variable}) => {body}){dropped}");
                if *keep_empty {
                    return mapped;
                }
                self.helpers.insert(Helper::Filled);
                format!("filled({mapped})")
            }
            Node::Fixed(items) => self.fixed(space, items, depth),
            Node::OrNull(node) => format!("({}) ?? null", self.node(space, node, depth)),
            Node::When(condition, node) => {
                let test = self.condition(space, condition);
                format!("{test} ? {} : undefined", self.node(space, node, depth))
            }
            Node::Either(flag, yes, no) => {
                let (flag, _) = self.read(space, flag);
                let inner = indent(depth + 1);
                format!(
                    "{flag}\n{inner}? {}\n{inner}: {}",
                    self.node(space, yes, depth + 1),
                    self.node(space, no, depth + 1)
                )
            }
        }
    }

    fn object(&mut self, space: &Space<'_>, fields: &[(String, Node)], depth: usize) -> String {
        if fields.is_empty() {
            return "{}".to_owned();
        }
        let mut out = String::from("{\n");
        let mut some_missing = false;
        for (key, node) in fields {
            some_missing |= self.may_be_missing(space, node);
            let note = match node {
                Node::Leaf(leaf) if matches!(leaf.expr, Expr::Const(_)) => {
                    " // constant in the samples"
                }
                _ => "",
            };
            let value = self.node(space, node, depth + 1);
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{}{}: {value},{note}", indent(depth + 1), js::key(key));
        }
        out.push_str(&indent(depth));
        out.push('}');
        if some_missing {
            self.helpers.insert(Helper::Compact);
            out = format!("compact({out})");
        }
        out
    }

    fn fixed(&mut self, space: &Space<'_>, items: &[Node], depth: usize) -> String {
        let mut out = String::from("[\n");
        let mut some_missing = false;
        for item in items {
            let data = item.data();
            let value = self.node(space, item, depth + 1);
            let always = data.is_empty()
                || data.iter().any(|part| !self.may_be_missing(space, part) && !is_list(part));
            let value = if always {
                value
            } else {
                some_missing = true;
                let tests: Vec<String> = data
                    .iter()
                    .map(|part| {
                        let text = self.node(space, part, depth + 1);
                        if is_list(part) {
                            format!("({text} || []).length > 0")
                        } else {
                            format!("({text}) !== undefined")
                        }
                    })
                    .collect();
                format!("{} ? {value} : undefined", tests.join(" || "))
            };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "{}{value},", indent(depth + 1));
        }
        out.push_str(&indent(depth));
        out.push(']');
        if some_missing {
            out.push_str(".filter((value) => value !== undefined)");
        }
        out
    }

    fn may_be_missing(&self, space: &Space<'_>, node: &Node) -> bool {
        match node {
            Node::Leaf(leaf) => self.expr_may_be_missing(space, &leaf.expr),
            Node::Object(fields) => {
                !fields.is_empty()
                    && fields.iter().all(|(_, node)| self.may_be_missing(space, node))
            }
            Node::Each { keep_empty, .. } => !keep_empty,
            Node::Fixed(_) | Node::OrNull(_) => false,
            Node::When(..) => true,
            Node::Either(_, yes, no) => {
                self.may_be_missing(space, yes) || self.may_be_missing(space, no)
            }
        }
    }

    fn expr_may_be_missing(&self, space: &Space<'_>, expr: &Expr) -> bool {
        match expr {
            Expr::Default(..) => false,
            Expr::NonZero(_) | Expr::Apply(Function::Rest | Function::LastWord, _) => true,
            Expr::Const(_)
            | Expr::Path(_)
            | Expr::Apply(..)
            | Expr::Join(..)
            | Expr::Template(_)
            | Expr::Lookup(..)
            | Expr::Count(_)
            | Expr::Sum { .. } => tested(expr)
                .iter()
                .any(|path| path.scope < space.scopes.len() && !self.world.relies_on(space, path)),
        }
    }
}

const fn is_list(node: &Node) -> bool {
    matches!(node, Node::Each { .. })
}

fn inner_space<'a>(space: &Space<'a>, list: &Path, scope: &Scope) -> Space<'a> {
    let mut scopes = space.scopes.clone();
    scopes.push(scope.clone());
    let rows = space.rows.iter().flat_map(|row| row.list(list).iter().map(|e| row.enter(e)));
    Space::new(scopes, rows.take(super::space::MAX_ROWS).collect())
}

/// Access to a path, with `?.` where a step before it may be missing.
pub(super) fn access(space: &Space<'_>, path: &Path, relied: bool) -> String {
    let mut out =
        space.scopes.get(path.scope).map(|scope| scope.variable.clone()).unwrap_or_default();
    for (index, key) in path.keys.iter().enumerate() {
        // The input always has its own fields; what a list holds is there when it is looked at.
        let sure = relied || index == 0 || (path.scope == 0 && index == 1);
        out.push_str(&js::property(key, !sure));
    }
    out
}
