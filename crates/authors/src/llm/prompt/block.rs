//! A piece of text from outside, ready to stand in a prompt, whole or cut to what room there is.

use super::fence;
use super::hidden::Hidden;
use super::tokens::{beginning, ending, tokens};
use super::visible::visible;

/// Tokens of a text below which a cut one says nothing.
const WORTH: u32 = 40;

/// What stays of a text that is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    /// The beginning says most: documents, failures.
    Beginning,
    /// Beginning and end matter: scripts.
    BothEnds,
}

/// A text that came from outside.
pub(super) struct Block {
    label: &'static str,
    name: String,
    text: String,
    keep: Keep,
    cost: u32,
}

impl Block {
    pub(super) fn new(
        label: &'static str,
        name: &str,
        text: &str,
        keep: Keep,
        hidden: &Hidden,
    ) -> Self {
        let text = visible(&hidden.hide(text)).into_owned();
        let name = visible(&hidden.hide(name)).into_owned();
        let cost = fence::cost(label, &name).saturating_add(tokens(&text));
        Self { label, name, text, keep, cost }
    }

    /// The tokens that it takes when it is whole.
    pub(super) const fn cost(&self) -> u32 {
        self.cost
    }

    /// The fenced text in no more than so many tokens; none where that is too few for anything.
    pub(super) fn within(&self, max: u32) -> Option<String> {
        if self.cost <= max {
            return Some(fence::fenced(self.label, &self.name, &self.text));
        }
        let room = max.checked_sub(fence::cost(self.label, &self.name))?;
        let text = cut(&self.text, self.keep, room)?;
        Some(fence::fenced(self.label, &self.name, &text))
    }
}

/// The text in no more than so many tokens, with what was left out said in its place.
pub(super) fn cut(text: &str, keep: Keep, max: u32) -> Option<String> {
    if tokens(text) <= max {
        return Some(text.to_owned());
    }
    let mark = |left_out: usize| format!("\n[… {left_out} characters left out …]\n");
    let all = text.chars().count();
    let room = max.checked_sub(tokens(&mark(all))).filter(|room| *room >= WORTH)?;
    let (head, tail) = match keep {
        Keep::Beginning => (beginning(text, room), ""),
        Keep::BothEnds => {
            let head = beginning(text, room - room / 3);
            // What is at the beginning is not told again.
            (head, ending(text.strip_prefix(head).unwrap_or_default(), room / 3))
        }
    };
    let left_out = all - head.chars().count() - tail.chars().count();
    Some(format!("{head}{}{tail}", mark(left_out)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_script_keeps_both_ends_and_says_how_much_is_gone() {
        let text = format!("{}{}{}", "a".repeat(300), "b".repeat(900), "c".repeat(300));
        let short = cut(&text, Keep::BothEnds, 120).unwrap();
        assert!(short.starts_with("aaa") && short.ends_with("ccc"), "{short}");
        assert!(short.contains("[… 1197 characters left out …]"), "{short}");
        assert_eq!(cut(&text, Keep::BothEnds, 20), None);
    }

    proptest! {
        #[test]
        fn a_block_takes_no_more_than_it_may(text in "\\PC{0,400}", max in 0_u32..300) {
            let hidden = Hidden::of(&[]);
            for keep in [Keep::Beginning, Keep::BothEnds] {
                let block = Block::new("document", "notes", &text, keep, &hidden);
                let shown = block.within(max);
                prop_assert!(shown.is_none_or(|text| tokens(&text) <= max));
                prop_assert!(block.within(block.cost()).is_some());
            }
        }
    }
}
