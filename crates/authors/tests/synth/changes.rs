//! Changes of an order's status in unusual forms, on invented vendors.

use crate::common::{brief, question, script, source_of};
use domain::Topic;
use serde_json::{Value, json};

const WORDS: &str = "- `state` is the state now: new (received), made (being prepared), gone (completed), dropped (cancelled).";

fn order(more: &Value) -> Value {
    let mut order = json!({"orderId": "o-17", "state": "made"});
    order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    order
}

fn read(payload: &Value, notes: &str) -> String {
    let notes = format!("{WORDS}\n{notes}");
    script(&brief(Topic::OrderStatusUpdate, payload, &notes)).source
}

#[test]
fn of_a_local_time_and_the_same_in_utc_the_latter_is_read() {
    let payload = order(
        &json!({"date_modified": "2026-03-12T18:03:31", "date_modified_gmt": "2026-03-12T16:03:31"}),
    );
    let notes = "- `date_modified` is the last change in local time, `date_modified_gmt` the same moment in UTC.";
    assert!(read(&payload, notes).contains("zoned(payload.date_modified_gmt, \"Z\""));
}

#[test]
fn when_an_order_entered_its_state_is_the_time_of_the_change() {
    let payload =
        order(&json!({"Since": "2026-03-12T18:03:31Z", "Before": "2026-03-12T17:03:31Z"}));
    let notes =
        "- `Since` is when the order entered `state`, `Before` when it entered the one before.";
    assert!(read(&payload, notes).contains("occurredAt: text(payload.Since)"));
}

#[test]
fn a_field_may_settle_the_status_and_null_may_be_a_word() {
    let payload =
        json!({"orderId": "o-17", "shipping": "part", "dropped_at": null, "dropped_because": null});
    let notes = "- `dropped_at` set: the order is cancelled and `dropped_because` says why. Otherwise `shipping`: null (taken on: accepted), part (being prepared), all (completed).";
    let source = script(&brief(Topic::OrderStatusUpdate, &payload, notes)).source;
    assert!(
        source.contains("isThere(payload.dropped_at) ? \"cancelled\" : statuses.get"),
        "{source}"
    );
    assert!(source.contains("[\"null\", \"accepted\"]"), "{source}");
}

#[test]
fn a_part_of_the_order_has_its_own_id_and_state() {
    let payload = json!({"order": {"id": 2001, "state": "made", "payments": [{"id": 77, "state": "approved"}]}});
    let made = script(&brief(Topic::OrderStatusUpdate, &payload, WORDS));
    assert_eq!(source_of(&made, "externalOrderId"), "order.id");
    assert_eq!(source_of(&made, "status"), "order.state");
}

#[test]
fn a_tag_with_a_meaning_of_its_own_is_asked_about() {
    let notes = format!("{WORDS} The tag delivered on a made order: the buyer has it (completed).");
    let asked =
        question(&brief(Topic::OrderStatusUpdate, &order(&json!({"tags": ["paid"]})), &notes));
    assert_eq!(asked.points[0].field, "status (tags)");
}

#[test]
fn of_a_short_word_and_the_long_one_the_long_one_is_read() {
    let payload = json!({"orderId": "o-17", "code": "DSP", "fullCode": "DISPATCHED"});
    let notes = "- `code` is short for `fullCode`: PLC PLACED (received), DSP DISPATCHED (ready, on its way), CON CONCLUDED (completed).";
    let made = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert_eq!(source_of(&made, "status"), "fullCode");
}

#[test]
fn a_reason_stands_in_an_entry_or_in_what_depends_on_the_event() {
    let history = json!({"orderId": "o-17", "log": [
        {"state": "made", "at": "2026-03-12T18:03:31Z"},
        {"state": "new", "at": "2026-03-12T18:01:31Z", "reason": "walk-in"}]});
    let notes = "- `log` is newest first: its first entry is this change, with a `reason` where one was given.";
    assert!(read(&history, notes).contains("reason: textAlone(latest.reason"));
    let within = order(&json!({"details": {"SOURCE": "till"}}));
    let notes =
        "- `details` depends on the event; on a cancellation `WHY_DROPPED` says why in words.";
    assert!(read(&within, notes).contains("payload.details?.WHY_DROPPED"));
}
