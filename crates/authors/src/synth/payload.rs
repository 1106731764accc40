//! The payload of each sample: given, or in the answers to recorded requests.

mod grouped;
mod joined;
mod keyed;
mod parallel;
mod relayed;
mod several;

use std::borrow::Cow;

use domain::{Brief, HttpExchange, HttpMethod, Question, Sample, Topic};
use serde_json::Value;

use super::emit::Script;
use crate::js;

/// The payload of every sample; the script gets the lines that come by it. In catalogues, records
/// that are known by their key alone have it as `id`, and lists that run in parallel are one list of
/// records, as the script's own reading makes them.
pub(crate) fn read<'b>(
    brief: &'b Brief,
    script: &mut Script,
) -> Result<Vec<Cow<'b, Value>>, Question> {
    let mut payloads = given_or_recorded(brief, script)?;
    if matches!(brief.topic, Topic::SyncProducts | Topic::ListRemoteOutlets) {
        // Copied only where something changes: a catalogue may be large.
        let lacking = payloads.iter_mut().filter(|payload| keyed::lacks_ids(payload));
        lacking.for_each(|payload| keyed::give_ids(payload.to_mut()));
    }
    if brief.topic == Topic::SyncProducts {
        let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
        let grouped = grouped::find(&values);
        if !grouped.is_empty() {
            for payload in &mut payloads {
                grouped::flatten(payload.to_mut(), &grouped);
            }
            grouped::write(&grouped, script);
        }
        let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
        if let Some(relayed) = relayed::find(&values) {
            for payload in &mut payloads {
                relayed::put(payload.to_mut(), &relayed);
            }
            relayed::write(&relayed, script);
        }
        if let Some(lists) = parallel::find(payloads.iter().map(AsRef::as_ref)) {
            for payload in &mut payloads {
                parallel::join(payload.to_mut(), &lists);
            }
            parallel::write(&lists, script);
        }
        let values: Vec<&Value> = payloads.iter().map(AsRef::as_ref).collect();
        if let Some(joined) = joined::find(&values) {
            for payload in &mut payloads {
                joined::split(payload.to_mut(), &joined);
            }
            joined::write(&joined, script);
        }
    }
    Ok(payloads)
}

fn given_or_recorded<'b>(
    brief: &'b Brief,
    script: &mut Script,
) -> Result<Vec<Cow<'b, Value>>, Question> {
    let given: Vec<Cow<'b, Value>> = brief.samples.iter().filter_map(given).collect();
    if !given.is_empty() {
        script.line("const payload = input.payload;");
        return Ok(given);
    }
    let Some((sample, first)) = brief.samples.iter().find_map(|s| Some((s, lists(s).next()?)))
    else {
        return Err(Question::plain(
            "No sample has a payload or a recorded GET answer. Add a sample of what the vendor sends.",
        ));
    };
    let paged = lists(sample).count() > 1 || first.body.is_array();
    if lists(sample).any(|other| path_of(other, sample) != path_of(first, sample)) {
        let payloads = several::read(brief, sample, script)?;
        return Ok(payloads.into_iter().map(Cow::Owned).collect());
    }
    script.make_async();
    // The first page is asked for as it was recorded: a vendor may need its page mark.
    let headers = headers(first, sample);
    let url = url(first, sample);
    if paged {
        script.comment("All pages of the vendor's answer, as one list.");
        script.line(format!("const payload = await context.http.getAll({url}, {headers});"));
        return Ok(vec![Cow::Owned(Value::Array(
            brief
                .samples
                .iter()
                .flat_map(|s| lists(s).flat_map(|e| records(&e.body)).collect::<Vec<_>>())
                .collect(),
        ))]);
    }
    script.line(format!("const answer = await context.http.get({url}, {headers});"));
    script.line("if (answer.statusCode !== 200) {");
    script.line("throw new Error(`the vendor answered ${answer.statusCode}: ${JSON.stringify(answer.body)}`);");
    script.line("}");
    script.line("const payload = answer.body;");
    Ok(brief
        .samples
        .iter()
        .filter_map(|s| lists(s).next())
        .map(|exchange| Cow::Borrowed(&exchange.body))
        .collect())
}

/// The expression for the address of an exchange.
fn url(exchange: &HttpExchange, sample: &Sample) -> String {
    format!("`${{input.baseUrl}}` + {}", js::text(&address(exchange, sample)))
}

/// The expression for its headers.
fn headers(exchange: &HttpExchange, sample: &Sample) -> String {
    let headers: Vec<String> = exchange
        .request_headers
        .iter()
        .map(|(name, value)| {
            format!("{}: {}", js::text(name), header(name, value, &sample.connection.api_key))
        })
        .collect();
    if headers.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", headers.join(", ")) }
}

fn given(sample: &Sample) -> Option<Cow<'_, Value>> {
    let payload = sample.payload.as_ref();
    payload.filter(|payload| payload.is_object() || payload.is_array()).map(Cow::Borrowed)
}

fn lists(sample: &Sample) -> impl Iterator<Item = &HttpExchange> {
    sample
        .http
        .iter()
        .filter(|exchange| exchange.method == HttpMethod::Get && exchange.status_code == 200)
}

/// The records of one page: the answer itself or its longest list.
fn records(body: &Value) -> Vec<Value> {
    let longest = body
        .as_object()
        .into_iter()
        .flat_map(|object| object.values())
        .filter_map(Value::as_array)
        .max_by_key(|list| list.len());
    body.as_array().or(longest).cloned().unwrap_or_default()
}

/// The address of an exchange without its host.
fn address(exchange: &HttpExchange, sample: &Sample) -> String {
    let base = sample.connection.base_url.trim_end_matches('/');
    let url = exchange.url.strip_prefix(base).unwrap_or(&exchange.url);
    let url = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => url,
    };
    url.to_owned()
}

/// The address of an exchange without its query's page marks.
fn path_of(exchange: &HttpExchange, sample: &Sample) -> String {
    let address = address(exchange, sample);
    let (path, query) = address.split_once('?').unwrap_or((&address, ""));
    let kept: Vec<&str> = query
        .split('&')
        .filter(|part| !part.is_empty())
        .filter(|part| {
            !matches!(
                part.split('=').next().unwrap_or_default(),
                "page" | "cursor" | "offset" | "after" | "page_token" | "starting_after"
            )
        })
        .collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// A header's value; a credential in it is that of the connection.
fn header(name: &str, value: &str, api_key: &str) -> String {
    if !api_key.is_empty() && value.contains(api_key) {
        let texts = value
            .split(api_key)
            .map(|part| if part.is_empty() { String::new() } else { js::text(part) });
        let pieces: Vec<String> =
            texts.flat_map(|text| ["input.apiKey".to_owned(), text]).skip(1).collect();
        return pieces
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .collect::<Vec<_>>()
            .join(" + ");
    }
    let secret = ["authorization", "x-api-key", "api-key", "x-auth-token", "token"];
    if secret.contains(&name.to_ascii_lowercase().as_str()) {
        return match value.split_once(' ') {
            Some((scheme, _)) => format!("{} + input.apiKey", js::text(&format!("{scheme} "))),
            None => "input.apiKey".to_owned(),
        };
    }
    js::text(value)
}
