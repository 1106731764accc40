//! Several authors, and what they may cost.

use serde_json::json;

use super::setup::{Setup, log, request, right, wrong};
use crate::model::{Model, Say, Wire, nobody};

const NO_RETRY: &str = "retries = 0";

#[tokio::test]
async fn where_one_author_is_down_the_next_completes_and_the_log_says_so() {
    for wire in Wire::ALL {
        let model = Model::start(wire, [Say::Reply(right())]).await;
        let setup = Setup::new().at("down", wire, &nobody(), NO_RETRY).model("up", &model, "");
        let server = setup.server();
        let id = server.generate(&request()).await;
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{wire:?}: {job:#}");
        let log = log(&job);
        assert!(log.contains("down gave no draft") && log.contains("up is asked instead"), "{log}");
        let (_, answer) = server.get("/api/v1/adapter-scripts").await;
        assert_eq!(answer["scripts"][0]["author"], "up", "{answer:#}");
    }
}

#[tokio::test]
async fn no_attempt_is_lost_when_an_author_goes_down_in_the_middle() {
    // The first writes a script that fails; then it is away, and the second goes on from there.
    let first = Model::start(Wire::Anthropic, [Say::Reply(wrong()), Say::Status(529, None)]).await;
    let second = Model::start(Wire::OpenAi, [Say::Reply(right())]).await;
    let setup = Setup::new().model("first", &first, NO_RETRY).model("second", &second, "");
    let server = setup.server();
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    let results = job["testResults"].as_array().unwrap();
    assert_eq!(
        (results[0]["passed"].clone(), results[1]["passed"].clone()),
        (json!(false), json!(true))
    );
    let failure = results[0]["error"].as_str().unwrap().lines().next().unwrap();
    let read = second.calls()[0].text();
    assert!(read.contains(failure) && read.contains("price: item.cost"), "{read}");
    assert!(log(&job).contains("first gave no draft"), "{}", log(&job));
}

#[tokio::test]
async fn a_job_waits_for_its_author_and_says_so() {
    let model = Model::start(Wire::OpenAi, [Say::Status(503, None), Say::Reply(right())]).await;
    let server = Setup::new().model("model", &model, NO_RETRY).server();
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    let log = log(&job);
    assert!(log.contains("waiting: model: it answered 503"), "{log}");
}

#[tokio::test]
async fn a_job_that_waits_for_its_author_leaves_its_place_to_others_and_outlives_its_server() {
    // Nobody listens at first, so the job waits; a second server finds the model back.
    let model = Model::start(Wire::OpenAi, [Say::Reply(wrong()), Say::Reply(right())]).await;
    let setup = Setup::new().at("model", Wire::OpenAi, &nobody(), NO_RETRY);
    let one_place = [("FORGE__WORKER__CONCURRENCY", "1")];
    let server = setup.server_with(None, &one_place);
    let id = server.generate(&request()).await;
    server.job_when(id, |job| log(job).contains("waiting: model: ")).await;
    let mut other = request();
    other["author"] = json!("synth");
    let other = server.generate(&other).await;
    assert_eq!(server.job_at_rest(other).await["status"], "completed");
    let waiting = server.job(id).await;
    assert_eq!(
        (waiting["status"].as_str(), waiting["stage"].as_str()),
        (Some("running"), Some("generating"))
    );
    assert!(log(&waiting).contains("; trying again in "), "{}", log(&waiting));
    let key = server.key.clone();
    server.kill();

    // It keeps the database, and so outlives its server.
    let setup = setup.moved_to(&model);
    let server = setup.server_with(Some(&key), &one_place);
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    let passed: Vec<bool> =
        job["testResults"].as_array().unwrap().iter().map(|t| t["passed"] == true).collect();
    assert_eq!((passed, job["retries"].clone()), (vec![false, true], json!(1)));
}

#[tokio::test]
async fn a_job_that_names_an_author_gets_that_one_or_none() {
    let model = Model::start(Wire::Anthropic, [Say::Reply(right())]).await;
    let server = Setup::new().model("model", &model, "").then_synth().server();
    let mut request = request();
    request["author"] = json!("synth");
    let id = server.generate(&request).await;
    assert_eq!(server.job_at_rest(id).await["status"], "completed");
    assert_eq!(model.calls().len(), 0);

    request["author"] = json!("nobody");
    let (status, answer) = server.post("/api/v1/adapter-scripts/generate", &request).await;
    assert_eq!((status, answer["error"]["field"].as_str()), (400, Some("author")), "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains("configured: model, synth"), "{message}");
}

#[tokio::test]
async fn a_spent_budget_ends_the_work_of_an_author_and_not_the_job() {
    // The first reply alone uses up what the job may cost.
    let model = Model::start(Wire::Anthropic, [Say::Costly(wrong(), 50_000)]).await;
    let bounded = "budget = { job_tokens = 40000 }";
    let server = Setup::new().model("model", &model, bounded).then_synth().server();
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "completed", "{job:#}");
    let log = log(&job);
    assert!(log.contains("model gave no draft: the budget is spent"), "{log}");
    assert_eq!(model.calls().len(), 1);
}

#[tokio::test]
async fn the_budget_of_a_day_holds_for_all_jobs_and_over_a_restart() {
    let model = Model::start(Wire::OpenAi, [Say::Costly(right(), 2_000_000)]).await;
    let bounded = "price = { input = 1.0, output = 2.0 }\nbudget = { day_dollars = 1.5 }";
    let setup = Setup::new().model("model", &model, bounded);
    let server = setup.server_with(None, &[]);
    let id = server.generate(&request()).await;
    assert_eq!(server.job_at_rest(id).await["status"], "completed");
    let key = server.key.clone();
    drop(server);
    let server = setup.server_with(Some(&key), &[]);
    let id = server.generate(&request()).await;
    let job = server.job_at_rest(id).await;
    assert_eq!(job["status"], "failed", "{job:#}");
    assert!(log(&job).contains("the budget is spent"), "{}", log(&job));
    assert_eq!(model.calls().len(), 1);
}

#[tokio::test]
async fn jobs_at_the_same_time_do_not_spend_the_same_part_of_a_day_s_budget() {
    let model = Model::start(Wire::Anthropic, [Say::Held(right()), Say::Reply(right())]).await;
    // Enough for the prompt and the longest reply of one call, not of two.
    let server = Setup::new().model("model", &model, "budget = { day_tokens = 30000 }").server();
    let first = server.generate(&request()).await;
    server.job_when(first, |job| job["hypothesis"] != "").await;
    let second = server.generate(&request()).await;
    let waits = "waiting: model: what is left of the day's budget is set aside for other jobs";
    server.job_when(second, |job| log(job).contains(waits)).await;
    assert_eq!(model.calls().len(), 1);
    model.go_on();
    // What the first did not use is there for the second.
    for id in [first, second] {
        let job = server.job_at_rest(id).await;
        assert_eq!(job["status"], "completed", "{job:#}");
    }
}
