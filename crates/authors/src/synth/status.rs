//! The plan for `order_status_update`: one webhook as a standard status change.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::Brief;
use regex::Regex;
use serde_json::Value;

use super::documents::{Documents, Statement, term_names};
use super::emit::{Helper, Script};
use super::js;
use super::matching::{Candidate, Decisions, Wanted, name_score, sort};
use super::outlets::is_code;
use super::scope::{self, Field, Variable};
use super::vocabulary::{Entity, vocabulary};

const ORDER_ID: Wanted =
    Wanted { output: "externalOrderId", names: "order_id", said: &["order"], required: true };
const STATUS: Wanted = Wanted {
    output: "status",
    names: "status",
    said: &["now", "current", "status", "state"],
    required: true,
};
const OCCURRED: Wanted = Wanted {
    output: "occurredAt",
    names: "occurred",
    said: &["happen", "happened", "change", "occurred", "utc"],
    required: false,
};
const REASON: Wanted =
    Wanted { output: "reason", names: "reason", said: &["reason", "why"], required: false };

/// The vendor's word, as text, and the standard status; and what says so.
type Table = BTreeMap<String, (&'static str, bool)>;

/// Plans and writes the script; what is open is left in `decisions`.
pub(crate) fn write(
    brief: &Brief,
    payloads: &[&Value],
    mut script: Script,
    decisions: &mut Decisions<'_>,
) -> Option<String> {
    let variable = Variable {
        name: "payload".to_owned(),
        entity: Entity::Other,
        place: String::new(),
        rows: payloads.iter().map(|payload| Some(*payload)).collect(),
    };
    let fields = scope::fields(&[variable]);
    let order = find_order(&fields, decisions);
    let (status, table) = find_status(&fields, decisions)?;
    let occurred = decisions.find(&OCCURRED, &fields, |f| !f.is_empty() && f.all(is_time));
    let reason =
        decisions.find(&REASON, &fields, |f| f.all(Value::is_string) && f.path != status.path);
    let order = order?;
    if !decisions.open.is_empty() {
        return None;
    }
    write_table(&table, &mut script);
    script.line(format!("const word = {};", status.js()));
    script.line("const status = statuses.get(String(word));");
    script.line(format!(
        "if (status === undefined) throw new Error(`{} is a status that this adapter does not know: ${{JSON.stringify(word)}}`);",
        template(&status.place())
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
    if let Some(occurred) = occurred {
        script.comment(&occurred.place());
        script.line(format!("occurredAt: text({}),", occurred.js()));
    }
    if let Some(reason) = reason {
        script.comment(&reason.place());
        script.line(format!("reason: text({}),", reason.js()));
    }
    script.line("});");
    Some(script.finish(brief, "One webhook as a standard status change."))
}

/// A place as the text of a template literal.
fn template(place: &str) -> String {
    let literal = js::text(place);
    let inner = literal.get(1..literal.len().saturating_sub(1)).unwrap_or_default();
    inner.replace('`', "\\`").replace("${", "\\${")
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

/// RFC 3339, which the contract asks for.
fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok())
}

/// The order's id: the one that documents call yours, else by name.
fn find_order<'a>(fields: &[Field<'a>], decisions: &mut Decisions<'_>) -> Option<Field<'a>> {
    let fits = |field: &Field<'_>| is_code(field) && field.is_always_there() && !field.all(is_time);
    let mut ranked = decisions.rank(&ORDER_ID, fields, fits);
    for field in fields.iter().filter(|field| fits(field)) {
        for statement in decisions.documents.about(&field.path) {
            let said = statement.said_of(&field.path);
            let place = ranked.iter().position(|candidate| candidate.field.path == field.path);
            let bonus = if OURS.is_match(&said) {
                2.0
            } else if IS_ORDER.is_match(&said) {
                0.5
            } else {
                -0.0
            };
            let score =
                place.and_then(|at| ranked.get(at)).map_or(0.0, |candidate| candidate.score);
            let reason = format!("the documents say: {}", statement.text);
            let candidate = Candidate { field: field.clone(), score: score + bonus, reason };
            match place.and_then(|at| ranked.get_mut(at)) {
                Some(known) if bonus > 0.0 => *known = candidate,
                None if bonus > 0.0 => ranked.push(candidate),
                Some(_) | None => {}
            }
        }
    }
    sort(&mut ranked);
    decisions.choose(
        &ORDER_ID,
        &ranked,
        &fields.iter().filter(|f| fits(f)).cloned().collect::<Vec<_>>(),
    )
}

#[expect(clippy::expect_used, reason = "constant patterns, read by the tests of this crate")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern is valid")
}

static OURS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\byou\b|\byour(?:s)?\b|the id that you|channel.*gave"));
static IS_ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"is the order\b|is the order'?s? id|the id of the order|identifies the order|order's id",
    )
});
/// A vendor's word: in backticks or quotes, a number, or bare.
static WORD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"`([^`]+)`|"([^"]+)"|([A-Za-z0-9][A-Za-z0-9_\-]*)"#));

/// Where the status stands, and what its words mean.
fn find_status<'a>(
    fields: &[Field<'a>],
    decisions: &mut Decisions<'_>,
) -> Option<(Field<'a>, Table)> {
    let fits = |field: &Field<'_>| {
        !field.is_empty()
            && field.all(|value| value.is_string() || value.is_i64() || value.is_u64())
            && !field.all(is_time)
    };
    let mut ranked: Vec<(Candidate<'a>, Table)> = decisions
        .rank(&STATUS, fields, fits)
        .into_iter()
        .map(|candidate| {
            let table = meanings(&candidate.field, decisions.documents);
            let known = candidate
                .field
                .all(|value| table.contains_key(&word_of(value)) || usual(value).is_some());
            let bonus = if known { 0.3 } else { -0.5 };
            // A status of the whole that documents do not define is rarely the one that changed.
            let documented = if table.is_empty() { 0.0 } else { 0.3 };
            (Candidate { score: candidate.score + bonus + documented, ..candidate }, table)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.score.total_cmp(&a.0.score));
    let candidates: Vec<Candidate<'a>> =
        ranked.iter().map(|(candidate, _)| candidate.clone()).collect();
    let all: Vec<Field<'a>> = fields.iter().filter(|f| fits(f)).cloned().collect();
    let field = decisions.choose(&STATUS, &candidates, &all)?;
    let mut table = meanings(&field, decisions.documents);
    complete(&field, &mut table, decisions);
    Some((field, table))
}

fn word_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn usual(value: &Value) -> Option<&'static str> {
    value.as_str().and_then(|word| vocabulary().status(word))
}

/// Adds the trade's meaning of the samples' words and of the usual words in their spelling; asks
/// about a word of the samples that nobody explains.
fn complete(field: &Field<'_>, table: &mut Table, decisions: &mut Decisions<'_>) {
    for value in field.filled() {
        let word = word_of(value);
        if table.contains_key(&word) {
            continue;
        }
        let point = format!("status ({})", domain::bounded(&word, 40));
        let answered =
            decisions.answers.of(&point).and_then(|answer| vocabulary().status(answer.text()));
        if let Some(status) = usual(value).filter(|_| table.is_empty()).or(answered) {
            table.insert(word, (status, answered.is_some()));
        } else if !decisions.open.iter().any(|open| open.field == point) {
            let choices: Vec<(String, String)> = super::vocabulary::STATUSES
                .iter()
                .map(|s| ((*s).to_owned(), (*s).to_owned()))
                .collect();
            decisions.ask(
                &point,
                &format!(
                    "{} is {value} in a sample. Which standard status is that?",
                    field.place()
                ),
                &choices,
            );
        }
    }
    let documented = table.values().any(|(_, documented)| *documented);
    let sample = field.filled().find_map(Value::as_str).map(str::to_owned);
    if let (false, Some(sample)) = (documented, sample) {
        // Nothing is written about the words: the usual ones in the spelling of the sample's.
        for (phrase, status) in vocabulary().status_phrases() {
            table.entry(spelled_like(&phrase, &sample)).or_insert((status, false));
        }
    }
}

fn spelled_like(phrase: &str, sample: &str) -> String {
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

/// What documents say that the field's words mean.
fn meanings(field: &Field<'_>, documents: &Documents) -> Table {
    let numeric = field.all(|value| {
        value.is_number() || value.as_str().is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()))
    });
    let known: Vec<String> = field.filled().map(word_of).collect();
    let mut table = Table::new();
    for statement in &documents.statements {
        for list in definition_lists(statement, field, numeric, &known) {
            read_list(&list, numeric, &mut table);
        }
    }
    table
}

/// The part of a statement that lists words with their meanings: after the field's name, after a
/// colon, or a line of its own that holds one of the field's known words.
fn definition_lists(
    statement: &Statement,
    field: &Field<'_>,
    numeric: bool,
    known: &[String],
) -> Vec<String> {
    let text = &statement.text;
    let names_field = statement.terms.iter().any(|term| term_names(term, &field.path));
    let colon = text
        .find(": ")
        .map(|at| (text.get(..at).unwrap_or_default(), text.get(at + 2..).unwrap_or_default()));
    if let Some((head, list)) = colon {
        let head_words = vocabulary().words(head);
        let titled = head_words
            .iter()
            .any(|word| matches!(word.as_str(), "status" | "statuses" | "state" | "statu"));
        if titled && (names_field || !head.contains('`')) {
            return vec![list.to_owned()];
        }
        if names_field {
            return vec![list.to_owned()];
        }
    }
    let has_known = known.iter().any(|word| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(|own| own == word)
    });
    match (names_field, numeric, has_known, colon) {
        (false, _, true, Some(_)) => vec![text.clone()],
        (true, true, true, None) => vec![text.clone()],
        _ => Vec::new(),
    }
}

/// Reads `10 new (received), 20 accepted` and `ACCEPTED (being prepared), a and b (both: cancelled)`.
fn read_list(list: &str, numeric: bool, table: &mut Table) {
    let mut waiting: Vec<String> = Vec::new();
    for entry in entries(list) {
        let (head, meaning) = entry.split_once('(').map_or((entry.as_str(), ""), |(head, rest)| {
            (head, rest.trim_end_matches([')', ' ', '.']))
        });
        let words = head_words(head, numeric);
        let Some((last, _)) = words.split_last() else { continue };
        let own = if numeric { head.to_owned() } else { words.join(" ") };
        let spoken = phrase_status(meaning).or_else(|| {
            if numeric {
                phrase_status(&own.replace(last.as_str(), " "))
            } else {
                vocabulary().status(last)
            }
        });
        let is_shared = meaning.starts_with("both") || meaning.starts_with("all");
        for word in words {
            if numeric || meaning.is_empty() || is_shared {
                waiting.push(word);
            } else {
                waiting.retain(|_| false);
                waiting.push(word);
            }
        }
        if let Some(status) = spoken {
            let many = count_shared(meaning).unwrap_or(1).max(1);
            let own = if numeric { 1 } else { waiting.len() };
            let take = many.max(own.min(waiting.len()));
            let from = waiting.len().saturating_sub(take);
            for word in waiting.split_off(from) {
                table.insert(word, (status, true));
            }
        }
    }
}

/// How many entries a meaning in brackets speaks of: `both: cancelled`, `all three: cancelled`.
fn count_shared(meaning: &str) -> Option<usize> {
    let first = meaning.trim_start();
    if first.starts_with("both") {
        return Some(2);
    }
    let rest = first.strip_prefix("all")?.trim_start();
    ["one", "two", "three", "four", "five", "six"]
        .iter()
        .position(|word| rest.starts_with(word))
        .map(|at| at + 1)
        .or(Some(usize::MAX))
}

/// Splits at commas outside brackets and keeps what is joined by `and` together.
fn entries(list: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut depth = 0_u32;
    for c in list.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c == ',' && depth == 0 {
            out.push(String::new());
        } else if let Some(last) = out.last_mut() {
            last.push(c);
        }
    }
    out.into_iter().map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}

/// The vendor's words at the head of an entry: its number, or its names joined by `and` or `or`.
fn head_words(head: &str, numeric: bool) -> Vec<String> {
    let words = WORD
        .captures_iter(head)
        .filter_map(|found| found.iter().skip(1).flatten().next().map(|m| m.as_str().to_owned()));
    if numeric {
        return words.filter(|word| word.bytes().all(|b| b.is_ascii_digit())).take(1).collect();
    }
    let names: Vec<String> = words.collect();
    if names.len() > 1 && !names.iter().any(|word| word == "and" || word == "or" || word == "both")
    {
        // `confirmed is accepted`, `confirmed = accepted`, `confirmed means accepted`.
        return names.into_iter().take(1).collect();
    }
    names.into_iter().filter(|word| word != "and" && word != "or").collect()
}

/// The standard status that a phrase speaks of; the standard's own words first, then the latest
/// stage that it names, as in `accepted, being prepared`.
fn phrase_status(phrase: &str) -> Option<&'static str> {
    let negated = ["has not accepted", "not yet", "not accepted"]
        .iter()
        .any(|cue| phrase.to_lowercase().contains(cue));
    if negated {
        return Some("received");
    }
    let words = format!(" {} ", vocabulary().words(phrase).join(" "));
    if let Some(status) = super::vocabulary::STATUSES
        .iter()
        .rev()
        .find(|status| words.starts_with(&format!(" {} ", vocabulary().words(status).join(" "))))
        .filter(|_| !words.contains(" being "))
    {
        return Some(status);
    }
    let rank = |status: &str| super::vocabulary::STATUSES.iter().position(|known| *known == status);
    let mut rest = words;
    let mut best: Option<&'static str> = None;
    for (name, status) in vocabulary().status_phrases() {
        let needle = format!(" {name} ");
        if rest.contains(&needle) {
            rest = rest.replace(&needle, " _ ");
            if best.is_none_or(|known| rank(known) < rank(status)) {
                best = Some(status);
            }
        }
    }
    best
}

/// Whether a field's name says that it is a status.
pub(crate) fn is_status_name(field: &Field<'_>) -> bool {
    name_score(field, "status") > 0.5
}
