//! Telling whoever asked for a job that it stopped.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Job, NameError, ScriptId, State};

/// Characters of an address. No real one comes near it.
const URL_MAX: usize = 2_048;

/// Where a caller wants to hear of a job. Whether it may be called is for those to say who call it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CallbackUrl {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let plain = text.len() <= URL_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        let begins = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
        if plain && begins {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError::new(
                "a callback URL",
                "an address of at most 2048 characters, like \"https://example.com/hooks\"",
            ))
        }
    }
}

impl TryFrom<String> for CallbackUrl {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<CallbackUrl> for String {
    fn from(url: CallbackUrl) -> Self {
        url.0
    }
}

impl fmt::Display for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller is told. It is written down with the change that it tells of, and is the same
/// however often it has to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Names this change of this job and no other.
    pub id: String,
    /// Where it goes.
    pub url: CallbackUrl,
    /// A JSON object in the form of [Standard Webhooks](https://www.standardwebhooks.com).
    pub body: String,
}

impl Job {
    /// What to tell the caller about the state that the job has just come to: none when nobody asked
    /// to be told, or while it goes on. `script` is what it led to.
    #[must_use]
    pub fn announcement(&self, script: Option<ScriptId>) -> Option<Announcement> {
        let url = self.callback_url.clone()?;
        let kind = match self.state {
            State::Waiting(_) => "job.needs_clarification",
            State::Completed => "job.completed",
            State::Failed => "job.failed",
            State::Queued
            | State::Gathering
            | State::Generating
            | State::Testing
            | State::Retrying => return None,
        };
        let question = match self.state {
            State::Waiting(_) => self.rounds.last().map(|round| round.question.render()),
            _ => None,
        };
        let body = json!({
            "type": kind,
            "timestamp": self.updated_at,
            "data": {
                "jobId": self.id.get(),
                "provider": self.provider.as_str(),
                "topic": self.topic.as_str(),
                "status": self.state.status().as_str(),
                "stage": self.state.stage().as_str(),
                "clarification": question.unwrap_or_default(),
                "message": self.logs.last().map_or("", |entry| entry.message.as_str()),
                "resultScriptId": script.map_or(0, ScriptId::get),
            }
        });
        // The version counts the changes of the job.
        let id = format!("msg_{}_{}", self.id.get(), self.version);
        Some(Announcement { id, url, body: body.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, JobId, JobInputs, NewJob, Priority, Question, Timestamp};

    fn job(callback_url: Option<&str>) -> Job {
        let new = NewJob {
            provider: "my-till".parse().unwrap(),
            topic: "sync_products".parse().unwrap(),
            author: None,
            max_retries: 3,
            priority: Priority::Normal,
            started_by: crate::Actor::named("till team"),
            callback_url: callback_url.map(|url| url.parse().unwrap()),
            inputs: JobInputs::default(),
        };
        Job::accepted(JobId::new(7).unwrap(), &new, Timestamp::UNIX_EPOCH)
    }

    fn asked(mut job: Job) -> Job {
        job.apply(Event::Started, Timestamp::UNIX_EPOCH).unwrap();
        let question = Question::plain("Which?");
        job.apply(Event::Asked { question }, Timestamp::UNIX_EPOCH).unwrap();
        job
    }

    #[test]
    fn a_job_that_asks_says_what() {
        let job = asked(job(Some("https://example.com/hook")));
        let told = job.announcement(None).unwrap();
        assert_eq!(told.id, format!("msg_7_{}", job.version));
        let body: serde_json::Value = serde_json::from_str(&told.body).unwrap();
        assert_eq!(body["type"], "job.needs_clarification");
        assert_eq!(body["data"]["clarification"], "Which?");
        assert_eq!(body["data"]["resultScriptId"], 0);
    }

    #[test]
    fn nobody_is_told_without_an_address_or_while_the_job_goes_on() {
        assert_eq!(asked(job(None)).announcement(None), None);
        assert_eq!(job(Some("https://example.com/hook")).announcement(None), None);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "example.com", "ftp://x", "https://a b", "https://a\n", "javascript:x"] {
            assert!(text.parse::<CallbackUrl>().is_err(), "{text:?}");
        }
    }
}
