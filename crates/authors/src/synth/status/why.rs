//! Which field says why an order ended: by a name such as `rejection.message`, or because documents
//! call it what somebody wrote when they changed the status.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::REASON;
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::kind::{self, Kind};
use crate::synth::matching::{Candidate, Decisions, NAME_FITS, is_ruled_out, is_strange, sort};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Words for the end of an order that did not come about.
const ENDINGS: [&str; 21] = [
    "undeliverable",
    "failure",
    "failed",
    "fail",
    "cancel",
    "cancelled",
    "cancellation",
    "reject",
    "rejected",
    "rejection",
    "decline",
    "declined",
    "refuse",
    "refused",
    "refusal",
    "void",
    "voided",
    "deny",
    "denied",
    "denial",
    "abort",
];
/// Words for what somebody wrote.
const TEXTS: [&str; 10] = [
    "reason",
    "message",
    "note",
    "comment",
    "memo",
    "remark",
    "explanation",
    "description",
    "detail",
    "text",
];

/// As good as the name `cancel_reason`, but for one that is that name itself.
const BY_NAME: f64 = 0.8;
/// What documents say is better than any name.
const BY_DOCUMENTS: f64 = 1.2;

/// What somebody wrote or said, and that they did when the order's status changed.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bwhat\b[^.;`]{0,80}\b(?:wrote|written|typed|said|entered|noted|gave|given)\b|\b(?:words?|texts?|notes?|comments?|messages?|memos?|remarks?) (?:of|by|from) (?:the|a|an|whoever|who)\b",
    )
});
/// That it tells why.
static SAYS_WHY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:\w+ ){0,3}(?:says?|tells?|explains?|states?|shows?|gives?|is|holds?) (?:in words )?why\b",
    )
});
static ENDED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:cancel|reject|declin|refus|void|den(?:y|ied)|abort)\w*\b|\bcalled off\b|\bcall(?:s|ed|ing)? it off\b|\bchang(?:ed|es|ing) (?:the |its |an order's )?(?:order's )?(?:state|status)\b",
    )
});
/// What others say of the order is no reason.
static WISHES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:wish(?:es)?|instructions?|kitchen|allerg\w+|deliver(?:y|ies)|gift|greeting)\b")
});

fn words(key: &str) -> Vec<String> {
    vocabulary().words(key)
}

fn is_ending(words: &[String]) -> bool {
    words.iter().any(|word| ENDINGS.contains(&word.as_str()))
}

/// Whether the name says that it is a text about how the order ended: `cancelNote`,
/// `rejection.message`.
fn is_named(field: &Field<'_>) -> bool {
    let leaf = words(field.path.leaf());
    let is_text = leaf.last().is_some_and(|word| TEXTS.contains(&word.as_str()));
    (is_text && (is_ending(&leaf) || is_within_ending(field))) || is_name_of_reason(field, &leaf)
}

/// Whether a field is called the reason of an end: it is empty while the order goes on.
fn is_reason_of_end(field: &Field<'_>) -> bool {
    let leaf = words(field.path.leaf());
    leaf.last().is_some_and(|word| word == "reason") && is_ending(&leaf)
}

/// Whether a term is a text, or the parts of one, about how an order ended: `cancellation_detail`.
pub(super) fn is_called_after_an_end(term: &str) -> bool {
    let last = words(term.rsplit('.').next().unwrap_or_default());
    let is_text = last.last().is_some_and(|word| TEXTS.contains(&word.as_str()));
    last.len() > 1 && is_text && is_ending(&last)
}

/// Whether a reason is an object and the field its name: `reason.label`.
fn is_name_of_reason(field: &Field<'_>, leaf: &[String]) -> bool {
    const NAMES: [&str; 8] =
        ["name", "text", "label", "title", "value", "description", "message", "detail"];
    let holder = words(field.path.parent().leaf());
    let is_reason = holder.last().is_some_and(|word| word == "reason") && holder.len() <= 2;
    let is_own = holder.len() == 1 || is_ending(&holder);
    is_reason && is_own && matches!(leaf, [name] if NAMES.contains(&name.as_str()))
}

/// Whether the field stands in what is called after the end of an order.
fn is_within_ending(field: &Field<'_>) -> bool {
    is_ending(&words(field.path.parent().leaf()))
}

/// What documents say that the field holds, where that is why the status changed.
fn told(field: &Field<'_>, decisions: &Decisions<'_>) -> Option<String> {
    decisions.documents.about(&field.path).find_map(|statement| {
        let said = statement.said_of(&field.path);
        let tells = WRITTEN.is_match(&said) || SAYS_WHY.is_match(&said);
        let is_why = tells && ENDED.is_match(&said) && !WISHES.is_match(&said);
        is_why.then(|| statement.text.clone())
    })
}

/// Candidates for the reason, best first.
pub(super) fn rank<'a>(
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let mut ranked = decisions.rank(&REASON, fields, &fits);
    for field in fields.iter().filter(|field| fits(field) && field.all(Value::is_string)) {
        let (score, reason) = match told(field, decisions) {
            Some(text) => (BY_DOCUMENTS, format!("the documents say: {text}")),
            None if is_named(field)
                && (!field.is_empty() || is_reason_of_end(field))
                && !is_ruled_out(decisions.documents, &REASON, field) =>
            {
                (BY_NAME, format!("{NAME_FITS} ({})", field.path.leaf()))
            }
            None => continue,
        };
        let candidate = Candidate { field: field.clone(), score, reason };
        let candidate = decisions.by_example(REASON.output, candidate);
        match ranked.iter_mut().find(|known| known.field.path == field.path) {
            Some(known) if known.score < candidate.score => *known = candidate,
            None if candidate.score > 0.0 => ranked.push(candidate),
            Some(_) | None => {}
        }
    }
    // What somebody remarked is none where something is called after the end of the order.
    let has_end = fields.iter().any(|field| is_end_itself(field));
    ranked.retain(|own| !(has_end && own.is_by_name() && is_remark(&own.field)));
    sort(&mut ranked);
    ranked
}

/// Whether a field is called a remark and nothing ties it to the end of an order.
fn is_remark(field: &Field<'_>) -> bool {
    let leaf = words(field.path.leaf());
    leaf.last().is_some_and(|word| TEXTS.contains(&word.as_str()) && word != "reason")
        && !is_named(field)
}

/// Whether a field is called the end of an order, such as `cancellation`.
fn is_end_itself(field: &Field<'_>) -> bool {
    let leaf = words(field.path.leaf());
    leaf.len() == 1 && ENDS.contains(&leaf.concat().as_str())
}

/// Names of texts that may say why.
const MAYBE: [&str; 10] = [
    "message",
    "comment",
    "note",
    "remark",
    "cause",
    "explanation",
    "detail",
    "memo",
    "why",
    "reason",
];
/// What may hold all that is said of the end.
const ENDS: [&str; 4] = ["cancellation", "rejection", "refusal", "cancel"];
/// Those that are nobody's but the vendor's: they are asked about though they are empty.
const OWN: [&str; 3] = ["message", "cause", "explanation"];
/// Whose words a text is that says nothing of the order's end.
static GUESTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:guests?|customers?|eaters?|diners?|buyers?|consumers?|couriers?|drivers?|riders?)(?:'s?)? (?:\w+ )?(?:wrote|writes|typed|wish(?:es)?|notes?|comments?|messages?|instructions?|requests?)\b|\b(?:for|to) the (?:kitchen|cooks?|staff|courier|driver|rider|shop|restaurant|guest|customer)\b",
    )
});

/// Whether a field that was not chosen may say why an order was cancelled, so that one wonders.
pub(super) fn may_say(field: &Field<'_>, status: &Field<'_>, documents: &Documents) -> bool {
    let leaf = words(field.path.leaf());
    let is_any = |names: &[&str]| leaf.last().is_some_and(|word| names.contains(&word.as_str()));
    let is_near = field.path.len() == 1
        || field.path.parent() == status.path.parent()
        || is_nest(&words(field.path.parent().leaf()));
    let is_list = field.all(Value::is_array);
    // Whoever did it, and when, is another thing.
    let is_text =
        matches!(kind::of(field), Kind::Text | Kind::LongText | Kind::Word | Kind::Code) || is_list;
    let is_what = is_text && !is_any(&["by", "id", "at", "origin", "type"]);
    let is_named = if field.is_empty() {
        // An order that goes on has no end yet of which to read.
        (is_near && is_any(&OWN)) || is_end_itself(field)
    } else {
        (is_near && is_any(&MAYBE)) || (is_what && (is_ending(&leaf) || is_within_ending(field)))
    };
    let mut said = documents.about(&field.path).map(|statement| statement.said_of(&field.path));
    is_named
        && !is_strange(field)
        && !is_ruled_out(documents, &REASON, field)
        && !said.any(|said| WISHES.is_match(&said) || GUESTS.is_match(&said))
}

/// What holds further data of the same event.
fn is_nest(words: &[String]) -> bool {
    let nests =
        ["error", "data", "info", "information", "detail", "meta", "metadata", "event", "payload"];
    words.last().is_some_and(|last| nests.contains(&last.as_str()))
}
