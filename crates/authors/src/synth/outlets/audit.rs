//! What a plan leaves unread: an address in a form that is not known is asked about, not dropped.

use serde_json::Value;

use super::parts::STREET;
use crate::synth::matching::{Decisions, as_shown, offers};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

const LEAVE: &str = "leave it out";

/// Asks about an address of which no part was read.
pub(super) fn address(fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let is_open = decisions.open.iter().any(|point| point.field.starts_with("address"));
    if is_open || decisions.answers.of(STREET).is_some() || decisions.examples.lack(STREET) {
        return;
    }
    let holder = fields.iter().find(|field| {
        let words = vocabulary().words(field.path.leaf());
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        has(&["address", "street", "postcode", "postal"])
            && !has(&["email", "ip", "mac", "web", "url", "billing", "mail"])
            && field.filled().any(is_filled)
            && decisions.documents.about(&field.path).next().is_none()
    });
    let Some(holder) = holder else { return };
    let texts: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| field.path.starts_with(&holder.path) && field.all(Value::is_string))
        .filter(|field| !field.is_empty())
        .cloned()
        .collect();
    let mut choices = offers(&texts);
    choices.truncate(11);
    choices.push(as_shown(LEAVE));
    let prompt = format!(
        "{} seems to hold the address in a form that is not known ({}). Which field is its first line?",
        holder.place(),
        holder.examples()
    );
    decisions.ask(STREET, &prompt, &choices);
}

fn is_filled(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.values().any(is_filled),
        Value::Array(items) => items.iter().any(is_filled),
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) => true,
        Value::Null | Value::Bool(_) => false,
    }
}
