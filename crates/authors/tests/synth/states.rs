//! What the words of a state, and the end of a suspension, mean for the sale, on invented vendors.

use crate::common::{brief, draft, fields_asked, script};
use domain::{Brief, Draft, Topic};
use serde_json::{Value, json};

/// A shelf of jars, each with what is given besides.
fn jars(parts: &[Value], notes: &str) -> Brief {
    let names = ["Plum", "Fig", "Quince", "Medlar"];
    let jar = |(at, (part, name)): (usize, (&Value, &str))| {
        let mut jar = json!({"ref": format!("j-{at}"), "name": name, "price": 4.5});
        jar.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        jar
    };
    let jars: Vec<Value> = parts.iter().zip(names).enumerate().map(jar).collect();
    brief(Topic::SyncProducts, &json!({"jars": jars}), notes)
}

/// The line about the sale.
fn sale(brief: &Brief) -> String {
    let source = script(brief).source;
    source.lines().find(|line| line.contains("isAvailable:")).unwrap_or_default().trim().to_owned()
}

fn of_mode(words: &[&str], notes: &str) -> Brief {
    let parts: Vec<Value> = words.iter().map(|word| json!({"mode": {"shopMode": word}})).collect();
    jars(&parts, notes)
}

#[test]
fn words_that_are_listed_may_be_spoken_of_by_their_place() {
    let words = ["SHOP_TAKES_IT", "SHOP_REFUSES_IT_UNTIL_TOMORROW", "SHOP_TAKES_IT"];
    let three = "SHOP_TAKES_IT, SHOP_REFUSES_IT_UNTIL_TOMORROW (till `back`) or SHOP_HAS_DROPPED_IT_ALTOGETHER";
    for said in [
        format!("`shopMode` is {three}; only the first can be ordered now."),
        format!("`shopMode` is {three}. The first can be ordered, the other two cannot."),
        format!("`shopMode` is one of {three}; the last two cannot be bought."),
        format!("`shopMode`: {three}, of which none but the first is on sale."),
    ] {
        let read = sale(&of_mode(&words, &said));
        for (word, yes) in [
            ("SHOP_TAKES_IT", true),
            ("SHOP_REFUSES_IT_UNTIL_TOMORROW", false),
            ("SHOP_HAS_DROPPED_IT_ALTOGETHER", false),
        ] {
            assert!(read.contains(&format!("[\"{word}\", {yes}]")), "{said}: {read}");
        }
    }
    let last = sale(&of_mode(
        &["open", "rare", "gone"],
        "`shopMode` is `open`, `rare` or `gone`; all but the last can be sold.",
    ));
    assert!(last.contains(r#"["rare", true], ["gone", false]"#), "{last}");
}

#[test]
fn words_whose_place_is_not_understood_are_asked_about() {
    for said in [
        "`shopMode` is OPEN, RARE or GONE; the last but one is not always sold.",
        "`shopMode` is OPEN, RARE or GONE. The fourth cannot be ordered.",
    ] {
        let asked = fields_asked(&of_mode(&["OPEN", "RARE", "GONE"], said));
        assert!(asked.iter().any(|field| field.contains("isAvailable")), "{said}: {asked:?}");
    }
}

#[test]
fn all_words_that_a_list_defines_are_in_the_script() {
    for said in [
        "`state` ripe: on sale; unripe: not yet on sale; eaten: no longer on sale.",
        "`state` is ripe (on sale), unripe (not yet on sale) or eaten (no longer on sale).",
        "`state`: ripe = on sale, unripe = not yet on sale, eaten = no longer on sale.",
        "What `state` says of a jar:\n  - ripe: on sale\n  - unripe: not yet on sale\n  - eaten: no longer there",
    ] {
        let parts = ["ripe", "unripe", "ripe"].map(|word| json!({"state": word}));
        let read = sale(&jars(&parts, &format!("- {said}")));
        for (word, yes) in [("ripe", true), ("unripe", false), ("eaten", false)] {
            assert!(read.contains(&format!("[\"{word}\", {yes}]")), "{said}: {read}");
        }
    }
}

#[test]
fn a_word_that_a_list_defines_may_leave_the_record_out() {
    let said =
        "- `state` ripe: on sale; unripe: not yet on sale; eaten: was deleted. Prices: decimals.";
    let parts = ["ripe", "unripe", "ripe"].map(|word| json!({"state": word}));
    let source = script(&jars(&parts, said)).source;
    assert!(source.contains(r#"["eaten"].includes(item.state)"#), "{source}");
    assert!(!source.contains("\"Prices\""), "{source}");
}

#[test]
fn what_is_not_sold_until_a_time_is_on_sale_when_that_is_over() {
    let rested =
        |until: Value| json!({"rest": {"pause": {"over_at": until, "why": "Being filled"}}});
    let parts = [rested(json!(8_640_000_000_u64)), json!({"rest": null}), json!({"rest": null})];
    for said in [
        "A jar with a `pause` is not sold until `over_at` (Unix seconds; 8640000000 is for ever).",
        "A jar with a `pause` cannot be ordered until the time in `over_at`.",
        "`pause` means that it is off sale until `over_at`.",
        "Jars with a `pause` are on sale again from `over_at`.",
    ] {
        let read = sale(&jars(&parts, &format!("- Orders refer to `ref`. {said}")));
        assert!(read.contains("isOver(item.rest?.pause?.over_at, 1000)"), "{said}: {read}");
    }
    let said =
        "- Orders refer to `ref`. The label of a jar with a `pause` is printed at `over_at`.";
    let other = draft(&jars(&parts, said));
    assert!(!matches!(other, Draft::Script(script) if script.source.contains("isOver(")));
}
