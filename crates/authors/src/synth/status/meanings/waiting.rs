//! What an order waits for: one that is made for whoever takes it (`waiting for the courier or the
//! guest`, `can be collected`), a new one for those who sell it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::pattern;

/// It waits for somebody who comes for it, and not for what they have still to say or pay.
static FOR_SOMEBODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:waits?|waiting|await(?:s|ing)?|stands by|(?:stands?|lies|sits) (?:there |ready )?)(?: for)?(?: (?:the|an?|its|their|his|her|your))? (?:courier|driver|rider|guest|customer|diner|eater|consumer|buyer|recipient|carrier)(?:s|\(s\))?(?:,? (?:or|and|/) (?:the |an? |its )?(?:courier|driver|rider|guest|customer|diner|eater|consumer|buyer|recipient|carrier)s?)*(?: to (?:come|arrive|pick|collect|fetch|take|get)\b[^,;.()]*|\s*(?P<end>[,;.:()]|$))",
    )
});
/// It waits to be taken away.
static FOR_PICKUP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:waits?|waiting|await(?:s|ing)?)(?: for)?(?: (?:the|its|an?))? (?:pick[ -]?up|collection|dispatch|handover|hand-over)\b|\b(?:waits?|waiting|awaits?|awaiting|can|may|left|set out|laid out|put out)(?: now)?(?: to)? be (?:picked up|collected|fetched|taken away|handed over|handed out)\b|\b(?:couriers?|drivers?|riders?|guests?|customers?) (?:can|may)(?: now)? (?:come|fetch|collect|pick)\b",
    )
});
/// It waits for those who sell it, or for a word of theirs: it is new.
static FOR_A_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:waits?|waiting|await(?:s|ing)?)(?: for)?(?: (?:the|an?|its|your))? (?:shop|store|restaurant|venue|merchant|seller|place|kitchen|caterer|acceptance|confirmation|approval|answer|response|decision|payment)\b",
    )
});
/// Whoever brings it has it.
static ON_ITS_WAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:collected|taken|fetched) by (?:the |an? |its )?(?:courier|driver|rider)\b")
});

/// The phrase, in lower case, with the trade's word for what it tells of.
pub(super) fn spelled_out(lower: &str) -> Cow<'_, str> {
    let text = ON_ITS_WAY.replace_all(lower, "picked up");
    let text = FOR_A_WORD.replace_all(&text, "waiting for acceptance");
    let text = FOR_PICKUP.replace_all(&text, "food ready").into_owned();
    match FOR_SOMEBODY.replace_all(&text, "food ready$end") {
        Cow::Borrowed(same) if same == lower => Cow::Borrowed(lower),
        own => Cow::Owned(own.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases::phrase_status;

    #[test]
    fn what_waits_for_whoever_takes_it_is_ready() {
        for meaning in [
            "waiting for the courier or the guest",
            "waits for its driver",
            "made, awaiting the rider",
            "waiting for the customer to collect it",
            "can be collected",
            "waiting to be collected",
            "the guest can come and get it",
            "made, waiting for a pick-up",
        ] {
            assert_eq!(phrase_status(meaning), Some("ready"), "{meaning}");
        }
        assert_eq!(phrase_status("collected by the courier"), Some("ready"));
    }

    #[test]
    fn what_waits_for_a_word_or_for_money_is_new() {
        for meaning in [
            "waiting for the customer to pay",
            "waiting for the guest's payment",
            "waiting for the courier's answer",
            "waiting for driver confirmation",
            "waiting for the restaurant",
            "waiting for the shop to accept",
        ] {
            assert_ne!(phrase_status(meaning), Some("ready"), "{meaning}");
        }
    }
}
