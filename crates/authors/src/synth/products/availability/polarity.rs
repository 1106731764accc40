//! Which value of a flag means that a product cannot be ordered, by the words about its values.

use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use crate::pattern::pattern;
use crate::synth::scope::Field;
use crate::synth::vocabulary::vocabulary;

static NO_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bnot\b|n't\b|\bno longer\b|\bnobody\b|\bnever\b|hidden|\bhid(?:e|es|ing)\b|greyed|sold[ -]out|unavailable|inactive|out of stock|disabled|cannot|(?:run|ran|runs) out|used up|off\b|86|suspend|\bblock|\brefus|\breject|\bforbid|\bforbad|\bprohibit|\bprevent|\bden(?:y|ies|ied)\b|\bstop(?:s|ped)\b|\bstop[ -]?list|\bpaus|withdrawn|withheld|\bnicht\b|\bkein|agotad|épuis|esaurit|uitverkocht|esgotad|\bpas\b",
    )
});
/// A no that is itself denied says yes: `not hidden`, `does not block the sale`.
static DENIED_NO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\bnot|n't|\bcannot|\bnever|\bno longer)\s+(?:be\s+|been\s+|being\s+)?(?:hidden|hide|greyed|sold[ -]out|unavailable|inactive|out of stock|disabled|suspend\w*|block\w*|refus\w*|reject\w*|forbid\w*|prohibit\w*|prevent\w*|den(?:y|ied)|stop(?:ped)?|paus\w*|withdrawn|withheld)\b",
    )
});
/// Words for a sale that takes place.
static YES_WORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bsell|\bsold\b|\bsale|order|avail|\bshow|visib|\boffer|\bbuy|bought|purchas|\bactive|enabled|\bon\b|stock|display|listed|\bcan\b|\bmay\b|\bhad\b|\bpublish|\byes\b|verkäuf|verfügbar|disponib|disponív",
    )
});
static VALUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"["'`]?\b(true|false|yes|no|y|n|j|si|sí|1|0)\b["'`]?\s*[:,=]?\s*(?:means|is)?"#)
});

/// Whether words deny the sale.
pub(super) fn is_no(said: &str) -> bool {
    NO_WORD.is_match(&DENIED_NO.replace_all(said, ""))
}

/// Whether words deny the sale; nothing where they speak neither for it nor against it.
pub(super) fn denies(said: &str) -> Option<bool> {
    let is_no = is_no(said);
    (is_no || DENIED_NO.is_match(said) || YES_WORD.is_match(said)).then_some(is_no)
}

/// Which value means that it cannot be ordered, by the documents' words: those between a value and
/// the next one.
pub(super) fn polarity(said: &str) -> Option<Reading> {
    let values: Vec<_> = VALUE.captures_iter(said).collect();
    values.iter().enumerate().find_map(|(index, found)| {
        let value = found.get(1)?.as_str();
        let rest = said.get(found.get(0)?.end()..)?;
        let next = values
            .get(index + 1)
            .and_then(|next| next.get(0))
            .map_or(said.len(), |next| next.start())
            .saturating_sub(found.get(0)?.end());
        // "Shown, but cannot be ordered" goes on to the other side.
        let clause = rest.get(..next)?.split(['.', ';']).next()?;
        let first = clause.split(',').next()?;
        let is_turned = clause.get(first.len()..).is_some_and(|more| more.starts_with(", but"));
        let meaning = if is_turned { clause } else { first };
        if meaning.trim().is_empty() {
            return None;
        }
        let is_true = matches!(value, "true" | "yes" | "y" | "j" | "si" | "sí" | "1");
        Some(if is_true == denies(meaning)? { Reading::No } else { Reading::Yes })
    })
}

/// Whether a flag's name says the opposite of how a sentence was read: what is called `allow_to_sell`
/// is hardly on where the sale is refused. One of the two is misunderstood.
pub(super) fn is_doubtful(field: &Field<'_>, reading: &Reading) -> bool {
    let words = vocabulary().words(field.path.leaf());
    let is_any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let is_yes = is_any(&[
        "allow",
        "allowed",
        "active",
        "available",
        "can",
        "enable",
        "enabled",
        "orderable",
        "permit",
        "permitted",
        "published",
        "purchasable",
        "sellable",
        "visible",
    ]);
    let is_no = is_any(&[
        "not",
        "no",
        "non",
        "never",
        "un",
        "dis",
        "block",
        "blocked",
        "deny",
        "disable",
        "disabled",
        "disallow",
        "exclude",
        "excluded",
        "forbid",
        "forbidden",
        "hidden",
        "hide",
        "inactive",
        "invisible",
        "out",
        "paused",
        "prevent",
        "stop",
        "stopped",
        "suspended",
        "unavailable",
    ]);
    match reading {
        Reading::Yes => is_no && !is_yes,
        Reading::No => is_yes && !is_no,
        Reading::Unset
        | Reading::There
        | Reading::Only(_)
        | Reading::Until { .. }
        | Reading::Word
        | Reading::Meant(_)
        | Reading::Count { .. } => false,
    }
}
