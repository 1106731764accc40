//! The plan for `order_status_update`: one webhook as a standard status change.

mod audit;
mod history;
mod meanings;
mod reasons;
mod times;

use std::sync::LazyLock;

use domain::Brief;
use regex::Regex;
use serde_json::Value;

use super::documents::{Documents, Statement};
use super::emit::{Helper, Script};
use super::matching::{Candidate, Decisions, Want, Wanted, sort};
use super::outlets::is_code;
use super::scope::{self, Field, Variable};
use super::vocabulary::{Entity, STATUSES, vocabulary};
use crate::js;
use crate::pattern::pattern;
use history::LATEST;
use meanings::{Table, meanings};

const ORDER_ID: Wanted = Wanted {
    output: "externalOrderId",
    names: "order_id",
    said: &["order", "ticket", "identify", "known"],
    required: true,
};
const STATUS: Wanted = Wanted {
    output: "status",
    names: "status",
    said: &["now", "current", "status", "state"],
    required: true,
};
const OCCURRED: Wanted = Wanted {
    output: "occurredAt",
    names: "occurred",
    said: &["happen", "happened", "change", "changed", "occurred", "utc", "moment", "since"],
    required: false,
};
const REASON: Wanted = Wanted {
    output: "reason",
    names: "reason",
    said: &["reason", "why", "explanation", "explain", "explained", "comment"],
    required: false,
};

/// Plans and writes the script; what is open is left in `decisions`.
pub(crate) fn write(
    brief: &Brief,
    payloads: &[&Value],
    mut script: Script,
    decisions: &mut Decisions<'_>,
) -> Option<String> {
    let alone: Option<Vec<&Value>> = payloads
        .iter()
        .map(|payload| payload.as_array().and_then(|list| list.first().filter(|_| list.len() == 1)))
        .collect();
    if alone.is_some() {
        script.line("if (!Array.isArray(payload) || payload.length !== 1) throw new Error(`payload is no list of one event: ${JSON.stringify(payload)}`);");
        script.line("const [event] = payload;");
    }
    let (name, place) = if alone.is_some() { ("event", "[0]") } else { ("payload", "") };
    let variable = Variable {
        name: name.to_owned(),
        entity: Entity::Other,
        place: place.to_owned(),
        rows: alone.unwrap_or_else(|| payloads.to_vec()).into_iter().map(Some).collect(),
    };
    let mut variables = vec![variable];
    if let Some(history) = history::find(&variables, decisions) {
        history.write(&mut script);
        variables.push(history.variable);
    }
    let fields = scope::fields(&variables);
    let documents = decisions.documents;
    let is_order = |field: &Field<'_>| {
        is_code(field)
            && field.is_always_there()
            && !field.all(times::is_rfc3339)
            && !times::is_called_a_time(field)
    };
    let is_status = |field: &Field<'_>| {
        !field.is_empty()
            && field.all(|value| value.is_string() || value.is_i64() || value.is_u64())
            && !field.all(times::is_rfc3339)
    };
    let is_moment = |field: &Field<'_>| times::is_moment(field);
    let is_text = |field: &Field<'_>| field.all(Value::is_string);
    let mut moments = decisions.rank(&OCCURRED, &fields, is_moment);
    for candidate in moments.iter_mut().filter(|c| c.field.variable == LATEST) {
        candidate.score += 0.6;
    }
    sort(&mut moments);
    let wants = [
        Want {
            wanted: &ORDER_ID,
            ranked: rank_orders(&fields, is_order, decisions),
            fits: &is_order,
        },
        Want {
            wanted: &STATUS,
            ranked: rank_statuses(&fields, is_status, decisions),
            fits: &is_status,
        },
        Want { wanted: &OCCURRED, ranked: moments, fits: &is_moment },
        Want { wanted: &REASON, ranked: decisions.rank(&REASON, &fields, is_text), fits: &is_text },
    ];
    let mut chosen = decisions.assign(&wants, &fields).into_iter();
    let mut next = || chosen.next().flatten();
    let (order, status, occurred, reason) = (next(), next(), next(), next());
    let table = status.as_ref().map(|status| {
        let mut table = meanings(status, documents);
        complete(status, &mut table, decisions);
        table
    });
    let reason = reason.or_else(|| reasons::told(status.as_ref()?, &fields, decisions));
    let moment = occurred.as_ref().and_then(|field| times::writing(field, &fields, decisions));
    let chosen = audit::Chosen {
        order: order.as_ref(),
        status: status.as_ref().zip(table.as_ref()),
        occurred: occurred.as_ref(),
        reason: reason.as_ref(),
    };
    audit::times(&chosen, &fields, decisions);
    audit::reasons(&chosen, &fields, decisions);
    let (order, status, table) = (order?, status?, table?);
    if !decisions.open.is_empty() {
        return None;
    }
    let occurred = occurred.as_ref().zip(moment.as_ref());
    write_change(&order, (&status, &table), occurred, reason.as_ref(), &mut script);
    Some(script.finish(brief, "One webhook as a standard status change."))
}

/// Writes the standard change from the fields that were chosen.
fn write_change(
    order: &Field<'_>,
    (status, table): (&Field<'_>, &Table),
    occurred: Option<(&Field<'_>, &times::Writing)>,
    reason: Option<&Field<'_>>,
    script: &mut Script,
) {
    write_table(table, script);
    script.line(format!("const word = {};", status.js()));
    script.line("const status = statuses.get(String(word));");
    script.line(format!(
        "if (status === undefined) throw new Error(`{} is a status that this adapter does not know: ${{JSON.stringify(word)}}`);",
        js::escaped(&status.place(), '`')
    ));
    script.uses_all(&[Helper::Compact, Helper::Text, Helper::RequiredText]);
    script.line("return compact({");
    script.comment(&order.place());
    script.line(format!(
        "externalOrderId: requiredText({}, {}),",
        order.js(),
        js::text(&order.place())
    ));
    script.comment(&status.place());
    script.line("status,");
    if let Some((field, moment)) = occurred {
        times::write(field, moment, script);
    }
    if let Some(reason) = reason {
        script.comment(&reason.place());
        script.line(format!("reason: text({}),", reason.js()));
    }
    script.line("});");
}

fn write_table(table: &Table, script: &mut Script) {
    script.comment("The vendor's statuses. One that is not here stops the run.");
    script.line("const statuses = new Map([");
    for (word, (status, documented)) in table {
        let from = if *documented { "documents" } else { "usual meaning" };
        script.line(format!("[{}, {}], // {from}", js::text(word), js::text(status)));
    }
    script.line("]);");
}

/// Candidates for the order's id: the one that documents call yours, else by name.
fn rank_orders<'a>(
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let mut ranked = decisions.rank(&ORDER_ID, fields, &fits);
    for field in fields.iter().filter(|field| fits(field)) {
        for statement in decisions.documents.about(&field.path) {
            let said = statement.said_of(&field.path);
            let place = ranked.iter().position(|candidate| candidate.field.path == field.path);
            let bonus = if OURS.is_match(&said) {
                2.0
            } else if IS_ORDER.is_match(&said) {
                0.5
            } else if is_id_of_order_before(field, statement, decisions.documents) {
                0.8
            } else {
                -0.0
            };
            let score =
                place.and_then(|at| ranked.get(at)).map_or(0.0, |candidate| candidate.score);
            let reason = format!("the documents say: {}", statement.text);
            let candidate = Candidate { field: field.clone(), score: score + bonus, reason };
            let candidate = decisions.by_example(ORDER_ID.output, candidate);
            match place.and_then(|at| ranked.get_mut(at)) {
                Some(known) if bonus > 0.0 => *known = candidate,
                None if bonus > 0.0 => ranked.push(candidate),
                Some(_) | None => {}
            }
        }
    }
    sort(&mut ranked);
    ranked
}

/// Whether it is called the id of what the sentence before says holds the order: `body` is the
/// whole order; `key` is its id.
fn is_id_of_order_before(field: &Field<'_>, statement: &Statement, documents: &Documents) -> bool {
    let keys = field.path.keys();
    let holders = keys.split_last().map(|(_, holders)| holders).unwrap_or_default();
    let before = documents
        .statements
        .iter()
        .zip(documents.statements.iter().skip(1))
        .find(|(_, next)| std::ptr::eq(*next, statement))
        .map(|(before, _)| before);
    !field.path.is_in_list()
        && ITS_ID.is_match(&statement.said_of(&field.path))
        && before.is_some_and(|before| {
            before.block == statement.block
                && HOLDS_ORDER.is_match(&before.prose())
                && before.terms.len() == 1
                && before.terms.iter().any(|term| holders.last() == Some(&term.as_str()))
        })
}

static OURS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\byou\b|\byour(?:s)?\b|the id that you|channel.*gave"));
/// What is said of the status before the change.
static WAS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"came from|\bwhat (?:it|(?:the|its) \w+) was\b"));
static ITS_ID: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*is its (?:own )?id\b"));
static HOLDS_ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^in _ is the (?:whole |full )?order$|^_ (?:is|holds|has) the (?:whole |full )?order$")
});
static IS_ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"is the order(?:[^\w'’]|$)|is the order'?s? id|the id of the order|identifies the order|order's id",
    )
});

/// Candidates for the status, best first.
fn rank_statuses<'a>(
    fields: &[Field<'a>],
    fits: impl Fn(&Field<'_>) -> bool,
    decisions: &Decisions<'_>,
) -> Vec<Candidate<'a>> {
    let was = |field: &Field<'_>| {
        has_newer(field, fields)
            || decisions
                .documents
                .about(&field.path)
                .any(|statement| WAS.is_match(&statement.said_of(&field.path)))
    };
    let mut by_name = decisions.rank(&STATUS, fields, &fits);
    by_name.retain(|candidate| !was(&candidate.field));
    let is_ranked = |field: &Field<'_>| by_name.iter().any(|known| known.field.path == field.path);
    let unnamed =
        fields.iter().filter(|field| fits(field) && !is_ranked(field)).filter_map(|field| {
            // Whatever it is called: documents that name it say what its words mean.
            let statement = decisions.documents.about(&field.path).next()?;
            let reason = format!("the documents define its words: {}", statement.text);
            let candidate = Candidate { field: field.clone(), score: 0.5, reason };
            let table = meanings(field, decisions.documents);
            let is_defined = field.all(|value| table.contains_key(&word_of(value)));
            (is_defined && !was(field)).then_some(candidate)
        });
    let unnamed: Vec<Candidate<'a>> = unnamed.collect();
    let mut ranked: Vec<Candidate<'a>> = by_name
        .iter()
        .cloned()
        .chain(unnamed)
        .map(|candidate| {
            let table = meanings(&candidate.field, decisions.documents);
            let known = candidate
                .field
                .all(|value| table.contains_key(&word_of(value)) || usual(value).is_some());
            let bonus = if known { 0.3 } else { -0.3 };
            let is_newer = if has_older(&candidate.field, fields) { 0.6 } else { 0.0 };
            // A status of the whole that documents do not define is rarely the one that changed.
            let documented = if table.is_empty() { 0.0 } else { 0.3 };
            let score = candidate.score + bonus + is_newer + documented;
            Candidate { score, ..candidate }
        })
        .collect();
    sort(&mut ranked);
    ranked
}

const NEWER: [&str; 4] = ["new", "current", "to", "after"];
const OLDER: [&str; 5] = ["old", "previous", "prior", "from", "before"];

/// Whether the field is called new and stands beside one that is called old.
fn has_older(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    is_one_of_two(field, &NEWER, &OLDER, fields)
}

/// Whether the field is called old and stands beside one that is called new.
fn has_newer(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    is_one_of_two(field, &OLDER, &NEWER, fields)
}

fn is_one_of_two(field: &Field<'_>, own: &[&str], its: &[&str], fields: &[Field<'_>]) -> bool {
    let v = vocabulary();
    let words = |field: &Field<'_>| {
        field.path.keys().iter().flat_map(|key| v.words(key)).collect::<Vec<_>>()
    };
    let has =
        |words: &[String], names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    has(&words(field), own)
        && fields.iter().any(|other| {
            other.path.leaf() != ""
                && other.path.len() == field.path.len()
                && has(&words(other), its)
        })
}

fn word_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The trade's meaning of a word, with or without `order` before it.
fn usual(value: &Value) -> Option<&'static str> {
    let word = value.as_str()?;
    let words = vocabulary().words(word);
    let rest = words.strip_prefix(&["order".to_owned()]).unwrap_or_default().join(" ");
    let last = || after_order(word).and_then(|(_, last)| vocabulary().status(last));
    vocabulary().status(word).or_else(|| vocabulary().status(&rest)).or_else(last)
}

/// What stands before and what after the last dot in the name of an order's event, such as
/// `com.till.order.ready`; nothing in that of something else's, such as `order.payment.completed`.
fn after_order(word: &str) -> Option<(&str, &str)> {
    let (before, last) = word.rsplit_once('.')?;
    let owner = vocabulary().words(before.rsplit('.').next()?);
    (owner == ["order"]).then_some((before, last))
}

/// Adds the trade's meaning of the samples' words and of the usual words in their spelling; asks
/// about a word of the samples that nobody explains.
fn complete(field: &Field<'_>, table: &mut Table, decisions: &mut Decisions<'_>) {
    let expected = decisions.examples.values(STATUS.output).unwrap_or_default();
    for (value, status) in field.values.iter().zip(expected) {
        let known = STATUSES.into_iter().find(|known| Some(*known) == status.as_str());
        if let (Some(value), Some(status)) = (value, known) {
            table.insert(word_of(value), (status, false));
        }
    }
    for value in field.filled() {
        let word = word_of(value);
        if table.contains_key(&word) {
            continue;
        }
        let point = format!("status ({})", domain::bounded(&word, 40));
        let answer = decisions.answers.of(&point).map(|answer| answer.text().to_owned());
        let answered = answer.as_deref().and_then(meanings::phrase_status);
        if let Some(status) = answered.or_else(|| usual(value)) {
            table.insert(word, (status, answered.is_some()));
        } else if !decisions.open.iter().any(|open| open.field == point) {
            let choices: Vec<(String, String)> =
                STATUSES.iter().map(|s| ((*s).to_owned(), (*s).to_owned())).collect();
            let refused = answer.map(|text| {
                format!("The answer {:?} names no standard status. ", domain::bounded(&text, 80))
            });
            let prompt = format!(
                "{}{} is {value} in a sample. Which standard status is that?",
                refused.unwrap_or_default(),
                field.place()
            );
            decisions.ask(&point, &prompt, &choices);
        }
    }
    ask_for_codes(field, table, decisions);
    let documented = table.values().any(|(_, documented)| *documented);
    let sample = field.filled().find_map(Value::as_str).map(str::to_owned);
    if let (false, Some(sample)) = (documented, sample) {
        // Nothing is written about the words: the usual ones in the spelling of the sample's.
        let is_prefixed = vocabulary().words(&sample).first().is_some_and(|word| word == "order");
        for (phrase, status) in vocabulary().status_phrases() {
            let is_bare = is_prefixed && !phrase.starts_with("order");
            let phrase = if is_bare { format!("order {phrase}") } else { phrase };
            table.entry(spelled_like(&phrase, &sample)).or_insert((status, false));
        }
    }
}

/// One code of many says nothing of the others: without documents a person has to list them.
fn ask_for_codes(field: &Field<'_>, table: &mut Table, decisions: &mut Decisions<'_>) {
    const POINT: &str = "status (codes)";
    let is_code = |value: &Value| {
        value.is_number() || value.as_str().is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()))
    };
    if !field.all(is_code) || table.values().any(|(_, documented)| *documented) {
        return;
    }
    if let Some(answer) = decisions.answers.of(POINT) {
        meanings::read_list(answer.text(), true, table);
    } else if decisions.open.is_empty() {
        let prompt = format!(
            "{} is a code. List the codes with their meaning, such as 10 received, 20 accepted.",
            field.place()
        );
        decisions.ask(POINT, &prompt, &[]);
    }
}

fn spelled_like(phrase: &str, sample: &str) -> String {
    if let Some((before, last)) = after_order(sample) {
        return format!("{before}.{}", spelled_like(phrase, last));
    }
    let capital = |word: &str| {
        let mut chars = word.chars();
        chars.next().map(|c| c.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    let words: Vec<&str> = phrase.split(' ').collect();
    if sample.chars().any(char::is_alphabetic) && !sample.chars().any(char::is_lowercase) {
        words.join(if sample.contains('-') { "-" } else { "_" }).to_uppercase()
    } else if sample.starts_with(char::is_uppercase) {
        let joint = if sample.contains('_') {
            "_"
        } else if sample.contains(' ') {
            " "
        } else {
            ""
        };
        words.iter().map(|word| capital(word)).collect::<Vec<_>>().join(joint)
    } else if sample.chars().any(char::is_uppercase) {
        words
            .iter()
            .enumerate()
            .map(|(i, word)| if i == 0 { (*word).to_owned() } else { capital(word) })
            .collect()
    } else {
        words.join(if sample.contains('-') {
            "-"
        } else if sample.contains(' ') {
            " "
        } else {
            "_"
        })
    }
}
