//! Answers to the reading's questions that the samples' expected outputs give.
//!
//! What a person would be asked is first tried: an answer is right when the script that it leads to
//! reproduces what is expected, and no other answer leads to another script that does.

use domain::{Brief, ClarificationRound, FieldSource, OpenPoint, Question, Timestamp, Topic};
use serde_json::{Map, Value};

/// Combinations of answers to one question that are tried.
const MAX_COMBINED: usize = 8;
/// Values of a field that say enough to be found by themselves.
const MIN_TELLING: usize = 3;

/// So many records tell apart any two fields.
const MANY: usize = 500;
/// Beginnings of the words for how an order ends before its time.
const ENDED: [&str; 5] = ["cancel", "reject", "refus", "declin", "abort"];

/// What the expected outputs say of a field.
const REASON: &str = "it gives the expected value on every record";
/// What a reading says of a field that was answered.
const CHOSEN: [&str; 2] = ["a person chose it", "a person named this source"];

/// Whether every sample says what is expected.
pub(super) fn all_expected(brief: &Brief) -> bool {
    !brief.samples.is_empty() && brief.samples.iter().all(|sample| sample.expected.is_some())
}

/// The field without what tells apart several questions about it.
fn bare(field: &str) -> &str {
    field.split(" (").next().unwrap_or(field).trim_end_matches("[]")
}

fn is_same(known: &str, field: &str) -> bool {
    let (known, field) = (known.trim_end_matches("[]"), field.trim_end_matches("[]"));
    let known = known.strip_prefix("outlets[].").unwrap_or(known);
    known == field.strip_prefix("outlets[].").unwrap_or(field)
}

/// What stands at a path such as `products[].price`; a step without a name is no step.
fn at<'v>(start: Vec<&'v Value>, path: &str) -> Vec<&'v Value> {
    path.split('.').filter(|step| !step.is_empty()).fold(start, |found, step| {
        let inner = found.into_iter().filter_map(|value| value.get(step.trim_end_matches("[]")));
        if step.ends_with("[]") {
            inner.filter_map(Value::as_array).flatten().collect()
        } else {
            inner.collect()
        }
    })
}

/// The expected values of a field such as `products[].price`.
fn values<'v>(brief: &'v Brief, field: &str) -> Vec<&'v Value> {
    at(brief.samples.iter().filter_map(|sample| sample.expected.as_ref()).collect(), field)
}

/// Whether a field that gives these values is hardly another than the one meant.
fn are_telling(values: &[&Value]) -> bool {
    let is_telling = |value: &&&Value| match value {
        Value::String(text) => text.len() >= 3,
        Value::Number(number) => number.as_f64().is_some_and(|n| n.fract() != 0.0 || n >= 10.0),
        _ => false,
    };
    let mut known: Vec<&Value> = values.iter().filter(is_telling).copied().collect();
    known.sort_by_key(ToString::to_string);
    known.dedup();
    known.len() >= MIN_TELLING
}

/// What can be answered to one point: what the values alone lead to, or else each choice where the
/// expected values can tell them apart.
fn replies(brief: &Brief, point: &OpenPoint, known: &[FieldSource]) -> Vec<String> {
    let letter = |index: usize| {
        let index = u8::try_from(index).ok().filter(|index| *index < 26)?;
        Some(char::from(b'a' + index).to_string())
    };
    // A list of texts is known by the list and by its texts, which are what is asked for.
    let found = known.iter().rev().find(|known| is_same(&known.field, &point.field));
    let choice =
        |known: &FieldSource| point.choices.iter().position(|choice| choice.value == known.source);
    // What no expected output has, one answer gives as well as the next.
    if values(brief, bare(&point.field)).is_empty() {
        return found.and_then(choice).and_then(letter).into_iter().collect();
    }
    if let Some(known) = found {
        let chosen = choice(known);
        return vec![chosen.and_then(letter).unwrap_or_else(|| known.source.clone())];
    }
    // One word of a status may come out right by chance.
    let is_structure =
        point.field.contains(" (") || (!point.field.contains('.') && point.field != "status");
    if is_structure || are_telling(&values(brief, bare(&point.field))) {
        return (0..point.choices.len()).filter_map(letter).collect();
    }
    Vec::new()
}

/// Whether of each open point one of the choices is what is known: what only the values tell apart
/// is no choice that they leave.
pub(super) fn is_choice_of(question: &Question, known: &[FieldSource]) -> bool {
    !question.points.is_empty()
        && question.points.iter().all(|point| {
            let known = known.iter().rev().find(|known| is_same(&known.field, &point.field));
            known.is_some_and(|known| {
                point.choices.iter().any(|choice| choice.value == known.source)
            })
        })
}

/// What of a question is about fields that no expected output has: the samples lack what would show
/// where they stand. Nothing where some sample has no output.
pub(super) fn unshown(brief: &Brief, asked: Question) -> Option<Question> {
    if !all_expected(brief) {
        return None;
    }
    let mut points = asked.points;
    points.retain(|point| values(brief, bare(&point.field)).is_empty());
    (!points.is_empty()).then_some(Question { points, ..asked })
}

/// Every round of answers that is worth a try.
pub(super) fn rounds(
    brief: &Brief,
    question: &Question,
    known: &[FieldSource],
) -> Vec<ClarificationRound> {
    let mut combined: Vec<Vec<String>> = vec![Vec::new()];
    let mut points = Vec::new();
    for point in &question.points {
        let replies = replies(brief, point, known);
        if replies.is_empty() {
            continue;
        }
        // A reading asks for the elements of a list, and is answered about the list.
        let field = point.field.trim_end_matches("[]").to_owned();
        points.push(OpenPoint { field, ..point.clone() });
        combined = combined
            .iter()
            .flat_map(|before| {
                replies.iter().map(move |reply| {
                    before.iter().chain(std::iter::once(reply)).cloned().collect::<Vec<String>>()
                })
            })
            .collect();
    }
    if points.is_empty() || combined.len() > MAX_COMBINED {
        return Vec::new();
    }
    let response = |replies: Vec<String>| match replies.as_slice() {
        [only] => only.clone(),
        all => {
            let lines = all.iter().zip(1..).map(|(reply, number)| format!("{number}: {reply}\n"));
            lines.collect()
        }
    };
    combined
        .into_iter()
        .map(|replies| ClarificationRound {
            question: Question { text: question.text.clone(), points: points.clone() },
            asked_at: Timestamp::UNIX_EPOCH,
            response: Some(response(replies)),
            answered_at: None,
        })
        .collect()
}

/// Whether a question comes back to what was answered: the answer did not help.
pub(super) fn asks_again(question: &Question, rounds: &[ClarificationRound]) -> bool {
    let mut answered = rounds.iter().flat_map(|round| &round.question.points);
    question.points.is_empty()
        || answered
            .any(|known| question.points.iter().any(|point| is_same(&point.field, &known.field)))
}

/// A question about the fields that a failure names and whose place the values alone lead to.
pub(super) fn about(failure: &str, known: &[FieldSource], used: &[FieldSource]) -> Question {
    let is_named = |known: &&FieldSource| {
        let leaf = known.field.rsplit('.').next().unwrap_or_default();
        failure.contains(&format!("{leaf}: "))
    };
    let is_new = |known: &&FieldSource| {
        !used
            .iter()
            .any(|own| is_same(bare(&own.field), &known.field) && own.source == known.source)
    };
    let points = known.iter().filter(is_named).filter(is_new).map(|known| OpenPoint {
        field: known.field.strip_prefix("outlets[].").unwrap_or(&known.field).to_owned(),
        prompt: String::new(),
        choices: Vec::new(),
    });
    Question { text: String::new(), points: points.collect() }
}

/// Whether the samples are so many records that no two fields are equal on all of them by chance.
pub(super) fn is_large(brief: &Brief) -> bool {
    let lists = brief.samples.iter().filter_map(|sample| sample.expected.as_ref()?.as_object());
    let longest =
        lists.flat_map(|output| output.values().filter_map(Value::as_array).map(Vec::len));
    longest.max().unwrap_or_default() > MANY
}

/// Fields of the payload that are called just as an output field which a script reads from another
/// one beside them, where neither documents nor a person named that.
pub(super) fn namesakes(brief: &Brief, used: &[FieldSource]) -> Vec<FieldSource> {
    let is_told =
        |own: &FieldSource| own.reason.contains("documents say") || own.reason.contains("a person");
    used.iter()
        .filter(|own| !is_told(own))
        .filter_map(|own| {
            let (parent, key) = own.source.rsplit_once('.')?;
            let leaf = bare(&own.field).rsplit('.').next()?.to_owned();
            let payloads = brief.samples.iter().filter_map(|sample| sample.payload.as_ref());
            let beside = at(payloads.collect(), &format!("{parent}."));
            let mut keys =
                beside.iter().filter_map(|record| record.as_object()).flat_map(Map::keys);
            let namesake = keys.find(|other| other.eq_ignore_ascii_case(&leaf))?;
            (namesake != key).then(|| FieldSource {
                source: format!("{parent}.{namesake}"),
                runner_up: own.source.clone(),
                ..own.clone()
            })
        })
        .collect()
}

/// The place of the reason where no sample has one: the field that holds nothing in them and of
/// which the documents say that it is about what ended an order.
pub(super) fn reason(brief: &Brief, used: &[FieldSource]) -> Option<FieldSource> {
    let is_there = |name: &str| used.iter().any(|own| own.field == name);
    let is_expected = !values(brief, "reason").is_empty();
    if brief.topic != Topic::OrderStatusUpdate || is_there("reason") || is_expected {
        return None;
    }
    let is_about = |key: &str| {
        let named = format!("`{key}`");
        let sentences =
            brief.documents.iter().flat_map(|document| document.content.split(['\n', ';']));
        sentences.flat_map(|line| line.split(". ")).any(|sentence| {
            let text = sentence.to_lowercase();
            sentence.contains(&named) && ENDED.iter().any(|word| text.contains(word))
        })
    };
    let mut found: Vec<String> = Vec::new();
    for payload in brief.samples.iter().filter_map(|sample| sample.payload.as_ref()) {
        empty_fields(payload, "", &mut found);
    }
    found.retain(|path| is_about(path.rsplit('.').next().unwrap_or(path)));
    found.dedup();
    let [only] = found.as_slice() else { return None };
    Some(FieldSource {
        field: "reason".to_owned(),
        source: only.clone(),
        reason: "the documents say what it is about".to_owned(),
        confidence: 0.8,
        runner_up: String::new(),
    })
}

fn empty_fields(value: &Value, path: &str, found: &mut Vec<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let place = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match inner {
            Value::Null => found.push(place),
            Value::String(text) if text.is_empty() => found.push(place),
            inner => empty_fields(inner, &place, found),
        }
    }
}

/// A question about such fields.
pub(super) fn rivals(known: &[FieldSource]) -> Question {
    let points = known.iter().map(|known| OpenPoint {
        field: known.field.clone(),
        prompt: String::new(),
        choices: Vec::new(),
    });
    Question { points: points.collect(), text: String::new() }
}

/// Says of the fields that nobody was asked about what decided them.
pub(super) fn with_reasons(
    mut provenance: Vec<FieldSource>,
    rounds: &[ClarificationRound],
) -> Vec<FieldSource> {
    let tried = |field: &str| {
        let mut points = rounds.iter().flat_map(|round| &round.question.points);
        points.any(|point| is_same(bare(&point.field), bare(field)))
    };
    for known in provenance.iter_mut().filter(|known| tried(&known.field)) {
        if CHOSEN.contains(&known.reason.as_str()) {
            REASON.clone_into(&mut known.reason);
            known.confidence = 0.9;
        }
    }
    provenance
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Choice;
    use serde_json::json;

    fn brief(topic: &str, payload: &Value, expected: &Value, document: &str) -> Brief {
        let document = domain::Document {
            name: "notes".parse().expect("a name"),
            content: document.to_owned(),
        };
        let sample = json!({"name": "one", "payload": payload, "expected": expected});
        Brief {
            documents: vec![document],
            ..Brief::of(
                "quaytill".parse().expect("a slug"),
                topic.parse().expect("a topic"),
                vec![serde_json::from_value(sample).expect("a sample")],
            )
        }
    }

    fn source(field: &str, place: &str) -> FieldSource {
        FieldSource {
            field: field.to_owned(),
            source: place.to_owned(),
            reason: "it gives what the samples expect".to_owned(),
            confidence: 0.9,
            runner_up: String::new(),
        }
    }

    fn asked(field: &str, choices: &[&str]) -> Question {
        let choice = |value: &&str| Choice { value: (*value).to_owned(), label: String::new() };
        let choices = choices.iter().map(choice).collect();
        let point = OpenPoint { field: field.to_owned(), prompt: String::new(), choices };
        Question { text: String::new(), points: vec![point] }
    }

    fn responses(brief: &Brief, question: &Question, known: &[FieldSource]) -> Vec<String> {
        rounds(brief, question, known).into_iter().filter_map(|round| round.response).collect()
    }

    #[test]
    fn what_the_values_lead_to_is_the_answer() {
        let brief = brief(
            "sync_products",
            &json!({}),
            &json!({"products": [{"categories": ["Teas"]}]}),
            "",
        );
        let known = [source("products[].categories[]", "wares[].shelf.name")];
        let question = asked("products[].categories[]", &[]);
        assert_eq!(responses(&brief, &question, &known), ["wares[].shelf.name"]);
    }

    #[test]
    fn choices_are_tried_only_where_values_can_tell_them_apart() {
        let products: Vec<Value> = ["Kelp", "Plum", "Rye"]
            .iter()
            .map(|name| json!({"name": name, "isAvailable": true}))
            .collect();
        let brief = brief("sync_products", &json!({}), &json!({"products": products}), "");
        let of = |field: &str| responses(&brief, &asked(field, &["w[].a", "w[].b"]), &[]);
        assert_eq!(of("products[].name"), ["a", "b"]);
        assert_eq!(of("products"), ["a", "b"]);
        assert!(of("products[].isAvailable").is_empty());
    }

    #[test]
    fn a_field_called_just_like_the_output_s_is_tried_in_its_neighbour_s_stead() {
        let payload = json!({"wares": [{"FromPrice": 2, "Price": 2}]});
        let brief = brief("sync_products", &payload, &json!({"products": []}), "");
        let found = namesakes(&brief, &[source("products[].price", "wares[].FromPrice")]);
        let places: Vec<&str> = found.iter().map(|known| known.source.as_str()).collect();
        assert_eq!(places, ["wares[].Price"]);
        assert!(namesakes(&brief, &[source("products[].price", "wares[].Price")]).is_empty());
    }

    #[test]
    fn an_empty_field_is_the_reason_only_where_documents_say_so() {
        let payload = json!({"state": "open", "remark": "", "hint": ""});
        let told = "`remark` explains why an order was cancelled. `hint` is for the kitchen.";
        let expected = json!({"status": "accepted"});
        let of = |document: &str| {
            reason(&brief("order_status_update", &payload, &expected, document), &[])
        };
        assert_eq!(of(told).map(|known| known.source).as_deref(), Some("remark"));
        assert!(of("`hint` is for the kitchen.").is_none());
    }
}
