//! What a model may cost.

use domain::Allowance;
use serde::Deserialize;

use super::price::Price;
use super::settings::LlmSettingsError;

/// What a model may cost; none of a kind for no bound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// Tokens, in and out, of one job.
    job_tokens: Option<u64>,
    /// US dollars of one job.
    job_dollars: Option<f64>,
    /// Tokens of all jobs of a day (UTC).
    day_tokens: Option<u64>,
    /// US dollars of all jobs of a day (UTC).
    day_dollars: Option<f64>,
}

impl Budget {
    /// What one job may cost.
    #[must_use]
    pub fn per_job(&self) -> Allowance {
        Allowance { tokens: self.job_tokens, cost_micros: self.job_dollars.map(micros) }
    }

    /// What all jobs of a day may cost together.
    #[must_use]
    pub fn per_day(&self) -> Allowance {
        Allowance { tokens: self.day_tokens, cost_micros: self.day_dollars.map(micros) }
    }

    pub(super) fn check(&self, price: Price) -> Result<(), LlmSettingsError> {
        let dollars =
            [("budget.job_dollars", self.job_dollars), ("budget.day_dollars", self.day_dollars)];
        for (key, amount) in dollars {
            let Some(amount) = amount else { continue };
            if !(0.0..=1e9).contains(&amount) {
                return Err(LlmSettingsError {
                    key,
                    problem: format!("must be from 0 to a thousand million, not {amount}"),
                });
            }
            if price.is_nothing() {
                return Err(LlmSettingsError {
                    key,
                    problem: "needs price.input and price.output: without them nothing costs"
                        .to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// Millionths of an amount that was checked to be from 0 to a thousand million.
fn micros(dollars: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "neither negative nor above 10^15; a cast of anything else saturates"
    )]
    let micros = (dollars * 1e6).round() as u64;
    micros
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn budgets_are_kept_in_millionths() {
        let budget = json!({"job_tokens": 100_000, "job_dollars": 0.25, "day_dollars": 20});
        let budget: Budget = serde_json::from_value(budget).unwrap();
        let job = Allowance { tokens: Some(100_000), cost_micros: Some(250_000) };
        assert_eq!(budget.per_job(), job);
        let day = Allowance { tokens: None, cost_micros: Some(20_000_000) };
        assert_eq!(budget.per_day(), day);
        assert_eq!(Budget::default().per_job(), Allowance::UNBOUNDED);
    }
}
