//! The samples as an author reads them: whole where there is room, else their shape and the records
//! that stand for the others.

use std::collections::BTreeMap;

use domain::{Connection, HttpExchange, Sample};
use serde_json::{Map, Value};
use trials::{Names, is_secret_name};

use super::block::{Block, Keep};
use super::excerpt::Excerpt;
use super::hidden::Hidden;
use super::json::{Detail, Writer};
use super::shape::Shape;
use super::share::{Share, share_out};
use super::tokens::{bytes_beyond, tokens};

/// Samples that are shown. More of them say little that is new; all of them are tested.
const SHOWN_MAX: usize = 8;
/// Tokens of a sample below which fewer samples are shown.
const LEAST: u32 = 200;
/// Recorded calls beyond those that are shown whole, which are told by their address alone.
const LISTED_MAX: usize = 20;
/// Recorded calls of a sample whose shape is told.
const SHAPED_MAX: usize = 6;

/// The samples of a brief, read for one prompt.
pub(super) struct Samples<'a> {
    shown: Vec<Shown<'a>>,
    left_out: usize,
    hidden: &'a Hidden,
}

struct Shown<'a> {
    sample: &'a Sample,
    /// All of it, where that is not certainly too large.
    whole: Option<Block>,
}

impl<'a> Samples<'a> {
    /// Reads the samples, for a prompt that has room for no more than `most` tokens of them.
    pub(super) fn of(samples: &'a [Sample], hidden: &'a Hidden, most: u32) -> Self {
        // Those that say what is wanted come first, then in their order.
        let mut chosen: Vec<(usize, &Sample)> = samples.iter().enumerate().collect();
        chosen.sort_by_key(|(_, sample)| sample.expected.is_none());
        chosen.truncate(SHOWN_MAX);
        chosen.sort_by_key(|(place, _)| *place);
        let shown = chosen.into_iter().map(|(_, sample)| {
            let mut room = bytes_beyond(most);
            let may_fit = values(sample).all(|value| fits(value, &mut room));
            let whole = || told(sample, &Parts::whole(sample), Detail::WHOLE, hidden);
            Shown { sample, whole: may_fit.then(|| block(sample, "sample", &whole(), hidden)) }
        });
        Self { shown: shown.collect(), left_out: samples.len().saturating_sub(SHOWN_MAX), hidden }
    }

    /// How many there are, shown or not.
    pub(super) const fn count(&self) -> usize {
        self.shown.len() + self.left_out
    }

    /// The tokens that all of them take; no more than `most` where they do not fit.
    pub(super) fn wish(&self, most: u32) -> u32 {
        let wish = |shown: &Shown<'_>| shown.whole.as_ref().map_or(most, |whole| whole.cost() + 1);
        self.shown.iter().map(wish).fold(0, u32::saturating_add).min(most)
    }

    /// The samples in no more than so many tokens, and whether any was shortened. Where there is
    /// little room, few samples say more than the beginnings of many.
    pub(super) fn within(&self, max: u32) -> (Vec<String>, bool) {
        let wish = |one: &Shown<'_>| one.whole.as_ref().map_or(max, |whole| whole.cost() + 1);
        let room_for = usize::try_from(max / LEAST).unwrap_or(usize::MAX).max(1);
        let shown = self.shown.iter().take(room_for);
        let mut shares: Vec<Share> = shown.map(|one| Share::new(1, wish(one))).collect();
        share_out(max, &mut shares);
        let mut blocks = Vec::new();
        let mut is_shortened = false;
        for (one, share) in self.shown.iter().zip(&shares) {
            // A line end stands between two of them.
            let room = share.granted.saturating_sub(1);
            let whole = one.whole.as_ref().filter(|whole| whole.cost() <= room);
            is_shortened |= whole.is_none();
            blocks.extend(match whole {
                Some(whole) => whole.within(room),
                None => self.shortened(one.sample, room),
            });
        }
        (blocks, is_shortened)
    }

    fn shortened(&self, sample: &Sample, max: u32) -> Option<String> {
        let label = "sample, shortened";
        let hidden = self.hidden;
        let shape = shapes(sample, hidden, max / 3);
        let parts = Parts::of(sample);
        let as_block = |detail| {
            let records = told(sample, &parts, detail, hidden);
            block(sample, label, &format!("{shape}{records}"), hidden)
        };
        let blocks = Detail::LEVELS.into_iter().map(as_block);
        let mut last = None;
        for block in blocks {
            if block.cost() <= max {
                return block.within(max);
            }
            last = Some(block);
        }
        last?.within(max)
    }
}

fn block(sample: &Sample, label: &'static str, text: &str, hidden: &Hidden) -> Block {
    Block::new(label, sample.name.as_str(), text, Keep::Beginning, hidden)
}

fn values(sample: &Sample) -> impl Iterator<Item = &Value> {
    let calls = sample.http.iter();
    let bodies = calls.flat_map(|call| call.request_body.iter().chain([&call.body]));
    sample.payload.iter().chain(bodies).chain(&sample.expected)
}

/// Whether the value takes no more bytes than there is room for; takes them from it.
fn fits(value: &Value, room: &mut usize) -> bool {
    let mut take = |bytes: usize| {
        let left = room.checked_sub(bytes);
        *room = left.unwrap_or(0);
        left.is_some()
    };
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => take(1),
        Value::String(text) => take(text.len() + 2),
        Value::Array(items) => take(2) && items.iter().all(|item| fits(item, room)),
        Value::Object(fields) => {
            take(2)
                && fields.iter().all(|(key, field)| {
                    let left = room.checked_sub(key.len() + 3);
                    *room = left.unwrap_or(0);
                    left.is_some() && fits(field, room)
                })
        }
    }
}

/// The shapes of a sample's large parts, in no more than so many tokens.
fn shapes(sample: &Sample, hidden: &Hidden, max: u32) -> String {
    let payload = sample.payload.iter().map(|payload| ("payload".to_owned(), payload));
    let bodies = sample.http.iter().take(SHAPED_MAX).enumerate();
    let bodies = bodies.map(|(at, call)| (format!("http[{at}].body"), &call.body));
    let mut text = String::new();
    let mut left = max;
    for (name, value) in payload.chain(bodies) {
        let title = format!("Shape of {name}:\n");
        let room = left.saturating_sub(tokens(&title) + 2);
        if let Some(shape) = Shape::of(value).within(&name, hidden, room) {
            let told = format!("{title}{shape}\n\n");
            left = left.saturating_sub(tokens(&told));
            text.push_str(&told);
        }
    }
    text
}

/// A sample's values, cut to what may be shown.
struct Parts<'a> {
    payload: Option<Excerpt<'a>>,
    expected: Option<Excerpt<'a>>,
    bodies: Vec<(Option<Excerpt<'a>>, Excerpt<'a>)>,
}

impl<'a> Parts<'a> {
    fn whole(sample: &'a Sample) -> Self {
        Self::with(sample, &Excerpt::whole)
    }

    /// What stands for the rest, with the records that those name: also those of the payload that
    /// `expected` is about.
    fn of(sample: &'a Sample) -> Self {
        let mut names = Names::default();
        Self::with(sample, &|value| Excerpt::of(value, &Names::default())).names(&mut names);
        Self::with(sample, &|value| Excerpt::of(value, &names))
    }

    fn with(sample: &'a Sample, excerpt: &dyn Fn(&'a Value) -> Excerpt<'a>) -> Self {
        let body =
            |call: &'a HttpExchange| (call.request_body.as_ref().map(excerpt), excerpt(&call.body));
        Self {
            payload: sample.payload.as_ref().map(excerpt),
            expected: sample.expected.as_ref().map(excerpt),
            bodies: sample.http.iter().map(body).collect(),
        }
    }

    fn names(&self, found: &mut Names) {
        let bodies = self.bodies.iter().flat_map(|(sent, answer)| sent.iter().chain([answer]));
        self.payload.iter().chain(&self.expected).chain(bodies).for_each(|part| part.names(found));
    }
}

/// The sample as text, in this detail.
fn told(sample: &Sample, parts: &Parts<'_>, detail: Detail, hidden: &Hidden) -> String {
    let writer = Writer { detail, hidden };
    let mut out = String::new();
    let mut part = |title: &str, text: &str| {
        out.push_str(title);
        out.push_str(text);
        out.push_str("\n\n");
    };
    let connection = connection(&sample.connection);
    if !connection.is_empty() {
        let connection = Value::Object(connection);
        part("input: ", &writer.write(&Excerpt::of(&connection, &Names::default())));
    }
    if let Some(payload) = &parts.payload {
        part("payload:\n", &writer.write(payload));
    }
    for (call, (sent, answer)) in sample.http.iter().zip(&parts.bodies).take(detail.records) {
        let request = told_headers(&call.request_headers, hidden);
        part("http: ", &format!("{} {}{request}", call.method, call.url));
        if let Some(sent) = sent {
            part("sent:\n", &writer.write(sent));
        }
        let headers = told_headers(&call.headers, hidden);
        part(&format!("answered {}{headers}:\n", call.status_code), &writer.write(answer));
    }
    for call in sample.http.iter().skip(detail.records).take(LISTED_MAX) {
        part("http, its answer left out: ", &format!("{} {}", call.method, call.url));
    }
    if let Some(expected) = &parts.expected {
        part("expected:\n", &writer.write(expected));
    }
    out.trim_end().to_owned()
}

/// What of the connection is there, without its secrets.
fn connection(connection: &Connection) -> Map<String, Value> {
    let Connection { base_url, api_key, api_secret, webhook_url, config } = connection;
    let mut fields = Map::new();
    let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    for (name, text) in [("baseUrl", base_url), ("webhookUrl", webhook_url)] {
        if !text.is_empty() {
            add(name, Value::from(text.as_str()));
        }
    }
    for (name, secret) in [("apiKey", api_key), ("apiSecret", api_secret)] {
        if !secret.is_empty() {
            add(name, Value::from(format!("[credential {name}]")));
        }
    }
    if !config.is_empty() {
        add("config", Value::Object(without_secrets(config, "config")));
    }
    fields
}

fn without_secrets(settings: &Map<String, Value>, path: &str) -> Map<String, Value> {
    let shown = settings.iter().map(|(key, value)| {
        let path = format!("{path}.{key}");
        let shown = match value {
            Value::Object(below) => Value::Object(without_secrets(below, &path)),
            Value::Null => Value::Null,
            _ if is_secret_name(key) => Value::from(format!("[credential {path}]")),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => value.clone(),
        };
        (key.clone(), shown)
    });
    shown.collect()
}

/// Headers, without what they say to prove who calls.
fn told_headers(headers: &BTreeMap<String, String>, hidden: &Hidden) -> String {
    if headers.is_empty() {
        return String::new();
    }
    let shown = headers.iter().map(|(name, value)| {
        let known = hidden.hide(value);
        let is_secret = is_secret_name(name) || name.to_ascii_lowercase().contains("cookie");
        // What stands before the secret, such as `Bearer`, says how it is sent.
        let scheme = value.split_once(' ').map_or("", |(scheme, _)| scheme);
        let shown = match (is_secret && known == *value, scheme) {
            (false, _) => known,
            (true, "Bearer" | "Basic" | "Token") => format!("{scheme} [credential]"),
            (true, _) => "[credential]".to_owned(),
        };
        format!("{name}: {shown}")
    });
    let shown: Vec<String> = shown.collect();
    format!(" ({})", shown.join("; "))
}
