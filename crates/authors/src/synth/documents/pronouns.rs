//! Sentences that go on about the field of the sentence before them: `x` is the shop's own code;
//! orders carry it back.

use std::sync::LazyLock;

use regex::Regex;

use super::Statement;
use crate::pattern::pattern;

/// What orders do with a field.
static CARRIED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:so|and|but) )?(?:(?:the|an|each|every) )?(?:orders?|order lines?|lines?|sales?|receipts?|baskets?|carts?|tickets?|checks?|bills?)(?: always)? (?:carry|carries|use|uses|refers? to|names?|quotes?|sends?|contains?|holds?|repeats?|gives?|returns?) (?P<it>it|that|this)\b",
    )
});
/// The same with what they refer to before it: orders refer to dishes and extras by it.
static NAMED_BY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:so|and|but) )?(?:(?:the|an|each|every) )?(?:orders?|order lines?|lines?|sales?|receipts?|baskets?|carts?|tickets?|checks?|bills?)(?: always)? (?:refers? to|names?|points? to|identif(?:y|ies)) [^`,;:]{1,60}(?:, [^`,;:]{1,30}){0,3} (?:by|through|with|under) (?P<it>it|that|this)\W*$",
    )
});
/// What it is on an occasion: with X it says why.
static ON_OCCASION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:with|when|where|for|on|after|if|in case of|once) [^`;:]{1,60}?,? (?P<it>it|that|this) (?:says?|tells?|explains?|gives?|holds?|names?) ",
    )
});
/// What whoever takes the orders does with it: the site sends it back on every line of an order.
static SENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[^`,;:]{1,40} (?:sends?|returns?|gives?|quotes?|puts?|repeats?|echoes|includes?|copies|passes) (?P<it>it|that|this)(?: back)? (?:on|in|with|into|to|as part of) (?:(?:the|an?|each|every|all|its|our|your) )?(?:[a-z]+ ){0,2}(?:orders?|order lines?|lines?|line items?|receipts?|baskets?|carts?|tickets?|checks?|bills?)\b",
    )
});
/// Words that take back what such a sentence says.
static NOT_SENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:not|never|no longer|nobody|none|nothing|neither|hardly)\b")
});
/// What it is called in an order: orders carry it as `x`.
static RENAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^[^`]*\b(?:it|that|this)(?: back)? (?:as|in|under) (?:the |their |its )?`[^`]+`\W*$")
});
/// What a reader is told to do with it.
static TAKEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:so|and|then|please|we|always) )*(?:take|use|read) (?P<it>that one|this one|that|this|it)\W*$",
    )
});

/// What the record that it names is: its title is the category.
static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:so|and) )?(?P<it>its (?:title|name|label|caption)) (?:is|serves as|counts as|gives) ",
    )
});

/// What a reader is told to do with such records.
static LEFT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:(?:so|and|then|please|always) )*(?:leave (?:it|them|these|those) out|(?:skip|drop|ignore) (?:it|them|these|those))\W*$",
    )
});

/// What a value of it means: 1 means that it was deleted; 0: sold out.
static VALUED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)^["“]?(?:\d{1,3}|true|false|yes|no|null|empty)["”]?(?:\s*[:=]| (?:means?|stands for|says|is)\b)"#,
    )
});

/// What is said of it at nought: at 0 it cannot be bought, unless `x`.
static AT_ZERO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)^(?:at|with|when|once at) (?:0|zero),? (?P<rest>it\b.*)$"));

/// Puts the field's name for the pronoun where the sentence before names one field alone.
pub(super) fn resolve(statements: &mut [Statement]) {
    for at in 1..statements.len() {
        let [.., before, own] = statements.get(..=at).unwrap_or_default() else { continue };
        let [term] = before.terms.as_slice() else { continue };
        let at_zero = AT_ZERO.captures(&own.text).and_then(|found| found.name("rest"));
        let names_another =
            at_zero.is_none() && !own.terms.is_empty() && !RENAMED.is_match(&own.text);
        if before.block != own.block || names_another {
            continue;
        }
        let text = if let Some(rest) = at_zero {
            Some(format!("`{term}` 0: {}", rest.as_str()))
        } else if LEFT.is_match(&own.text) {
            // It goes on about what the sentence says of the field's value.
            Some(format!("{}, {}", before.text, own.text))
        } else if VALUED.is_match(&own.text) && before.text.starts_with(&format!("`{term}`")) {
            Some(format!("`{term}` {}", own.text))
        } else {
            named(term, &own.text)
        };
        let resolved = text.map(|text| Statement::of(text, own.block));
        if let (Some(resolved), Some(own)) = (resolved, statements.get_mut(at)) {
            *own = resolved;
        }
    }
}

/// The text with the field's name for the pronoun that stands for it; nothing where none does.
fn named(term: &str, text: &str) -> Option<String> {
    let sent = || SENT.captures(text).filter(|_| !NOT_SENT.is_match(text));
    let found = [&CARRIED, &TAKEN, &NAMED_BY, &TITLED, &ON_OCCASION]
        .into_iter()
        .find_map(|known| known.captures(text))
        .or_else(sent)?;
    let mut named = text.to_owned();
    named.replace_range(found.name("it")?.range(), &format!("`{term}`"));
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::super::Documents;
    use domain::Document;

    fn terms(text: &str) -> Vec<Vec<String>> {
        let document = Document { name: "notes.md".parse().unwrap(), content: text.to_owned() };
        Documents::read(&[document], &[]).statements.into_iter().map(|s| s.terms).collect()
    }

    #[test]
    fn it_is_the_only_field_of_the_sentence_before() {
        for text in [
            "- `own` is the shop's code; orders carry it back.",
            "- Guests pay `own`. Take that.",
            "- `own` is the code. Each order line refers to it.",
            "- `own` true is a mere parent. Leave it out.",
            "- `own` is the shop's code. The site sends it back on every line of an order.",
            "- `own` is the page that lists it; its title is the category.",
            "- `own` 0 is a shop in use. 1 means that it was deleted.",
            "- `own` null: unlimited; 0: sold out.",
            "- Everything carries its `own`; orders refer to dishes, extras and options by it.",
            "- `own` may be empty; with a cancelled order it says why.",
        ] {
            assert_eq!(terms(text), [["own"], ["own"]], "{text}");
        }
    }

    #[test]
    fn it_may_be_called_otherwise_in_an_order() {
        let text = "- `own` is the shop's code; orders carry it as `till_ref`.";
        assert_eq!(terms(text), [vec!["own"], vec!["own", "till_ref"]]);
    }

    #[test]
    fn it_is_nothing_where_two_fields_or_none_stand_before_or_in_another_bullet() {
        for text in [
            "- `a` and `b` are codes; orders carry it.",
            "- A code. Take that.",
            "- `a` is a code.\n- Take that.",
            "- `a` is a code. Orders never carry it.",
            "- `a` is a code. Orders refer to dishes by it or by their name.",
            "- `a` is a code. The site never sends it back in an order.",
            "- `a` is a code. Take that with salt and `b`.",
        ] {
            let all = terms(text);
            assert_ne!(all.last(), Some(&vec!["a".to_owned()]), "{text}");
        }
    }
}
