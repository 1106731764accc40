//! What an author's work costs, and what it may cost.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

/// What language models were asked for: tokens, and money in millionths of a US dollar. All zero for
/// an author that needs none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Usage {
    /// Tokens of prompts, those from the provider's cache among them.
    pub tokens_in: u64,
    /// Tokens of replies.
    pub tokens_out: u64,
    /// Tokens of prompts that the provider had in its cache.
    pub tokens_cached: u64,
    /// Millionths of a US dollar, by the configured prices.
    pub cost_micros: u64,
}

impl Usage {
    /// Tokens in and out together.
    #[must_use]
    pub const fn tokens(&self) -> u64 {
        self.tokens_in.saturating_add(self.tokens_out)
    }

    /// Whether nothing was used.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// For the log: `1200 tokens in (800 cached), 340 out, 0.0105 USD`.
    #[must_use]
    pub fn describe(&self) -> String {
        let cached = match self.tokens_cached {
            0 => String::new(),
            cached => format!(" ({cached} cached)"),
        };
        format!(
            "{} tokens in{cached}, {} out, {} USD",
            self.tokens_in,
            self.tokens_out,
            dollars(self.cost_micros)
        )
    }
}

impl AddAssign for Usage {
    fn add_assign(&mut self, more: Self) {
        self.tokens_in = self.tokens_in.saturating_add(more.tokens_in);
        self.tokens_out = self.tokens_out.saturating_add(more.tokens_out);
        self.tokens_cached = self.tokens_cached.saturating_add(more.tokens_cached);
        self.cost_micros = self.cost_micros.saturating_add(more.cost_micros);
    }
}

/// An amount of money with as many decimals as it needs, at least two.
#[must_use]
pub fn dollars(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let needed = text.trim_end_matches('0').len();
    // Two decimals stand behind the point, however many zeros there are.
    let least = text.len() - 4;
    text.chars().take(needed.max(least)).collect()
}

/// What may still be used; none of a kind for no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Tokens in and out together.
    pub tokens: Option<u64>,
    /// Millionths of a US dollar.
    pub cost_micros: Option<u64>,
}

impl Allowance {
    /// No bound at all.
    pub const UNBOUNDED: Self = Self { tokens: None, cost_micros: None };

    /// What is left after `used`.
    #[must_use]
    pub fn less(self, used: Usage) -> Self {
        Self {
            tokens: self.tokens.map(|tokens| tokens.saturating_sub(used.tokens())),
            cost_micros: self.cost_micros.map(|cost| cost.saturating_sub(used.cost_micros)),
        }
    }

    /// Whether it pays for so much.
    #[must_use]
    pub fn covers(self, usage: Usage) -> bool {
        self.tokens.is_none_or(|tokens| tokens >= usage.tokens())
            && self.cost_micros.is_none_or(|cost| cost >= usage.cost_micros)
    }

    /// The stricter of two bounds, kind by kind.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let stricter = |one: Option<u64>, two: Option<u64>| match (one, two) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (bound, None) | (None, bound) => bound,
        };
        Self {
            tokens: stricter(self.tokens, other.tokens),
            cost_micros: stricter(self.cost_micros, other.cost_micros),
        }
    }

    /// Whether nothing more may be used.
    #[must_use]
    pub fn is_spent(self) -> bool {
        self.tokens == Some(0) || self.cost_micros == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_shows_the_decimals_that_it_needs() {
        for (micros, shown) in [
            (0, "0.00"),
            (10_500, "0.0105"),
            (2_000_000, "2.00"),
            (1_250_000, "1.25"),
            (1, "0.000001"),
        ] {
            assert_eq!(dollars(micros), shown);
        }
    }

    #[test]
    fn an_allowance_shrinks_to_nothing_and_not_below() {
        let used = Usage { tokens_in: 70, tokens_out: 50, ..Usage::default() };
        let left = Allowance { tokens: Some(100), cost_micros: Some(5) }.less(used);
        assert_eq!(left, Allowance { tokens: Some(0), cost_micros: Some(5) });
        assert!(left.is_spent());
        assert!(!Allowance::UNBOUNDED.less(used).is_spent());
        let both = left.and(Allowance { tokens: None, cost_micros: Some(9) });
        assert_eq!(both, left);
    }

    #[test]
    fn an_allowance_covers_what_exceeds_none_of_its_bounds() {
        let usage = Usage { tokens_in: 70, tokens_out: 50, cost_micros: 9, ..Usage::default() };
        let covers = |tokens, cost_micros| Allowance { tokens, cost_micros }.covers(usage);
        assert!(covers(Some(120), Some(9)) && covers(None, None));
        assert!(!covers(Some(119), None) && !covers(None, Some(8)));
    }
}
