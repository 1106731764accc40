//! What documents say of a field that has to do with the sale, or has not.

use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;

/// That no field tells of the sale.
pub(super) static NO_FLAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bno (?:flag|field|sign|marker|way|information)\b[^.]*(?:sold|avail|stock|sale)")
});
/// Words that tie a field to the sale.
pub(super) static ABOUT_SALE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"for[_ ]sale|not sold|not in the (?:shop|store)\b|sold out|be sold|hidden|not shown|shown|available|unavailable|inactive|snooz|orderable|ordered|out of stock|in stock|offered|stop[ -]?list|86|visible|disabled|switched off|turned off|displayed|purchas|greyed|live site|keeps it off|basket|(?:run|ran|runs) out|used up|\boff sale|sellable|\bsell\b|\bsold\b|\bsells\b|(?:allow|permit|block|stop|prevent|forbid|refus|den)\w* (?:the |a |its |any )?(?:sale|order|selling)|\bsale (?:of it )?(?:is|was) \w+|\bbuy\b|bought|can order|be ordered|cannot be picked|on show|on sale|taken off|takes (?:it|a product|an item|them) off|no longer shows?|off the (?:till|menu|register|store)|on the (?:till|register)|verkäuf|verfügbar|agotad|disponib|épuisé|indisponib|esaurit|uitverkocht|esgotad",
    )
});
/// That something is not sold.
pub(super) static UNSOLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"not for sale|not sold|not in the (?:shop|store)\b|cannot be (?:sold|ordered|bought)|can't be (?:sold|ordered|bought)|not orderable|taken off|sold out|hidden|unavailable|out of stock|inactive|not available|(?:run|ran|runs) out|used up|\boff sale\b|\bstop[ -]?list|off the menu|suspended\b|\b(?:is|are) out(?:$|[.,;]| at (?:the|this) moment| at present| now\b| today\b| for (?:now|today)| until\b)",
    )
});
/// That a field is about another place or purpose than the sale.
pub(super) static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bweb\b|online|kiosk|e-?commerce|counter|only tells|only says|no bearing|no effect|does not affect|does not matter|irrelevant|nothing to do with|web shop|delivery|report|accounting|stock is tracked|not in use|not used|for staff|loyalty",
    )
});

/// That the sale will end some day, which says nothing of now: sold only while stock lasts.
pub(super) static WILL_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:while|as long as) (?:the |its )?(?:stocks?|supplies|supply) lasts?\b|\buntil (?:the |its )?(?:stock|it) (?:runs out|is gone|is used up)\b",
    )
});

/// That a field is what guests read of a state, which another one tells, or is about a screen alone.
pub(super) static MERE_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:is|are) (?:only|just|merely) (?:the|a) (?:text|label|wording)\b|^\s*(?:only|just|merely) (?:takes|keeps|hides|removes)\b[^.;]*\b(?:screens?|displays?|search|home page)\b",
    )
});

/// Whether a text about a field speaks of whether the record is sold now.
pub(super) fn speaks_of_sale(text: &str) -> bool {
    ABOUT_SALE.is_match(text) && !WILL_END.is_match(text)
}
