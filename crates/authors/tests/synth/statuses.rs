//! What the synthesizer makes of status webhooks.

use crate::common::{answered, brief, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn webhook(payload: &Value, notes: &str) -> Brief {
    brief(Topic::OrderStatusUpdate, payload, notes)
}

fn codes() -> Value {
    json!({"orderId": "o-1", "yourOrderId": "y-1", "status": 5, "changedAt": "2026-01-01T10:00:00Z", "reason": ""})
}

#[test]
fn all_codes_that_documents_define_are_in_the_script() {
    let notes = "- `status`: 1 new (received), 5 cooking (preparing), 9 gone (completed), 10 void (cancelled).\n- `yourOrderId` is the id that you gave.";
    let script = script(&webhook(&codes(), notes));
    insta::assert_snapshot!(script.source);
    assert_eq!(source_of(&script, "externalOrderId"), "yourOrderId");
}

#[test]
fn a_table_of_meanings_is_read_row_by_row() {
    let notes = "| code | meaning |\n| --- | --- |\n| 1 | received |\n| 5 | being prepared |\n| 9 | cancelled by the shop |";
    let source = script(&webhook(&codes(), notes)).source;
    for line in ["[\"1\", \"received\"]", "[\"5\", \"preparing\"]", "[\"9\", \"cancelled\"]"] {
        assert!(source.contains(line), "{line}: {source}");
    }
}

#[test]
fn a_code_that_nobody_explains_is_asked_about() {
    assert!(question(&webhook(&codes(), "")).render().contains("status is 5"));
}

#[test]
fn the_status_now_wins_over_the_one_before() {
    let payload =
        json!({"order_id": "o-1", "old_state": "NEW", "new_state": "READY", "state": "READY"});
    let script = script(&webhook(&payload, ""));
    assert_eq!(source_of(&script, "status"), "new_state");
}

#[test]
fn a_word_of_the_trade_needs_no_document_and_another_is_asked_about() {
    let usual = json!({"order_id": "o-1", "status": "READY_FOR_PICKUP"});
    assert!(script(&webhook(&usual, "")).source.contains("[\"READY_FOR_PICKUP\", \"ready\"]"));
    let odd = webhook(&json!({"order_id": "o-1", "status": "BLORP"}), "");
    assert!(script(&answered(&odd, "preparing")).source.contains("[\"BLORP\", \"preparing\"]"));
}
