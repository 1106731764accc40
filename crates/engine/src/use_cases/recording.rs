//! Recording what a vendor answers, as a sample.

use std::sync::Arc;

use domain::{
    Act, Actor, AuditAction, ConnectionSlug, Owner, ProviderSlug, Sample, SampleName, ScriptId,
    Topic,
};
use sandbox::RunError;
use serde_json::Value;

use super::Adapters;
use crate::live::{Account, CallRules, LiveCall, sample_of};
use crate::{EngineError, privacy};

/// Bytes of a sample that is kept.
const SAMPLE_BYTES: usize = 8 << 20;

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The vendor.
    pub provider: ProviderSlug,
    /// The topic.
    pub topic: Topic,
    /// Whose calls are made; the script in use where none is named.
    pub script: Option<ScriptId>,
    /// The account; the one that is named like the vendor where none is named.
    pub connection: Option<ConnectionSlug>,
    /// `input.payload`.
    pub payload: Option<Value>,
    /// The sample's name.
    pub name: SampleName,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// The script whose calls were made.
    pub script: ScriptId,
    /// The sample as it is kept.
    pub sample: Sample,
    /// The calls that were made.
    pub calls: Vec<LiveCall>,
    /// Why the script gave no output; none where it gave one. What it was answered is kept all the same.
    pub error: Option<RunError>,
}

impl Adapters {
    /// Makes the calls of a script for real, once, and keeps what the vendor answered as a sample. Nothing
    /// is changed at the vendor: a script that would is refused.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when the connection or the script is not there, [`EngineError::Conflict`]
    /// when no script is in use, [`EngineError::Invalid`] when the script is of another vendor or topic,
    /// made no call, or made one that is no GET.
    pub async fn record(
        &self,
        owner: &Owner,
        recording: Recording,
    ) -> Result<Recorded, EngineError> {
        let Recording { provider, topic, script, connection, payload, name } = recording;
        let script = match script {
            None => self.active(&provider, topic).await?,
            Some(id) => Arc::new(self.script_of(id, &provider, topic).await?),
        };
        let account: Account = self.account(owner, connection.as_ref(), &provider).await?;
        account.must_be_of(&provider)?;
        let rules = CallRules { read_only: true, retry: false };
        let payload = payload.filter(|payload| !payload.is_null());
        let (report, host) =
            self.go(&script, account, payload.clone().unwrap_or_default(), rules).await?;
        if let Err(error @ RunError::HttpFailed { .. }) = &report.outcome {
            let message = crate::live::masked(error.clone(), &host).to_string();
            return Err(EngineError::Invalid { field: "script".to_owned(), message });
        }
        let sample = privacy::masked(sample_of(name, payload, &host));
        if sample.http.is_empty() {
            let why = match report.outcome {
                Ok(_) => format!("; keep its payload with PUT …/samples/{}", sample.name),
                Err(error) => format!(": {}", crate::live::masked(error, &host)),
            };
            return Err(EngineError::Invalid {
                field: "script".to_owned(),
                message: format!(
                    "script {} made no call, so there is nothing to record{why}",
                    script.id
                ),
            });
        }
        let bytes = serde_json::to_vec(&sample).map_or(usize::MAX, |text| text.len());
        if bytes > SAMPLE_BYTES {
            return Err(EngineError::Invalid {
                field: "script".to_owned(),
                message: format!(
                    "the vendor's answers are larger than {SAMPLE_BYTES} bytes; record an account with \
                     less in it"
                ),
            });
        }
        let act = Act::new(&Actor::from(owner), AuditAction::KnowledgeAdded, self.clock.now())
            .of(&provider)
            .for_topic(topic)
            .on(&sample.name);
        self.knowledge.put_sample(&provider, topic, sample.clone(), act).await?;
        let error = report.outcome.err().map(|error| crate::live::masked(error, &host));
        Ok(Recorded { script: script.id, sample, calls: host.calls(), error })
    }

    async fn script_of(
        &self,
        id: ScriptId,
        provider: &ProviderSlug,
        topic: Topic,
    ) -> Result<domain::Script, EngineError> {
        let found = self.scripts.get(id).await?;
        let script = found.ok_or_else(|| EngineError::NotFound { what: format!("script {id}") })?;
        let of = (&script.content.provider, script.content.topic);
        if of == (provider, topic) {
            return Ok(script);
        }
        Err(EngineError::Invalid {
            field: "script".to_owned(),
            message: format!("script {id} is of {} {}, not of {provider} {topic}", of.0, of.1),
        })
    }
}
