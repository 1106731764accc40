//! That a letter, a path and a sentence each settle each kind of point of outlets and statuses, and
//! that a reply which settles nothing is answered with why.

use crate::common::{answered, brief, question, script};
use domain::{Brief, Topic};
use serde_json::{Value, json};

/// A payload that leaves one point open.
struct Case {
    topic: Topic,
    payload: Value,
    point: &'static str,
    /// A letter, a path or value, and a sentence: all say the same.
    replies: [&'static str; 3],
    /// What the script then has.
    written: &'static str,
}

fn case(
    topic: Topic,
    payload: Value,
    point: &'static str,
    replies: [&'static str; 3],
    written: &'static str,
) -> Case {
    Case { topic, payload, point, replies, written }
}

fn statuses() -> Vec<Case> {
    let of = |payload, point, replies, written| {
        case(Topic::OrderStatusUpdate, payload, point, replies, written)
    };
    vec![
        of(
            json!({"ref_a": "x-1", "ref_b": "y-2", "status": "READY"}),
            "externalOrderId",
            ["b", "ref_b", "it is in ref_b, please"],
            "requiredText(payload.ref_b",
        ),
        of(
            json!({"order_id": "o-1", "status": "BLORP"}),
            "status (BLORP)",
            ["c", "preparing", "that means it is being prepared"],
            "[\"BLORP\", \"preparing\"]",
        ),
        of(
            json!({"order_id": "o-1", "status": "READY", "logged_at": "2026-01-31T12:30:00Z"}),
            "occurredAt",
            ["a", "logged_at", "the status changed at logged_at"],
            "occurredAt: text(payload.logged_at)",
        ),
        of(
            json!({"order_id": "o-1", "status": "READY", "changed_at": "2026-01-31 12:30:00"}),
            "occurredAt (time zone)",
            ["a", "UTC", "all of them are in UTC"],
            "zoned(payload.changed_at, \"Z\"",
        ),
        of(
            json!({"order_id": "o-1", "status": "CANCELLED", "message": "Out of rice"}),
            "reason",
            ["a", "message", "yes, the message says why"],
            "reason: text(payload.message)",
        ),
    ]
}

fn outlets() -> Vec<Case> {
    let of = |payload, point, replies, written| {
        case(Topic::SyncOutlet, payload, point, replies, written)
    };
    let hours = json!([{"day": "monday", "open": "09:00", "close": "17:00"}]);
    vec![
        of(
            json!({"id": "s-1", "name": "Kai", "street": "Hafenweg", "number": "7"}),
            "address.street1 (number)",
            ["b", "street number", "first the street, then its number"],
            "someOf([text(outlet.street), text(outlet.number)])",
        ),
        of(
            json!({"id": "s-1", "name": "Kai", "country": "DEU"}),
            "address.country (no code)",
            ["a", "leave it out", "please leave it out, we do not need it"],
            "const address = compact({\n  });",
        ),
        of(
            json!({"id": "s-1", "name": "Kai", "address": {"row": "Hafenweg 7"}}),
            "address.street1",
            ["a", "address.row", "take the row, it is the first line"],
            "street1: text(outlet.address?.row)",
        ),
        of(
            json!({"id": "s-1", "name": "Kai", "hours_a": hours.clone(), "hours_b": hours}),
            "openingHours (where)",
            ["b", "hours_b", "those in hours_b are right"],
            "list(outlet.hours_b)",
        ),
        of(
            json!({"id": "s-1", "name": "Kai", "opening": {"code": "W9-17"}}),
            "openingHours",
            ["a", "leave them out", "there is no use for it, leave them out"],
            "externalId",
        ),
        case(
            Topic::ListRemoteOutlets,
            json!({"north": [{"id": 1, "name": "Kai"}], "south": [{"id": 2, "name": "Ufer"}]}),
            "outlets",
            ["b", "south[]", "they are in south"],
            "payload.south",
        ),
        case(
            Topic::ListRemoteOutlets,
            json!({"outlets": [{"key_a": "x", "key_b": "y", "name": "Kai"}]}),
            "externalId",
            ["b", "outlets[].key_b", "take key_b for it"],
            "requiredText(outlet.key_b",
        ),
    ]
}

fn of(case: &Case) -> Brief {
    brief(case.topic, &case.payload, "")
}

#[test]
fn a_letter_a_path_and_a_sentence_settle_every_kind_of_point() {
    for case in statuses().iter().chain(&outlets()) {
        let brief = of(case);
        let asked = question(&brief);
        let open: Vec<&str> = asked.points.iter().map(|point| point.field.as_str()).collect();
        assert_eq!(open, [case.point], "{}", asked.render());
        for reply in case.replies {
            let source = script(&answered(&brief, reply)).source;
            assert!(source.contains(case.written), "{} {reply:?}: {source}", case.point);
        }
    }
}

#[test]
fn a_reply_that_settles_nothing_is_answered_with_why() {
    for case in statuses().iter().chain(&outlets()) {
        let again = question(&answered(&of(case), "blue fish swim")).render();
        assert!(again.contains("blue fish swim"), "{}: {again}", case.point);
    }
}

#[test]
fn one_question_covers_all_that_is_open() {
    let payload = json!({"ref_a": "x-1", "ref_b": "y-2", "status": "BLORP",
                         "logged_at": "2026-01-31T12:30:00Z"});
    let brief = brief(Topic::OrderStatusUpdate, &payload, "");
    assert_eq!(question(&brief).points.len(), 3, "{}", question(&brief).render());
    let source = script(&answered(&brief, "1 b, 2 d, 3 a")).source;
    for line in ["payload.ref_b", "[\"BLORP\", \"ready\"]", "text(payload.logged_at)"] {
        assert!(source.contains(line), "{line}: {source}");
    }
}
