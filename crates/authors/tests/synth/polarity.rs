//! Which value of a flag stops the sale, by what documents say of its values, on invented vendors.

use crate::common::{brief, question, script};
use domain::{Brief, Topic};
use serde_json::json;

fn of_flag(flag: &str, said: &str) -> Brief {
    let payload = json!({"dishes": [
        {"id": "d1", "name": "Soup", "price": 4.5, flag: true},
        {"id": "d2", "name": "Tea", "price": 2.5, flag: false},
        {"id": "d3", "name": "Pie", "price": 3.5, flag: true}]});
    brief(Topic::SyncProducts, &payload, &format!("- Orders refer to `id`. `{flag}` {said}."))
}

#[test]
fn a_refusal_is_a_no_in_whatever_words() {
    for said in [
        "false: the till refuses to sell it",
        "false: the till blocks the sale",
        "false: the sale is forbidden",
        "false stops the sale",
        "false: it never sells",
        "true: does not block the sale",
        "true: it is not hidden from the menu",
    ] {
        for flag in ["allow_to_sell", "mercable"] {
            let source = script(&of_flag(flag, said)).source;
            let read = format!("isAvailable: flag(item.{flag}");
            assert!(source.contains(&read), "{flag} {said}: {source}");
        }
    }
}

#[test]
fn a_refusal_where_the_flag_is_on_stops_the_sale() {
    for said in ["true: the till refuses to sell it", "true prevents the sale of it"] {
        let source = script(&of_flag("halted", said)).source;
        assert!(source.contains("isAvailable: not(flag(item.halted"), "{said}: {source}");
    }
}

#[test]
fn a_sentence_that_says_the_opposite_of_the_name_is_asked_about() {
    for (flag, said) in [
        ("allow_to_sell", "false: it may be sold"),
        ("blocked", "true: is on sale"),
        // Nothing in these words says for sure which way they mean it.
        ("mercable", "says whether it is sold, false: gone for today"),
    ] {
        let asked = question(&of_flag(flag, said));
        assert_eq!(asked.points[0].field, "products[].isAvailable", "{flag} {said}");
    }
}
