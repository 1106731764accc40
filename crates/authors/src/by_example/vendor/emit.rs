//! What was learnt as JavaScript that a person can read.

#![expect(
    clippy::format_push_string,
    reason = "short pieces of a script; nothing to gain by a writer"
)]

use std::collections::BTreeSet;

use super::expr::{Expr, Read, Take};
use super::helpers::Helper;
use super::nodes::{Node, REQUIRED};
use super::rows::{Path, Payloads, joined};
use super::search::Scope;
use super::sources::Source;
use super::steps::Step;
use crate::js;

/// The script while it is written.
pub(super) struct Emitter<'e, 'a> {
    payloads: &'e Payloads<'a>,
    maps: &'e BTreeSet<String>,
    pub(super) helpers: BTreeSet<Helper>,
    /// Declarations by name, in the order of their first use.
    pub(super) declared: Vec<(String, Vec<String>)>,
}

/// A place as a person writes it.
fn place_of(scope: &Scope, keys: &[String]) -> String {
    let mut place = scope.place.join(".");
    for key in keys {
        place = joined(&place, key);
    }
    if place.is_empty() { "payload".to_owned() } else { place }
}

fn access(variable: &str, keys: &[String]) -> String {
    let mut out = variable.to_owned();
    for (index, key) in keys.iter().enumerate() {
        out.push_str(&js::property(key, index > 0));
    }
    out
}

fn given(value: &str, convert: &str) -> String {
    format!("given({value}, (value) => {convert})")
}

fn template(text: &str) -> String {
    js::escaped(text, '`')
}

impl<'e, 'a> Emitter<'e, 'a> {
    pub(super) const fn new(payloads: &'e Payloads<'a>, maps: &'e BTreeSet<String>) -> Self {
        Self { payloads, maps, helpers: BTreeSet::new(), declared: Vec::new() }
    }

    fn declare(&mut self, wanted: &str, lines: impl FnOnce(&mut Self) -> Vec<String>) -> String {
        let lines = lines(self);
        if let Some((name, _)) = self.declared.iter().find(|(_, known)| *known == lines) {
            return name.clone();
        }
        let taken = |name: &str| self.declared.iter().any(|(known, _)| known == name);
        let mut name = wanted.to_owned();
        let mut number = 2;
        while taken(&name) {
            name = format!("{wanted}{number}");
            number += 1;
        }
        self.declared.push((name.clone(), lines));
        name
    }

    /// The elements at a path, with what opens them when they are an object's entries.
    fn elements(&mut self, scope: &Scope, keys: &[String], must: bool) -> String {
        let place = place_of(scope, keys);
        let mut read = access(&scope.variable, keys);
        if must {
            self.helpers.insert(Helper::Required);
            read = format!("required({read}, {})", js::text(&place));
        }
        let raw = if scope.place.is_empty() { keys.join(".") } else { place.clone() };
        if self.maps.contains(&raw) {
            self.helpers.insert(Helper::Entries);
            format!("entries({read}, {})", js::text(&place))
        } else {
            self.helpers.insert(Helper::List);
            format!("list({read}, {})", js::text(&place))
        }
    }

    /// All records of a route from the payload on, as one expression.
    fn records(&mut self, route: &[Vec<String>], last: impl Fn(&str) -> String) -> String {
        let mut scope = Scope { variable: "payload".to_owned(), place: Vec::new() };
        let mut out = String::new();
        let mut closers = 0;
        for (index, keys) in route.iter().enumerate() {
            out.push_str(&self.elements(&scope, keys, index == 0));
            let variable = format!("record{}", index + 1);
            if index + 1 < route.len() {
                out.push_str(&format!(".flatMap(({variable}) => "));
                closers += 1;
            } else {
                out.push_str(&last(&variable));
            }
            let mut place = scope.place.clone();
            place.extend(keys.iter().cloned());
            match place.last_mut() {
                Some(last) => last.push_str("[]"),
                None => place.push("[]".to_owned()),
            }
            scope = Scope { variable, place };
        }
        out.push_str(&")".repeat(closers));
        out
    }

    fn index(&mut self, table: usize) -> Option<String> {
        let table = self.payloads.tables.get(table)?;
        let name = format!("{}By{}", camel(&table.route), upper(&table.id));
        let (route, id) = (table.route.clone(), table.id.clone());
        Some(self.declare(&name, |this| {
            this.helpers.insert(Helper::IndexBy);
            let records = this.records(&route, |_| String::new());
            vec![format!("indexBy({records}, (record) => {});", access("record", &id))]
        }))
    }

    fn group(&mut self, source: &Source, keys: &[String]) -> String {
        let name = format!("{}By{}", camel(&source.route), upper(keys));
        let route = source.route.clone();
        let keys = keys.to_vec();
        self.declare(&name, |this| {
            this.helpers.insert(Helper::GroupBy);
            // The records on the way are kept beside the last one.
            let names: Vec<String> = (1..=route.len()).map(|n| format!("record{n}")).collect();
            let entry = if names.len() == 1 {
                String::new()
            } else {
                format!(
                    ".map(({}) => [{}])",
                    names.last().cloned().unwrap_or_default(),
                    names.join(", ")
                )
            };
            let records = this.records(&route, |_| entry.clone());
            let id = if names.len() == 1 {
                format!("(record) => {}", access("record", &keys))
            } else {
                format!("(chain) => {}", access(&format!("chain[{}]", names.len() - 1), &keys))
            };
            vec![format!("groupBy({records}, {id});")]
        })
    }

    fn read(&mut self, scopes: &[Scope], read: &Read) -> String {
        let path = read.path();
        let Some(scope) = scopes.get(path.scope).cloned() else { return "undefined".to_owned() };
        match read {
            Read::Path(path) => access(&scope.variable, &path.keys),
            Read::Joined { key, table, keys } => {
                let index = self.index(*table).unwrap_or_default();
                let mut out =
                    format!("{index}.get(String({}))", access(&scope.variable, &key.keys));
                for key in keys {
                    out.push_str(&js::property(key, true));
                }
                out
            }
            Read::Count(list) => format!("{}.length", self.elements(&scope, &list.keys, false)),
            Read::Of { list, take, keys } => {
                let elements = self.elements(&scope, &list.keys, false);
                let optional = |start: String| {
                    keys.iter().fold(start, |out, key| out + &js::property(key, true))
                };
                match take {
                    Take::First => optional(format!("{elements}[0]")),
                    Take::Last => optional(format!("{elements}.slice(-1)[0]")),
                    Take::Least | Take::Most | Take::Sum => {
                        self.helpers.insert(Helper::Numbers);
                        let place = js::text(&format!("{}[]", place_of(&scope, &list.keys)));
                        let all = format!(
                            "numbers({elements}, (one) => {}, {place})",
                            access("one", keys)
                        );
                        let of = match take {
                            Take::Least => "Math.min",
                            Take::Most => "Math.max",
                            _ => {
                                return format!(
                                    "{all}.reduce((total, one) => (total ?? 0) + one, undefined)"
                                );
                            }
                        };
                        self.helpers.insert(Helper::Filled);
                        self.helpers.insert(Helper::Given);
                        given(&format!("filled({all})"), &format!("{of}(...value)"))
                    }
                }
            }
            Read::Pick { list, key, word, keys } => {
                let elements = self.elements(&scope, &list.keys, false);
                let test = format!("{} === {}", access("one", key), js::value(word));
                let start = format!("{elements}.find((one) => {test})");
                keys.iter().fold(start, |out, key| out + &js::property(key, true))
            }
        }
    }

    /// The place of what is read, for messages.
    fn place(scopes: &[Scope], read: &Read) -> String {
        let Path { scope, keys } = read.path();
        let own = scopes.get(*scope).map(|scope| place_of(scope, keys)).unwrap_or_default();
        match read {
            Read::Path(_) | Read::Count(_) => own,
            Read::Joined { keys, .. } => format!("{own} -> {}", keys.join(".")),
            Read::Of { keys, .. } | Read::Pick { keys, .. } => {
                joined(&format!("{own}[]"), &keys.join("."))
            }
        }
    }

    pub(super) fn expr(&mut self, scopes: &[Scope], expr: &Expr) -> String {
        match expr {
            Expr::Const(value) => js::value(value),
            Expr::Made(read, steps) => {
                let place = js::text(&Self::place(scopes, read));
                let mut out = self.read(scopes, read);
                for step in steps {
                    out = self.step(&out, step, &place, scopes, read);
                }
                out
            }
            Expr::Pair(one, other, [before, between, after]) => {
                self.helpers.insert(Helper::Given);
                let (one, other) = (self.expr(scopes, one), self.expr(scopes, other));
                let text = format!(
                    "`{}${{first}}{}${{second}}{}`",
                    template(before),
                    template(between),
                    template(after)
                );
                format!("given({one}, (first) => given({other}, (second) => {text}))")
            }
            Expr::And(one, other) => {
                self.helpers.insert(Helper::Given);
                let (one, other) = (self.expr(scopes, one), self.expr(scopes, other));
                format!("given({one}, (first) => given({other}, (second) => first && second))")
            }
            Expr::Plus(one, other) => {
                self.helpers.insert(Helper::Given);
                let (one, other) = (self.expr(scopes, one), self.expr(scopes, other));
                format!(
                    "given({one}, (first) => given({other}, (second) => Math.round((first + second) * 1000) / 1000))"
                )
            }
            Expr::Else(one, other) => {
                format!("{} ?? {}", self.expr(scopes, one), self.expr(scopes, other))
            }
        }
    }

    fn step(
        &mut self,
        value: &str,
        step: &Step,
        place: &str,
        scopes: &[Scope],
        read: &Read,
    ) -> String {
        let mut helper = |helper: Helper, text: String| {
            self.helpers.insert(helper);
            text
        };
        match step {
            Step::Text => helper(Helper::Text, format!("text({value}, {place})")),
            Step::Number => helper(Helper::Number, format!("number({value}, {place})")),
            Step::Flag => helper(Helper::Flag, format!("flag({value}, {place})")),
            Step::Amount => helper(Helper::Amount, format!("amount({value}, {place})")),
            Step::Comma => helper(Helper::Comma, format!("decimalComma({value}, {place})")),
            Step::Clock => helper(Helper::Time, format!("time({value}, {place})")),
            Step::Present => helper(Helper::Given, format!("given({value}) !== undefined")),
            Step::Missing => helper(Helper::Given, format!("given({value}) === undefined")),
            Step::Unset => helper(Helper::IsSet, format!("!isSet({value})")),
            Step::Is(word) => format!("{value} === {}", js::value(word)),
            Step::Table(table) => {
                self.helpers.insert(Helper::Word);
                let name = scopes.get(read.path().scope).map(|scope| {
                    let keys = match read {
                        Read::Path(path) if !path.keys.is_empty() => &path.keys,
                        _ => &scope.place,
                    };
                    upper(keys.get(keys.len().saturating_sub(1)..).unwrap_or_default())
                });
                let name = format!("wordsOf{}", name.unwrap_or_default());
                let mut lines = vec!["[".to_owned()];
                for (theirs, ours) in table {
                    lines.push(format!("[{}, {}],", js::value(theirs), js::value(ours)));
                }
                lines.push("];".to_owned());
                let name = self.declare(&name, |_| lines);
                format!("word({name}, {value}, {place})")
            }
            Step::DotNet => {
                self.helpers.insert(Helper::Moment);
                let inner = "Number(/^\\/Date\\((-?\\d+)/.exec(value)?.[1])";
                given(value, &format!("moment({inner}, {place})"))
            }
            Step::Utc => helper(Helper::Moment, format!("moment({value}, {place})")),
            Step::Bare => {
                self.helpers.insert(Helper::Moment);
                given(value, &format!("moment(`${{value.replace(\" \", \"T\")}}Z`, {place})"))
            }
            Step::Epoch(unit) => {
                self.helpers.insert(Helper::Moment);
                self.helpers.insert(Helper::Number);
                let number = format!("number({value}, {place})");
                if *unit == 1 {
                    format!("moment({number}, {place})")
                } else {
                    given(&number, &format!("moment(value * {unit}, {place})"))
                }
            }
            Step::Upper
            | Step::Lower
            | Step::Trim
            | Step::Part(..)
            | Step::Affix(..)
            | Step::Divide(_)
            | Step::Not
            | Step::Positive
            | Step::Minutes
            | Step::Whole
            | Step::Unless(_)
            | Step::Above => {
                if *step == Step::Not && value.contains(" === ") && !value.contains('(') {
                    return value.replace(" === ", " !== ");
                }
                self.helpers.insert(Helper::Given);
                let convert = match step {
                    Step::Upper => "value.toUpperCase()".to_owned(),
                    Step::Lower => "value.toLowerCase()".to_owned(),
                    Step::Trim => "value.trim()".to_owned(),
                    Step::Part(mark, at) if *at < 0 => format!("value.split({}).slice({at})[0]?.trim()", js::text(mark)),
                    Step::Part(mark, at) => format!("value.split({})[{at}]?.trim()", js::text(mark)),
                    Step::Affix(before, after) => {
                        format!("`{}${{value}}{}`", template(before), template(after))
                    }
                    Step::Divide(by) => format!("value / {by}"),
                    Step::Not => "!value".to_owned(),
                    Step::Positive => "value > 0".to_owned(),
                    Step::Minutes => "`${String(Math.floor(value / 60)).padStart(2, \"0\")}:${String(value % 60).padStart(2, \"0\")}`".to_owned(),
                    Step::Whole => "value.replace(\".000Z\", \"Z\")".to_owned(),
                    Step::Unless(none) => format!("(value === {} ? undefined : value)", js::value(none)),
                    _ => "(value > 0 ? value : undefined)".to_owned(),
                };
                given(value, &convert)
            }
        }
    }

    /// A node as lines; the first line opens what the last one closes.
    pub(super) fn node(
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

/// The name of a route's last list as a variable.
fn camel(route: &[Vec<String>]) -> String {
    let name = route.last().and_then(|keys| keys.last()).map_or("records", String::as_str);
    let upper = upper(std::slice::from_ref(&name.to_owned()));
    let mut chars = upper.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_lowercase).collect();
    let whole = format!("{first}{}", chars.as_str());
    if js::is_variable(&whole) { whole } else { "records".to_owned() }
}

fn upper(keys: &[String]) -> String {
    let words = keys.iter().flat_map(|key| key.split(|c: char| !c.is_ascii_alphanumeric()));
    words
        .map(|word| {
            let mut chars = word.chars();
            let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
            first + chars.as_str()
        })
        .collect()
}
