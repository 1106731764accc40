//! A price beside the same price with tax.

use crate::synth::kind::number;
use crate::synth::matching::{Decisions, Wanted, offers};
use crate::synth::money;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Asks which of the two a guest pays, where documents speak of neither: the plain one is the price on
/// the shelf in one country and what tax is added to in another.
pub(super) fn ask(
    wanted: &Wanted,
    chosen: &Field<'_>,
    fields: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) -> bool {
    let documents = decisions.documents;
    let is_told = |field: &Field<'_>| {
        [&field.path, &money::holder(&field.path)]
            .into_iter()
            .any(|path| documents.about(path).next().is_some())
    };
    let place = |field: &Field<'_>| money::holder(&field.path).parent();
    let taxed: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| field.variable == chosen.variable && place(field) == place(chosen))
        .filter(|field| is_with_tax(field) && is_more(field, chosen))
        .filter(|field| !field.is_empty() && !is_told(field))
        .cloned()
        .collect();
    if taxed.is_empty()
        || is_with_tax(chosen)
        || decisions.is_given(wanted.output)
        || documents.about(&chosen.path).any(|own| own.has_word("tax") || own.has_word("pay"))
    {
        return false;
    }
    let both: Vec<Field<'_>> = std::iter::once(chosen.clone()).chain(taxed).collect();
    decisions.ask(wanted.output, "Which of these does a guest pay?", &offers(&both));
    true
}

/// Whether every amount is as much as tax makes of the other one.
fn is_more(taxed: &Field<'_>, plain: &Field<'_>) -> bool {
    const MOST: f64 = 1.5;
    let mut pairs = taxed.values.iter().zip(plain.values.iter());
    taxed.values != plain.values
        && pairs.all(|pair| match pair {
            (Some(taxed), Some(plain)) => match (number(taxed), number(plain)) {
                (Some(taxed), Some(plain)) => (plain..=plain * MOST).contains(&taxed),
                (None, _) | (_, None) => false,
            },
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        })
}

/// Whether a price is called one that has its tax in it.
fn is_with_tax(field: &Field<'_>) -> bool {
    let words = vocabulary().words(money::holder(&field.path).leaf());
    let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    has(&["gross", "brutto"])
        || (has(&["tax", "gst", "iva", "tva"]) && has(&["with", "including", "included", "plus"]))
}
