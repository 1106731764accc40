//! What the synthesizer makes of opening hours of several kinds and in less usual forms.

use crate::common::{answered, brief, output_of, question, script, source_of};
use domain::{Brief, DraftScript, Topic};
use serde_json::{Value, json};

/// A brief for a bakery with these hours.
fn bakery(hours: &Value, notes: &str) -> Brief {
    let mut payload = json!({"id": "b-1", "name": "Bakehouse"});
    payload.as_object_mut().unwrap().extend(hours.as_object().unwrap().clone());
    brief(Topic::SyncOutlet, &payload, notes)
}

fn read(hours: &Value, notes: &str) -> DraftScript {
    script(&bakery(hours, notes))
}

fn open_point(hours: &Value, notes: &str) -> String {
    let points = question(&bakery(hours, notes)).points;
    points.into_iter().map(|point| point.field).next().unwrap_or_default()
}

#[test]
fn of_a_record_for_each_kind_the_shop_s_own_is_read() {
    let span = json!([{"weekday": "Mon", "start": "20260309 10:30", "end": "20260309 21:00"}]);
    let of = |first: &str, second: &str| json!({"tables": [{"kind": first, "spans": span}, {"kind": second, "spans": span}]});
    let notes = "`walkin` is when the shop is open, `drop` when we deliver.";
    let told = read(&of("drop", "walkin"), notes);
    assert!(told.source.contains("=== \"walkin\")?.spans"), "{}", told.source);
    let named = read(&of("courier", "business"), "");
    assert!(named.source.contains("=== \"business\")?.spans"), "{}", named.source);
}

#[test]
fn of_entries_with_a_word_for_their_kind_the_shop_s_own_are_read() {
    let entry = |kind: &str| json!({"type": kind, "day": "Mon", "from": "09:00", "to": "17:00"});
    let hours = json!({"times": [entry("courier"), entry("opening")]});
    let script = read(&hours, "");
    assert!(script.source.contains("if (day.type !== \"opening\") continue;"), "{}", script.source);
    assert_eq!(source_of(&script, "openingHours"), "times[type opening]");
}

#[test]
fn kinds_that_nothing_explains_are_asked_about() {
    let span = json!([{"weekday": "Mon", "start": "10:30", "end": "21:00"}]);
    let hours =
        json!({"tables": [{"kind": "courier", "spans": span}, {"kind": "window", "spans": span}]});
    assert_eq!(open_point(&hours, ""), "openingHours (where)");
    let alone = json!({"tables": [{"kind": "courier", "spans": span}]});
    assert_eq!(open_point(&alone, ""), "openingHours (where)");
    let source = script(&answered(&bakery(&hours, ""), "the window")).source;
    assert!(source.contains("=== \"window\")?.spans"), "{source}");
}

#[test]
fn times_of_day_anywhere_make_one_wonder() {
    for hours in [
        json!({"timetable": [{"when": "weekdays", "a": "9", "b": "17"}]}),
        json!({"front": {"lights": [{"p": "09:00", "q": "17:00"}]}}),
        json!({"blurb": "Come by from 9:00 to 17:00"}),
    ] {
        assert_eq!(open_point(&hours, ""), "openingHours", "{hours}");
    }
    read(&json!({"made": "2026-01-01T10:00:00Z", "changed": "2026-01-02T10:00:00Z"}), "");
}

#[test]
fn a_day_that_is_missing_in_a_week_is_closed() {
    let day = json!({"shut": false, "spans": [{"from": "09:00", "to": "17:00"}]});
    let source = read(&json!({"hours": {"monday": day, "tuesday": day}}), "").source;
    assert!(source.contains("list([day?.spans].flat())"), "{source}");
}

#[test]
fn days_that_are_written_together_are_read() {
    let times = json!({"open": "09:00", "close": "17:00"});
    let of_days =
        |days: &str| json!({"hours": [{"days": days, "open": "09:00", "close": "17:00"}]});
    let flags = json!({"mon": true, "tue": true, "wed": false, "thu": false, "fri": false,
        "sat": false, "sun": false, "open": "09:00", "close": "17:00"});
    for (hours, line) in [
        (of_days("Mon-Fri"), "of daysOf(name, \"hours[].days\")) {"),
        (of_days("https://schema.org/Monday"), "of daysOf(name, \"hours[].days\")) {"),
        (json!({"hours": {"mon-fri": times, "sat": times}}), "of daysOf(key, \"hours\")) {"),
        (json!({"hours": [flags]}), "if (!isSet(day[key])) continue;"),
        (
            json!({"hours": [{"fromDay": "Mon", "toDay": "Fri", "open": "09:00", "close": "17:00"}]}),
            "const first = daysOf(slot.fromDay, \"hours[].fromDay\")[0];",
        ),
    ] {
        let source = read(&hours, "").source;
        assert!(source.contains(line), "{hours}: {line}\n{source}");
    }
}

#[test]
fn a_span_of_days_that_goes_over_a_night_is_asked_about() {
    let night =
        json!({"hours": [{"fromDay": "Mon", "toDay": "Fri", "open": "18:00", "close": "02:00"}]});
    assert_eq!(open_point(&night, ""), "openingHours");
}

#[test]
fn hours_and_minutes_in_fields_of_their_own_are_read_together() {
    for (entry, line) in [
        (
            json!({"day": "Mon", "openHour": 9, "openMin": 30, "closeHour": 17, "closeMin": 0}),
            "slot.openHour * 60 + (slot.openMin ?? 0)",
        ),
        (
            json!({"day": "Mon", "open": {"hour": 9, "minute": 30}, "close": {"hour": 17, "minute": 0}}),
            "(slot.open?.hour ?? 0) * 60 + (slot.open?.minute ?? 0)",
        ),
        (
            json!({"day": "Mon", "startMinute": 540, "endMinute": 1020}),
            "timeOfDay(slot.startMinute, 60, \"startMinute\")",
        ),
    ] {
        let source = read(&json!({"hours": [entry]}), "").source;
        assert!(source.contains(line), "{line}\n{source}");
    }
}

#[test]
fn times_that_are_marked_as_utc_are_asked_about() {
    let hours = json!({"hours": [{"day": "Mon", "open": "09:00Z", "close": "17:00Z"}]});
    assert_eq!(open_point(&hours, ""), "openingHours (times)");
    assert!(read(&hours, "The hours are local.").source.contains("openingHours: "));
    assert!(script(&answered(&bakery(&hours, ""), "a")).source.contains("openingHours: "));
    assert!(!script(&answered(&bakery(&hours, ""), "b")).source.contains("openingHours: "));
}

#[test]
fn the_times_of_a_day_in_one_text_are_read() {
    let hours =
        json!({"hours": [{"day": "Mon", "span": "Closed"}, {"day": "Tue", "span": "9am - 5pm"}]});
    let source = read(&hours, "").source;
    assert!(source.contains("of [day.span].flat()"), "{source}");
}

#[test]
fn documents_lead_to_the_kind_that_counts() {
    let span = json!([{"weekday": "Mon", "start": "10:30", "end": "21:00"}]);
    let hours =
        json!({"tables": [{"kind": "COURIER", "spans": span}, {"kind": "SIT_IN", "spans": span}]});
    let source = read(&hours, "The opening hours of the bakery are those of `SIT_IN`.").source;
    assert!(source.contains("=== \"SIT_IN\")?.spans"), "{source}");
}

#[test]
fn of_two_days_the_one_on_which_it_opens_counts() {
    let night = json!({"closingDay": "SAT", "closingTime": "02:00", "openingDay": "FRI", "openingTime": "18:00"});
    let source = read(&json!({"hours": [night]}), "").source;
    assert!(source.contains("of [day.openingDay].flat()"), "{source}");
}

#[test]
fn a_name_that_is_more_than_one_day_is_refused_where_samples_have_one_each() {
    let hours = json!({"hours": [{"day": "Mon", "open": "09:00", "close": "17:00"}]});
    let source = read(&hours, "").source;
    assert!(source.contains("!/^(?!week)[a-z]+\\.?$/i.test(String(name).trim())"), "{source}");
}

#[test]
fn a_number_is_the_time_of_day_that_documents_show() {
    let open = |start: u32, end: u32| {
        json!({"id": "p-1", "name": "Quay", "opening_hours": {
            "monday": [{"start": start, "end": end}], "tuesday": [{"start": start, "end": end}], "sunday": []}})
    };
    for (notes, payload) in [
        ("`start` and `end` are hours times 100 plus minutes, local.", open(700, 1400)),
        ("`start` and `end` are local integers (930 is 09:30).", open(700, 1400)),
        ("`start` and `end` are local integers (570 means 9:30).", open(420, 840)),
    ] {
        let found = script(&brief(Topic::SyncOutlet, &payload, notes));
        let hours = output_of(&found, &payload)["openingHours"].clone();
        assert_eq!(hours[0]["openTime"], "07:00", "{notes}: {hours}");
        assert_eq!(hours[0]["closeTime"], "14:00", "{notes}: {hours}");
    }
}
