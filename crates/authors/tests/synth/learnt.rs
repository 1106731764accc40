//! Mappings by chance, learnt from samples: a script that leaves gives the same on other orders.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Brief, Draft, Sample, Topic};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use sandbox::{InProcessRunner, Limits};
use serde_json::{Map, Value, json};
use trials::{Trial, Wrong};

use crate::common::{brief, draft};

/// Mappings that are tried.
const MAPPINGS: usize = 24;
/// Of these at least so many have to be learnt: who always asks is never wrong.
const LEARNT: usize = 12;

/// What a field of the vendor's body is made of.
type Made = fn(&Value) -> Option<Value>;

fn text<'v>(of: &'v Value, pointer: &str) -> Option<&'v str> {
    of.pointer(pointer)?.as_str()
}

fn cents(of: &Value, pointer: &str) -> Option<f64> {
    Some((of.pointer(pointer)?.as_f64()? * 100.0).round())
}

#[expect(clippy::cast_possible_truncation, reason = "a few thousand cents")]
fn whole(amount: f64) -> Value {
    (amount as i64).into()
}

fn placed(order: &Value) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text(order, "/placedAt")?).ok()?.to_utc())
}

fn items(order: &Value) -> &[Value] {
    order["items"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn of_word(order: &Value) -> Option<Value> {
    let words = [("delivery", "BRING"), ("pickup", "FETCH"), ("dine_in", "TABLE")];
    let own = text(order, "/type")?;
    words.iter().find(|(ours, _)| *ours == own).map(|(_, theirs)| (*theirs).into())
}

const WHOLE: [Made; 22] = [
    |order| Some(text(order, "/orderId")?.into()),
    |order| Some(text(order, "/orderId")?.to_lowercase().into()),
    |order| Some(format!("web/{}", text(order, "/orderId")?).into()),
    |order| Some(text(order, "/customer/name")?.into()),
    |order| Some(text(order, "/customer/name")?.split(' ').next()?.into()),
    |order| Some(text(order, "/customer/name")?.split(' ').next_back()?.into()),
    |order| Some(text(order, "/customer/phone")?.trim_start_matches('+').into()),
    |order| Some(text(order, "/customer/email")?.to_uppercase().into()),
    |order| Some(text(order, "/notes")?.into()),
    |order| Some(order.pointer("/totals/total")?.clone()),
    |order| Some(whole(cents(order, "/totals/total")?)),
    |order| Some(format!("{:.2}", cents(order, "/totals/tax")? / 100.0).into()),
    |order| Some(whole(cents(order, "/totals/subtotal")? * 10.0)),
    |order| Some(whole(cents(order, "/totals/subtotal")? + cents(order, "/totals/tax")?)),
    |order| Some(text(order, "/placedAt")?.into()),
    |order| Some(placed(order)?.timestamp().into()),
    |order| Some(placed(order)?.timestamp_millis().into()),
    |order| Some(placed(order)?.format("%Y-%m-%d %H:%M:%S").to_string().into()),
    |order| {
        let shown = placed(order)? + TimeDelta::hours(9);
        Some(shown.format("%Y-%m-%dT%H:%M:%S+09:00").to_string().into())
    },
    of_word,
    |order| Some(items(order).len().into()),
    |_| Some("v2".into()),
];

const PARTS: [Made; 8] = [
    |item| Some(text(item, "/itemCode")?.into()),
    |item| Some(text(item, "/name")?.to_uppercase().into()),
    |item| Some(item.pointer("/quantity")?.clone()),
    |item| Some(item.pointer("/quantity")?.to_string().into()),
    |item| Some(whole(cents(item, "/unitPrice")?)),
    |item| Some(format!("{:.2}", cents(item, "/unitPrice")? / 100.0).into()),
    |item| Some(whole(cents(item, "/unitPrice")? * item.pointer("/quantity")?.as_f64()?)),
    |item| Some(text(item, "/notes")?.into()),
];

/// A body: its fields, those of a part of it, and those of each line.
#[derive(Debug, Clone)]
struct Mapping {
    own: Vec<usize>,
    inner: Vec<usize>,
    line: Vec<usize>,
}

fn object(of: &Value, made: &[Made], chosen: &[usize], key: &str) -> Map<String, Value> {
    let fields = chosen.iter().filter_map(|at| Some((format!("{key}{at}"), made.get(*at)?(of)?)));
    fields.collect()
}

impl Mapping {
    fn body(&self, order: &Value) -> Value {
        let mut body = object(order, &WHOLE, &self.own, "f");
        body.insert("part".to_owned(), object(order, &WHOLE, &self.inner, "g").into());
        let lines = items(order).iter().map(|item| object(item, &PARTS, &self.line, "h").into());
        body.insert("lines".to_owned(), lines.collect::<Vec<Value>>().into());
        body.into()
    }

    fn sample(&self, order: &Value) -> Sample {
        let expected = json!({"url": "https://api.till.test/shops/s-77/orders", "method": "POST",
            "headers": {"Authorization": "Bearer key-4711-abc"}, "body": self.body(order)});
        serde_json::from_value(json!({"name": "sample", "payload": order, "expected": expected,
            "connection": {"baseUrl": "https://api.till.test", "apiKey": "key-4711-abc",
                           "config": {"shop": "s-77"}}}))
        .unwrap()
    }
}

fn mapping() -> impl Strategy<Value = Mapping> {
    let whole = || subsequence((0..WHOLE.len()).collect::<Vec<_>>(), 2..6);
    let line = subsequence((0..PARTS.len()).collect::<Vec<_>>(), 2..6);
    (whole(), whole(), line).prop_map(|(own, inner, line)| Mapping { own, inner, line })
}

fn amount() -> impl Strategy<Value = f64> {
    (105_u32..99_999).prop_map(|cents| f64::from(cents) / 100.0)
}

fn item() -> impl Strategy<Value = Value> {
    let notes = prop::option::of("[a-z]{4,7} [a-z]{3,6}");
    ("[A-Z][0-9]{4}", "[A-Z][a-z]{5,8}", 1_u32..90, amount(), notes).prop_map(
        |(code, name, quantity, price, notes)| {
            let all = json!({"itemCode": code, "name": name, "quantity": quantity,
                "unitPrice": price, "notes": notes});
            // The standard leaves out what is not there.
            let there = all.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
            there.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>().into()
        },
    )
}

fn order(kind: &'static str) -> impl Strategy<Value = Value> {
    let customer = ("[A-Z][a-z]{3,7} [A-Z][a-z]{3,7}", "\\+65[89][0-9]{7}", "[a-z]{4,8}@x[.]test")
        .prop_map(|(name, phone, email)| json!({"name": name, "phone": phone, "email": email}));
    let totals = (amount(), amount(), amount()).prop_map(
        |(subtotal, tax, total)| json!({"subtotal": subtotal, "tax": tax, "total": total}),
    );
    let id = "[A-Z]{3}-[0-9]{5}";
    let at = 1_767_225_600_i64..1_798_761_600;
    (id, at, customer, prop::collection::vec(item(), 1..5), totals, "[a-z]{4,9} [a-z]{3,8}")
        .prop_map(move |(id, at, customer, items, totals, notes)| {
            let at = DateTime::from_timestamp(at, 0).unwrap().format("%Y-%m-%dT%H:%M:%SZ");
            json!({"orderId": id, "placedAt": at.to_string(), "type": kind, "customer": customer,
                "items": items, "totals": totals, "notes": notes})
        })
}

/// What a script gives other than the mapping on an order that it has not seen.
fn wrong(source: &domain::DraftScript, brief: &Brief, fresh: &Sample) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut trial = Trial::open(
            &InProcessRunner,
            Limits::TEST,
            &brief.provider,
            Topic::OrderDispatch,
            &source.source,
        )
        .await
        .unwrap();
        match trial.own(fresh, source).await.unwrap() {
            Some(Wrong::Fails(what)) => Some(what),
            Some(Wrong::Breaks(_)) | None => None,
        }
    })
}

#[test]
fn what_is_learnt_from_three_orders_holds_for_others() {
    let mut runner = TestRunner::deterministic();
    let mut learnt = 0;
    for _ in 0..MAPPINGS {
        let mut one = |kind| order(kind).new_tree(&mut runner).unwrap().current();
        let orders = ["delivery", "pickup", "dine_in"].map(&mut one);
        let fresh = ["pickup", "dine_in"].map(one);
        let mapping = mapping().new_tree(&mut runner).unwrap().current();
        let samples: Vec<Sample> = orders.iter().map(|order| mapping.sample(order)).collect();
        let own = brief(Topic::OrderDispatch, &Value::Null, "");
        let own = Brief { samples: samples.into(), ..own };
        if let Draft::Script(script) = draft(&own) {
            learnt += 1;
            for order in &fresh {
                let wrong = wrong(&script, &own, &mapping.sample(order));
                assert!(wrong.is_none(), "{mapping:?}: {wrong:?}\n{}", script.source);
            }
        }
    }
    assert!(learnt >= LEARNT, "learnt {learnt} of {MAPPINGS}");
}
