//! Counters, for whoever watches many jobs at once. They go to the recorder that the program
//! installs, and nowhere when there is none.

use domain::{AuthorName, Usage};
use metrics::{Unit, counter, describe_counter};

const TOKENS: &str = "adapter_forge_author_tokens_total";
const COST: &str = "adapter_forge_author_cost_micros_total";
const DRAFTS: &str = "adapter_forge_author_drafts_total";

/// Says what the counters mean. Called once, after a recorder is installed.
pub fn describe() {
    describe_counter!(
        TOKENS,
        "Tokens, by author and kind: in, out, and those of in that were cached"
    );
    describe_counter!(COST, "Millionths of a US dollar, by author");
    describe_counter!(DRAFTS, Unit::Count, "Calls of an author by outcome");
}

pub(crate) fn used(author: &AuthorName, usage: Usage) {
    for (kind, tokens) in
        [("in", usage.tokens_in), ("out", usage.tokens_out), ("cached", usage.tokens_cached)]
    {
        counter!(TOKENS, "author" => author.to_string(), "kind" => kind).increment(tokens);
    }
    counter!(COST, "author" => author.to_string()).increment(usage.cost_micros);
}

pub(crate) fn draft(author: &AuthorName, outcome: &'static str) {
    counter!(DRAFTS, "author" => author.to_string(), "outcome" => outcome).increment(1);
}
