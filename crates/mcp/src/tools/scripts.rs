//! Looking at scripts, trying them, and taking one into use.

use client::ClientError;
use domain::{ProviderSlug, Reason, ScriptStatus, Topic};
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{SCRIPTS, fields, with_query};
use crate::forge::{Forge, said};
use crate::said::Said;

/// Which script.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct One {
    /// The script's number.
    script_id: u32,
}

/// What to compare.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Diff {
    /// The script's number.
    script_id: u32,
    /// The number of the script to compare with; the one in use when left out.
    #[serde(default)]
    against: Option<u32>,
}

/// What to try a script on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DryRun {
    /// The script's number.
    script_id: u32,
    /// The payload that the script gets.
    #[serde(default)]
    #[schemars(schema_with = "super::any_json")]
    payload: Option<Value>,
    /// What its HTTP calls are answered with; a call that is not among them ends the run.
    #[serde(default)]
    #[schemars(schema_with = "super::exchanges")]
    http: Vec<Value>,
}

/// Which scripts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    /// Only of this status: candidate, active, deprecated or archived.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    status: Option<ScriptStatus>,
    /// Only of this vendor.
    #[serde(default)]
    #[schemars(schema_with = "super::optional_provider")]
    provider: Option<ProviderSlug>,
    /// Only of this topic.
    #[serde(default)]
    #[schemars(schema_with = "super::optional_topic")]
    topic: Option<Topic>,
}

/// Which script comes into use, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Activate {
    /// The script's number.
    script_id: u32,
    /// Why, in the user's words; it is written into the audit. Needed with force.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    reason: Option<Reason>,
    /// Whether to take it into use although it does not pass its tests. Only when the user said so.
    #[serde(default)]
    force: bool,
}

pub(crate) async fn show(forge: &dyn Forge, what: One) -> Result<Said, ClientError> {
    let id = what.script_id;
    let answer = forge.call(Method::GET, &format!("{SCRIPTS}/{id}"), None).await?;
    let mut script: serde_json::Map<String, Value> = said(&answer, "script")?;
    let source = script.remove("source");
    let source = source.as_ref().and_then(Value::as_str).unwrap_or_default();
    let words = format!(
        "Script {id}: its JavaScript, then what is known of it. provenance says where each output field comes \
         from, how sure the author is and what came next. Try it with dry_run, compare it with diff."
    );
    Ok(Said::new(words).with_text(source).with(&Value::Object(script)))
}

pub(crate) async fn diff(forge: &dyn Forge, what: Diff) -> Result<Said, ClientError> {
    #[derive(Deserialize)]
    struct Part {
        against: i64,
        unified: String,
    }
    let id = what.script_id;
    let against = [("against", what.against.map(|other| other.to_string()))];
    let path = with_query(&format!("{SCRIPTS}/{id}/diff"), &against);
    let answer = forge.call(Method::GET, &path, None).await?;
    let Part { against, unified } = said(&answer, "diff")?;
    let words = match (against, unified.is_empty()) {
        (0, _) => {
            format!("No script of this vendor and topic is in use: all of script {id} is new.")
        }
        (other, true) => format!("Scripts {other} and {id} are the same."),
        (other, false) => format!("What leads from script {other} to script {id}."),
    };
    Ok(Said::new(words).with_text(unified))
}

pub(crate) async fn dry_run(forge: &dyn Forge, what: DryRun) -> Result<Said, ClientError> {
    let DryRun { script_id, payload, http } = what;
    let http = (!http.is_empty()).then_some(Value::Array(http));
    let body = fields([("payload", payload), ("http", http)]);
    let path = format!("{SCRIPTS}/{script_id}/run");
    let answer = forge.call(Method::POST, &path, Some(body)).await?;
    let run: Value = said(&answer, "run")?;
    let words = if run.get("valid") == Some(&Value::Bool(true)) {
        "The script ran and its output keeps the contract. Hold the values against the payload: a wrong field \
         can keep it too."
    } else {
        "The script ran; its output breaks the contract as violations says. Add this payload with add_sample \
         and call generate, or tell the user."
    };
    Ok(Said::new(words).with(&run))
}

pub(crate) async fn list(forge: &dyn Forge, what: List) -> Result<Said, ClientError> {
    let parameters = [
        ("status", what.status.map(|status| status.to_string())),
        ("provider", what.provider.map(String::from)),
        ("topic", what.topic.map(|topic| topic.to_string())),
    ];
    let answer = forge.call(Method::GET, &with_query(SCRIPTS, &parameters), None).await?;
    let scripts: Vec<Value> = said(&answer, "scripts")?;
    let next = format!("{} scripts, newest first. show_script shows one.", scripts.len());
    Ok(Said::new(next).with(&Value::Array(scripts)))
}

pub(crate) async fn activate(forge: &dyn Forge, what: Activate) -> Result<Said, ClientError> {
    let Activate { script_id, reason, force } = what;
    let body =
        fields([("force", Some(json!(force))), ("reason", reason.map(|reason| json!(reason)))]);
    let path = format!("{SCRIPTS}/{script_id}/activate");
    let answer = forge.call(Method::POST, &path, Some(body)).await?;
    let script: serde_json::Map<String, Value> = said(&answer, "script")?;
    let known = |name: &str| script.get(name).cloned().unwrap_or_default();
    Ok(Said::new(format!("Script {script_id} is in use from now on. Tell the user.")).with(
        &json!({
            "scriptId": script_id, "provider": known("provider"), "topic": known("topic"),
            "version": known("version"), "status": known("status"),
        }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::MockForge;
    use client::Refusal;

    fn answering(wanted: &'static str, answer: Value) -> MockForge {
        let mut forge = MockForge::new();
        forge.expect_call().times(1).returning(move |_, path, _| {
            assert_eq!(path, wanted);
            Ok(answer.clone())
        });
        forge
    }

    #[tokio::test]
    async fn a_script_is_shown_as_its_source_and_then_what_is_known_of_it() {
        let script =
            json!({"script": {"id": 3, "source": "function transform() {}", "provenance": []}});
        let forge = answering("/api/v1/adapter-scripts/3", script);
        let shown = show(&forge, One { script_id: 3 }).await.unwrap();
        let wanted = Said::new("x")
            .with_text("function transform() {}")
            .with(&json!({"id": 3, "provenance": []}));
        let data = |said: &Said| format!("{said:?}").split_once("data:").unwrap().1.to_owned();
        assert_eq!(data(&shown), data(&wanted));
    }

    #[tokio::test]
    async fn a_dry_run_says_whether_the_contract_is_kept() {
        for (valid, wanted) in [(true, "keeps the contract"), (false, "breaks the contract")] {
            let forge = answering(
                "/api/v1/adapter-scripts/3/run",
                json!({"run": {"valid": valid, "output": {}}}),
            );
            let what = DryRun { script_id: 3, payload: Some(json!({})), http: vec![] };
            let said = dry_run(&forge, what).await.unwrap();
            assert!(format!("{said:?}").contains(wanted), "{said:?}");
        }
    }

    #[tokio::test]
    async fn a_refused_activation_is_told_in_the_server_s_words() {
        let mut forge = MockForge::new();
        forge.expect_call().times(1).returning(|method, path, body| {
            assert_eq!((method, path), (Method::POST, "/api/v1/adapter-scripts/3/activate"));
            assert_eq!(body.unwrap(), json!({"force": false}));
            Err(ClientError::Refused(Refusal {
                status: 403,
                message: "this API key does not have the scope scripts:review".to_owned(),
                details: String::new(),
                field: String::new(),
            }))
        });
        let what = Activate { script_id: 3, reason: None, force: false };
        let refused = activate(&forge, what).await.unwrap_err();
        assert!(refused.to_string().contains("scripts:review"), "{refused}");
    }
}
