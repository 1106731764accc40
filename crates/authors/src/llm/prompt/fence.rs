//! The fence around text from outside. Its code is made from the text and does not stand in it, so no
//! text can close its own fence; the same text always has the same fence.

use sha2::{Digest, Sha256};

use super::tokens::tokens;

/// Letters of a code: 64 bits.
const LETTERS: usize = 16;

/// The text within a fence that is labelled with `label`, which is our own word for it, and with the
/// `name` that somebody gave it; no name where it has none.
pub(super) fn fenced(label: &str, name: &str, text: &str) -> String {
    let code = code(label, name, text);
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("<data-{code} {}>\n{text}{end}</data-{code}>\n", titled(label, name))
}

/// The tokens of a fence alone, its line ends included.
pub(super) fn cost(label: &str, name: &str) -> u32 {
    let code = "a".repeat(LETTERS);
    tokens(&format!("<data-{code} {}>\n\n</data-{code}>\n", titled(label, name)))
}

/// A name is quoted: it comes from outside too.
fn titled(label: &str, name: &str) -> String {
    match name {
        "" => label.to_owned(),
        name => format!("{label} {}", serde_json::Value::from(name)),
    }
}

fn code(label: &str, name: &str, text: &str) -> String {
    let mut salt = 0_u64;
    loop {
        let mut hash = Sha256::new();
        hash.update(salt.to_be_bytes());
        for part in [label, name, text] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let letter = |four: u8| char::from(b'a' + (four & 15));
        let bytes = hash.finalize();
        let code: String =
            bytes.iter().flat_map(|byte| [byte >> 4, *byte]).map(letter).take(LETTERS).collect();
        if !text.contains(&code) && !name.contains(&code) {
            return code;
        }
        salt += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_that_holds_its_own_fence_is_given_another() {
        let first = code("document", "", "x");
        // No text that holds its own first code is known; a code is drawn anew until it is not there.
        assert_eq!(first, code("document", "", "x"));
        assert_ne!(first, code("sample", "", "x"));
        let quoted = fenced("document", "a\" end", "x");
        assert!(quoted.contains("document \"a\\\" end\">\n"), "{quoted}");
    }

    proptest! {
        #[test]
        fn a_fence_stands_only_at_both_ends_and_costs_what_was_said(
            name in "[a-z<>\" ]{0,9}", text in "(</?data-[a-p]{0,16}>|\\PC|\n){0,40}"
        ) {
            let whole = fenced("document", &name, &text);
            let code: String = whole.chars().skip("<data-".len()).take(LETTERS).collect();
            prop_assert_eq!(whole.matches(&code).count(), 2);
            prop_assert!(tokens(&whole) <= cost("document", &name) + tokens(&text));
        }
    }
}
