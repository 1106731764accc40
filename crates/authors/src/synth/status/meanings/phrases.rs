//! The standard status of which a phrase or a word speaks.

use std::sync::LazyLock;

use regex::Regex;

use super::waiting;
use crate::pattern::pattern;
use crate::synth::vocabulary::{STATUSES, vocabulary};

/// The place that sells has taken the order; who else takes it is late in its life.
static TAKEN_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:merchant|shop|store|restaurant|seller|venue)(?: has| have)? (?:took|taken|takes) it\b",
    )
});

/// What has still to happen to a new order: `waiting to be accepted or denied`.
static TO_COME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:waiting|waits|awaits|awaiting|has|have|needs?|ready|still|yet) (?:for \w+ )?to be (?:accepted|confirmed|approved|acknowledged|looked at|seen)\b|\b(?:must|can|may|should) (?:still |now )?(?:be )?(?:accept(?:ed)?|confirm(?:ed)?|approve[d]?) (?:it )?or (?:be )?(?:den|reject|declin|refus)",
    )
});
/// What did not happen before its time was over.
static LATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:not|never) (?:been )?(?:accepted|confirmed|answered|approved|picked up)[^.;,]{0,20} in time\b|\b(?:timed|times) out\b|\bexpired (?:before|because|without)\b|\bnobody (?:accepted|answered)[^.;,]{0,20} in time\b|\b(?:will (?:not|never)|won['’]t) (?:be |get )?(?:made|prepared|cooked|delivered|served|fulfilled|happen)\b",
    )
});

/// The kitchen is at it.
static WORKED_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:in|at|on) the (?:kitchen|stove|grill|oven)\b|\b(?:kitchen|cooks?|chefs?|staff|baristas?)(?: is| are| has| have)?(?: now)? (?:works? on|working on|started|starts|makes?|making|cooks|cooking|prepares?|preparing)\b",
    )
});

/// The kitchen is done with it, or it waits where it is fetched from: the order's own end is to come.
static MADE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:kitchen|cooks?|chefs?|baristas?|food|meal|dish|dishes|cooking|preparation)(?: is| are| has| have)?(?: now| already)?(?: been)? (?:finished|done|completed?)\b|\b(?:finished|done|completed?) (?:by|in) the kitchen\b|\bfinished (?:cooking|preparing|making)\b|\b(?:waits?|waiting|stands?|sits?|lies) (?:on|at|in) the (?:shelf|counter|pass|rack|locker|hatch)\b",
    )
});

/// The guest has the order.
static WITH_GUEST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:customers?|guests?|diners?|eaters?|consumers?|buyers?|recipients?)(?: now)? (?:has|have|got|received|holds?) (?:it|the order|their order|the food|the delivery)\b|\b(?:handed|given|passed)(?: over| out)? to the (?:customer|guest|diner|eater|consumer|buyer|recipient)s?\b",
    )
});
/// The order has left the place that sells.
static LEFT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:has |have )?left the (?:store|shop|restaurant|kitchen|venue|place)\b")
});
/// What has not come yet.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(?:before|until|till)\b"));

/// How clearly a phrase tells of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clarity {
    /// It says so.
    Plain,
    /// It has no more than a word that is used of much else: an order may be waiting at any stage.
    Faint,
}

/// Words that alone do not tell at which stage an order is.
const FAINT: [&str; 16] = [
    "waiting",
    "open",
    "new",
    "sent",
    "placed",
    "created",
    "queued",
    "scheduled",
    "printed",
    "started",
    "making",
    "processing",
    "production",
    "complete",
    "done",
    "closed",
];

/// The standard status that documents give a word. A word of the trade that is clear by itself, such
/// as `READY`, keeps its meaning where theirs has nothing but a faint word for another one.
pub(super) fn meant(word: &str, meaning: &str) -> Option<&'static str> {
    let (status, clarity) = told(meaning)?;
    let is_faint = FAINT.contains(&vocabulary().words(word).join(" ").as_str());
    let own = vocabulary().status(word).filter(|_| clarity == Clarity::Faint && !is_faint);
    Some(own.unwrap_or(status))
}

/// The standard status that a phrase speaks of.
pub(in crate::synth::status) fn phrase_status(phrase: &str) -> Option<&'static str> {
    told(phrase).map(|(status, _)| status)
}

/// The standard status that a phrase speaks of, and how clearly; the standard's own words first, then
/// the latest stage that it names, as in `accepted, being prepared`.
fn told(phrase: &str) -> Option<(&'static str, Clarity)> {
    let lower = phrase.to_lowercase();
    if let Some(status) = said_outright(phrase, &lower) {
        return Some((status, Clarity::Plain));
    }
    // `the kitchen has finished` is no finished order, `waiting on the shelf` no new one.
    let told = if BEFORE.is_match(&lower) {
        phrase.into()
    } else {
        MADE.replace_all(&waiting::spelled_out(&lower), "food ready").into_owned()
    };
    let words = format!(" {} ", vocabulary().words(&told).join(" "));
    if let Some(status) = STATUSES
        .iter()
        .rev()
        .find(|status| words.starts_with(&format!(" {} ", vocabulary().words(status).join(" "))))
        .filter(|_| !words.contains(" being "))
    {
        return Some((status, Clarity::Plain));
    }
    let rank = |status: &str| STATUSES.iter().position(|known| *known == status);
    let mut rest = words;
    let mut best: Option<(&'static str, Clarity)> = None;
    for (name, status) in vocabulary().status_phrases() {
        let needle = format!(" {name} ");
        if rest.contains(&needle) {
            rest = rest.replace(&needle, " _ ");
            let is_faint = FAINT.contains(&name.as_str());
            let clarity = if is_faint { Clarity::Faint } else { Clarity::Plain };
            let is_same = best == Some((status, Clarity::Faint));
            if is_same || best.is_none_or(|(known, _)| rank(known) < rank(status)) {
                best = Some((status, clarity));
            }
        }
    }
    let placed = || {
        WORKED_ON
            .is_match(&lower)
            .then_some("preparing")
            .or_else(|| TAKEN_ON.is_match(&lower).then_some("accepted"))
            .or_else(|| placed_at(&lower))
    };
    best.or_else(|| placed().map(|status| (status, Clarity::Plain)))
}

/// What a phrase says whatever words of the trade it has besides: how the order ended, or that
/// something has not happened.
fn said_outright(phrase: &str, lower: &str) -> Option<&'static str> {
    if let Some(status) = concluded(phrase) {
        return Some(status);
    }
    if LATE.is_match(lower) {
        return Some("cancelled");
    }
    if TO_COME.is_match(lower) {
        return Some("received");
    }
    // `taken on, not yet picked`: what has not happened does not undo what has.
    if let Some((done, _)) =
        lower.split_once(", not yet").or_else(|| lower.split_once(" but not yet"))
        && let Some(status) = phrase_status(done)
    {
        return Some(status);
    }
    ["has not accepted", "not yet", "not accepted", "nobody has", "not looked at"]
        .iter()
        .any(|cue| lower.contains(cue))
        .then_some("received")
}

/// The stage of which a phrase tells by where the order is.
fn placed_at(lower: &str) -> Option<&'static str> {
    if BEFORE.is_match(lower) {
        None
    } else if WITH_GUEST.is_match(lower) {
        Some("completed")
    } else {
        LEFT.is_match(lower).then_some("ready")
    }
}

/// The standard word that a meaning ends with after a colon: `it could not be delivered: cancelled`.
fn concluded(phrase: &str) -> Option<&'static str> {
    let (_, end) = phrase.rsplit_once(':')?;
    let words = vocabulary().words(end).join(" ");
    STATUSES.iter().copied().find(|status| vocabulary().words(status).join(" ") == words)
}

/// The trade's meaning of a word: by the whole word, or by the only stage that its parts name, as in
/// `AcceptedByRestaurant`.
pub(super) fn word_status(word: &str) -> Option<&'static str> {
    // `ReadyForCooking` and `CanBeCancelled` name a stage that has not come.
    const NOT_YET: [&str; 13] = [
        "not",
        "no",
        "can",
        "be",
        "will",
        "wait",
        "waiting",
        "awaiting",
        "for",
        "before",
        "to",
        "pre",
        "partially",
    ];
    if let Some(status) = vocabulary().status(word) {
        return Some(status);
    }
    let words = vocabulary().words(word);
    if words.iter().any(|own| NOT_YET.contains(&own.as_str())) {
        return None;
    }
    let text = format!(" {} ", words.join(" "));
    let mut named = vocabulary()
        .status_phrases()
        .into_iter()
        .filter(|(name, _)| text.contains(&format!(" {name} ")))
        .map(|(_, status)| status);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}
