//! Language models as authors.

#[expect(dead_code, reason = "the client that sends prompts is not here yet")]
mod prompt;
