//! The simplest expression that gives a field's value on every row.

use domain::{Choice, OpenPoint};
use serde_json::Value;

use super::answers::{Answer, CONSTANT, names};
use super::expression::{Expr, same};
use super::space::{Path, Row, Scope, Space};
use super::words::{likeness, words};
use super::world::World;

/// What a constant costs: an expression that is dearer explains too little.
pub(super) const CONSTANT_COST: f64 = 6.0;
/// What stands for a value that nothing explains, so that any other reading wins.
pub(super) const UNKNOWN_COST: f64 = 50.0;
/// The connection's fields whose values nobody may see.
pub(super) const CREDENTIALS: [&str; 2] = ["apiKey", "apiSecret"];

/// A field's value with the reasons for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Leaf {
    pub(super) expr: Expr,
    pub(super) reason: String,
    pub(super) confidence: f64,
    pub(super) runner_up: String,
}

/// A reading of a part of the output.
#[derive(Debug, Clone)]
pub(super) struct Found<T> {
    pub(super) what: T,
    pub(super) cost: f64,
    pub(super) points: Vec<OpenPoint>,
}

/// An expression with how far-fetched it is.
pub(super) struct Candidate {
    pub(super) expr: Expr,
    pub(super) cost: f64,
}

/// The search for one leaf.
pub(super) struct Search<'s, 'a> {
    pub(super) world: &'s World<'a>,
    pub(super) space: &'s Space<'a>,
    pub(super) field: &'s [String],
    pub(super) targets: &'s [Option<&'s Value>],
}

/// A field of the output as people write it.
pub(super) fn field_name(field: &[String]) -> String {
    field.join(".")
}

/// Finds the expression of a leaf, or the question to ask about it.
pub(super) fn leaf<'a>(
    world: &World<'a>,
    space: &Space<'a>,
    field: &[String],
    targets: &[Option<&Value>],
) -> Found<Leaf> {
    let search = Search { world, space, field, targets };
    let Some(first) = targets.iter().flatten().copied().find(|value| !value.is_null()) else {
        return search.constant(&Value::Null);
    };
    let answer = world.answer(&field_name(field));
    if answer == Some(&Answer::Constant) && search.is_constant() {
        return search.constant(first);
    }
    let mut fitting: Vec<Candidate> = search
        .candidates(first)
        .into_iter()
        .filter(|candidate| match answer {
            Some(Answer::Place(place)) => {
                candidate.expr.paths().iter().any(|path| names(place, &space.place(path)))
            }
            Some(Answer::Constant) | None => true,
        })
        .filter_map(|candidate| search.fit(candidate))
        .collect();
    if let (Some(Answer::Place(place)), true) = (answer, fitting.is_empty()) {
        let prompt = format!(
            "the source that was named, {}, does not give the expected values of the samples; where does it come from?",
            domain::bounded(place, 100)
        );
        return search.unknown(&prompt, &[], search.is_constant());
    }
    fitting.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    fitting.dedup_by(|later, earlier| later.expr == earlier.expr);
    search.choose(fitting, first, answer.is_some())
}

impl Search<'_, '_> {
    pub(super) fn is_constant(&self) -> bool {
        self.targets.windows(2).all(|pair| match pair {
            [Some(one), Some(other)] => same(one, other),
            [one, other] => one.is_none() && other.is_none(),
            _ => true,
        })
    }

    /// Whether the values tell anything: two rows that differ, or one that is not met by chance.
    pub(super) fn tells(&self, expr: &Expr) -> bool {
        let varied = {
            let mut given = self.targets.iter().flatten();
            given.next().is_some_and(|first| given.any(|other| !same(first, other)))
        };
        let telling = |value: &Value| match value {
            Value::String(text) => {
                text.chars().count() > 1 && text.parse::<f64>().map_or(true, |n| n.abs() >= 10.0)
            }
            Value::Number(number) => {
                number.as_f64().is_some_and(|n| n.fract() != 0.0 || n.abs() >= 10.0)
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
        };
        varied
            || (self.targets.iter().flatten().any(|value| telling(value))
                && !matches!(expr, Expr::Const(_)))
    }

    /// Whether a number has decimals on some row.
    pub(super) fn is_amount(&self, path: &Path) -> bool {
        let values = self.space.rows.iter().filter_map(|row| row.get(path).and_then(Value::as_f64));
        values.into_iter().any(|number| number.fract() != 0.0)
    }

    pub(super) fn alike(&self, path: &Path) -> f64 {
        likeness(self.field, &self.space.place(path))
    }

    /// The likeness of the best of what an expression reads, in its sums too.
    pub(super) fn alike_to(&self, scopes: &[Scope], expr: &Expr) -> f64 {
        let place = |path: &Path| {
            let scope =
                scopes.get(path.scope).map(|scope| scope.place.as_slice()).unwrap_or_default();
            [scope, path.keys.as_slice()].concat()
        };
        let read = |path: &Path| likeness(self.field, &place(path));
        match expr {
            Expr::Const(_) => 0.0,
            Expr::Path(path) | Expr::Lookup(path, _) | Expr::Count(path) => read(path),
            Expr::Apply(_, of) | Expr::Default(of, _) | Expr::NonZero(of) => {
                self.alike_to(scopes, of)
            }
            Expr::Join(_, left, right) => {
                self.alike_to(scopes, left).max(self.alike_to(scopes, right))
            }
            Expr::Template(pieces) => {
                pieces.iter().map(|piece| self.alike_to(scopes, piece)).fold(0.0, f64::max)
            }
            Expr::Sum { list, of, .. } => {
                let mut element = place(list);
                if let Some(last) = element.last_mut() {
                    last.push_str("[]");
                }
                let scope = Scope { variable: String::new(), place: element };
                read(list).max(self.alike_to(&[scopes, &[scope]].concat(), of))
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "scopes are a handful")]
    pub(super) fn distance(&self, path: &Path) -> f64 {
        self.space.innermost().saturating_sub(path.scope) as f64
    }

    /// How likely an expression is by the names and the places of what it reads.
    pub(super) fn nearness(&self, expr: &Expr) -> f64 {
        let paths = expr.paths();
        let best = self.alike_to(&self.space.scopes, expr);
        let far = paths.iter().map(|path| self.distance(path)).fold(0.0, f64::max);
        let counted = match expr {
            Expr::Count(list)
                if words(self.field.last().map_or("", String::as_str))
                    .iter()
                    .any(|w| w == "count") =>
            {
                1.0 + self.alike(list)
            }
            _ => 0.0,
        };
        0.4 * far - best.max(counted)
    }

    /// The candidate if it gives every target, with a default or a left-out zero where that is it.
    pub(super) fn fit(&self, candidate: Candidate) -> Option<Candidate> {
        let mut other: Option<&Value> = None;
        let (mut hits, mut left_out) = (0_usize, false);
        for (row, target) in self.space.rows.iter().zip(self.targets) {
            match (candidate.expr.eval(row), target) {
                (Some(value), Some(target)) if same(&value, target) => hits += 1,
                (None, None) => {}
                (None, Some(target)) => match other {
                    Some(known) if !same(known, target) => return None,
                    _ => other = Some(target),
                },
                (Some(value), None) if value.as_f64() == Some(0.0) => left_out = true,
                (Some(_), _) => return None,
            }
        }
        if hits == 0 {
            return None;
        }
        let unlikely = if self.tells(&candidate.expr) || self.nearness(&candidate.expr) < -0.3 {
            0.0
        } else {
            8.0
        };
        let base = candidate.cost + self.nearness(&candidate.expr) + unlikely;
        let (expr, cost) = match (other, left_out) {
            (None, false) => (candidate.expr, base),
            (Some(value), false) => {
                (Expr::Default(Box::new(candidate.expr), value.clone()), base + 0.5)
            }
            (None, true) => (Expr::NonZero(Box::new(candidate.expr)), base + 0.5),
            (Some(_), true) => return None,
        };
        Some(Candidate { expr, cost })
    }

    pub(super) fn choose(
        &self,
        fitting: Vec<Candidate>,
        first: &Value,
        answered: bool,
    ) -> Found<Leaf> {
        let secret = first.as_str().is_some_and(|text| self.world.has_secret(text));
        let limit =
            if secret || !self.is_constant() || answered { f64::INFINITY } else { CONSTANT_COST };
        let mut fitting = fitting.into_iter().filter(|candidate| candidate.cost < limit);
        let Some(best) = fitting.next() else {
            return self.without_expression(first);
        };
        let second = fitting.next();
        let plain = |candidate: &Candidate| matches!(candidate.expr, Expr::Path(_));
        let tie = second.as_ref().filter(|second| {
            !answered && second.cost - best.cost < 1e-9 && plain(&best) && plain(second)
        });
        let points = tie.map_or_else(Vec::new, |second| {
            vec![self.point(
                "several values of the input are equal to it; which one is it?",
                &[&best.expr, &second.expr],
                false,
            )]
        });
        let similar = best.expr.paths().iter().any(|path| self.alike(path) > 0.0);
        let (reason, confidence) = match (&best.expr, answered) {
            (_, true) => ("a person named this source", 1.0),
            (Expr::Lookup(..), _) => {
                ("the vendor's words, from the samples and the documents", 0.85)
            }
            (_, _) if similar => {
                ("gives the expected value on every sample, and the names agree", 0.95)
            }
            (_, _) => ("gives the expected value on every sample", 0.8),
        };
        Found {
            cost: best.cost.max(0.1),
            points,
            what: Leaf {
                expr: best.expr,
                reason: reason.to_owned(),
                confidence,
                runner_up: second.map(|other| self.source(&other.expr)).unwrap_or_default(),
            },
        }
    }

    /// The places that an expression reads, as people write them.
    pub(super) fn source(&self, expr: &Expr) -> String {
        expr.paths()
            .iter()
            .map(|path| self.space.place(path).join("."))
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(super) fn point(&self, prompt: &str, sources: &[&Expr], constant: bool) -> OpenPoint {
        let mut choices: Vec<Choice> = sources
            .iter()
            .map(|expr| {
                let value = self.source(expr);
                let shown = self.space.rows.iter().find_map(|row: &Row<'_>| expr.eval(row));
                let secret = CREDENTIALS.contains(&value.as_str());
                let label = match shown.filter(|_| !secret) {
                    Some(shown) => {
                        format!("{value} (such as {})", domain::bounded(&shown.to_string(), 60))
                    }
                    None => value.clone(),
                };
                Choice { value, label }
            })
            .collect();
        if constant {
            choices
                .push(Choice { value: CONSTANT.to_owned(), label: "always this value".to_owned() });
        }
        OpenPoint { field: field_name(self.field), prompt: prompt.to_owned(), choices }
    }
}
