//! Lists of ids that stand apart from the products and say which of them can be ordered:
//! `unavailable_ids`, `sold_out_items`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::polarity::is_no;
use super::{ABOUT_SALE, ELSEWHERE, OUTPUT, UNSOLD};
use crate::js;
use crate::pattern::pattern;
use crate::synth::collections::Collection;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::id_text;
use crate::synth::matching::{Decisions, NAME_FITS, as_shown};
use crate::synth::path::{Path, Step};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

mod found;
mod sense;
mod spoken;

use found::{Besides, Form, Found};
use sense::Sense;

const OFF: &str = "what it lists cannot be ordered";
const ON: &str = "only what it lists can be ordered";
const LEAVE: &str = "leave it out";

/// What documents say of a list of all that can be ordered.
static OTHERS_NOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bonly (?:these|those|the|what|items|products|dishes)\b|(?:everything else|anything else|all others|the (?:rest|others)|other (?:items|products|dishes)|not (?:in|on) (?:it|this list|the list|them)|missing (?:from|in|here))",
    )
});
static DISMISSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"not used|unused|ignore|irrelevant|history|yesterday|no (?:effect|bearing|meaning)")
});
/// What is said of parts: they cannot be ordered alone, which says nothing of their sale.
static ON_ITS_OWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:is|are|can|may|cannot|will|do|does)\s+)?(?:not|never|only)?\s*(?:be )?(?:sold|ordered|bought|offered|available)[^.;`]{0,20}\b(?:on (?:its|their) own|by itself|by themselves|alone|separately|as (?:part|options?|choices?|modifiers?)|within|with an?)\b",
    )
});
/// What documents say of an amount that is left.
static NONE_LEFT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:0|zero|nought|none|nothing)\b|\bleft\b|\bremain"));
static BY_CLOCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bpast\b|\bfuture\b|\bpassed\b|\bexpired?\b|\buntil then\b"));

/// A list that says which products can be ordered.
#[derive(Debug)]
pub(crate) struct Listed<'a> {
    /// The lists whose records hold it, the outermost first, and itself.
    levels: Vec<Path>,
    place: String,
    form: Form,
    /// The product's field that holds what the list names.
    key: Field<'a>,
    sense: Sense,
}

/// The lists that count; `fields` are the product's and its variant's. A list that could be one and
/// is not understood leaves a point open.
pub(crate) fn find<'a>(
    payloads: &[&Value],
    list: &Collection,
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Vec<Listed<'a>> {
    if decisions.examples.lack(OUTPUT) {
        return Vec::new();
    }
    let keys: Vec<&Field<'a>> = fields.iter().filter(|field| is_key(field)).collect();
    let mut listed = Vec::new();
    for found in found::all(payloads, list) {
        let point = format!("{OUTPUT} ({})", found.place);
        let said = spoken::of(&found, decisions)
            .map(|text| ON_ITS_OWN.replace_all(&text, "is a part").into_owned());
        let is_other = |text: &String| ELSEWHERE.is_match(text) || DISMISSED.is_match(text);
        let is_told = said.as_ref().is_some_and(|text| {
            (ABOUT_SALE.is_match(text) && is_no(text)) || UNSOLD.is_match(text)
        });
        // What stands in other records is theirs, where its name says nothing of a sale.
        let is_silent = found.sense.is_none() && !is_told;
        if said.as_ref().is_some_and(is_other) || is_silent {
            continue;
        }
        let named = named(&found, &keys, payloads);
        // What names nothing of the products, such as categories or outlets, is none of theirs.
        if named.is_empty() {
            continue;
        }
        let answer = decisions.answers.of(&point);
        if answer.is_some_and(|answer| answer.is_nothing() || answer.names(LEAVE)) {
            continue;
        }
        let sense = match (answer, found.sense) {
            (Some(answer), _) if answer.names(OFF) => Some(Sense::Off),
            (Some(answer), _) if answer.names(ON) => Some(Sense::On),
            (_, Some(Sense::On)) => {
                said.as_ref().filter(|text| OTHERS_NOT.is_match(text)).map(|_| Sense::On)
            }
            (_, Some(Sense::Off) | None) => Some(Sense::Off),
        };
        let by_answer =
            named.iter().find(|key| answer.is_some_and(|answer| answer.names(&key.place())));
        let key = by_answer.or_else(|| named.first().filter(|_| named.len() == 1));
        // A product's own parts say no more where no product has several.
        let is_whole =
            || is_told && found.besides == Besides::Parts && key.is_some_and(|k| is_once(k));
        let is_clear =
            (found.is_plain || is_plain_but_for_amounts(&found, decisions) || is_whole())
                && !said.as_ref().is_some_and(|text| BY_CLOCK.is_match(text));
        // In one of several records it is that record's, unless it says what cannot be sold at all.
        let is_readable =
            found.levels.len() == 1 || sense == Some(Sense::Off) && (is_told || answer.is_some());
        match (sense, key) {
            (Some(sense), Some(key))
                if is_readable
                    && (is_clear || (answer.is_some() && (found.is_plain || found.has_id))) =>
            {
                let of = format!("{} names {}", found.place, key.place());
                let reason = if answer.is_some() {
                    decisions.answers.reason(&point)
                } else if is_told {
                    "the documents say what it lists".to_owned()
                } else {
                    NAME_FITS.to_owned()
                };
                decisions.record(OUTPUT, &of, &reason, 0.9, "");
                listed.push(Listed {
                    levels: found.levels.clone(),
                    place: found.place.clone(),
                    form: found.form.clone(),
                    key: (*key).clone(),
                    sense,
                });
            }
            (Some(_), None) if is_readable && is_clear => {
                ask_key(&found, &named, &point, decisions);
            }
            _ => ask_sense(&found, &point, decisions),
        }
    }
    listed
}

fn ask_key(found: &Found<'_>, named: &[&Field<'_>], point: &str, decisions: &mut Decisions<'_>) {
    let prompt = format!("{} lists what cannot be ordered. By which field?", found.place);
    let mut choices: Vec<(String, String)> = named
        .iter()
        .map(|key| (key.place(), format!("{} ({})", key.place(), key.examples())))
        .collect();
    choices.push(as_shown(LEAVE));
    decisions.ask(point, &prompt, &choices);
}

fn ask_sense(found: &Found<'_>, point: &str, decisions: &mut Decisions<'_>) {
    let prompt = format!("{} could say which products can be ordered. What does it?", found.place);
    // Within several records it may belong to each of them.
    let has_ids = found.is_plain || found.has_id;
    let readable: &[&str] = match (has_ids, found.levels.len()) {
        (true, 1) => &[OFF, ON],
        (true, _) => &[OFF],
        (false, _) => &[],
    };
    let choices: Vec<(String, String)> = readable
        .iter()
        .chain(&[LEAVE])
        .map(|text| ((*text).to_owned(), (*text).to_owned()))
        .collect();
    decisions.ask(point, &prompt, &choices);
}

/// Whether a field can be what a list names.
fn is_key(field: &Field<'_>) -> bool {
    let is_id = |value: &Value| value.is_string() || value.is_u64();
    let words = vocabulary().words(field.path.leaf());
    let is_called = words.last().is_some_and(|word| {
        matches!(
            word.as_str(),
            "id" | "code"
                | "ref"
                | "reference"
                | "key"
                | "plu"
                | "sku"
                | "number"
                | "uuid"
                | "guid"
        )
    });
    let parent = field.path.parent();
    let is_own =
        parent.is_root() || vocabulary().is_own_container(&vocabulary().words(parent.leaf()));
    let different: BTreeSet<String> = field.filled().map(Value::to_string).collect();
    is_called
        && is_own
        && !field.path.is_in_list()
        && field.is_always_there()
        && field.all(is_id)
        && different.len() * 10 >= field.values.len() * 9
}

/// Whether each row has its own value: each product comes once, whatever its variants.
fn is_once(key: &Field<'_>) -> bool {
    let different: BTreeSet<String> = key.filled().map(Value::to_string).collect();
    different.len() == key.values.len()
}

/// The fields of the product whose values the list holds. Ids of options may stand among them.
fn named<'k, 'a>(
    found: &Found<'_>,
    keys: &[&'k Field<'a>],
    payloads: &[&Value],
) -> Vec<&'k Field<'a>> {
    let ids: BTreeSet<String> = found.ids.iter().cloned().collect();
    let is_named = found::names_product(&found.words);
    if ids.is_empty() {
        let is_of_ids = found.words.last().is_some_and(|word| {
            matches!(word.as_str(), "id" | "code" | "plu" | "sku" | "ref" | "uuid" | "guid")
        });
        let is_telling = found.sense == Some(Sense::Off) && (is_named || is_of_ids);
        return if is_telling && !is_of_others(found) { by_name(found, keys) } else { Vec::new() };
    }
    // Short numbers are the same by chance.
    let is_telling = ids.iter().all(|id| id.len() >= 4 && !id.bytes().all(|b| b.is_ascii_digit()));
    if !is_telling && is_of_others(found) {
        return Vec::new();
    }
    let fitting: Vec<&'k Field<'a>> = keys
        .iter()
        .copied()
        .filter(|key| {
            let own: BTreeSet<String> = key.filled().filter_map(id_text).collect();
            let known = ids.iter().filter(|id| own.contains(*id)).count();
            let others = || {
                let all = found::values_of(payloads, key.path.leaf());
                ids.iter().all(|id| own.contains(id) || all.contains(id))
            };
            known > 0 && (known * 10 >= ids.len() * 7 || others())
        })
        .collect();
    // Two fields with the same values: the list's own name says which, or it makes no difference.
    let by_name = by_name(found, &fitting);
    let all_alike = fitting.iter().all(|key| fitting.iter().all(|o| o.values == key.values));
    match fitting.first() {
        Some(first) if all_alike => vec![*first],
        _ if by_name.len() == 1 => by_name,
        _ => fitting,
    }
}

/// Whether the list is called like one of things that are no products.
fn is_of_others(found: &Found<'_>) -> bool {
    let others = [
        Entity::Group,
        Entity::Option,
        Entity::Category,
        Entity::Outlet,
        Entity::Image,
        Entity::Other,
    ];
    let v = vocabulary();
    !found::names_product(&found.words)
        && others.iter().any(|entity| {
            v.entity_phrases(*entity).any(|phrase| found.words.iter().any(|word| word == phrase))
        })
}

/// The fields that are called like what the list holds: `plu` for `sold_out_plus`, else all.
fn by_name<'k, 'a>(found: &Found<'_>, keys: &[&'k Field<'a>]) -> Vec<&'k Field<'a>> {
    let v = vocabulary();
    let called = |key: &&&'k Field<'a>| {
        let own = v.words(key.path.leaf());
        own.last().is_some_and(|last| found.key_words.last() == Some(last))
    };
    let fitting: Vec<&'k Field<'a>> = keys.iter().filter(called).copied().collect();
    let exact: Vec<&'k Field<'a>> =
        fitting.iter().filter(|key| v.words(key.path.leaf()) == found.key_words).copied().collect();
    match (exact.len(), fitting.len()) {
        (1, _) => exact,
        (_, 0) => keys.to_vec(),
        _ => fitting,
    }
}

/// Whether the listed records have besides nothing but an amount that is left, and documents say that
/// none of a product is left.
fn is_plain_but_for_amounts(found: &Found<'_>, decisions: &Decisions<'_>) -> bool {
    let Form::Records { left: Some(left), .. } = &found.form else { return false };
    let path = Path::default().then(Step::Key(left.clone()));
    found.besides == Besides::Amounts
        && decisions
            .documents
            .about(&path)
            .any(|statement| NONE_LEFT.is_match(&statement.said_of(&path)))
}

/// Writes the sets of ids, before the loops.
pub(crate) fn declare(listed: &[Listed<'_>], script: &mut Script) {
    for (index, one) in listed.iter().enumerate() {
        script.uses_all(&[Helper::Text, Helper::List]);
        script.comment(&format!("{} names what {}", one.place, one.sense.describe()));
        let (read, is_list) = one.read();
        let ids = match &one.form {
            Form::Ids if is_list => format!("{read}.map((id) => text(id))"),
            Form::Ids => format!("[{read} ?? []].flat().map((id) => text(id))"),
            Form::Records { id, left } => {
                let all = if is_list { read } else { format!("list({read})") };
                let gone = left.as_ref().map_or_else(String::new, |left| {
                    format!(".filter((record) => !(record{} > 0))", js::property(left, false))
                });
                format!("{all}{gone}.map((record) => text({}))", id.js("record"))
            }
            Form::Keys if is_list => format!("{read}.flatMap((held) => Object.keys(held))"),
            Form::Keys => format!("Object.keys({read} ?? {{}})"),
        };
        script.line(format!("const {} = new Set({ids});", one.variable(index)));
    }
}

/// The conditions for a product to be ordered.
pub(super) fn reads(listed: &[Listed<'_>], script: &mut Script) -> Vec<String> {
    if !listed.is_empty() {
        script.uses(Helper::Text);
    }
    let each = listed.iter().enumerate();
    each.map(|(index, one)| {
        let has = format!("{}.has(text({}))", one.variable(index), one.key.js());
        match one.sense {
            Sense::Off => format!("!{has}"),
            Sense::On => has,
        }
    })
    .collect()
}

impl Listed<'_> {
    fn variable(&self, index: usize) -> String {
        let name = match self.sense {
            Sense::Off => "offSale",
            Sense::On => "onSale",
        };
        if index == 0 { name.to_owned() } else { format!("{name}{}", index + 1) }
    }

    pub(super) fn place(&self) -> String {
        self.place.clone()
    }

    /// The expression that reads it, and whether that is all elements of several such lists.
    fn read(&self) -> (String, bool) {
        let Some((last, above)) = self.levels.split_last() else { return (String::new(), false) };
        let mut held: Option<String> = None;
        for level in above {
            let all = held.map_or_else(
                || format!("list({})", level.js("payload")),
                |held| format!("{held}.flatMap((held) => list({}))", level.js("held")),
            );
            held = Some(all);
        }
        let Some(held) = held else { return (last.js("payload"), false) };
        let inner = last.js("held");
        let read = match &self.form {
            Form::Keys => format!("{held}.map((held) => {inner} ?? {{}})"),
            Form::Ids | Form::Records { .. } => format!("{held}.flatMap((held) => {inner} ?? [])"),
        };
        (read, true)
    }
}
