//! Resources that an outlet names by type and id and that the payload sends once, as JSON:API does
//! under `included`: its address, its account.

use serde_json::Value;

use crate::js;
use crate::synth::emit::{Helper, Script};
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// Where such resources stand in a payload.
pub(super) const INCLUDED: &str = "included";
const RELATIONSHIPS: &str = "relationships";

/// One resource that the outlets name.
pub(super) struct Related<'a> {
    variable: Variable<'a>,
    /// The expression of the reference, an object with `type` and `id`.
    reference: String,
    /// Whether it is the place where the outlet stands.
    is_address: bool,
}

/// Finds what the outlets name. `origins` are the samples of the rows.
pub(super) fn find<'a>(
    fields: &[Field<'a>],
    origins: &[usize],
    payloads: &[&'a Value],
) -> Vec<Related<'a>> {
    let is_reference = |value: &Value| value.get("type").is_some() && value.get("id").is_some();
    let references = fields.iter().filter(|field| {
        let keys = field.path.keys();
        let ends = matches!(keys.as_slice(), [.., holder, _, "data"] if *holder == RELATIONSHIPS);
        ends && !field.is_empty() && field.all(is_reference)
    });
    let mut found: Vec<Related<'a>> = Vec::new();
    for field in references {
        let rows: Vec<Option<&'a Value>> = field
            .values
            .iter()
            .zip(origins)
            .map(|(reference, origin)| named(payloads.get(*origin)?, (*reference)?))
            .collect();
        if rows.iter().all(Option::is_none) {
            continue;
        }
        let key = field.path.keys().iter().rev().nth(1).copied().unwrap_or_default();
        let words = vocabulary().words(key);
        let is_address = words.iter().any(|word| word == "address" || word == "location");
        let name = format!("{}Record", camel(&words));
        let is_new = found.iter().all(|known| known.variable.name != name);
        if js::is_variable(&name) && is_new {
            found.push(Related {
                variable: Variable {
                    name,
                    entity: Entity::Other,
                    place: format!("{INCLUDED}[] of {key}"),
                    rows,
                },
                reference: field.js(),
                is_address,
            });
        }
    }
    found
}

/// The resource that a reference names.
fn named<'a>(payload: &'a Value, reference: &Value) -> Option<&'a Value> {
    let all = payload.get(INCLUDED)?.as_array()?;
    all.iter().find(|one| {
        one.get("type") == reference.get("type") && one.get("id") == reference.get("id")
    })
}

fn camel(words: &[String]) -> String {
    let mut name = String::new();
    for word in words {
        let mut chars = word.chars().filter(char::is_ascii_alphanumeric);
        if let Some(first) = chars.next() {
            let is_first = name.is_empty();
            name.push(if is_first { first } else { first.to_ascii_uppercase() });
            name.extend(chars);
        }
    }
    name
}

/// The fields of the resources: those of the address, or those of all others.
pub(super) fn fields<'a>(related: &[Related<'a>], is_address: bool) -> Vec<Field<'a>> {
    let variables: Vec<Variable<'a>> = related
        .iter()
        .filter(|one| one.is_address == is_address)
        .map(|one| one.variable.clone())
        .collect();
    scope::fields(&variables)
}

/// Keeps those that the chosen fields are read from.
pub(super) fn used<'a, 'f>(
    related: Vec<Related<'a>>,
    chosen: impl Iterator<Item = &'f Field<'a>>,
) -> Vec<Related<'a>>
where
    'a: 'f,
{
    let names: Vec<&str> = chosen.map(|field| field.variable.as_str()).collect();
    related.into_iter().filter(|one| names.contains(&one.variable.name.as_str())).collect()
}

/// Writes the index of the resources, before any loop.
pub(super) fn write_index(related: &[Related<'_>], script: &mut Script) {
    if related.is_empty() {
        return;
    }
    script.uses(Helper::List);
    script.comment("What outlets name by type and id is sent once.");
    script.line(format!(
        "const {INCLUDED} = new Map(list(payload.{INCLUDED}).map((one) => [`${{one?.type}}/${{one?.id}}`, one]));"
    ));
}

/// Writes the look-up of each resource of one outlet.
pub(super) fn write_look_ups(related: &[Related<'_>], script: &mut Script) {
    for one in related {
        let reference = &one.reference;
        script.line(format!(
            "const {} = {INCLUDED}.get(`${{{reference}?.type}}/${{{reference}?.id}}`) ?? {{}};",
            one.variable.name
        ));
    }
}
