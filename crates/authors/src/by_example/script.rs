//! The frame of a script, and what to do when it is the one that failed already.

use domain::{Brief, Draft, DraftScript, FieldSource, Question};

/// The JSDoc header.
pub(super) fn header(brief: &Brief, purpose: &str) -> String {
    format!(
        "/**\n * {purpose}\n *\n * @provider {}\n * @topic {}\n * @version {}\n */\n",
        brief.provider.as_str(),
        brief.topic,
        brief.version
    )
}

/// The script, unless it has failed its tests already: then only a person can help.
pub(super) fn or_ask_again(brief: &Brief, source: String, provenance: Vec<FieldSource>) -> Draft {
    let failed = brief.attempts.last().filter(|attempt| !attempt.passed);
    match failed {
        Some(attempt) if brief.last_draft.as_deref() == Some(source.as_str()) => {
            Draft::Question(Question::plain(format!(
                "The script that the samples lead to failed its tests, and nothing new is known. The failure: {}\nCorrect the sample's expected output, send another sample, or say in a sentence like \"body.total: payload.totals.total\" where the field comes from.",
                domain::bounded(&attempt.error, 1_000)
            )))
        }
        _ => Draft::Script(DraftScript { source, provenance }),
    }
}
