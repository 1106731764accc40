//! The plan for `order_status_update`: one webhook as a standard status change.

mod audit;
mod ended;
mod given;
mod history;
mod meanings;
mod moments;
mod nothing;
mod prefixes;
mod ranks;
mod reasons;
mod rivals;
mod tags;
mod times;
mod twice;
mod why;
mod words;

use domain::Brief;
use serde_json::Value;

use super::documents::Documents;
use super::emit::{Helper, Script};
use super::matching::{Decisions, Want, Wanted};
use super::outlets::is_code;
use super::scope::{self, Field, Variable};
use super::vocabulary::{Entity, vocabulary};
use crate::js;
use meanings::{Table, meanings};
use ranks::{rank_orders, rank_statuses};
use words::complete;

const ORDER_ID: Wanted = Wanted {
    output: "externalOrderId",
    names: "order_id",
    said: &["order", "ticket", "identify", "known"],
    required: true,
};
const STATUS: Wanted = Wanted {
    output: "status",
    names: "status",
    said: &["now", "current", "status", "state"],
    required: true,
};
const OCCURRED: Wanted = Wanted {
    output: "occurredAt",
    names: "occurred",
    said: &["happen", "happened", "change", "changed", "occurred", "utc", "moment", "since"],
    required: false,
};
const REASON: Wanted = Wanted {
    output: "reason",
    names: "reason",
    said: &["reason", "why", "explanation", "explain", "explained", "comment"],
    required: false,
};

/// Plans and writes the script; what is open is left in `decisions`.
pub(crate) fn write(
    brief: &Brief,
    payloads: &[&Value],
    mut script: Script,
    decisions: &mut Decisions<'_>,
) -> Option<String> {
    let alone: Option<Vec<&Value>> = payloads
        .iter()
        .map(|payload| payload.as_array().and_then(|list| list.first().filter(|_| list.len() == 1)))
        .collect();
    if alone.is_some() {
        script.line("if (!Array.isArray(payload) || payload.length !== 1) throw new Error(`payload is no list of one event: ${JSON.stringify(payload)}`);");
        script.line("const [event] = payload;");
    }
    let (name, place) = if alone.is_some() { ("event", "[0]") } else { ("payload", "") };
    let variable = Variable {
        name: name.to_owned(),
        entity: Entity::Other,
        place: place.to_owned(),
        rows: alone.unwrap_or_else(|| payloads.to_vec()).into_iter().map(Some).collect(),
    };
    let mut variables = vec![variable];
    let mut of_others = Vec::new();
    if let Some(history) = history::find(&variables, decisions) {
        history.write(&mut script);
        of_others = history.fields_of_others(decisions.documents);
        variables.push(history.variable);
    }
    let documents = decisions.documents;
    let all = scope::fields(&variables).into_iter().chain(of_others).collect();
    let fields = nothing::without(all, documents);
    let is_order = |field: &Field<'_>| {
        is_code(field)
            && field.is_always_there()
            && !field.all(times::is_rfc3339)
            && !times::is_called_a_time(field)
            && !is_seal(field, documents)
    };
    let is_status = |field: &Field<'_>| {
        !field.is_empty()
            && field.all(|value| value.is_string() || value.is_i64() || value.is_u64())
            && !field.all(times::is_rfc3339)
    };
    let is_moment =
        |field: &Field<'_>| times::is_moment(field) && !audit::is_of_another(field, documents);
    let is_text = |field: &Field<'_>| field.all(Value::is_string);
    let statuses = rank_statuses(&fields, is_status, decisions);
    let likeliest = statuses.first().map(|candidate| candidate.field.clone());
    let moments = moments::rank(&fields, likeliest.as_ref(), is_moment, decisions);
    let wants = [
        Want {
            wanted: &ORDER_ID,
            ranked: rank_orders(&fields, is_order, decisions),
            fits: &is_order,
        },
        Want { wanted: &STATUS, ranked: statuses, fits: &is_status },
        Want { wanted: &OCCURRED, ranked: moments, fits: &is_moment },
        Want { wanted: &REASON, ranked: why::rank(&fields, is_text, decisions), fits: &is_text },
    ];
    let mut chosen = decisions.assign(&wants, &fields).into_iter();
    let mut next = || chosen.next().flatten();
    let (order, status, occurred, reason) = (next(), next(), next(), next());
    if let Some(order) = &order {
        twice::ask(order, &fields, decisions);
    }
    let beginnings = status.as_ref().map(|status| prefixes::find(status, documents));
    let beginnings = beginnings.unwrap_or_default();
    let table = status.as_ref().map(|status| {
        let mut table = meanings(status, documents);
        prefixes::complete(&beginnings, status, &mut table);
        complete(status, &mut table, decisions);
        table
    });
    if let Some(status) = &status {
        rivals::ask(status, &fields, decisions);
        tags::ask(decisions);
    }
    let reason = match (&status, reason) {
        (Some(status), reason) => reasons::told(status, reason, &fields, decisions),
        (None, reason) => reason,
    };
    let moment = occurred.as_ref().and_then(|field| times::writing(field, &fields, decisions));
    let chosen = audit::Chosen {
        order: order.as_ref(),
        status: status.as_ref().zip(table.as_ref()),
        occurred: occurred.as_ref(),
        reason: reason.as_ref(),
    };
    audit::times(&chosen, &fields, decisions);
    audit::reasons(&chosen, &fields, decisions);
    let (order, status, table) = (order?, status?, table?);
    if !decisions.open.is_empty() {
        return None;
    }
    let occurred = occurred.as_ref().zip(moment.as_ref());
    let ended = ended::find(&status, &fields, documents);
    if let Some(ended) = &ended {
        ended.note(&status, decisions);
    }
    let change =
        Change { order: &order, status: &status, table: &table, beginnings, ended, occurred };
    write_change(&change, (reason.as_ref(), documents), &mut script);
    Some(script.finish(brief, "One webhook as a standard status change."))
}

/// Whether the field proves who sent the message and names nothing: a `hash`, or a `key` that documents
/// do not call an id.
fn is_seal(field: &Field<'_>, documents: &Documents) -> bool {
    const SEALS: [&str; 7] = ["hash", "key", "token", "secret", "signature", "checksum", "nonce"];
    let words = vocabulary().words(field.path.leaf());
    let is_id = || {
        let mut said = documents.about(&field.path).map(|own| own.said_of(&field.path));
        said.any(|said| vocabulary().words(&said).iter().any(|word| word == "id"))
    };
    words.len() == 1 && words.iter().all(|word| SEALS.contains(&word.as_str())) && !is_id()
}

/// What the standard change is read from.
struct Change<'p, 'a> {
    order: &'p Field<'a>,
    status: &'p Field<'a>,
    table: &'p Table,
    beginnings: Vec<prefixes::Prefix>,
    ended: Option<ended::Ended<'a>>,
    occurred: Option<(&'p Field<'a>, &'p times::Writing)>,
}

/// Writes the standard change from the fields that were chosen.
fn write_change(
    change: &Change<'_, '_>,
    (reason, documents): (Option<&Field<'_>>, &Documents),
    script: &mut Script,
) {
    let Change { order, status, table, beginnings, ended, occurred } = change;
    write_table(table, script);
    script.line(format!("const word = {};", status.js()));
    let own = prefixes::js(beginnings, "statuses.get(String(word))", script);
    let own = ended.as_ref().map_or_else(|| own.clone(), |ended| ended.js(&own, script));
    script.line(format!("const status = {own};"));
    script.line(format!(
        "if (status === undefined) throw new Error(`{} is a status that this adapter does not know: ${{JSON.stringify(word)}}`);",
        js::escaped(&status.place(), '`')
    ));
    script.uses_all(&[Helper::Compact, Helper::Text, Helper::RequiredText]);
    script.line("return compact({");
    script.comment(&order.place());
    script.line(format!(
        "externalOrderId: requiredText({}, {}),",
        order.js(),
        js::text(&order.place())
    ));
    script.comment(&status.place());
    script.line("status,");
    if let Some((field, moment)) = occurred {
        times::write(field, moment, script);
    }
    if let Some(reason) = reason {
        script.comment(&reason.place());
        let none = nothing::words(&reason.path, documents);
        let none: Vec<String> = none.iter().map(|word| js::text(word)).collect();
        let unless = match none.as_slice() {
            [] => String::new(),
            none => format!("[{}].includes({}) ? undefined : ", none.join(", "), reason.js()),
        };
        if reason.values.iter().all(Option::is_none) {
            // Nobody saw one: it may turn out to be more than a text.
            script.uses(Helper::TextAlone);
            let place = js::text(&reason.place());
            script.line(format!("reason: {unless}textAlone({}, {place}),", reason.js()));
        } else {
            script.line(format!("reason: {unless}text({}),", reason.js()));
        }
    }
    script.line("});");
}

fn write_table(table: &Table, script: &mut Script) {
    script.comment("The vendor's statuses. One that is not here stops the run.");
    script.line("const statuses = new Map([");
    for (word, (status, documented)) in table {
        let from = if *documented { "documents" } else { "usual meaning" };
        script.line(format!("[{}, {}], // {from}", js::text(word), js::text(status)));
    }
    script.line("]);");
}
