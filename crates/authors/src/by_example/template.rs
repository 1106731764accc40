//! Texts put together from values and fixed pieces, such as an address or `8.50 EUR`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expression::{Expr, Function, as_text};
use super::space::{Row, Space};

/// Longer texts are not taken apart.
const MAX_LENGTH: usize = 1_000;
const MAX_STATES: usize = 4_000;
/// Rows that are compared piece by piece; what fits them is checked on all.
const MAX_COMPARED: usize = 12;

/// A value that may stand in a text.
pub(super) struct Piece {
    pub(super) expr: Expr,
    /// Lower is likelier; a credential's is far below all others.
    pub(super) cost: f64,
    /// Credentials and addresses are what they are wherever they stand.
    pub(super) certain: bool,
    /// Whether one or two characters are enough to know it by.
    pub(super) short: bool,
}

struct Candidate<'p> {
    piece: &'p Piece,
    texts: Vec<String>,
    varies: bool,
}

#[derive(Clone)]
struct Way {
    cost: f64,
    pieces: Vec<Expr>,
}

/// The best reading of the targets as one template, with its cost.
pub(super) fn template(
    space: &Space<'_>,
    targets: &[Option<&Value>],
    pieces: &[Piece],
) -> Option<(Expr, f64)> {
    let given: Vec<(&Row<'_>, &str)> = space
        .rows
        .iter()
        .zip(targets)
        .filter_map(|(row, target)| Some((row, target.and_then(Value::as_str)?)))
        .take(MAX_COMPARED)
        .collect();
    let wanted: Vec<&str> = given.iter().map(|(_, text)| *text).collect();
    let first = wanted.first()?;
    if wanted.iter().any(|text| text.is_empty() || text.len() > MAX_LENGTH) {
        return None;
    }
    let candidates: Vec<Candidate<'_>> = pieces
        .iter()
        .filter_map(|piece| {
            let texts: Vec<String> = given
                .iter()
                .zip(&wanted)
                .map(|((row, _), wanted)| {
                    let text = piece.expr.eval(row).as_ref().and_then(as_text)?;
                    (!text.is_empty() && wanted.contains(&text)).then_some(text)
                })
                .collect::<Option<_>>()?;
            let varies = texts.windows(2).any(|pair| matches!(pair, [a, b] if a != b));
            Some(Candidate { piece, texts, varies })
        })
        .collect();
    let end: Vec<usize> = wanted.iter().map(|text| text.len()).collect();
    let mut open = BTreeMap::from([(vec![0; wanted.len()], Way { cost: 0.0, pieces: Vec::new() })]);
    let mut states = 0;
    // Every step moves on in the first text, so a state is final when it comes up.
    while let Some((at, way)) = open.pop_first() {
        if at == end {
            return finish(way);
        }
        states += 1;
        if states > MAX_STATES || at.first() == Some(&first.len()) {
            continue;
        }
        for candidate in candidates.iter().filter(|candidate| candidate.stands(&wanted, &at)) {
            let next = at.iter().zip(&candidate.texts).map(|(at, text)| at + text.len()).collect();
            offer(&mut open, next, &way, candidate.piece.cost, candidate.piece.expr.clone());
        }
        let mut heads = wanted.iter().zip(&at).map(|(text, at)| text.get(*at..)?.chars().next());
        if let Some(Some(c)) = heads.next()
            && heads.all(|head| head == Some(c))
        {
            let next = at.iter().map(|at| at + c.len_utf8()).collect();
            let cost = if c.is_alphanumeric() { 1.0 } else { 0.2 };
            offer(&mut open, next, &way, cost, Expr::Const(c.to_string().into()));
        }
    }
    None
}

fn offer(open: &mut BTreeMap<Vec<usize>, Way>, at: Vec<usize>, way: &Way, cost: f64, piece: Expr) {
    let cost = way.cost + cost;
    if open.get(&at).is_some_and(|known| known.cost <= cost) {
        return;
    }
    let mut pieces = way.pieces.clone();
    match (pieces.last_mut(), &piece) {
        (Some(Expr::Const(Value::String(before))), Expr::Const(Value::String(more))) => {
            before.push_str(more);
        }
        _ => pieces.push(piece),
    }
    open.insert(at, Way { cost, pieces });
}

fn finish(way: Way) -> Option<(Expr, f64)> {
    let read = way.pieces.iter().filter(|piece| !matches!(piece, Expr::Const(_))).count();
    if read == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of pieces")]
    let cost = 2.0 + 0.2 * way.pieces.len() as f64;
    Some((Expr::Template(way.pieces), cost))
}

impl Candidate<'_> {
    /// Whether it can be read at these places: it must be there in every text and, unless it changes
    /// from row to row, stand alone as a word.
    fn stands(&self, wanted: &[&str], at: &[usize]) -> bool {
        let there = wanted.iter().zip(at).zip(&self.texts).all(|((text, at), own)| {
            text.get(*at..).is_some_and(|rest| rest.starts_with(own.as_str()))
        });
        if !there {
            return false;
        }
        if self.piece.certain || self.varies {
            return true;
        }
        let (Some(text), Some(at), Some(own)) = (wanted.first(), at.first(), self.texts.first())
        else {
            return false;
        };
        let before = text.get(..*at).and_then(|part| part.chars().next_back());
        let after = text.get(at + own.len()..).and_then(|part| part.chars().next());
        let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let counted = self.piece.short && own.chars().all(|c| c.is_ascii_digit());
        match own.chars().count() {
            0 => false,
            1 | 2 => self.piece.short && !joined(before) && (counted || !joined(after)),
            3..=5 => !joined(before) && !joined(after),
            _ => true,
        }
    }
}

/// The fixed texts among a template's pieces.
pub(super) fn literals(expr: &Expr) -> Vec<&str> {
    match expr {
        Expr::Template(pieces) => pieces
            .iter()
            .filter_map(|piece| match piece {
                Expr::Const(Value::String(text)) => Some(text.as_str()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The text behind a base64 one.
pub(super) fn decoded(text: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    String::from_utf8(bytes).ok().filter(|plain| plain.len() > 2)
}

/// A template whose part after `Basic ` or the like is base64 of another.
pub(super) fn encoded(
    space: &Space<'_>,
    targets: &[Option<&Value>],
    pieces: &[Piece],
) -> Option<(Expr, f64)> {
    let mut before = None;
    let mut plain = Vec::new();
    for target in targets {
        let Some(text) = target.and_then(Value::as_str) else {
            plain.push(None);
            continue;
        };
        let (scheme, code) =
            text.rsplit_once(' ').map_or(("", text), |(scheme, code)| (scheme, code));
        if *before.get_or_insert(scheme) != scheme {
            return None;
        }
        plain.push(Some(Value::from(decoded(code)?)));
    }
    let borrowed: Vec<Option<&Value>> = plain.iter().map(Option::as_ref).collect();
    let (inner, cost) = template(space, &borrowed, pieces)?;
    let code = inner.then(Function::Base64);
    let expr = match before {
        Some(scheme) if !scheme.is_empty() => {
            Expr::Template(vec![Expr::Const(format!("{scheme} ").into()), code])
        }
        _ => code,
    };
    Some((expr, cost + 0.5))
}
