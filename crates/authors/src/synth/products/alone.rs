//! Records that are only sold as a part of others, in a list of products that are options too.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::choices::Choices;
use super::headings::Headings;
use crate::pattern::pattern;
use crate::synth::answers::Answer;
use crate::synth::collections::Collection;
use crate::synth::deletion;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{Relation, Rows, Target};
use crate::synth::matching::{Decisions, as_shown};
use crate::synth::path::Path;
use crate::synth::scope;

const POINT: &str = "products (options among them)";
const NAMED: &str = "only those that a category names";
const ALL: &str = "all of them";

static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"by itself|by themselves|sold alone|(?:sold|ordered|bought) on (?:its|their) own|only (?:be )?(?:picked|chosen|sold) (?:as part|with)|some category (?:lists|names)|found in a category",
    )
});

/// The key by which categories name what is sold alone, where other records of the list are not.
pub(super) fn find(
    rows: &Rows<'_>,
    list: &Collection,
    headings: Option<&Headings<'_>>,
    choices: Option<&Choices<'_>>,
    targets: &[Target<'_>],
    decisions: &mut Decisions<'_>,
) -> Option<Path> {
    let offered = choices?;
    if !offered.offers(list, targets) {
        return None;
    }
    if are_marked(rows, offered, decisions) {
        return None;
    }
    let relation = headings.and_then(Headings::naming);
    let is_all =
        relation.is_some_and(|r| r.is_named_by(rows, targets).into_iter().all(|named| named));
    if is_all {
        return None;
    }
    // What no category names and groups offer is a choice alone: nobody finds it elsewhere.
    let all_others_are_offered = |relation: &Relation| {
        let named = relation.is_named_by(rows, targets);
        let records = rows.variables.first().map(|item| item.rows.as_slice()).unwrap_or_default();
        named.iter().any(|named| *named)
            && records
                .iter()
                .zip(named)
                .filter(|(_, named)| !named)
                .all(|(record, _)| record.is_some_and(|record| offered.is_offered(record)))
    };
    let is_said = decisions
        .documents
        .statements
        .iter()
        .any(|statement| ALONE.is_match(&statement.lower) && statement.has_word("category"));
    match (relation, decisions.answers.of(POINT).map(Answer::text)) {
        (Some(relation), Some(NAMED)) => Some(relation.path().clone()),
        (_, Some(ALL)) => None,
        (Some(relation), None) if is_said || all_others_are_offered(relation) => {
            Some(relation.path().clone())
        }
        (relation, _) => {
            let mut choices = vec![as_shown(ALL)];
            if relation.is_some() {
                choices.insert(0, as_shown(NAMED));
            }
            let prompt = format!(
                "Options of modifier groups stand among the products in {list}. Which of its records are sold on their own?"
            );
            decisions.ask(POINT, &prompt, &choices);
            None
        }
    }
}

/// Whether documents say by a flag which records are never sold alone, and all that groups offer have it.
fn are_marked(rows: &Rows<'_>, offered: &Choices<'_>, decisions: &Decisions<'_>) -> bool {
    let records = rows.variables.first().map(|item| item.rows.as_slice()).unwrap_or_default();
    let fields = scope::fields(&rows.variables);
    let mut marks = fields.iter().filter(|field| {
        field.path.len() == 1
            && field.filled().all(Value::is_boolean)
            && deletion::is_said_to_be_never_alone(field, decisions.documents)
    });
    marks.next().is_some_and(|mark| {
        records.iter().zip(mark.values.iter()).all(|(record, value)| {
            let is_offered = record.is_some_and(|record| offered.is_offered(record));
            !is_offered || value.is_some_and(|value| value == &Value::Bool(true))
        })
    })
}

/// Skips a record that no category names.
pub(super) fn skip(own: &Path, script: &mut Script) {
    script.uses(Helper::Text);
    script.comment("what no category names is only sold as a part of others");
    script.line(format!("if (!categoryIndex.has(text({}))) {{", own.js("item")));
    script.line("parts += 1;");
    script.line("continue;");
    script.line("}");
}

/// Logs how many were skipped.
pub(super) fn report(script: &mut Script) {
    script.line("if (parts > 0) context.log(`dropped ${parts} records: no category names them`);");
}
