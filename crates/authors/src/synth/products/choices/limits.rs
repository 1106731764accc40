//! How many options may be chosen, and the number that stands for no limit.

use std::sync::LazyLock;

use domain::OpenPoint;
use regex::Regex;
use serde_json::Value;

use super::bounds::MAX;
use crate::pattern::pattern;
use crate::synth::matching::Decisions;
use crate::synth::scope::Field;

static NO_LIMIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"not capped|uncapped|no limit|unlimited|any number of|no bound|no maximum|no upper|without limit|not limited|unbounded|no ceiling|lifts the|any number|as many as|no max|without a limit|sin límite|unbegrenzt|beliebig|sans limite|senza limite|onbeperkt|sem limite",
    )
});
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?:^|[\s`"“'(:=])(-?\d+)\b"#));

/// Whether a field holds counts: small whole numbers, and no ids.
pub(super) fn is_count(field: &Field<'_>) -> bool {
    let is_id = crate::synth::vocabulary::vocabulary()
        .words(field.path.leaf())
        .last()
        .is_some_and(|word| matches!(word.as_str(), "id" | "ref" | "code"));
    // No group has so many options, and no limit may be written as a very large number.
    let is_small = |number: i64| number < 100_000 || number >= i64::from(i32::MAX);
    !is_id && field.all(|value| number_of(value).is_some_and(is_small))
}

fn number_of(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// The maximum that means that there is none: what documents say, else what a person says of zero.
pub(super) fn no_limit(max: &Field<'_>, decisions: &mut Decisions<'_>) -> Option<i64> {
    let stated = decisions
        .documents
        .statements
        .iter()
        .filter(|statement| NO_LIMIT.is_match(&statement.lower))
        .find_map(|statement| {
            let at = NO_LIMIT.find(&statement.lower)?;
            let before = statement.lower.get(..at.start())?;
            Some(
                NUMBER
                    .captures_iter(before)
                    .last()
                    .and_then(|found| found.get(1)?.as_str().parse::<i64>().ok()),
            )
        });
    if let Some(number) = stated {
        return number;
    }
    let has_zero = max.filled().any(|value| number_of(value) == Some(0));
    if !has_zero {
        return None;
    }
    let point = format!("{} (zero)", MAX.output);
    match decisions.answers.of(&point).map(|answer| answer.text().to_lowercase()) {
        Some(text) if text == "no limit" || NO_LIMIT.is_match(&text) => Some(0),
        Some(_) => None,
        None => {
            let choice = |value: &str, label: &str| domain::Choice {
                value: value.to_owned(),
                label: label.to_owned(),
            };
            decisions.open.push(OpenPoint {
                field: point,
                prompt: format!("{} is 0 in a sample. What does that mean?", max.place()),
                choices: vec![
                    choice("no limit", "no limit"),
                    choice("none", "nothing can be chosen"),
                ],
            });
            None
        }
    }
}
