//! What documents and places say for and against a field.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::directed::{DIRECTED, is_directed};
use super::{Wanted, is_nickname, is_referred_to};
use crate::pattern::pattern;
use crate::synth::documents::{Documents, Statement, term_names};
use crate::synth::scope::Field;
use crate::synth::vocabulary::{Entity, vocabulary};

/// What is said of fields that are none of those that a contract asks for.
static NOT_THIS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"accounting|internal|not used|no place|deprecated|obsolete|legacy|ignore|before|previous|reporting|do not use|never (?:be |to be )?(?:use|read|show|send|sent|sell|sold|charge)|is not\b|are not\b|second language|bookkeeping|no longer|other id|no part of|for printing|it came from|money only|concerns the money|about the bill|private|for display|one before",
    )
});

/// What is said of ids that are not the record's own in the vendor's system.
static NOT_ITS_ID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"own (?:code|label|number|id|reference|name)|called out|at the counter|check number|^[^.;,`]{0,20}(?:printed|shown|read out|displayed) (?:on|to|at|by)|of (?:this|the) event|to the event|event alone|identif\w+ (?:the|this|an|each) (?:event|message|notification|webhook|callback|request)\b|parcel|on the terminal|receipt|not unique|partner|integrator|nothing refers|counts callbacks|database (?:keys?|ids?|numbers?|rows?)|primary keys?|surrogate|short number|replicat|\b(?:numbers?|codes?) (?:for|that) (?:people|humans|guests|customers|staff)\b",
    )
});

/// What is said of names that are not those for guests.
static NOT_SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[^.;,`]{0,30}(?:for|on|in|to) (?:the |our |your )?(?:\w+(?:['’]s)? )?(?:terminal|kitchen|staff|cooks?|cashiers?|printers?|receipts?|(?:button|key)s?|tickets?|back[ -]?office)\b|^\W*(?:is )?the (?:till|kitchen|terminal|pos|register|printer)(?:['’]s)? (?:own )?(?:name|text|label)\b|^[^.;,`]{0,30}\b(?:in|for|of) (?:the |its |our )?(?:web(?:site)? addresse?s?|urls?|links?|web pages?|sorting|searching)\b",
    )
});

/// What is said of a name, whatever the field is called: `description` is the item's name.
static ITS_NAME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|holds|has|gives|=|:)\s+(?:the |an? |its )?(?:\w+(?:['’]s)? )?(?:name|title)\b(?: (?:of|for) (?:the|an|each) \w+)?\s*(?:[,;.(]|$)",
    )
});

/// The same in other words: `description` is what the item is called.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|are|holds?|has|gives?|says?|tells?|=|:)\s+(?:what|how) (?:(?:(?:the|an?|each|every|its|our) )?(?:\w+ )?(?:is|are|gets) (?:called|named)\b|(?:(?:the|our) )?(?:guests?|customers?|shoppers?|diners?|people|everyone|menu|shop) (?:calls?|names?) (?:it|them|the \w+)\b)(?P<rest>[^.;]*)",
    )
});
/// Where what is called so is not for guests.
static CALLED_ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:orders?|lines?|baskets?|api|urls?|kitchen|back[ -]?office|reports?|printers?|internally|database|accounting|formerly|before|by (?:staff|cooks))\b",
    )
});

/// Whether what is said after a field is that it is what the record is called.
fn is_its_name(after: &str) -> bool {
    let rest = |found: Captures<'_>| {
        found.name("rest").is_some_and(|rest| !CALLED_ELSEWHERE.is_match(rest.as_str()))
    };
    ITS_NAME.is_match(after) || CALLED.captures(after).is_some_and(rest)
}

/// What is said of pictures that guests do not get.
static NO_PICTURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:guests?|customers?|shoppers?) (?:should|must|do|can|may|will) ?(?:not|never) (?:get|see|be shown)\b|\b(?:icon|thumbnail|picture) for (?:the |our )?(?:back[ -]?office|till|kitchen|staff|terminal)\b",
    )
});

/// What is said of times that are not those of the change.
static NOT_THEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bwas sent|\b(?:when|that) we sent|\bsent off|\bpush left|went out|of the record|message was|delivered to you",
    )
});

/// What is said of those that are.
static THEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:got|reached|entered|came into|went into|moved (?:in)?to) (?:this|the|its|that) (?:new |present |current )?(?:status|state|stage)\b",
    )
});

/// What is said of places that are not where the outlet stands.
static NOT_THERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"areas? .{0,20}deliver|delivered to|delivery (?:area|zone)|\bnot where\b|\b(?:names?|texts?) for display\b|\bdisplay names?\b|\bonly for display\b",
    )
});

/// What is said of telephone numbers and addresses at which the place itself is not reached.
static NOT_REACHED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:is )?(?:that of )?the owner(?:['’]s)?\b|\b(?:marketing|support|help ?desk|call cent(?:er|re)|tracking|head ?office|headquarters|franchis\w+|billing|accounts? department)\b",
    )
});
/// What is said of those at which it is.
static ITS_OWN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:store|shop|restaurant|outlet|location|branch|venue|place|site)['’]s own\b|^\s*is the (?:store|shop|restaurant|takeaway|outlet|location|branch|venue|place|site|business)['’]s(?: own)?\s*(?:[,.;]|$)",
    )
});

/// The part of an address that is not its first line.
static SECOND_LINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:second|other|2nd) (?:address |street )?line\b"));

/// What a field gains or loses where documents prefer one of two.
const PREFERENCE: f64 = 0.4;

/// What is said of the one that counts among several.
static THE_ONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"form in use|\bthe (?:full|whole|main|original)(?:[- ]size[d]?)? (?:one|picture|image|photo)\b|\bto use\b|the one that counts|(?:people|guests|customers|diners) (?:see|read)|^\W*(?:is|are) (?:(?:shown|displayed|visible) )?(?:to|for|by) (?:the )?(?:guests?|customers?|diners?|consumers?|people)\b|see(?:s)? (?:(?:the|an?|its) )?(?:\w+['’]s )?$|\bthe standard (?:\w+ )?(?:takes|wants|needs|expects|asks for)\b",
    )
});

/// What stands between two fields where the first is preferred: `a` wins over `b`.
static PREFERRED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\W*(?:(?:always|where (?:it is )?set|if (?:it is )?set|when (?:it is )?set)\W+)?(?:wins over|takes precedence over|has precedence over|goes before|overrides|replaces|is used (?:instead of|rather than)|counts,? (?:and )?not|is meant,? (?:and )?not|rather than|and not|, ?not)(?: the| its)?\W*$",
    )
});

/// Whether a statement prefers the field to another one, or another one to it.
fn preference(statement: &Statement, field: &Field<'_>) -> Option<bool> {
    let places = statement.places();
    places.iter().zip(places.iter().skip(1)).find_map(|(first, second)| {
        let between = statement.lower.get(first.end..second.start)?;
        // The other term has to be a field too: `x` and not `null` prefers nothing.
        let is_value = |term: &str| matches!(term, "null" | "true" | "false") || term.is_empty();
        if !PREFERRED.is_match(between) || is_value(first.term) || is_value(second.term) {
            return None;
        }
        match (term_names(first.term, &field.path), term_names(second.term, &field.path)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    })
}

/// Whether documents say that the field is not what is wanted.
pub(crate) fn is_ruled_out(documents: &Documents, wanted: &Wanted, field: &Field<'_>) -> bool {
    said(documents, wanted, field, true).0 < 0.0
}

/// Words that lead to what identifies a record.
const IDENTIFIED: [&str; 6] = ["known", "identify", "identified", "addressed", "id", "identifier"];

/// What a field is said not to be: `x` is a quarter and no state.
static DENIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:no|not an?|not the|never an?|never the)(?: real| own| proper)? ([a-z]+)\b")
});

/// A value and what it means.
static OF_VALUE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^\s*["']?[\w-]+["']?\s*(?::|=|means\b|stands for\b)"#));

/// Whether words after a field deny that it is what is wanted.
fn is_denied(after: &str, wanted: &Wanted) -> bool {
    let clause = after.split(['.', ';', '`']).next().unwrap_or_default();
    // `x` NONE: no reason. That is about a value.
    if OF_VALUE.is_match(clause) {
        return false;
    }
    DENIED.captures_iter(clause).filter_map(|found| found.get(1)).any(|denied| {
        let words = vocabulary().words(denied.as_str());
        wanted.said.iter().any(|word| words.iter().any(|own| own == word))
    })
}

/// Containers of things that a record belongs to or that took part in it: their fields are theirs.
const STRANGERS: [&str; 16] = [
    "org",
    "organization",
    "brand",
    "owner",
    "employee",
    "user",
    "customer",
    "courier",
    "driver",
    "chain",
    "franchise",
    "rider",
    "waiter",
    "cashier",
    "staff",
    "creator",
];
/// Those that no order is.
const NO_ORDERS: [&str; 9] = [
    "store",
    "location",
    "restaurant",
    "merchant",
    "device",
    "terminal",
    "application",
    "outlet",
    "item",
];

/// What an outlet has a number of besides itself: `region_id` is no outlet's id.
const OTHERS_IDS: [&str; 18] = [
    "region", "country", "state", "city", "district", "area", "zone", "currency", "timezone",
    "tax", "brand", "owner", "parent", "type", "status", "category", "menu", "language",
];
/// What has a name or a number within a place: `address.street.name` is the street's, and a holiday has
/// one too.
const PLACES: [&str; 12] = [
    "address", "street", "city", "country", "state", "region", "province", "district", "suburb",
    "hour", "schedule", "holiday",
];
/// Addresses of a place that are not where it stands.
const ELSEWHERE: [&str; 8] = [
    "postal",
    "billing",
    "mailing",
    "invoice",
    "legal",
    "registered",
    "correspondence",
    "headquarter",
];
/// What is cancelled or refunded besides the order.
const NO_REASONS: [&str; 7] =
    ["payment", "refund", "item", "line", "product", "discount", "transaction"];

/// Whether the field stands in something that is another's, whatever is wanted.
pub(crate) fn is_strange(field: &Field<'_>) -> bool {
    let keys = field.path.keys();
    let holders = keys.split_last().map(|(_, holders)| holders).unwrap_or_default();
    let mut words = holders.iter().flat_map(|key| vocabulary().words(key));
    words.any(|word| STRANGERS.contains(&word.as_str()))
}

/// What the id or the name of another kind of place loses: just enough to give way to a field that
/// is called after the record itself.
const FOREIGN: f64 = 0.15;

/// Whether a place has the field for another kind of place than its list holds, such as the merchant
/// of a location: `merchant_id` in `locations`.
fn is_of_other_place(field: &Field<'_>, leaf: &[String]) -> bool {
    let v = vocabulary();
    let list = v.words(field.place.trim_end_matches("[]").rsplit('.').next().unwrap_or_default());
    let [.., owner, _] = leaf else { return false };
    field.entity == Entity::Outlet
        && v.entity_phrases(Entity::Outlet).any(|phrase| phrase == owner)
        // Whoever trades may have several places, whatever their list is called.
        && (v.names(Entity::Outlet, &list) || owner == "merchant")
        && list.last() != Some(owner)
}

/// What it takes from a score that the field stands in something of another's.
pub(super) fn strangeness(wanted: &Wanted, field: &Field<'_>) -> f64 {
    let leaf = vocabulary().words(field.path.leaf());
    if wanted.names == "code"
        && field.entity == Entity::Outlet
        && leaf.split_last().is_some_and(|(_, before)| {
            before.last().is_some_and(|word| OTHERS_IDS.contains(&word.as_str()))
        })
    {
        return 0.5;
    }
    if matches!(wanted.names, "code" | "name") && is_of_other_place(field, &leaf) {
        return FOREIGN;
    }
    // `country_name` is the country's.
    if wanted.names == "name"
        && field.entity == Entity::Outlet
        && leaf.split_last().is_some_and(|(_, before)| {
            before.last().is_some_and(|word| PLACES.contains(&word.as_str()))
        })
    {
        return 0.5;
    }
    let keys = field.path.keys();
    let holders = keys.split_last().map(|(_, holders)| holders).unwrap_or_default();
    let is_strange = holders.iter().any(|key| {
        let words = vocabulary().words(key);
        let has = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        match wanted.names {
            "order_id" => has(&NO_ORDERS),
            "code" | "name" if field.entity == Entity::Outlet => has(&PLACES),
            "street1" | "street2" | "city" | "state" | "postal" | "country" => has(&ELSEWHERE),
            "reason" => has(&NO_REASONS),
            _ => false,
        }
    });
    if is_strange || self::is_strange(field) { 0.5 } else { 0.0 }
}

/// What documents add to a field's score for an output field, and their words. A name that does not
/// fit needs words about it that say so, as in `x` is the price.
pub(super) fn said(
    documents: &Documents,
    wanted: &Wanted,
    field: &Field<'_>,
    named: bool,
) -> (f64, Option<String>) {
    let mut best: (f64, Option<String>) = (0.0, None);
    for statement in documents.about(&field.path).filter(|own| own.may_be_of(field.entity)) {
        let is_inner = field.path.len() > 1 || !field.place.is_empty();
        if statement.lower.contains(if is_inner { "the outer `" } else { "the inner `" }) {
            // It speaks of the field's namesake.
            continue;
        }
        if is_directed(statement, wanted, field) {
            return (DIRECTED, Some(format!("the documents say: {}", statement.text)));
        }
        // A preference chooses among fields that are called like the output's, and says no more.
        match preference(statement, field).filter(|_| named) {
            Some(true) if best.0 < PREFERENCE => {
                best = (PREFERENCE, Some(format!("the documents say: {}", statement.text)));
            }
            Some(true) | None => {}
            Some(false) => return (-PREFERENCE, None),
        }
        let (before, after) = statement.parts_about(&field.path);
        let lead = statement.lead_to(&field.path);
        let said = format!("{before}{after}");
        // `x` 0 is not capped: that is about a value and not about the field.
        let of_value = matches!(wanted.names, "min" | "max")
            && after.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let is_id = matches!(wanted.names, "code" | "order_id");
        let is_referred_to = is_id && is_referred_to(statement, field, wanted.names);
        let is_ruled_out = (NOT_THIS.is_match(&said) && !of_value)
            || (is_id && !is_referred_to && (NOT_ITS_ID.is_match(&after) || is_nickname(&after)))
            || (matches!(wanted.names, "name" | "description") && NOT_SHOWN.is_match(&after))
            || (wanted.names == "description" && is_its_name(&after))
            || (wanted.names == "image" && NO_PICTURE.is_match(&after))
            || (wanted.names == "occurred" && NOT_THEN.is_match(&after))
            || (matches!(wanted.names, "phone" | "email") && NOT_REACHED.is_match(&after))
            || (wanted.output.starts_with("address.") && NOT_THERE.is_match(&after))
            // `x` null: no maximum. That is about a value.
            || (!matches!(wanted.names, "min" | "max") && is_denied(&after, wanted));
        if is_ruled_out {
            return (-0.7, None);
        }
        let speaks = |text: &str| {
            // What is the second line is no first one.
            let text = if wanted.names == "street1" {
                SECOND_LINE.replace_all(text, "")
            } else {
                text.into()
            };
            let words = vocabulary().words(&text);
            wanted.said.iter().any(|phrase| {
                let phrase: Vec<&str> = phrase.split(' ').collect();
                words.windows(phrase.len()).any(|own| own == phrase)
            })
        };
        let is_called = wanted.names == "name" && is_its_name(&after);
        let meant = is_called || speaks(if named { &said } else { &after });
        // An order is spoken of in many sentences; what identifies it, in one.
        let is_led_to = match wanted.names {
            "code" | "order_id" if is_referred_to => true,
            "code" | "order_id" => {
                let words = vocabulary().words(&lead);
                words.iter().any(|word| IDENTIFIED.contains(&word.as_str()))
            }
            // `the event, whose time is`
            "occurred" if lead.contains("event") && lead.contains("time") => true,
            "occurred" if THEN.is_match(&after) => true,
            "reason" | "occurred" | "status" => speaks(&lead),
            // Prose about lists says `name` and `price` of everything.
            _ => false,
        };
        let is_whole = field.path.len() == 1
            || statement
                .terms
                .iter()
                .any(|term| term.contains('.') && term_names(term, &field.path));
        let is_own = matches!(wanted.names, "phone" | "email") && ITS_OWN.is_match(&after);
        let is_the_one =
            named && (THE_ONE.is_match(&after) || THE_ONE.is_match(lead.trim_end()) || is_own);
        let gain = match (is_led_to, meant) {
            (true, _) if is_whole => 1.2,
            (true, _) | (_, true) => 0.8,
            (false, false) => 0.0,
        } + if is_the_one { 0.3 } else { 0.0 };
        if gain > best.0 {
            best = (gain, Some(format!("the documents say: {}", statement.text)));
        }
    }
    best
}
