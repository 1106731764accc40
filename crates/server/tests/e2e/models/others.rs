//! Gemini and Ollama: what is another on their wire.

use serde_json::json;

use super::setup::{KEY_LINE, Setup, log, question, request, right, wrong};
use crate::model::{KEY, Model, Say, Wire};

#[tokio::test]
async fn a_failure_is_corrected_with_its_text_in_hand_and_all_is_counted() {
    for wire in Wire::OTHERS {
        let model = Model::start(wire, [Say::Reply(wrong()), Say::Reply(right())]).await;
        let priced = "price = { input = 1.0, output = 2.0, cached = 0.5 }";
        let server = Setup::new().model("model", &model, priced).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert_eq!(job["hypothesis"], right()["source"]);
        let failure = job["testResults"][0]["error"].as_str().unwrap();
        let [first, second] = model.calls().try_into().ok().unwrap();
        let line = failure.lines().next().unwrap();
        assert!(!first.text().contains(line) && second.text().contains(line), "{failure}");
        // 900 in, 200 out; one of them says that 100 came from its cache.
        let used = match wire {
            Wire::Gemini => "model used 900 tokens in (100 cached), 200 out, 0.00125 USD",
            _ => "model used 900 tokens in, 200 out, 0.0013 USD",
        };
        assert!(log(&job).contains(used), "{wire:?}: {}", log(&job));
    }
}

#[tokio::test]
async fn a_question_goes_to_the_person_and_the_answer_to_the_model() {
    for wire in Wire::OTHERS {
        let model = Model::start(wire, [Say::Reply(question()), Say::Reply(right())]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "needs_clarification", "{wire:?}: {job:#}");
        let respond = format!("/api/v1/adapter-scripts/jobs/{id}/respond");
        server.post(&respond, &json!({"response": "the gross one"})).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert!(model.calls()[1].text().contains("the gross one"));
    }
}

#[tokio::test]
async fn a_busy_provider_and_a_reply_that_breaks_off_are_tried_again() {
    for wire in Wire::OTHERS {
        let says = [Say::Status(503, None), Say::Cut(right()), Say::Reply(right())];
        let model = Model::start(wire, says).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert_eq!((job["retries"].clone(), model.calls().len()), (json!(0), 3));
        assert!(log(&job).contains("it answered 503: come back later"), "{}", log(&job));
    }
}

#[tokio::test]
async fn a_growing_script_is_seen_while_it_is_written() {
    for wire in Wire::OTHERS {
        let model = Model::start(wire, [Say::Held(right())]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_when(id, |job| job["hypothesis"] != "").await;
        assert_eq!(job["stage"], "generating", "{wire:?}: {job:#}");
        model.go_on();
        assert_eq!(server.job_at_rest(id).await["status"], "completed");
    }
}

#[tokio::test]
async fn a_refused_key_fails_the_job_at_once_and_is_not_shown() {
    for wire in Wire::OTHERS {
        let model = Model::start(wire, [Say::Status(401, None)]).await;
        // In front of a local server may stand a gateway that wants a key.
        let key = if wire.needs_key() { "" } else { KEY_LINE };
        let server = Setup::new().model("model", &model, key).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "failed", "{wire:?}: {job:#}");
        let log = log(&job);
        assert!(log.contains("model: the author refused its credentials"), "{log}");
        assert!(log.contains("invalid key [key]") && !log.contains(KEY), "{log}");
        assert_eq!(model.calls().len(), 1);
    }
}

#[tokio::test]
async fn a_model_that_is_not_there_is_named() {
    let model = Model::start(Wire::Ollama, []).await;
    let setup = Setup::new().at_model("model", Wire::Ollama, "qwen9", &model.base, "");
    let server = setup.server();
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "failed", "{job:#}");
    assert!(log(&job).contains("it answered 404: model \"qwen9\" not found"), "{}", log(&job));
}

#[tokio::test]
async fn a_prompt_that_is_not_answered_at_all_is_not_asked_again() {
    let model = Model::start(Wire::Gemini, [Say::Blocked]).await;
    let server = Setup::new().model("model", &model, "").then_synth().server();
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    let log = log(&job);
    assert!(log.contains("model gave no draft") && log.contains("synth is asked instead"), "{log}");
    assert_eq!(model.calls().len(), 1, "it would be refused again");
}

#[tokio::test]
async fn a_reply_of_gemini_can_be_the_call_of_a_function() {
    let model = Model::start(Wire::Gemini, [Say::Reply(right())]).await;
    let server = Setup::new().model("model", &model, "reply = \"tool\"").server();
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    assert!(model.calls()[0].body["tools"].is_array());
}
