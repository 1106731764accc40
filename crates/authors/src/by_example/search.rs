//! The simplest expression that gives a field's value on every row.

use domain::{Choice, OpenPoint};
use serde_json::Value;

use super::amounts::amounts;
use super::answers::{Answer, CONSTANT, names};
use super::expression::{DateForm, Expr, Function, as_text, same};
use super::lookup;
use super::space::{Path, Row, Scope, Space};
use super::template::{Piece, encoded, template};
use super::words::{likeness, words};
use super::world::World;

/// What a constant costs: an expression that is dearer explains too little.
const CONSTANT_COST: f64 = 6.0;
/// What stands for a value that nothing explains, so that any other reading wins.
pub(super) const UNKNOWN_COST: f64 = 50.0;
/// Longer texts are no words of a list.
const MAX_WORD: usize = 40;
const CREDENTIALS: [&str; 2] = ["apiKey", "apiSecret"];

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

struct Candidate {
    expr: Expr,
    cost: f64,
}

/// The search for one leaf.
struct Search<'s, 'a> {
    world: &'s World<'a>,
    space: &'s Space<'a>,
    field: &'s [String],
    targets: &'s [Option<&'s Value>],
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
    fitting.sort_by(|one, other| one.cost.total_cmp(&other.cost));
    fitting.dedup_by(|later, earlier| later.expr == earlier.expr);
    search.choose(fitting, first, answer.is_some())
}

impl Search<'_, '_> {
    fn is_constant(&self) -> bool {
        self.targets.windows(2).all(|pair| match pair {
            [Some(one), Some(other)] => same(one, other),
            [one, other] => one.is_none() && other.is_none(),
            _ => true,
        })
    }

    /// Whether the values tell anything: two rows that differ, or one that is not met by chance.
    fn tells(&self, expr: &Expr) -> bool {
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
    fn is_amount(&self, path: &Path) -> bool {
        let values = self.space.rows.iter().filter_map(|row| row.get(path).and_then(Value::as_f64));
        values.into_iter().any(|number| number.fract() != 0.0)
    }

    fn alike(&self, path: &Path) -> f64 {
        likeness(self.field, &self.space.place(path))
    }

    /// The likeness of the best of what an expression reads, in its sums too.
    fn alike_to(&self, scopes: &[Scope], expr: &Expr) -> f64 {
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
    fn distance(&self, path: &Path) -> f64 {
        self.space.innermost().saturating_sub(path.scope) as f64
    }

    /// How likely an expression is by the names and the places of what it reads.
    fn nearness(&self, expr: &Expr) -> f64 {
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

    fn candidates(&self, first: &Value) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut add = |expr: Expr, cost: f64| found.push(Candidate { expr, cost });
        for path in &self.space.atoms {
            let of = || Expr::Path(path.clone());
            add(of(), 1.0);
            let functions: &[Function] = match first {
                Value::String(_) => &[
                    Function::Text,
                    Function::Trim,
                    Function::Upper,
                    Function::Lower,
                    Function::Base,
                    Function::Digits,
                    Function::FirstNames,
                    Function::FirstWord,
                    Function::Rest,
                    Function::LastWord,
                ],
                Value::Number(_) => {
                    &[Function::Number, Function::EpochSeconds, Function::EpochMillis]
                }
                Value::Bool(_) => &[Function::Not],
                Value::Null | Value::Array(_) | Value::Object(_) => &[],
            };
            // A fraction is an amount, whose text has its decimals even where they are zero.
            let dear = |function: &Function| {
                if *function == Function::Text && self.is_amount(path) { 1.5 } else { 0.0 }
            };
            for (function, extra) in functions.iter().zip(1_u8..) {
                add(of().then(*function), 1.2 + 0.1 * f64::from(extra) + dear(function));
            }
            match first {
                Value::String(_) => {
                    for (form, extra) in DateForm::ALL.into_iter().zip(1_u8..) {
                        add(of().then(Function::Date(form)), 2.0 + 0.01 * f64::from(extra));
                    }
                }
                Value::Number(_) => add(of().then(Function::Digits).then(Function::Number), 2.5),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
            }
        }
        if first.is_number() {
            for amount in amounts(self.space) {
                let (expr, cost) = (amount.expr, amount.cost);
                add(expr.clone().then(Function::Minor), cost + 0.3);
                if matches!(expr, Expr::Path(_) | Expr::Count(_)) {
                    add(expr, cost);
                } else {
                    add(expr.then(Function::Major), cost + 0.1);
                }
            }
        } else if first.is_string() {
            for amount in amounts(self.space) {
                let (expr, cost) = (amount.expr, amount.cost);
                add(expr.clone().then(Function::Fixed), cost + 0.3);
                add(expr.clone().then(Function::Minor).then(Function::Text), cost + 0.7);
                if !matches!(expr, Expr::Path(_)) {
                    add(expr.then(Function::Major).then(Function::Text), cost + 0.5);
                }
            }
        }
        self.lookups(&mut found);
        if first.is_string() {
            let pieces = self.pieces();
            let readings = [
                template(self.space, self.targets, &pieces),
                encoded(self.space, self.targets, &pieces),
            ];
            found.extend(
                readings.into_iter().flatten().map(|(expr, cost)| Candidate { expr, cost }),
            );
        }
        found
    }

    /// What may stand in a text.
    fn pieces(&self) -> Vec<Piece> {
        let in_url = self.field.last().is_some_and(|key| key == "url");
        let mut pieces = Vec::new();
        for path in &self.space.atoms {
            let own = 1.0 + self.nearness(&Expr::Path(path.clone())) * 0.5;
            let top = (path.scope == 0).then(|| path.keys.first().map(String::as_str)).flatten();
            let of = || Expr::Path(path.clone());
            let mut add = |expr: Expr, extra: f64| {
                let short = path.scope > 0 || top == Some("config");
                pieces.push(Piece { expr, cost: own.max(0.1) + extra, certain: false, short });
            };
            if top.is_some_and(|key| CREDENTIALS.contains(&key)) {
                pieces.push(Piece { expr: of(), cost: -100.0, certain: true, short: false });
            } else if top == Some("baseUrl") {
                pieces.push(Piece {
                    expr: of().then(Function::Base),
                    cost: -50.0,
                    certain: true,
                    short: false,
                });
            } else if in_url {
                add(of().then(Function::UrlPart), 0.0);
                add(of(), 0.1);
            } else {
                add(of(), if self.is_amount(path) { 1.0 } else { 0.0 });
                for function in [
                    Function::Upper,
                    Function::Lower,
                    Function::Digits,
                    Function::FirstWord,
                    Function::LastWord,
                ] {
                    add(of().then(function), 0.6);
                }
                for form in DateForm::ALL {
                    add(of().then(Function::Date(form)), 0.7);
                }
            }
        }
        if !in_url {
            for amount in amounts(self.space) {
                let near = amount.cost + self.nearness(&amount.expr) * 0.5;
                let fixed = amount.expr.clone().then(Function::Fixed);
                pieces.push(Piece {
                    expr: fixed,
                    cost: near.max(0.1),
                    certain: false,
                    short: false,
                });
                let minor = amount.expr.then(Function::Minor);
                pieces.push(Piece {
                    expr: minor,
                    cost: near.max(0.1) + 0.5,
                    certain: false,
                    short: false,
                });
            }
        }
        pieces
    }

    /// Tables of words for the places that hold a closed list of them.
    fn lookups(&self, found: &mut Vec<Candidate>) {
        for path in &self.space.atoms {
            let Some(all) = self.world.words(self.space, path) else { continue };
            let mut known: lookup::Table = Vec::new();
            let mut agrees = true;
            for (row, target) in self.space.rows.iter().zip(self.targets) {
                let (Some(ours), Some(theirs)) = (row.get(path), target) else { continue };
                match known.iter().find(|(word, _)| same(word, ours)) {
                    Some((_, other)) => agrees &= same(other, theirs),
                    None => known.push((ours.clone(), (*theirs).clone())),
                }
            }
            let scalar = known.iter().all(|(_, theirs)| {
                as_text(theirs).is_some_and(|text| {
                    let word = text.len() <= MAX_WORD && !text.contains(['/', ':']);
                    word && !self.world.has_secret(&text)
                })
            });
            if !agrees || !scalar || known.is_empty() {
                continue;
            }
            let by_meaning = known.iter().all(|(ours, theirs)| {
                theirs.as_str().is_some_and(|word| lookup::means(word, ours))
            });
            let distinct = known.iter().enumerate().any(|(index, (_, one))| {
                known.iter().skip(index + 1).any(|(_, other)| !same(one, other))
            });
            let table = lookup::complete(&known, all, &self.world.documents);
            let documented = table.len() > known.len();
            let likely = self.alike(path) > 0.0;
            // Two rows that differ in a word and in a value prove nothing by themselves.
            let repeated = self.targets.iter().flatten().count() > known.len();
            let distinct = distinct && (likely || repeated);
            if !(distinct || by_meaning || (documented && likely)) {
                continue;
            }
            // The documents' own list of words beats a change of case that fits by chance.
            let cost = if documented && (by_meaning || distinct) { 0.9 } else { 2.2 };
            found.push(Candidate { expr: Expr::Lookup(path.clone(), table), cost });
        }
    }

    /// The candidate if it gives every target, with a default or a left-out zero where that is it.
    fn fit(&self, candidate: Candidate) -> Option<Candidate> {
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

    fn choose(&self, fitting: Vec<Candidate>, first: &Value, answered: bool) -> Found<Leaf> {
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
    fn source(&self, expr: &Expr) -> String {
        expr.paths()
            .iter()
            .map(|path| self.space.place(path).join("."))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn point(&self, prompt: &str, sources: &[&Expr], constant: bool) -> OpenPoint {
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

    fn without_expression(&self, first: &Value) -> Found<Leaf> {
        if !self.is_constant() {
            return self.unknown("no expression of the input gives its values on every sample; where does it come from?", &[], false);
        }
        let text = first.as_str().unwrap_or_default();
        let key = self.field.last().map(|key| words(key)).unwrap_or_default();
        let credential_name = ["authorization", "token", "secret", "password", "cookie", "key"]
            .iter()
            .any(|name| key.iter().any(|word| word == name));
        let in_header = self.field.iter().any(|key| key == "headers");
        if self.world.has_secret(text) || (in_header && credential_name && !text.is_empty()) {
            return self.unknown(
                "it looks like a credential and is none of the connection's; give the sample's connection the apiKey, apiSecret or config value that it is made of, or name its source",
                &[], false,
            );
        }
        if self.world.answer(&field_name(self.field)) != Some(&Answer::Constant)
            && let Some((prompt, near)) = self.suspicion(first)
        {
            return self.unknown(prompt, &near.iter().collect::<Vec<_>>(), true);
        }
        self.constant(first)
    }

    /// Why a value can hardly be the same for every order, with what it may come from.
    fn suspicion(&self, value: &Value) -> Option<(&'static str, Vec<Expr>)> {
        let payload =
            |path: &&Path| path.scope > 0 || path.keys.first().is_some_and(|key| key == "payload");
        let near = |path: &&Path| {
            self.space.rows.iter().filter_map(|row| row.get(path)).any(|other| {
                match (value, other) {
                    (Value::String(text), Value::String(other)) => {
                        let digits = text.chars().filter(char::is_ascii_digit).count();
                        digits >= 3
                            && text.len() >= 5
                            && strsim::normalized_levenshtein(text, other) > 0.7
                    }
                    (Value::Number(one), Value::Number(other)) => {
                        match (one.as_f64(), other.as_f64()) {
                            (Some(one), Some(other)) => {
                                one.fract() != 0.0
                                    && other != 0.0
                                    && ((one - other) / other).abs() < 0.03
                            }
                            _ => false,
                        }
                    }
                    _ => false,
                }
            })
        };
        let likely: Vec<Expr> = self
            .space
            .atoms
            .iter()
            .filter(payload)
            .filter(near)
            .take(4)
            .cloned()
            .map(Expr::Path)
            .collect();
        if !likely.is_empty() {
            return Some((
                "it is close to values of the payload but equal to none; is it one of them, or always the same?",
                likely,
            ));
        }
        let text = value.as_str()?;
        let digits = text.chars().filter(char::is_ascii_digit).count();
        let random = text.len() >= 16
            && digits >= 4
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !self.world.documents.iter().any(|document| document.contains(text));
        let moment = chrono::DateTime::parse_from_rfc3339(text).is_ok();
        let ids = self.space.atoms.iter().filter(payload);
        let offered: Vec<Expr> = ids
            .filter(|path| {
                self.space.rows.iter().filter_map(|row| row.get(path)).all(Value::is_string)
            })
            .filter(|path| if moment { self.alike(path) > 0.0 } else { self.alike(path) >= 0.7 })
            .take(3)
            .cloned()
            .map(Expr::Path)
            .collect();
        (random || moment).then_some((
            "it looks made for one order and is nowhere in the input; where does it come from?",
            offered,
        ))
    }

    fn unknown(&self, prompt: &str, sources: &[&Expr], constant: bool) -> Found<Leaf> {
        let point = self.point(prompt, sources, constant);
        Found { cost: UNKNOWN_COST, points: vec![point], ..self.constant(&Value::Null) }
    }

    fn constant(&self, value: &Value) -> Found<Leaf> {
        let in_request = self.field.iter().any(|key| key == "headers" || key == "method");
        Found {
            what: Leaf {
                expr: Expr::Const(value.clone()),
                reason:
                    "a constant: the same in every sample, and nothing in the input explains it"
                        .to_owned(),
                confidence: if in_request { 0.8 } else { 0.5 },
                runner_up: String::new(),
            },
            cost: CONSTANT_COST,
            points: Vec::new(),
        }
    }
}
