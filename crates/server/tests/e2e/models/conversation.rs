//! What is said between a job and a model in good weather.

use serde_json::json;

use super::setup::{Setup, log, question, request, right, wrong};
use crate::model::{Model, Say, Wire};

#[tokio::test]
async fn a_script_that_passes_at_the_first_try_is_saved_with_what_it_cost() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Reply(right())]).await;
        let priced = "price = { input = 3.0, output = 15.0, cached = 0.3 }";
        let server = Setup::new().model("model", &model, priced).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        let [call] = model.calls().try_into().ok().unwrap();
        let mark = if wire == Wire::Anthropic {
            "/messages/0/content/0/cache_control"
        } else {
            // The system text is the first message here.
            "/messages/1/content/0/prompt_cache_breakpoint"
        };
        assert!(call.body.pointer(mark).is_some(), "nothing is cached: {:#}", call.body);
        let log = log(&job);
        assert!(log.contains("model used ") && log.contains("200 out, 0.00"), "{log}");

        let path = format!("/api/v1/adapter-scripts/{}", job["resultScriptId"]);
        let (_, answer) = server.get(&path).await;
        assert_eq!(answer["script"]["author"], "model", "{answer:#}");
        assert_eq!(answer["script"]["status"], "candidate");
        assert_eq!(answer["script"]["provenance"][0]["reason"], "the only price");

        let metrics = reqwest::get(format!("{}/metrics", server.base)).await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let counted = "adapter_forge_author_tokens_total{author=\"model\",kind=\"out\"} 200";
        assert!(metrics.contains(counted), "{metrics}");
        assert!(metrics.contains("adapter_forge_author_cost_micros_total{author=\"model\"} "));
    }
}

#[tokio::test]
async fn a_script_that_fails_is_corrected_with_its_failure_in_hand() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Reply(wrong()), Say::Reply(right())]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        let passed: Vec<bool> = job["testResults"]
            .as_array()
            .unwrap()
            .iter()
            .map(|result| result["passed"].as_bool().unwrap())
            .collect();
        assert_eq!(passed, [false, true]);

        let failure = job["testResults"][0]["error"].as_str().unwrap();
        let [first, second] = model.calls().try_into().ok().unwrap();
        assert!(!first.text().contains(failure), "{failure}");
        for line in failure.lines() {
            assert!(second.text().contains(line), "{line}\nis not in\n{}", second.text());
        }
        // It reads what it wrote.
        assert!(second.text().contains("price: item.cost"), "{}", second.text());
    }
}

#[tokio::test]
async fn a_question_goes_to_the_person_and_the_answer_to_the_model() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Reply(question()), Say::Reply(right())]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "needs_clarification", "{wire:?}: {job:#}");
        let asked = job["clarification"].as_str().unwrap();
        for part in ["Two prices could be meant.", "a) the net price", "b) the gross price"] {
            assert!(asked.contains(part), "{asked}");
        }
        assert_eq!(model.calls().len(), 1);

        let respond = format!("/api/v1/adapter-scripts/jobs/{id}/respond");
        let answer = "the gross one, as our accountant said";
        let (status, _) = server.post(&respond, &json!({"response": answer})).await;
        assert_eq!(status, 200);
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        let text = model.calls()[0].text();
        assert!(text.contains(answer) && text.contains("Which price is sold at?"), "{text}");
    }
}

#[tokio::test]
async fn a_reply_that_is_no_draft_is_answered_once_with_what_was_wrong() {
    for wire in Wire::ALL.into_iter().chain(Wire::OTHERS) {
        let says = [Say::Words("I would rather write a poem."), Say::Reply(right())];
        let model = Model::start(wire, says).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert_eq!(job["retries"], 0, "it is no failed attempt yet");
        let [first, second] = model.calls().try_into().ok().unwrap();
        assert_eq!(second.turns(), first.turns() + 2);
        assert!(second.text().contains("I would rather write a poem."), "{}", second.text());
    }
}

#[tokio::test]
async fn a_second_such_reply_is_a_failed_attempt_and_the_last_becomes_a_question() {
    for wire in Wire::ALL {
        let says =
            [Say::Words("No."), Say::Words("No!"), Say::Reply(wrong()), Say::Reply(question())];
        let model = Model::start(wire, says).await;
        let server = Setup::only(&model).server();
        let mut request = request();
        request["maxRetries"] = json!(1);
        let id = server.generate(&request).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "needs_clarification", "{wire:?}: {job:#}");
        let results = job["testResults"].as_array().unwrap();
        assert_eq!(results.len(), 2, "{job:#}");
        let first = results[0]["error"].as_str().unwrap();
        assert!(first.contains("the reply of model is no draft"), "{first}");
        // The model words the question, with the last failure in hand.
        assert!(job["clarification"].as_str().unwrap().contains("Two prices could be meant."));
        let failure = results[1]["error"].as_str().unwrap().lines().next().unwrap();
        let calls = model.calls();
        assert_eq!(calls.len(), 4);
        assert!(calls[3].text().contains(failure), "{}", calls[3].text());
    }
}

#[tokio::test]
async fn a_growing_script_is_seen_while_it_is_written() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Held(right())]).await;
        let server = Setup::only(&model).server();
        let id = server.generate(&request()).await;
        let job = server.job_when(id, |job| job["hypothesis"] != "").await;
        assert_eq!(
            (job["status"].as_str(), job["stage"].as_str()),
            (Some("running"), Some("generating"))
        );
        let grown = job["hypothesis"].as_str().unwrap().to_owned();
        let right = right();
        let whole = right["source"].as_str().unwrap();
        assert!(whole.starts_with(&grown) && grown.len() < whole.len(), "{grown}");
        model.go_on();
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert_eq!(job["hypothesis"], whole);
    }
}

#[tokio::test]
async fn a_reply_can_be_the_call_of_a_tool() {
    for (wire, id) in [
        // The newest models refuse a tool that must be called; older ones take it.
        (Wire::Anthropic, "claude-sonnet-4-6"),
        (Wire::OpenAi, "gpt-5-mini"),
    ] {
        let model = Model::start(wire, [Say::Reply(right())]).await;
        let more = "reply = \"tool\"";
        let server = Setup::new().at_model("model", wire, id, &model.base, more).server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        assert!(model.calls()[0].body["tools"].is_array());
    }
}
