//! The fields that can be read where one output record is made.
//!
//! A scope has a few variables, such as the product and its variant, and one row of them for each
//! record of the samples. A field is a path in one of the variables with its value in every row.

mod entries;
mod filled;
mod languages;

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::Value;

use super::collections::{Form, is_id, keys, map_form};
use super::path::{Path, Step};
use super::vocabulary::{Entity, vocabulary};
use languages::is_code_of_language;
pub(crate) use languages::{is_language, is_other_language, language_suffix};

/// How deep within a record fields are looked for.
const MAX_DEPTH: usize = 8;

/// One variable of the script, with its value in each row.
#[derive(Debug, Clone)]
pub(crate) struct Variable<'a> {
    /// Its name in the script.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) entity: Entity,
    /// How a person would find it in the payload.
    pub(crate) place: String,
    /// Its values; nothing where the row has none.
    pub(crate) rows: Vec<Option<&'a Value>>,
}

/// A field of a variable.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    pub(crate) variable: String,
    pub(crate) entity: Entity,
    pub(crate) place: String,
    pub(crate) path: Path,
    /// Its value in each row; nothing where it is missing or null. Shared by its copies: a catalogue
    /// has many rows.
    pub(crate) values: Rc<[Option<&'a Value>]>,
}

impl Field<'_> {
    /// The expression that reads it.
    pub(crate) fn js(&self) -> String {
        self.path.js(&self.variable)
    }

    /// Where it stands in the payload, for people.
    pub(crate) fn place(&self) -> String {
        if self.place.is_empty() {
            self.path.to_string()
        } else {
            format!("{}.{}", self.place, self.path)
        }
    }

    /// The values that say something: neither missing nor empty text.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &Value> {
        self.values.iter().flatten().copied().filter(|value| value.as_str() != Some(""))
    }

    /// The records of the lists that it holds.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Value> {
        self.filled().filter_map(Value::as_array).flatten().filter(|record| record.is_object())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.filled().next().is_none()
    }

    pub(crate) fn all(&self, holds: impl Fn(&Value) -> bool) -> bool {
        self.filled().all(holds)
    }

    /// The field in the rows that are not left out.
    pub(crate) fn without(&self, left_out: &[bool]) -> Self {
        let rows = self.values.iter().zip(left_out);
        let values = rows.filter(|(_, is_out)| !**is_out).map(|(value, _)| *value).collect();
        Self { values, ..self.clone() }
    }

    /// A field of the same record that no sample has.
    pub(crate) fn unfilled(&self, path: Path) -> Self {
        let values = std::iter::repeat_n(None, self.values.len()).collect();
        Self { path, values, ..self.clone() }
    }

    /// Whether no two rows of one sample have the same value; `origins` are the rows' samples.
    pub(crate) fn is_unique(&self, origins: &[usize]) -> bool {
        let mut seen = BTreeSet::new();
        let there =
            self.values.iter().zip(origins).filter_map(|(value, origin)| Some((origin, (*value)?)));
        there.map(|(origin, value)| (*origin, value.to_string())).all(|id| seen.insert(id))
    }

    pub(crate) fn is_always_there(&self) -> bool {
        self.filled().count() == self.values.len()
    }

    /// Whether both are the same place.
    pub(crate) fn is_at(&self, other: &Self) -> bool {
        self.variable == other.variable && self.path == other.path
    }

    /// Whether both stand in one record, or in one part of it.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.variable == other.variable && self.path.parent() == other.path.parent()
    }

    /// Whether it stands in no list, but for a list of prices or outlets with one entry.
    pub(crate) fn is_own(&self) -> bool {
        let is_price = |key: &&str| {
            let words = vocabulary().words(key);
            words.last().is_some_and(|word| word == "price")
                || vocabulary().names(Entity::Outlet, &words)
        };
        !self.path.is_in_list() || self.path.keys().iter().any(is_price)
    }

    /// What it is called, in the vocabulary's form and without the record's own name.
    pub(crate) fn words(&self) -> Vec<String> {
        let v = vocabulary();
        let mut keys = self.path.keys();
        // A text by language means what the texts mean: `name.en` is a name.
        if self.path.ends_in_number() {
            keys.pop();
        }
        while keys.len() > 1 && keys.last().is_some_and(|key| is_language(key)) {
            keys.pop();
        }
        let last = keys.last().copied().unwrap_or_default();
        let mut leaf = v.words(last);
        if language_suffix(last).is_some() && leaf.len() > 1 {
            leaf.pop();
        }
        // Within a group of choices `group_name` is the group's.
        if self.entity == Entity::Group
            && leaf.len() > 1
            && leaf.first().is_some_and(|w| w == "group")
        {
            leaf.remove(0);
        }
        // What can be chosen may be a product by itself: its `product_name` is its name.
        let is_shown =
            leaf.last().is_some_and(|w| matches!(w.as_str(), "name" | "title" | "price"));
        if self.entity == Entity::Option && is_shown {
            leaf = v.without_entity(Entity::Product, &leaf).to_vec();
        }
        // `business_location_id` is the location's own id.
        if let (Entity::Outlet, [_, .., owner, last]) = (self.entity, leaf.as_slice())
            && last == "id"
            && v.entity_phrases(Entity::Outlet).any(|phrase| phrase == owner)
        {
            leaf = vec![last.clone()];
        }
        let mut words: Vec<String> = Vec::new();
        for key in keys.iter().rev().skip(1).rev() {
            let container = v.words(key);
            let container = v.without_entity(self.entity, &container).to_vec();
            let is_picture = v.names(Entity::Image, &container) && v.names_picture(&leaf);
            let own = is_picture
                || v.is_own_container(&container)
                || v.names(self.entity, &container)
                || is_group_itself(self.entity, &container)
                || is_nest(&container)
                || self.path.is_in_list() && is_of_languages(&container);
            if !own {
                words.extend(container);
            }
        }
        if words.is_empty() {
            return v.without_entity(self.entity, &leaf).to_vec();
        }
        // The `number` of one of its `phone_numbers` is a phone number.
        if !words.ends_with(&leaf) {
            words.extend(leaf);
        }
        words
    }

    /// Up to three of its values, for people.
    pub(crate) fn examples(&self) -> String {
        let mut seen = BTreeSet::new();
        let shown: Vec<String> = self
            .filled()
            .map(|value| domain::bounded(&value.to_string(), 40))
            .filter(|text| seen.insert(text.clone()))
            .take(3)
            .collect();
        if shown.is_empty() { "empty in the samples".to_owned() } else { shown.join(", ") }
    }
}

/// Whether a list is called one of texts in several languages.
fn is_of_languages(words: &[String]) -> bool {
    const LANGUAGES: [&str; 4] = ["language", "translation", "localization", "localisation"];
    words.last().is_some_and(|last| LANGUAGES.contains(&last.as_str()))
}

/// Whether what holds a field is the group of choices itself, within what ties it to a product.
pub(crate) fn is_group_itself(entity: Entity, container: &[String]) -> bool {
    entity == Entity::Group && container == ["group"]
}

/// Containers of places, which keep the meaning of what they hold.
fn is_nest(words: &[String]) -> bool {
    const NESTS: [&str; 18] = [
        "address",
        "contact",
        "coordinate",
        "geo",
        "geolocation",
        "position",
        "location",
        "gps",
        "event",
        "object",
        "status",
        "update",
        "updated",
        "fulfillment",
        "payload",
        "price",
        "pricing",
        "metadata",
    ];
    words.last().is_some_and(|last| NESTS.contains(&last.as_str()))
}

/// All fields of the variables.
pub(crate) fn fields<'a>(variables: &[Variable<'a>]) -> Vec<Field<'a>> {
    let mut found = Vec::new();
    for variable in variables {
        let start = Field {
            variable: variable.name.clone(),
            entity: variable.entity,
            place: variable.place.clone(),
            path: Path::default(),
            values: Rc::from(variable.rows.as_slice()),
        };
        walk(&start, &mut found);
    }
    filled::without_repeated(found)
}

fn walk<'a>(at: &Field<'a>, found: &mut Vec<Field<'a>>) {
    let at = &without_false(at);
    let there: Vec<&Value> = at.values.iter().flatten().copied().collect();
    if at.path.len() >= MAX_DEPTH {
        return;
    }
    let step_into = |step: Step, found: &mut Vec<Field<'a>>| {
        let path = Path::default().then(step.clone());
        let values = at.values.iter().map(|value| value.and_then(|v| path.of(v))).collect();
        let inner = Field { path: at.path.then(step), values, ..at.clone() };
        walk(&inner, found);
    };
    if !at.path.is_root() {
        found.push(at.clone());
    }
    let lists: Vec<&Vec<Value>> = there.iter().filter_map(|value| value.as_array()).collect();
    if let Some(steps) = entries::steps(&lists).filter(|_| !at.path.is_root()) {
        for step in steps {
            step_into(step, found);
        }
        return;
    }
    if !lists.is_empty() && lists.iter().all(|list| is_pair(list)) && !at.path.is_root() {
        step_into(Step::PairName, found);
        return;
    }
    if !lists.is_empty() {
        // The first picture stands for all of them.
        let is_image = vocabulary().names_picture(&vocabulary().words(at.path.leaf()));
        let single = is_image
            || lists.iter().all(|list| list.len() <= 1)
                && lists.iter().any(|list| !list.is_empty());
        if single && !at.path.is_root() {
            let is_mixed = there.iter().any(|value| value.is_object());
            step_into(if is_mixed { Step::FirstOrOnly } else { Step::First }, found);
        }
        return;
    }
    if is_element_of_list(&at.path) {
        // Several would be a list, as XML turned into JSON has it.
        step_into(Step::FirstOrOnly, found);
        return;
    }
    let names = keys(&there);
    if !at.path.is_root() && map_form(&there) == Some(Form::Keyed) {
        return;
    }
    let is_map = !names.is_empty() && names.iter().all(|name| is_id(name));
    if is_map {
        if there.iter().all(|value| value.as_object().is_none_or(|map| map.len() <= 1)) {
            step_into(Step::Only, found);
        }
        return;
    }
    if let [language] = names.as_slice()
        && is_code_of_language(language)
        && !at.path.is_root()
    {
        step_into(Step::Text(language.clone()), found);
        return;
    }
    for name in names {
        step_into(Step::Key(name), found);
    }
}

/// Whether a picture's record stands in what is called like several of it: `Images.Image`.
fn is_element_of_list(path: &Path) -> bool {
    let v = vocabulary();
    let (own, holder) = (v.words(path.leaf()), v.words(path.parent().leaf()));
    path.len() > 1
        && !path.ends_in_list()
        && own == holder
        && path.leaf().len() < path.parent().leaf().len()
        && v.names_picture(&own)
}

/// Whether a text stands in a list of translations that has one entry everywhere: a language beside it says
/// so.
pub(crate) fn is_translation(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    let is_of_list = |(list, inner): (Path, Path)| {
        inner.len() == 1
            && fields.iter().any(|other| {
                other.variable == field.variable
                    && other.path.parent() == field.path.parent()
                    && other.path.starts_with(&list)
                    && entries::is_language(other.path.leaf())
            })
    };
    field.filled().all(Value::is_string) && field.path.split_at_list().is_some_and(is_of_list)
}

/// Whether a field stands in no list but one of translations.
pub(crate) fn is_plain(field: &Field<'_>, fields: &[Field<'_>]) -> bool {
    !field.path.is_in_list() || is_translation(field, fields)
}

/// An id and a name, as some vendors write a reference.
fn is_pair(list: &[Value]) -> bool {
    matches!(list, [Value::Number(_), Value::String(_)])
}

/// Some vendors write `false` into empty fields: where all other values are no flags, it is none.
fn without_false<'a>(field: &Field<'a>) -> Field<'a> {
    let is_false = |value: &Value| value.as_bool() == Some(false);
    let others: Vec<&Value> =
        field.values.iter().flatten().copied().filter(|value| !is_false(value)).collect();
    if others.is_empty() || others.iter().any(|value| value.is_boolean()) {
        return field.clone();
    }
    let values = field.values.iter().map(|value| value.filter(|value| !is_false(value))).collect();
    Field { values, ..field.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_are_found_in_own_parts_and_in_lists_of_one() {
        let record = json!({"id": 1, "item_data": {"name": "Pho"}, "price": {"1": "780"}, "stores": [{"ok": true}]});
        let variable = Variable {
            name: "item".to_owned(),
            entity: Entity::Product,
            place: "items[]".to_owned(),
            rows: vec![Some(&record)],
        };
        let paths: Vec<String> = fields(&[variable]).iter().map(|f| f.path.to_string()).collect();
        for path in ["id", "item_data.name", "price.*", "stores[0].ok"] {
            assert!(paths.iter().any(|p| p == path), "{path} in {paths:?}");
        }
    }
}
