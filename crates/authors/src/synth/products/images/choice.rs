//! Which of several pictures is the product's.

use serde_json::Value;

use super::told;
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::Rows;
use crate::synth::kind::number;
use crate::synth::path::Path;
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// Which of several pictures is the product's.
#[derive(Debug)]
pub(crate) struct Choice {
    list: Path,
    url: Path,
    /// Whether the list is a record in its stead where there is one picture.
    may_be_alone: bool,
    by: By,
}

/// What tells the product's picture from the others.
#[derive(Debug)]
enum By {
    /// A flag of the main one.
    Flag(Path),
    /// A number: the lowest comes first.
    Order(Path),
    /// Words that it has: its kind, its size.
    Words(Vec<(Path, String)>),
}

/// Words for the picture that comes first.
const MAIN: [&str; 7] = ["main", "primary", "default", "featured", "cover", "thumbnail", "thumb"];
const ORDER: [&str; 10] = [
    "position",
    "sort",
    "sort order",
    "order",
    "rank",
    "sequence",
    "index",
    "display order",
    "ordinal",
    "ordering",
];

/// The field of a list's pictures that says which one comes first.
pub(super) fn find(field: &Field<'_>, rows: &Rows<'_>, documents: &Documents) -> Option<Choice> {
    let (list, url) = field.path.split_at_list()?;
    let may_be_alone = field.path.may_be_alone();
    let holders = rows.variables.iter().find(|own| own.name == field.variable)?;
    let held = holders.rows.iter().flatten().filter_map(|record| list.of(record));
    let pictures = Variable {
        name: "image".to_owned(),
        entity: Entity::Image,
        place: list.to_string(),
        rows: held
            .flat_map(|held| held.as_array().map_or_else(|| vec![held], |all| all.iter().collect()))
            .map(Some)
            .collect(),
    };
    let fields = scope::fields(std::slice::from_ref(&pictures));
    let own = || fields.iter().filter(|field| field.path.len() == 1 && !field.is_empty());
    let main = own().find(|field| field.all(Value::is_boolean) && is_of_main(field));
    let is_order = |field: &&Field<'_>| {
        let words = vocabulary().words(field.path.leaf()).join(" ");
        ORDER.contains(&words.as_str()) && field.all(|value| number(value).is_some())
    };
    let words = told::words(own(), documents);
    let by = if let Some(main) = main {
        By::Flag(main.path.clone())
    } else if words.is_empty() {
        By::Order(own().find(is_order)?.path.clone())
    } else {
        By::Words(words)
    };
    Some(Choice { list, url, may_be_alone, by })
}

/// Whether a flag is called after the main picture: `is_main`, `MainImage`, `is_thumbnail`.
fn is_of_main(field: &Field<'_>) -> bool {
    let mut words = vocabulary().words(field.path.leaf());
    words.retain(|word| {
        word != "is" && !vocabulary().names_picture(std::slice::from_ref(word))
            || word == "thumbnail"
    });
    matches!(words.as_slice(), [only] if MAIN.contains(&only.as_str()))
}

impl Choice {
    /// The expression for the chosen picture's address.
    pub(super) fn js(&self, variable: &str, script: &mut Script) -> String {
        let chosen = self.record(variable, script);
        self.url.js_after(&chosen)
    }

    /// The expression for the chosen picture.
    pub(super) fn record(&self, variable: &str, script: &mut Script) -> String {
        script.uses(Helper::List);
        let held = self.list.js(variable);
        let all = if self.may_be_alone {
            format!("list([{held}].flat())")
        } else {
            format!("list({held})")
        };
        match &self.by {
            By::Flag(by) => {
                script.comment(&format!("the one whose {by} is true, else the first"));
                let by = by.js("image");
                format!("({all}.find((image) => {by} === true) ?? {all}[0])")
            }
            By::Order(by) => {
                script.uses(Helper::InOrder);
                script.comment(&format!("the one with the lowest {by}"));
                format!("inOrder({all}, (image) => {})[0]", by.js("image"))
            }
            By::Words(words) => {
                let is = |(by, word): &(Path, String)| {
                    format!("{} === {}", by.js("image"), crate::js::text(word))
                };
                let tests: Vec<String> = words.iter().map(is).collect();
                format!("{all}.find((image) => {})", tests.join(" && "))
            }
        }
    }
}
