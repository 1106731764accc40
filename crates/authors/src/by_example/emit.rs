//! A tree of nodes as JavaScript that a person can read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::expression::{DateForm, Expr, Function, Operator};
use super::literal;
use super::nodes::{Condition, Node};
use super::space::{Path, Scope, Space};
use super::world::World;

/// Parts of the script that stand beside `transform`, each only where it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Helper {
    Check,
    Given,
    Compact,
    Filled,
    Sum,
    Word,
    Base64,
}

impl Helper {
    const fn source(self) -> &'static str {
        match self {
            Self::Check => CHECK,
            Self::Given => GIVEN,
            Self::Compact => COMPACT,
            Self::Filled => FILLED,
            Self::Sum => SUM,
            Self::Word => WORD,
            Self::Base64 => BASE64,
        }
    }
}

const CHECK: &str = r#"// Throws, with its path, for a value that the request cannot do without.
function check(value, path, rest = path) {
  const missing = value === undefined || value === null || value === "";
  if (missing) throw new Error(`missing ${path.join(".")}`);
  if (rest.length === 0) return;
  const list = rest[0].endsWith("[]");
  const inner = value[list ? rest[0].slice(0, -2) : rest[0]];
  if (!list) return check(inner, path, rest.slice(1));
  if (rest.length > 1) (inner || []).forEach((element) => check(element, path, rest.slice(1)));
}
"#;
const GIVEN: &str = r#"// The converted value, or undefined where there is none.
function given(value, convert = (same) => same) {
  return value === undefined || value === null || value === "" ? undefined : convert(value);
}
"#;
const COMPACT: &str = r"// The object without undefined fields; undefined when none is left.
function compact(object) {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
";
const FILLED: &str = r"// The list, or undefined when it is empty.
function filled(list) {
  return list.length > 0 ? list : undefined;
}
";
const SUM: &str = r"// The sum of a number of each element.
function sum(list, of) {
  return (list || []).reduce((total, element) => total + of(element), 0);
}
";
const WORD: &str = r"// The vendor's word for ours.
function word(table, ours, path) {
  const found = table.find(([key]) => key === ours);
  if (!found) throw new Error(`the vendor's word for ${path} ${JSON.stringify(ours)} is not known`);
  return found[1];
}
";
const BASE64: &str = r#"// The base64 form of a text's UTF-8 bytes.
function base64(text) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const bytes = unescape(encodeURIComponent(text));
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((n) => bytes.charCodeAt(i + n));
    out += digits[a >> 2] + digits[((a & 3) << 4) | (b >> 4)];
    out += i + 1 < bytes.length ? digits[((b & 15) << 2) | (c >> 6)] : "=";
    out += i + 2 < bytes.length ? digits[c & 63] : "=";
  }
  return out;
}
"#;

/// The inside of `transform` while it is written.
pub(super) struct Emitter<'w, 'a> {
    world: &'w World<'a>,
    helpers: BTreeSet<Helper>,
    tables: Vec<(String, String)>,
    needed: Vec<Vec<String>>,
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
                    let keys: Vec<String> = place.iter().map(|key| literal::text(key)).collect();
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

    fn read(&mut self, space: &Space<'_>, path: &Path) -> (String, bool) {
        let relied = self.world.relies_on(space, path);
        if relied {
            let place = space.place(path);
            if place.first().is_some_and(|key| key != "response") && !self.needed.contains(&place) {
                self.needed.push(place);
            }
        }
        (access(space, path, relied), relied)
    }

    /// An expression; whatever data is optional is first tested with `given`.
    pub(super) fn expr(&mut self, space: &Space<'_>, expr: &Expr) -> String {
        match expr {
            Expr::Default(of, other) => {
                format!("{} ?? {}", self.expr(space, of), literal::value(other))
            }
            Expr::NonZero(of) => format!("{} || undefined", self.expr(space, of)),
            Expr::Const(_)
            | Expr::Path(_)
            | Expr::Apply(..)
            | Expr::Join(..)
            | Expr::Template(_)
            | Expr::Lookup(..)
            | Expr::Count(_)
            | Expr::Sum { .. } => self.guarded(space, expr),
        }
    }

    fn guarded(&mut self, space: &Space<'_>, expr: &Expr) -> String {
        let mut optional: Vec<&Path> = Vec::new();
        for path in tested(expr) {
            if path.scope < space.scopes.len()
                && !self.read(space, path).1
                && !optional.contains(&path)
            {
                optional.push(path);
            }
        }
        let mut names: Vec<(Path, String)> = Vec::new();
        for (index, path) in optional.iter().enumerate() {
            let name = if optional.len() == 1 {
                "value".to_owned()
            } else {
                format!("value{}", index + 1)
            };
            names.push(((*path).clone(), name));
        }
        let mut out = self.plain(space, expr, &names);
        for (path, name) in names.iter().rev() {
            self.helpers.insert(Helper::Given);
            let read = access(space, path, false);
            out = if out == *name {
                format!("given({read})")
            } else {
                format!("given({read}, ({name}) => {out})")
            };
        }
        out
    }

    fn plain(&mut self, space: &Space<'_>, expr: &Expr, names: &[(Path, String)]) -> String {
        match expr {
            Expr::Const(value) => literal::value(value),
            Expr::Path(path) => match names.iter().find(|(optional, _)| optional == path) {
                Some((_, name)) => name.clone(),
                None => self.read(space, path).0,
            },
            Expr::Apply(function, of) => {
                let of = self.plain(space, of, names);
                self.call(*function, &of)
            }
            Expr::Join(operator, left, right) => {
                let sign = match operator {
                    Operator::Plus => "+",
                    Operator::Minus => "-",
                    Operator::Times => "*",
                };
                let mut side = |side: &Expr| {
                    let text = self.plain(space, side, names);
                    if matches!(side, Expr::Join(..)) && *operator != Operator::Plus {
                        format!("({text})")
                    } else {
                        text
                    }
                };
                let left = side(left);
                let right = side(right);
                format!("{left} {sign} {right}")
            }
            Expr::Template(pieces) => {
                let inner: String = pieces
                    .iter()
                    .map(|piece| match piece {
                        Expr::Const(Value::String(text)) => literal::escaped(text, '`'),
                        other => format!("${{{}}}", self.plain(space, other, names)),
                    })
                    .collect();
                format!("`{inner}`")
            }
            Expr::Lookup(path, table) => {
                let ours = self.plain(space, &Expr::Path(path.clone()), names);
                self.helpers.insert(Helper::Word);
                let name = self.table(path, table);
                format!("word({name}, {ours}, {})", literal::text(&space.place(path).join(".")))
            }
            Expr::Count(list) => {
                let (read, relied) = self.read(space, list);
                if relied { format!("{read}.length") } else { format!("({read} || []).length") }
            }
            Expr::Sum { list, of, .. } => {
                self.helpers.insert(Helper::Sum);
                let (read, _) = self.read(space, list);
                let mut scopes = space.scopes.clone();
                let variable = format!("part{}", scopes.len());
                scopes.push(Scope { variable: variable.clone(), place: space.element_place(list) });
                let rows = space
                    .rows
                    .iter()
                    .flat_map(|row| row.list(list).iter().map(|e| row.enter(e)))
                    .collect();
                let inner = Space::new(scopes, rows);
                let of = self.plain(&inner, of, names);
                format!("sum({read}, ({variable}) => {of})")
            }
            Expr::Default(of, _) | Expr::NonZero(of) => self.plain(space, of, names),
        }
    }

    fn table(&mut self, path: &Path, table: &[(Value, Value)]) -> String {
        let rows: Vec<String> = table
            .iter()
            .map(|(ours, theirs)| {
                format!("  [{}, {}],\n", literal::value(ours), literal::value(theirs))
            })
            .collect();
        let source = format!("[\n{}]", rows.concat());
        if let Some((name, _)) = self.tables.iter().find(|(_, known)| *known == source) {
            return name.clone();
        }
        let stem: String = path
            .keys
            .last()
            .map(|key| super::words::words(key).join("_").to_uppercase())
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let number = if self.tables.is_empty() {
            String::new()
        } else {
            format!("_{}", self.tables.len() + 1)
        };
        let name = format!("WORDS_OF_{stem}{number}");
        self.tables.push((name.clone(), source));
        name
    }

    fn call(&mut self, function: Function, of: &str) -> String {
        let operand = if of.contains(' ') && !of.starts_with("Math.round(") && !of.starts_with('`')
        {
            format!("({of})")
        } else {
            of.to_owned()
        };
        let iso = format!("new Date({of}).toISOString()");
        match function {
            Function::Text => format!("String({of})"),
            Function::Number => format!("Number({of})"),
            Function::Major => format!("Math.round({operand} * 100) / 100"),
            Function::Minor => format!("Math.round({operand} * 100)"),
            Function::Fixed => format!("{operand}.toFixed(2)"),
            Function::Upper => format!("{operand}.toUpperCase()"),
            Function::Lower => format!("{operand}.toLowerCase()"),
            Function::Trim => format!("{operand}.trim()"),
            Function::Digits => format!("{operand}.replace(/[^0-9]/g, \"\")"),
            Function::FirstWord => format!("{operand}.trim().split(/\\s+/)[0]"),
            Function::LastWord => format!("{operand}.trim().split(/\\s+/).slice(1).pop()"),
            Function::FirstNames => {
                format!("{operand}.trim().split(/\\s+/).slice(0, -1).join(\" \") || {of}.trim()")
            }
            Function::Rest => {
                format!("{operand}.trim().split(/\\s+/).slice(1).join(\" \") || undefined")
            }
            Function::Not => format!("!{operand}"),
            Function::Base => format!("{operand}.replace(/\\/+$/, \"\")"),
            Function::UrlPart => format!("encodeURIComponent({of})"),
            Function::Base64 => {
                self.helpers.insert(Helper::Base64);
                format!("base64({of})")
            }
            Function::EpochSeconds => format!("Math.floor(Date.parse({of}) / 1000)"),
            Function::EpochMillis => format!("Date.parse({of})"),
            Function::Date(form) => match form {
                DateForm::Millis => iso,
                DateForm::Seconds => format!("{iso}.slice(0, 19) + \"Z\""),
                DateForm::Offset => format!("{iso}.slice(0, 19) + \"+00:00\""),
                DateForm::Local => format!("{iso}.slice(0, 19)"),
                DateForm::Spaced => format!("{iso}.slice(0, 19).replace(\"T\", \" \")"),
                DateForm::Day => format!("{iso}.slice(0, 10)"),
                DateForm::Minute => format!("{iso}.slice(11, 16)"),
                DateForm::Second => format!("{iso}.slice(11, 19)"),
                DateForm::Compact => format!("{iso}.slice(0, 10).replace(/-/g, \"\")"),
            },
        }
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
            Condition::Is(_, value) => format!("{read} === {}", literal::value(value)),
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
            let _ = writeln!(out, "{}{}: {value},{note}", indent(depth + 1), literal::key(key));
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

/// The paths that must be there for an expression to have a value: all but lists, which may be empty.
fn tested(expr: &Expr) -> Vec<&Path> {
    match expr {
        Expr::Const(_) | Expr::Count(_) => Vec::new(),
        Expr::Path(path) | Expr::Lookup(path, _) => vec![path],
        Expr::Apply(_, of) | Expr::Default(of, _) | Expr::NonZero(of) => tested(of),
        Expr::Join(_, left, right) => [tested(left), tested(right)].concat(),
        Expr::Template(pieces) => pieces.iter().flat_map(tested).collect(),
        Expr::Sum { scope, of, .. } => {
            tested(of).into_iter().filter(|path| path.scope != *scope).collect()
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
        out.push_str(&literal::property(key, !sure));
    }
    out
}
