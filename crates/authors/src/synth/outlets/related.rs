//! Resources that an outlet names and that the payload sends once: by type and id, as JSON:API does
//! under `included`, or by an id of another list, as in `merchant_id` beside `merchants`.

use serde_json::Value;

use super::own_record;
use crate::js;
use crate::synth::collections::{Collection, Form, Level};
use crate::synth::emit::{Helper, Script};
use crate::synth::joins::id_text;
use crate::synth::loops;
use crate::synth::path::{Path, Step};
use crate::synth::scope::{self, Field, Variable};
use crate::synth::vocabulary::{Entity, vocabulary};

/// Where such resources stand in a payload.
pub(super) const INCLUDED: &str = "included";
const RELATIONSHIPS: &str = "relationships";

/// One resource that the outlets name.
pub(super) struct Related<'a> {
    pub(super) variable: Variable<'a>,
    pub(super) look_up: LookUp,
    pub(super) tells: Tells,
}

/// How the script finds the resource; the reference is the expression of what names it.
pub(super) enum LookUp {
    /// By type and id under `included`.
    Included { reference: String },
    /// By the key of a list's records.
    Keyed { list: Collection, key: Path, reference: String },
}

/// What a resource can tell of an outlet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tells {
    /// It is the place where the outlet stands.
    Address,
    /// It is what the outlet belongs to.
    Others,
    /// It is the outlet's own.
    All,
}

/// Finds what the outlets name, and records of their own elsewhere. `origins` are the samples of the rows.
pub(super) fn find<'a>(
    fields: &[Field<'a>],
    origins: &[usize],
    (list, lists): (Option<&Collection>, &[Collection]),
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
                look_up: LookUp::Included { reference: field.js() },
                tells: if is_address { Tells::Address } else { Tells::Others },
            });
        }
    }
    found.extend(by_id(fields, origins, payloads));
    found.extend(own_record::find(fields, origins, (list, lists), payloads));
    found
}

/// What outlets name by an id of another list of the payload.
fn by_id<'a>(fields: &[Field<'a>], origins: &[usize], payloads: &[&'a Value]) -> Vec<Related<'a>> {
    let v = vocabulary();
    let keys = payloads.first().and_then(|payload| payload.as_object());
    let lists = keys.into_iter().flatten().filter(|(_, value)| {
        value.as_array().is_some_and(|records| {
            !records.is_empty() && records.iter().all(|record| record.get("id").is_some())
        })
    });
    let mut found: Vec<Related<'a>> = Vec::new();
    for (key, _) in lists {
        let words = v.words(key);
        let reference = fields.iter().find(|field| {
            let own = v.words(field.path.leaf());
            field.path.len() == 1
                && !field.is_empty()
                && own.strip_suffix(&["id".to_owned()]).is_some_and(|own| own == words)
        });
        let Some(reference) = reference else { continue };
        let record = |origin: usize, id: &Value| {
            let all = payloads.get(origin)?.get(key)?.as_array()?;
            all.iter().find(|record| record.get("id").and_then(id_text) == id_text(id))
        };
        let rows: Vec<Option<&'a Value>> = reference
            .values
            .iter()
            .zip(origins)
            .map(|(id, origin)| record(*origin, (*id)?))
            .collect();
        let name = format!("{}Record", camel(&words));
        let is_new = found.iter().all(|known| known.variable.name != name);
        if rows.iter().any(Option::is_some) && js::is_variable(&name) && is_new {
            let place = format!("{key}[] of {}", reference.path);
            let path = Path::default().then(Step::Key(key.clone()));
            let levels = vec![Level { path, form: Form::Array }];
            found.push(Related {
                variable: Variable { name, entity: Entity::Other, place, rows },
                look_up: LookUp::Keyed {
                    list: Collection { levels, filter: None },
                    key: Path::key("id"),
                    reference: reference.js(),
                },
                tells: Tells::Others,
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

/// The fields of the resources that tell of it.
pub(super) fn fields<'a>(related: &[Related<'a>], tells: Tells) -> Vec<Field<'a>> {
    let variables: Vec<Variable<'a>> = related
        .iter()
        .filter(|one| one.tells == tells || one.tells == Tells::All)
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
    if !related.iter().any(|one| matches!(one.look_up, LookUp::Included { .. })) {
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
        let found = match &one.look_up {
            LookUp::Included { reference } => {
                format!("{INCLUDED}.get(`${{{reference}?.type}}/${{{reference}?.id}}`)")
            }
            LookUp::Keyed { list, key, reference } => {
                script.uses(Helper::Text);
                let records = loops::expression(list, "payload", script);
                let own = key.js("one");
                format!("{records}.find((one) => text({own}) === text({reference}))")
            }
        };
        script.line(format!("const {} = {found} ?? {{}};", one.variable.name));
    }
}
