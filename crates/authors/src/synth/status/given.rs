//! The id that whoever placed an order gave it then: `the id given when the delivery was created`.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::kind::{self, Kind};
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

/// An id that came with what made the order.
static AT_CREATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:is |holds |has |repeats |carries |echoes )?(?:(?:the|an?|our|your)(?: own)? )?(?:(?:order|delivery|external|unique) )?(?:id|identifier|reference|key|number|one)\b(?P<clause>[^.;`]{0,50}?\b(?P<how>given|gave|gives|set|chosen|chose|chooses|used|sent|sends|passed|passes|supplied|supplies|provided|provides|submitted|submits|handed over)\b[^.;`]{0,30}?\b(?:(?:order|delivery|job|ticket|task|it)(?: \w+)? (?:was|is|were|are|got|gets|has been) (?:created|placed|made|requested|booked|opened|submitted|sent)|(?:creat|plac|book|request|mak|submitt|send|order)(?:ed|ing|es|s)? (?:the|an?|it|this|that)\b|(?:on|at|upon|in|with|for) (?:its |the |order |delivery )*(?:creation|create|placement|booking|checkout)\b))",
    )
});
/// Who gives an id to what is not theirs yet.
static BY_CALLER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:we|you|our|your|(?:the|an?|whoever) (?:caller|client|partner|merchant|store|restaurant|shop|seller|venue|integration|integrator)|whoever)\b",
    )
});
static OF_ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:not|never)\b|\b(?:of|for|to) (?:the|an?|its|each) (?:courier|driver|rider|customer|guest|payment|store|restaurant|shop|quote|table|item|product|event|message|notification)\b",
    )
});

/// What it speaks for a field, if anything, that documents say this of it: less where the vendor may
/// have given the id.
pub(super) fn worth(said: &str, field: &Field<'_>) -> Option<f64> {
    const OF_CALLER: f64 = 2.0;
    const OF_SOMEBODY: f64 = 1.0;
    let found = AT_CREATION.captures(said)?;
    let clause = found.name("clause").map_or("", |m| m.as_str());
    let is_barred = vocabulary()
        .field("order_id")
        .is_some_and(|own| field.words().iter().any(|word| own.not.contains(word)));
    if is_barred || kind::of(field) == Kind::Phone || OF_ANOTHER.is_match(clause) {
        return None;
    }
    // Who gets an order sets its id; to send one is for those who place it.
    let how = found.name("how").map_or("", |m| m.as_str());
    let is_sent = !matches!(how, "given" | "gave" | "gives" | "set" | "chosen" | "chose" | "used");
    let is_caller_s = is_sent || BY_CALLER.is_match(found.get(0).map_or("", |m| m.as_str()));
    Some(if is_caller_s { OF_CALLER } else { OF_SOMEBODY })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::path::Path;
    use crate::synth::vocabulary::Entity;
    use serde_json::{Value, json};

    fn of(said: &str, key: &str, value: &Value) -> Option<f64> {
        let (variable, place) = ("payload".to_owned(), String::new());
        let values = [Some(value)].into();
        let field = Field { variable, entity: Entity::Other, place, path: Path::key(key), values };
        worth(said, &field)
    }

    #[test]
    fn an_id_that_came_with_the_order_is_one_and_a_caller_s_is_surer() {
        let id = json!("k-17");
        for said in [" is the id given when the order was placed", " is an id set at creation"] {
            assert_eq!(of(said, "run_ref", &id), Some(1.0), "{said}");
        }
        for said in [
            " is the id the caller gave when the order was placed",
            " is our reference, passed when creating the delivery",
            " is the key sent with the call that created the order",
        ] {
            assert_eq!(of(said, "run_ref", &id), Some(2.0), "{said}");
        }
    }

    #[test]
    fn what_else_came_with_the_order_is_none() {
        let said = " is the number given when the order was placed";
        assert_eq!(of(said, "dial", &json!("+49431555010")), None);
        assert_eq!(of(said, "table", &json!("7")), None);
        for said in [
            " is the id of the customer given when the order was placed",
            " is the time sent when the order was placed",
            " is the id of the delivery",
        ] {
            assert_eq!(of(said, "run_ref", &json!("k-17")), None, "{said}");
        }
    }
}
