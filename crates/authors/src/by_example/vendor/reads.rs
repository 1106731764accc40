//! All values that can be read at one place of the output, with how far-fetched each is.

use serde_json::Value;

use super::expr::{Read, Take};
use super::rows::{Path, fields, lists};
use super::search::Space;
use crate::by_example::expression::as_text;
use crate::by_example::words::likeness;

/// Rows that are looked at for what there is; what fits them is tried on all.
const LOOKED_AT: usize = 200;
/// Words by which an element of a list may be picked.
const MAX_WORDS: usize = 6;

#[expect(clippy::cast_precision_loss, reason = "scopes and keys are a handful")]
const fn float(count: usize) -> f64 {
    count as f64
}

/// The elements of a scope, each once where rows follow each other.
fn elements<'a>(space: &Space<'_, 'a>, scope: usize) -> Vec<&'a Value> {
    let mut found: Vec<&'a Value> = Vec::new();
    for row in &space.rows {
        let Some(element) = row.elements.get(scope).copied() else { continue };
        if !found.last().is_some_and(|last| std::ptr::eq(*last, element)) {
            found.push(element);
        }
        if found.len() >= LOOKED_AT {
            break;
        }
    }
    found
}

pub(super) fn all(space: &Space<'_, '_>) -> Vec<(Read, f64)> {
    let mut found = Vec::new();
    let innermost = space.scopes.len().saturating_sub(1);
    for scope in (0..space.scopes.len()).rev() {
        let elements = elements(space, scope);
        let far =
            0.3 * float(innermost - scope) + if scope == 0 && innermost > 0 { 0.5 } else { 0.0 };
        for keys in fields(elements.iter().copied()) {
            let path = Path { scope, keys };
            let cost = 1.0 + far + 0.1 * float(path.keys.len().saturating_sub(1));
            if scope > 0 || innermost == 0 {
                joined(space, &path, cost, &mut found);
            }
            found.push((Read::Path(path), cost));
        }
        for keys in lists(elements.iter().copied()) {
            if scope == 0 && innermost > 0 {
                continue;
            }
            of_list(space, &Path { scope, keys }, 1.0 + far, &mut found);
        }
    }
    found
}

/// Fields of the records that the values at a path refer to.
fn joined(space: &Space<'_, '_>, path: &Path, cost: f64, found: &mut Vec<(Read, f64)>) {
    for (number, table) in space.payloads.tables.iter().enumerate() {
        let mut met = 0_usize;
        let fits = space.rows.iter().all(|row| {
            let Some(value) = row.get(path) else { return true };
            let record =
                as_text(value).and_then(|id| table.index.get(row.sample)?.get(&id).copied());
            // A record's own id leads to nothing new.
            let own = record.is_some_and(|record| {
                row.elements.iter().any(|element| std::ptr::eq(*element, record))
            });
            met += usize::from(record.is_some());
            record.is_some() && !own
        });
        if !fits || met == 0 {
            continue;
        }
        let names: Vec<String> = table.route.iter().flatten().cloned().collect();
        let near = likeness(&path.keys, &names).min(1.0);
        for keys in &table.fields {
            let cost = cost + 1.5 - 0.3 * near + 0.1 * float(keys.len());
            let key = path.clone();
            found.push((Read::Joined { key, table: number, keys: keys.clone() }, cost));
        }
    }
}

fn of_list(space: &Space<'_, '_>, list: &Path, cost: f64, found: &mut Vec<(Read, f64)>) {
    let elements: Vec<&Value> = space
        .rows
        .iter()
        .take(LOOKED_AT)
        .filter_map(|row| row.get(list)?.as_array())
        .flatten()
        .collect();
    found.push((Read::Count(list.clone()), cost + 1.5));
    let fields = fields(elements.iter().copied());
    for keys in &fields {
        for (take, extra) in [
            (Take::First, 0.6),
            (Take::Last, 1.2),
            (Take::Least, 1.0),
            (Take::Most, 1.1),
            (Take::Sum, 1.1),
        ] {
            let read = Read::Of { list: list.clone(), take, keys: keys.clone() };
            found.push((read, cost + extra + 0.1 * float(keys.len())));
        }
        let mut words: Vec<&Value> = Vec::new();
        for element in &elements {
            if let Some(word) = super::rows::follow(element, keys)
                && (word.is_string() || word.is_boolean())
                && !words.contains(&word)
            {
                words.push(word);
            }
        }
        if words.len() > MAX_WORDS || fields.len() < 2 {
            continue;
        }
        for word in words {
            for other in fields.iter().filter(|other| *other != keys) {
                let read = Read::Pick {
                    list: list.clone(),
                    key: keys.clone(),
                    word: word.clone(),
                    keys: other.clone(),
                };
                found.push((read, cost + 1.3));
            }
        }
    }
}
