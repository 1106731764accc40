//! Samples whose exchanges read several addresses: their answers become one payload.

use domain::{Brief, HttpExchange, Question, Sample};
use serde_json::{Map, Value};

use super::{headers, lists, path_of, records, url};
use crate::js;
use crate::synth::collections::is_id;
use crate::synth::emit::{Helper, Script};

/// A script reads no more addresses than this.
const MAX_ADDRESSES: usize = 8;

/// The answers of every sample, each under the last word of its address.
pub(super) fn read(
    brief: &Brief,
    sample: &Sample,
    script: &mut Script,
) -> Result<Vec<Value>, Question> {
    let mut addresses: Vec<(String, &HttpExchange)> = Vec::new();
    for exchange in lists(sample) {
        let path = path_of(exchange, sample);
        let is_known = addresses.iter().any(|(_, known)| path_of(known, sample) == path);
        let name = name(&path);
        let is_plain =
            name.as_ref().is_some_and(|name| addresses.iter().all(|(known, _)| known != name));
        match name {
            _ if is_known => {}
            Some(name) if is_plain && addresses.len() < MAX_ADDRESSES => {
                addresses.push((name, exchange));
            }
            Some(_) | None => {
                return Err(Question::plain(
                    "The sample's exchanges read addresses whose answers cannot be told apart by the end of the address. Add a sample whose payload holds all that the topic needs.",
                ));
            }
        }
    }
    script.make_async();
    script.comment("The vendor's answers, each under the last word of its address.");
    script.line("const payload = {");
    for (name, exchange) in &addresses {
        let (url, headers) = (url(exchange, sample), headers(exchange, sample));
        if is_paged(exchange, sample) {
            script.line(format!("{name}: await context.http.getAll({url}, {headers}),"));
        } else {
            script.uses(Helper::BodyOf);
            script.line(format!("{name}: bodyOf(await context.http.get({url}, {headers})),"));
        }
    }
    script.line("};");
    let names: Vec<(&str, String, bool)> = addresses
        .iter()
        .map(|(name, exchange)| {
            (name.as_str(), path_of(exchange, sample), is_paged(exchange, sample))
        })
        .collect();
    Ok(brief.samples.iter().map(|sample| answers(sample, &names)).collect())
}

/// The answers of one sample.
fn answers(sample: &Sample, names: &[(&str, String, bool)]) -> Value {
    let mut payload = Map::new();
    for (name, path, is_paged) in names {
        let mut own =
            lists(sample).filter(|exchange| path_of(exchange, sample) == *path).peekable();
        let Some(first) = own.peek() else { continue };
        let body = if *is_paged {
            Value::Array(own.flat_map(|exchange| records(&exchange.body)).collect())
        } else {
            first.body.clone()
        };
        payload.insert((*name).to_owned(), body);
    }
    Value::Object(payload)
}

/// Whether the address gives a list, in one answer or in several.
fn is_paged(exchange: &HttpExchange, sample: &Sample) -> bool {
    let path = path_of(exchange, sample);
    exchange.body.is_array()
        || lists(sample).filter(|other| path_of(other, sample) == path).count() > 1
}

/// The last word of an address that reads all records of a kind; nothing where it names one record.
fn name(path: &str) -> Option<String> {
    let path = path.split('?').next()?.trim_end_matches(".json");
    let mut words = path.split('/').filter(|word| !word.is_empty());
    let is_version = |word: &str| word.starts_with('v') && word.len() <= 3;
    if words.clone().any(|word| is_id(word) && !is_version(word)) {
        return None;
    }
    let last = words.next_back()?.replace('-', "_");
    js::is_variable(&last).then_some(last)
}
