//! How well the name of a field fits what a contract asks for.

use crate::synth::path::{Path, Step};
use crate::synth::scope::{Field, is_other_language, language_suffix};
use crate::synth::vocabulary::{Entity, ends_with, vocabulary};

/// What a reason loses for standing in something that does not say what it is the reason of.
const ELSEWHERE: f64 = 0.2;
/// What a text loses for being in another language than the usual one.
const OTHER_LANGUAGE: f64 = 0.02;
/// The least score of a name that says it all by itself.
const CLEAR: f64 = 0.7;

/// The score of the name with what holds it. A reason is one wherever it stands.
pub(super) fn score(field: &Field<'_>, names: &str) -> f64 {
    let whole = name_score(field, names);
    if matches!(names, "price" | "image") && whole <= 0.0 {
        return within_one(field)
            .map_or(whole, |alone| ELSEWHERE.mul_add(-1.0, name_score(&alone, names)).max(0.0));
    }
    if names != "reason" {
        return whole;
    }
    let path = Path::default().then(Step::Key(field.path.leaf().to_owned()));
    let alone = name_score(&Field { path, ..field.clone() }, names);
    if alone > CLEAR { whole.max(alone - ELSEWHERE) } else { whole }
}

/// The field of a list of outlets that has one record, as if it were the product's own: the price at
/// the only outlet. So it is with what options have one of.
fn within_one<'a>(field: &Field<'a>) -> Option<Field<'a>> {
    let (list, inner) = field.path.split_at_list()?;
    let is_of_outlets = vocabulary().names(Entity::Outlet, &vocabulary().words(list.leaf()));
    ((is_of_outlets || field.entity == Entity::Option) && !inner.is_in_list() && inner.len() == 1)
        .then(|| Field { path: inner, ..field.clone() })
}

/// How well a field's name fits, from 0 to 1.
pub(crate) fn name_score(field: &Field<'_>, names: &str) -> f64 {
    let v = vocabulary();
    let bound = names;
    let Some(names) = v.field(names) else { return 0.0 };
    let words = field.words();
    let joined = words.join(" ");
    let has =
        |list: &[String], test: &dyn Fn(&str) -> bool| list.iter().position(|name| test(name));
    let is_other = field.path.keys().last().is_some_and(|key| {
        is_other_language(key) || language_suffix(key).is_some_and(|language| language != "en")
    });
    let language = if is_other { OTHER_LANGUAGE } else { 0.0 };
    let depth =
        f64::from(u8::try_from(field.path.len().min(9)).unwrap_or(9)).mul_add(0.01, language);
    let rank = |index: usize| f64::from(u8::try_from(index.min(20)).unwrap_or(20)) * 0.01;
    let compact = words.concat();
    // `streetaddress` is a street address too.
    let same = |name: &str| {
        let name = v.words(name);
        name.join(" ") == joined || (words.len() == 1 && name.concat() == compact)
    };
    if let Some(index) = has(&names.strong, &same) {
        return 1.0 - rank(index) - depth;
    }
    let weak = has(&names.weak, &same);
    // `additional cost` is a name of its own, though a `cost` is another thing.
    let is_barred = names.not.iter().any(|word| words.contains(word));
    if is_barred && (weak.is_none() || words.len() < 2 || bound != "price") {
        return 0.0;
    }
    if let Some(index) = weak {
        return 0.6 - rank(index) - depth;
    }
    if matches!(bound, "min" | "max") && words.iter().any(|word| word == bound) {
        // However the rest is worded: `minSelectCount`, `choices_min`.
        return 0.4 - depth;
    }
    // A longer name with the same end: of the record itself, not of something that it belongs to.
    let foreign = [
        Entity::Category,
        Entity::Other,
        Entity::Group,
        Entity::Option,
        Entity::Image,
        Entity::Outlet,
    ]
    .into_iter()
    .filter(|entity| *entity != field.entity && (bound != "image" || *entity != Entity::Image))
    .any(|entity| {
        words.iter().rev().skip(1).any(|word| v.entity_phrases(entity).any(|phrase| phrase == word))
    });
    let is_longer = has(&names.strong, &|name| ends_with(&words, name)).is_some();
    if is_longer && !foreign { 0.36 - depth } else { 0.0 }
}
