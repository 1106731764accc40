//! What the synthesizer makes of texts that say why an order ended, and of clauses about statuses.

use crate::common::{answered, brief, expecting, question, script, source_of};
use domain::{Brief, Topic};
use serde_json::{Value, json};

fn webhook(payload: &Value, notes: &str) -> Brief {
    brief(Topic::OrderStatusUpdate, payload, notes)
}

#[test]
fn a_text_of_whoever_changed_the_status_is_the_reason() {
    let payload = json!({"ticketOrderId": "o-1", "status": "CANCELLED", "remark": "Oven broke"});
    let notes = "`ticketOrderId` is the order. `remark` is what the cook typed on cancelling.";
    assert_eq!(source_of(&script(&webhook(&payload, notes)), "reason"), "remark");
}

#[test]
fn a_text_that_documents_say_tells_why_is_the_reason_before_its_number() {
    let payload = json!({"orderId": "o-1", "state": "ON_HOB", "code": "", "message": ""});
    let notes = "- `state`: ON_HOB (being prepared), CALLED_OFF (cancelled). `message` says why an \
                 order was cancelled and is empty otherwise; `code` is the number of that reason.";
    assert_eq!(source_of(&script(&webhook(&payload, notes)), "reason"), "message");
}

#[test]
fn a_text_about_the_end_of_the_order_is_the_reason_by_its_name() {
    for (part, place) in [
        (json!({"rejection": {"code": "R7", "message": "Oven broke"}}), "rejection.message"),
        (json!({"refusalNote": "Oven broke", "refusalId": 7}), "refusalNote"),
    ] {
        let mut payload = json!({"orderId": "o-1", "status": "REJECTED"});
        payload.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        assert_eq!(source_of(&script(&webhook(&payload, "")), "reason"), place);
    }
}

#[test]
fn a_text_that_may_say_why_is_asked_about_though_documents_name_it() {
    let payload = json!({"orderId": "o-1", "status": "CANCELLED", "remark": "Oven broke"});
    let open = question(&webhook(&payload, "`remark` may be empty."));
    assert_eq!(open.points[0].field, "reason");
    let told = script(&webhook(&payload, "`remark` is what the guest wrote on the order form."));
    assert!(!told.source.contains("reason"), "{}", told.source);
}

#[test]
fn clauses_tell_what_words_mean() {
    let payload = json!({"what": "BAG_LOST", "orderRef": "o-1"});
    let notes = "- `what` says what happened: BAG_PACKED and BAG_TAKEN before it has left the shop; BAG_ON_ROAD when it is on its way; BAG_GIVEN when the guest has it; BAG_LOST when it was called off.";
    let source = script(&webhook(&payload, notes)).source;
    for line in [
        "[\"BAG_ON_ROAD\", \"ready\"]",
        "[\"BAG_GIVEN\", \"completed\"]",
        "[\"BAG_LOST\", \"cancelled\"]",
    ] {
        assert!(source.contains(line), "{line}: {source}");
    }
    assert!(!source.contains("BAG_PACKED"), "{source}");
}

#[test]
fn an_order_is_known_by_the_id_of_what_documents_call_the_order() {
    let payload = json!({"chain_id": 5, "body": {"id": 3311, "uuid": "0c-1", "state": "ready"}});
    let notes = "`body` is the order: `id` is its id in every later call.";
    assert_eq!(source_of(&script(&webhook(&payload, notes)), "externalOrderId"), "body.id");
    let payload = json!({"id": "e-1", "part": {"whole": {"id": 3311, "state": "ready"}}});
    let notes = "`part.whole` is the order as it is now; `id` is its id.";
    assert_eq!(source_of(&script(&webhook(&payload, notes)), "externalOrderId"), "part.whole.id");
    let payload = json!({"event": "ready", "parcel_code": "P-1", "help_code": "H-1"});
    let notes = "`parcel_code` is the number that the shop gave. `event` says the state.";
    assert_eq!(source_of(&script(&webhook(&payload, notes)), "externalOrderId"), "parcel_code");
}

#[test]
fn both_spellings_of_a_usual_word_are_known() {
    let payload = json!({"orderId": "o-1", "status": "PREPARING"});
    let source = script(&webhook(&payload, "")).source;
    for word in ["\"CANCELED\"", "\"CANCELLED\""] {
        assert!(source.contains(word), "{source}");
    }
}

#[test]
fn the_name_of_a_reason_that_is_an_object_is_the_reason() {
    let payload = json!({"orderId": "o-1", "status": "CANCELLED", "reason": {"id": 4, "label": "Oven broke"}});
    assert_eq!(source_of(&script(&webhook(&payload, "")), "reason"), "reason.label");
}

#[test]
fn several_reasons_and_errors_and_ends_without_content_are_asked_about() {
    for part in [
        json!({"status": "CANCELLED", "reasons": ["Oven broke", "Closed"]}),
        json!({"status": "FAILED", "error": {"message": "Oven broke"}}),
        json!({"status": "READY", "cancellation": null}),
    ] {
        let mut payload = json!({"orderId": "o-1"});
        payload.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        let points = question(&webhook(&payload, "")).points;
        assert_eq!(points.first().map(|point| point.field.as_str()), Some("reason"), "{payload}");
    }
}

#[test]
fn the_time_of_the_status_goes_before_others() {
    let named = json!({"orderId": "o-1", "status": "READY", "date": "2026-01-01T10:00:09Z",
        "statusChangedAt": "2026-01-01T10:00:00Z"});
    assert_eq!(source_of(&script(&webhook(&named, "")), "occurredAt"), "statusChangedAt");
    let told = json!({"orderId": "o-1", "time": "2026-01-01T10:00:09Z",
        "status": {"code": "READY", "since": "2026-01-01T10:00:00Z"}});
    let notes = "`time` is when we sent it, `status.since` is when the order got this status.";
    assert_eq!(source_of(&script(&webhook(&told, notes)), "occurredAt"), "status.since");
}

#[test]
fn a_time_after_the_status_s_own_word_or_in_an_odd_form_is_asked_about() {
    for payload in [
        json!({"orderId": "o-1", "status": "ACCEPTED", "sentAt": "2026-01-01T10:00:09Z",
            "acceptedAt": "2026-01-01T10:00:00Z"}),
        json!({"orderId": "o-1", "status": "READY", "changedAt": "02/03/2026 14:05"}),
    ] {
        let points = question(&webhook(&payload, "")).points;
        assert_eq!(points.first().map(|p| p.field.as_str()), Some("occurredAt"), "{payload}");
    }
}

#[test]
fn codes_with_meanings_in_capitals_are_read() {
    let payload = json!({"orderNo": "12", "stage": 30});
    let source = script(&webhook(&payload, "Stage: 10 Received; 20 In progress; 30 Ready.")).source;
    assert!(source.contains("[\"20\", \"preparing\"]"), "{source}");
}

#[test]
fn a_reason_that_comes_with_one_status_only_is_read_and_must_be_a_text() {
    let payload =
        json!({"id": "o-1", "status": "stove", "nextDeliveryTime": "2026-01-01T10:00:00Z"});
    let notes = "- `status` is one of: fresh (received), stove (being prepared), broken (called off).\n\
                 - `id` is the order. `nextDeliveryTime` is the time now promised to the guest. `words` comes only \
                 with broken and is the reason.";
    let source = script(&webhook(&payload, notes)).source;
    assert!(source.contains("reason: textAlone(payload.words, \"words\"),"), "{source}");
    assert!(!source.contains("occurredAt") && !source.contains("[\"status\""), "{source}");
}

#[test]
fn a_reason_that_is_said_to_be_that_of_the_end_stands_in_it_though_no_sample_has_it() {
    let payload = json!({"order_id": "o-1", "short_number": "17", "order_type": "DELIVERY",
        "status": "ACCEPTED", "ending": null});
    let notes = "- `order_id` is the order in every call; `short_number` is a number for people.\n\
                 - `ending` is null unless the order was cancelled; its `cause` says why.";
    let read = script(&webhook(&payload, notes));
    // The kind of the order beside its id says nothing of what the id names.
    assert_eq!(source_of(&read, "externalOrderId"), "order_id");
    assert_eq!(source_of(&read, "reason"), "ending.cause");
}

#[test]
fn the_reason_of_an_end_is_read_though_it_is_empty_while_the_order_goes_on() {
    let payload =
        json!({"orderId": "o-1", "status": "ACCEPTED", "data": {"undeliverable_reason": ""}});
    let read = script(&webhook(&payload, "- `orderId` is the order."));
    assert_eq!(source_of(&read, "reason"), "data.undeliverable_reason");
}

#[test]
fn a_reason_that_the_outputs_cannot_show_is_asked_about_all_the_same() {
    let expected = json!({"externalOrderId": "o-1", "status": "preparing"});
    let notes = "- `state`: ON_HOB (being prepared), CALLED_OFF (cancelled).";
    for (part, more) in [
        (json!({}), " `cancellation_detail` comes only with an order that was called off."),
        (json!({"cancellation": null, "comment": ""}), ""),
    ] {
        let mut payload = json!({"order_number": "o-1", "state": "ON_HOB"});
        payload.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        let brief = webhook(&payload, &format!("{notes}{more}"));
        let open = question(&expecting(&brief, &expected));
        let fields: Vec<&str> = open.points.iter().map(|point| point.field.as_str()).collect();
        assert_eq!(fields, ["reason"], "{}", open.render());
        let told = script(&answered(&expecting(&brief, &expected), "leave it out"));
        assert_eq!(source_of(&told, "reason"), "");
    }
}
