//! The plan for `list_remote_outlets` and `sync_outlet`: places with address, contact and hours.

mod audit;
mod contact;
mod countries;
mod elsewhere;
mod gaps;
mod geo;
mod home;
mod list;
mod naming;
mod nowhere;
mod own_record;
mod parts;
mod related;
mod street;
mod subdivision;
mod unseen;
mod zones;

use domain::{Brief, Topic};
use serde_json::Value;

use super::collections::{self, Collection};
use super::composed::Composed;
use super::deletion;
use super::emit::{Helper, Script};
use super::hours;
use super::loops;
use super::matching::{Candidate, Decisions, Want, Wanted, sort};
use super::scope::{self, Field, Variable};
use super::vocabulary::Entity;
use crate::js;
pub(crate) use naming::joint_of;
use naming::{Name, joined_name, write_name};
use parts::{ADDRESS, CHANNEL_LINK, CURRENCY, Part, TIMEZONE};
use related::Tells;

const PHONE: Wanted =
    Wanted { output: "contact", names: "phone", said: &["phone"], required: false };
const EMAIL: Wanted = Wanted {
    output: "contact (e-mail)",
    names: "email",
    said: &["email", "mail"],
    required: false,
};
const ID: Wanted = Wanted {
    output: "externalId",
    names: "code",
    said: &["id", "identify", "identifier", "known", "addressed", "resource", "key"],
    required: true,
};
const NAME: Wanted = Wanted {
    output: "name",
    names: "name",
    said: &["name", "place", "people", "guest"],
    required: true,
};

/// Plans and writes the script; what is open is left in `decisions`.
pub(crate) fn write(
    brief: &Brief,
    payloads: &[&Value],
    mut script: Script,
    decisions: &mut Decisions<'_>,
) -> Option<String> {
    let single = brief.topic == Topic::SyncOutlet;
    let lists = collections::find(payloads);
    let list = list::choose(&lists, payloads, single, decisions)?;
    let (variables, origins) = variables(list.as_ref(), payloads);
    let (variable, holders) = variables.split_last()?;
    let mut fields = scope::fields(std::slice::from_ref(variable));
    let contacts: Vec<Field<'_>> = fields.iter().filter_map(contact::first).collect();
    fields.extend(contacts);
    let named = related::find(&fields, &origins, (list.as_ref(), &lists), payloads);
    let around = Around {
        shared: scope::fields(holders)
            .into_iter()
            .chain(related::fields(&named, Tells::Others))
            .collect(),
        address: related::fields(&named, Tells::Address),
    };
    let found = find(&fields, &around, &origins, single, decisions);
    let named = related::used(named, found.parts.iter().map(|(_, field)| field));
    let hours = if single { hours::plan(variable, &fields, decisions) } else { None };
    if single && hours.is_none() {
        hours::ask_about_others(&fields, decisions);
    }

    let mark = deletion::mark(&fields, "outlet", decisions.documents);
    let is_list = list.is_some() && !single;
    related::write_index(&named, &mut script);
    match &list {
        Some(list) if is_list => {
            script.line("const outlets = [];");
            if mark.is_some() {
                script.line("let marked = 0;");
            }
            loops::open(&mut script, list, "outlet", "payload");
            deletion::skip(&mut script, mark.as_ref());
        }
        Some(list) => {
            loops::first(&mut script, list, "outlet", "payload");
        }
        None => script.line("const outlet = payload;"),
    }
    related::write_look_ups(&named, &mut script);
    if !parts::write_address(&found.parts, &fields, &mut script, decisions) {
        audit::address(&fields, decisions);
    }
    gaps::ask(&found, &fields, &around, decisions);
    elsewhere::ask(&found, &fields, &lists, payloads, decisions);
    let start = if is_list { "outlets.push(compact({" } else { "return compact({" };
    script.uses_all(&[Helper::Compact, Helper::RequiredText]);
    script.line(start);
    if let (Some(id), Some(name)) = (&found.id, &found.name) {
        let composed = found.composed_id.as_ref();
        let place = composed.map_or_else(|| id.place(), Composed::place);
        let read = composed.and_then(|own| own.js(&mut script)).unwrap_or_else(|| id.js());
        script.comment(&place);
        script.line(format!("externalId: requiredText({read}, {}),", js::text(&place)));
        write_name(name, &mut script);
    }
    script.line("address: Object.keys(address).length > 0 ? address : undefined,");
    contact::write(&found, &mut script);
    for part in [&TIMEZONE, &CURRENCY, &CHANNEL_LINK] {
        if let Some((_, field)) = found.parts.iter().find(|(known, _)| known.is(part)) {
            part.write(field, &mut script);
        } else if let Some(zones) = found.zones.as_ref().filter(|_| part.is(&TIMEZONE)) {
            zones.write(&mut script);
        }
    }
    if hours.is_some() {
        script.line("openingHours: openingHours(outlet),");
    }
    script.line(if is_list { "}));" } else { "});" });
    if let Some(list) = list.as_ref().filter(|_| is_list) {
        loops::close(&mut script, list);
        deletion::report(&mut script, mark.as_ref(), "outlets");
        script.line("return { outlets };");
    }
    if let Some(hours) = &hours {
        hours::write(hours, &mut script);
    }
    decisions.open.is_empty().then(|| {
        script.finish(
            brief,
            if single {
                "One outlet with its address and opening hours."
            } else {
                "Every outlet of the account."
            },
        )
    })
}

pub(crate) fn is_code(field: &Field<'_>) -> bool {
    field.all(|value| value.is_string() || value.is_i64() || value.is_u64())
}

/// The outlet with what holds it, the outermost first, and the sample of each row.
fn variables<'a>(
    list: Option<&Collection>,
    samples: &[&'a Value],
) -> (Vec<Variable<'a>>, Vec<usize>) {
    let Some(list) = list else {
        let rows = samples.iter().map(|payload| Some(*payload)).collect();
        let outlet = Variable {
            name: "outlet".to_owned(),
            entity: Entity::Outlet,
            place: String::new(),
            rows,
        };
        return (vec![outlet], (0..samples.len()).collect());
    };
    let mut origins = Vec::new();
    let mut chains: Vec<Vec<&'a Value>> = Vec::new();
    for (origin, sample) in samples.iter().enumerate() {
        for chain in list.chains(sample) {
            origins.push(origin);
            chains.push(std::iter::once(*sample).chain(chain).collect());
        }
    }
    let names = loops::variables(list, "outlet");
    let innermost = names.len();
    let found = std::iter::once("payload".to_owned())
        .chain(names)
        .enumerate()
        .map(|(index, name)| Variable {
            name,
            entity: if index == innermost { Entity::Outlet } else { Entity::Other },
            place: if index == 0 {
                String::new()
            } else {
                let levels = list.levels.iter().take(index).cloned().collect();
                Collection { levels, filter: None }.to_string()
            },
            rows: chains.iter().map(|chain| chain.get(index).copied()).collect(),
        })
        .collect();
    (found, origins)
}

/// The fields of a place.
struct Found<'a> {
    id: Option<Field<'a>>,
    name: Option<Name<'a>>,
    phone: Option<Field<'a>>,
    /// The id with those of what holds the place, where documents put it together so.
    composed_id: Option<Composed<'a>>,
    /// The number in its pieces, which goes before a field for it.
    dialled: Option<Composed<'a>>,
    email: Option<Field<'a>>,
    parts: Vec<(&'static Part, Field<'a>)>,
    /// The time zone, where the vendor has names of its own for it.
    zones: Option<zones::Zones<'a>>,
}

/// Fields that are not the place's own.
struct Around<'a> {
    /// Of what holds it and of what it belongs to.
    shared: Vec<Field<'a>>,
    /// Of an address that it names.
    address: Vec<Field<'a>>,
}

/// Decides where all fields of a place stand.
fn find<'a>(
    fields: &[Field<'a>],
    around: &Around<'a>,
    origins: &[usize],
    single: bool,
    decisions: &mut Decisions<'_>,
) -> Found<'a> {
    let is_id = |f: &Field<'_>| is_code(f) && f.is_always_there() && f.is_unique(origins);
    let is_name = |f: &Field<'_>| f.is_always_there() && f.all(Value::is_string);
    let is_text = |f: &Field<'_>| f.all(|value| value.is_string() || value.is_number());
    let is_email =
        |f: &Field<'_>| f.all(|value| value.as_str().is_some_and(|text| text.contains('@')));
    let is_filled = |f: &Field<'_>| !f.is_empty();
    let joined = joined_name(fields, decisions);
    let mut wants = vec![
        Want { wanted: &ID, ranked: decisions.rank(&ID, fields, is_id), fits: &is_id },
        Want { wanted: &PHONE, ranked: decisions.rank(&PHONE, fields, is_text), fits: &is_text },
        Want { wanted: &EMAIL, ranked: decisions.rank(&EMAIL, fields, is_email), fits: &is_email },
    ];
    let parts: Vec<&'static Part> = ADDRESS
        .iter()
        .chain([&TIMEZONE, &CURRENCY])
        .chain(Some(&CHANNEL_LINK).filter(|_| single))
        .collect();
    let mut all: Vec<Vec<Candidate<'a>>> = Vec::new();
    for part in &parts {
        let mut ranked = decisions.rank(part.wanted(), fields, |field| part.fits(field));
        if ranked.is_empty() {
            // What holds the outlet says it for all that it holds.
            let others = if part.may_be_shared() { &around.shared } else { &around.address };
            ranked = decisions.rank(part.wanted(), others, |field| {
                part.fits(field) && !field.is_empty() && !field.path.is_in_list()
            });
        }
        if part.is_state() {
            subdivision::prefer_codes(&mut ranked, fields, decisions);
        }
        if part.is_street() {
            let named = street::candidates(fields, decisions);
            ranked.retain(|known| named.iter().all(|own| own.field.path != known.field.path));
            ranked.extend(named);
            street::weigh_whole(&mut ranked, fields);
            sort(&mut ranked);
        }
        all.push(ranked);
    }
    // The parts of the address come first.
    home::lift(all.get_mut(..ADDRESS.len()).unwrap_or_default());
    for (part, ranked) in parts.iter().zip(all) {
        wants.push(Want { wanted: part.wanted(), ranked, fits: &is_filled });
    }
    if joined.is_none() {
        let ranked = decisions.rank(&NAME, fields, is_name);
        wants.insert(1, Want { wanted: &NAME, ranked, fits: &is_name });
    }
    let mut chosen = decisions.assign(&wants, fields).into_iter();
    let id = chosen.next().flatten();
    let name = if joined.is_some() {
        joined
    } else {
        let name = chosen.next().flatten();
        name.map(|name| naming::or_another(name, fields, decisions))
    };
    let (phone, email) = (chosen.next().flatten(), chosen.next().flatten());
    let mut parts: Vec<(&'static Part, Field<'a>)> =
        parts.into_iter().zip(chosen).filter_map(|(part, field)| Some((part, field?))).collect();
    unseen::add(&mut parts, fields, decisions);
    let has_zone = parts.iter().any(|(part, _)| part.is(&TIMEZONE));
    let zones = if has_zone { None } else { zones::find(fields, decisions) };
    let dialled = contact::dialled(fields, decisions);
    let composed_id =
        id.as_ref().and_then(|id| naming::composed_id(id, fields, &around.shared, decisions));
    Found { id, name, phone, composed_id, dialled, email, parts, zones }
}
