//! Records of another list that say more of a product, such as its price: one for each product.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{lists, tiers};
use crate::js;
use crate::synth::collections::{Collection, Form};
use crate::synth::documents::Documents;
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::{self, Relation, Rows, Target, id_text};
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// The script's name for a record of it.
pub(super) const VARIABLE: &str = "priced";

/// Whether a variable is that of a companion.
pub(super) fn is_one(variable: &str) -> bool {
    [VARIABLE, DETAILS].contains(&variable)
}

/// One such list.
#[derive(Debug)]
pub(crate) struct Companion {
    relation: Relation,
    name: String,
    place: String,
    /// The key and the word of those that count, where several records name a product.
    only: Option<(String, String)>,
}

/// Finds the list with the prices, where the products have none, and adds its records to the rows.
pub(crate) fn find<'a>(
    rows: &mut Rows<'a>,
    targets: &[Target<'a>],
    documents: &Documents,
) -> Vec<Companion> {
    let fields: Vec<Field<'a>> =
        scope::fields(&rows.variables).into_iter().filter(|f| !f.path.is_in_list()).collect();
    // A list of choices costs nothing of the product's own.
    let is_choice = |field: &Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        [Entity::Group, Entity::Option].into_iter().any(|entity| vocabulary().names(entity, &words))
    };
    let is_priced = |record: &Value| {
        record.as_object().is_some_and(|fields| {
            fields.keys().any(|key| {
                let words = vocabulary().words(key);
                words.iter().any(|word| matches!(word.as_str(), "price" | "amount" | "cost"))
            })
        })
    };
    let is_variants = |field: &Field<'_>| {
        let words = vocabulary().words(field.path.leaf());
        vocabulary().names(Entity::Variant, &words)
    };
    let has_lists = fields.iter().any(|field| {
        let mut records = field.filled().filter_map(Value::as_array).flatten();
        !is_choice(field) && records.any(|r| is_priced(r) || (r.is_object() && is_variants(field)))
    });
    if lists::has_price(&fields) || has_lists || rows.variables.len() != 1 {
        return Vec::new();
    }
    let mut found: Vec<(Companion, Variable<'a>)> = joins::relations(&fields, rows, targets)
        .into_iter()
        .filter(|relation| matches!(relation, Relation::Children { .. } | Relation::Ids { .. }))
        .filter_map(|relation| companion(relation, rows, targets, documents))
        .collect();
    // The same records may be found both ways: by the id that they name, and by theirs.
    let (places, before) = (found.iter().map(|(own, _)| own.place.clone()), found.len());
    let different: BTreeSet<String> = places.collect();
    if before > 1 && different.len() == 1 {
        let is_named = |own: &Companion| matches!(own.relation, Relation::Children { .. });
        found.sort_by_key(|(own, _)| is_named(own));
        found.drain(..before - 1);
    }
    // Several lists of prices are no companions: which one counts is a question.
    if found.len() != 1 {
        return Vec::new();
    }
    found
        .pop()
        .map(|(companion, variable)| {
            rows.variables.push(variable);
            companion
        })
        .into_iter()
        .collect()
}

/// The script's name for the record that an object by products' ids has of each.
pub(super) const DETAILS: &str = "details";

/// Finds the object that holds, by the products' ids, their modifiers or their texts, and adds its records
/// to the rows.
pub(crate) fn by_key<'a>(rows: &mut Rows<'a>, targets: &[Target<'a>]) -> Option<Companion> {
    let item = rows.variables.iter().find(|own| own.name == "item")?;
    let fields: Vec<Field<'a>> = scope::fields(std::slice::from_ref(item))
        .into_iter()
        .filter(|field| field.path.len() <= 2 && !field.path.is_in_list())
        .collect();
    let is_called = |target: &Target<'_>| {
        let v = vocabulary();
        let words = target.collection.words();
        let is_choice = [Entity::Group, Entity::Option].into_iter().any(|own| v.names(own, &words));
        is_choice
            || words.last().is_some_and(|word| matches!(word.as_str(), "description" | "text"))
    };
    let is_map = |target: &Target<'_>| {
        matches!(target.collection.levels.as_slice(), [only] if matches!(only.form, Form::Map | Form::Keyed))
            && target.key.leaf() == "id"
    };
    let (index, target, own) = targets.iter().enumerate().find_map(|(index, target)| {
        if !is_map(target) || !is_called(target) {
            return None;
        }
        let known = target.ids();
        let named = |field: &&Field<'a>| {
            let ids: BTreeSet<String> = field.filled().filter_map(id_text).collect();
            let all = known.iter().filter(|id| ids.contains(**id)).count();
            !known.is_empty() && all * 10 >= known.len() * 7 && field.is_unique(&rows.origins)
        };
        Some((index, target, fields.iter().find(named)?.path.clone()))
    })?;
    let relation = Relation::by_key("item", own.clone(), index, target.key.clone());
    let place = target.collection.to_string();
    let records = item.rows.iter().zip(&rows.origins);
    let found = records.map(|(record, origin)| {
        let id = record.and_then(|record| own.of(record)).and_then(id_text)?;
        target.record(*origin, &id)
    });
    let variable = Variable {
        name: DETAILS.to_owned(),
        entity: Entity::Product,
        place: place.clone(),
        rows: found.collect(),
    };
    rows.variables.push(variable);
    Some(Companion { relation, name: DETAILS.to_owned(), place, only: None })
}

/// The relation as a companion, where it leads from each product to one priced record at the most.
fn companion<'a>(
    relation: Relation,
    rows: &Rows<'a>,
    targets: &[Target<'a>],
    documents: &Documents,
) -> Option<(Companion, Variable<'a>)> {
    let others = [Entity::Group, Entity::Option, Entity::Category, Entity::Variant];
    if others.iter().any(|entity| relation.is_named(*entity, targets)) {
        return None;
    }
    let item = rows.variables.first()?;
    let mut lists: Vec<Vec<&'a Value>> = Vec::new();
    let mut place = String::new();
    for (record, origin) in item.rows.iter().zip(&rows.origins) {
        let own = Variable {
            name: item.name.clone(),
            entity: item.entity,
            place: item.place.clone(),
            rows: vec![*record],
        };
        let one = Rows { variables: vec![own], origins: vec![*origin] };
        let inner = relation.expand(&one, targets, VARIABLE, Entity::Product);
        let variable = inner.variables.into_iter().next()?;
        place = variable.place;
        lists.push(variable.rows.into_iter().flatten().collect());
    }
    let is_children = matches!(relation, Relation::Children { .. });
    let only = if lists.iter().any(|list| list.len() > 1) {
        // Of several the one that documents tell to take, such as that of one price list.
        Some(tiers::told_among(&lists, documents).filter(|_| is_children)?)
    } else {
        None
    };
    let counts = |record: &Value| {
        only.as_ref().is_none_or(|(by, is)| record.get(by).and_then(id_text).as_ref() == Some(is))
    };
    let mut seen = BTreeSet::new();
    let mut of_rows: Vec<Option<&'a Value>> = Vec::new();
    for list in &lists {
        let mut records = list.iter().copied().filter(|record| counts(record));
        let first = records.next();
        // Products may name the same price; a price names one product.
        let is_new = first.is_none_or(|record| seen.insert(std::ptr::from_ref(record).addr()));
        let is_shared = !is_new && !matches!(relation, Relation::Ids { .. });
        if records.next().is_some() || is_shared {
            return None;
        }
        of_rows.push(first);
    }
    let there = of_rows.iter().flatten().count();
    let variable = Variable {
        name: VARIABLE.to_owned(),
        entity: Entity::Product,
        place: place.clone(),
        rows: of_rows,
    };
    let fields = scope::fields(std::slice::from_ref(&variable));
    let names = relation.names(targets);
    let is_called = names.iter().flatten().any(|word| word == "price");
    (there * 10 >= rows.origins.len() * 9 && is_called && lists::has_price(&fields))
        .then(|| (Companion { relation, name: VARIABLE.to_owned(), place, only }, variable))
}

impl Companion {
    /// The index of the list's records, before the loops.
    pub(crate) fn declare(&self, targets: &[Target<'_>], script: &mut Script) {
        self.relation.declare(&self.index(), targets, script);
    }

    /// Reads a product's record; several would leave open which one counts.
    pub(crate) fn read(&self, script: &mut Script) {
        let read = self.relation.path().js(self.relation.variable());
        let (name, index) = (&self.name, self.index());
        if let Relation::Ids { path, .. } = &self.relation {
            script.uses(Helper::LookUp);
            script.comment(&format!("{}: the record that {path} names", self.place));
            script.line(format!(
                "const {name} = lookUp({index}, {read}, \"price\", context)[0] ?? {{}};"
            ));
            return;
        }
        script.uses(Helper::Text);
        script.comment(&format!("{}: the record that names this one", self.place));
        let counting = self.only.as_ref().map_or_else(String::new, |(by, is)| {
            let (by, is) = (js::property(by, false), js::text(is));
            format!(".filter((record) => String(record{by}) === {is})")
        });
        script.line(format!(
            "const [{name} = {{}}, another] = ({index}.get(text({read})) ?? []){counting};"
        ));
        script.line(format!(
            "if (another !== undefined) throw new Error(`several records in ${{{}}} for ${{text({read})}}`);",
            js::text(&self.place)
        ));
    }

    /// Whether products have their price from it: one that lacks it is left out.
    pub(crate) fn is_priced(&self) -> bool {
        self.name == VARIABLE
    }

    /// Whether it reads the records of the list.
    pub(crate) fn reads(&self, list: &Collection) -> bool {
        self.place == list.to_string()
    }

    fn index(&self) -> String {
        format!("{}Index", self.name)
    }
}
