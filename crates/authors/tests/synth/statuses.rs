//! What the synthesizer makes of status webhooks.

use crate::common::{answered, brief, output_of, question, script, source_of};
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

#[test]
fn each_form_of_time_becomes_the_standard_s() {
    let cases = [
        (json!(1_769_862_600), "", "occurredAt: moment(payload.changedAt, 1000, \"changedAt\"),"),
        (json!("20260131 12:30:00"), "All times are UTC.", "zoned(payload.changedAt, \"Z\","),
        (json!(1_769_862_600_123_u64), "", "moment(payload.changedAt, 1,"),
        (json!("/Date(1769862600000+0100)/"), "", "dotNetDate(payload.changedAt,"),
        (json!("Sat, 31 Jan 2026 12:30:00 +0100"), "", "mailDate(payload.changedAt,"),
        (json!("2026-01-31 12:30:00+0100"), "", "zoned(payload.changedAt, \"\","),
        (json!("2026-01-31 12:30:00"), "All times are UTC.", "zoned(payload.changedAt, \"Z\","),
        (
            json!("2026-01-31T12:30:00"),
            "`changedAt` is the local time in Asia/Singapore.",
            "zoned(payload.changedAt, \"+08:00\",",
        ),
    ];
    for (time, notes, line) in cases {
        let payload = json!({"orderId": "o", "status": "READY", "changedAt": time});
        let source = script(&webhook(&payload, notes)).source;
        assert!(source.contains(line), "{time}: {source}");
    }
}

#[test]
fn a_local_time_is_never_taken_for_utc() {
    let payload = json!({"orderId": "o", "status": "READY", "changedAt": "2026-01-31 12:30:00"});
    let silent = webhook(&payload, "");
    assert_eq!(question(&silent).points[0].field, "occurredAt (time zone)");
    assert!(script(&answered(&silent, "+08:00")).source.contains("\"+08:00\""));
    assert!(!script(&answered(&silent, "leave it out")).source.contains("occurredAt"));
    let summer = question(&answered(&silent, "Europe/Berlin")).render();
    assert!(summer.contains("changes its offset"), "{summer}");
}

#[test]
fn an_offset_beside_a_local_time_is_used() {
    let payload = json!({"orderId": "o", "status": "READY", "changedAt": "2026-01-31 12:30:00",
        "utc_offset": "+02:00"});
    let source = script(&webhook(&payload, "")).source;
    assert!(source.contains("zoned(payload.changedAt, payload.utc_offset,"), "{source}");
}

#[test]
fn the_latest_entry_of_a_history_is_the_status_now() {
    let payload = json!({"orderId": "o", "history": [
        {"status": "ACCEPTED", "at": "2026-01-31T12:30:00Z"},
        {"status": "READY", "at": "2026-01-31T12:40:00Z"}]});
    let script = script(&webhook(&payload, ""));
    assert_eq!(source_of(&script, "status"), "history[latest].status");
    assert!(
        script
            .source
            .contains("const latest = latestOf(list(payload.history), (entry) => entry.at);")
    );
}

#[test]
fn cryptic_names_are_followed_where_documents_explain_them() {
    let payload = json!({"seq": 9, "tkt": 17, "st": 3, "st_old": 1, "pay": 2});
    let notes = "- `st` is the stage as a number and `st_old` the one it came from: 0 just in (received), 1 taken on (accepted), 3 on the counter (ready), 8 called off (cancelled).\n- `pay` is a number too and concerns the money only: 0 open, 2 paid.\n- The ticket is known by `tkt`; `seq` counts callbacks.";
    let script = script(&webhook(&payload, notes));
    assert_eq!(source_of(&script, "status"), "st");
    assert_eq!(source_of(&script, "externalOrderId"), "tkt");
    assert!(script.source.contains("[\"3\", \"ready\"]"), "{}", script.source);
}

#[test]
fn the_only_event_of_a_list_is_taken() {
    let payload = json!([{"orderId": "o", "status": "READY"}]);
    let source = script(&webhook(&payload, "")).source;
    assert!(source.contains("const [event] = payload;"), "{source}");
}

#[test]
fn an_order_s_id_is_not_that_of_who_took_it() {
    let payload = json!({"order": {"id": "o", "employee": {"id": "e"}, "status": "READY"}});
    assert_eq!(source_of(&script(&webhook(&payload, "")), "externalOrderId"), "order.id");
}

#[test]
fn a_reason_that_is_empty_in_the_sample_is_read() {
    let nested = json!({"order": {"order_id": "o-1", "status": "READY", "rejectionReason": null}});
    assert_eq!(source_of(&script(&webhook(&nested, "")), "reason"), "order.rejectionReason");
    let message = json!({"order_id": "o-1", "status": "READY", "message": ""});
    let notes = "- `message` explains a cancellation.";
    assert_eq!(source_of(&script(&webhook(&message, notes)), "reason"), "message");
}

#[test]
fn the_time_of_the_event_is_that_of_the_change() {
    let payload =
        json!({"eventCreated": 1_769_862_600, "data": {"orderId": "o-1", "status": "READY"}});
    assert_eq!(source_of(&script(&webhook(&payload, "")), "occurredAt"), "eventCreated");
}

#[test]
fn when_the_order_was_made_is_no_change_without_a_person_s_word() {
    let payload = json!({"id": "o-1", "status": "READY", "created_at": "2026-01-31T12:30:00Z"});
    let brief = webhook(&payload, "");
    assert_eq!(question(&brief).points[0].field, "occurredAt");
    assert!(!script(&answered(&brief, "leave it out")).source.contains("occurredAt"));
    assert!(script(&answered(&brief, "a")).source.contains("text(payload.created_at)"));
    let made = json!({"id": "o-1", "status": "NEW", "created_at": "2026-01-31T12:30:00Z"});
    assert_eq!(source_of(&script(&webhook(&made, "")), "occurredAt"), "created_at");
}

#[test]
fn times_of_other_things_are_not_asked_about() {
    let payload = json!({"order_id": "o-1", "status": "READY", "pickup_time": "2026-01-31T12:30:00Z", "slot": "2026-01-31T12:30:00Z"});
    let notes = "- `slot` is when it will be collected.";
    assert!(!script(&webhook(&payload, notes)).source.contains("occurredAt"));
}

#[test]
fn the_id_of_what_holds_the_order_is_the_order_s() {
    let payload = json!({"mode": "live", "status": "READY", "body": {"key": "k-1", "slip": "S-7"}});
    let notes = "- In `body` is the whole order; `key` is its id, `slip` the one for the kitchen.";
    let script = script(&webhook(&payload, notes));
    assert_eq!(source_of(&script, "externalOrderId"), "body.key");
    let other = "- In `body` is the whole delivery; `key` is its id.";
    assert!(question(&webhook(&payload, other)).render().contains("externalOrderId"));
}

#[test]
fn what_the_status_was_is_not_what_it_became() {
    let payload = json!({"order_id": "o-1", "from": "Begun", "to": "Handled"});
    let notes = "- `from` is what the status was and `to` what it became: Begun (nobody has looked at it), Handled (the shop took it on), Gone (completed).";
    let script = script(&webhook(&payload, notes));
    assert_eq!(source_of(&script, "status"), "to");
    for line in ["[\"Begun\", \"received\"]", "[\"Handled\", \"accepted\"]"] {
        assert!(script.source.contains(line), "{line}: {}", script.source);
    }
}

#[test]
fn the_last_part_of_an_order_s_event_is_its_status() {
    let event = |kind: &str| json!({"type": kind, "order_id": "o-1"});
    let source = script(&webhook(&event("com.till.order.ready"), "")).source;
    for line in
        ["[\"com.till.order.ready\", \"ready\"]", "[\"com.till.order.cancelled\", \"cancelled\"]"]
    {
        assert!(source.contains(line), "{line}: {source}");
    }
    let other = question(&webhook(&event("com.till.order.payment.completed"), "")).render();
    assert!(other.contains("com.till.order.payment.completed"), "{other}");
}

#[test]
fn a_sentence_lists_words_and_goes_on() {
    let payload = json!({"ticket": {"number": "T-9", "status": "up"}});
    let notes = "`ticket.status` is one of `open` received; `fired` being prepared; `up` ready; `left` completed. `ticket.number` identifies the order.";
    let source = script(&webhook(&payload, notes)).source;
    for line in ["[\"up\", \"ready\"]", "[\"fired\", \"preparing\"]"] {
        assert!(source.contains(line), "{line}: {source}");
    }
}

fn table(word: &str, notes: &str) -> String {
    let payload = json!({"orderId": "o-1", "status": word});
    script(&webhook(&payload, notes)).source
}

#[test]
fn a_word_with_brackets_that_say_something_else_does_not_take_the_next_one_s_meaning() {
    let notes = "- `status` can be: CREATED (received), BAKING (the ovens hum), READY, DELIVERED.";
    let asked = question(&webhook(&json!({"orderId": "o-1", "status": "BAKING"}), notes));
    assert!(asked.render().contains("BAKING"), "{}", asked.render());
    let notes = notes.replace("the ovens hum", "the kitchen works on it");
    assert!(table("BAKING", &notes).contains("[\"BAKING\", \"preparing\"]"));
}

#[test]
fn where_words_are_joined_before_brackets_a_comma_parts_them() {
    let notes = "- `status`: Unseen (received), TakenOn and ReadyForCooking (accepted), CookingStarted, CookedUp and Waiting (ready), AcceptedByRider, OnWay (ready).";
    let source = table("CookingStarted", notes);
    for line in [
        "[\"CookingStarted\", \"preparing\"]",
        "[\"CookedUp\", \"ready\"]",
        "[\"ReadyForCooking\", \"accepted\"]",
        "[\"TakenOn\", \"accepted\"]",
    ] {
        assert!(source.contains(line), "{line}: {source}");
    }
}

#[test]
fn an_id_that_is_printed_for_people_is_not_the_order_s() {
    let payload = json!({"OrderId": 3_675_081, "LocalOrderId": "685", "status": "READY"});
    let notes = "- `OrderId` is what the API uses, `LocalOrderId` is printed on tickets.";
    assert_eq!(source_of(&script(&webhook(&payload, notes)), "externalOrderId"), "OrderId");
}

#[test]
fn a_row_of_a_table_is_whole_though_it_has_semicolons() {
    let notes = "| Event | meaning |\n| --- | --- |\n| Begun | the stove is on; preparing |\n| OrderRejected | the shop said no |\n| Over | it is out; completed |";
    let payload = json!({"orderId": "o-1", "event": "Begun"});
    let source = script(&webhook(&payload, notes)).source;
    for line in [
        "[\"Begun\", \"preparing\"]",
        "[\"OrderRejected\", \"cancelled\"]",
        "[\"Over\", \"completed\"]",
    ] {
        assert!(source.contains(line), "{line}: {source}");
    }
}

#[test]
fn the_same_moment_since_1970_is_read_before_a_clock_s_time() {
    let payload = json!({"orderId": "o-1", "status": "READY", "timestamp": "2026-04-05 11:37:08",
        "timestamp_unix": 1_775_369_228_000_u64});
    let read = script(&webhook(&payload, ""));
    assert_eq!(source_of(&read, "occurredAt"), "timestamp_unix");
}

#[test]
fn names_of_events_and_single_letters_are_words_too() {
    let event = json!({"event": {"name": "order.confirmed"}, "data": {"order_id": 7}});
    let notes = "- `event.name`: order.placed, order.confirmed, order.ready, order.picked_up (completed), order.rejected and order.cancelled.";
    let source = script(&webhook(&event, notes)).source;
    for line in [
        "[\"order.confirmed\", \"accepted\"]",
        "[\"order.picked_up\", \"completed\"]",
        "[\"order.rejected\", \"cancelled\"]",
    ] {
        assert!(source.contains(line), "{line}: {source}");
    }
    let letter =
        json!({"order_id": "o-1", "state": {"code": "K"}, "courier": {"state": {"code": "X"}}});
    let notes = "- `state.code` is a letter: N (new, received), K (in the kitchen), R (ready), V (void, cancelled).";
    let source = script(&webhook(&letter, notes)).source;
    assert!(source.contains("[\"K\", \"preparing\"]"), "{source}");
}

#[test]
fn a_number_in_the_status_is_read_before_the_kind_of_event() {
    let payload = json!({"type": "ORDER_STATUS_CHANGED", "order": {"id": "o-9", "status": {"code": 4}, "cancellation": null}});
    let notes = "`status.code`: 1 placed, 2 confirmed, 3 cooking, 4 handed to the courier, 5 delivered, 9 cancelled. `cancellation.reason` tells why an order was cancelled.";
    let script = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert_eq!(source_of(&script, "status"), "order.status.code");
    assert_eq!(source_of(&script, "reason"), "order.cancellation.reason");
}

#[test]
fn a_time_that_stands_with_the_status_is_no_less_than_that_of_the_event() {
    let payload = json!({"id": "e-1", "createdAt": "2024-11-20T12:22:02Z", "order": {"id": "o-9", "status": {"name": "ready", "updatedAt": "2024-11-20T12:21:40Z"}}});
    let text = question(&brief(Topic::OrderStatusUpdate, &payload, "")).render();
    assert!(text.contains("order.status.updatedAt") && text.contains("createdAt"), "{text}");
}

#[test]
fn a_date_and_time_in_a_row_is_read_in_the_zone_that_documents_say() {
    for stamp in [json!("20241120122202"), json!(20_241_120_122_202_u64)] {
        let payload = json!({"order_id": "o-9", "status": "ready", "ts": stamp});
        let text = script(&webhook(&payload, "`ts` is UTC.")).source;
        assert!(text.contains("zoned(payload.ts, \"Z\""), "{text}");
        assert!(question(&webhook(&payload, "")).render().contains("ts"));
    }
}

#[test]
fn what_has_still_to_happen_is_no_status_and_what_a_meaning_ends_with_is() {
    let payload = json!({"event_type": "orders.notification", "event_id": "e-1", "order_id": "o-9", "event_time": "2026-03-31T10:00:00Z"});
    let notes = "`event_type` says what happened: `orders.notification` (a new order, waiting to be accepted or denied), `orders.release` (goes to the kitchen now: being prepared), `orders.failure` (not accepted in time, or it could not be delivered to the till: cancelled).";
    let text = script(&webhook(&payload, notes)).source;
    for pair in [
        r#"["orders.notification", "received"]"#,
        r#"["orders.release", "preparing"]"#,
        r#"["orders.failure", "cancelled"]"#,
    ] {
        assert!(text.contains(pair), "{pair}: {text}");
    }
}

#[test]
fn the_id_that_calls_take_is_the_order_s_and_not_the_platform_s_own() {
    let payload = json!({"order_id": "a7-1", "external_order_id": "900", "status": "READY"});
    let notes = "- `order_id` is what every call about an order takes. `external_order_id` is the number in the platform's own systems.";
    let script = script(&webhook(&payload, notes));
    assert_eq!(source_of(&script, "externalOrderId"), "order_id");
}

#[test]
fn what_proves_the_sender_is_no_order() {
    let payload = json!({"id": "o-1", "key": "1C354445CF6F4266", "status": "READY"});
    assert_eq!(source_of(&script(&webhook(&payload, "")), "externalOrderId"), "id");
}

#[test]
fn a_number_beside_an_id_that_nobody_explains_may_be_what_guests_are_called_by() {
    let payload = json!({"uuid": "1f3a0a33", "orderNumber": "A142", "status": "READY"});
    let asked = question(&webhook(&payload, ""));
    assert_eq!(asked.points[0].field, "externalOrderId");
    let script = script(&webhook(&payload, "- `uuid` is the order, `orderNumber` is called out."));
    assert_eq!(source_of(&script, "externalOrderId"), "uuid");
}

#[test]
fn a_reason_that_documents_give_to_entries_of_the_history_is_read_in_the_latest() {
    let payload = json!({"id": "o-7", "status": "READY", "log": [
        {"status": "READY", "at": "2024-05-01T10:30:00Z"},
        {"status": "NEW", "at": "2024-05-01T10:02:00Z"}]});
    let notes = "- `status`: NEW (received), READY, CANCELLED.\n- `log` is newest first: its first entry is the status now, with a `reason` where one was given.";
    let script = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
    assert_eq!(source_of(&script, "reason"), "log[latest].reason");
}

#[test]
fn the_zone_of_a_time_may_stand_in_the_sentence_after_it() {
    let payload = json!({"id": "o-7", "status": "READY", "timestamp": "2024-05-01 10:30:00"});
    let notes =
        "`timestamp` is when it happened, in local time without an offset; we give it with +05:30.";
    let source = script(&brief(Topic::OrderStatusUpdate, &payload, notes)).source;
    assert!(source.contains("\"+05:30\""), "{source}");
}

#[test]
fn an_order_that_waits_for_whoever_takes_it_is_ready() {
    let payload = json!({"ticket": {"order_id": "t-1", "stage": "PACKED_UP"}});
    for meaning in [
        "waiting for the rider or the guest",
        "waits for its courier",
        "awaiting pick-up",
        "can be collected",
    ] {
        let notes = format!(
            "- `ticket.stage`: TAKEN (accepted), PACKED_UP ({meaning}), GONE (completed), DROPPED (cancelled)."
        );
        let source = script(&webhook(&payload, &notes)).source;
        assert!(source.contains("[\"PACKED_UP\", \"ready\"]"), "{meaning}: {source}");
    }
}

#[test]
fn a_clear_word_of_the_trade_is_not_read_against_its_name_for_a_faint_word() {
    let payload = json!({"order_id": "t-1", "stage": "READY"});
    for (meaning, status) in [
        ("waiting at the bar", "ready"),
        ("sent to the hatch", "ready"),
        ("it was accepted", "accepted"),
        ("waiting for the shop to accept it", "received"),
    ] {
        for notes in [
            format!("- `stage`: NEW (received), READY ({meaning}), GONE (completed)."),
            format!("- Stages follow.\n- NEW: received\n- READY: {meaning}\n- GONE: completed"),
        ] {
            let source = script(&webhook(&payload, &notes)).source;
            let line = format!("[\"READY\", \"{status}\"]");
            assert!(source.contains(&line), "{meaning}: {source}");
        }
    }
    // A word that is used of any stage says less than its meaning.
    let notes = "- `stage`: OPEN (the kitchen started it), READY (made), GONE (completed).";
    let source = script(&webhook(&payload, notes)).source;
    assert!(source.contains("[\"OPEN\", \"preparing\"]"), "{source}");
}

#[test]
fn the_id_of_an_order_is_what_other_records_refer_to() {
    let payload = json!({"slip": "t-1", "number": "17", "state": "READY"});
    for notes in [
        "- `slip` is what calls and receipts refer to; `number` is the bar's own short name for it.",
        "- Receipts refer to the ticket by its `slip`.",
    ] {
        assert_eq!(source_of(&script(&webhook(&payload, notes)), "externalOrderId"), "slip");
    }
}

#[test]
fn the_order_s_id_is_the_one_that_was_given_when_it_was_placed() {
    let payload = json!({"run_ref": "k-17", "desk_no": "9044", "what": "RUN_MADE", "at": "2026-01-01T10:00:00Z"});
    let words = "- `what` says what happened: RUN_MADE (received), RUN_LEFT (ready), RUN_DONE (completed), RUN_OFF (cancelled).";
    for said in [
        "`run_ref` is the id given when the delivery was created, `desk_no` a number for the help desk",
        "`run_ref` is the reference that the caller passed when placing the order",
        "`run_ref` is the id sent with the request that created the run",
        "`run_ref` holds the id we gave it at creation",
    ] {
        let notes = format!("{words}\n- {said}. `end_reason` comes with cancellations only.");
        let made = script(&webhook(&payload, &notes));
        assert_eq!(source_of(&made, "externalOrderId"), "run_ref", "{said}");
        assert!(made.source.contains("payload.end_reason"), "{}", made.source);
    }
}

#[test]
fn words_that_begin_alike_have_the_status_that_documents_tell() {
    let payload = json!({"orderId": "o-1", "event": "pot_on"});
    for notes in [
        "- `event`: pot_on (being prepared), bag_out (ready). Names that begin with void_ mean cancelled.",
        "- `event`: pot_on (being prepared), bag_out (ready), `void_*` (cancelled).",
    ] {
        let found = script(&brief(Topic::OrderStatusUpdate, &payload, notes));
        let other = json!({"orderId": "o-2", "event": "void_by_guest"});
        assert_eq!(output_of(&found, &other)["status"], "cancelled", "{}", found.source);
    }
    // Other words that nobody explains stop the run still.
    let found = script(&brief(
        Topic::OrderStatusUpdate,
        &payload,
        "- `event`: pot_on (being prepared), bag_out (ready).",
    ));
    assert!(!found.source.contains("beginnings"), "{}", found.source);
}

#[test]
fn words_of_the_trade_in_a_list_mean_what_they_always_mean() {
    let payload = json!({"orderId": "o-1", "state": "placed"});
    let source = script(&brief(
        Topic::OrderStatusUpdate,
        &payload,
        "- `state` is the state now: placed (not yet looked at), accepted, delivered, refused and canceled (both: it will not be made).",
    ))
    .source;
    for pair in [
        "\"delivered\", \"completed\"",
        "\"refused\", \"cancelled\"",
        "\"canceled\", \"cancelled\"",
    ] {
        assert!(source.contains(pair), "{pair}: {source}");
    }
    let payload = json!({"orderId": "o-1", "state": "Open"});
    let notes = "- `state` is the state now. Open: not yet looked at. Taken: the cook has accepted it. Cancelled.";
    let source = script(&brief(Topic::OrderStatusUpdate, &payload, notes)).source;
    assert!(source.contains("[\"Cancelled\", \"cancelled\"]"), "{source}");
}
