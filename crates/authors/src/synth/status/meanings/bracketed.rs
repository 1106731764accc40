//! Lists of words with their meanings in brackets: `WAITING, ON_WAY (ready); DONE (completed)`.

use std::sync::LazyLock;

use regex::Regex;

use super::style::{Style, TOKEN};
use super::{Table, count_shared, meant, phrase_status, word_status};
use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{STATUSES, vocabulary};

/// The text of one paragraph or bullet.
pub(super) struct Block {
    pub(super) number: usize,
    text: String,
    /// What stands in marks.
    terms: Vec<String>,
}

/// So far behind a field its list begins at the most: `x` counts: made (being prepared).
const LEAD: usize = 40;

impl Block {
    /// The part of the text in which the field's words are explained, where those of others are too.
    fn own_list(&self, field: &Field<'_>) -> &str {
        let leaf = field.path.leaf();
        let Some(start) = self.starts(leaf) else { return &self.text };
        let others = self.terms.iter().filter(|term| *term != leaf);
        let end = others.filter_map(|term| self.starts(term)).filter(|other| *other > start).min();
        end.and_then(|end| self.text.get(start..end)).unwrap_or(&self.text)
    }

    /// Where a field's list begins: at its name, with a colon soon behind.
    fn starts(&self, term: &str) -> Option<usize> {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        self.text.match_indices(term).map(|(at, _)| at).find(|at| {
            let before = self.text.get(..*at).and_then(|text| text.chars().next_back());
            let after = self.text.get(at + term.len()..).unwrap_or_default();
            let lead: String = after.chars().take(LEAD).collect();
            let colon = lead.find(": ");
            !before.is_some_and(is_part)
                && !after.starts_with(is_part)
                && colon.is_some_and(|colon| {
                    !lead.get(..colon).unwrap_or("(").contains(['(', ')', ';'])
                })
        })
    }
}

/// A number that `and` joins to others: prose may stand between them.
static JOINED: LazyLock<Regex> = LazyLock::new(|| pattern(r",? (?:and|or) (\d+\b)"));

pub(super) fn blocks(documents: &Documents) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for statement in &documents.statements {
        match blocks.last_mut().filter(|block| block.number == statement.block) {
            Some(block) => {
                block.text.push_str("; ");
                block.text.push_str(&statement.text);
                block.terms.extend(statement.terms.iter().cloned());
            }
            None => blocks.push(Block {
                number: statement.block,
                text: statement.text.clone(),
                terms: statement.terms.clone(),
            }),
        }
    }
    // Who names the field is asked of the statements later.
    for block in &mut blocks {
        block.text = block.text.replace(['`', '"'], "");
    }
    blocks
}

/// The meanings that a block gives for the field's words; nothing where it is no such list.
pub(super) fn read(
    block: &Block,
    field: &Field<'_>,
    numeric: bool,
    known: &[String],
) -> Option<Table> {
    let style = Style::of(known, numeric)?;
    // A code says nothing itself: what it is called stands beside it.
    let is_code = matches!(style, Style::Number | Style::Letter);
    let mut table = Table::new();
    let mut order: Vec<String> = Vec::new();
    let mut groups = 0;
    // Words whose own brackets are not understood: the next ones may speak of them too.
    let mut unknown: Vec<String> = Vec::new();
    let own = block.own_list(field);
    let text = if numeric { JOINED.replace_all(own, ", $1") } else { own.into() };
    let is_parted = text.contains(");");
    // Who joins words by `and` before their brackets parts the others by commas.
    let is_joined = !numeric && is_joined_before_brackets(&text);
    let mut rest: &str = &text;
    // What stands before the first colon names the field, unless it is a word of the list.
    if let Some((head, tail)) = rest.split_once(": ")
        && !head.contains('(')
        && !known.iter().any(|word| word == head.trim())
        && (style.words(head).len() != 1 || names(head, field))
    {
        rest = tail;
    }
    while let Some((head, bracket)) = rest.split_once('(') {
        let Some((meaning, after)) = bracket.split_once(')') else { break };
        rest = after;
        // The list begins behind the field's name, whatever was said before.
        let start = format!("{}: ", field.path.leaf());
        let head = head.rsplit_once(start.as_str()).map_or(head, |(_, own)| own);
        order.extend(head.split(';').flat_map(|part| style.words(part)));
        let Some(status) = phrase_status(meaning) else {
            if is_code {
                table.extend(called(head, style));
            } else {
                unknown.extend(style.words(head).pop());
            }
            continue;
        };
        groups += 1;
        let mut parts: Vec<&str> = head.split(';').collect();
        let own = parts.pop().unwrap_or_default();
        for word in parts.iter().flat_map(|part| style.words(part)) {
            // It has no brackets: only the trade's own meaning is left.
            if let Some(usual) = vocabulary().status(&word) {
                table.insert(word, (usual, true));
            }
        }
        let commas: Vec<&str> = own.split(',').collect();
        // `both: cancelled` says of how many words it speaks.
        let shared = count_shared(meaning).unwrap_or(0);
        let more = shared.saturating_sub(commas.len()).min(unknown.len());
        table.extend(
            unknown.split_off(unknown.len() - more).into_iter().map(|w| (w, (status, true))),
        );
        unknown.clear();
        let words: Vec<Vec<String>> =
            commas.iter().enumerate().map(|(at, part)| style.words_of(part, at == 0)).collect();
        let mut behind = words.iter().map(Vec::len).sum::<usize>();
        for (at, (part, words)) in commas.iter().zip(words).enumerate() {
            for word in words {
                behind -= 1;
                let prose =
                    if is_code { part.replacen(word.as_str(), " ", 1) } else { word.clone() };
                let own = if is_code { phrase_status(&prose) } else { vocabulary().status(&word) };
                let standard = STATUSES.into_iter().find(|own| word.eq_ignore_ascii_case(own));
                let left = commas.len() - at;
                let is_last = if shared > 0 { behind < shared } else { left == 1 };
                let status_of_word = if is_last {
                    meant(&word, meaning)
                } else if shared > 0 && !is_code {
                    // The brackets say that they do not speak of it.
                    own
                } else if is_parted {
                    // Semicolons part the entries: all words of this one have its meaning.
                    Some(standard.unwrap_or(status))
                } else if is_code || own.is_some() {
                    Some(own.unwrap_or(status))
                } else {
                    // It has the brackets' meaning or its own; where these differ and nothing tells
                    // which, nothing is known.
                    match word_status(&word) {
                        Some(usual) if is_joined || usual == status => Some(usual),
                        Some(_) => None,
                        None => (!is_joined).then_some(status),
                    }
                };
                if let Some(status) = status_of_word {
                    table.insert(word, (status, true));
                }
            }
        }
    }
    let left: Vec<String> = rest.split(';').flat_map(|part| style.words(part)).collect();
    order.extend(left.iter().cloned());
    let named = if is_code { called(rest, style) } else { Table::new() };
    for (word, own) in named {
        table.entry(word).or_insert(own);
    }
    for word in left {
        if let Some(usual) = vocabulary().status(&word) {
            table.entry(word).or_insert((usual, true));
        }
    }
    table.extend(of_last(&block.text, &order));
    // Where the words of the list have no marks, what has them is another field.
    let is_marked = |word: &String| block.terms.contains(word);
    if !known.iter().any(is_marked) {
        table.retain(|word, _| !is_marked(word));
    }
    let is_known = !numeric && known.iter().any(|word| table.contains_key(word));
    let is_named = field_is_named(block, field);
    // One pair of brackets is a list where the block tells of other fields' words apart.
    let needed = if own.len() < block.text.len() { 1 } else { 2 };
    (groups >= needed && (is_known || is_named)).then_some(table)
}

/// What is said of the words at the end of the list together: `the last two are cancelled`.
static LAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bthe last (two|three|four|five)\b([^.;]*?\b(?:treat|count|all|are|mean|stand|end)\b[^.;]*)",
    )
});

fn of_last(text: &str, order: &[String]) -> Table {
    let found = LAST.captures(text).and_then(|found| Some((found.get(1)?, found.get(2)?)));
    let Some((count, said)) = found else { return Table::new() };
    let names = ["two", "three", "four", "five"];
    let count = names.iter().position(|name| count.as_str().eq_ignore_ascii_case(name));
    let status = phrase_status(said.as_str());
    let (Some(count), Some(status)) = (count.map(|at| at + 2), status) else { return Table::new() };
    let from = order.len().saturating_sub(count);
    let last = order.get(from..).filter(|last| last.len() == count).unwrap_or_default();
    last.iter().map(|word| (word.clone(), (status, true))).collect()
}

/// Codes before brackets that are not understood, each by what it is called: `5 Cancelled`.
fn called(head: &str, style: Style) -> Table {
    let parts = head.split([',', ';']);
    parts
        .filter_map(|part| {
            let number = style.words_of(part, false).pop()?;
            let status = phrase_status(&part.replacen(number.as_str(), " ", 1))?;
            Some((number, (status, true)))
        })
        .collect()
}

/// Whether words stand joined right before brackets with a comma before them: `, a and b (ready)`.
fn is_joined_before_brackets(text: &str) -> bool {
    text.match_indices('(').any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let entry = before.rsplit([',', ';', ')', ':']).next().unwrap_or_default();
        let tokens: Vec<&str> = TOKEN.find_iter(entry).map(|found| found.as_str()).collect();
        matches!(tokens.as_slice(), [_, "and" | "or", _])
    })
}

/// Whether a text is the field's name or its path, or begins with one: `order.status is one of`.
fn names(text: &str, field: &Field<'_>) -> bool {
    let leaf = field.path.leaf();
    let begins = || TOKEN.find(text).is_some_and(|token| is_field(token.as_str(), leaf));
    !leaf.is_empty() && (text.trim().rsplit('.').next() == Some(leaf) || begins())
}

fn field_is_named(block: &Block, field: &Field<'_>) -> bool {
    let leaf = field.path.leaf();
    !leaf.is_empty() && TOKEN.find_iter(&block.text).any(|token| is_field(token.as_str(), leaf))
}

/// Whether a token is the field's name or its path.
fn is_field(token: &str, leaf: &str) -> bool {
    token.rsplit('.').next() == Some(leaf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::path::Path;
    use crate::synth::vocabulary::Entity;
    use domain::Document;
    use serde_json::{Value, json};

    fn read_all(text: &str, key: &str, value: &Value) -> Vec<String> {
        let document = Document { name: "n.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let field = Field {
            variable: "payload".to_owned(),
            entity: Entity::Other,
            place: String::new(),
            path: Path::key(key),
            values: [Some(value)].into(),
        };
        let table = super::super::meanings(&field, &documents);
        table.into_iter().map(|(word, (status, _))| format!("{word}={status}")).collect()
    }

    #[test]
    fn a_meaning_in_brackets_is_that_of_all_words_before_it() {
        let text = "- Open (received); WaitCooking, ReadyForCooking (accepted); Waiting, OnWay (ready); Gone (completed).";
        assert_eq!(
            read_all(text, "status", &json!("OnWay")),
            [
                "Gone=completed",
                "OnWay=ready",
                "Open=received",
                "ReadyForCooking=accepted",
                "WaitCooking=accepted",
                "Waiting=ready"
            ]
        );
    }

    #[test]
    fn both_speaks_of_a_word_whose_own_brackets_say_something_else() {
        let text = "- `state` now: new (received), made (being prepared), gone (completed), refused (by the shop) and dropped (both: cancelled).";
        assert_eq!(
            read_all(text, "state", &json!("new")),
            [
                "dropped=cancelled",
                "gone=completed",
                "made=preparing",
                "new=received",
                "refused=cancelled"
            ]
        );
    }

    #[test]
    fn both_speaks_of_two_words_and_not_of_two_parts() {
        let text = "- `state`: off, and gone or stored (both: completed) are final; made (being prepared).";
        let read = read_all(text, "state", &json!("gone"));
        assert!(read.contains(&"gone=completed".to_owned()), "{read:?}");
        assert!(!read.contains(&"off=completed".to_owned()), "{read:?}");
    }

    #[test]
    fn words_in_prose_keep_their_own_meanings() {
        let text = "- Statuses run Scheduled (placed for later, received), InProgress (being prepared), Ready, Completed; an order may also end as Canceled or as Failed (cancelled: the till did not take it).";
        assert_eq!(
            read_all(text, "status", &json!("Ready")),
            [
                "Canceled=cancelled",
                "Completed=completed",
                "Failed=cancelled",
                "InProgress=preparing",
                "Ready=ready",
                "Scheduled=received"
            ]
        );
    }

    #[test]
    fn words_with_dots_and_in_small_letters_are_read() {
        let text = "- What happened is told by the type: orders.new and orders.later announce an order (received), orders.go says that it is started (preparing).";
        assert_eq!(
            read_all(text, "type", &json!("orders.go")),
            ["orders.go=preparing", "orders.later=received", "orders.new=received"]
        );
        let text = "- Of the states, label_printed and confirmed come first (accepted); in_transit means that it is on its way (ready); failure means that it was given up (cancelled).";
        assert_eq!(
            read_all(text, "status", &json!("in_transit")),
            [
                "confirmed=accepted",
                "failure=cancelled",
                "in_transit=ready",
                "label_printed=accepted"
            ]
        );
    }

    #[test]
    fn the_name_of_the_field_is_no_word_of_its_list() {
        let text = "- `status` is one of: received, printed (on paper, nobody has answered yet), kitchen (being cooked), gone (completed).";
        assert_eq!(
            read_all(text, "status", &json!("kitchen")),
            ["gone=completed", "kitchen=preparing", "printed=received", "received=received"]
        );
    }

    #[test]
    fn the_path_of_the_field_is_no_word_of_its_list_and_a_finished_kitchen_is_no_finished_order() {
        let text = "- `order.status` is the status now: pending (the shop has not looked at it), going (the cooks make it), completed (the kitchen has finished; waits on the shelf), given (handed to the guest, end), rejected and lost (both: the order is off).";
        assert_eq!(
            read_all(text, "status", &json!("completed")),
            [
                "completed=ready",
                "given=completed",
                "going=preparing",
                "lost=cancelled",
                "pending=received",
                "rejected=cancelled"
            ]
        );
    }

    #[test]
    fn numbers_before_brackets_that_say_nothing_known_are_what_they_are_called() {
        let text = "- `st` is the status now: 0 Incomplete, 1 Pending (both: placed, the shop has not seen it yet), 11 Awaiting Packing (taken on, not yet picked), 8 Awaiting Pickup and 9 Awaiting Shipment (packed), 2 Shipped and 3 Partly Shipped (packed and on their way), 10 Completed, 5 Cancelled and 6 Declined (both: gone for good).";
        assert_eq!(
            read_all(text, "st", &json!(8)),
            [
                "0=received",
                "1=received",
                "10=completed",
                "11=accepted",
                "2=ready",
                "3=ready",
                "5=cancelled",
                "6=cancelled",
                "8=ready",
                "9=ready"
            ]
        );
    }

    #[test]
    fn letters_are_what_stands_beside_them_and_the_last_ones_what_is_said_of_them_together() {
        let text = "- `st` is one letter: N new (received), A accepted, G gone with the rider (ready, on its way), R refused by the shop, X timed out before anybody looked. The last two end the order: count them as cancelled.";
        assert_eq!(
            read_all(text, "st", &json!("A")),
            ["A=accepted", "G=ready", "N=received", "R=cancelled", "X=cancelled"]
        );
    }

    #[test]
    fn words_are_read_though_the_one_of_the_sample_has_no_meaning() {
        let text = "- `type` says what happened: placed (received), confirmed (accepted), made (ready), gone (completed), or rider.";
        assert_eq!(
            read_all(text, "type", &json!("rider")),
            ["confirmed=accepted", "gone=completed", "made=ready", "placed=received"]
        );
    }

    #[test]
    fn numbers_belong_to_the_field_that_is_named() {
        let text = "- `st` is the stage and `st_old` the one it came from: 0 just in (received), 2 being made (preparing), 8 called off (cancelled).";
        assert_eq!(read_all(text, "st", &json!(2)), ["0=received", "2=preparing", "8=cancelled"]);
        assert!(read_all(text, "pay", &json!(2)).is_empty());
    }
}
