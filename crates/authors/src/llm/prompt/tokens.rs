//! How many tokens a text takes: an estimate that errs on the high side.
//!
//! Providers cut texts differently, and not all say how. Words of plain English come to four letters
//! a token, digits to between one and three, marks and capitals of keys and ids to one or two, and
//! other scripts to a token for one to four bytes. Each character is given what it takes where it is
//! dear, so that the estimate of a text is the sum of the estimates of its parts.

/// A token, in the units of [`weight`].
const TOKEN: u64 = 12;

fn weight(c: char) -> u64 {
    match c {
        'a'..='z' | ' ' => 4,
        'A'..='Z' => 9,
        '0'..='9' => 12,
        '\0'..='\u{7f}' => 8,
        other => u64::try_from(other.len_utf8()).unwrap_or(4) * 9,
    }
}

/// About how many tokens the text takes, and seldom less.
pub(crate) fn tokens(text: &str) -> u32 {
    let weight: u64 = text.chars().map(weight).sum();
    u32::try_from(weight.div_ceil(TOKEN)).unwrap_or(u32::MAX)
}

/// Bytes of a text that certainly takes more than so many tokens.
pub(super) fn bytes_beyond(max: u32) -> usize {
    usize::try_from(max).unwrap_or(usize::MAX).saturating_mul(3)
}

/// The longest beginning that takes no more than so many tokens.
pub(crate) fn beginning(text: &str, max: u32) -> &str {
    let end = within(text.char_indices().map(|(at, c)| (at + c.len_utf8(), c)), max);
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// The longest ending that takes no more than so many tokens.
pub(super) fn ending(text: &str, max: u32) -> &str {
    let start = within(text.char_indices().rev(), max);
    text.get(start.unwrap_or(text.len())..).unwrap_or_default()
}

/// The last place to which the characters fit.
fn within(places: impl Iterator<Item = (usize, char)>, max: u32) -> Option<usize> {
    let most = u64::from(max) * TOKEN;
    let mut sum = 0;
    let fitting = places.take_while(|(_, c)| {
        sum += weight(*c);
        sum <= most
    });
    fitting.last().map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_and_other_scripts_are_dearer_than_words() {
        assert_eq!(tokens("a plain sentence of words"), 9);
        assert_eq!(tokens("3f2504e0-4f89-11d3-9a0c-0305e82c3301"), 30);
        assert_eq!(tokens("茶"), 3);
        assert_eq!(tokens("🍵"), 3);
        assert_eq!(tokens(""), 0);
    }

    proptest! {
        #[test]
        fn what_is_cut_fits_and_one_more_character_would_not(text in "\\PC{0,60}", max in 0_u32..40) {
            let (head, tail) = (beginning(&text, max), ending(&text, max));
            prop_assert!(tokens(head) <= max && tokens(tail) <= max);
            prop_assert!(text.starts_with(head) && text.ends_with(tail));
            if tokens(&text) > max {
                let more = text.chars().take(head.chars().count() + 1).collect::<String>();
                prop_assert!(tokens(&more) > max);
            }
        }

        #[test]
        fn a_text_takes_no_more_than_its_parts(one in "\\PC{0,20}", two in "\\PC{0,20}") {
            let both = [one.as_str(), two.as_str()].concat();
            prop_assert!(tokens(&both) <= tokens(&one) + tokens(&two));
        }

        #[test]
        fn a_text_of_so_many_bytes_takes_more(text in "\\PC{1,60}") {
            prop_assert!(text.len() <= bytes_beyond(tokens(&text)));
        }
    }
}
