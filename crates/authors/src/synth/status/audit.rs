//! What a plan leaves unread: a time or a text that plausibly says when or why is asked about, not
//! dropped in silence.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::meanings::Table;
use super::words::word_of;
use super::{OCCURRED, REASON, times as forms, why};
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::overlooked::{LEAVE, is_decided, is_settled, offer};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// What was decided before.
pub(super) struct Chosen<'p, 'a> {
    pub(super) order: Option<&'p Field<'a>>,
    /// With what its words mean.
    pub(super) status: Option<(&'p Field<'a>, &'p Table)>,
    pub(super) occurred: Option<&'p Field<'a>>,
    pub(super) reason: Option<&'p Field<'a>>,
}

/// Words in the names of times that are no change of status.
const OTHER_TIMES: [&str; 23] = [
    "scheduled",
    "schedule",
    "expected",
    "pickup",
    "pick",
    "delivery",
    "placed",
    "due",
    "estimated",
    "estimate",
    "eta",
    "promised",
    "promise",
    "collection",
    "requested",
    "request",
    "birth",
    "birthday",
    "expire",
    "expiry",
    "valid",
    "slot",
    "opened",
];
/// Words in the names of numbers that count time.
const TIME_WORDS: [&str; 11] = [
    "at",
    "time",
    "date",
    "timestamp",
    "stamp",
    "ts",
    "when",
    "created",
    "updated",
    "changed",
    "epoch",
];
/// A date with its parts in some order.
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}\b"));
static SAID_OTHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"ordered|placed|pick|collect|promise|\bdue\b|deliver|requested|planned|table|guest|sent",
    )
});

/// Whether a time is called one of what is to come or of what else happens to an order.
fn is_called_otherwise(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    words.iter().any(|word| OTHER_TIMES.contains(&word.as_str()))
}

/// Whether a time is called one of what is to come or of what else happens to an order
/// (`newDeliveryTime`), and documents do not say that it is when the status changed.
pub(super) fn is_of_another(field: &Field<'_>, documents: &Documents) -> bool {
    let said: Vec<String> =
        documents.about(&field.path).map(|statement| statement.said_of(&field.path)).collect();
    is_called_otherwise(field)
        && (said.is_empty() || said.iter().any(|said| SAID_OTHER.is_match(said)))
}

/// The only time that stands with the status in a part of its own, where it is not the one taken.
fn beside_status<'f, 'a>(
    chosen: &Chosen<'_, '_>,
    fields: &'f [Field<'a>],
) -> Option<&'f Field<'a>> {
    let (status, occurred) = (chosen.status?.0, chosen.occurred?);
    let holder = status.path.parent();
    let is_part = vocabulary()
        .words(holder.leaf())
        .iter()
        .any(|word| matches!(word.as_str(), "status" | "state"));
    let is_at =
        |field: &Field<'_>| field.variable == status.variable && field.path.parent() == holder;
    let mut there = fields.iter().filter(|field| {
        is_at(field) && forms::is_called_a_time(field) && !is_called_otherwise(field)
    });
    let only = there.next().filter(|_| there.next().is_none())?;
    (is_part && !is_at(occurred)).then_some(only)
}

/// A time that is called after the status that the order has, as `accepted_at` beside `ACCEPTED`,
/// where another one was taken.
fn named_after_status<'f, 'a>(
    chosen: &Chosen<'_, '_>,
    fields: &'f [Field<'a>],
) -> Option<&'f Field<'a>> {
    let ((status, table), occurred) = (chosen.status?, chosen.occurred?);
    let means = |field: &Field<'_>| {
        let mut words = vocabulary().words(field.path.leaf());
        words.retain(|word| !matches!(word.as_str(), "at" | "time" | "on" | "date" | "timestamp"));
        vocabulary().status(&words.join(" "))
    };
    fields.iter().find(|field| {
        let own = means(field).filter(|_| forms::is_called_a_time(field));
        field.path != occurred.path
            && field.values != occurred.values
            && own.is_some()
            && status.all(|word| table.get(&word_of(word)).map(|(known, _)| *known) == own)
    })
}

/// Asks about times where none was taken, or where the one taken is when the order was made.
pub(super) fn times(chosen: &Chosen<'_, '_>, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    if is_settled(OCCURRED.output, decisions) {
        return;
    }
    let words = |field: &Field<'_>| vocabulary().words(field.path.leaf());
    let has = |field: &Field<'_>, list: &[&str]| {
        words(field).iter().any(|word| list.contains(&word.as_str()))
    };
    let rival = beside_status(chosen, fields).or_else(|| named_after_status(chosen, fields));
    if let Some((field, beside)) = chosen.occurred.zip(rival) {
        // What stands with the status itself may say when it changed, the other one when it was told.
        let is_told = decisions.is_by_documents(OCCURRED.output);
        if !is_told && beside.values != field.values {
            let both = [beside.clone(), field.clone()];
            let prompt = "Two times could be that of the change. Which one is it?";
            offer(OCCURRED.output, prompt, &both, decisions);
            return;
        }
    }
    if let Some(field) = chosen.occurred {
        // The record is the order itself: it was made when the order was, whatever changed since.
        let is_orders_own =
            chosen.order.is_some_and(|order| order.is_beside(field) && words(order) == ["id"]);
        let is_received = chosen.status.is_some_and(|(status, table)| {
            status.all(|word| table.get(&word_of(word)).is_some_and(|(s, _)| *s == "received"))
        });
        let is_said = decisions.documents.about(&field.path).next().is_some();
        if is_orders_own
            && !is_received
            && !is_said
            && has(field, &["created", "create", "creation"])
        {
            let prompt = format!(
                "{} may be when the order was made. Is it when the status changed?",
                field.place()
            );
            offer(OCCURRED.output, &prompt, std::slice::from_ref(field), decisions);
        }
        return;
    }
    let left: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| forms::is_moment(field) && !is_called_otherwise(field))
        .filter(|field| field.all(|value| !value.is_number()) || has(field, &TIME_WORDS))
        .filter(|field| {
            let mut said = decisions.documents.about(&field.path);
            said.all(|statement| !SAID_OTHER.is_match(&statement.said_of(&field.path)))
        })
        .cloned()
        .collect();
    if left.is_empty() {
        strange_time(fields, decisions);
    } else {
        offer(OCCURRED.output, "Is one of these when the status changed?", &left, decisions);
    }
}

/// Asks about a date in a form that is not known, where it is called as the time of a change is.
fn strange_time(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let is_date = |value: &Value| value.as_str().is_some_and(|text| DATE.is_match(text));
    let fits = |field: &Field<'_>| !field.is_empty() && field.all(is_date);
    let named = decisions.rank(&OCCURRED, fields, fits);
    if let Some(candidate) = named.first() {
        let prompt = format!(
            "{} may be when the status changed, in a form that can be read in several ways ({}).",
            candidate.field.place(),
            candidate.field.examples()
        );
        decisions.ask(OCCURRED.output, &prompt, &[as_shown(LEAVE)]);
    }
}

/// Asks about a text that may say why an order is cancelled.
pub(super) fn reasons(
    chosen: &Chosen<'_, '_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) {
    let Some((status, table)) = chosen.status else { return };
    // Outputs without a reason rule out a field that says something, and none that is empty.
    let lacks = decisions.examples.lack(REASON.output);
    if chosen.reason.is_some() || is_decided(REASON.output, decisions) {
        return;
    }
    let is_cancelled = |row: usize| {
        let word = status.values.get(row).copied().flatten().map(word_of);
        let known = word.and_then(|word| table.get(&word));
        known.is_some_and(|(status, _)| *status == "cancelled")
    };
    // What is said of other orders too is no reason.
    let is_of_cancelled = |field: &Field<'_>| {
        field.values.iter().enumerate().all(|(row, value)| {
            value.is_none_or(|text| text.as_str() == Some("")) || is_cancelled(row)
        })
    };
    let is_used = |field: &Field<'_>| {
        let own = [chosen.order, Some(status), chosen.occurred];
        own.into_iter().flatten().any(|own| own.path == field.path)
    };
    // Several texts are no reason as they are, and yet may say it.
    let is_said = |value: &Value| {
        let is_text = |value: &Value| value.is_string();
        is_text(value) || value.as_array().is_some_and(|list| list.iter().all(is_text))
    };
    let left: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| field.is_empty() || !lacks)
        .filter(|field| field.all(is_said) && is_of_cancelled(field) && !is_used(field))
        .filter(|field| why::may_say(field, status, decisions.documents))
        .cloned()
        .collect();
    offer(REASON.output, "Does one of these say why an order is cancelled?", &left, decisions);
}
