//! How well a place in the payload fits a field of a contract by its name. It only breaks ties.

use crate::by_example::words::words;

/// What vendors call a contract's field; a person may add to it.
const CALLED: &[(&str, &[&str])] = &[
    (
        "itemCode",
        &[
            "id",
            "sku",
            "plu",
            "code",
            "ref",
            "uuid",
            "uid",
            "guid",
            "key",
            "reference",
            "number",
            "identifier",
        ],
    ),
    (
        "code",
        &[
            "id",
            "sku",
            "plu",
            "code",
            "ref",
            "uuid",
            "uid",
            "guid",
            "key",
            "reference",
            "number",
            "identifier",
        ],
    ),
    (
        "externalId",
        &["id", "code", "ref", "uuid", "uid", "guid", "key", "reference", "number", "identifier"],
    ),
    (
        "externalOrderId",
        &["order", "id", "ref", "reference", "uuid", "guid", "number", "external", "ticket"],
    ),
    ("name", &["name", "title", "label", "caption"]),
    ("description", &["description", "desc", "detail", "text", "about", "summary", "blurb"]),
    (
        "price",
        &[
            "price",
            "amount",
            "cost",
            "value",
            "money",
            "rate",
            "delta",
            "surcharge",
            "charge",
            "fee",
            "cent",
        ],
    ),
    ("imageUrl", &["image", "photo", "picture", "img", "thumbnail", "media", "url", "src", "file"]),
    (
        "categories",
        &[
            "category",
            "categorie",
            "section",
            "department",
            "course",
            "family",
            "menu",
            "group",
            "name",
            "title",
        ],
    ),
    (
        "isAvailable",
        &[
            "available",
            "availability",
            "active",
            "enabled",
            "stock",
            "sold",
            "hidden",
            "snoozed",
            "disabled",
            "suspended",
            "visible",
            "visibility",
            "sellable",
            "orderable",
            "status",
            "state",
            "archived",
            "inactive",
            "published",
            "online",
            "out",
            "unavailable",
            "paused",
            "86",
        ],
    ),
    ("minSelect", &["min", "minimum", "least", "lower"]),
    ("maxSelect", &["max", "maximum", "most", "limit", "upper"]),
    ("status", &["status", "state", "stage", "event", "type", "phase"]),
    (
        "occurredAt",
        &["occurred", "at", "time", "timestamp", "date", "updated", "changed", "created", "when"],
    ),
    ("reason", &["reason", "note", "message", "comment", "cause", "why"]),
    ("contact", &["phone", "tel", "telephone", "mobile", "email", "mail", "contact"]),
    ("street1", &["street", "line1", "line", "address", "address1", "1"]),
    (
        "street2",
        &["line2", "street2", "address2", "unit", "floor", "suite", "apt", "apartment", "2"],
    ),
    ("city", &["city", "town", "locality", "municipality"]),
    ("stateProvince", &["state", "province", "region", "county", "administrative"]),
    ("postalCode", &["postal", "zip", "postcode", "zipcode", "code"]),
    ("country", &["country"]),
    ("latitude", &["lat", "latitude", "y"]),
    ("longitude", &["lng", "lon", "long", "longitude", "x"]),
    ("timezone", &["timezone", "zone", "tz", "time"]),
    ("currency", &["currency", "iso"]),
    ("channelLinkId", &["channel", "link"]),
    ("dayOfWeek", &["day", "weekday", "dow"]),
    ("openTime", &["open", "start", "from", "begin", "opening"]),
    ("closeTime", &["close", "end", "to", "until", "closing"]),
    (
        "(dropped)",
        &[
            "deleted",
            "archived",
            "removed",
            "discarded",
            "type",
            "kind",
            "trashed",
            "voided",
            "object",
        ],
    ),
];

/// Words for the end of a time.
const ENDS: [&str; 4] = ["close", "closing", "end", "until"];

/// From 0, nothing alike, to about 1.
pub(super) fn alike(field: &[String], place: &[String]) -> f64 {
    let Some(own) = field.last() else { return 0.0 };
    let own = own.trim_end_matches("[]");
    let wanted: Vec<String> = words(own);
    let called = CALLED.iter().find(|(name, _)| *name == own).map_or(&[][..], |(_, words)| *words);
    let hit = |word: &String| wanted.contains(word) || called.contains(&word.as_str());
    let score = |name: &str| {
        let words = words(name);
        let hits = words.iter().filter(|word| hit(word)).count();
        let others = words.len() - hits;
        if hits == 0 {
            0.0
        } else {
            1.0 + 0.1 * f64::from(u8::from(words == wanted)) - 0.15 * count(others)
        }
    };
    // The day of opening hours is the one on which they begin.
    let ends = own == "dayOfWeek"
        && place.last().is_some_and(|name| words(name).iter().any(|w| ENDS.contains(&w.as_str())));
    let less = if ends { 0.3 } else { 0.0 };
    let mut names = place.iter().rev().map(|name| name.trim_end_matches("[]"));
    let last = names.next().map_or(0.0, score);
    let before = names.next().map_or(0.0, score);
    if last > 0.0 { last + 0.1 * before - less } else { 0.7 * before }.max(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "words of a name")]
const fn count(words: usize) -> f64 {
    words as f64
}
