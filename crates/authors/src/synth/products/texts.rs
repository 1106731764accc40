//! The name and the description of a product.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement};
use crate::synth::matching::{Candidate, Decisions, Want, Wanted, as_shown, name_score, offers};
use crate::synth::scope::{self, Field};
use crate::synth::vocabulary::vocabulary;

const NAME: Wanted =
    Wanted { output: "products[].name", names: "name", said: &["name", "title"], required: true };
pub(super) const DESCRIPTION: Wanted = Wanted {
    output: "products[].description",
    names: "description",
    said: &["description", "describe", "text for customer", "text for guest", "text for shopper"],
    required: false,
};

static WITHOUT_TAGS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"without (?:the |its |any |html )*(?:tags?|html|mark-?up)|(?:strip|remove|drop)\w* (?:the |its |all |any |html )*(?:tags?|html|mark-?up)|(?:tags?|html|mark-?up),? (?:which |that )?(?:is |are |has to be |have to be |must be |should be |to be |needs? to be )?(?:stripped|removed|dropped)|(?:free|cleaned|clean) of (?:tags?|html|mark-?up)|as plain text",
    )
});

/// The point about the tags in a description.
const TAGS: &str = "products[].description (tags)";
/// A text with tags in it, rather than one that speaks of less and more.
static MARKED_UP: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)</[a-z][a-z0-9]*\s*>|<(?:br|hr|p|img)\b[^>]*>"));

/// What is said of a text with tags in it.
static TAGGED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bhtml\b"));
/// What is said of one without, and of tags that are wanted.
static UNTOUCHED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:no|not|never|free of|without)\b[^.;`]{0,20}\bhtml\b|\b(?:keep|kept|keeps|render(?:ed|s)?|unchanged|as (?:it|they) (?:is|are|stands?)|allowed|supported)\b",
    )
});

/// The name and the description: one text is not taken for both. `besides` are the fields of variants and
/// of what stands apart.
pub(super) fn find<'a>(
    fields: &[Field<'a>],
    of_variant: &[Field<'a>],
    besides: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> (Option<Field<'a>>, Option<Field<'a>>) {
    let is_text = |field: &Field<'_>| field.all(Value::is_string);
    let is_name = |field: &Field<'_>| field.is_always_there() && is_text(field);
    let mut descriptions = decisions.rank(&DESCRIPTION, fields, is_text);
    if !fields.iter().any(|field| name_score(field, DESCRIPTION.names) > 0.0) {
        // Where products have none, their variants may, or what stands apart by their ids.
        descriptions.extend(decisions.rank(&DESCRIPTION, besides, is_text));
    }
    prefer_filled(&mut descriptions);
    let wants = [
        Want { wanted: &NAME, ranked: decisions.rank(&NAME, fields, is_name), fits: &is_name },
        Want { wanted: &DESCRIPTION, ranked: descriptions, fits: &is_text },
    ];
    let all: Vec<Field<'a>> = fields.iter().chain(besides).cloned().collect();
    let mut chosen = decisions.assign(&wants, &all).into_iter();
    let name = chosen.next().flatten().map(|name| translated(name, fields, decisions));
    let name =
        name.and_then(|name| of_what_is_sold(name, fields, of_variant.is_empty(), decisions));
    (name, chosen.next().flatten())
}

/// The translated text that is called a name, where what was chosen is only called like one: the `name`
/// among translations beside a `model`.
fn translated<'a>(
    name: Field<'a>,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Field<'a> {
    const CLEAR: [&str; 2] = ["name", "title"];
    let is_clear = |field: &Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        matches!(words.as_slice(), [only] if CLEAR.contains(&only.as_str()))
    };
    if is_clear(&name) || decisions.is_given(NAME.output) || decisions.told(&NAME, &name) > 0.0 {
        return name;
    }
    let is_better = |field: &&Field<'a>| {
        is_clear(field)
            && scope::is_translation(field, fields)
            && field.is_always_there()
            && field.all(Value::is_string)
    };
    let Some(better) = fields.iter().find(is_better).cloned() else { return name };
    decisions.record_instead(NAME.output, &better.place(), "it is the translated name", 0.8);
    better
}

/// The name of each record, where that which was chosen is one that several records share and another
/// one is not: what documents say of it, or a person.
fn of_what_is_sold<'a>(
    name: Field<'a>,
    fields: &[Field<'a>],
    is_alone: bool,
    decisions: &mut Decisions<'_>,
) -> Option<Field<'a>> {
    let tells_apart = |field: &Field<'_>| {
        let mut seen = BTreeSet::new();
        field.filled().filter_map(Value::as_str).all(|text| seen.insert(text))
    };
    let is_fuller = |field: &&Field<'a>| {
        field.is_beside(&name)
            && field.path != name.path
            && field.is_always_there()
            && field.all(Value::is_string)
            && vocabulary().words(field.path.leaf()).last().is_some_and(|word| word == "name")
            && tells_apart(field)
            && begins_with(field, &name)
    };
    if !is_alone || decisions.is_given(NAME.output) || tells_apart(&name) {
        return Some(name);
    }
    let Some(fuller) = fields.iter().find(is_fuller).cloned() else { return Some(name) };
    if decisions.told(&NAME, &fuller) > 0.0 {
        let reason = "the documents say that it is the name, and it tells the records apart";
        decisions.record_instead(NAME.output, &fuller.place(), reason, 0.9);
        return Some(fuller);
    }
    let prompt = "Several records share the first of these names, and the second tells them apart. Which one do guests see?";
    decisions.ask(NAME.output, prompt, &offers(&[name, fuller]));
    None
}

/// Whether each text begins with the other one of its record.
fn begins_with(whole: &Field<'_>, part: &Field<'_>) -> bool {
    let mut pairs = whole.values.iter().zip(part.values.iter());
    pairs.all(|(whole, part)| {
        let [whole, part] =
            [*whole, *part].map(|value| value.and_then(Value::as_str).unwrap_or_default());
        whole.starts_with(part)
    })
}

/// How a description is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    Html,
    /// A document of EditorJS as JSON in a text: the texts of its blocks.
    Blocks,
}

/// The point about a description that is JSON.
const JSON: &str = "products[].description (form)";

/// How a description is written; other JSON in a text is asked about.
pub(super) fn form(field: &Field<'_>, decisions: &mut Decisions<'_>) -> Form {
    let parsed = |value: &Value| {
        let text = value.as_str().filter(|text| text.trim_start().starts_with('{'))?;
        serde_json::from_str::<Value>(text).ok().filter(Value::is_object)
    };
    let all: Vec<Value> = field.filled().filter_map(parsed).collect();
    if all.is_empty() {
        return if is_html(field, decisions) { Form::Html } else { Form::Plain };
    }
    let has_blocks = |document: &Value| {
        let blocks = document.get("blocks").and_then(Value::as_array);
        blocks.is_some_and(|blocks| blocks.iter().any(|own| own.pointer("/data/text").is_some()))
    };
    if all.iter().all(has_blocks) {
        return Form::Blocks;
    }
    if decisions.answers.of(JSON).is_none() {
        let prompt = format!("{} holds JSON. Which part of it is the text?", field.place());
        decisions.ask(JSON, &prompt, &[as_shown("take it as it stands")]);
    }
    Form::Plain
}

/// Whether a text's tags are left out: as the samples expect it, else where documents say in the
/// paragraph that names it that they should be, or that it is HTML, as its name may say too: the
/// contract wants a text. Of tags that nobody speaks of a person says what becomes of them.
fn is_html(field: &Field<'_>, decisions: &mut Decisions<'_>) -> bool {
    let documents = decisions.documents;
    if let Some(is_expected) = decisions.examples.is_without_tags(DESCRIPTION.output, field) {
        return is_expected;
    }
    if is_said_to_be_html(field, documents) {
        return true;
    }
    let is_tagged =
        || field.filled().any(|value| value.as_str().is_some_and(|text| MARKED_UP.is_match(text)));
    let is_untouched =
        || documents.about(&field.path).any(|own| UNTOUCHED.is_match(&own.said_of(&field.path)));
    if !is_tagged() || is_untouched() {
        return false;
    }
    if vocabulary().words(field.path.leaf()).iter().any(|word| word == "html") {
        return true;
    }
    if let Some(answer) = decisions.answers.of(TAGS) {
        let text = answer.text().to_lowercase();
        if ["without", "leave", "strip", "remove", "drop", "plain"]
            .iter()
            .any(|cue| text.contains(cue))
        {
            return true;
        }
        if ["keep", "as it is", "as they are", "html"].iter().any(|cue| text.contains(cue)) {
            return false;
        }
    }
    let prompt = format!("{} has tags of HTML in it. What becomes of them?", field.place());
    let choices = ["leave the tags out", "keep the tags"].map(as_shown);
    decisions.ask(TAGS, &prompt, &choices);
    false
}

/// Whether documents say in the paragraph that names a text that its tags are left out, or that it is
/// HTML.
fn is_said_to_be_html(field: &Field<'_>, documents: &Documents) -> bool {
    let asked = |block: usize| {
        let mut all = documents.statements.iter().filter(|own| own.block == block);
        all.any(|own| WITHOUT_TAGS.is_match(&own.lower))
    };
    // Where no sentence names it in marks, one that calls descriptions by their word does.
    let leaf = vocabulary().words(field.path.leaf());
    let speaks = |statement: &Statement| {
        statement.terms.is_empty()
            && leaf.iter().any(|word| word == "description" || word == "text")
            && leaf.iter().all(|word| statement.has_word(word))
            && asked(statement.block)
    };
    let is_tagged = |statement: &Statement| {
        let said = statement.said_of(&field.path);
        TAGGED.is_match(&said) && !UNTOUCHED.is_match(&said)
    };
    documents.about(&field.path).any(|own| asked(own.block) || is_tagged(own))
        || documents.statements.iter().any(speaks)
}

/// Where shops write one of several descriptions alone, the others are empty and no source, unless
/// documents name one.
fn prefer_filled(ranked: &mut Vec<Candidate<'_>>) {
    const CLEAR: f64 = 0.5;
    let is_clear = |field: &Field<'_>| {
        name_score(field, DESCRIPTION.names) > CLEAR
            && field.words().iter().any(|word| word == "description")
    };
    if ranked.iter().any(|known| !known.field.is_empty() && is_clear(&known.field)) {
        ranked.retain(|known| !known.field.is_empty() || !known.is_by_name());
    }
}
