//! A job as the server tells of it, by server-sent events.

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Body, Method};
use sse_stream::{Sse, SseStream};

use crate::answers::{Answer, Job};
use crate::api::SCRIPTS;
use crate::{Api, ClientError};

const KIND: &str = "text/event-stream";
/// Longer than a server lets a stream last.
const LONGEST: Duration = Duration::from_hours(2);
/// How long to wait before coming back, where the server does not say.
const RETRY: Duration = Duration::from_secs(2);
/// Streams in a row that end without an event. A job that is changed tells of it, so whoever cuts them
/// off does so for good.
const EMPTY_MOST: usize = 5;

/// The job at each of its changes. A stream that ends before the job rests is taken up again.
pub(crate) struct Events<'a> {
    api: &'a Api,
    job: i64,
    stream: SseStream<Body>,
    last: Option<String>,
    retry: Duration,
}

impl<'a> Events<'a> {
    /// Begins to listen; none where the job cannot be listened to, whatever the reason: polling it
    /// says what is wrong.
    pub(crate) async fn of(api: &'a Api, job: i64) -> Option<Self> {
        let stream = stream(api, job, None).await.ok()??;
        Some(Self { api, job, stream, last: None, retry: RETRY })
    }

    /// The job at its next change; none when there is nothing more to hear.
    pub(crate) async fn next(&mut self) -> Option<(Job, Answer)> {
        for _ in 0..EMPTY_MOST {
            while let Some(Ok(event)) = self.stream.next().await {
                if let Some(told) = self.read(event) {
                    return Some(told);
                }
            }
            tokio::time::sleep(self.retry).await;
            self.stream = stream(self.api, self.job, self.last.as_deref()).await.ok()??;
        }
        None
    }

    /// What an event says of the job; none when it is about the stream alone, or not ours.
    fn read(&mut self, event: Sse) -> Option<(Job, Answer)> {
        if let Some(milliseconds) = event.retry {
            self.retry = Duration::from_millis(milliseconds);
        }
        let answer = Answer(serde_json::from_str(&event.data?).ok()?);
        let job = self.api.job_in(&answer).ok()?;
        self.last = event.id;
        Some((job, answer))
    }
}

/// What happens to a job after the event `last`; none where the answer is no stream.
async fn stream(
    api: &Api,
    job: i64,
    last: Option<&str>,
) -> Result<Option<SseStream<Body>>, ClientError> {
    let path = format!("{SCRIPTS}/jobs/{job}/events");
    let mut request = api.request(Method::GET, &path).header(ACCEPT, KIND).timeout(LONGEST);
    if let Some(id) = last {
        request = request.header("Last-Event-ID", id);
    }
    let response = api.accepted(api.send(request).await?).await?;
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_stream = kind.is_some_and(|kind| kind.starts_with(KIND));
    Ok(is_stream.then(|| SseStream::new(Body::from(response))))
}
