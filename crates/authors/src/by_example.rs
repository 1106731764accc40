//! Scripts learnt from examples: given inputs with the outputs that a careful engineer wants, the
//! simplest expressions that give these outputs on every one.
//!
//! The topics to the vendor are all written this way. The search itself knows nothing of topics: it
//! explains any JSON value from any other.

mod amounts;
mod answers;
mod candidates;
mod connection_test;
mod doubts;
mod emit;
mod examples;
mod expression;
mod greeting;
mod helpers;
mod lookup;
mod nodes;
mod phrase;
mod provenance;
mod script;
mod search;
mod shape;
mod space;
mod template;
#[cfg(test)]
mod tests;
pub(crate) mod vendor;
mod verdict;
mod words;
mod world;
mod zones;

use domain::{Brief, Draft, OpenPoint, Question, Topic};
use serde_json::Value;

use self::emit::Emitter;
use self::expression::same;
use self::space::{Row, Scope, Space};
use self::world::World;

/// Writes the script that reproduces the samples' outputs, or asks for what is missing.
pub(crate) fn draft(brief: &Brief) -> Draft {
    let world = World::of(brief);
    if brief.topic == Topic::TestConnection {
        return connection_test::draft(brief, &world);
    }
    let examples = examples::of(brief);
    if examples.is_empty() {
        return Draft::Question(Question::plain(format!(
            "What the vendor wants to receive can only be learnt from an example, and no sample has one. Send a sample with `expected`, the vendor's request for its payload, like this: {}",
            examples::skeleton(brief.topic)
        )));
    }
    let rows = examples.iter().map(|example| Row { elements: vec![&example.input] }).collect();
    let root = Scope { variable: "input".to_owned(), place: Vec::new() };
    let space = Space::new(vec![root], rows);
    let targets: Vec<Option<&Value>> =
        examples.iter().map(|example| Some(&example.expected)).collect();
    let found = shape::node(&world, &space, &[], &targets);
    let mut points = found.points;
    if points.is_empty() {
        points.extend(world.exposed(&found.what));
    }
    if points.is_empty() {
        points.extend(examples.iter().zip(&space.rows).filter_map(|(example, row)| {
            let given = found.what.eval(row).unwrap_or_default();
            (!same(&given, &example.expected)).then(|| OpenPoint {
                field: "$".to_owned(),
                prompt: format!(
                    "the best reading of the samples does not give the expected output of {}; does this sample contradict another?",
                    example.sample.name.as_str()
                ),
                choices: Vec::new(),
            })
        }));
    }
    if !points.is_empty() {
        let mut seen = std::collections::BTreeSet::new();
        points.retain(|point| seen.insert(point.field.clone()));
        let text = "The samples leave open where some of the vendor's fields come from.".to_owned();
        return Draft::Question(Question { text, points });
    }
    let mut emitter = Emitter::new(&world);
    let value = emitter.node(&space, &found.what, 1);
    let body = emitter.finish(value);
    let purpose = match brief.topic {
        Topic::SnoozeItems => "The vendor's requests that turn items off or on again.",
        Topic::OrderDispatch
        | Topic::TestConnection
        | Topic::ListRemoteOutlets
        | Topic::SyncOutlet
        | Topic::SyncProducts
        | Topic::OrderStatusUpdate => "The vendor's create-order request for one standard order.",
    };
    let source = format!(
        "{}{}function transform(input, context) {{\n{}  return {};\n}}\n{}",
        script::header(brief, purpose),
        body.tables,
        body.checks,
        body.value,
        body.helpers
    );
    script::or_ask_again(brief, source, provenance::of(&space, &found.what))
}
