//! Expressions as JavaScript.

use serde_json::Value;

use super::emit::{Emitter, access};
use super::expression::{DateForm, Expr, Function, Operator, offset_text};
use super::helpers::Helper;
use super::space::{Path, Scope, Space};
use crate::js;

impl Emitter<'_, '_> {
    /// An expression; whatever data is optional is first tested with `given`.
    pub(super) fn expr(&mut self, space: &Space<'_>, expr: &Expr) -> String {
        match expr {
            Expr::Default(of, other) => {
                format!("{} ?? {}", self.expr(space, of), js::value(other))
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
            Expr::Const(value) => js::value(value),
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
                        Expr::Const(Value::String(text)) => js::escaped(text, '`'),
                        other => format!("${{{}}}", self.plain(space, other, names)),
                    })
                    .collect();
                format!("`{inner}`")
            }
            Expr::Lookup(path, table) => {
                let ours = self.plain(space, &Expr::Path(path.clone()), names);
                self.helpers.insert(Helper::Word);
                let name = self.table(path, table);
                format!("word({name}, {ours}, {})", js::text(&space.place(path).join(".")))
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
            .map(|(ours, theirs)| format!("  [{}, {}],\n", js::value(ours), js::value(theirs)))
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
        match function {
            Function::Text => format!("String({of})"),
            Function::Number => format!("Number({of})"),
            Function::Major => format!("Math.round({operand} * 100) / 100"),
            Function::Minor(decimals) => {
                format!("Math.round({operand} * 1{})", "0".repeat(decimals.into()))
            }
            Function::Fixed(decimals) => format!("{operand}.toFixed({decimals})"),
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
            Function::Date(form) => date(&format!("new Date({of})"), form, "+00:00"),
            Function::Local(minutes, form) => {
                let at = format!("new Date(Date.parse({of}) + {minutes} * 60000)");
                date(&at, form, &offset_text(minutes))
            }
        }
    }
}

/// A date's text in one of the forms; `offset` is that of the zone whose clock the date shows.
fn date(at: &str, form: DateForm, offset: &str) -> String {
    let iso = format!("{at}.toISOString()");
    match form {
        DateForm::Millis => iso,
        DateForm::Seconds => format!("{iso}.slice(0, 19) + \"Z\""),
        DateForm::Offset => format!("{iso}.slice(0, 19) + {}", js::text(offset)),
        DateForm::Local => format!("{iso}.slice(0, 19)"),
        DateForm::Spaced => format!("{iso}.slice(0, 19).replace(\"T\", \" \")"),
        DateForm::Day => format!("{iso}.slice(0, 10)"),
        DateForm::Minute => format!("{iso}.slice(11, 16)"),
        DateForm::Second => format!("{iso}.slice(11, 19)"),
        DateForm::Compact => format!("{iso}.slice(0, 10).replace(/-/g, \"\")"),
    }
}

/// The paths that must be there for an expression to have a value: all but lists, which may be empty.
pub(super) fn tested(expr: &Expr) -> Vec<&Path> {
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
