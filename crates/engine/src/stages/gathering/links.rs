//! Documents that are known by address: those of the job, and those of the provider, whose texts
//! are kept.

use std::time::Duration;

use chrono::TimeDelta;
use domain::{Document, DocumentLink, DocumentName, FetchState, Job, Timestamp};
use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::fetch::{Fetched, fetch};
use crate::pipeline::Halt;
use crate::{Pipeline, Sources};

/// Documents fetched at one time.
const AT_ONCE: usize = 4;
/// How long all documents of a job may take together.
const TOGETHER: Duration = Duration::from_mins(1);

/// One to fetch.
struct Wanted {
    name: DocumentName,
    url: Url,
    /// What is known of the text that is there; none where there is none.
    kept: Option<FetchState>,
}

/// The texts behind the addresses that came with the job. They are the job's alone, so that nothing
/// of them is stored.
pub(super) async fn of_job(
    sources: &Sources,
    given: Vec<(DocumentName, Url)>,
    lost: &CancellationToken,
    notes: &mut Vec<String>,
) -> Result<Vec<Document>, Halt> {
    let wanted = given.into_iter().map(|(name, url)| Wanted { name, url, kept: None }).collect();
    let mut texts = Vec::new();
    for (Wanted { name, url, .. }, fetched) in fetch_all(sources, wanted, lost).await? {
        match fetched {
            Fetched::Text { content, .. } => {
                notes.push(arrived(&name, &url, &content));
                texts.push(Document { name, content });
            }
            Fetched::Failed(why) => {
                notes.push(failed(&name, &url, &why, "the job goes on without it"));
            }
            // Nothing is kept that could be unchanged.
            Fetched::Unchanged => {}
        }
    }
    Ok(texts)
}

/// Brings the provider's texts up to date, where they are not fresh.
pub(super) async fn of_provider(
    pipeline: &Pipeline,
    job: &Job,
    links: Vec<DocumentLink>,
    documents: &mut Vec<Document>,
    lost: &CancellationToken,
    notes: &mut Vec<String>,
) -> Result<(), Halt> {
    let Pipeline { sources, clock, .. } = pipeline;
    let provider = &job.provider;
    let now = clock.now();
    let due: Vec<Wanted> = links
        .into_iter()
        .map(|link| {
            let has_text = documents.iter().any(|document| document.name == link.name);
            Wanted { kept: has_text.then_some(link.state), name: link.name, url: link.url }
        })
        .filter(|wanted| !wanted.kept.as_ref().is_some_and(|kept| is_fresh(sources, kept, now)))
        .collect();
    for (Wanted { name, url, kept }, fetched) in fetch_all(sources, due, lost).await? {
        let (state, content) = match fetched {
            Fetched::Text { content, etag, last_modified } => {
                notes.push(arrived(&name, &url, &content));
                let error = String::new();
                (FetchState { etag, last_modified, fetched_at: Some(now), error }, Some(content))
            }
            Fetched::Unchanged => {
                let kept = kept.unwrap_or_default();
                (FetchState { fetched_at: Some(now), error: String::new(), ..kept }, None)
            }
            Fetched::Failed(why) => {
                let instead = match &kept {
                    Some(_) => "the text that is kept is used",
                    None => "the job goes on without it",
                };
                notes.push(failed(&name, &url, &why, instead));
                (FetchState { error: why, ..kept.unwrap_or_default() }, None)
            }
        };
        let link = DocumentLink { name: name.clone(), url, state };
        let is_kept = pipeline
            .persistently(lost, || {
                sources.knowledge.keep_fetched(provider, link.clone(), content.clone(), now)
            })
            .await?;
        // Who gave the document another text or address in between knows better.
        if let Some(content) = content.filter(|_| is_kept) {
            documents.retain(|document| document.name != name);
            documents.push(Document { name, content });
        }
    }
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}

/// A clock that was set back makes nothing fresh for ever.
fn is_fresh(sources: &Sources, kept: &FetchState, now: Timestamp) -> bool {
    let Ok(limit) = TimeDelta::from_std(sources.refetch_after) else { return true };
    kept.fetched_at.is_some_and(|at| (TimeDelta::zero()..limit).contains(&(now - at)))
}

/// Fetches all, in their order.
async fn fetch_all(
    sources: &Sources,
    wanted: Vec<Wanted>,
    lost: &CancellationToken,
) -> Result<Vec<(Wanted, Fetched)>, Halt> {
    let places = Semaphore::new(AT_ONCE);
    let end = Instant::now() + TOGETHER;
    let one = |wanted: Wanted| {
        let places = &places;
        async move {
            let fetching = async {
                // Nobody closes it; without a place a call would only be one too many at a time.
                let _place = places.acquire().await;
                fetch(&*sources.egress, &wanted.url, wanted.kept.as_ref()).await
            };
            let fetched = timeout_at(end, fetching).await.unwrap_or_else(|_| {
                let seconds = TOGETHER.as_secs();
                Fetched::Failed(format!("the documents together took more than {seconds} s"))
            });
            (wanted, fetched)
        }
    };
    tokio::select! {
        () = lost.cancelled() => Err(Halt::Cancelled),
        all = join_all(wanted.into_iter().map(one)) => Ok(all),
    }
}

fn arrived(name: &DocumentName, url: &Url, content: &str) -> String {
    format!("fetched document {name} from {}: {} bytes", host(url), content.len())
}

fn failed(name: &DocumentName, url: &Url, why: &str, instead: &str) -> String {
    format!("document {name} could not be fetched from {}: {why}; {instead}", host(url))
}

/// The rest of an address may hold a key.
fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("its address")
}
