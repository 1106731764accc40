//! A job as its row.

use domain::{Actor, AuthorName, Hypothesis, Job, JobData, JobId, ScriptId, State};
use sea_orm::ActiveValue::{NotSet, Set};

use crate::StoreError;
use crate::columns::{
    corrupt, from_json, from_json_without_nul, from_time, refuse_nul, to_count, to_json, to_time,
    to_word,
};
use crate::entities::job::{ActiveModel, Model};

/// The job in a row.
pub(super) fn to_job(row: Model) -> Result<Job, StoreError> {
    let number = row.id;
    read(row).map_err(|error| match error {
        StoreError::Corrupt(what) => StoreError::Corrupt(format!("job {number}, {what}")),
        other => other,
    })
}

fn read(row: Model) -> Result<Job, StoreError> {
    let state = State::from_words(&row.status, &row.stage)
        .map_err(|error| corrupt("status and stage", error))?;
    let result_script = row
        .result_script_id
        .map(|id| ScriptId::new(id).ok_or_else(|| corrupt("result_script_id", "no id")))
        .transpose()?;
    Ok(Job::restore(JobData {
        id: JobId::new(row.id).ok_or_else(|| corrupt("id", "no id"))?,
        provider: to_word("provider", &row.provider)?,
        topic: to_word("topic", &row.topic)?,
        author: row.author.map(|author| to_word("author", &author)).transpose()?,
        max_retries: to_count("max_retries", row.max_retries)?,
        callback_url: row.callback_url.map(|url| to_word("callback_url", &url)).transpose()?,
        started_by: row.started_by.map(Actor::named),
        state,
        hypothesis: to_hypothesis(
            row.hypothesis_source,
            row.hypothesis_author,
            row.hypothesis_provenance,
        )?,
        attempts: to_json("attempts", &row.attempts)?,
        rounds: to_json("rounds", &row.rounds)?,
        logs: to_json("logs", &row.logs)?,
        retries: to_count("retries", row.retries)?,
        retries_before_answer: to_count("retries_before_answer", row.retries_before_answer)?,
        growing: row.growing,
        usage: to_json("usage", &row.usage)?,
        outage: row.outage.map(|outage| to_json("outage", &outage)).transpose()?,
        result_script,
        created_at: to_time("created_at", row.created_at)?,
        updated_at: to_time("updated_at", row.updated_at)?,
        version: row.version,
    }))
}

fn to_hypothesis(
    source: Option<String>,
    author: Option<String>,
    provenance: Option<String>,
) -> Result<Option<Hypothesis>, StoreError> {
    match (source, author, provenance) {
        (None, None, None) => Ok(None),
        (Some(source), Some(author), Some(provenance)) => Ok(Some(Hypothesis {
            source,
            author: to_word("hypothesis_author", &author)?,
            provenance: to_json("hypothesis_provenance", &provenance)?,
        })),
        _ => Err(corrupt("hypothesis", "only a part of it is there")),
    }
}

/// The columns that hold the job: all but its number and those of the queue.
///
/// Logs, attempts and questions keep a NUL character as an escape. They are made on the way, of what
/// a script returned for instance, and a job must be able to write down whatever happened to it.
pub(super) fn to_columns(job: &Job) -> Result<ActiveModel, StoreError> {
    for response in job.rounds.iter().filter_map(|round| round.response.as_deref()) {
        refuse_nul("response", response)?;
    }
    let (source, author, provenance) = from_hypothesis(job.hypothesis.as_ref())?;
    Ok(ActiveModel {
        id: NotSet,
        provider: Set(job.provider.to_string()),
        topic: Set(job.topic.to_string()),
        author: Set(job.author.as_ref().map(AuthorName::to_string)),
        max_retries: Set(job.max_retries.into()),
        callback_url: Set(job.callback_url.clone().map(String::from)),
        status: Set(job.state.status().to_string()),
        stage: Set(job.state.stage().to_string()),
        retries: Set(job.retries.into()),
        retries_before_answer: Set(job.retries_before_answer.into()),
        hypothesis_source: Set(source),
        hypothesis_author: Set(author),
        hypothesis_provenance: Set(provenance),
        attempts: Set(from_json("attempts", &job.attempts)?),
        rounds: Set(from_json("rounds", &job.rounds)?),
        logs: Set(from_json("logs", &job.logs)?),
        growing: Set(job.growing.replace('\0', "\u{fffd}")),
        usage: Set(from_json("usage", &job.usage)?),
        outage: Set(job.outage.as_ref().map(|outage| from_json("outage", outage)).transpose()?),
        result_script_id: Set(job.result_script.map(ScriptId::get)),
        created_at: Set(from_time(job.created_at)),
        updated_at: Set(from_time(job.updated_at)),
        version: Set(job.version),
        fence: NotSet,
        lease_owner: NotSet,
        lease_expires_at: NotSet,
        priority: NotSet,
        turn: NotSet,
        claims: NotSet,
        started_by: Set(job.started_by.as_ref().map(|actor| actor.as_str().to_owned())),
    })
}

type HypothesisColumns = (Option<String>, Option<String>, Option<String>);

fn from_hypothesis(hypothesis: Option<&Hypothesis>) -> Result<HypothesisColumns, StoreError> {
    let Some(Hypothesis { source, author, provenance }) = hypothesis else {
        return Ok((None, None, None));
    };
    refuse_nul("hypothesis.source", source)?;
    let provenance = from_json_without_nul("hypothesis.provenance", provenance)?;
    Ok((Some(source.clone()), Some(author.to_string()), Some(provenance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_hypothesis_is_corrupt() {
        let half = to_hypothesis(Some("source".to_owned()), None, Some("[]".to_owned()));
        assert!(matches!(half, Err(StoreError::Corrupt(_))));
    }
}
