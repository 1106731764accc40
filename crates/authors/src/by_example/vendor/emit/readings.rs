//! Expressions as JavaScript.

use super::super::expr::{Expr, Read, Take};
use super::super::helpers::Helper;
use super::super::rows::{Path, joined};
use super::super::search::Scope;
use super::super::steps::Step;
use super::{Emitter, access, place_of, upper};
use crate::js;

fn given(value: &str, convert: &str) -> String {
    format!("given({value}, (value) => {convert})")
}

fn template(text: &str) -> String {
    js::escaped(text, '`')
}

impl Emitter<'_, '_> {
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
    pub(super) fn place(scopes: &[Scope], read: &Read) -> String {
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
            | Step::Lacking(_)
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
                    Step::Lacking(piece) => format!("(value.includes({}) ? undefined : value)", js::text(piece)),
                    _ => "(value > 0 ? value : undefined)".to_owned(),
                };
                given(value, &convert)
            }
        }
    }
}
