//! Lists that documents call groups of choices: an attribute line is a group of choices.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::documents::Documents;
use crate::synth::vocabulary::{ends_with, vocabulary};

static GROUP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:an?|each|every|the) `?(?P<list>[\w .-]{3,40}?)`? (?:is|are) (?:an? |the )?(?:groups?|sets?) of (?:choices|options|modifiers|extras)\b",
    )
});

/// Whether documents call the list of these words so.
pub(crate) fn are_groups(list: &[String], documents: &Documents) -> bool {
    let phrases = documents.statements.iter().filter_map(|own| GROUP.captures(&own.lower));
    phrases.filter_map(|found| found.name("list")).any(|phrase| {
        let words = vocabulary().words(phrase.as_str());
        !words.is_empty() && ends_with(list, &words.join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Document;

    #[test]
    fn a_list_is_called_by_the_end_of_its_name() {
        let content = "A price line is a group of choices.".to_owned();
        let document = Document { name: "notes.md".parse().unwrap(), content };
        let documents = Documents::read(&[document], &[]);
        let is_said = |name: &str| are_groups(&vocabulary().words(name), &documents);
        assert!(is_said("dish.price.lines") && is_said("priceLine"));
        assert!(!is_said("lines") && !is_said("prices"));
    }
}
