//! What documents say that a vendor's status words mean.

mod bracketed;
mod clauses;
mod spaced;
mod style;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::words::{usual, word_of};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{STATUSES, vocabulary};

/// The vendor's word, as text, with the standard status and whether documents say so.
pub(super) type Table = BTreeMap<String, (&'static str, bool)>;

/// A vendor's word: in backticks or quotes, a number, or bare.
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"`([^`]+)`|"([^"]+)"|([A-Za-z0-9](?:[A-Za-z0-9_.\-]*[A-Za-z0-9])?)"#)
});

/// A line that gives one word and its meaning.
static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\|?\s*[`"']?([A-Za-z0-9][A-Za-z0-9_\-]*)[`"']?\s*(?:\||:|=|->|→|–|—|-|means|is)\s*([^|]+)"#,
    )
});

/// One word with its meaning: `ACK = accepted`.
static MEANS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^\W*([A-Za-z0-9][A-Za-z0-9_.\-]*)[`"']?\s*(?:=|->|→|:|\bmeans\b|\bis\b|\bstands for\b)\s*(.+)$"#,
    )
});

/// The place that sells has taken the order; who else takes it is late in its life.
static TAKEN_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:merchant|shop|store|restaurant|seller|venue)(?: has| have)? (?:took|taken|takes) it\b",
    )
});

/// What has still to happen to a new order: `waiting to be accepted or denied`.
static TO_COME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:waiting|waits|awaits|awaiting|has|have|needs?|ready|still|yet) (?:for \w+ )?to be (?:accepted|confirmed|approved|acknowledged|looked at|seen)\b|\b(?:must|can|may|should) (?:still |now )?(?:be )?(?:accept(?:ed)?|confirm(?:ed)?|approve[d]?) (?:it )?or (?:be )?(?:den|reject|declin|refus)",
    )
});
/// What did not happen before its time was over.
static LATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:not|never) (?:been )?(?:accepted|confirmed|answered|approved|picked up)[^.;,]{0,20} in time\b|\b(?:timed|times) out\b|\bexpired (?:before|because|without)\b|\bnobody (?:accepted|answered)[^.;,]{0,20} in time\b",
    )
});

/// The kitchen is at it.
static WORKED_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:in|at|on) the (?:kitchen|stove|grill|oven)\b|\b(?:kitchen|cooks?|chefs?|staff|baristas?)(?: is| are| has| have)?(?: now)? (?:works? on|working on|started|starts|makes?|making|cooks|cooking|prepares?|preparing)\b",
    )
});

/// The kitchen is done with it, or it waits where it is fetched from: the order's own end is to come.
static MADE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:kitchen|cooks?|chefs?|baristas?|food|meal|dish|dishes|cooking|preparation)(?: is| are| has| have)?(?: now| already)?(?: been)? (?:finished|done|completed?)\b|\b(?:finished|done|completed?) (?:by|in) the kitchen\b|\bfinished (?:cooking|preparing|making)\b|\b(?:waits?|waiting|stands?|sits?|lies) (?:on|at|in) the (?:shelf|counter|pass|rack|locker|hatch)\b",
    )
});

/// The guest has the order.
static WITH_GUEST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:customers?|guests?|diners?|eaters?|consumers?|buyers?|recipients?)(?: now)? (?:has|have|got|received|holds?) (?:it|the order|their order|the food|the delivery)\b|\b(?:handed|given|passed)(?: over| out)? to the (?:customer|guest|diner|eater|consumer|buyer|recipient)s?\b",
    )
});
/// The order has left the place that sells.
static LEFT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:has |have )?left the (?:store|shop|restaurant|kitchen|venue|place)\b")
});
/// What has not come yet.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:before|until|till)\b"));

/// What documents say that the field's words mean.
pub(super) fn meanings(field: &Field<'_>, documents: &Documents) -> Table {
    let numeric = field.all(|value| {
        value.is_number() || value.as_str().is_some_and(|t| t.bytes().all(|b| b.is_ascii_digit()))
    });
    let known: Vec<String> = field.filled().map(word_of).collect();
    let mut table = Table::new();
    for run in runs(documents) {
        if run.iter().any(|(word, _)| known.contains(word)) {
            for (word, meaning) in run {
                // Words that say nothing known leave the word its own meaning.
                let own = || usual(&word.as_str().into());
                if let Some(status) = phrase_status(&meaning).or_else(own) {
                    table.insert(word, (status, true));
                }
            }
        }
    }
    let blocks = bracketed::blocks(documents);
    let spoken: Vec<Option<Table>> =
        blocks.iter().map(|block| bracketed::read(block, field, numeric, &known)).collect();
    let (listed, lists) = spaced::read(documents, &known);
    for statement in documents.statements.iter().filter(|own| !lists.contains(&own.block)) {
        let is_read = blocks
            .iter()
            .zip(&spoken)
            .any(|(block, own)| own.is_some() && block.number == statement.block);
        if !is_read {
            for list in definition_lists(statement, field, numeric, &known) {
                read_list(&list, numeric, &mut table);
            }
        }
    }
    for (word, meaning) in clauses::read(documents, field, &known) {
        table.entry(word).or_insert(meaning);
    }
    table.extend(spoken.into_iter().flatten().flatten());
    table.extend(listed);
    table
}

/// Statements in a row that each give a word and its meaning: the rows of a table, a list of bullets.
fn runs(documents: &Documents) -> Vec<Vec<(String, String)>> {
    let mut runs: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for statement in &documents.statements {
        let found = ENTRY.captures(statement.text.trim().trim_end_matches('|'));
        let entry = found.and_then(|found| {
            Some((found.get(1)?.as_str().to_owned(), found.get(2)?.as_str().to_owned()))
        });
        match (entry, runs.last_mut()) {
            (Some(entry), Some(run)) => run.push(entry),
            (Some(_), None) | (None, _) => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| run.len() >= 2);
    runs
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
    // Numbers alone do not tell whose they are.
    let untitled = !names_field && colon.is_some() && (!numeric || statement.terms.is_empty());
    let by_number = names_field && numeric && colon.is_none();
    if has_known && (untitled || by_number) { vec![text.clone()] } else { Vec::new() }
}

/// Reads `10 new (received), 20 accepted` and `ACCEPTED (being prepared), a and b (both: cancelled)`.
pub(super) fn read_list(list: &str, numeric: bool, table: &mut Table) {
    let mut waiting: Vec<String> = Vec::new();
    for entry in entries(list) {
        let (head, meaning) = entry.split_once('(').map_or((entry.as_str(), ""), |(head, rest)| {
            (head, rest.trim_end_matches([')', ' ', '.']))
        });
        if let (false, "", Some(found)) = (numeric, meaning, MEANS.captures(head)) {
            let part = |at: usize| found.get(at).map_or("", |m| m.as_str());
            if let Some(status) = phrase_status(part(2)) {
                table.insert(part(1).to_owned(), (status, true));
                continue;
            }
        }
        let names = head_words(head, numeric);
        let Some(word) = names.last().cloned() else { continue };
        let own = if numeric { head.to_owned() } else { names.join(" ") };
        let spoken = phrase_status(meaning).or_else(|| {
            if numeric {
                phrase_status(&own.replace(word.as_str(), " "))
            } else {
                usual(&word.as_str().into())
            }
        });
        if !numeric && meaning.is_empty() && names.len() > 1 {
            // `void and lost`: each has its own meaning, or that of the next brackets.
            for word in names {
                match usual(&word.as_str().into()) {
                    Some(status) => drop(table.insert(word, (status, true))),
                    None => waiting.push(word),
                }
            }
            continue;
        }
        let is_shared = meaning.starts_with("both") || meaning.starts_with("all");
        // Words that stand alone share the meaning of the next brackets, and not the next word's own.
        if !(numeric || is_shared || (meaning.is_empty() && spoken.is_none())) {
            waiting.clear();
        }
        waiting.extend(names);
        if spoken.is_none() && !meaning.is_empty() {
            // Its brackets say something that is not understood: it does not get another's meaning.
            waiting.clear();
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
pub(super) fn phrase_status(phrase: &str) -> Option<&'static str> {
    if let Some(status) = concluded(phrase) {
        return Some(status);
    }
    let lower = phrase.to_lowercase();
    if LATE.is_match(&lower) {
        return Some("cancelled");
    }
    if TO_COME.is_match(&lower) {
        return Some("received");
    }
    // `taken on, not yet picked`: what has not happened does not undo what has.
    if let Some((done, _)) =
        lower.split_once(", not yet").or_else(|| lower.split_once(" but not yet"))
        && let Some(status) = phrase_status(done)
    {
        return Some(status);
    }
    let negated = ["has not accepted", "not yet", "not accepted", "nobody has", "not looked at"]
        .iter()
        .any(|cue| phrase.to_lowercase().contains(cue));
    if negated {
        return Some("received");
    }
    // `the kitchen has finished` is no finished order, `waiting on the shelf` no new one.
    let told = if BEFORE.is_match(&lower) {
        phrase.into()
    } else {
        MADE.replace_all(&lower, "food ready")
    };
    let words = format!(" {} ", vocabulary().words(&told).join(" "));
    if let Some(status) = STATUSES
        .iter()
        .rev()
        .find(|status| words.starts_with(&format!(" {} ", vocabulary().words(status).join(" "))))
        .filter(|_| !words.contains(" being "))
    {
        return Some(status);
    }
    let rank = |status: &str| STATUSES.iter().position(|known| *known == status);
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
    best.or_else(|| WORKED_ON.is_match(&lower).then_some("preparing"))
        .or_else(|| TAKEN_ON.is_match(&lower).then_some("accepted"))
        .or_else(|| placed_at(&lower))
}

/// The stage of which a phrase tells by where the order is.
fn placed_at(lower: &str) -> Option<&'static str> {
    if BEFORE.is_match(lower) {
        None
    } else if WITH_GUEST.is_match(lower) {
        Some("completed")
    } else {
        LEFT.is_match(lower).then_some("ready")
    }
}

/// The standard word that a meaning ends with after a colon: `it could not be delivered: cancelled`.
fn concluded(phrase: &str) -> Option<&'static str> {
    let (_, end) = phrase.rsplit_once(':')?;
    let words = vocabulary().words(end).join(" ");
    STATUSES.iter().copied().find(|status| vocabulary().words(status).join(" ") == words)
}

/// The trade's meaning of a word: by the whole word, or by the only stage that its parts name, as in
/// `AcceptedByRestaurant`.
pub(super) fn word_status(word: &str) -> Option<&'static str> {
    // `ReadyForCooking` and `CanBeCancelled` name a stage that has not come.
    const NOT_YET: [&str; 13] = [
        "not",
        "no",
        "can",
        "be",
        "will",
        "wait",
        "waiting",
        "awaiting",
        "for",
        "before",
        "to",
        "pre",
        "partially",
    ];
    if let Some(status) = vocabulary().status(word) {
        return Some(status);
    }
    let words = vocabulary().words(word);
    if words.iter().any(|own| NOT_YET.contains(&own.as_str())) {
        return None;
    }
    let text = format!(" {} ", words.join(" "));
    let mut named = vocabulary()
        .status_phrases()
        .into_iter()
        .filter(|(name, _)| text.contains(&format!(" {name} ")))
        .map(|(_, status)| status);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}
