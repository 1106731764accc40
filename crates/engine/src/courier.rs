//! Tells callers that their jobs stopped: webhooks in the form of
//! [Standard Webhooks](https://www.standardwebhooks.com), sent from the database until they arrive.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use egress::{Egress, EgressError, Method, Request, StatusCode};
use standardwebhooks::{
    HEADER_WEBHOOK_ID, HEADER_WEBHOOK_SIGNATURE, HEADER_WEBHOOK_TIMESTAMP, Webhook,
};
use store::{DueWebhook, WebhookRepository};
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::backoff::{Backoff, jittered};
use crate::trace;

/// Waits between attempts; together about a day, after which the caller is not told any more.
const WAITS: [Duration; 11] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_mins(2),
    Duration::from_mins(10),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(3),
    Duration::from_hours(4),
    Duration::from_hours(6),
    Duration::from_hours(7),
];
/// How long a webhook that is being sent is hidden from other servers. Longer than a call may take.
const LEASE: Duration = Duration::from_mins(2);
/// Webhooks that are sent at one time, so that a slow receiver does not hold up the others.
const AT_ONCE: usize = 8;
/// How often to look for webhooks that are due.
const POLL: Duration = Duration::from_secs(1);

/// Signs what is sent, so that a receiver knows who sent it.
pub struct Signer(Webhook);

/// A text that is no secret to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be \"whsec_\" and the base64 of 24 to 64 random bytes")]
pub struct SecretError;

impl Signer {
    /// `secret` as Standard Webhooks writes it: `whsec_` and base64.
    ///
    /// # Errors
    /// When it is none, or too short to keep anybody out.
    pub fn new(secret: &str) -> Result<Self, SecretError> {
        let secret = secret.trim();
        // Four letters of base64 are three bytes.
        let letters = secret.strip_prefix("whsec_").ok_or(SecretError)?.len();
        if !(32..=88).contains(&letters) {
            return Err(SecretError);
        }
        Webhook::new(secret).map(Self).map_err(|_| SecretError)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(…)")
    }
}

/// Sends webhooks until it is told to stop.
pub struct Courier {
    webhooks: Arc<dyn WebhookRepository>,
    egress: Arc<dyn Egress>,
    signer: Signer,
    clock: Arc<dyn Clock>,
}

impl Courier {
    /// `egress` says who may be called.
    #[must_use]
    pub fn new(
        webhooks: Arc<dyn WebhookRepository>,
        egress: Arc<dyn Egress>,
        signer: Signer,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { webhooks, egress, signer, clock }
    }

    /// Works until `shutdown`. What is being sent then is not waited for: it is due again when its
    /// lease ends.
    pub async fn run(self: Arc<Self>, shutdown: CancellationToken) {
        let mut sending = JoinSet::new();
        let mut failures = Backoff::store();
        while !shutdown.is_cancelled() {
            while sending.try_join_next().is_some() {}
            if sending.len() >= AT_ONCE {
                tokio::select! {
                    () = shutdown.cancelled() => {}
                    _ = sending.join_next() => {}
                }
                continue;
            }
            let wait = match self.webhooks.take_due(LEASE).await {
                Ok(Some(due)) => {
                    failures = Backoff::store();
                    let courier = Arc::clone(&self);
                    let span = trace::span_of(due.job, due.accepted);
                    sending.spawn(async move { courier.deliver(due).await }.instrument(span));
                    continue;
                }
                Ok(None) => {
                    failures = Backoff::store();
                    jittered(POLL)
                }
                Err(error) => {
                    tracing::warn!(%error, "webhooks cannot be read; trying again");
                    failures.next()
                }
            };
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// Sends one webhook and writes down how it went.
    async fn deliver(&self, due: DueWebhook) {
        let id = due.announcement.id.clone();
        let outcome = self.send(&due).await;
        let written = match outcome {
            Ok(()) => {
                tracing::info!(webhook = id, attempt = due.attempt, "the webhook has arrived");
                self.webhooks.delivered(&id).await
            }
            Err(Refusal::ForGood(error)) => {
                tracing::warn!(webhook = id, error, "the webhook is given up");
                self.webhooks.give_up(&id, &error).await
            }
            Err(Refusal::ForNow(error)) => {
                if let Some(wait) = wait_after(due.attempt) {
                    tracing::info!(
                        webhook = id,
                        attempt = due.attempt,
                        error,
                        "the webhook has not arrived; it is sent again"
                    );
                    self.webhooks.retry(&id, jittered(wait), &error).await
                } else {
                    tracing::warn!(webhook = id, error, "the webhook is given up after a day");
                    self.webhooks.give_up(&id, &error).await
                }
            }
        };
        if let Err(error) = written {
            tracing::warn!(webhook = id, %error, "how the webhook went cannot be stored; it is sent again");
        }
    }

    async fn send(&self, due: &DueWebhook) -> Result<(), Refusal> {
        let announcement = &due.announcement;
        // Checked when the job was accepted; the rules may have changed since.
        let url =
            self.egress.check_url(announcement.url.as_str()).map_err(|error| for_good(&error))?;
        let sent_at = self.clock.now().timestamp();
        let body = announcement.body.clone().into_bytes();
        let signature = self
            .signer
            .0
            .sign(&announcement.id, sent_at, &body)
            .map_err(|error| Refusal::ForGood(error.to_string()))?;
        let request = Request::new(Method::POST, url)
            .header("content-type", "application/json")
            .and_then(|request| request.header(HEADER_WEBHOOK_ID, &announcement.id))
            .and_then(|request| request.header(HEADER_WEBHOOK_TIMESTAMP, &sent_at.to_string()))
            .and_then(|request| request.header(HEADER_WEBHOOK_SIGNATURE, &signature))
            .map_err(|error| for_good(&error))?
            .body(body);
        let response =
            self.egress.send(request).await.map_err(|error| Refusal::ForNow(error.to_string()))?;
        match response.status {
            status if status.is_success() => Ok(()),
            // The receiver says that it wants no more.
            StatusCode::GONE => Err(Refusal::ForGood("it answered 410".to_owned())),
            status => Err(Refusal::ForNow(format!("it answered {}", status.as_u16()))),
        }
    }
}

/// Why a webhook did not arrive.
enum Refusal {
    ForNow(String),
    ForGood(String),
}

fn for_good(error: &EgressError) -> Refusal {
    Refusal::ForGood(error.to_string())
}

/// How long to wait after so many attempts; none when it was tried long enough.
fn wait_after(attempt: u32) -> Option<Duration> {
    let index = usize::try_from(attempt.saturating_sub(1)).ok()?;
    WAITS.get(index).copied()
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use domain::{Announcement, JobId, ManualClock, Timestamp};
    use egress::{Bytes, HeaderMap, MockEgress, Response};
    use mockall::predicate::{always, eq};
    use store::MockWebhookRepository;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn due(attempt: u32) -> DueWebhook {
        let announcement = Announcement {
            id: "msg_7_9".to_owned(),
            url: "https://example.com/hook".parse().unwrap(),
            body: "{\"type\":\"job.completed\"}".to_owned(),
        };
        let (job, accepted) = (JobId::new(7).unwrap(), Timestamp::UNIX_EPOCH);
        DueWebhook { announcement, job, accepted, attempt }
    }

    fn answering(status: u16) -> MockEgress {
        let mut egress = MockEgress::new();
        egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
        egress.expect_send().returning(move |request| {
            Ok(Response {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: Bytes::new(),
                url: request.url().clone(),
            })
        });
        egress
    }

    async fn deliver(webhooks: MockWebhookRepository, egress: MockEgress, attempt: u32) {
        let courier = Courier::new(
            Arc::new(webhooks),
            Arc::new(egress),
            Signer::new(SECRET).unwrap(),
            Arc::new(ManualClock::default()),
        );
        courier.deliver(due(attempt)).await;
    }

    #[tokio::test]
    async fn what_is_sent_is_signed_as_receivers_check_it() {
        let sent = Arc::new(Mutex::new(None));
        let mut egress = MockEgress::new();
        egress.expect_check_url().returning(|text| Ok(text.parse().unwrap()));
        let kept = Arc::clone(&sent);
        egress.expect_send().returning(move |request| {
            *kept.lock().unwrap() = Some(request.clone());
            Ok(Response {
                status: StatusCode::NO_CONTENT,
                headers: HeaderMap::new(),
                body: Bytes::new(),
                url: request.url().clone(),
            })
        });
        let mut webhooks = MockWebhookRepository::new();
        webhooks.expect_delivered().with(eq("msg_7_9")).times(1).returning(|_| Ok(()));
        deliver(webhooks, egress, 1).await;
        let request = sent.lock().unwrap().take().unwrap();
        let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
        let body = request.body_bytes().unwrap();
        let sent_at: i64 = header("webhook-timestamp").parse().unwrap();
        let signature = Webhook::new(SECRET).unwrap().sign("msg_7_9", sent_at, body).unwrap();
        assert_eq!(header("webhook-signature"), signature);
        assert_eq!(header("webhook-id"), "msg_7_9");
    }

    #[tokio::test]
    async fn a_receiver_that_fails_is_tried_again_later() {
        let mut webhooks = MockWebhookRepository::new();
        webhooks
            .expect_retry()
            .withf(|id, wait, error| {
                id == "msg_7_9"
                    && (Duration::from_secs(27)..=Duration::from_secs(33)).contains(wait)
                    && error == "it answered 503"
            })
            .times(1)
            .returning(|_, _, _| Ok(()));
        deliver(webhooks, answering(503), 2).await;
    }

    #[tokio::test]
    async fn a_receiver_that_wants_no_more_is_left_alone() {
        let mut webhooks = MockWebhookRepository::new();
        webhooks.expect_give_up().with(eq("msg_7_9"), always()).times(1).returning(|_, _| Ok(()));
        deliver(webhooks, answering(410), 1).await;
    }

    #[tokio::test]
    async fn after_a_day_it_is_given_up() {
        let attempts = u32::try_from(WAITS.len()).unwrap() + 1;
        let mut webhooks = MockWebhookRepository::new();
        webhooks.expect_give_up().times(1).returning(|_, _| Ok(()));
        deliver(webhooks, answering(500), attempts).await;
        let all: Duration = WAITS.iter().sum();
        assert!((Duration::from_hours(23)..Duration::from_hours(26)).contains(&all), "{all:?}");
    }

    #[test]
    fn a_weak_secret_is_refused() {
        Signer::new(SECRET).unwrap();
        for secret in
            ["", "whsec_", "whsec_c2hvcnQ=", "hunter2", "whsec_%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%"]
        {
            assert!(Signer::new(secret).is_err(), "{secret}");
        }
        assert_eq!(format!("{:?}", Signer::new(SECRET).unwrap()), "Signer(…)");
    }
}
