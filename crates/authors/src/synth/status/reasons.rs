//! A reason that documents describe and no sample has: there is none until an order is cancelled.

use std::sync::LazyLock;

use regex::Regex;

use super::{REASON, why};
use crate::pattern::pattern;
use crate::synth::documents::{Statement, TermPlace, is_key, term_names};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::overlooked::LEAVE;
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

static WHY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:comes?|appears?|exists|is (?:there|sent|set|filled|present|given))\b[^.;`]{0,60}? and )?(?:is|says|holds|gives|tells|has|explains|carries|contains|:)\s[^.;`]{0,40}?\b(?:why|reason|explanation)\b",
    )
});

/// What other things have reasons for.
const OTHERS: [&str; 12] = [
    "payment",
    "refund",
    "item",
    "line",
    "product",
    "discount",
    "transaction",
    "error",
    "void",
    "delay",
    "adjustment",
    "tax",
];
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:not|never|no longer|internal|deprecated|obsolete|ignored?|unused)\b")
});

/// What is said of an object whose fields are not always the same.
static DEPENDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:depends? on|var(?:y|ies) (?:with|by)|differs? (?:with|by|for)|holds? the details)\b",
    )
});

/// The reason: the field that was chosen, unless it was by its name alone and documents call another
/// one so that none of the samples has.
pub(super) fn told<'a>(
    status: &Field<'a>,
    chosen: Option<Field<'a>>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    if chosen.is_some() && decisions.is_by_documents(REASON.output) {
        return chosen;
    }
    let found = unseen(status, chosen.is_some(), fields, decisions);
    if let (Some(found), Some(_)) = (&found, &chosen) {
        // One source is noted for the reason: the one that is read.
        let source = found.place();
        decisions.provenance.retain(|known| known.field != REASON.output || known.source == source);
    }
    found.or(chosen)
}

/// The field that documents call the reason, beside the status, where none of the samples has it
/// and no other term of theirs is called so.
fn unseen<'a>(
    status: &Field<'a>,
    has_other: bool,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    // Samples that expect none say nothing of the orders that have one.
    let expected = decisions.examples.values(REASON.output).unwrap_or_default();
    let is_settled = decisions.answers.of(REASON.output).is_some()
        || !expected.is_empty()
        || decisions.open.iter().any(|point| point.field.starts_with(REASON.output));
    if is_settled || status.path.is_in_list() {
        return None;
    }
    let mut found: Vec<(String, &str)> = Vec::new();
    let mut before: Option<&Statement> = None;
    for statement in &decisions.documents.statements {
        for place in statement.places() {
            let after = statement.lower.get(place.end..).unwrap_or_default();
            if WHY.is_match(after) {
                found.push((held(&place, statement, before, fields), &statement.text));
            }
        }
        before = Some(statement);
    }
    found.dedup_by(|(a, _), (b, _)| a == b);
    if found.is_empty() && !has_other {
        found = named(fields, decisions);
    }
    if found.is_empty() && !has_other {
        ask_about_endings(fields, decisions);
    }
    let [(term, text)] = found.as_slice() else { return None };
    let keys: Vec<&str> = term.split('.').collect();
    let is_there = fields.iter().any(|field| term_names(term, &field.path));
    if is_there || !keys.iter().all(|key| is_key(key)) {
        return None;
    }
    let reason = format!("the documents say: {text}");
    let mut places = places(&keys, status, fields).into_iter().map(|path| status.unfilled(path));
    let (field, other) = (places.next()?, places.next());
    if let Some(other) = other {
        // It may stand in the whole or beside the status: no sample has it.
        let both = [field, other].map(|field| (field.place(), field.place()));
        decisions.ask(REASON.output, &format!("Where does {term} stand?"), &both);
        return None;
    }
    decisions.record(REASON.output, &field.place(), &reason, 0.7, "");
    Some(field)
}

/// The term with what holds it, where the samples have that.
fn held(
    place: &TermPlace<'_>,
    statement: &Statement,
    before: Option<&Statement>,
    fields: &[Field<'_>],
) -> String {
    let holder = holder(place, statement, before);
    let holder = holder.filter(|holder| fields.iter().any(|f| f.path.leaf() == *holder));
    holder.map_or_else(|| place.term.to_owned(), |holder| format!("{holder}.{}", place.term))
}

/// What holds the term: `its` reason is that of the only field that the sentence before names.
fn holder<'s>(
    place: &TermPlace<'_>,
    statement: &Statement,
    before: Option<&'s Statement>,
) -> Option<&'s str> {
    let before = before.filter(|before| before.block == statement.block)?;
    let [term] = before.terms.as_slice() else { return None };
    let lead = statement.lower.get(..place.start).unwrap_or_default();
    // What is in `metadata` depends on the event; on a cancellation `x` says why.
    let is_within = || DEPENDS.is_match(&before.lower);
    (lead.trim_end().ends_with("its") || is_within()).then_some(term.as_str())
}

/// Asks about what documents call after the end of an order (`cancellation_detail`) and no sample has.
fn ask_about_endings(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let terms = decisions.documents.statements.iter().flat_map(|statement| {
        let places = statement.places();
        let kept = places.into_iter().filter(|_| !REFUSED.is_match(&statement.lower));
        kept.map(|place| place.term).collect::<Vec<_>>()
    });
    let is_there = |term: &str| fields.iter().any(|field| term_names(term, &field.path));
    let mut terms = terms.filter(|term| why::is_called_after_an_end(term) && !is_there(term));
    if let Some(term) = terms.next() {
        let prompt = format!(
            "The documents speak of {term}, which no sample has. Where does it say why an order was \
             cancelled? Add a sample that has it, answer with its path, or leave it out."
        );
        decisions.ask(REASON.output, &prompt, &[as_shown(LEAVE)]);
    }
}

/// Where a key or a path of the documents leads to: one place, or two where that is open.
fn places(keys: &[&str], status: &Field<'_>, fields: &[Field<'_>]) -> Vec<Path> {
    let beside = status.path.parent();
    let under = |from: &Path| {
        keys.iter().fold(from.clone(), |path, key| path.then(Step::Key((*key).to_owned())))
    };
    let root = Path::default();
    let [first, _, ..] = keys else { return vec![under(&beside)] };
    // The path may begin with the whole, with what holds the status, or with a part of that.
    let holds = |from: &Path| {
        let start = from.then(Step::Key((*first).to_owned()));
        fields
            .iter()
            .any(|field| field.variable == status.variable && field.path.starts_with(&start))
    };
    if beside.is_root() || holds(&root) {
        return vec![under(&root)];
    }
    // What is called so stands in one place: it is null in all samples, and the path goes on from there.
    let called: Vec<&Path> = fields
        .iter()
        .filter(|field| field.variable == status.variable && field.path.leaf() == *first)
        .map(|field| &field.path)
        .collect();
    if let [only] = called.as_slice()
        && !holds(&beside)
    {
        return vec![under(&only.parent())];
    }
    if beside.leaf() == *first {
        return vec![under(&beside.parent())];
    }
    if holds(&beside) { vec![under(&beside)] } else { vec![under(&beside), under(&root)] }
}

/// Terms of documents that are called a reason, each with its sentence, where they are not another's
/// and not said to be of no use.
fn named<'d>(fields: &[Field<'_>], decisions: &Decisions<'d>) -> Vec<(String, &'d str)> {
    let mut found: Vec<(String, &str)> = Vec::new();
    let mut before: Option<&Statement> = None;
    for statement in &decisions.documents.statements {
        for place in statement.places() {
            let words: Vec<Vec<String>> =
                place.term.split('.').map(|key| vocabulary().words(key)).collect();
            let is_called = words.last().is_some_and(|words| {
                words.last().is_some_and(|word| word == "reason") && words.len() <= 2
            });
            let is_of_order = words.iter().flatten().all(|word| !OTHERS.contains(&word.as_str()));
            if is_called && is_of_order && !REFUSED.is_match(&statement.lower) {
                found.push((held(&place, statement, before, fields), &statement.text));
            }
        }
        before = Some(statement);
    }
    found.dedup_by(|(a, _), (b, _)| a == b);
    found
}
