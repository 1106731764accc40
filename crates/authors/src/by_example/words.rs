//! How alike two field names are: their words, with synonyms of the trade.

const SYNONYMS: &[&[&str]] = &[
    &["id", "ref", "reference", "code", "key", "sku", "number", "no", "uid", "plu", "identifier"],
    &["note", "comment", "instruction", "remark", "message", "special", "memo"],
    &["qty", "quantity", "count", "unit", "piece"],
    &["price", "amount", "cost", "value"],
    &["total", "sum", "grand", "gross"],
    &["phone", "mobile", "tel", "telephone", "contact", "msisdn"],
    &["email", "mail"],
    &["name", "title", "label", "description"],
    &[
        "type",
        "mode",
        "method",
        "kind",
        "service",
        "channel",
        "fulfillment",
        "fulfilment",
        "dining",
    ],
    &["placed", "created", "ordered", "timestamp", "time", "at", "date"],
    &["tax", "vat", "gst"],
    &["tip", "gratuity"],
    &["discount", "promo", "promotion", "rebate"],
    &["order", "sale", "ticket", "check", "bill", "transaction"],
    &["item", "line", "product", "article", "dish", "entry"],
    &["modifier", "option", "addon", "extra", "topping", "child", "supplement"],
    &["available", "enabled", "active", "stock", "visible", "sellable", "orderable"],
    &["until", "expires", "expiry", "end", "resume", "till"],
    &["customer", "client", "guest", "buyer", "diner", "recipient", "consumer"],
    &["location", "store", "site", "outlet", "branch", "shop", "restaurant", "venue", "merchant"],
    &["subtotal", "net"],
    &["external", "partner", "client", "private", "order"],
];

/// The words of a name in lower case and singular: `customerNotes` is `customer`, `note`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && last_lower) {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        last_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        if word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") {
            word.pop();
        }
    }
    words
}

fn alike(one: &str, other: &str) -> f64 {
    if one == other {
        1.0
    } else if SYNONYMS.iter().any(|group| group.contains(&one) && group.contains(&other)) {
        0.7
    } else {
        0.0
    }
}

fn overlap(wanted: &[String], offered: &[String]) -> f64 {
    wanted
        .iter()
        .map(|word| offered.iter().map(|other| alike(word, other)).fold(0.0, f64::max))
        .sum::<f64>()
}

/// How well a place in the input fits a place in the output by name alone: 0 when no word is shared.
pub(super) fn likeness(field: &[String], place: &[String]) -> f64 {
    let split = |names: &[String]| -> (Vec<String>, Vec<String>) {
        let last = names.last().map(|name| words(name)).unwrap_or_default();
        let parents = names.iter().rev().skip(1).take(2).flat_map(|name| words(name)).collect();
        (last, parents)
    };
    let (field_last, field_parents) = split(field);
    let (place_last, place_parents) = split(place);
    let last = overlap(&field_last, &place_last);
    let crossed = overlap(&field_last, &place_parents).min(1.0);
    let parents = overlap(&field_parents, &place_parents).min(1.0);
    // A parent's name alone is no likeness: `order.status` is not `order.total`.
    if last + crossed == 0.0 { 0.0 } else { last + 0.5 * crossed + 0.3 * parents }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str) -> Vec<String> {
        path.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn names_are_split_at_case_and_punctuation() {
        assert_eq!(words("customerNotes"), ["customer", "note"]);
        assert_eq!(words("X-Api_Key"), ["x", "api", "key"]);
    }

    #[test]
    fn synonyms_are_alike_and_parents_alone_are_not() {
        assert!(likeness(&names("private_ref"), &names("payload.orderId")) > 0.0);
        assert!(likeness(&names("order.status"), &names("order.total")) == 0.0);
        let field = names("options.price");
        assert!(
            likeness(&field, &names("modifiers.price"))
                > likeness(&field, &names("modifiers.quantity"))
        );
    }
}
