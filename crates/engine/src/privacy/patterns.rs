//! Values that speak for themselves, wherever they stand.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::words::Kind;

/// Digits of a card's number.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

#[expect(clippy::expect_used, reason = "a pattern of ours; the tests use it")]
static PATTERN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)
        (?P<email>[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)
        | (?P<token>\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*)
        | (?P<bearer>\b(?i:bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,})
        | (?P<key>\b(?:sk|pk|rk|xox[bp]|ghp|AKIA)[_-][A-Za-z0-9_-]{10,})
        | (?P<iban>\b[A-Z]{2}[0-9]{2}(?:\x20?[A-Z0-9]{4}){3,7}(?:\x20?[A-Z0-9]{1,3})?\b)
        | (?P<phone>\+[0-9](?:[\x20().\/-]{0,2}[0-9]){7,14})
        | (?P<card>\b[2-6][0-9](?:[\x20-]?[0-9]){11,17}\b)
        ",
    )
    .expect("a pattern of ours")
});

/// The text with what is found in it replaced.
pub(super) fn replace(text: &str, mask: impl Fn(&str, Kind) -> String) -> String {
    if !may_hold(text) {
        return text.to_owned();
    }
    let one = |found: &Captures<'_>| {
        let whole = found.get(0).map_or("", |found| found.as_str());
        let kind = if found.name("email").is_some() {
            Kind::Email
        } else if found.name("phone").is_some() {
            Kind::Phone
        } else if found.name("card").is_some() {
            if !is_card(whole) {
                return whole.to_owned();
            }
            Kind::Words
        } else if found.name("iban").is_some() {
            Kind::Words
        } else {
            Kind::Secret
        };
        mask(whole, kind)
    };
    PATTERN.replace_all(text, one).into_owned()
}

/// Whether a closer look is worth it.
fn may_hold(text: &str) -> bool {
    text.len() >= 6
        && (text.contains('@') || text.contains('+') || text.len() >= *CARD_DIGITS.start())
}

/// The check digit of cards (Luhn): it tells them from most other long numbers.
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let doubled = |(place, digit): (usize, &u32)| match (place % 2, digit * 2) {
        (0, _) => *digit,
        (_, twice @ 10..) => twice - 9,
        (_, twice) => twice,
    };
    let sum: u32 = digits.iter().rev().enumerate().map(doubled).sum();
    CARD_DIGITS.contains(&digits.len()) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        replace(text, |_, kind| format!("<{kind:?}>"))
    }

    #[test]
    fn what_speaks_for_itself_is_found_in_any_text() {
        for (text, masked) in [
            ("call maria@mail.example!", "call <Email>!"),
            ("ring +49 170 1234567 twice", "ring <Phone> twice"),
            ("card 4111 1111 1111 1111, please", "card <Words>, please"),
            ("4111111111111111", "<Words>"),
            ("DE89 3704 0044 0532 0130 00", "<Words>"),
            ("Authorization: Bearer abcdefgh12345678", "Authorization: <Secret>"),
            ("key sk_live_0123456789", "key <Secret>"),
        ] {
            assert_eq!(found(text), masked);
        }
    }

    #[test]
    fn ids_times_and_prices_are_left_alone() {
        for text in [
            "4111111111111112",
            "2026-11-25T19:00:00+01:00",
            "550e8400-e29b-41d4-a716-446655440000",
            "itm_0123456789",
            "1763000000123",
            "3 + 4 espresso",
        ] {
            assert_eq!(found(text), text);
        }
    }
}
