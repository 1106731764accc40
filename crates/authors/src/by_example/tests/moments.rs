//! Local times and amounts of currencies that do not have two decimals, in what is sent.

use domain::Topic;
use serde_json::{Value, json};

use super::{brief, order, question, script};

/// What the shop expects in the field `at` for an order that was placed at 09:15 in UTC.
fn placed(at: &str, zone: Option<&str>) -> Value {
    let mut sample = order(&json!({"ref": "ORD-501", "at": at}));
    if let Some(zone) = zone {
        sample["connection"]["config"]["zone"] = zone.into();
    }
    sample
}

#[test]
fn a_moment_is_written_by_the_shop_s_clock_where_its_offset_never_changes() {
    for (at, zone, read) in [
        ("2026-03-04T18:15:00+09:00", None, ".toISOString().slice(0, 19) + \"+09:00\""),
        ("2026-03-04T18:15:00", Some("Asia/Tokyo"), ".toISOString().slice(0, 19)"),
        ("2026-03-04 14:45:00", Some("Asia/Kolkata"), ".replace(\"T\", \" \")"),
    ] {
        let source = script(&brief(Topic::OrderDispatch, vec![placed(at, zone)], "")).source;
        assert!(source.contains("* 60000") && source.contains(read), "{at}: {source}");
    }
}

#[test]
fn a_clock_with_summer_time_or_of_no_known_zone_is_asked_about() {
    for (at, zone) in [
        ("2026-03-04T10:15:00+01:00", None),
        ("2026-03-04T10:15:00+01:00", Some("Europe/Berlin")),
        ("2026-03-04T18:15:00", None),
    ] {
        let asked = question(&brief(Topic::OrderDispatch, vec![placed(at, zone)], ""));
        assert!(asked.points.iter().any(|point| point.field == "body.at"), "{at}");
    }
}

#[test]
fn amounts_of_three_decimals_and_of_none_are_written_in_their_unit() {
    let sample = order(&json!({"total_fils": 17770, "total": "17.770"}));
    let source = script(&brief(Topic::OrderDispatch, vec![sample], "")).source;
    assert!(source.contains("Math.round(input.payload.totals.total * 1000)"), "{source}");
    assert!(source.contains("input.payload.totals.total.toFixed(3)"), "{source}");
    let mut yen = order(&json!({"total": "1777", "lines": [{"price": 495}, {"price": 180}]}));
    yen["payload"]["items"][0]["unitPrice"] = 495.into();
    yen["payload"]["items"][1]["unitPrice"] = 180.into();
    yen["payload"]["totals"]["total"] = 1777.into();
    let source = script(&brief(Topic::OrderDispatch, vec![yen], "")).source;
    assert!(source.contains("String(input.payload.totals.total)"), "{source}");
}
