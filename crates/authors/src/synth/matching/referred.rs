//! What documents say of ids by the records of a business that have them: `x` is what sales documents
//! refer to, stock names a shop by `x`; and of what people call a record for short.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;
use crate::synth::documents::{Statement, term_names};
use crate::synth::matching::name_score;
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What has an id of something else in it.
const RECORDS: &str = r"(?:sales?|documents?|receipts?|bills?|invoices?|checks?|tickets?|stock|inventor(?:y|ies)|orders?|lines?|line items?|carts?|baskets?|checkouts?|calls?|requests?|endpoints?|apis?|payments?|transactions?|offers?|listings?|deliver(?:y|ies)|fulfil?lments?|shipments?|records?|resources?|everything|everywhere)";

/// What an id is for which such records have: it may go on with what they refer to.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^\s*(?:\([^)]*\)\s*)?(?:(?:is|=|:|,)\s+)?(?:(?:an?|the) \w+,? (?:and|and is|and it is) )?(?:(?P<by>how|(?:(?:the|an?) (?:id|key|code|number|value|reference|identifier|name) |that )?(?:by|with|to|under) which)|what|that|(?:the |an? )(?:one|id|key|code|number|value|reference|identifier|name)(?: that| which)?)\s[^.;`]{{0,60}}?\b{RECORDS}\b(?P<between>[^.;`]{{0,30}}?)\b(?:(?P<clear>refers?(?: to)?|points? (?:to|at)|(?:is|are) known by|knows? (?:it|them|the \w+|an? \w+) by|identif(?:y|ies)|(?:is|are) (?:tied|linked|attached) to|address(?:es)?)|(?P<loose>names?|uses?|quotes?|takes?|expects?|mentions?|wants?|needs?|goes? by|asks? for))\b(?P<rest>[^.;,`]*)"
    ))
});
/// The same the other way about: `x` names a shop in every call, is used in all calls.
static NAMES_IN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"^\s*(?:(?:names?|identif(?:y|ies)|stands? for|tells?) (?P<what>[^.;,`]{{0,30}}?)|(?P<loose>(?:is|gets) (?:used|quoted|given|sent|wanted|expected)) )\s*\b(?:in|by|on|to|with)\b[^.;,`]{{0,30}}\b{RECORDS}\b"
    ))
});
/// Words before an id: stock refers to a shop by its.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b{RECORDS}\b(?P<between>[^.;`]{{0,40}}?)\b(?:(?P<clear>refers? to|points? (?:to|at)|(?:are|is) (?:tied|linked|attached) to|(?:names?|knows?|identif(?:y|ies)|address(?:es)?|finds?|refers? to)(?P<whom>(?: [\w'’]+){{1,4}}?) (?:by|with|through|under))|(?P<loose>uses?|quotes?|takes?|expects?|mentions?|wants?|needs?))(?P<rest>(?: [\w'’]+){{0,4}})\s*$"
    ))
});
static NOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:not|never|no longer|without|instead|rather|neither|nor|except|accounting|bookkeeping)\b",
    )
});
/// What somebody calls a record for short: it may change, and others call theirs the same.
static NICKNAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:abbreviations?|nicknames?|short ?hands?|short (?:names?|labels?|forms?)|own (?:name|label|wording|short \w+)|(?:calls?|named?|writes?) (?:it|them) for short)\b",
    )
});

/// Whether the words after a field call it what people call the record for short.
pub(crate) fn is_nickname(after: &str) -> bool {
    NICKNAME.is_match(after)
}

/// Whether a sentence says that other records of the business refer to the record by this field.
/// `names` is what the output is called in the vocabulary.
pub(crate) fn is_referred_to(statement: &Statement, field: &Field<'_>, names: &str) -> bool {
    let v = vocabulary();
    let is_barred =
        v.field(names).is_some_and(|own| field.words().iter().any(|word| own.not.contains(word)));
    if is_barred {
        return false;
    }
    let is_named = name_score(field, names) > 0.0;
    let is_of_it = |text: &str| !NOT.is_match(text) && !is_another_s(text, field.entity, names);
    let (_, after) = statement.parts_about(&field.path);
    let is_said = |found: &regex::Captures<'_>| {
        let parts = ["between", "rest", "what", "whom"];
        let told = parts.map(|part| found.name(part).map_or("", |m| m.as_str()));
        // What records use may be any text of theirs; what they name it by is an id.
        let is_clear = found.name("loose").is_none() || found.name("by").is_some();
        // A receipt has the number that guests are called by.
        let is_for_guests = names == "order_id"
            && found.name("clear").is_none()
            && found.get(0).is_some_and(|all| all.as_str().contains("receipt"));
        (is_named || is_clear) && !is_for_guests && told.into_iter().all(is_of_it)
    };
    let places = statement.places();
    let is_led_to = || {
        places.iter().enumerate().filter(|(_, place)| term_names(place.term, &field.path)).any(
            |(at, place)| {
                let from = at.checked_sub(1).and_then(|at| places.get(at)).map_or(0, |own| own.end);
                let before = statement.lower.get(from..place.start).unwrap_or_default();
                BEFORE.captures(before).is_some_and(|found| is_said(&found))
            },
        )
    };
    AFTER.captures(&after).is_some_and(|found| is_said(&found))
        || NAMES_IN.captures(&after).is_some_and(|found| is_said(&found))
        || is_led_to()
}

/// Whether the words name another kind of record than the field's.
fn is_another_s(text: &str, entity: Entity, names: &str) -> bool {
    /// What an order has besides, and what tells of it.
    const OF_ORDERS: [&str; 8] =
        ["table", "courier", "driver", "rider", "waiter", "event", "message", "notification"];
    let v = vocabulary();
    let words = v.words(text);
    let is_own = |word: &str| match entity {
        // What one vendor calls an option is another's group.
        Entity::Group | Entity::Option => [Entity::Group, Entity::Option]
            .into_iter()
            .any(|own| v.entity_phrases(own).any(|phrase| phrase == word)),
        Entity::Product | Entity::Variant => [Entity::Product, Entity::Variant]
            .into_iter()
            .any(|own| v.entity_phrases(own).any(|phrase| phrase == word)),
        _ => names != "order_id" && v.entity_phrases(entity).any(|phrase| phrase == word),
    };
    let is_foreign = |word: &str| {
        OF_ORDERS.contains(&word)
            || Entity::KNOWN
                .into_iter()
                .chain([Entity::Other])
                .any(|other| v.entity_phrases(other).any(|phrase| phrase == word))
    };
    words.iter().any(|word| is_foreign(word) && !is_own(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synth::documents::Documents;
    use crate::synth::path::Path;
    use domain::Document;

    fn is_referred(text: &str, key: &str, entity: Entity, names: &str) -> bool {
        let document = Document { name: "n.md".parse().unwrap(), content: text.to_owned() };
        let documents = Documents::read(&[document], &[]);
        let (variable, place) = ("it".to_owned(), String::new());
        let field = Field { variable, entity, place, path: Path::key(key), values: [].into() };
        documents.about(&field.path).any(|own| is_referred_to(own, &field, names))
    }

    #[test]
    fn an_id_is_what_other_records_refer_to() {
        for text in [
            "`depotID` is what sales documents refer to.",
            "`depotID` is the key by which receipts and stock refer to a shop.",
            "`depotID` is the id that every call uses; `short` is for people.",
            "`depotID` (a number) is how orders name the shop.",
            "`depot` is the number by which bills name a shop.",
            "`depotID` names a shop in all other calls.",
            "Stock and orders refer to a shop by its `depotID`.",
            "Everything else refers to `depotID`.",
            "Calls take the `depotID`.",
            "Receipts name the shop by `depotID`.",
        ] {
            let key = if text.contains("ID") { "depotID" } else { "depot" };
            assert!(is_referred(text, key, Entity::Outlet, "code"), "{text}");
        }
    }

    #[test]
    fn what_is_said_of_others_or_denied_makes_no_id() {
        for text in [
            "`depotID` is what receipts never refer to.",
            "`depotID` is what bills name the customer by.",
            "Receipts refer to the employee by `depotID`.",
            "`depotID` is what the owner likes.",
            "Stock is not tied to `depotID`.",
        ] {
            assert!(!is_referred(text, "depotID", Entity::Outlet, "code"), "{text}");
        }
        assert!(!is_referred("`footer` is what receipts carry.", "footer", Entity::Outlet, "code"));
        assert!(!is_referred(
            "`table_id` is what bills refer to.",
            "table_id",
            Entity::Other,
            "order_id"
        ));
    }
}
