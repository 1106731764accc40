//! What an author was asked, as a name: a reply to one call of a name serves for another.

use domain::{Attempt, AuthorName, Brief};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// What an author is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum Wanted {
    Draft,
    /// The question to a person when no script passed.
    Question,
}

/// The name of the call that gives this brief to this author; none for a brief that cannot be
/// written down.
///
/// What the reply may cost is no part of it: less may be left when the call is looked for again. Nor
/// is when an attempt was made: a worker that takes over makes the last one anew before it asks. Nor
/// what was gathered by itself, which is gathered again and may have changed since (a document was
/// fetched anew, another script came into use): the reply is paid for, and is tested like any other.
/// What people said is part of it, samples and answers: what was asked before may be answered by them.
pub(crate) fn call(author: &AuthorName, wanted: Wanted, brief: &Brief) -> Option<String> {
    let Brief {
        provider,
        topic,
        version,
        samples,
        documented,
        documents: _,
        passages: _,
        active_script: _,
        example: _,
        last_draft,
        attempts,
        rounds,
        allowance: _,
    } = brief;
    // Samples out of documents change with these.
    let given = (!documented).then_some(samples.as_ref());
    let attempts: Vec<_> = attempts.iter().map(outcome).collect();
    let so_far = (version, last_draft, attempts, rounds);
    let text = serde_json::to_vec(&(author, wanted, provider, topic, given, so_far)).ok()?;
    Some(hex::encode(Sha256::digest(&text)))
}

/// What an attempt showed.
fn outcome(attempt: &Attempt) -> impl Serialize + use<'_> {
    let Attempt { attempt, passed, error, output_preview, output_count, timestamp: _ } = attempt;
    (attempt, passed, error, output_preview, output_count)
}

#[cfg(test)]
mod tests {
    use domain::{Allowance, Timestamp, Topic};

    use super::*;

    fn name(text: &str) -> AuthorName {
        text.parse().unwrap()
    }

    fn draft(author: &str, brief: &Brief) -> Option<String> {
        call(&name(author), Wanted::Draft, brief)
    }

    #[test]
    fn another_author_or_brief_is_another_call_and_another_budget_is_not() {
        let brief = Brief::of("my-till".parse().unwrap(), Topic::SyncProducts, Vec::new());
        let first = draft("claude", &brief);
        assert!(first.is_some());
        assert_ne!(draft("gpt", &brief), first);
        assert_ne!(call(&name("claude"), Wanted::Question, &brief), first);
        let later = Brief { last_draft: Some("function".to_owned()), ..brief.clone() };
        assert_ne!(draft("claude", &later), first);
        let allowance = Allowance { tokens: Some(7), ..Allowance::UNBOUNDED };
        assert_eq!(draft("claude", &Brief { allowance, ..brief }), first);
    }

    #[test]
    fn what_is_gathered_anew_makes_no_other_call_and_what_people_give_does() {
        let brief = Brief::of("my-till".parse().unwrap(), Topic::SyncProducts, Vec::new());
        let first = draft("claude", &brief);
        let active_script = Some("function".to_owned());
        assert_eq!(draft("claude", &Brief { active_script, ..brief.clone() }), first);
        let sample: domain::Sample =
            serde_json::from_value(serde_json::json!({"name": "a", "payload": {}})).unwrap();
        let samples = std::sync::Arc::from(vec![sample]);
        let given = Brief { samples: std::sync::Arc::clone(&samples), ..brief.clone() };
        assert_ne!(draft("claude", &given), first);
        let out_of_documents = Brief { documented: true, ..given };
        let refetched = Brief { samples: Vec::new().into(), ..out_of_documents.clone() };
        assert_eq!(draft("claude", &out_of_documents), draft("claude", &refetched));
    }

    #[test]
    fn the_same_attempt_made_later_is_the_same_call() {
        let attempt = |error: &str, seconds| Attempt {
            attempt: 1,
            passed: false,
            error: error.to_owned(),
            output_preview: String::new(),
            output_count: 0,
            timestamp: Timestamp::from_timestamp(seconds, 0).unwrap(),
        };
        let brief = Brief::of("my-till".parse().unwrap(), Topic::SyncProducts, Vec::new());
        let after = |attempt| Brief { attempts: vec![attempt], ..brief.clone() };
        let first = draft("claude", &after(attempt("no price", 0)));
        assert_eq!(draft("claude", &after(attempt("no price", 60))), first);
        assert_ne!(draft("claude", &after(attempt("no name", 0))), first);
    }
}
