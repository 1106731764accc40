//! Parts of the output as JavaScript: objects, and lists with one element for each of a source's.

use super::super::expr::Expr;
use super::super::helpers::Helper;
use super::super::nodes::{Node, REQUIRED};
use super::super::rows::joined;
use super::super::search::Scope;
use super::super::sources::Source;
use super::{Emitter, access, place_of};
use crate::js;

impl Emitter<'_, '_> {
    /// A node as lines; the first line opens what the last one closes.
    pub(in super::super) fn node(
        &mut self,
        scopes: &[Scope],
        node: &Node,
        field: &str,
        top: bool,
    ) -> Vec<String> {
        match node {
            Node::Leaf(leaf) => {
                let text = self.expr(scopes, &leaf.expr);
                let name = field.rsplit('.').next().unwrap_or(field);
                let address = field.contains("address.");
                if !address && REQUIRED.contains(&name) && leaf.expr.can_be_missing() {
                    self.helpers.insert(Helper::Required);
                    let place = leaf.expr.reads().first().map(|read| Self::place(scopes, read));
                    let place = js::text(&place.unwrap_or_default());
                    return vec![format!("required({text}, {place})")];
                }
                vec![text]
            }
            Node::Object(fields) => self.object(scopes, fields, field, top),
            Node::One(inner) => {
                self.helpers.insert(Helper::Filled);
                let text = self.node(scopes, inner, &format!("{field}[]"), false).join(" ");
                vec![format!("filled([{text}])")]
            }
            Node::Each { source, scopes: inner, keep, item, empty } => {
                self.each(scopes, source, inner, keep, item, *empty, field)
            }
        }
    }

    fn object(
        &mut self,
        scopes: &[Scope],
        fields: &[(String, Node)],
        field: &str,
        top: bool,
    ) -> Vec<String> {
        let mut inner = Vec::new();
        let mut some_missing = false;
        for (key, node) in fields {
            let place = joined(field, key);
            let lines = self.node(scopes, node, &place, false);
            some_missing |= match node {
                Node::Leaf(leaf) => {
                    leaf.expr.can_be_missing()
                        && !lines.first().is_some_and(|line| line.starts_with("required("))
                }
                Node::Each { empty, .. } => !empty,
                Node::Object(_) | Node::One(_) => true,
            };
            let constant = match node {
                Node::Leaf(leaf) => matches!(leaf.expr, Expr::Const(_)),
                _ => false,
            };
            let size = lines.len();
            for (index, line) in lines.into_iter().enumerate() {
                let start = if index == 0 { format!("{}: ", js::key(key)) } else { String::new() };
                let end = if index + 1 == size { "," } else { "" };
                if constant {
                    inner.push("// The same on every record of the samples.".to_owned());
                }
                inner.push(format!("{start}{line}{end}"));
            }
        }
        let (open, close) = if some_missing {
            self.helpers.insert(Helper::Compact);
            ("compact({", "})")
        } else {
            ("{", "}")
        };
        let (open, close) = if top {
            (format!("return {open}"), format!("{close};"))
        } else {
            (open.to_owned(), close.to_owned())
        };
        std::iter::once(open).chain(inner).chain(std::iter::once(close)).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one node")]
    fn each(
        &mut self,
        scopes: &[Scope],
        source: &Source,
        inner: &[Scope],
        keep: &[Expr],
        item: &Node,
        empty: bool,
        field: &str,
    ) -> Vec<String> {
        let tests: Vec<String> = keep.iter().map(|expr| self.expr(inner, expr)).collect();
        let mut open = String::new();
        let mut closers = 0;
        let outer = scopes.len();
        let variable =
            |index: usize| inner.get(index).map(|scope| scope.variable.clone()).unwrap_or_default();
        let last = inner.len().saturating_sub(1);
        // The records that the contract counts: the log says how many are left out.
        let counted = !field.contains('.');
        let place =
            js::text(&inner.get(last).map(|scope| place_of(scope, &[])).unwrap_or_default());
        let filtered = |this: &mut Self, records: String, parameter: &str| {
            let test = tests.join(" && ");
            if test.is_empty() {
                records
            } else if counted {
                this.helpers.insert(Helper::Wanted);
                format!("wanted({records}, ({parameter}) => {test}, {place}, context)")
            } else {
                format!("{records}.filter(({parameter}) => {test})")
            }
        };
        let walked = source.route.len();
        if let Some((keys, own)) = &source.back {
            let group = self.group(source, keys);
            let id = inner
                .get(own.scope)
                .map(|scope| access(&scope.variable, &own.keys))
                .unwrap_or_default();
            let records = format!("({group}.get(String({id})) ?? [])");
            let names: Vec<String> = (0..walked).map(|n| variable(outer + n)).collect();
            let parameter =
                if walked == 1 { names.concat() } else { format!("[{}]", names.join(", ")) };
            if source.join.is_some() {
                open.push_str(&format!("{records}.flatMap(({parameter}) => "));
            } else {
                let records = filtered(self, records, &parameter);
                open.push_str(&format!("{records}.map(({parameter}) => "));
            }
            closers += 1;
        } else {
            let mut scope = scopes.get(source.scope).cloned();
            for (index, keys) in source.route.iter().enumerate() {
                let Some(from) = scope else { break };
                let must = index == 0 && source.scope == 0 && !field.contains('.');
                let records = self.elements(&from, keys, must);
                let name = variable(outer + index);
                let is_last = index + 1 == walked;
                if is_last && source.join.is_none() {
                    let records = filtered(self, records, &name);
                    open.push_str(&format!("{records}.map(({name}) => "));
                } else {
                    open.push_str(&format!("{records}.flatMap(({name}) => "));
                }
                closers += 1;
                scope = inner.get(outer + index).cloned();
            }
        }
        if let Some((keys, table)) = &source.join {
            let from = inner.get(last.saturating_sub(1)).cloned();
            let index = self.index(*table).unwrap_or_default();
            self.helpers.insert(Helper::LookUp);
            if let Some(from) = from {
                let id = access(&from.variable, keys);
                let place = js::text(&place_of(&from, keys));
                let name = variable(last);
                let records = format!("lookUp({index}, {id}, {place}, context)");
                let records = filtered(self, records, &name);
                open.push_str(&format!("{records}.map(({name}) => "));
                closers += 1;
            }
        }
        let mut lines = self.node(inner, item, &format!("{field}[]"), false);
        if let Some(first) = lines.first_mut() {
            if first.starts_with('{') {
                first.insert(0, '(');
                closers += 1;
            }
            first.insert_str(0, &open);
            if !empty {
                self.helpers.insert(Helper::Filled);
                first.insert_str(0, "filled(");
                closers += 1;
            }
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(&")".repeat(closers));
        }
        lines
    }
}
