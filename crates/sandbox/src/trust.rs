//! What a script asks for and gives back, checked on the trusted side.

use domain::bounded;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::{HttpCall, HttpCallError, HttpCallRecord, HttpHost, HttpReply, Limits, RunError};

/// Calls of one lot that are under way at the same time.
const PARALLEL_CALLS: usize = 8;

/// Characters of an address in a report.
const URL_CHARS: usize = 2_000;

/// Makes calls, some at a time, and gives their replies in order. `records` holds the calls that
/// the run has made so far, and bounds them.
///
/// # Errors
/// When a call may not be made: the run is over then.
pub(crate) async fn make_calls(
    host: &dyn HttpHost,
    calls: Vec<HttpCall>,
    limits: Limits,
    records: &mut Vec<HttpCallRecord>,
) -> Result<Vec<HttpReply>, RunError> {
    if records.len().saturating_add(calls.len()) > limits.http_calls as usize {
        return Err(RunError::TooManyCalls { limit: limits.http_calls });
    }
    let mut replies = stream::iter(calls)
        .map(|call| async move {
            let (method, url) = (call.method, bounded(&call.url, URL_CHARS));
            let reply = host.call(call).await?;
            Ok((HttpCallRecord { method, url, status_code: reply.status_code }, reply))
        })
        .buffered(PARALLEL_CALLS);
    let mut all = Vec::new();
    while let Some((record, reply)) = replies.try_next().await.map_err(verdict)? {
        records.push(record);
        all.push(reply);
    }
    Ok(all)
}

fn verdict(error: HttpCallError) -> RunError {
    match error {
        HttpCallError::NotRecorded { call, recorded } => {
            RunError::HttpNotRecorded { call, recorded }
        }
        HttpCallError::Failed { call, reason } => RunError::HttpFailed { call, reason },
    }
}
