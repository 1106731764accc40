//! How many options of a group may be chosen.

use super::limits::{is_count, no_limit};
use super::rules::{self, Rule};
use super::told::{self, Told};
use super::{unread, unseen};
use crate::synth::emit::{Helper, Script};
use crate::synth::matching::{Decisions, Wanted};
use crate::synth::scope::Field;

pub(super) const MIN: Wanted = Wanted {
    output: "products[].modifierGroups[].minSelect",
    names: "min",
    said: &["min", "least"],
    required: false,
};
pub(super) const MAX: Wanted = Wanted {
    output: "products[].modifierGroups[].maxSelect",
    names: "max",
    said: &["max", "most"],
    required: false,
};
/// What says how many may be chosen.
#[derive(Debug)]
pub(super) struct Bounds<'a> {
    min: Option<Field<'a>>,
    max: Option<Field<'a>>,
    /// Says, where there is no minimum, whether one has to be chosen.
    required: Option<Rule<'a>>,
    /// Says, where there is no maximum, whether one at the most may be chosen.
    single: Option<Rule<'a>>,
    /// Whether a group in which one has to be chosen takes no more, where it gives no other maximum.
    is_exact: bool,
    /// How many every group takes, where documents say it of all.
    told: Option<Told>,
    /// The number that stands for no limit.
    no_limit: Option<i64>,
}

impl<'a> Bounds<'a> {
    /// Finds them among the fields of the groups.
    pub(super) fn find(fields: &[Field<'a>], decisions: &mut Decisions<'_>) -> Self {
        let min = decisions.find(&MIN, fields, is_count);
        let max = decisions.find(&MAX, fields, is_count);
        let max = max.or_else(|| unseen::beside(min.as_ref()?, &MIN, &MAX, fields, decisions));
        // A group without a minimum may say by a flag whether one has to be chosen.
        let has_least = min.as_ref().is_some_and(Field::is_always_there);
        let required = (!has_least).then(|| rules::required(fields)).flatten();
        let told = max.is_none().then(|| told::of_all(decisions)).flatten();
        let is_open = max.is_none() && told.is_none();
        let single = is_open.then(|| rules::single(fields, decisions.documents)).flatten();
        if let Some(rule) = &single {
            decisions.record(
                MAX.output,
                &rule.field.place(),
                "it says whether one is the most",
                0.8,
                "",
            );
        }
        if let Some(rule) = &required {
            decisions.record(
                MIN.output,
                &rule.field.place(),
                "it says whether one has to be chosen",
                0.8,
                "",
            );
        }
        let no_limit = max.as_ref().and_then(|field| no_limit(field, decisions));
        let is_exact = max.is_some()
            && required.as_ref().is_some_and(|rule| told::is_exactly_one(&rule.field, decisions));
        Self { min, max, required, single, is_exact, told, no_limit }
    }

    /// Asks about counts of the groups that could be a bound and are not read.
    pub(super) fn ask_unread(&self, fields: &[Field<'_>], decisions: &mut Decisions<'_>) {
        if self.max.is_none() && self.told.is_none() && self.single.is_none() {
            unread::ask_count(&MAX, fields, decisions);
        }
        if self.min.is_none() && self.required.is_none() && self.told != Some(Told::ExactlyOne) {
            unread::ask_count(&MIN, fields, decisions);
        }
        let is_any = self.min.is_some() || self.max.is_some() || self.told.is_some();
        if !is_any && self.required.is_none() && self.single.is_none() {
            told::ask_unread(decisions);
        }
    }

    /// Whether one of the fields that are read is such a one.
    pub(super) fn read_any(&self, is_one: impl Fn(&Field<'_>) -> bool) -> bool {
        let rules = [&self.required, &self.single].into_iter().flatten().map(|rule| &rule.field);
        [&self.min, &self.max].into_iter().flatten().chain(rules).any(is_one)
    }

    /// The group's fields.
    pub(super) fn write(&self, script: &mut Script) {
        self.write_min(script);
        if let Some(single) = &self.single {
            let holds = single.js(script);
            script.comment(&format!("{}: whether one is the most", single.field.place()));
            script.line(format!("maxSelect: {holds} === true ? 1 : undefined,"));
        }
        if self.told.is_some() {
            script.comment("documents say that every group takes one");
            script.line("maxSelect: 1,");
        }
        if let Some(max) = &self.max {
            self.write_max(max, script);
        }
    }

    fn write_min(&self, script: &mut Script) {
        let mut reads = Vec::new();
        if let Some(min) = &self.min {
            script.uses(Helper::Count);
            script.comment(&min.place());
            reads.push(format!("count({})", min.js()));
        }
        if let Some(required) = &self.required {
            let holds = required.js(script);
            script.comment(&format!("{}: whether one has to be chosen", required.field.place()));
            script.uses(Helper::OneIf);
            reads.push(format!("oneIf({holds})"));
        }
        if reads.is_empty() && self.told == Some(Told::ExactlyOne) {
            script.line("minSelect: 1,");
        }
        if !reads.is_empty() {
            script.line(format!("minSelect: {},", reads.join(" ?? ")));
        }
    }

    fn write_max(&self, max: &Field<'_>, script: &mut Script) {
        script.uses(Helper::Count);
        let read = format!("count({})", max.js());
        let read = if let Some(number) = self.no_limit {
            script.comment(&format!("{}, where {number} means no limit", max.place()));
            format!("{read} === {number} ? undefined : {read}")
        } else {
            script.comment(&max.place());
            read
        };
        match self.required.as_ref().filter(|_| self.is_exact && self.no_limit.is_none()) {
            Some(required) => {
                let holds = required.js(script);
                script.line(format!("maxSelect: {read} ?? ({holds} === true ? 1 : undefined),"));
            }
            None => script.line(format!("maxSelect: {read},")),
        }
    }
}
