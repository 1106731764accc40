//! A value as it is shown: of long lists the records that stand for all, and those that are named by
//! others that are shown.

use serde_json::Value;
use trials::Names;

use super::cover;

/// Records of a list that are chosen at most; how many of them are shown is a matter of room.
pub(super) const CHOSEN: usize = 12;
/// Records of a list that are added because others name them.
const NAMED: usize = 6;
/// The rank of records that are added: they are shown where there is room for as many.
const NAMED_RANK: usize = 3;
/// Fields from which an object of objects is a list whose keys are data.
const KEYED: usize = 24;

/// A value, cut to what may be shown.
pub(super) enum Excerpt<'v> {
    /// Neither list nor object.
    Plain(&'v Value),
    /// A list.
    List { shown: Vec<Ranked<'v, ()>>, total: usize },
    /// An object. Only the fields of a keyed one may be left out.
    Object { shown: Vec<Ranked<'v, &'v str>>, total: usize },
}

/// A part of a list or object.
pub(super) struct Ranked<'v, K> {
    /// It is shown where this is below the number of records that there is room for.
    pub(super) rank: usize,
    pub(super) key: K,
    pub(super) value: Excerpt<'v>,
}

impl<'v> Excerpt<'v> {
    /// All of it.
    pub(super) fn whole(value: &'v Value) -> Self {
        Self::build(value, usize::MAX, &Names::default())
    }

    /// What stands for all of it, and the records that carry one of the names.
    pub(super) fn of(value: &'v Value, names: &Names) -> Self {
        Self::build(value, CHOSEN, names)
    }

    fn build(value: &'v Value, most: usize, names: &Names) -> Self {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                Self::Plain(value)
            }
            Value::Array(items) => {
                let places = places(items.iter(), items.len(), most, names);
                let shown = places.into_iter().filter_map(|(place, rank)| {
                    let value = Self::build(items.get(place)?, most, names);
                    Some(Ranked { rank, key: (), value })
                });
                Self::List { shown: shown.collect(), total: items.len() }
            }
            Value::Object(fields) => {
                let places = if is_keyed(value) {
                    places(fields.values(), fields.len(), most, names)
                } else {
                    (0..fields.len()).map(|place| (place, 0)).collect()
                };
                let mut places = places.into_iter().peekable();
                let mut shown = Vec::new();
                for (at, (key, field)) in fields.iter().enumerate() {
                    if let Some((_, rank)) = places.next_if(|(place, _)| *place == at) {
                        let value = Self::build(field, most, names);
                        shown.push(Ranked { rank, key: key.as_str(), value });
                    }
                }
                Self::Object { shown, total: fields.len() }
            }
        }
    }

    /// Adds what the first records name.
    pub(super) fn names(&self, found: &mut Names) {
        match self {
            Self::Plain(value) => found.add(value),
            Self::List { shown, .. } => {
                shown
                    .iter()
                    .filter(|one| one.rank < NAMED_RANK)
                    .for_each(|one| one.value.names(found));
            }
            Self::Object { shown, .. } => {
                shown
                    .iter()
                    .filter(|one| one.rank < NAMED_RANK)
                    .for_each(|one| one.value.names(found));
            }
        }
    }
}

/// Whether an object's keys are data and its fields are records.
pub(super) fn is_keyed(value: &Value) -> bool {
    value.as_object().is_some_and(|fields| {
        let is_record = |field: &Value| field.is_object() || field.is_array();
        fields.len() > KEYED && fields.values().all(is_record)
    })
}

/// The records that are shown, in their order, each with its rank.
fn places<'v>(
    records: impl Iterator<Item = &'v Value> + Clone + 'v,
    total: usize,
    most: usize,
    names: &'v Names,
) -> Vec<(usize, usize)> {
    if total <= 1 || most == usize::MAX {
        return (0..total).map(|place| (place, 0)).collect();
    }
    let best = cover::best(records.clone(), most);
    let mut places: Vec<(usize, usize)> = best.into_iter().zip(0..).collect();
    if total > most && !names.is_empty() {
        // What was chosen carries its own names.
        let is_new = |place: &usize| places.iter().all(|(known, _)| known != place);
        let others: Vec<usize> = names.carriers(records).filter(is_new).take(NAMED).collect();
        places.extend(others.into_iter().map(|place| (place, NAMED_RANK)));
    }
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn records_that_others_name_are_kept_with_them() {
        let items: Vec<Value> = (0..900)
            .map(|n| json!({"id": 10_000 + n, "group": format!("g-{}", 899 - n)}))
            .collect();
        let groups: Vec<Value> =
            (0..900).map(|n| json!({"ref": format!("g-{n}"), "title": "Hot drinks"})).collect();
        let payload = json!({"items": items, "groups": groups});
        let mut names = Names::default();
        Excerpt::of(&payload, &names).names(&mut names);
        let Excerpt::Object { shown, .. } = Excerpt::of(&payload, &names) else { panic!() };
        let Excerpt::List { shown: groups, total } = &shown[1].value else { panic!() };
        assert_eq!(*total, 900);
        let is_last = |one: &Ranked<'_, ()>| match &one.value {
            Excerpt::Object { shown, .. } => {
                matches!(shown[0].value, Excerpt::Plain(value) if value == "g-899")
            }
            Excerpt::Plain(_) | Excerpt::List { .. } => false,
        };
        assert!(groups.iter().any(is_last));
        assert!(groups.len() <= CHOSEN + NAMED);
    }
}
