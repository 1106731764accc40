//! Optional fields of the contract that nothing was chosen for, and what could be read for them.
//!
//! A choice needs a name or a sentence that says what a field is. To make a person wonder takes less:
//! a word in the name, values of the right look, a mention in the documents. Where one of these fits,
//! the field is asked about; an optional field is never left out in silence.

use super::documents::Documents;
use super::matching::{Decisions, as_shown, is_strange, offers};
use super::scope::Field;
use super::vocabulary::vocabulary;

pub(crate) const LEAVE: &str = "leave it out";
/// So many fields are offered.
const MOST: usize = 11;

/// An optional field without a source.
pub(crate) struct Gap<'g> {
    pub(crate) output: &'static str,
    /// What is asked.
    pub(crate) prompt: &'g str,
    /// Words in names that make one wonder.
    pub(crate) names: &'g [&'g str],
    /// Words in names of what it is not.
    pub(crate) not: &'g [&'g str],
    /// Words that documents use of it.
    pub(crate) said: &'g [&'g str],
    /// Whether the values could be it, where the name or a document speaks for it.
    pub(crate) fits: &'g dyn Fn(&Field<'_>) -> bool,
    /// Whether the values alone speak for it.
    pub(crate) looks: &'g dyn Fn(&Field<'_>) -> bool,
}

/// Whether the point is decided already, by an answer, by what samples expect or by being open.
pub(crate) fn is_settled(output: &str, decisions: &Decisions<'_>) -> bool {
    is_decided(output, decisions) || decisions.examples.lack(output)
}

/// Whether the point is decided already, by an answer or by being open.
pub(crate) fn is_decided(output: &str, decisions: &Decisions<'_>) -> bool {
    decisions.answers.of(output).is_some()
        || decisions.open.iter().any(|point| point.field.starts_with(output))
}

/// Asks about the fields that could fill the gap. `used` are those that are read for other outputs.
pub(crate) fn ask(
    gap: &Gap<'_>,
    fields: &[Field<'_>],
    used: &[&Field<'_>],
    decisions: &mut Decisions<'_>,
) {
    if is_settled(gap.output, decisions) {
        return;
    }
    let is_used = |field: &Field<'_>| used.iter().any(|own| own.is_at(field));
    let found: Vec<Field<'_>> = fields
        .iter()
        .filter(|field| !field.is_empty() && !is_used(field) && !is_strange(field))
        .filter(|field| gap.could_be(field, decisions.documents))
        .cloned()
        .collect();
    offer(gap.output, gap.prompt, &found, decisions);
}

/// Asks which of the fields it is, if any.
pub(crate) fn offer(
    output: &str,
    prompt: &str,
    found: &[Field<'_>],
    decisions: &mut Decisions<'_>,
) {
    let [first, ..] = found else { return };
    let mut choices = offers(found);
    let mut prompt = prompt.to_owned();
    if choices.is_empty() {
        // What is no plain value cannot be read as it is; a person knows better.
        prompt = format!("{prompt} It seems to stand in {} ({}).", first.place(), first.examples());
    }
    choices.truncate(MOST);
    choices.push(as_shown(LEAVE));
    decisions.ask(output, &prompt, &choices);
}

impl Gap<'_> {
    fn could_be(&self, field: &Field<'_>, documents: &Documents) -> bool {
        let leaf = vocabulary().words(field.path.leaf());
        let holder = vocabulary().words(field.path.parent().leaf());
        let has = |words: &[String], names: &[&str]| {
            words.iter().any(|word| names.contains(&word.as_str()))
        };
        if has(&leaf, self.not) || has(&holder, self.not) {
            return false;
        }
        let is_named = || has(&leaf, self.names) || has(&holder, self.names);
        (self.looks)(field)
            || ((self.fits)(field) && (is_named() || self.is_said(field, documents)))
    }

    /// Whether a sentence says of the field what is said of such fields.
    fn is_said(&self, field: &Field<'_>, documents: &Documents) -> bool {
        documents.about(&field.path).any(|statement| {
            let words = vocabulary().words(&statement.parts_about(&field.path).1);
            self.said.iter().any(|said| words.iter().any(|word| word == said))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::answers::Answers;
    use crate::synth::examples::Examples;
    use crate::synth::scope::{self, Variable};
    use crate::synth::vocabulary::Entity;
    use domain::Document;
    use serde_json::{Value, json};

    /// What is asked about a telephone number, of a place with these fields.
    fn asked(place: &Value, notes: &str) -> Vec<String> {
        let document = Document { name: "notes.md".parse().unwrap(), content: notes.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let (answers, examples) = (Answers::default(), Examples::default());
        let mut decisions = Decisions {
            documents: &documents,
            answers: &answers,
            examples: &examples,
            open: Vec::new(),
            provenance: Vec::new(),
        };
        let fields = scope::fields(&[Variable {
            name: "outlet".to_owned(),
            entity: Entity::Outlet,
            place: String::new(),
            rows: vec![Some(place)],
        }]);
        let gap = Gap {
            output: "contact",
            prompt: "Is it one of these?",
            names: &["bell"],
            not: &["fax"],
            said: &["call"],
            fits: &|field| field.all(Value::is_string),
            looks: &|field| field.all(|v| v.as_str().is_some_and(|t| t.starts_with('+'))),
        };
        ask(&gap, &fields, &[], &mut decisions);
        let choices = decisions.open.into_iter().flat_map(|point| point.choices);
        choices.map(|choice| choice.value).filter(|value| value != LEAVE).collect()
    }

    #[test]
    fn a_word_a_look_or_a_mention_makes_one_wonder() {
        assert_eq!(asked(&json!({"door_bell": "123"}), ""), ["door_bell"]);
        assert_eq!(asked(&json!({"x": "+353 21 555"}), ""), ["x"]);
        assert_eq!(asked(&json!({"x": "123"}), "`x` is what to call."), ["x"]);
    }

    #[test]
    fn what_is_another_s_or_empty_or_of_another_kind_is_passed_over() {
        for place in [
            json!({"x": "123"}),
            json!({"door_bell": 1}),
            json!({"door_bell": ""}),
            json!({"fax": "+353 21 555"}),
            json!({"owner": {"x": "+353 21 555"}}),
        ] {
            assert_eq!(asked(&place, ""), Vec::<String>::new(), "{place}");
        }
    }
}
