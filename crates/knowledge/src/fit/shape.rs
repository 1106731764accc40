//! The path of an operation as the things and acts that it names.

use std::sync::LazyLock;

use domain::HttpMethod;

use crate::description::{Operation, Parameter, Place};
use crate::words;

/// Words that are compared by their stems; cut once, for there are thousands of operations.
pub(super) type Stems = LazyLock<Vec<String>>;

/// What operations do, where their paths say so.
pub(super) static READING: Stems = LazyLock::new(|| {
    stemmed(&[
        "list", "search", "query", "get", "fetch", "find", "all", "export", "full", "retrieve",
        "read",
    ])
});
static MAKING: Stems = LazyLock::new(|| {
    stemmed(&["create", "submit", "place", "new", "add", "inject", "send", "push"])
});

/// What a path says.
pub(super) struct Shape {
    /// The stems of each part that is no parameter, verbs and versions left out.
    pub(super) parts: Vec<Vec<String>>,
    /// The thing that the path names last.
    pub(super) head: String,
    /// The verbs, as stems.
    pub(super) verbs: Vec<String>,
    pub(super) ends_with_parameter: bool,
    /// Whether the last thing is named as one and not as many.
    pub(super) singular: bool,
    pub(super) required_queries: i32,
    pub(super) has_parameters: bool,
}

impl Shape {
    pub(super) fn of(operation: &Operation) -> Self {
        let segments: Vec<&str> =
            operation.path.split('/').filter(|segment| !segment.is_empty()).collect();
        let is_verb = |stem: &String| READING.contains(stem) || MAKING.contains(stem);
        let (mut parts, mut verbs, mut singular) = (Vec::new(), Vec::new(), false);
        for segment in segments.iter().filter(|segment| !segment.starts_with('{')) {
            let mut words = words::split(segment);
            // `itemsByCategory` are items.
            let end = words.iter().skip(1).position(|word| matches!(word.as_str(), "by" | "for"));
            words.truncate(end.map_or(words.len(), |end| end + 1));
            words.retain(|word| {
                let version = word.strip_prefix('v').unwrap_or(word);
                let version = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
                !(version && word != "86"
                    || matches!(word.as_str(), "json" | "api" | "rest" | "pos" | "batch" | "bulk"))
            });
            let last_word = words.iter().rev().find(|word| !is_verb(&words::stem(word)));
            let is_one = last_word.is_some_and(|word| !word.ends_with('s'));
            let (acts, things): (Vec<String>, Vec<String>) =
                words.iter().map(|word| words::stem(word)).partition(is_verb);
            verbs.extend(acts);
            if !things.is_empty() {
                singular = is_one;
                parts.push(things);
            }
        }
        let head = parts.last().and_then(|part| part.last()).cloned().unwrap_or_default();
        let required = |given: &&Parameter| given.required && given.place == Place::Query;
        Self {
            parts,
            head,
            verbs,
            ends_with_parameter: segments.last().is_some_and(|segment| segment.starts_with('{')),
            singular,
            required_queries: i32::try_from(operation.parameters.iter().filter(required).count())
                .unwrap_or(i32::MAX / 8),
            has_parameters: operation.path.contains('{'),
        }
    }

    pub(super) fn names(&self, known: &[String]) -> bool {
        self.parts.iter().flatten().any(|word| known.contains(word))
    }

    pub(super) fn head_is(&self, known: &[String]) -> bool {
        known.contains(&self.head)
    }

    pub(super) fn does(&self, known: &[String]) -> bool {
        self.verbs.iter().any(|verb| known.contains(verb))
    }

    /// Reads a list: by GET, or by POST with a word for it.
    pub(super) fn reads(&self, method: HttpMethod) -> bool {
        match method {
            HttpMethod::Get => !self.does(&MAKING),
            HttpMethod::Post => self.does(&READING),
            _ => false,
        }
    }
}

/// Words as they are compared.
pub(super) fn stemmed(known: &[&str]) -> Vec<String> {
    known.iter().map(|word| words::stem(word)).collect()
}
