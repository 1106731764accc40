//! What a reviewer looks at.

use std::sync::Arc;

use domain::{JobId, JobInputs, NewScript, Sample, Script, ScriptId, ScriptStatus, Topic};
use engine::{Against, EngineError, Evidence};
use sandbox::Limits;
use serde_json::{Value, json};
use store::{MockJobRepository, MockKnowledgeRepository, MockScriptRepository};

use crate::support::{NOW, report, right_output, runner, sample, tea};

fn script(id: i64, status: ScriptStatus, source: &str) -> Script {
    Script {
        id: ScriptId::new(id).unwrap(),
        version: u32::try_from(id).unwrap(),
        status,
        content: NewScript {
            started_by: Some(domain::Actor::server()),
            provider: "my-till".parse().unwrap(),
            topic: Topic::SyncProducts,
            source: source.to_owned(),
            author: None,
            job: JobId::new(7),
            provenance: Vec::new(),
            test_results: Vec::new(),
        },
        created_at: NOW,
        updated_at: NOW,
    }
}

fn candidate() -> Script {
    script(3, ScriptStatus::Candidate, "new")
}

/// A script that came from a job with these samples, beside those that are kept.
fn evidence(of_job: Vec<Sample>, kept: Vec<Sample>, active: Option<Script>) -> Evidence {
    let mut scripts = MockScriptRepository::new();
    scripts.expect_get().returning(|id| Ok(Some(candidate()).filter(|script| script.id == id)));
    scripts.expect_active().returning(move |_, _| Ok(active.clone()));
    let mut jobs = MockJobRepository::new();
    jobs.expect_inputs().returning(move |_| {
        Ok(JobInputs { samples: of_job.clone(), documents: Vec::new(), repair: None })
    });
    let mut knowledge = MockKnowledgeRepository::new();
    knowledge.expect_samples().returning(move |_, _| Ok(kept.clone()));
    let runner = runner(|source, input| {
        let output = match source {
            "new" => right_output(),
            "echo" => json!({"products": input.connection.api_key}),
            _ => json!({"products": []}),
        };
        report(Ok(output))
    });
    let (scripts, jobs) = (Arc::new(scripts), Arc::new(jobs));
    Evidence::new(scripts, jobs, Arc::new(knowledge), Arc::new(runner), Limits::TEST)
}

fn named(name: &str, payload: i64) -> Sample {
    sample(json!({"name": name, "payload": payload}))
}

#[tokio::test]
async fn the_samples_of_the_job_stand_before_those_that_are_kept() {
    let of_job = vec![named("a", 1), named("b", 1)];
    let evidence = evidence(of_job, vec![named("a", 1), named("b", 2), named("c", 2)], None);
    let samples = evidence.samples(&candidate()).await.unwrap();
    let found: Vec<(&str, Option<&Value>)> =
        samples.iter().map(|sample| (sample.name.as_str(), sample.payload.as_ref())).collect();
    let (one, two) = (json!(1), json!(2));
    // Activation tries those that are kept: one that says something else is shown as well.
    let wanted =
        [("a", Some(&one)), ("b", Some(&one)), ("b (kept)", Some(&two)), ("c", Some(&two))];
    assert_eq!(found, wanted);
}

#[tokio::test]
async fn an_output_is_held_against_what_is_wanted_or_else_the_script_in_use() {
    let side_by_side = async |evidence: Evidence| {
        let id = candidate().id;
        evidence.side_by_side(id, &"menu.json".parse().unwrap()).await.unwrap()
    };
    let wanted = Sample { expected: Some(json!({"products": [1]})), ..tea() };
    let active = || Some(script(2, ScriptStatus::Active, "old"));
    let seen = side_by_side(evidence(vec![wanted], vec![], active())).await;
    assert_eq!(seen.against, Against::Expected(json!({"products": [1]})));
    assert_eq!((seen.outcome, seen.output_count), (Ok(right_output()), 1));

    let seen = side_by_side(evidence(vec![], vec![tea()], active())).await;
    let (script, output) = (ScriptId::new(2).unwrap(), json!({"products": []}));
    assert_eq!(seen.against, Against::InUse { script, version: 2, output });

    let seen = side_by_side(evidence(vec![tea()], vec![], None)).await;
    assert_eq!(seen.against, Against::Nothing);
}

#[tokio::test]
async fn nobody_is_shown_a_credential() {
    let secret = sample(json!({"name": "s", "payload": 1, "connection": {"apiKey": "key-123456"}}));
    let mut scripts = MockScriptRepository::new();
    scripts.expect_get().returning(|_| Ok(Some(script(3, ScriptStatus::Active, "echo"))));
    let mut jobs = MockJobRepository::new();
    jobs.expect_inputs().returning(|_| Ok(JobInputs::default()));
    let mut knowledge = MockKnowledgeRepository::new();
    knowledge.expect_samples().returning(move |_, _| Ok(vec![secret.clone()]));
    let runner = runner(|_, input| report(Ok(json!({"products": input.connection.api_key}))));
    let (scripts, jobs) = (Arc::new(scripts), Arc::new(jobs));
    let evidence =
        Evidence::new(scripts, jobs, Arc::new(knowledge), Arc::new(runner), Limits::TEST);
    let seen = evidence.side_by_side(candidate().id, &"s".parse().unwrap()).await.unwrap();
    assert_eq!(seen.outcome, Ok(json!({"products": "[credential]"})));
    assert!(!format!("{:?}{:?}", seen.violations, seen.logs).contains("key-123456"));
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let evidence = evidence(vec![], vec![tea()], None);
    let nobody = ScriptId::new(9).unwrap();
    for (id, name) in [(nobody, "menu.json"), (candidate().id, "other")] {
        let missing = evidence.side_by_side(id, &name.parse().unwrap()).await;
        assert!(matches!(missing, Err(EngineError::NotFound { .. })), "{missing:?}");
    }
}
