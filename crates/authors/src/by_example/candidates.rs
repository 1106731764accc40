//! The expressions that are worth trying for a leaf.

use serde_json::Value;

use super::amounts::amounts;
use super::expression::{DateForm, Expr, Function, as_text, same};
use super::lookup;
use super::search::{CREDENTIALS, Candidate, Search};
use super::template::{Piece, encoded, template};
use super::zones::fixes_a_moment;

/// Longer texts are no words of a list.
const MAX_WORD: usize = 40;

impl Search<'_, '_> {
    pub(super) fn candidates(&self, first: &Value) -> Vec<Candidate> {
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
                add(expr.clone().then(Function::Minor(2)), cost + 0.3);
                add(expr.clone().then(Function::Minor(3)), cost + 0.6);
                if matches!(expr, Expr::Path(_) | Expr::Count(_)) {
                    add(expr, cost);
                } else {
                    add(expr.then(Function::Major), cost + 0.1);
                }
            }
        } else if first.is_string() {
            for amount in amounts(self.space) {
                let (expr, cost) = (amount.expr, amount.cost);
                add(expr.clone().then(Function::Fixed(2)), cost + 0.3);
                add(expr.clone().then(Function::Fixed(3)), cost + 0.6);
                add(expr.clone().then(Function::Minor(2)).then(Function::Text), cost + 0.7);
                add(expr.clone().then(Function::Minor(3)).then(Function::Text), cost + 0.9);
                if !matches!(expr, Expr::Path(_)) {
                    add(expr.then(Function::Major).then(Function::Text), cost + 0.5);
                }
            }
        }
        self.lookups(&mut found);
        if let Some(text) = first.as_str() {
            found.extend(self.local_moments(text));
            let pieces = self.pieces();
            let readings = [
                template(self.space, self.targets, &pieces),
                encoded(self.space, self.targets, &pieces),
            ];
            found.extend(
                readings
                    .into_iter()
                    .flatten()
                    .filter(|(expr, _)| !fixes_a_moment(expr, text))
                    .map(|(expr, cost)| Candidate { expr, cost }),
            );
        }
        found
    }

    /// What may stand in a text.
    pub(super) fn pieces(&self) -> Vec<Piece> {
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
                let fixed = amount.expr.clone().then(Function::Fixed(2));
                pieces.push(Piece {
                    expr: fixed,
                    cost: near.max(0.1),
                    certain: false,
                    short: false,
                });
                let minor = amount.expr.then(Function::Minor(2));
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
    pub(super) fn lookups(&self, found: &mut Vec<Candidate>) {
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
}
