//! What goes wrong between a job and a model.

use std::time::Duration;

use serde_json::json;

use super::setup::{Setup, log, request, right};
use crate::model::{KEY, Model, Say, Wire};

#[tokio::test]
async fn a_provider_that_is_busy_is_asked_again() {
    for wire in Wire::ALL {
        let says = [
            Say::Status(529, None),
            Say::Status(503, None),
            Say::Status(429, Some(1)),
            Say::Reply(right()),
        ];
        let model = Model::start(wire, says).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert_eq!(job["retries"], 0, "a busy provider is no failed attempt");
        let log = log(&job);
        for status in ["529", "503", "429"] {
            assert!(log.contains(&format!("it answered {status}")), "{log}");
        }
        let calls = model.calls();
        let waits: Vec<Duration> = calls.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
        assert_eq!(waits.len(), 3);
        assert!(waits[2] >= Duration::from_secs(1), "Retry-After was 1 s: {waits:?}");
    }
}

#[tokio::test]
async fn a_refused_key_fails_the_job_at_once_and_says_whose_it_is() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Status(401, None)]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "failed", "{wire:?}: {job:#}");
        let log = log(&job);
        assert!(log.contains("refused its credentials: it answered 401"), "{log}");
        assert!(log.contains("invalid key [key]") && !log.contains(KEY), "{log}");
        assert_eq!(model.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_asked_for_again() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Cut(right()), Say::Reply(right())]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert_eq!(job["hypothesis"], right()["source"]);
        assert_eq!(model.calls().len(), 2);
        let log = log(&job);
        assert!(log.contains("trying again in"), "{log}");
        // The provider counts what it sent, whether it arrived or not.
        assert!(log.contains("what the call used was not said"), "{log}");
    }
}

#[tokio::test]
async fn a_reply_without_an_end_is_ended_and_answered() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Endless, Say::Reply(right())]).await;
        let server = Setup::new().model("model", &model, "max_reply_tokens = 1000").server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert!(log(&job).contains("longer than it may be (1000 tokens)"), "{}", log(&job));
        assert_eq!(model.hang_ups(), 1, "{wire:?}");
    }
}

#[tokio::test]
async fn a_silent_provider_is_given_up() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Held(right())]).await;
        let impatient = "silence_seconds = 1\nretries = 0";
        let server = Setup::new().model("model", &model, impatient).then_synth().server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        let log = log(&job);
        assert!(log.contains("nothing came for 1 s"), "{log}");
        assert!(log.contains("synth is asked instead"), "{log}");
    }
}

#[tokio::test]
async fn a_cancelled_job_hangs_up_on_the_provider() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Held(right())]).await;
        let soon =
            [("FORGE__WORKER__LEASE_SECONDS", "3"), ("FORGE__WORKER__HEARTBEAT_SECONDS", "1")];
        let setup = Setup::only(&model);
        let server = setup.server_with(None, &soon);
        let id = server.generate(&request()).await;
        server.job_when(id, |job| job["hypothesis"] != "").await;
        let path = format!("/api/v1/adapter-scripts/jobs/{id}/cancel");
        let (status, answer) = server.post(&path, &json!({})).await;
        assert_eq!(status, 200, "{answer}");
        // The next renewal of the lease tells the worker.
        server.job_when(id, |_| model.hang_ups() == 1).await;
        let job = server.job(id).await;
        assert_eq!(job["status"], "failed", "{wire:?}: {job:#}");
        assert_eq!(job["resultScriptId"], 0);
    }
}
