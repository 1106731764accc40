//! What an author was asked, as a name: two calls of one name would be answered alike.

use domain::{AuthorName, Brief};
use sha2::{Digest as _, Sha256};

/// The name of the call that gives this brief to this author; none for a brief that cannot be
/// written down.
///
/// What the draft may cost is no part of it: less may be left when the call is looked for again.
pub(crate) fn call(author: &AuthorName, brief: &Brief) -> Option<String> {
    let Brief {
        provider,
        topic,
        version,
        samples,
        documented,
        documents,
        passages,
        active_script,
        example,
        last_draft,
        attempts,
        rounds,
        allowance: _,
    } = brief;
    let knowledge = (samples.as_ref(), documented, documents, passages, active_script, example);
    let so_far = (version, last_draft, attempts, rounds);
    let text = serde_json::to_vec(&(author, provider, topic, knowledge, so_far)).ok()?;
    Some(hex::encode(Sha256::digest(&text)))
}

#[cfg(test)]
mod tests {
    use domain::{Allowance, Topic};

    use super::*;

    #[test]
    fn another_author_or_brief_is_another_call_and_another_budget_is_not() {
        let name = |text: &str| text.parse::<AuthorName>().unwrap();
        let brief = Brief::of("my-till".parse().unwrap(), Topic::SyncProducts, Vec::new());
        let first = call(&name("claude"), &brief);
        assert!(first.is_some());
        assert_ne!(call(&name("gpt"), &brief), first);
        let later = Brief { last_draft: Some("function".to_owned()), ..brief.clone() };
        assert_ne!(call(&name("claude"), &later), first);
        let allowance = Allowance { tokens: Some(7), ..Allowance::UNBOUNDED };
        assert_eq!(call(&name("claude"), &Brief { allowance, ..brief }), first);
    }
}
