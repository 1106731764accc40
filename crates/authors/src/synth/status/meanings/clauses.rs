//! Words whose meaning a clause gives: `ON_ROAD and AT_DOOR when it is on its way; GONE once the
//! customer has it`.

use std::sync::LazyLock;

use regex::Regex;

use super::{Table, meant};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// Words in a row, and the clause that goes on about them.
static CLAUSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^((?:[`"']?[A-Za-z0-9][A-Za-z0-9_.\-]*[`"']?(?:,? (?:and|or) |, ?))*[`"']?[A-Za-z0-9][A-Za-z0-9_.\-]*[`"']?) (?:(?:all |both |each |is |are |comes? |follows? |sent )*)(?:when|once|as soon as|after|while) (.+)$"#,
    )
});
/// Between two words.
static JOINT: LazyLock<Regex> = LazyLock::new(|| pattern(r",? (?:and|or) |, ?"));

/// What such clauses say of the field's words, in blocks that name the field or speak of statuses.
pub(super) fn read(documents: &Documents, field: &Field<'_>, known: &[String]) -> Table {
    let mut table = Table::new();
    for block in documents.statements.chunk_by(|a, b| a.block == b.block) {
        let found: Vec<Vec<(String, &'static str)>> =
            block.iter().filter_map(|statement| entry(statement, known)).collect();
        let is_of_field = block.iter().any(|statement| speaks_of(statement, field));
        let has_known = || found.iter().flatten().any(|(word, _)| known.contains(word));
        if is_of_field && (found.len() > 1 || has_known()) {
            let all = found.into_iter().flatten();
            table.extend(all.map(|(word, status)| (word, (status, true))));
        }
    }
    table
}

fn speaks_of(statement: &Statement, field: &Field<'_>) -> bool {
    statement.terms.iter().any(|term| term_names(term, &field.path))
        || (statement.terms.is_empty()
            && (statement.has_word("status") || statement.has_word("state")))
}

/// The words of one statement, each with the standard status of its clause.
fn entry(statement: &Statement, known: &[String]) -> Option<Vec<(String, &'static str)>> {
    let text = statement.text.as_str();
    let list = text.split_once(": ").map_or(text, |(_, list)| list);
    let found = CLAUSE.captures(list)?;
    let words: Vec<String> = JOINT
        .split(found.get(1)?.as_str())
        .map(|word| word.trim_matches(['`', '"', '\'']).to_owned())
        .filter(|word| !word.is_empty())
        .collect();
    // Words of prose are not written like the vendor's; where they are, marks tell them apart.
    let is_alike = |word: &String| {
        let is_plain = style(word) == (false, true, false);
        let is_marked = || statement.terms.contains(word);
        known.iter().any(|own| style(own) == style(word)) && (!is_plain || is_marked())
    };
    let clause = found.get(2)?.as_str();
    if !words.iter().all(is_alike) {
        return None;
    }
    words.into_iter().map(|word| Some((word.clone(), meant(&word, clause)?))).collect()
}

/// What tells a vendor's word from one of prose: capitals and marks.
fn style(word: &str) -> (bool, bool, bool) {
    let is_joined = vocabulary().words(word).len() > 1;
    (word.starts_with(char::is_uppercase), word.contains(char::is_lowercase), is_joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::path::Path;
    use crate::synth::vocabulary::Entity;
    use domain::Document;
    use serde_json::json;

    fn found(text: &str) -> Vec<String> {
        let document = Document { name: "n.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let value = json!("BAG_GONE");
        let field = Field {
            variable: "payload".to_owned(),
            entity: Entity::Other,
            place: String::new(),
            path: Path::key("what"),
            values: [Some(&value)].into(),
        };
        let table = read(&documents, &field, &["BAG_GONE".to_owned()]);
        table.into_iter().map(|(word, (status, _))| format!("{word}={status}")).collect()
    }

    #[test]
    fn a_clause_gives_all_words_before_it_their_meaning() {
        let text = "- `what` says what happened: BAG_ON_ROAD, BAG_AT_DOOR and BAG_NEAR when it is on its way; BAG_GONE when the customer has it; BAG_LOST once it was called off.";
        assert_eq!(
            found(text),
            [
                "BAG_AT_DOOR=ready",
                "BAG_GONE=completed",
                "BAG_LOST=cancelled",
                "BAG_NEAR=ready",
                "BAG_ON_ROAD=ready"
            ]
        );
    }

    #[test]
    fn a_clause_that_says_what_is_to_come_or_of_prose_is_no_meaning() {
        for text in [
            "- `what`: BAG_A and BAG_B come before it has left the store.",
            "- `what` is sent when the customer has it.",
            "- Stages follow. BAG_GONE when the customer has it.",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }
}
