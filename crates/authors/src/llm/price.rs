//! What tokens cost.

use serde::Deserialize;

use super::settings::LlmSettingsError;

/// US dollars per million tokens, which is millionths of a dollar per token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Tokens of prompts.
    input: f64,
    /// Tokens of replies.
    output: f64,
    /// Tokens of prompts that the provider has in its cache; none for the price of others.
    cached: Option<f64>,
    /// Tokens of prompts that the provider writes to its cache; none for a quarter more than the price
    /// of others, which is what those ask who count them.
    cache_write: Option<f64>,
}

/// Tokens of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// Of the prompt, those below among them.
    pub(crate) input: u64,
    /// Of the reply.
    pub(crate) output: u64,
    /// Read from the provider's cache.
    pub(crate) cached: u64,
    /// Written to the provider's cache.
    pub(crate) cache_write: u64,
}

impl Price {
    pub(crate) fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// Millionths of a US dollar, rounded up: what is spent is never taken for less.
    pub(crate) fn cost_micros(self, tokens: Tokens) -> u64 {
        let plain = tokens.input.saturating_sub(tokens.cached).saturating_sub(tokens.cache_write);
        let cost = of(plain, self.input)
            + of(tokens.cached, self.cached.unwrap_or(self.input))
            + of(tokens.cache_write, self.cache_write.unwrap_or(self.input * 1.25))
            + of(tokens.output, self.output);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "prices are not negative, and a cast saturates"
        )]
        let micros = cost.ceil() as u64;
        micros
    }

    /// Tokens of a reply that so many millionths of a dollar pay; none where replies are free.
    pub(crate) fn reply_tokens_for(self, micros: u64) -> Option<u64> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "prices are positive here, and a cast saturates"
        )]
        let tokens = (self.output > 0.0).then(|| (micros as f64 / self.output) as u64);
        tokens
    }

    pub(super) fn check(self) -> Result<(), LlmSettingsError> {
        let prices = [
            ("price.input", Some(self.input)),
            ("price.output", Some(self.output)),
            ("price.cached", self.cached),
            ("price.cache_write", self.cache_write),
        ];
        for (key, price) in prices {
            let Some(price) = price else { continue };
            if !(0.0..=1e6).contains(&price) {
                let problem =
                    format!("must be from 0 to a million dollars per million tokens, not {price}");
                return Err(LlmSettingsError { key, problem });
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "no call has 2^52 tokens")]
fn of(tokens: u64, price: f64) -> f64 {
    tokens as f64 * price
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price { input: 3.0, output: 15.0, cached: Some(0.3), cache_write: None };

    #[test]
    fn cached_tokens_cost_what_they_cost() {
        let tokens = Tokens { input: 1_000, output: 100, cached: 800, cache_write: 0 };
        assert_eq!(PRICE.cost_micros(tokens), 200 * 3 + 240 + 1_500);
    }

    #[test]
    fn a_part_of_a_millionth_counts_as_one() {
        let tokens = Tokens { cached: 1, input: 1, ..Tokens::default() };
        assert_eq!(PRICE.cost_micros(tokens), 1);
    }

    #[test]
    fn a_budget_pays_for_so_many_tokens() {
        assert_eq!(PRICE.reply_tokens_for(31), Some(2));
        assert_eq!(Price::default().reply_tokens_for(31), None);
    }
}
