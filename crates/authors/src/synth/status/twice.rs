//! Two ids of one order: that of the vendor, and that of whoever placed it.

use super::{ORDER_ID, is_code};
use crate::synth::matching::{Decisions, name_score, offers};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Asks which of several fields that are called the order's id is meant, where the chosen one leads by
/// its name alone. What is called `order_id` and no more than that is the vendor's own.
pub(super) fn ask(order: &Field<'_>, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
    let is_by_name = decisions.is_by_name(ORDER_ID.output);
    let is_rival = |field: &&Field<'_>| {
        field.is_beside(order)
            && field.path != order.path
            && field.values != order.values
            && field.is_always_there()
            && is_code(field)
            && (is_called_its_id(field) || (is_number(order) && is_plain_id(field)))
            && decisions.documents.about(&field.path).next().is_none()
    };
    let rivals: Vec<Field<'_>> = fields.iter().filter(is_rival).cloned().collect();
    let is_plain = vocabulary().words(order.path.leaf()) == ["order", "id"];
    let may_be_another = is_called_its_id(order) || is_number(order);
    if is_by_name && !is_plain && may_be_another && !rivals.is_empty() {
        let all: Vec<Field<'_>> = std::iter::once(order.clone()).chain(rivals).collect();
        let prompt = "Several fields could be the order's id. Which one do both sides know it by?";
        decisions.ask(ORDER_ID.output, prompt, &offers(&all));
    }
}

/// Whether a name ends with the id of an order.
fn is_called_its_id(field: &Field<'_>) -> bool {
    name_score(field, ORDER_ID.names) > 0.0
        && vocabulary().words(field.path.leaf()).ends_with(&["order".to_owned(), "id".to_owned()])
}

/// Whether a name is that of a number, which may be the one that guests are called by.
fn is_number(field: &Field<'_>) -> bool {
    let words = vocabulary().words(field.path.leaf());
    words.last().is_some_and(|word| matches!(word.as_str(), "number" | "no"))
}

/// Whether a field is the id of the record that it stands in.
fn is_plain_id(field: &Field<'_>) -> bool {
    vocabulary().words(field.path.leaf()) == ["id"]
}
