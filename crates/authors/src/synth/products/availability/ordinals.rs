//! Words of a state that documents list and then speak of by their place: only the first can be ordered,
//! the other two cannot.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::polarity::denies;
use super::words::known;
use super::{ABOUT_SALE, ELSEWHERE, further};
use crate::pattern::pattern;
use crate::synth::deletion::{self, LEFT_OUT};
use crate::synth::documents::{Documents, Statement};
use crate::synth::scope::Field;

/// What picks words of a list by their place.
static PICK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?P<only>only|none but|nothing but|no other than) |(?P<but>(?:all|any|each|everything|every one)(?: of (?:them|these))? (?:but|except|save|other than) )|(?P<none>neither of |none of )|(?P<not>not ))?(?:in |with |for |while |where )?(?:(?:the|all|any) (?:(?P<place>first|second|third|fourth|last|former|latter|middle|others?|rest)(?: (?P<count>one|two|three|four|five))?|(?P<ahead>two|three|four) (?P<behind>first|last|others?))(?: ones?| words?| states?| status(?:es)?| values?)?(?: of (?:them|these|those|the [a-z]+))?|(?P<else>(?:every|any)thing else))\b",
    )
});

/// How what is said of a picked word goes on, or that nothing more is said.
static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[\s,]*(?:(?:which|that|also|still|now|alone) )*(?:(?:is|are|can|may|cannot|can['’]t|means?|stands? for|says?|sells?|stays?|will|do|does|isn['’]t|aren['’]t)\b|[=:])|^[\s,.]*(?:(?:and|but|or|while|whereas)\s*)?$",
    )
});
/// That it holds in some cases only.
static DOUBTFUL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:always|sometimes|usually|often|mostly|partly|depend(?:s|ing)?|unless|only (?:if|when|while|where))\b",
    )
});

/// The field's words, with whether a product can be ordered, where documents list them all and say it by
/// their place.
pub(super) fn read(field: &Field<'_>, documents: &Documents) -> Option<Vec<(String, bool)>> {
    told(field, documents).find_map(|(words, said)| meanings(&words, &said))
}

/// Whether documents list the field's words and speak of them by their place in what they say of a sale.
pub(super) fn are_told(field: &Field<'_>, documents: &Documents) -> bool {
    told(field, documents).next().is_some()
}

/// The lists of the field's words in documents, with what is said of a sale by the place in them.
fn told<'d>(
    field: &'d Field<'_>,
    documents: &'d Documents,
) -> impl Iterator<Item = (Vec<String>, String)> + 'd {
    let shown: BTreeSet<&str> = field.filled().filter_map(Value::as_str).collect();
    let is_of_words = !shown.is_empty() && field.all(Value::is_string);
    let own = documents.statements.iter().enumerate().filter(move |_| is_of_words);
    own.filter(|(_, statement)| statement.names(&field.path)).filter_map(move |(at, statement)| {
        let (words, rest) = listed(statement, field)?;
        let next = documents.statements.get(at + 1);
        let next = next.filter(|next| next.block == statement.block && next.terms.is_empty());
        let said = format!("{rest} {}", next.map_or("", |next| &next.lower));
        let is_meant = shown.iter().all(|own| words.iter().any(|word| word == own))
            && PICK.is_match(&said)
            && ABOUT_SALE.is_match(&said)
            && !ELSEWHERE.is_match(&said)
            && !LEFT_OUT.is_match(&said);
        is_meant.then_some((words, said))
    })
}

/// The words that a statement lists after the field's name, and what it says after them.
fn listed(statement: &Statement, field: &Field<'_>) -> Option<(Vec<String>, String)> {
    let after = statement.after(&field.path)?;
    let (words, end) = further::listed(after)?;
    Some((words, after.get(end..)?.to_lowercase()))
}

/// What is said of each word; nothing where that stays open for one.
fn meanings(words: &[String], said: &str) -> Option<Vec<(String, bool)>> {
    if DOUBTFUL.is_match(said) {
        return None;
    }
    let picks: Vec<Captures<'_>> = PICK.captures_iter(said).collect();
    let mut senses: Vec<Option<bool>> = vec![None; words.len()];
    for (index, pick) in picks.iter().enumerate() {
        let whole = pick.get(0)?;
        let end =
            picks.get(index + 1).and_then(|next| next.get(0)).map_or(said.len(), |n| n.start());
        let after = said.get(whole.end()..end)?;
        if !GOES_ON.is_match(after) {
            return None;
        }
        let own = denies(after);
        // "It is sold only in the first" says it before.
        let before = || if index == 0 { denies(said.get(..whole.start())?) } else { None };
        let is_denied = match (pick.name("not"), own) {
            (Some(_), None) => true,
            (Some(_), Some(_)) => return None,
            (None, own) => own.or_else(before)? != pick.name("none").is_some(),
        };
        let mut places = places(pick, &senses)?;
        if pick.name("but").is_some() {
            places = (0..words.len()).filter(|at| !places.contains(at)).collect();
        }
        for (at, sense) in senses.iter_mut().enumerate() {
            let new = if places.contains(&at) {
                !is_denied
            } else if pick.name("only").is_some() || pick.name("but").is_some() {
                is_denied
            } else {
                continue;
            };
            if sense.is_some_and(|old| old != new) {
                return None;
            }
            *sense = Some(new);
        }
    }
    settled(words, &senses)
}

/// The words with their senses: what nothing is said of is the opposite of what is said of the others.
fn settled(words: &[String], senses: &[Option<bool>]) -> Option<Vec<(String, bool)>> {
    let said: BTreeSet<bool> = senses.iter().flatten().copied().collect();
    let rest = match said.iter().copied().collect::<Vec<bool>>().as_slice() {
        [only] => Some(!only),
        [_, _] => None,
        _ => return None,
    };
    let mut found = Vec::new();
    for (word, sense) in words.iter().zip(senses) {
        if deletion::is_removed(word) {
            continue;
        }
        let yes = sense.or(rest)?;
        // A word of the trade that seems to mean the opposite is misread.
        if known(word).is_some_and(|own| own != yes) {
            return None;
        }
        found.push((word.clone(), yes));
    }
    let is_telling = |yes: bool| found.iter().any(|(_, own)| *own == yes);
    (is_telling(true) && is_telling(false)).then_some(found)
}

/// Which words are picked; `others` are those of which nothing was said before.
fn places(pick: &Captures<'_>, senses: &[Option<bool>]) -> Option<Vec<usize>> {
    let text = |name: &str| pick.name(name).map(|own| own.as_str());
    let length = senses.len();
    let count = match text("count").or_else(|| text("ahead")) {
        Some("two") => 2,
        Some("three") => 3,
        Some("four") => 4,
        Some("five") => 5,
        _ => 1,
    };
    let is_pair = length == 2;
    let place = text("place").or_else(|| text("behind")).or_else(|| text("else"))?;
    let found: Vec<usize> = match place {
        "first" => (0..count).collect(),
        "second" => vec![1],
        "third" => vec![2],
        "fourth" => vec![3],
        "middle" if length == 3 => vec![1],
        "former" if is_pair => vec![0],
        "latter" if is_pair => vec![1],
        "last" => (length.checked_sub(count)?..length).collect(),
        "former" | "latter" | "middle" => return None,
        _ => (0..length).filter(|at| senses.get(*at) == Some(&None)).collect(),
    };
    let is_right = !found.is_empty() && found.iter().all(|at| *at < length) && found.len() < length;
    let is_counted = text("count").is_none() && text("ahead").is_none() || found.len() == count;
    (is_right && is_counted).then_some(found)
}
