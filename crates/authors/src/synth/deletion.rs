//! Records that are marked as deleted, or as none that is sold.

use std::sync::LazyLock;

use regex::Regex;

use super::documents::{Documents, Statement, term_names};
use super::emit::{Helper, Script};
use super::matching::name_score;
use super::products::availability;
use super::scope::Field;
use super::vocabulary::{Entity, vocabulary};
use crate::js;
use crate::pattern::pattern;

/// Where a record says that it is deleted.
#[derive(Debug, Clone)]
pub(crate) struct Mark {
    /// The condition for the mark.
    pub(crate) js: String,
    pub(crate) place: String,
    /// The fields that it reads.
    pub(crate) places: Vec<String>,
    /// What the condition calls.
    pub(crate) helpers: Vec<Helper>,
}

pub(crate) static LEFT_OUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"left out|leave (?:it|them|these|those) out|was removed|is removed|was deleted|were removed|(?:is|are) deleted|are removed|have been (?:deleted|removed)|not be offered|(?:isn['’]t|aren['’]t|is not|are not|never) asked\b|not offered (?:with|to)\b|must not be (?:listed|shown|synced)|skip|gone for good|\b(?:is|are) gone\b|no longer exist|(?:be|are|is) ignored|should ignore|erased|for old (?:receipts|orders)|withdrawn from (?:the )?(?:menu|sale|range)|deleted from|has been deleted|were deleted|only holds? (?:its|the|their) variants\b|dado de baja|gelöscht|supprimé|eliminad[oa]|verwijderd|eliminat",
    )
});

/// What is said of records that are sold with others only: left out of the products, they stay choices.
pub(crate) static NOT_ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?:is|are) (?:not|never)|cannot be|can['’]t be|never) (?:sold|ordered|bought)(?:(?: by)? (?:itself|themselves)| alone| separately| on (?:its|their) own)\b",
    )
});

/// What a flag or a time that is set means in a word: `x` true: deleted.
static DELETED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:(?:is |= ?)?(?:true|1|yes|set))?\s*(?::|=|means)\s*(?:it (?:was|is) )?(?:deleted|erased|removed)\b",
    )
});

/// A flag that deleting sets: deleting a record sets `x` to true, `x` is set once it was deleted.
static SET_BY_DELETING: LazyLock<[Regex; 3]> = LazyLock::new(|| {
    [
        r"\b(?:delet(?:ing|ion)|remov(?:ing|al)|erasing)(?: of)?(?: (?:an?|the|any|its?))?(?P<what> \w+)? (?:sets?|turns?|switches|marks?|flags?|flips|puts?|makes?|leaves?)\b[^.;§]{0,20}§(?P<to>[^.;,]*)",
        r"\b(?:when|once|if|after|as soon as)(?: (?:an?|the|any))?(?P<what> \w+) (?:is|was|has been|gets) (?:deleted|removed|erased)\b[^.;§]{0,20}§ (?:is|becomes|turns|gets|goes)(?P<to>[^.;,]*)",
        r"§ (?:is|becomes|turns|gets|goes)(?P<to>[^.;,]{0,20}) (?:when|once|if|after|on|by) (?:(?:an?|the|any) )?(?:(?:deleting|deletion)\b|(?P<what>\w+) (?:is|was|has been|gets) (?:deleted|removed|erased)\b)",
    ]
    .map(pattern)
});
/// What such a flag is set to when it is off.
static TO_OFF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:false|0|no|off|unset|cleared|null|empty)\b|\bnot\b"));

/// Whether a sentence says that deleting a record, and not a part of it, sets the field.
fn is_set_by_deleting(statement: &Statement, field: &Field<'_>) -> bool {
    let Some(text) = availability::marked(&statement.lower, field) else { return false };
    SET_BY_DELETING.iter().filter_map(|said| said.captures(&text)).any(|found| {
        let text = |name: &str| found.name(name).map(|own| own.as_str().trim());
        let is_record = text("what").is_none_or(|what| {
            matches!(what, "it" | "one" | "something" | "record" | "entry" | "row")
                || is_called(what, field)
        });
        is_record && text("to").is_none_or(|to| !TO_OFF.is_match(to))
    })
}

/// The same said of groups or options, for which the contract has no flag.
static NOT_OFFERED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:is not|are not|isn['’]t|aren['’]t|not|cannot be|can['’]t be) (?:be )?(?:offered|shown|chosen|picked|selected|displayed)\b",
    )
});

/// That such records are kept all the same: not offered now, but still a place of the account.
static STAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bbut (?:it |they )?(?:is |are )?still (?:an?|one|part)\b|\bbut (?:[a-z]+ ){0,3}(?:remains?|stays?) (?:an?|one|part|in)\b",
    )
});

/// Whether what is said of a field's records is that they are sold with others only: so is every option.
fn is_not_alone(said: &str, field: &Field<'_>) -> bool {
    field.variable != "option" && NOT_ALONE.is_match(said)
}

/// Whether a flag says that something has to be chosen: a group that may be skipped is no record that is
/// left out.
fn is_of_choosing(field: &Field<'_>) -> bool {
    const WORDS: [&str; 6] =
        ["required", "require", "mandatory", "optional", "obligatory", "forced"];
    let words = vocabulary().words(field.path.leaf());
    field.entity == Entity::Group && words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// Whether what is said of a field's records is that they are left out.
fn leaves_out(said: &str, field: &Field<'_>) -> bool {
    let is_part = matches!(field.entity, Entity::Group | Entity::Option);
    !STAYS.is_match(said)
        && (is_not_alone(said, field)
            || LEFT_OUT.is_match(said)
            || DELETED.is_match(said)
            || is_part && NOT_OFFERED.is_match(said))
}

static FALSE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^\s*(?:is |= ?|== ?|set to )?["'`]?(?:false|0|no)\b["'`]?(.*)$"#));

/// Nought after a flag: the flag is off.
static OFF: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^\s*(?:is |= ?|== ?|set to )?["'`]?0\b"#));

/// The mark of the variable's records, if they have one: by name, or because documents say that
/// records which carry it are left out.
pub(crate) fn mark(fields: &[Field<'_>], variable: &str, documents: &Documents) -> Option<Mark> {
    let marks: Vec<&Field<'_>> = fields
        .iter()
        .filter(|field| field.variable == variable && is_of_record(field))
        .filter(|field| field.all(|value| !value.is_object() && !value.is_array()))
        .filter(|field| name_score(field, "deleted") > 0.5 || is_documented(field, documents))
        .collect();
    let by_word = fields.iter().filter(|field| field.variable == variable).filter_map(|field| {
        let words = availability::removed(field, documents);
        let list: Vec<String> = words.iter().map(|word| js::text(word)).collect();
        let condition = format!("[{}].includes({})", list.join(", "), field.js());
        (!words.is_empty()).then(|| (field.place(), condition, Vec::new()))
    });
    let by_absence = fields
        .iter()
        .filter(|field| field.variable == variable && is_documented_false(field, documents))
        .map(|field| {
            let condition = format!("flag({}, {}) === false", field.js(), js::text(&field.place()));
            (field.place(), condition, vec![Helper::Flag])
        });
    let found: Vec<(String, String, Vec<Helper>)> = marks
        .iter()
        .map(|field| (field.place(), format!("isSet({})", field.js()), vec![Helper::IsSet]))
        .chain(by_absence)
        .chain(by_word)
        .collect();
    let places: Vec<String> = found.iter().map(|(place, ..)| place.clone()).collect();
    let conditions: Vec<String> = found.iter().map(|(_, js, _)| js.clone()).collect();
    (!found.is_empty()).then(|| Mark {
        js: conditions.join(" || "),
        place: places.join(" and "),
        places,
        helpers: found.into_iter().flat_map(|(_, _, helpers)| helpers).collect(),
    })
}

/// Whether the field speaks of the record itself and not of a part of it.
fn is_of_record(field: &Field<'_>) -> bool {
    let keys = field.path.keys();
    let holders = keys.iter().rev().skip(1);
    !field.path.is_in_list()
        && holders.into_iter().all(|key| vocabulary().is_own_container(&vocabulary().words(key)))
}

/// Whether a status word is one for records that are left out.
pub(crate) fn is_removed(word: &str) -> bool {
    let plain = vocabulary().words(word).join(" ");
    vocabulary().available.removed_words.contains(&plain)
}

/// The statements that name the field and are not about records of another kind.
pub(crate) fn about<'s>(
    field: &'s Field<'_>,
    documents: &'s Documents,
) -> impl Iterator<Item = &'s Statement> {
    documents.about(&field.path).filter(|statement| {
        statement.may_be_about(field.entity) || statement.is_about_list(&field.place)
    })
}

/// The statements about the field: those that name its record before it, where there are such.
fn of_its_own<'s>(
    field: &'s Field<'_>,
    documents: &'s Documents,
) -> impl Iterator<Item = &'s Statement> {
    let is_named = |statement: &Statement| {
        let places = statement.places();
        let own = places.iter().find(|place| term_names(place.term, &field.path));
        let lead = own.and_then(|own| statement.lower.get(..own.start)).unwrap_or_default();
        NAMED.captures(lead).and_then(|found| found.get(1)).is_some_and(|record| {
            vocabulary().names(field.entity, &vocabulary().words(record.as_str()))
        })
    };
    let is_any = about(field, documents).any(is_named);
    about(field, documents).filter(move |statement| !is_any || is_named(statement))
}

/// The record that a sentence names before a field of it: a product with `x`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:an?|the|each|every) ([a-z]+) (?:with|whose|that has)(?: an?| the)? $")
});

/// Whether documents say that records with the flag are never sold alone.
pub(crate) fn is_said_to_be_never_alone(field: &Field<'_>, documents: &Documents) -> bool {
    is_documented(field, documents)
        && of_its_own(field, documents)
            .any(|own| NOT_ALONE.is_match(&own.parts_about(&field.path).1))
}

/// Whether documents say that records with the flag are left out.
pub(crate) fn is_documented(field: &Field<'_>, documents: &Documents) -> bool {
    let is_time = |value: &serde_json::Value| {
        value
            .as_str()
            .is_some_and(|text| text.chars().take(4).all(|c| c.is_ascii_digit()) && text.len() >= 8)
            || value.as_u64().is_some_and(|number| number > 1_000_000_000)
    };
    (field.all(availability::is_flag) || field.all(is_time))
        && !is_of_choosing(field)
        && (is_spoken(field, documents)
            || of_its_own(field, documents).any(|statement| {
                let (_, said) = statement.parts_about(&field.path);
                // What every record has, such as the time of its last change, is no mark.
                if is_set_by_deleting(statement, field)
                    && (field.all(availability::is_flag) || !field.is_always_there())
                {
                    return !STAYS.is_match(&said);
                }
                let is_left_out = leaves_out(&said, field) || goes_on(statement, field, documents);
                let is_off = said.contains("false") || OFF.is_match(&said);
                is_left_out && !is_off && !is_of_others(statement, field)
            }))
}

/// The records that a sentence begins with, by what their flag says: discontinued articles stay in the list.
static FLAGGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?P<flag>[a-z]+) (?:records?|products?|items?|articles?|dishes|entries|branches|locations|stores?)\b",
    )
});

/// Whether documents say so of records with the flag's own word, in one sentence or in that and the next.
fn is_spoken(field: &Field<'_>, documents: &Documents) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let says = |own: &Statement| {
        let flag = FLAGGED.captures(&own.lower).and_then(|found| found.name("flag"));
        flag.is_some_and(|flag| {
            words.last().is_some_and(|last| last == flag.as_str())
                && !words.iter().any(|word| word == "not")
        })
    };
    let is_left_out =
        |own: &Statement| LEFT_OUT.is_match(&own.lower) && !STAYS.is_match(&own.lower);
    let goes_on = |next: &Statement| THEY.is_match(&next.lower) && is_left_out(next);
    documents.statements.iter().any(|own| says(own) && is_left_out(own))
        || documents.in_a_row().any(|(own, next)| says(own) && goes_on(next))
}

/// The record that a sentence begins with: an attribute that is not available.
static SUBJECT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:an?|the|each|every|any) ([a-z]+) (?:that|which|with|whose) "));

/// Whether a sentence speaks of records of another kind.
fn is_of_another(statement: &Statement, field: &Field<'_>) -> bool {
    let subject = SUBJECT.captures(&statement.lower).and_then(|found| found.get(1));
    subject.is_some_and(|subject| !is_called(subject.as_str(), field))
}

/// Whether a word names the records that a field stands in: by their kind or by their list.
fn is_called(word: &str, field: &Field<'_>) -> bool {
    let v = vocabulary();
    let words = v.words(word);
    let list = field.place.rsplit('.').next().unwrap_or_default().replace("[]", "");
    v.names(field.entity, &words) || v.words(&list) == words
}

/// What a sentence says of records whose flag is off, without naming the flag as a field.
static SPOKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:an?|any|each|every) ([a-z]+) (?:that|which) (?:is not|isn['’]t) ([a-z]+)(?: [a-z]+)? (?:must not|is not|cannot|may not) (?:be )?(?:offered|shown|listed)\b",
    )
});

/// Whether documents say so of groups or options with the field's own word: an option that is not
/// available must not be offered.
fn is_spoken_false(field: &Field<'_>, documents: &Documents) -> bool {
    let flag = vocabulary().words(field.path.leaf());
    matches!(field.entity, Entity::Group | Entity::Option)
        && documents.statements.iter().any(|statement| {
            let Some(found) = SPOKEN.captures(&statement.lower) else { return false };
            let text = |at| found.get(at).map_or("", |own: regex::Match<'_>| own.as_str());
            is_called(text(1), field) && vocabulary().words(text(2)) == flag
        })
}

/// What stands for the records of the sentence before.
static THEY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:and )?(?:they|these|those|such|it)\b"));

/// Whether the sentence after one that names the field says of such records that they are left out:
/// `archived` is a time; archived products are gone.
fn goes_on(statement: &Statement, field: &Field<'_>, documents: &Documents) -> bool {
    let leaf = vocabulary().words(field.path.leaf());
    let next = documents.in_a_row().find(|(own, _)| std::ptr::eq(*own, statement));
    next.is_some_and(|(_, next)| {
        next.terms.is_empty()
            && !is_of_another(next, field)
            && !leaf.is_empty()
            && (leaf.iter().all(|word| next.has_word(word)) || THEY.is_match(&next.lower))
            && LEFT_OUT.is_match(&next.lower)
            && !WITHOUT_WORD.is_match(&next.lower)
    })
}

static WITHOUT_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:not|never|no longer|un)(?: |-)?[a-z]+ (?:products?|items?|records?|locations?|stores?)\b",
    )
});

/// What stands before a field that the records spoken of do not have: what is not `x` was deleted.
static WITHOUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:not|no longer|never|without|lacks?|isn't|aren't|lost)(?: (?:the|an?|its|marked|set|flagged|as|be|being))*\s*$",
    )
});
/// What is said after a flag that is off.
static UNSET: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is |are |was |gets? |being )?(?:not set|unset|off|cleared|unticked|unchecked|missing|no longer set)\b",
    )
});

/// Whether a statement speaks of records whose flag is off: it says so before or after the flag, or
/// the flag is called like what can be used.
fn is_of_others(statement: &Statement, field: &Field<'_>) -> bool {
    let is_off = statement.places().iter().filter(|p| term_names(p.term, &field.path)).any(|p| {
        let before = statement.lower.get(..p.start).unwrap_or_default();
        let after = statement.lower.get(p.end..).unwrap_or_default();
        WITHOUT.is_match(before) || UNSET.is_match(after)
    });
    let v = vocabulary();
    let words = v.words(field.path.leaf()).join(" ");
    is_off || v.available.listing_yes.iter().any(|known| v.words(known).join(" ") == words)
}

/// Whether documents say that records whose flag is false are left out.
pub(crate) fn is_documented_false(field: &Field<'_>, documents: &Documents) -> bool {
    !field.is_empty()
        && !is_of_choosing(field)
        && is_of_record(field)
        && field.all(availability::is_flag)
        && (is_spoken_false(field, documents)
            || of_its_own(field, documents).any(|statement| {
                let (_, said) = statement.parts_about(&field.path);
                if STAYS.is_match(&said) {
                    return false;
                }
                if (LEFT_OUT.is_match(&said) || is_not_alone(&said, field))
                    && !said.contains("true")
                    && is_of_others(statement, field)
                {
                    return true;
                }
                let meaning = FALSE.captures(&said).and_then(|found| found.get(1));
                meaning.is_some_and(|text| {
                    let text = text.as_str().split("true").next().unwrap_or_default();
                    let is_left_out =
                        leaves_out(text, field) || goes_on(statement, field, documents);
                    is_left_out && !text.contains("not deleted")
                })
            }))
}

/// Skips marked records within a loop and counts them.
pub(crate) fn skip(script: &mut Script, mark: Option<&Mark>) {
    if let Some(mark) = mark {
        script.uses_all(&mark.helpers);
        script.comment(&format!("{}: records with the mark are left out", mark.place));
        script.line(format!("if ({}) {{", mark.js));
        script.line("marked += 1;");
        script.line("continue;");
        script.line("}");
    }
}

/// Logs how many were skipped.
pub(crate) fn report(script: &mut Script, mark: Option<&Mark>, what: &str) {
    if mark.is_some() {
        script.line(format!("if (marked > 0) context.log(`dropped ${{marked}} {what}: they are marked to be left out`);"));
    }
}
